//! The picture that goes with a link: 1200 by 630, and still read at a quarter of that.

use super::Facts;
use super::markup::{shortened, text};

/// Characters of a domain at full size; a longer one is set smaller, down to half.
const DOMAIN_CHARACTERS: usize = 18;

/// The picture.
pub(crate) fn svg(domain: &str, facts: Option<&Facts>) -> String {
    let (ground, words, line) = match facts {
        None => ("#2c313b", "Not checked yet", "See in seconds whether it can go live.".to_owned()),
        Some(facts) => {
            let ground = match facts.decision.as_str() {
                "go" => "#1b6e44",
                "no-go" => "#a3271f",
                _ => "#2c313b",
            };
            let first = facts.risks.first().map(|risk| format!("First: {}", risk.title));
            (ground, facts.words(), first.unwrap_or_else(|| "Nothing to fix in what was measured".to_owned()))
        }
    };
    let name = shortened(domain, DOMAIN_CHARACTERS * 2);
    let length = name.chars().count();
    let size = if length <= DOMAIN_CHARACTERS { 96 } else { (96 * DOMAIN_CHARACTERS / length).max(48) };
    let measure = facts.map(|facts| format!("{} · {}", facts.measure(), facts.day())).unwrap_or_default();
    let words_size = if words.len() > 10 { 120 } else { 190 };
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630" role="img" aria-label="{label}"><title>{label}</title><rect width="1200" height="630" fill="{ground}"/><g fill="#fff" font-family="Inter,Segoe UI,Helvetica,Arial,DejaVu Sans,sans-serif"><text x="72" y="150" font-size="{size}" font-weight="600">{name}</text><text x="64" y="385" font-size="{words_size}" font-weight="800">{words}</text><text x="72" y="485" font-size="40">{line}</text><text x="72" y="570" font-size="34" opacity=".85">{measure}</text></g><path d="M1040 560h92M1086 545v-72m-26 26 26-26 26 26" fill="none" stroke="#fff" stroke-width="12"/></svg>"##,
        label = text(&format!("{domain}: {words}. {line}")),
        name = text(&name),
        line = text(&shortened(&line, 44)),
        measure = text(&measure),
    )
}
