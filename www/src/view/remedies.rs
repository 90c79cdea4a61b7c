//! How a finding is put right: instructions, and lines that can be pasted as they are, each with a button that copies it.

use launch_ready_core::report::FindingReport;
use web_sys::Element;

use super::spelled::spelled;
use crate::copying::copying;
use crate::dom::make;
use crate::remedy::{Remedy, remedies};

/// Every fix of a finding.
pub(super) fn write(place: &Element, finding: &FindingReport) {
    let all = remedies(&finding.fixes);
    if all.is_empty() {
        return;
    }
    let list = make(place, "ol", "fixes", "");
    for remedy in all {
        match remedy {
            Remedy::Step(text) => spelled(&make(&make(&list, "li", "step", ""), "bdi", "", ""), &text),
            Remedy::Lines { verb, replaced, lines } => {
                let item = make(&list, "li", "", "");
                let _ = make(&item, "p", "verb", &verb);
                for old in replaced {
                    let now = make(&item, "p", "replaced", "Now: ");
                    let _ = make(&make(&now, "del", "", ""), "code", "", &old);
                }
                for (label, text) in lines {
                    let mut what = format!("{verb}, {}", finding.name);
                    if !label.is_empty() {
                        let _ = make(&item, "p", "label", label);
                        what = format!("{label}, {what}");
                    }
                    copying(&item, &text, &what);
                }
            }
        }
    }
}
