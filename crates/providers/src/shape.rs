//! How the shape of a key is written down: a few signs of regular expressions. `sk_live_([A-Za-z0-9]{20,250})` is a text, and
//! behind it 20 to 250 letters and digits, which are secret.

use std::ops::Range;

/// A shape: what stands there, one behind the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The pieces.
    pub pieces: Vec<Piece>,
    /// Which of them must not be shown: what stands in round brackets.
    pub secret: Range<usize>,
}

/// A piece of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Exactly this.
    Text(String),
    /// So many characters of a set.
    Run {
        /// The set, a bit for each character of ASCII.
        set: u128,
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
}

/// Characters of the longest key that is looked for.
pub const MAX_KEY: usize = 2_000;
/// What stands for a character that was masked, which no key has.
const MASK: char = '~';
/// Characters that the fixed text at the beginning of a shape has at least, where it begins with one.
const MIN_TEXT: usize = 2;
/// Characters of a secret, at least.
const MIN_SECRET: usize = 12;

impl Shape {
    /// Reads the shape of a key.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence; also where nothing can ever have it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shape = Self::parse_half(text)?;
        let begins = match shape.pieces.first() {
            Some(Piece::Text(text)) => {
                text.len() >= MIN_TEXT && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
            }
            Some(Piece::Run { set, .. }) => *set & !set_of(&ALPHANUMERIC) == 0,
            None => false,
        };
        if begins {
            Ok(shape)
        } else {
            Err("a key begins with a letter or digit, and a text of two characters or a run of those"
                .to_owned())
        }
    }

    /// Reads the second half of a pair, which may begin with any sign.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse_half(text: &str) -> Result<Self, String> {
        let mut reader = Reader { rest: text, pieces: Vec::new(), from: None, to: None };
        reader.all()?;
        let Reader { pieces, from, to, .. } = reader;
        let secret = match (from, to) {
            (Some(from), Some(to)) if from < to => from..to,
            _ => return Err("round brackets say which part is secret, once".to_owned()),
        };
        let shape = Self { pieces, secret };
        shape.check()?;
        Ok(shape)
    }

    /// Characters of some pieces, at least and at most.
    #[must_use]
    pub fn length(&self, pieces: Range<usize>) -> (usize, usize) {
        let pieces = self.pieces.get(pieces).unwrap_or_default();
        pieces.iter().fold((0, 0), |(min, max), piece| match piece {
            Piece::Text(text) => (min + text.len(), max + text.len()),
            Piece::Run { min: least, max: most, .. } => (min + least, max + most),
        })
    }

    /// Whether a key, its secret part unreadable, may be one of the other shape as well.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let open = |shape: &Self| {
            let pieces = shape.pieces.get(..shape.secret.start).unwrap_or_default().to_vec();
            let behind = shape.pieces.get(shape.secret.end..).unwrap_or_default().to_vec();
            (pieces, behind)
        };
        let (own, others) = (self.length(self.secret.clone()), other.length(other.secret.clone()));
        open(self) == open(other) && own.0 <= others.1 && others.0 <= own.1
    }

    fn check(&self) -> Result<(), String> {
        let (_, most) = self.length(0..self.pieces.len());
        if most > MAX_KEY {
            return Err(format!("no key is longer than {MAX_KEY} characters"));
        }
        if self.length(self.secret.clone()).0 < MIN_SECRET {
            return Err(format!("a secret has {MIN_SECRET} characters at least"));
        }
        for pair in self.pieces.windows(2) {
            let [Piece::Run { set, min, max }, next] = pair else { continue };
            let swallowed = match next {
                Piece::Text(text) => text.bytes().next().is_some_and(|byte| *set >> byte & 1 == 1),
                Piece::Run { set: next, .. } => next & set != 0,
            };
            if swallowed && min != max {
                return Err("nothing can match: a run takes what has to stand behind it".to_owned());
            }
        }
        Ok(())
    }
}

struct Reader<'t> {
    rest: &'t str,
    pieces: Vec<Piece>,
    from: Option<usize>,
    to: Option<usize>,
}

