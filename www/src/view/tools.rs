//! What can be done about a finding: the steps of its fix, and a check of this alone. Both are of the program on demand
//! (plan.js), which knows them by `data-do`.
//!
//! Set up by hand behind what the finding says: there they stay while that changes, and with them the focus.

use launch_ready_core::checks::fix::Fix;
use launch_ready_core::report::Report;
use web_sys::Element;

use super::by_id;
use super::picture::add;

/// Offers them at every finding of a report.
pub(super) fn offer(report: &Report) {
    for finding in &report.findings {
        let Some(article) = by_id::<Element>(&format!("check-{}", finding.check)) else { continue };
        // Of the report before, whose elements are used again.
        if let Ok(Some(before)) = article.query_selector(".tools") {
            before.remove();
        }
        let Some(tools) = add(&article, "div", "tools", "") else { continue };
        let button = |does: &str, words: &str, hidden: bool| {
            if let Some(button) = add(&tools, "button", "", words) {
                let _ = button.set_attribute("data-do", does);
                let _ = button.set_attribute("aria-label", &format!("{words}: {}", finding.name));
                let _ = button.toggle_attribute_with_force("hidden", hidden);
            }
        };
        let in_use = finding.fixes.iter().find_map(|fix| match fix.fix {
            Fix::Record { .. } | Fix::RemoveRecord { .. } => Some(&report.in_use.dns),
            Fix::Header { .. } | Fix::Redirect { .. } => Some(&report.in_use.host),
            Fix::Step { .. } => None,
        });
        let place = match in_use {
            Some(Some(service)) => format!("Show the steps at {}", service.name),
            _ => "Show the steps".to_owned(),
        };
        button("steps", &place, in_use.is_none());
        button("again", "Check again", false);
    }
}
