//! The answer to a pasted list: a table with what is wrong with each line and how it came out when it was tried, what could
//! not be read, and the rules to copy. Pure: without evidence it is what can be said without a network.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Format, Left, MAX_TRIED, Move, Problem, Tried, Unread, problems, render, straightened, tried};
use crate::check::{Area, Check, Finding, Impact, Outcome, Stop};
use crate::dns::provider::of_answer;
use crate::dns::{RecordType, addresses};
use crate::evidence::Evidence;
use crate::stakes::{Effort, Loss, Stakes, Who};
use crate::target::Target;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The site that paths without a host are on: `https://example.com/`.
    pub site: Url,
    /// The lines that could be read.
    pub moves: Vec<Move>,
    /// The lines that could not.
    pub unread: Vec<Unread>,
    /// The formats of the rules; where there is none, those of the host in use, as far as the evidence shows it.
    pub formats: Vec<Format>,
}

/// Everything there is to say about a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sheet {
    /// The site that paths without a host are on.
    pub site: String,
    /// One row for each line that could be read, in their order.
    pub rows: Vec<SheetRow>,
    /// The lines that could not be read, and why.
    pub unread: Vec<Unread>,
    /// How many lines were not tried, because a list may be longer than what is tried in one go.
    pub untried: usize,
    /// The rules to copy, for each format asked for.
    pub rules: Vec<Written>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SheetRow {
    /// The line, from 1.
    pub line: usize,
    /// The old address, as it was pasted.
    pub from: String,
    /// Where it should lead, as it was pasted.
    pub to: String,
    /// What is wrong with it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The same as a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// How it came out; absent where it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
}

/// Rules for one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Written {
    /// The format.
    pub format: Format,
    /// Where they go.
    pub place: String,
    /// The text to copy.
    pub text: String,
    /// The moves that this format cannot say.
    pub left_out: Vec<Left>,
}

impl Asked {
    /// What a scan needs to know to try the list: a target for [`CHECK`]. Every request goes to the site or to the host of
    /// an address in the list, behind the guard that every request passes.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        let mut target = Target::parse(self.site.host_str()?).ok()?;
        // Absolute, because the target of a scan is the domain without `www`.
        let moves = self.moves.iter().take(MAX_TRIED).filter_map(|a_move| {
            let (from, to) = a_move.on(&self.site)?;
            Some(Move { line: a_move.line, from: from.to_string(), to: to.to_string() })
        });
        target.moves = moves.collect();
        Some(target)
    }

    /// The sheet. Without `evidence` nothing is tried.
    ///
    /// # Errors
    /// Pending until every line that is tried has its chain: see [`CHECK`].
    pub fn sheet(&self, evidence: Option<&Evidence>) -> Result<Sheet, Stop> {
        let Some(evidence) = evidence else { return Ok(self.laid_out(None, &self.formats)) };
        let outcomes = tried(&self.moves, &self.site, evidence)?;
        if self.formats.is_empty() {
            return Ok(self.laid_out(Some(&outcomes), &in_use(evidence, &self.site)));
        }
        Ok(self.laid_out(Some(&outcomes), &self.formats))
    }

    /// The sheet with what came out where the lines, by number, were tried before; and with rules in these formats.
    #[must_use]
    pub fn laid_out(&self, outcomes: Option<&[(usize, Tried)]>, formats: &[Format]) -> Sheet {
        let found = problems(&self.moves, &self.site);
        let outcome = |line: usize| {
            let outcome = outcomes?.iter().find(|(of, _)| *of == line);
            outcome.map(|(_, outcome)| outcome.clone())
        };
        let row = |a_move: &Move| {
            let problem = found.iter().find(|problem| problem.line() == a_move.line).cloned();
            SheetRow {
                line: a_move.line,
                from: a_move.from.clone(),
                to: a_move.to.clone(),
                words: problem.as_ref().map(Problem::words).unwrap_or_default(),
                problem,
                tried: outcome(a_move.line),
            }
        };
        let moves = if formats.is_empty() { Vec::new() } else { straightened(&self.moves, &self.site) };
        let written = |format: &Format| {
            let rules = render(&moves, &self.site, *format);
            Written {
                format: *format,
                place: format.place().to_owned(),
                text: rules.text,
                left_out: rules.left_out,
            }
        };
        Sheet {
            site: self.site.to_string(),
            rows: self.moves.iter().map(row).collect(),
            unread: self.unread.clone(),
            untried: outcomes.map_or(0, |_| self.moves.len().saturating_sub(MAX_TRIED)),
            rules: formats.iter().map(written).collect(),
        }
    }
}

