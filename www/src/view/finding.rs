//! One finding: what is so and what it costs, what was seen, how it is put right, and what can be done about it. Open where
//! it stops the launch, folded to one line elsewhere.

use launch_ready_core::checks::fix::Fix;
use launch_ready_core::facts::providers_in_use::ProvidersInUse;
use launch_ready_core::report::{FindingReport, Risk};
use web_sys::Element;

use super::spelled::spelled;
use super::{asking, done, icon, remedies, seen};
use crate::dom::{doing, icon as draw_icon, make, say, set};
use crate::words;

/// What belongs to a finding beside itself.
#[derive(Clone, Copy)]
pub(super) struct Beside<'r> {
    /// What it costs, where there is something to fix.
    pub(super) risk: Option<&'r Risk>,
    /// What is in use, where there is a report.
    pub(super) in_use: Option<&'r ProvidersInUse>,
    /// The element of its heading: below a section, or below an area of it.
    pub(super) heading: &'static str,
}

/// Adds a finding to `parent`, as a card that is open.
pub(super) fn card(parent: &Element, finding: &FindingReport, beside: Beside<'_>) {
    let article = article(parent, finding);
    let _ = make(&article, "div", "head", "");
    parts(&article, &article, finding, beside);
}

/// Adds a finding to `parent`, as a line that unfolds.
pub(super) fn line(parent: &Element, finding: &FindingReport, beside: Beside<'_>) {
    let article = article(parent, finding);
    let details = make(&article, "details", "", "");
    let _ = make(&details, "summary", "head", "");
    parts(&article, &details, finding, beside);
}

fn article(parent: &Element, finding: &FindingReport) -> Element {
    let article = make(parent, "article", "", "");
    let id = format!("check-{}", finding.check);
    set(&article, "aria-labelledby", &format!("{id}-title"));
    set(&article, "id", &id);
    set(&article, "tabindex", "-1");
    article
}

fn parts(article: &Element, parent: &Element, finding: &FindingReport, beside: Beside<'_>) {
    for part in ["what", "how"] {
        let _ = make(parent, "div", part, "");
    }
    if beside.in_use.is_some() {
        tools(&make(parent, "div", "tools", ""), finding, beside);
    }
    write(article, finding, beside);
}

/// Writes what a finding says, in place of what stands there. Its tools stay, and with them the focus.
pub(super) fn write(article: &Element, finding: &FindingReport, beside: Beside<'_>) {
    let is_done = article.class_list().contains("done");
    let tone = icon::of_finding(finding.level, finding.rank).1;
    article.set_class_name(&format!("finding {tone}{}", if is_done { " done" } else { "" }));
    let part = |class: &str| {
        let part = article.query_selector(class).ok().flatten()?;
        part.set_text_content(None);
        Some(part)
    };
    if let Some(place) = part(".head") {
        head(&place, finding, beside);
    }
    if let Some(place) = part(".what") {
        what(&place, finding);
    }
    if let Some(place) = part(".how") {
        remedies::write(&place, finding);
    }
}

fn head(place: &Element, finding: &FindingReport, Beside { risk, heading, .. }: Beside<'_>) {
    draw_icon(place, icon::of_finding(finding.level, finding.rank).0);
    let title = make(place, heading, "", "");
    set(&title, "id", &format!("check-{}-title", finding.check));
    let _ = make(&title, "bdi", "name", &finding.name);
    let _ = make(&title, "span", "visually-hidden", ": ");
    let _ = make(&title, "bdi", "title", &finding.title);
    let chip = format!("chip {}", finding.rank.map_or("quiet", icon::of_rank));
    let _ = make(place, "span", &chip, words::state(finding.level, finding.rank));
    if let (Some(risk), Some(_)) = (risk, finding.rank) {
        let stakes = make(place, "p", "stakes", &words::stakes(risk.consequences()));
        match risk.gain {
            0 => {}
            gain => say(&stakes, &format!(" · +{}", words::count(gain.into(), "point", "points"))),
        }
    }
}

fn what(place: &Element, finding: &FindingReport) {
    for (class, text) in [("detail", &finding.detail), ("why", &finding.why)] {
        if !text.is_empty() {
            spelled(&make(&make(place, "p", class, ""), "bdi", "", ""), text);
        }
    }
    seen::write(place, finding);
}

/// The buttons: the steps at what is in use, a check of this alone, whether it is done, and its own address.
fn tools(place: &Element, finding: &FindingReport, Beside { risk, in_use, .. }: Beside<'_>) {
    let Some(in_use) = in_use else { return };
    let service = finding.fixes.iter().find_map(|fix| match fix.fix {
        Fix::Record { .. } | Fix::RemoveRecord { .. } => Some(&in_use.dns),
        Fix::Header { .. } | Fix::Redirect { .. } => Some(&in_use.host),
        Fix::Step { .. } => None,
    });
    let steps = match service {
        Some(Some(service)) => format!("Steps at {}", service.name),
        _ => "Steps".to_owned(),
    };
    for (does, words) in [("steps", steps.as_str()), ("again", "Check again")] {
        let button = doing(place, does, words);
        set(&button, "aria-label", &format!("{words}: {}", finding.name));
        if does == "steps" && service.is_none() {
            set(&button, "hidden", "");
        }
    }
    if risk.is_some() {
        done::tick(place, &finding.check);
    }
    let how = make(place, "a", "permalink", "How we check this");
    set(&how, "href", &format!("/docs/checks/{}", finding.check));
    set(&how, "aria-label", &format!("How we check this: {}", finding.name));
    let link = make(place, "a", "permalink", "Link");
    set(&link, "href", &format!("#check-{}", finding.check));
    set(&link, "aria-label", &format!("Link to {}", finding.name));
    asking::field(place, finding);
}
