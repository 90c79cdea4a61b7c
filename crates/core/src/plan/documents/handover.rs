//! The handover checklist: every system that matters, on one page. What does not fit is cut, and points to its own sheet.

use super::DocumentContext;
use super::accounts::{listed, unlisted};
use super::context::sentence;
use super::model::{cut, gap, plain, strong};
use super::rollback::way_back;
use super::{Document, Text, Tick};
use crate::checks::finding::Level;
use crate::plan::roadmap::Word;
use crate::report::words;

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.one_page = true;
    sheet.paragraph(verdict(material));
    sheet.heading("Where everything is");
    let answers = material.answers;
    let registrar = listed(material).into_iter().find(|account| {
        let text = format!("{} {}", account.service, account.purpose).to_ascii_lowercase();
        text.contains("registrar") || text.contains("registration")
    });
    let dns =
        material.dns_provider().map_or_else(|| gap("where records are changed"), |name| plain(cut(name, 60)));
    let host = material.host().map_or_else(|| gap("where production runs"), |host| plain(cut(&host, 60)));
    let mail: Vec<&str> = material
        .providers()
        .into_iter()
        .filter(|(_, purposes)| purposes.iter().any(|purpose| purpose.contains("mail")))
        .map(|(name, _)| name)
        .take(3)
        .collect();
    let mail = if mail.is_empty() { gap("mailboxes and sending service") } else { plain(mail.join(", ")) };
    sheet.table(
        &["System", "Where", "System", "Where"],
        vec![
            vec![
                strong("Domain"),
                match (registrar, material.registrar()) {
                    (Some(account), _) => plain(cut(&account.service, 60)),
                    (None, Some(registrar)) => plain(cut(registrar, 60)),
                    (None, None) => gap("registrar"),
                },
                strong("DNS"),
                dns,
            ],
            vec![strong("Host"), host, strong("Code"), short(&answers.deploy.repository, "repository")],
            vec![strong("Mail"), mail, strong("Secrets"), secrets(material)],
            vec![
                strong("Monitoring"),
                short(&answers.monitoring.tools, "tools"),
                strong("Alerts"),
                short(&answers.monitoring.paged, "who is called"),
            ],
            vec![
                strong("Logs"),
                short(&answers.monitoring.logs, "where"),
                strong("Status page"),
                short(&answers.monitoring.status_page, "address, or none"),
            ],
        ],
    );
    sheet.heading("Checked from outside");
    sheet.ticks(
        [
            ("domain", &["apex-address", "www-address"][..], "Domain and www reach the site"),
            ("ways", &["entry-points", "redirect-loop"][..], "All home page URLs end at one address"),
            ("https", &["https-redirect", "certificate"][..], "https everywhere, certificates valid"),
            ("subdomains", &["dangling", "subdomains"][..], "No subdomain points to something that is gone"),
            ("mail", &["spf-record", "dkim-keys", "dmarc-policy"][..], "SPF, DKIM and DMARC"),
            ("secrets", &["leaked-secrets"][..], "No keys in the page"),
            ("staging", &["staging"][..], "Staging is closed"),
            ("registration", &["registration"][..], "Registration is current and locked"),
        ]
        .into_iter()
        .map(|(_, checks, text)| measured(material, checks, text))
        .collect(),
    );
    sheet.heading("Handed over by people");
    sheet.ticks(
        [
            (
                &["accounts-owned", "account-owners", "vendors-listed"][..],
                "Every account has an owner in the business",
            ),
            (
                &["access-documented", "credentials-handed-over"][..],
                "Access is written down; credentials are in a password manager",
            ),
            (&["deploy-repeatable", "build-from-clean"][..], "Deploying follows written steps"),
            (
                &["rollback-path", "rollback-tested", "rollback-documented"][..],
                "Back within ten minutes, and tried",
            ),
            (
                &["env-documented", "env-set-production", "env-separated"][..],
                "Every environment variable is listed",
            ),
            (&["secrets-rotate", "keys-least-privilege"][..], "Secrets can be replaced"),
            (&["uptime-monitoring"][..], "Something outside watches, and calls"),
            (&["error-tracking"][..], "Errors are collected"),
            (&["recovery-steps", "incident-tried"][..], "Runbooks are known; one was tried"),
            (
                &["checklist-followed", "handover-notes", "settings-reviewed"][..],
                "Someone else followed this list",
            ),
        ]
        .into_iter()
        .map(|(ids, text)| told(material, ids, text))
        .collect(),
    );
    open(material, &mut sheet);
    sheet.heading("When it breaks");
    let way = material
        .host()
        .as_deref()
        .and_then(way_back)
        .map_or_else(|| gap("how the host takes a release back"), |way| plain(way.text.as_str()));
    sheet.list(vec![
        plain("After a release: go back first. ").and(way),
        plain("Everything else: the runbooks (certificate, deployment, mail, secret, variable, domain, traffic). Call: ").and(short(&answers.monitoring.paged, "two names with numbers")),
    ]);
    let signed = "________________________";
    sheet.paragraph(plain(format!("Handed over by {signed}   taken over by {signed}   on ______________")));
    sheet
}