impl Sheet {
    /// Whether every line was read, has nothing wrong with it, and leads where it should as far as it was tried.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let fine = |row: &SheetRow| row.problem.is_none() && matches!(row.tried, None | Some(Tried::Good));
        self.unread.is_empty() && self.rows.iter().all(fine)
    }

    /// Whether a line could not be seen, while nothing is known to be wrong with any other.
    #[must_use]
    pub fn is_unmeasured(&self) -> bool {
        let fine = |row: &SheetRow| {
            row.problem.is_none() && matches!(row.tried, None | Some(Tried::Good | Tried::NotMeasured { .. }))
        };
        self.unread.is_empty() && !self.is_good() && self.rows.iter().all(fine)
    }
}

/// The format of the host in use: told by the alias and the address of the site.
fn in_use(evidence: &Evidence, site: &Url) -> Vec<Format> {
    let host = site.host_str().unwrap_or_default();
    let Ok(lookup) = evidence.glance(host, RecordType::A) else { return Vec::new() };
    let format = match of_answer(&lookup.aliases, &addresses(&lookup.records)).map(|host| host.name) {
        Some("Cloudflare") => Format::CloudflareBulk,
        Some("Cloudflare Pages") => Format::CloudflareRedirects,
        Some("Netlify") => Format::Netlify,
        Some("Vercel") => Format::Vercel,
        _ => return Vec::new(),
    };
    vec![format]
}

/// Tries the moves of a target, in a scan of its own: not one of the checks of a report. What was seen is how each came out, by its
/// line ([`Tried::read`]). When it has settled, [`Asked::sheet`] has all that it needs.
pub static CHECK: Check = Check {
    id: "redirect-map",
    area: Area::Redirects,
    impact: Impact::Important,
    stakes: Stakes::new(Loss::SearchTraffic, Effort::Hour, Who::Host),
    outcomes: &[&TRIED],
    run,
};

static TRIED: Outcome = Outcome::pass("tried", "The old addresses were tried");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Ok(site) = Url::parse(&format!("https://{}/", target.domain)) else { return Ok(TRIED.found()) };
    let outcomes = tried(&target.moves, &site, evidence)?;
    Ok(outcomes
        .iter()
        .fold(TRIED.found(), |finding, (line, outcome)| finding.saw(line.to_string(), outcome.to_string())))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn asked(text: &str, formats: &[Format]) -> Asked {
        let (moves, unread) = parse(text);
        let site = Url::parse("https://example.com/").unwrap();
        Asked { site, moves, unread, formats: formats.to_vec() }
    }

    #[test]
    fn without_a_network_the_list_is_looked_over_and_written_as_rules() {
        let sheet = asked("/a,/b\n/b,/a\n/c,/d\nnonsense", &[Format::Netlify]).sheet(None).unwrap();
        let shown: Vec<(usize, bool)> =
            sheet.rows.iter().map(|row| (row.line, row.problem.is_some())).collect();
        assert_eq!(shown, [(1, true), (2, false), (3, false)], "a circle is told once");
        assert_eq!(sheet.unread[0].line, 4);
        assert_eq!(sheet.rules[0].text, "/c /d 301!\n");
        assert!(!sheet.is_good() && sheet.rows.iter().all(|row| row.tried.is_none()));
        assert!(asked("/a,/b", &[]).sheet(None).unwrap().is_good());
        let json = serde_json::to_string(&sheet).unwrap();
        assert_eq!(serde_json::from_str::<Sheet>(&json).unwrap(), sheet);
    }

    #[test]
    fn no_more_is_tried_than_fits_into_one_scan() {
        let text: String = (0..100).map(|n| format!("/{n},/x{n}\n")).collect();
        let target = asked(&text, &[]).target().unwrap();
        assert_eq!(target.moves.len(), MAX_TRIED);
        assert_eq!(asked(&text, &[]).sheet(None).unwrap().untried, 0, "nothing was to be tried");
    }
}
