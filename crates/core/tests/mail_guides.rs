//! Every mail service of the provider files: a domain that is set up as the service's own records say may send, and each of
//! the usual mistakes in one of those records is found and mended by the lines that are offered.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check};
use launch_ready_core::checks::finding::{Finding, Level};
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::providers::mail_services::{Kind, Service, mail_services};
use table::Table;

const DOMAIN: &str = "example.com";
const KEY: &str = "\"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"";
const POLICY: &str = "_dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:d@reports.net\"";

/// A domain that uses one service as it asks to be used.
struct Guide {
    service: &'static Service,
    /// What the founder says, the domain's records, and what is there at other names.
    zone: Vec<String>,
    /// The SPF record of the domain itself.
    spf: Option<String>,
    /// The name that it includes.
    include: Option<String>,
}

/// What stands in the place of what only the service knows: an owner.
fn owner(written: &str) -> String {
    let mut owner = String::new();
    for part in written.split('<') {
        let Some((told, rest)) = part.split_once('>') else {
            owner.push_str(part);
            continue;
        };
        let label = match told.split_once("such as ") {
            Some((_, example)) => example,
            None => told,
        };
        owner.extend(label.chars().filter(char::is_ascii_alphanumeric));
        owner.push_str(rest);
    }
    owner
}

fn guide(service: &'static Service) -> Guide {
    let mail = match service.kind {
        Kind::Mailboxes => "both",
        Kind::Forwarding => "receives",
        Kind::Transactional | Kind::Marketing | Kind::Support => "sends",
    };
    let mut own = Vec::new();
    let mut other = vec!["example.com._report._dmarc.reports.net. TXT \"v=DMARC1\"".to_owned()];
    let mut selectors = Vec::new();
    for (at, record) in service.records.iter().enumerate() {
        let owner = owner(&record.owner);
        let is_key = owner.split('.').any(|label| label == "_domainkey");
        if is_key && owner.ends_with("_domainkey") {
            selectors.push(owner.trim_end_matches("._domainkey").to_owned());
        }
        let name = if owner == "@" { format!("{DOMAIN}.") } else { format!("{owner}.{DOMAIN}.") };
        let filled = record.value.replace("{domain}", DOMAIN).replace("{dashed}", "example-com");
        let is_told = filled.contains('<');
        let told = |patterns: &[String], label: &str| match patterns.first() {
            Some(pattern) => format!("{label}.{pattern}."),
            None => format!("{label}.{}.net.", service.id),
        };
        let value = match record.record_type.as_str() {
            "MX" if is_told => format!("{} {}", 10 + at, told(&service.mx, &format!("mx{at}"))),
            "CNAME" if is_told && is_key => told(&service.dkim_targets, &format!("k{at}.example-com")),
            "CNAME" if is_told => told(&service.spf, &format!("u{at}")),
            "TXT" if is_key && is_told => KEY.to_owned(),
            "TXT" if is_told => match service.tokens.first() {
                Some(token) => format!("\"{}\"", token.replace('*', "abc123")),
                None => "\"token=abc123\"".to_owned(),
            },
            "NS" => continue,
            _ => filled,
        };
        let target = value.rsplit(' ').next().unwrap_or_default().to_owned();
        match record.record_type.as_str() {
            "MX" => other.push(format!("{target} A 142.250.27.26")),
            "CNAME" if is_key => other.push(format!("{target} TXT {KEY}")),
            "CNAME" => other.push(format!("{target} TXT \"v=spf1 ip4:198.41.0.4 ~all\"")),
            _ => {}
        }
        own.push(format!("{name} {} {value}", record.record_type));
    }
    let takes = matches!(service.kind, Kind::Mailboxes | Kind::Forwarding);
    if takes && !own.iter().any(|line| line.starts_with(&format!("{DOMAIN}. MX"))) {
        own.push(format!("{DOMAIN}. MX 10 mx.mailhost.net."));
        other.push("mx.mailhost.net. A 142.250.27.26".to_owned());
    }
    // Where the service names no include for everybody, customers are told one of these.
    let include = service.include.clone().or_else(|| service.spf.first().filter(|_| takes).cloned());
    let include = include.or_else(|| takes.then(|| format!("spf.{}.net", service.id)));
    other.extend(include.iter().map(|name| format!("{name}. TXT \"v=spf1 ip4:199.255.192.0/22 ~all\"")));
    let spf = include.as_deref().map(|include| format!("v=spf1 include:{include} ~all"));
    own.extend(spf.iter().map(|text| format!("{DOMAIN}. TXT \"{text}\"")));
    for name in service.include.iter().chain(&service.spf) {
        other.push(format!("{name}. TXT \"v=spf1 ip4:199.255.192.0/22 ~all\""));
    }
    own.push(POLICY.to_owned());
    own.sort();
    own.dedup();
    other.sort();
    other.dedup();
    let target = format!("target {DOMAIN} mail={mail} selectors={}", selectors.join(","));
    let target = target.trim_end_matches(" selectors=").to_owned();
    Guide { service, zone: std::iter::once(target).chain(own).chain(other).collect(), spf, include }
}

