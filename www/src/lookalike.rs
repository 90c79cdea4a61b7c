//! Names that read like other names: letters of another script in the shape of Latin ones.
//!
//! Source: the confusables of Unicode UTS #39 (revision 30), the lower-case Cyrillic and Greek letters whose prototype is one
//! ASCII letter.

const SHAPES: [(char, char); 33] = [
    ('а', 'a'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('ɡ', 'g'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ӏ', 'l'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('ѕ', 's'),
    ('ս', 'u'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('у', 'y'),
    ('ү', 'y'),
    ('α', 'a'),
    ('γ', 'y'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('σ', 'o'),
    ('τ', 't'),
    ('υ', 'u'),
    ('օ', 'o'),
    ('ց', 'g'),
    ('հ', 'h'),
    ('ո', 'n'),
];

/// What a name reads like, and the letters that are not what they seem; `None` where nothing about it misleads. A word of
/// one script with letters of its own (`привет`) misleads nobody.
#[must_use]
pub fn reads_like(name: &str) -> Option<(String, String)> {
    let mut letters = String::new();
    let mut read = Vec::new();
    for label in name.split('.') {
        let shape = |c: char| SHAPES.iter().find(|(other, _)| *other == c).map(|(_, ascii)| *ascii);
        let seems: Option<String> =
            label.chars().map(|c| if c.is_ascii() { Some(c) } else { shape(c) }).collect();
        match seems {
            Some(seems) if !label.is_ascii() => {
                for c in label.chars().filter(|c| !c.is_ascii()) {
                    if !letters.contains(c) {
                        letters.push(c);
                    }
                }
                read.push(seems);
            }
            _ => read.push(label.to_owned()),
        }
    }
    (!letters.is_empty()).then(|| (read.join("."), letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_borrowed_letters_is_read_as_what_it_looks_like() {
        let (reads, letters) = reads_like("раypal.com").unwrap();
        assert_eq!((reads.as_str(), letters.as_str()), ("paypal.com", "ра"));
        assert_eq!(reads_like("аррӏе.com").unwrap().0, "apple.com");
    }

    #[test]
    fn names_of_another_script_mislead_nobody() {
        for name in ["привет.example", "bücher.example", "παράδειγμα.example", "example.com", "日本.example"]
        {
            assert_eq!(reads_like(name), None, "{name}");
        }
    }
}
