//! A domain whose mail is set up as a service's own guide says is ready, as the command line sees it in the lab.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod support;

use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::Report;
use launch_ready_core::report::score::Decision;
use support::Beside;

/// Checks of what is sent.
const OF_SENDING: [&str; 5] =
    ["spf-record", "spf-lookups", "dkim-keys", "mail-alignment", "sender-requirements"];

#[test]
fn mail_set_up_by_a_guide_is_ready() {
    let beside = Beside::start();
    for (domain, said) in [
        ("google-workspace.lab", &["--mail", "both"][..]),
        ("microsoft-365.lab", &["--mail", "both"]),
        ("resend.lab", &["--mail", "sends"]),
        ("amazon-ses.lab", &["--mail", "sends", "--selector", "abc123"]),
        ("postmark.lab", &["--mail", "sends", "--selector", "20260101pm"]),
        ("mailgun.lab", &["--mail", "sends"]),
        ("sendgrid.lab", &["--mail", "sends"]),
        ("zoho-mail.lab", &["--mail", "both"]),
        ("brevo.lab", &["--mail", "sends"]),
        ("email-routing.lab", &["--mail", "receives"]),
    ] {
        let ended = beside.check(domain, &[&["--json"], said].concat());
        let report: Report = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(report.verdict.decision, Decision::Go, "{domain}: {}", report.verdict.reason);
        for finding in report.findings.iter().filter(|finding| OF_SENDING.contains(&finding.check.as_str())) {
            assert!(
                !matches!(finding.level, Level::Fail | Level::Warn),
                "{domain}: {} {} {}",
                finding.check,
                finding.outcome,
                finding.detail
            );
        }
    }
}
