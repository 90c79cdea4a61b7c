//! What documents are written from.

use super::Text;
use super::model::{gap, plain};
use crate::checks::finding::{EvidenceItem, Level};
use crate::fixes::{ProviderOverride, dns_panels, hosts};
use crate::plan::roadmap::{Answers, Assessment};
use crate::report::dns_map::Row;
use crate::report::{FindingReport, Report};
use crate::target::Segment;

/// What documents are written from. Whatever is missing becomes a gap in them.
#[derive(Debug, Clone, Copy)]
pub struct DocumentContext<'a> {
    /// What the checks came to.
    pub report: Option<&'a Report>,
    /// What an earlier scan came to, for before and after.
    pub before: Option<&'a Report>,
    /// The DNS records that were seen; `None` where no evidence is at hand.
    pub dns: Option<&'a [Row]>,
    /// What the founder said.
    pub answers: &'a Answers,
    /// How far the business is, where its kind is known.
    pub assessment: Option<&'a Assessment>,
    /// What the reader says is in use, instead of what the report recognised.
    pub chosen: ProviderOverride<'a>,
}

impl<'a> DocumentContext<'a> {
    /// What it is about.
    pub(crate) fn subject(&self) -> String {
        match self.report {
            Some(report) => report.domain_unicode.clone(),
            None if self.answers.domain.is_empty() => "your product".to_owned(),
            None => self.answers.domain.clone(),
        }
    }

    /// From when and where the evidence is.
    pub(crate) fn made(&self) -> String {
        match self.report {
            Some(report) => format!("Measured {} from {}.", moment(&report.run.started), report.run.vantage),
            None => "Nothing was checked: this comes from your answers alone.".to_owned(),
        }
    }

    /// The domain in ASCII, as it stands in records and commands.
    pub(crate) fn domain(&self) -> &'a str {
        match self.report {
            Some(report) => &report.domain,
            None if self.answers.domain.is_empty() => "example.com",
            None => &self.answers.domain,
        }
    }

    /// The kind of business.
    pub(crate) fn segment(&self) -> Option<Segment> {
        self.assessment.map(|assessment| assessment.segment)
    }

    /// What a check came to, if it ran.
    pub(crate) fn finding(&self, check: &str) -> Option<&'a FindingReport> {
        self.report?.findings.iter().find(|finding| finding.check == check)
    }

    /// What a check came to, in one line with its level.
    pub(crate) fn checked(&self, check: &str, missing: &str) -> Text {
        match self.finding(check) {
            Some(finding) if finding.level == Level::NotMeasured => gap(format!("{missing} (not measured)")),
            Some(finding) => plain(sentence(finding)),
            None => gap(missing),
        }
    }

    /// Who runs something of the domain, from the records that were seen and for one purpose: `DNS`, `Site`, `Mail`.
    pub(crate) fn providers(&self) -> Vec<(&'a str, Vec<&'static str>)> {
        let mut providers: Vec<(&str, Vec<&str>)> = Vec::new();
        for row in self.dns.unwrap_or_default().iter().filter(|row| !row.provider.is_empty()) {
            let purpose = match row.record_type.as_str() {
                "NS" => "DNS",
                "MX" => "incoming mail",
                "TXT" => "outgoing mail",
                _ if row.purpose.starts_with("DKIM") => "outgoing mail",
                _ => "hosting",
            };
            match providers.iter_mut().find(|(name, _)| *name == row.provider) {
                Some((_, purposes)) if purposes.contains(&purpose) => {}
                Some((_, purposes)) => purposes.push(purpose),
                None => providers.push((&row.provider, vec![purpose])),
            }
        }
        providers
    }

    /// Where production runs: what the founder said, or what the address records tell.
    pub(crate) fn host(&self) -> Option<String> {
        let said = self.answers.deploy.host.trim();
        if !said.is_empty() {
            return Some(said.to_owned());
        }
        if let Some(chosen) = self.chosen.host {
            return Some(hosts::of(Some(chosen)).name.to_owned());
        }
        if let Some(host) = self.report.and_then(|report| report.in_use.host.as_ref()) {
            return Some(host.name.clone());
        }
        let domain = self.domain();
        let www = format!("www.{domain}");
        let serves = |row: &&Row| {
            matches!(row.record_type.as_str(), "A" | "AAAA" | "CNAME")
                && (row.name == domain || row.name == www)
                && !row.provider.is_empty()
        };
        self.dns?.iter().find(serves).map(|row| row.provider.clone())
    }

    /// Where the domain is registered, as the registry says.
    pub(crate) fn registrar(&self) -> Option<&'a str> {
        let seen = &self.finding("registration")?.seen;
        seen.iter().find(|seen| seen.label == "registrar").map(|seen| seen.text.as_str())
    }

    /// Who answers for the domain's names, from its NS records.
    pub(crate) fn dns_provider(&self) -> Option<&'a str> {
        if let Some(chosen) = self.chosen.dns {
            return Some(dns_panels::of(Some(chosen)).name);
        }
        if let Some(dns) = self.report.and_then(|report| report.in_use.dns.as_ref()) {
            return Some(&dns.name);
        }
        let row = self.dns?.iter().find(|row| row.record_type == "NS" && !row.provider.is_empty())?;
        Some(&row.provider)
    }
}

/// A time in RFC 3339 as people read it: `2026-11-26 09:00 UTC`.
pub(crate) fn moment(time: &str) -> String {
    match (time.get(..10), time.get(11..16), time.ends_with('Z')) {
        (Some(day), Some(minute), true) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    }
}

/// What a check came to, as a sentence.
pub(crate) fn sentence(finding: &FindingReport) -> String {
    if finding.detail.is_empty() {
        format!("{}.", finding.title)
    } else {
        format!("{}. {}", finding.title, finding.detail)
    }
}

/// What was seen, in one short line.
pub(crate) fn seen_line(seen: &EvidenceItem) -> String {
    format!("{}: {}", seen.label, seen.text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The word with a capital.
pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
