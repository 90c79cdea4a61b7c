//! What checks say about several records where receivers take one.

use crate::checks::finding::Finding;
use crate::checks::fix::Fix;
use crate::diagnostic::Diagnostic;
use crate::email::txt::{Selected, quoted};

/// `finding` with every record as evidence, and with all of them but the first to be removed: of several, receivers
/// use none. `read` says what there is to notice in one.
pub(crate) fn keep_one(
    selected: &Selected<'_>,
    finding: Finding,
    name: &str,
    read: fn(&str) -> Vec<Diagnostic>,
) -> Finding {
    let finding = selected.records.iter().fold(finding, |finding, text| {
        finding.with_marked_evidence(format!("TXT {name}"), text.as_ref(), &read(text))
    });
    selected.records.iter().skip(1).fold(finding, |finding, text| {
        finding.fix(Fix::RemoveRecord {
            name: name.to_owned(),
            record_type: "TXT".to_owned(),
            value: quoted(text),
        })
    })
}
