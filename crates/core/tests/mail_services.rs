//! A domain that is set up as a service's own guide says may send, and each of the usual mistakes is found and mended by
//! the lines that are offered.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check};
use launch_ready_core::checks::finding::{Finding, Level};
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::scan::Scan;
use table::Table;

const KEY: &str = "TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"";

/// A service, what its guide asks for, and what people get wrong.
struct Guide {
    service: &'static str,
    /// What the founder says, and what is there.
    zone: Vec<String>,
    mistakes: Vec<Mistake>,
}

/// What people enter in the place of what the guide says.
struct Mistake {
    line: &'static str,
    instead: &'static [&'static str],
    /// The check that finds it, and what it says.
    found: (&'static str, &'static str),
    /// Whether the lines that are offered put it right; if not, only the owner knows what is missing.
    is_mended: bool,
}

const fn mistake(
    line: &'static str,
    instead: &'static [&'static str],
    found: (&'static str, &'static str),
    is_mended: bool,
) -> Mistake {
    Mistake { line, instead, found, is_mended }
}

fn zone(lines: &[&str]) -> Vec<String> {
    let common = [
        "_dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:d@reports.net\"",
        "example.com._report._dmarc.reports.net. TXT \"v=DMARC1\"",
    ];
    lines.iter().chain(&common).map(|line| line.replace("KEY", KEY)).collect()
}

