//! What was probably meant by a word nobody knows.

/// The one of `known` nearest to `word`, if it is near: at most one edit in three letters.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    if word.len() > LONG {
        return None;
    }
    known
        .iter()
        .filter(|known| known.len() <= LONG && known.len().abs_diff(word.len()) <= known.len() / 3)
        .map(|known| (distance(word.as_bytes(), known.as_bytes()), *known))
        .filter(|(distance, known)| *distance <= known.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Edit distance where swapping two neighbours is one edit and letter case does not matter. Neither text is
/// longer than [`LONG`].
fn distance(a: &[u8], b: &[u8]) -> usize {
    let at = |row: &[usize; LONG + 1], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    let mut before = [0; LONG + 1];
    let mut last: [usize; LONG + 1] = std::array::from_fn(|index| index);
    let mut previous = 0;
    for (i, x) in a.iter().map(u8::to_ascii_lowercase).enumerate() {
        let mut row = [i + 1; LONG + 1];
        for (j, y) in b.iter().copied().enumerate() {
            let substituted = at(&last, j) + usize::from(x != y);
            let mut best = substituted.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if i > 0 && previous == y && j.checked_sub(1).and_then(|j| b.get(j)) == Some(&x) {
                best = best.min(at(&before, j - 1) + 1);
            }
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = best;
            }
        }
        before = std::mem::replace(&mut last, row);
        previous = x;
    }
    at(&last, b.len())
}

/// No word that a record or a header field may hold is longer.
const LONG: usize = 26;

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
            ("aeject", Some("reject")),
            ("erject", Some("reject")),
            ("rejec", Some("reject")),
            ("rejects", Some("reject")),
            ("rejectors", None),
            ("x", None),
            ("discard", None),
            ("", None),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", None),
        ] {
            assert_eq!(nearest(word, &known), expected, "{word}");
        }
    }
}
