//! The DNS map of a report as Markdown.

use std::fmt::Write;

use super::escaped;
use crate::report::Report;
use crate::report::dns_map::Row;

/// The sheet of a report as Markdown. What strangers wrote is text: everything that means something to Markdown, or in a
/// table, is escaped.
#[must_use]
pub fn dns_map(report: &Report) -> String {
    sheet(&report.domain_unicode, &report.dns)
}

/// The sheet of a domain from its rows.
pub(crate) fn sheet(domain: &str, rows: &[Row]) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_sheet(&mut out, domain, rows);
    out
}

fn write_sheet(out: &mut String, domain: &str, rows: &[Row]) -> std::fmt::Result {
    writeln!(out, "# DNS map: {}\n", cell(domain))?;
    writeln!(
        out,
        "Every record that the scan has seen. Names that nobody asked for are not on it: compare it with the list at your DNS provider.\n"
    )?;
    if rows.is_empty() {
        return writeln!(out, "No records seen.");
    }
    writeln!(out, "| Name | Type | Points to | Run by | For | TTL |\n| --- | --- | --- | --- | --- | --- |")?;
    for row in rows {
        let (name, value) = (cell(&row.name), cell(&row.value));
        let (provider, purpose) = (cell(&row.provider), cell(&row.purpose));
        writeln!(out, "| {name} | {} | {value} | {provider} | {purpose} | {} |", row.record_type, row.ttl)?;
    }
    Ok(())
}

/// A table's cell: one line, no column and no markup of its own.
fn cell(text: &str) -> String {
    escaped(text)
}
