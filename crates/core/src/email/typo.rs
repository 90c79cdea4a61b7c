//! What was probably meant by a word nobody knows.

/// The one of `known` nearest to `word`, if it is near: at most one edit in three letters.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_ascii_lowercase();
    known
        .iter()
        .map(|known| (distance(word.as_bytes(), known.as_bytes()), *known))
        .filter(|(distance, known)| *distance <= known.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Edit distance where swapping two neighbours is one edit. Long words are not compared.
fn distance(a: &[u8], b: &[u8]) -> usize {
    if a.len() > LONG {
        return usize::MAX;
    }
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

/// No word that a record may hold is longer.
const LONG: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found() {
        let known = ["none", "quarantine", "reject", "p"];
        for (word, expected) in [
            ("quarentine", Some("quarantine")),
            ("QUARANTENE", Some("quarantine")),
            ("rejcet", Some("reject")),
            ("nome", Some("none")),
            ("x", None),
            ("discard", None),
            ("", None),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", None),
        ] {
            assert_eq!(nearest(word, &known), expected, "{word}");
        }
    }
}