impl Reader<'_> {
    fn all(&mut self) -> Result<(), String> {
        let mut text = String::new();
        while let Some(sign) = self.next() {
            if !matches!(sign, '(' | ')' | '[') {
                text.push(literal(sign, self)?);
                continue;
            }
            if !text.is_empty() {
                self.pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            let at = Some(self.pieces.len());
            match sign {
                '(' if self.from.is_none() => self.from = at,
                ')' if self.from.is_some() && self.to.is_none() => self.to = at,
                '[' => {
                    let piece = self.run()?;
                    self.pieces.push(piece);
                }
                _ => return Err("round brackets say which part is secret, once".to_owned()),
            }
        }
        if !text.is_empty() {
            self.pieces.push(Piece::Text(text));
        }
        Ok(())
    }

    fn next(&mut self) -> Option<char> {
        let sign = self.rest.chars().next()?;
        self.rest = self.rest.get(sign.len_utf8()..).unwrap_or_default();
        Some(sign)
    }

    /// Behind a square bracket.
    fn run(&mut self) -> Result<Piece, String> {
        let mut set = 0u128;
        loop {
            let sign = self.next().ok_or("a square bracket is not closed")?;
            if sign == ']' {
                break;
            }
            let first = literal(sign, self)?;
            let mut ahead = self.rest.chars();
            let last = match (ahead.next(), ahead.next()) {
                (Some('-'), Some(end)) if end != ']' => {
                    self.next();
                    self.next();
                    literal(end, self)?
                }
                _ => first,
            };
            if last < first {
                return Err(format!("`{first}-{last}` goes backwards"));
            }
            set |= set_of(&[(first, last)]);
        }
        if set == 0 {
            return Err("nothing can match: a set without characters".to_owned());
        }
        let count = self.rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let Some((count, rest)) = count else { return Ok(Piece::Run { set, min: 1, max: 1 }) };
        self.rest = rest;
        let number = |text: &str| text.parse::<usize>().map_err(|_| format!("`{text}` is no number"));
        let (min, max) = match count.split_once(',') {
            Some((min, max)) => (number(min)?, number(max)?),
            None => (number(count)?, number(count)?),
        };
        if max == 0 || min > max {
            return Err(format!("nothing can match: {{{count}}}"));
        }
        Ok(Piece::Run { set, min, max })
    }
}

const ALPHANUMERIC: [(char, char); 3] = [('A', 'Z'), ('a', 'z'), ('0', '9')];

fn set_of(ranges: &[(char, char)]) -> u128 {
    let holds = |byte: &u8| ranges.iter().any(|(first, last)| (*first..=*last).contains(&char::from(*byte)));
    (0..128u8).filter(holds).fold(0, |set, byte| set | 1 << byte)
}

/// A character that stands for itself, behind a backslash where it would mean something otherwise.
fn literal(sign: char, reader: &mut Reader<'_>) -> Result<char, String> {
    let sign = match sign {
        '\\' => reader
            .next()
            .filter(|escaped| !escaped.is_ascii_alphanumeric())
            .ok_or("only signs are escaped")?,
        '.' | '*' | '+' | '?' | '|' | '{' | '}' | '^' | '$' if !matches!(sign, '+' | '.') => {
            return Err(format!("`{sign}` means nothing here: write `\\{sign}` for the sign itself"));
        }
        sign => sign,
    };
    if !sign.is_ascii_graphic() || sign == MASK {
        return Err(format!("nothing can match: no key has `{sign}`"));
    }
    Ok(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_texts_and_runs() {
        let shape = Shape::parse(r"re_[a-z0-9]{8}_([A-Z_-]{24,30})").unwrap();
        assert_eq!(shape.secret, 3..4);
        assert_eq!(shape.length(0..4), (36, 42));
        let Piece::Run { set, min: 24, max: 30 } = shape.pieces[3] else { panic!("{shape:?}") };
        assert_eq!(set, set_of(&[('A', 'Z'), ('_', '_'), ('-', '-')]));
        assert_eq!(Shape::parse(r"SG\.([a-z]{22})").unwrap().pieces[0], Piece::Text("SG.".to_owned()));
    }

    #[test]
    fn what_can_never_match_is_refused() {
        for (shape, why) in [
            ("sk_[a-z]{20}", "round brackets"),
            ("sk_([a-z]{20})([a-z]{20})", "round brackets"),
            ("sk_([a-z]{2,20}z[0-9]{20})", "a run takes"),
            ("sk_([a-z]{2,20}[a-z0-9]{20})", "a run takes"),
            ("sk_([]{20})", "a set without"),
            ("sk_([a-z]{30,20})", "nothing can match"),
            ("sk_([z-a]{20})", "goes backwards"),
            ("sk_([a-z]{8})", "a secret has"),
            ("s([a-z]{20})", "a key begins"),
            ("_k([a-z]{20})", "a key begins"),
            ("sk~([a-z]{20})", "no key has"),
            ("sk_([a-z]{9999})", "no key is longer"),
            ("sk_([a-z", "is not closed"),
            ("sk*([a-z]{20})", "means nothing here"),
        ] {
            let error = Shape::parse(shape).unwrap_err();
            assert!(error.contains(why), "{shape}: {error}");
        }
    }

    #[test]
    fn shapes_overlap_by_what_can_be_read_of_them() {
        let overlap = |a: &str, b: &str| Shape::parse(a).unwrap().overlaps(&Shape::parse(b).unwrap());
        assert!(overlap("sk-([a-f0-9]{32})", "sk-([A-Z]{20,40})"));
        assert!(!overlap("sk-([a-f0-9]{32})", "sk-([A-Z]{40,60})"));
        assert!(!overlap("sk-([a-f0-9]{32})", "sk-ant-([a-f0-9]{32})"));
        assert!(!overlap("([a-f0-9]{32})-us1", "([a-f0-9]{32})-eu1"));
    }
}
