//! Lines with a depth, drawn as a tree.

/// The head, and below it every line at its depth, with box-drawing characters.
pub(crate) fn draw(head: &str, lines: impl IntoIterator<Item = (usize, String)>) -> String {
    let lines: Vec<(usize, String)> = lines.into_iter().collect();
    let mut out = head.to_owned();
    for (at, (depth, text)) in lines.iter().enumerate() {
        out.push('\n');
        for level in 0..=*depth {
            // Whether a line of this level is still to come before the branch that it belongs to ends.
            let goes_on = lines
                .get(at + 1..)
                .unwrap_or_default()
                .iter()
                .take_while(|(later, _)| *later >= level)
                .any(|(later, _)| *later == level);
            out.push_str(match (level == *depth, goes_on) {
                (true, true) => "├─ ",
                (true, false) => "└─ ",
                (false, true) => "│  ",
                (false, false) => "   ",
            });
        }
        out.push_str(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_drawn_as_far_as_they_go() {
        let lines = [(0, "a"), (1, "b"), (2, "c"), (1, "d"), (0, "e"), (1, "f")];
        let drawn = draw("head", lines.map(|(depth, text)| (depth, text.to_owned())));
        assert_eq!(drawn, "head\n├─ a\n│  ├─ b\n│  │  └─ c\n│  └─ d\n└─ e\n   └─ f");
        assert_eq!(draw("alone", []), "alone");
    }
}