fn verdict(material: &DocumentContext<'_>) -> Text {
    let sentence = match (material.assessment, material.report) {
        (Some(assessment), _) => Some((assessment.decision, assessment.reason.as_str())),
        (None, Some(report)) => Some((report.verdict.decision, report.verdict.reason.as_str())),
        (None, None) => None,
    };
    match sentence {
        Some((decision, reason)) => {
            strong(format!("{}.", words::decision(decision))).plain(" ").plain(cut(reason, MAX_REASON))
        }
        None => gap("Nothing checked and nothing chosen yet."),
    }
}

/// A box that the checks tick: all that ran passed.
fn measured(material: &DocumentContext<'_>, checks: &[&str], text: &str) -> Tick {
    let findings: Vec<_> = checks.iter().filter_map(|check| material.finding(check)).collect();
    let worst = findings
        .iter()
        .filter(|finding| finding.level != Level::NotApplicable)
        .min_by_key(|finding| finding.level);
    match worst {
        None if findings.is_empty() => Tick { done: false, text: plain(text).plain(": ").gap("not checked") },
        None => Tick { done: true, text: plain(text).plain(": does not apply") },
        Some(finding) => match finding.level {
            Level::Pass => Tick { done: true, text: plain(text) },
            Level::NotMeasured => Tick { done: false, text: plain(text).plain(": ").gap("not measured") },
            _ => Tick { done: false, text: plain(text).plain(": ").and(strong(cut(&finding.title, 70))) },
        },
    }
}

/// A box that the founder ticks: by the first of the items that was answered.
fn told(material: &DocumentContext<'_>, ids: &[&str], text: &str) -> Tick {
    let said = ids.iter().filter_map(|id| material.answers.said(id)).find(|said| said.answer.is_some());
    let word = said.and_then(|said| said.answer);
    let owner = said.map(|said| said.owner.trim()).filter(|owner| !owner.is_empty());
    let mut line = plain(text);
    match word {
        Some(Word::Yes) => {}
        Some(Word::No) => line = line.plain(": ").and(strong("no")),
        Some(Word::NotApplicable) => line = line.plain(": does not apply"),
        None => line = line.plain(": ").gap("open"),
    }
    if let Some(owner) = owner {
        line = line.plain(format!(" ({})", cut(owner, 30)));
    }
    Tick { done: matches!(word, Some(Word::Yes | Word::NotApplicable)), text: line }
}

/// What is open: the first risks, and accounts without an owner.
fn open(material: &DocumentContext<'_>, sheet: &mut Document) {
    sheet.heading("Open at handover");
    let risks = material.report.map(|report| report.risks.as_slice()).unwrap_or_default();
    let mut items: Vec<Text> = risks
        .iter()
        .take(MAX_OPEN)
        .filter_map(|risk| Some((risk, material.finding(&risk.check)?)))
        .map(|(risk, finding)| strong(risk.rank.words()).plain(": ").plain(cut(&sentence(finding), 130)))
        .collect();
    if risks.len() > MAX_OPEN {
        items.push(plain(format!("{} more are on the risk list.", risks.len() - MAX_OPEN)));
    }
    let unlisted = unlisted(material);
    if !unlisted.is_empty() {
        let names: Vec<String> = unlisted.iter().take(5).map(|(name, _)| cut(name, 30)).collect();
        items.push(plain("Accounts on no list: ").gap(names.join(", ")));
    }
    if material.report.is_none() {
        items.push(gap("The domain was not checked."));
    } else if items.is_empty() {
        items.push(plain("Nothing that the checks know of."));
    }
    sheet.list(items);
}

fn secrets(material: &DocumentContext<'_>) -> Text {
    let listed =
        material.answers.environment.iter().filter(|variable| !variable.name.trim().is_empty()).count();
    let manager = listed_manager(material);
    match (manager, listed) {
        (Some(name), _) => plain(cut(&name, 60)),
        (None, 0) => gap("secret manager; variables"),
        (None, n) => plain(format!("environment inventory ({n} variables)")),
    }
}

fn listed_manager(material: &DocumentContext<'_>) -> Option<String> {
    let manager = listed(material).into_iter().find(|account| {
        let text = format!("{} {}", account.service, account.purpose).to_ascii_lowercase();
        text.contains("password") || text.contains("secret")
    })?;
    Some(manager.service.trim().to_owned())
}

fn short(said: &str, missing: &str) -> Text {
    if said.trim().is_empty() { gap(missing) } else { plain(cut(said.trim(), 60)) }
}

/// Risks that stand on the page.
const MAX_OPEN: usize = 5;
/// Characters of the verdict's sentence.
const MAX_REASON: usize = 330;
