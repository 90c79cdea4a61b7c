//! The backlog: everything there is to do, ranked by what it means for revenue.

use super::DocumentContext;
use crate::checks::consequences::BusinessImpact;

use super::model::{gap, plain};
use super::{Document, Text};
use crate::plan::roadmap::State;
use crate::report::score::Rank;

/// Something to do.
struct Entry {
    rank: Rank,
    loses: BusinessImpact,
    gain: u8,
    what: String,
    how: String,
    from: &'static str,
    owner: String,
}

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.paragraph(
        "In this order: what is urgent before what is not, and of two that are equally urgent the one that costs more revenue: downtime, lost sign-ups, lost mail, exposure, lost search traffic, lost control.",
    );
    let mut entries = entries(material);
    // Stable: what is equal in all of this stays in the order of checks and stages.
    entries.sort_by_key(|entry| (entry.rank, entry.loses, std::cmp::Reverse(entry.gain)));
    if material.report.is_none() {
        sheet.paragraph(gap("The domain was not checked: what the checks would find is missing here."));
    }
    if material.assessment.is_none() {
        sheet.paragraph(gap("No kind of business was chosen: what its roadmap asks for is missing here."));
    }
    if entries.is_empty() {
        sheet.paragraph("Nothing is known that should be done.");
        return sheet;
    }
    let rows = entries.iter().enumerate().map(|(index, entry)| {
        let owner = if entry.owner.is_empty() { gap("owner") } else { plain(&entry.owner) };
        let what = plain(&entry.what);
        let what: Text = if entry.how.is_empty() { what } else { what.plain(" ").plain(&entry.how) };
        vec![
            plain((index + 1).to_string()),
            plain(entry.rank.words()),
            plain(entry.loses.words()),
            what,
            plain(entry.from),
            owner,
        ]
    });
    sheet.table(&["", "Urgency", "It costs you", "What", "Known from", "Owner"], rows.collect());
    sheet
}

fn entries(material: &DocumentContext<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for risk in material.report.map(|report| report.risks.as_slice()).unwrap_or_default() {
        let Some(finding) = material.finding(&risk.check) else { continue };
        let (effort, who) = (risk.effort.words(), risk.who.words());
        entries.push(Entry {
            rank: risk.rank,
            loses: risk.loses,
            gain: risk.gain,
            what: format!("{}: {}.", finding.name, finding.title),
            how: format!("Takes {effort}; {who}."),
            from: "the checks",
            owner: String::new(),
        });
    }
    let Some(assessment) = material.assessment else { return entries };
    let items = assessment.stages.iter().flat_map(|stage| &stage.items).chain(&assessment.targets);
    for item in items {
        // What the checks found is on the list already, with its line.
        let by_founder = item.evidence.iter().all(|shown| {
            !matches!(shown.level, crate::checks::finding::Level::Fail | crate::checks::finding::Level::Warn)
        });
        let rank = match (item.state, item.must) {
            (State::No, true) if by_founder => Rank::Blocker,
            (State::No, false) if by_founder => Rank::Important,
            (State::Open, true) => Rank::Important,
            (State::Open, false) => Rank::Optional,
            _ => continue,
        };
        let open = item.state == State::Open;
        entries.push(Entry {
            rank,
            loses: item.loses,
            gain: 0,
            what: if open {
                format!("Find out: {}", item.text)
            } else {
                format!("Make it so: {}", item.text)
            },
            how: item.how.to_owned(),
            from: if open { "the roadmap, unanswered" } else { "your answer" },
            owner: item.said.as_ref().map(|said| said.owner.clone()).unwrap_or_default(),
        });
    }
    entries
}
