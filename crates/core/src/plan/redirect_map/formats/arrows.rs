//! Arrows between two addresses: `/old -> /new`.

use super::cells::status;

/// Arrows, with blanks around them or not.
pub(super) const ARROWS: [&str; 9] = ["-->", "==>", "=>", "->", "→", "⇒", "⟶", "➜", "»"];

/// `/old -> /new 301  # a note`: an arrow between blanks, outside of quotes.
pub(super) fn spaced_arrow(line: &str) -> Option<Vec<String>> {
    let found = |arrow: &&str| {
        let at = line.find(&format!(" {arrow} ")).or_else(|| line.find(&format!("\t{arrow}\t")))?;
        Some((at, at + arrow.len() + 2))
    };
    let (at, after) = ARROWS.iter().filter_map(found).min()?;
    let (from, to) = (&line[..at], &line[after..]);
    let parted = from.matches('"').count() % 2 == 0 && !from.trim().is_empty();
    parted.then(|| sides(from, to))
}

/// Both sides of an arrow, with what follows the target.
pub(super) fn sides(from: &str, to: &str) -> Vec<String> {
    let to = to.split_once(" # ").map_or(to, |(to, _)| to).trim();
    let mut cells = vec![unquoted(from).to_owned()];
    match to.rsplit_once([' ', '\t', ',', ';']) {
        Some((to, last)) if status(last).is_some() => {
            cells.extend([unquoted(to.trim_end_matches([',', ';', ' '])).to_owned(), last.to_owned()]);
        }
        _ => cells.push(unquoted(to).to_owned()),
    }
    cells
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).trim()
}
