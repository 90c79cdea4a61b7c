//! The redirect map as a document: how the site is reached, old addresses and where each leads, and the rules for the
//! host; see [`crate::plan::redirect_map`].

use launch_ready_providers::meant_by;
use url::Url;

use super::DocumentContext;
use super::context::seen_line;
use super::model::{code, cut, gap, plain, strong};
use super::{Document, Text};
use crate::checks::fix::Fix;
use crate::fixes::redirect_rules::{Wanted, formats_of, render_within};
use crate::plan::redirect_map;
use crate::plan::redirect_map::Format;
use crate::plan::redirect_map::{Course, most_of_answer};

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.heading("Home page URLs");
    match material.finding("entry-points") {
        Some(finding) => {
            sheet.paragraph(super::context::sentence(finding));
            sheet.list(finding.seen.iter().map(|seen| code(cut(&seen_line(seen), 240))).collect());
        }
        None => sheet.paragraph(gap("The home page URLs were not checked.")),
    }
    let fixes = material.report.map(|report| report.findings.as_slice()).unwrap_or_default();
    let mut wanted: Vec<Vec<Text>> = Vec::new();
    for shown in fixes.iter().flat_map(|finding| &finding.fixes) {
        if let Fix::Redirect { from, to } = &shown.fix {
            let row = vec![code(from), code(to), plain("301, path and query kept")];
            // Several checks may ask for the same one.
            if !wanted.contains(&row) {
                wanted.push(row);
            }
        }
    }
    if !wanted.is_empty() {
        sheet.paragraph(strong("Redirects to add:"));
        sheet.table(&["From", "To", "How"], wanted);
    }
    sheet.heading("Old addresses");
    let Some(site) = site(material) else {
        sheet.paragraph(gap("Without a domain there is nothing that the addresses could be on."));
        return sheet;
    };
    let redirect_map::List { moves, unread, .. } =
        match redirect_map::parse_whole(&material.answers.redirects) {
            Ok(read) => read,
            Err(too_many) => {
                sheet.paragraph(gap(too_many.to_string()));
                return sheet;
            }
        };
    if moves.is_empty() {
        sheet.paragraph(gap("No list of old addresses was given. Without one, links and search results of an earlier site end in errors."));
        return sheet;
    }
    let course = Course::of(&moves, &site);
    let rows = moves.iter().zip(course.problems()).take(MAX_ROWS).map(|(a_move, problem)| {
        let words = problem.map_or_else(|| a_move.words(), |problem| problem.words());
        vec![code(cut(&a_move.from, 200)), code(cut(&a_move.to, 200)), plain(words)]
    });
    sheet.table(&["Old address", "Leads to", "To look at"], rows.collect());
    let (lines, more) = (unread.len(), moves.len().saturating_sub(MAX_ROWS));
    if more > 0 {
        sheet.paragraph(format!("{more} more stand in the list and in the rules below."));
    }
    if lines > 0 {
        sheet.paragraph(gap(format!("{lines} lines of the list could not be read.")));
    }
    rules(material, &mut sheet, &course.wanted(), &site);
    sheet
}

/// The site's address: where the ways in end, or https at the domain.
fn site(material: &DocumentContext<'_>) -> Option<Url> {
    if material.report.is_none() && material.answers.domain.is_empty() {
        return None;
    }
    Url::parse(&format!("https://{}/", material.domain())).ok()
}

fn rules(material: &DocumentContext<'_>, sheet: &mut Document, wanted: &Wanted<'_>, site: &Url) {
    let host = material.host().unwrap_or_default();
    let mut formats: Vec<Format> = Vec::new();
    for format in meant_by(&host).flat_map(formats_of) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    sheet.heading("Rules for the host");
    if formats.is_empty() {
        formats = vec![Format::Nginx, Format::Apache];
        let [first, second] = [Format::Nginx, Format::Apache].map(Format::name);
        sheet.paragraph(gap(format!(
            "The host is not known, or keeps redirects in its dashboard; here are the rules for {first} and {second}."
        )));
    }
    for format in formats {
        sheet.subheading(format.place());
        let most = most_of_answer(material.answers.redirects.len());
        let Some(rules) = render_within(wanted, site, format, most) else {
            sheet.paragraph(gap("These rules would be many times as long as the list: split it."));
            continue;
        };
        sheet.code(rules.text);
        sheet.list(
            rules
                .left_out
                .iter()
                .chain(&rules.partly)
                .take(MAX_ROWS)
                .map(|left| code(cut(&left.from, 200)).plain(format!(": {}", left.reason)))
                .collect(),
        );
    }
}

/// Rows that are printed; whoever has more has a file of them.
const MAX_ROWS: usize = 200;