fn guides() -> Vec<Guide> {
    const GOOGLE: &str = "example.com. TXT \"v=spf1 include:_spf.google.com ~all\"";
    const MICROSOFT: &str = "example.com. TXT \"v=spf1 include:spf.protection.outlook.com -all\"";
    const ZOHO: &str = "example.com. TXT \"v=spf1 include:zohomail.eu ~all\"";
    const ROUTING: &str = "example.com. TXT \"v=spf1 include:_spf.mx.cloudflare.net ~all\"";
    const S1: &str = "s1._domainkey.example.com. CNAME s1.domainkey.u1.wl2.sendgrid.net.";
    const RESEND: &str = "resend._domainkey.example.com. KEY";
    const ALL_AT_ONCE: &[&str] = &[
        "example.com. TXT \"v=spf1 include:_spf.google.com ~all\"",
        "example.com. TXT \"v=spf1 include:amazonses.com -all\"",
        "amazonses.com. TXT \"v=spf1 ip4:199.255.192.0/22 -all\"",
    ];
    vec![
        Guide {
            service: "Google Workspace",
            zone: zone(&[
                "target example.com mail=both",
                "example.com. MX 1 smtp.google.com.",
                "smtp.google.com. A 142.250.27.26",
                GOOGLE,
                "_spf.google.com. TXT \"v=spf1 ip4:74.125.0.0/16 ~all\"",
                "google._domainkey.example.com. KEY",
            ]),
            mistakes: vec![
                mistake(GOOGLE, &[], ("spf-record", "missing-for-sender"), true),
                mistake(
                    GOOGLE,
                    &["example.com. TXT \"v=spf1 -all\""],
                    ("spf-record", "nobody-may-send"),
                    true,
                ),
                mistake(
                    GOOGLE,
                    &["example.com. TXT \"v=spf1 include=_spf.google.com -all\""],
                    ("spf-record", "nobody-may-send"),
                    true,
                ),
                mistake(
                    GOOGLE,
                    &["example.com. TXT \"v=spf1 redirect=_spf.google.com -all\""],
                    ("spf-record", "nobody-may-send"),
                    true,
                ),
                mistake(
                    GOOGLE,
                    &["example.com. TXT \"v=spf1 -all include:_spf.google.com\""],
                    ("spf-record", "nobody-may-send"),
                    true,
                ),
                mistake(
                    GOOGLE,
                    &["example.com. TXT \"v=spf1 include:https://_spf.google.com ~all\""],
                    ("spf-lookups", "broken-include"),
                    true,
                ),
                mistake(
                    GOOGLE,
                    &["example.com. TXT \"v=spf1 include: _spf.google.com ~all\""],
                    ("spf-record", "invalid"),
                    true,
                ),
                mistake(
                    GOOGLE,
                    &["example.com. TXT \"\\\"v=spf1 include:_spf.google.com ~all\\\"\""],
                    ("spf-record", "missing-for-sender"),
                    true,
                ),
                mistake(GOOGLE, ALL_AT_ONCE, ("spf-record", "several"), true),
                mistake(
                    "example.com. MX 1 smtp.google.com.",
                    &["example.com. MX 1 smtp.google.com.example.com."],
                    ("mx", "unresolvable"),
                    true,
                ),
            ],
        },
        Guide {
            service: "Microsoft 365",
            zone: zone(&[
                "target example.com mail=both",
                "example.com. MX 0 example-com.mail.protection.outlook.com.",
                "example-com.mail.protection.outlook.com. A 52.101.68.0",
                MICROSOFT,
                "spf.protection.outlook.com. TXT \"v=spf1 ip4:40.92.0.0/15 -all\"",
                "selector1._domainkey.example.com. CNAME selector1-example-com._domainkey.example.onmicrosoft.com.",
                "selector2._domainkey.example.com. CNAME selector2-example-com._domainkey.example.onmicrosoft.com.",
                "selector1-example-com._domainkey.example.onmicrosoft.com. KEY",
            ]),
            mistakes: vec![
                mistake(
                    MICROSOFT,
                    &[
                        "example.com. TXT \"v=spf1 a -all include:spf.protection.outlook.com\"",
                        "example.com. A 9.9.9.9",
                    ],
                    ("spf-record", "sender-ignored"),
                    true,
                ),
                mistake(
                    MICROSOFT,
                    &["example.com. TXT \"v=spf1 include:spf.protection.outlook.com-all\""],
                    ("spf-lookups", "broken-include"),
                    true,
                ),
            ],
        },
        Guide {
            service: "Resend",
            zone: zone(&[
                "target example.com mail=sends",
                "send.example.com. MX 10 feedback-smtp.us-east-1.amazonses.com.",
                "send.example.com. TXT \"v=spf1 include:amazonses.com ~all\"",
                "amazonses.com. TXT \"v=spf1 ip4:199.255.192.0/22 -all\"",
                RESEND,
            ]),
            mistakes: vec![mistake(
                RESEND,
                &[
                    "resend._domainkey.example.com. TXT \"v=DKIM1; h=rsa-sha256; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
                ],
                ("dkim-strength", "hash-unknown"),
                true,
            )],
        },
        Guide {
            service: "Amazon SES",
            zone: zone(&[
                "target example.com mail=sends selectors=abc123",
                "mail.example.com. MX 10 feedback-smtp.eu-west-1.amazonses.com.",
                "mail.example.com. TXT \"v=spf1 include:amazonses.com ~all\"",
                "amazonses.com. TXT \"v=spf1 ip4:199.255.192.0/22 -all\"",
                "abc123._domainkey.example.com. CNAME abc123.dkim.amazonses.com.",
                "abc123.dkim.amazonses.com. KEY",
            ]),
            mistakes: vec![mistake(
                "abc123._domainkey.example.com. CNAME abc123.dkim.amazonses.com.",
                &["abc123._domainkey.example.com. CNAME abc123.dkim.amazonses.com.example.com."],
                ("dkim-keys", "dangling"),
                true,
            )],
        },
        Guide {
            service: "Postmark",
            zone: zone(&[
                "target example.com mail=sends selectors=20260101pm",
                "pm-bounces.example.com. CNAME pm.mtasv.net.",
                "pm.mtasv.net. TXT \"v=spf1 include:spf.mtasv.net ~all\"",
                "spf.mtasv.net. TXT \"v=spf1 ip4:50.31.156.96/27 ~all\"",
                "20260101pm._domainkey.example.com. KEY",
            ]),
            mistakes: vec![],
        },
        Guide {
            service: "Mailgun",
            zone: zone(&[
                "target example.com mail=sends",
                "mg.example.com. MX 10 mxa.mailgun.org.",
                "mg.example.com. TXT \"v=spf1 include:mailgun.org ~all\"",
                "mailgun.org. TXT \"v=spf1 ip4:209.61.151.0/24 ~all\"",
                "pdk1._domainkey.mg.example.com. CNAME pdk1._domainkey.a1.dkim1.mailgun.com.",
                "pdk1._domainkey.a1.dkim1.mailgun.com. KEY",
            ]),
            mistakes: vec![],
        },
        Guide {
            service: "SendGrid",
            zone: zone(&[
                "target example.com mail=sends",
                "em1234.example.com. CNAME u1.wl2.sendgrid.net.",
                "u1.wl2.sendgrid.net. TXT \"v=spf1 ip4:167.89.0.1 -all\"",
                S1,
                "s2._domainkey.example.com. CNAME s2.domainkey.u1.wl2.sendgrid.net.",
                "s1.domainkey.u1.wl2.sendgrid.net. KEY",
                "s2.domainkey.u1.wl2.sendgrid.net. KEY",
            ]),
            mistakes: vec![mistake(
                S1,
                &["s1._domainkey.example.com. CNAME s1.domainkey.u1.wl2.sendgrid.net.example.com."],
                ("dkim-keys", "dangling"),
                true,
            )],
        },
        Guide {
            service: "Zoho Mail",
            zone: zone(&[
                "target example.com mail=both",
                "example.com. MX 10 mx.zoho.eu.",
                "mx.zoho.eu. A 185.230.212.166",
                "example.com. TXT \"zoho-verification=zb1.zmverify.zoho.eu\"",
                ZOHO,
                "zohomail.eu. TXT \"v=spf1 ip4:185.230.212.0/24 -all\"",
                "zmail._domainkey.example.com. KEY",
            ]),
            mistakes: vec![
                mistake(
                    ZOHO,
                    &["example.com. TXT \"spf1 include:zohomail.eu ~all\""],
                    ("spf-record", "missing-for-sender"),
                    true,
                ),
                mistake(
                    "example.com. MX 10 mx.zoho.eu.",
                    &[
                        "example.com. MX 10 mx.zoho.eu.",
                        "example.com. MX 1 smtp.google.com.",
                        "smtp.google.com. A 142.250.27.26",
                    ],
                    ("mx", "two-services"),
                    false,
                ),
            ],
        },
        Guide {
            service: "Brevo",
            zone: zone(&[
                "target example.com mail=sends",
                "example.com. TXT \"brevo-code:0123456789abcdef\"",
                "brevo1._domainkey.example.com. CNAME b1.example-com.dkim.brevo.com.",
                "brevo2._domainkey.example.com. CNAME b2.example-com.dkim.brevo.com.",
                "b1.example-com.dkim.brevo.com. KEY",
                "b2.example-com.dkim.brevo.com. KEY",
            ]),
            mistakes: vec![],
        },
        Guide {
            service: "Cloudflare Email Routing",
            zone: zone(&[
                "target example.com mail=receives",
                "example.com. MX 19 route1.mx.cloudflare.net.",
                "route1.mx.cloudflare.net. A 162.159.205.11",
                ROUTING,
                "_spf.mx.cloudflare.net. TXT \"v=spf1 ip4:104.30.0.0/20 ~all\"",
            ]),
            mistakes: vec![
                mistake(
                    ROUTING,
                    &["example.com. TXT \"v=spf1 -all\""],
                    ("non-sending", "forwarding-refused"),
                    true,
                ),
                mistake(ROUTING, &[], ("non-sending", "open"), true),
            ],
        },
    ]
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

/// What is broken about a domain's mail. That a policy only watches is where everybody begins.
fn broken(findings: &[(&'static str, Finding)]) -> Vec<String> {
    let is_broken = |(id, finding): &&(&str, Finding)| {
        finding.outcome.level == Level::Fail || (*id == "spf-record" && finding.outcome.level == Level::Warn)
    };
    findings
        .iter()
        .filter(is_broken)
        .map(|(id, finding)| format!("{id}: {} {}", finding.outcome.code, finding.detail))
        .collect()
}

#[test]
fn a_domain_set_up_by_a_guide_may_send() {
    let mut wrong = Vec::new();
    for guide in guides() {
        let findings = run(&table(&guide.zone));
        // A domain that only receives has nothing to watch before it refuses.
        let broken: Vec<String> =
            broken(&findings).into_iter().filter(|words| !words.starts_with("non-sending")).collect();
        if !broken.is_empty() {
            wrong.push(format!("{}: {broken:#?}", guide.service));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_usual_mistake_is_found_and_mended() {
    let mut wrong = Vec::new();
    for guide in guides() {
        for mistake in &guide.mistakes {
            let line = mistake.line.replace("KEY", KEY);
            let at = guide.zone.iter().position(|there| *there == line).unwrap_or_else(|| panic!("{line}"));
            let mut zone = guide.zone.clone();
            zone.splice(at..=at, mistake.instead.iter().map(|line| line.replace("KEY", KEY)));
            let mut table = table(&zone);
            let before = run(&table);
            let (id, code) = mistake.found;
            let name = format!("{}, {:?}", guide.service, mistake.instead);
            let found =
                before.iter().find(|(check, _)| *check == id).map_or("", |(_, finding)| finding.outcome.code);
            if found != code {
                wrong.push(format!("{name}: {id} says {found}, not {code}"));
                continue;
            }
            let mut done: Vec<&Fix> = Vec::new();
            for (check, finding) in &before {
                for fix in finding.fixes.iter().filter(|fix| !done.contains(fix)).collect::<Vec<_>>() {
                    match table.apply(fix) {
                        Ok(_) => done.push(fix),
                        Err(problem) => wrong.push(format!("{name}: {check}: {problem}")),
                    }
                }
            }
            let after = broken(&run(&table));
            if after.is_empty() != mistake.is_mended && mistake.is_mended {
                wrong.push(format!("{name}: after the fix {after:#?}\n{done:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
