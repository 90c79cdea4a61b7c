//! What changed between two reports, in a few lines.

use launch_ready_core::report::Report;
use launch_ready_core::report::diff::{Change, Difference, difference};
use web_sys::Element;

use super::known;
use crate::dom::{by_id, make, set};
use crate::words;

/// Shows what has changed since `before`, the report of before as it came, above the fixes.
pub(super) fn show(before: &str) {
    let Some(place) = by_id::<Element>("changes") else { return };
    let (Some(now), Ok(before)) = (known::report(), serde_json::from_str::<Report>(before)) else { return };
    let Ok(found) = difference(&before, &now) else { return };
    place.set_text_content(None);
    let card = make(&place, "section", "changed", "");
    set(&card, "aria-labelledby", "changes-title");
    let title = make(&card, "h3", "", "What changed");
    set(&title, "id", "changes-title");
    let summary = summary(&found);
    let _ = make(&card, "p", "", &summary);
    list(&card, &found);
    known::announce(&format!("What changed: {summary}"));
}

/// "2 fixed, 1 new. Score 49 before, 61 now.": nothing where nothing is worth a word.
pub(super) fn summary(found: &Difference) -> String {
    let parts = [
        (found.gone.len(), "fixed"),
        (found.better.len(), "better"),
        (found.new.len(), "new"),
        (found.worse.len(), "worse"),
        (found.other.len(), "for another reason"),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    let mut text = if parts.is_empty() { "Nothing changed".to_owned() } else { parts.join(", ") };
    text.push('.');
    if let (Some(before), Some(now)) = (found.before.score, found.after.score)
        && before.value != now.value
    {
        text += &format!(" Score {} before, {} now.", before.value, now.value);
    }
    if found.before.verdict.decision != found.after.verdict.decision {
        let word = |decision| words::decision(decision);
        text += &format!(
            " {} before, {} now.",
            word(found.before.verdict.decision),
            word(found.after.verdict.decision).to_lowercase()
        );
    }
    text
}

/// Every change that matters, the good ones first.
pub(super) fn list(place: &Element, found: &Difference) {
    let kinds: [(&str, &str, &[Change]); 4] = [
        ("pass", "Fixed", &found.gone),
        ("pass", "Better", &found.better),
        ("fail", "New", &found.new),
        ("fail", "Worse", &found.worse),
    ];
    let all = make(place, "ul", "changed-list", "");
    for (tone, word, changes) in kinds {
        for change in changes {
            let item = make(&all, "li", tone, "");
            let _ = make(&item, "strong", "", word);
            let side = change.after.as_ref().filter(|_| tone == "fail").or(change.before.as_ref());
            let link = make(&item, "a", "", side.map_or(change.name.as_str(), |side| side.title.as_str()));
            set(&link, "href", &format!("#check-{}", change.check));
        }
    }
}
