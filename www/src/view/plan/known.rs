//! The report that the page shows, and the findings that were asked for again since.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use launch_ready_core::report::{FindingReport, Report};
use web_sys::{HtmlElement, MessagePort};

use crate::channel::{ToPage, send};
use crate::dom::by_id;

#[derive(Default)]
struct Known {
    report: Option<Arc<Report>>,
    /// What the report answers, as a query.
    asked: String,
    newer: BTreeMap<String, FindingReport>,
    /// The page's end of the channel; the plan's own page has none.
    page: Option<MessagePort>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// From now on the page hears what is said here.
pub(super) fn connect(page: MessagePort) {
    KNOWN.with_borrow_mut(|known| known.page = Some(page));
}

/// Tells the page something.
pub(super) fn tell(message: ToPage) {
    KNOWN.with_borrow(|known| {
        if let Some(page) = &known.page {
            send(page, message);
        }
    });
}

/// Takes a report over: the last line of the service's stream, and what it answers.
pub(super) fn take(asked: String, report: &str) {
    let report = serde_json::from_str(report).ok().map(Arc::new);
    KNOWN.with_borrow_mut(|known| {
        known.report = report;
        known.asked = asked;
        known.newer.clear();
    });
}

/// What the report answers, as a query.
pub(super) fn asked() -> String {
    KNOWN.with_borrow(|known| known.asked.clone())
}

/// The report.
pub(super) fn report() -> Option<Arc<Report>> {
    KNOWN.with_borrow(|known| known.report.clone())
}

/// What a check found, as new as it is known.
pub(super) fn finding(check: &str) -> Option<FindingReport> {
    KNOWN.with_borrow(|known| {
        let of_report = || known.report.as_ref()?.findings.iter().find(|finding| finding.check == check);
        known.newer.get(check).or_else(of_report).cloned()
    })
}

/// Takes over what was found again.
pub(super) fn renew(finding: FindingReport) {
    KNOWN.with_borrow_mut(|known| known.newer.insert(finding.check.clone(), finding));
}

/// Where the page has room for what belongs to a check (www/src/view/finding.rs).
pub(super) fn tools(check: &str) -> Option<web_sys::Element> {
    by_id::<HtmlElement>(&format!("check-{check}"))?.query_selector(".tools").ok()?
}

/// Says something to those who listen to the page.
pub(super) fn announce(words: &str) {
    if let Some(place) = by_id::<HtmlElement>("announcer") {
        // The same words twice would not be a change, and would not be said.
        let same = place.text_content().is_some_and(|before| before == words);
        place.set_text_content(Some(&if same { format!("{words}\u{a0}") } else { words.to_owned() }));
    }
}