fn table(lines: &[String]) -> Table {
    let mut table = Table::parse(&lines.join("\n")).unwrap_or_else(|problem| panic!("{problem}: {lines:#?}"));
    table.target.mine = true;
    table
}

fn run(table: &Table) -> Vec<(&'static str, Finding)> {
    let checks: Vec<&'static Check> =
        checks::DEFAULT.iter().filter(|check| check.area == Area::Email).copied().collect();
    let mut scan = Scan::new(table.target.clone(), &checks, Limits::deep());
    scan.settle(|probe| table.answer(probe));
    scan.finish().2.into_iter().map(|(check, finding)| (check.id, finding)).collect()
}

/// What is broken about a domain's mail. A policy that only watches is where everybody begins, also those who only receive.
/// Whether a domain whose services have return paths of their own has an SPF record, is no question.
fn broken(findings: &[(&'static str, Finding)], guide: &Guide) -> Vec<String> {
    let is_broken = |(id, finding): &&(&str, Finding)| {
        let is_first_step = *id == "non-sending" && finding.outcome.code == "open";
        let is_bad = finding.outcome.level == Level::Fail
            || (matches!(*id, "spf-record" | "dkim-keys") && finding.outcome.level == Level::Warn);
        let is_elsewhere = *id == "spf-record" && finding.outcome.code == "missing" && guide.spf.is_none();
        is_bad && !is_first_step && !is_elsewhere
    };
    let words =
        |(id, finding): &(&str, Finding)| format!("{id}: {} {}", finding.outcome.code, finding.detail);
    findings.iter().filter(is_broken).map(words).collect()
}

/// What is said, in short: a mistake that changes none of it was not found.
fn said(findings: &[(&'static str, Finding)]) -> Vec<(&'static str, &'static str)> {
    findings.iter().map(|(id, finding)| (*id, finding.outcome.code)).collect()
}

/// What people enter in the place of one of the records: what it is called, the record, and what is there instead.
fn mistakes(guide: &Guide) -> Vec<(&'static str, String, Vec<String>)> {
    let mut mistakes = Vec::new();
    // Of a domain that only receives, keys are not judged.
    let signs = guide.service.kind != Kind::Forwarding;
    let mut has_mail_server = false;
    for line in &guide.zone {
        let mut parts = line.splitn(3, ' ');
        let (Some(name), Some(kind), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        if !name.ends_with(&format!("{DOMAIN}.")) {
            continue;
        }
        // A key below another name signs for that name.
        let is_key = signs && name.ends_with(&format!("._domainkey.{DOMAIN}."));
        match kind {
            // The first of them: no more than a few are looked up.
            "MX" if name.starts_with(DOMAIN) && !has_mail_server => {
                has_mail_server = true;
                mistakes.push((
                    "the panel appends the domain to a mail server",
                    line.clone(),
                    vec![format!("{name} MX {value}{DOMAIN}.")],
                ));
            }
            "CNAME" if is_key => mistakes.push((
                "the panel appends the domain to a key's alias",
                line.clone(),
                vec![format!("{name} CNAME {value}{DOMAIN}.")],
            )),
            "TXT" if is_key => {
                mistakes.push((
                    "a hash is named that nobody knows",
                    line.clone(),
                    vec![line.replace("k=ed25519;", "h=rsa-sha256; k=ed25519;")],
                ));
                mistakes.push((
                    "quotation marks typed into a key",
                    line.clone(),
                    vec![format!("{name} TXT \"\\\"{}\\\"\"", KEY.trim_matches('"'))],
                ));
                mistakes.push(("a key without semicolons", line.clone(), vec![line.replace(';', "")]));
                mistakes.push((
                    "a key is in two records",
                    line.clone(),
                    vec![
                        format!("{name} TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrf\""),
                        line.replace(KEY, "\"VS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\""),
                    ],
                ));
            }
            _ => {}
        }
    }
    if let (Some(text), Some(include)) = (&guide.spf, guide.include.as_deref()) {
        let line = format!("{DOMAIN}. TXT \"{text}\"");
        let record = |text: &str| vec![format!("{DOMAIN}. TXT \"{text}\"")];
        for (what, instead) in [
            ("there is no SPF record", vec![]),
            ("nobody may send", record("v=spf1 -all")),
            ("an equals sign", record(&format!("v=spf1 include={include} -all"))),
            ("the sender behind the ending", record(&format!("v=spf1 -all include:{include}"))),
            ("a redirect beside all", record(&format!("v=spf1 redirect={include} -all"))),
            ("a blank behind the colon", record(&format!("v=spf1 include: {include} ~all"))),
            ("an address of a page", record(&format!("v=spf1 include:https://{include} ~all"))),
            ("an address of a mailbox", record(&format!("v=spf1 include:me@{include} ~all"))),
            ("the ending glued on", record(&format!("v=spf1 include:{include}-all"))),
            ("the version without v=", record(&format!("spf1 include:{include} ~all"))),
            ("a comma behind the version", record(&format!("v=spf1, include:{include} ~all"))),
            ("quotation marks typed in", record(&format!("\\\"v=spf1 include:{include} ~all\\\""))),
            ("the ending twice", record(&format!("v=spf1 include:{include} -all ~all"))),
            ("two records", [record(text), record("v=spf1 ip4:198.41.0.9 -all")].concat()),
        ] {
            mistakes.push((what, line.clone(), instead));
        }
    }
    for (what, text) in [
        ("a word misspelt", "v=DMARC1; p=rejct; rua=mailto:d@reports.net"),
        ("a scheme misspelt", "v=DMARC1; p=none; rua=mail:d@reports.net"),
        ("the version last", "p=none; rua=mailto:d@reports.net; v=DMARC1"),
        ("a comma for a semicolon", "v=DMARC1, p=none, rua=mailto:d@reports.net"),
    ] {
        mistakes.push((what, POLICY.to_owned(), vec![format!("_dmarc.{DOMAIN}. TXT \"{text}\"")]));
    }
    mistakes
}

/// The lines among what is offered.
fn records(fixes: &[&Fix]) -> Vec<String> {
    fixes.iter().filter(|fix| !matches!(fix, Fix::Step { .. })).map(|fix| fix.line()).collect()
}

#[test]
fn a_domain_set_up_by_a_services_own_records_may_send() {
    let mut wrong = Vec::new();
    let mut services = 0;
    for service in mail_services() {
        let guide = guide(service);
        let broken = broken(&run(&table(&guide.zone)), &guide);
        if !broken.is_empty() {
            wrong.push(format!("{}: {broken:#?}\n{:#?}", service.id, guide.zone));
        }
        services += 1;
    }
    assert!(wrong.is_empty(), "{} of {services}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_usual_mistake_in_a_services_records_is_found_and_mended() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for service in mail_services() {
        let guide = guide(service);
        let right = said(&run(&table(&guide.zone)));
        for (what, line, instead) in mistakes(&guide) {
            let at = guide.zone.iter().position(|there| *there == line).unwrap_or_else(|| panic!("{line}"));
            let mut zone = guide.zone.clone();
            zone.splice(at..=at, instead.iter().cloned());
            let mut table = table(&zone);
            let before = run(&table);
            let name = format!("{}, {what}", service.id);
            tried += 1;
            if said(&before) == right {
                wrong.push(format!("{name}: nothing is found"));
                continue;
            }
            let mut done: Vec<&Fix> = Vec::new();
            for (check, finding) in &before {
                for fix in &finding.fixes {
                    if done.contains(&fix) {
                        continue;
                    }
                    match table.apply(fix) {
                        Ok(_) => done.push(fix),
                        Err(problem) => wrong.push(format!("{name}: {check}: {problem}")),
                    }
                }
            }
            let after = broken(&run(&table), &guide);
            // What nothing else shows, only the owner knows.
            let is_shown = guide.service.include.is_some() && !guide.service.mx.is_empty();
            let is_asked = done.iter().any(|fix| matches!(fix, Fix::Step { .. }));
            let is_lost =
                !instead.iter().any(|line| guide.include.as_ref().is_some_and(|name| line.contains(name)));
            if !after.is_empty() && (is_shown || !is_lost || !is_asked) {
                wrong.push(format!("{name}: after the fix {after:#?}\n{:#?}\n{instead:#?}", records(&done)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
