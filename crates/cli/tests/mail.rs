//! The tools for single mail records: `spf` with the lab as its internet, and `lint`.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod support;

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Beside, Ended, launch_ready};

/// `launch-ready spf` with the lab as its internet.
fn spf(beside: &Beside, arguments: &[&str]) -> Ended {
    let (proxy, ca) = (beside.lab.proxy_url(), beside.file("ca.pem").display().to_string());
    launch_ready(&[&["spf"], arguments, &["--proxy", &proxy, "--ca-file", &ca]].concat())
}

/// `launch-ready lint` with a text as its input.
fn lint(input: &str, arguments: &[&str]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_launch-ready"))
        .arg("lint")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn spf_gives_the_result_of_a_message_by_its_exit_code_too() {
    let beside = Beside::start();
    for (domain, ip, result, code) in [
        ("healthy.lab", "142.250.27.9", "pass", 0),
        ("healthy.lab", "2a00:1450:4025::9", "pass", 0),
        ("healthy.lab", "9.9.9.9", "fail", 1),
        ("nomail.lab", "142.250.27.9", "fail", 1),
        ("plus-all.lab", "9.9.9.9", "pass", 0),
        ("slash-zero.lab", "9.9.9.9", "pass", 0),
        ("two-spf.lab", "142.250.27.9", "permerror", 1),
        // The limit is met only by senders that no earlier term matches.
        ("eleven-lookups.lab", "142.250.27.9", "pass", 0),
        ("eleven-lookups.lab", "9.9.9.9", "permerror", 1),
        ("no-email-records.lab", "9.9.9.9", "none", 1),
        ("servfail.lab", "9.9.9.9", "temperror", 2),
    ] {
        let ended = spf(&beside, &[domain, "--ip", ip, "--json"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{domain} {ip}\n{}", ended.stdout);
        let shown: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(shown["evaluation"]["result"], result, "{domain} {ip}");
    }
}

#[test]
fn spf_says_how_it_came_about_and_what_the_record_draws_in() {
    let beside = Beside::start();
    let text = spf(&beside, &["eleven-lookups.lab", "--ip", "9.9.9.9"]).stdout;
    for said in [
        "eleven-lookups.lab  PERMERROR\n",
        "\nWhat a receiver did\n",
        "  └─ include:_shop.eleven-lookups.lab  permerror\n",
        "\nWhat it draws in\n  eleven-lookups.lab  (11 of 10 lookups)\n",
        "  ├─ include:_news.eleven-lookups.lab  (1 + 4 lookups)\n",
        "  11 of 10 lookups, 0 of 2 empty ones, in the worst case\n",
        "\nWho may send\n",
        "  In all: 640 IPv4 addresses and 65,536 IPv6 networks (/64)\n",
        "\nWhat it could do without\n",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let failed = spf(&beside, &["healthy.lab", "--ip", "9.9.9.9", "--from", "joe", "--helo", "mx.acme.dev"]);
    assert!(failed.stdout.contains("(the\nreceiver's words)"), "{}", failed.stdout);
    let silent = spf(&beside, &["servfail.lab"]);
    assert_eq!(silent.code, 2);
    assert!(silent.stdout.contains("servfail.lab: "), "{}", silent.stdout);
}

#[test]
fn spf_without_a_message_judges_the_record() {
    let beside = Beside::start();
    for (domain, code) in [
        ("healthy.lab", 0),
        ("_spf.mailhost.lab", 0),
        ("eleven-lookups.lab", 1),
        ("two-spf.lab", 1),
        ("no-email-records.lab", 1),
        ("servfail.lab", 2),
    ] {
        let ended = spf(&beside, &[domain]);
        assert_eq!(ended.code, code, "{domain}\n{}", ended.stdout);
    }
    let (doh, lab) = (beside.lab.doh_url(), "_spf.mailhost.lab");
    assert_eq!(launch_ready(&["spf", lab, "--doh", &doh]).code, 0, "any resolver will do");
    let nobody = launch_ready(&["spf", "acme.dev", "--proxy", "http://127.0.0.1:1"]);
    assert_eq!(nobody.code, 2, "{}{}", nobody.stdout, nobody.stderr);
}

#[test]
fn spf_takes_the_sender_that_receivers_would_check() {
    let beside = Beside::start();
    let passes = |from: &str| spf(&beside, &["healthy.lab", "--ip", "142.250.27.9", "--from", from]).code;
    assert_eq!([passes("joe"), passes("joe@Healthy.LAB"), passes(""), passes("<>")], [0; 4]);
    for (wrong, word) in [
        (&["healthy.lab", "--ip", "1.1.1.1", "--from", "a@other.dev"][..], "launch-ready spf other.dev"),
        (&["healthy.lab", "--ip", "1.1.1.1", "--from", "", "--helo", "mx.dev"], "launch-ready spf mx.dev"),
        (&["healthy.lab", "--ip", "300.1.1.1"], "--ip"),
        (&["healthy.lab", "--helo", "mx.dev"], "--ip"),
        (&["localhost"], "localhost"),
    ] {
        let ended = spf(&beside, wrong);
        assert_eq!((ended.code, ended.stdout.as_str()), (64, ""), "{wrong:?}");
        assert!(ended.stderr.contains(word), "{}", ended.stderr);
    }
}

#[test]
fn a_file_to_serve_is_shown_line_by_line() {
    let beside = Beside::start();
    let (proxy, ca) = (beside.lab.proxy_url(), beside.file("ca.pem").display().to_string());
    let asked = ["check", "sts-mismatch.lab", "--check", "mta-sts", "--proxy", &proxy, "--ca-file", &ca];
    let ended = launch_ready(&asked);
    let lines = "\n        mx: mx1.mailhost.lab\n        mx: mx2.mailhost.lab\n";
    assert!(ended.stdout.contains(lines), "{}", ended.stdout);
}

#[test]
fn lint_underlines_what_is_wrong_and_shows_it_put_right() {
    let ended = lint("v=spf1 include: _spf.acme.dev ~al\n", &[]);
    assert_eq!(
        ended.stdout,
        "\
SPF record: receivers do not take it
  v=spf1 include: _spf.acme.dev ~al
         ^^^^^^^^^^^^^^^^^^^^^^ error: A space splits this term in two; write “include:_spf.acme.dev”.
                                 ^^ error: “al” is not an SPF mechanism; probably “~all” was meant.
  With the suggested edits
    v=spf1 include:_spf.acme.dev ~all
"
    );
    assert_eq!(ended.code, 1);
}

#[test]
fn lint_tells_the_kinds_apart_and_whether_receivers_take_the_record() {
    for (input, kind, code) in [
        ("v=spf1 ip4:76.76.21.21 -all", "spf", 0),
        ("v=spf1 ip4:76.76.21.21/40 -all", "spf", 1),
        ("v=DMARC1; p=reject; rua=mailto:a@acme.dev", "dmarc", 0),
        ("v=dmarc1; p=reject", "dmarc", 1),
        ("v=DMARC1; p=reject; sp-none", "dmarc", 1),
        ("v=DKIM1; k=rsa; p=", "dkim", 1),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "dkim", 0),
        ("v=STSv1; id=20261101", "mta-sts", 0),
        ("version: STSv1\r\nmode: enforce\r\nmx: mx.acme.dev\r\nmax_age: 604800\r\n", "mta-sts-policy", 0),
        ("version: STSv1\nmode: enforce\nmax_age: 604800\n", "mta-sts-policy", 1),
        ("v=TLSRPTv1; rua=mailto:a@acme.dev", "tls-rpt", 0),
        ("v=BIMI1; l=https://acme.dev/logo.svg", "bimi", 0),
        // As a zone file has it, in several strings, and as dig prints it.
        ("_dmarc.acme.dev. 3600 IN TXT \"v=DMARC1; p=\" \"none; rua=mailto:a@acme.dev\"", "dmarc", 0),
        ("s1._domainkey IN TXT \"p=\"", "dkim", 1),
        ("\"v=spf1 -all\"\n\"google-site-verification=abc\"\n", "spf", 0),
    ] {
        let ended = lint(input, &["--json"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{input}\n{}", ended.stdout);
        let lint: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(lint["records"][0]["kind"], kind, "{input}");
    }
    let two = lint("\"v=spf1 -all\"\n\"v=spf1 ~all\"\n", &[]);
    assert_eq!(two.code, 1);
    assert!(two.stdout.contains("With several SPF records at a name receivers use none"), "{}", two.stdout);
}

#[test]
fn lint_corrects_what_shows_only_behind_another_mistake() {
    let ended = lint("v=DMARC1, p=none, rua=a@b.example\n", &[]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.ends_with("    v=DMARC1; p=none; rua=mailto:a@b.example\n"), "{}", ended.stdout);
}

#[test]
fn lint_reads_the_logo_of_a_bimi_record() {
    let logo = "<svg version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\">\n<title>Acme</title>\n<path d=\"M0 0h9v9z\"/>\n</svg>\n";
    let ended = lint(logo, &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "BIMI logo: receivers take it\n"));
    let ended = lint(&logo.replace("<path d=\"M0 0h9v9z\"/>", "<script>alert(1)</script>"), &[]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("Line 3: A logo runs no scripts"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("alert"), "{}", ended.stdout);
}

#[test]
fn lint_is_told_what_a_record_was_meant_to_be_and_asks_where_it_cannot_see() {
    let told = lint("p=none; rua=mailto:a@acme.dev", &["--kind", "dmarc"]);
    assert_eq!(told.code, 1);
    assert!(told.stdout.contains("    v=DMARC1; p=none; rua=mailto:a@acme.dev\n"), "{}", told.stdout);
    for (input, word) in [("hello", "--kind"), ("", "v=spf1"), ("\n \n", "v=spf1")] {
        let ended = lint(input, &[]);
        assert_eq!((ended.code, ended.stdout.as_str()), (64, ""), "{input:?}");
        assert!(ended.stderr.contains(word), "{}", ended.stderr);
    }
}

#[test]
fn what_a_stranger_wrote_moves_no_cursor() {
    for form in [&[][..], &["--json"]] {
        let ended = lint("v=spf1 \u{1b}[2J \u{202e}x include:\u{9b}a ~all", form);
        assert_eq!(ended.code, 1);
        let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!ended.stdout.contains(acts), "{}", ended.stdout.escape_debug());
    }
}

/// `launch-ready records` with the lab as its internet.
fn records(beside: &Beside, arguments: &[&str]) -> Ended {
    let (proxy, ca) = (beside.lab.proxy_url(), beside.file("ca.pem").display().to_string());
    launch_ready(&[&["records"], arguments, &["--proxy", &proxy, "--ca-file", &ca]].concat())
}

#[test]
fn records_writes_the_full_set_for_a_domain_without_any() {
    let beside = Beside::start();
    let named = ["--service", "icloud", "--service", "resend", "--service", "mailersend"];
    let ended = records(&beside, &[&["no-email-records.lab", "--zone"], &named[..]].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{}", ended.stdout);
    let lines: Vec<&str> = ended.stdout.lines().filter(|line| !line.starts_with(';')).collect();
    assert_eq!(
        lines,
        [
            "no-email-records.lab. MX 10 mx01.mail.icloud.com.",
            "no-email-records.lab. MX 10 mx02.mail.icloud.com.",
            "no-email-records.lab. TXT \"v=spf1 include:icloud.com include:_spf.mailersend.net ~all\"",
            "sig1._domainkey.no-email-records.lab. CNAME sig1.dkim.no-email-records.lab.at.icloudmailadmin.com.",
            "send.no-email-records.lab. TXT \"v=spf1 include:amazonses.com ~all\"",
            "mta.no-email-records.lab. CNAME mailersend.net.",
            "_dmarc.no-email-records.lab. TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@no-email-records.lab\"",
        ]
    );
    // What only the service knows is a step, not a record.
    assert!(
        ended.stdout.contains("; Do this: Publish a TXT record at resend._domainkey."),
        "{}",
        ended.stdout
    );
}

#[test]
fn records_says_what_to_enter_where() {
    let beside = Beside::start();
    let ended = records(&beside, &["two-spf.lab", "--service", "zendesk"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    for said in [
        "two-spf.lab\n\nServices\n  Zendesk (named by you)\n    compared with its documentation, 2026-11:\n    https://",
        "\nAt your DNS provider\n  1. Change the TXT record\n     Name     @\n     Value    v=spf1 include:_spf.mailhost.lab \
         ip4:142.250.27.0/24 include:mail.zendesk.com ~all\n     In the place of v=spf1 include:_spf.mailhost.lab -all\n",
        "\nWhat these records change\n  The record ended in two ways. “~all” is the milder one.\n",
        "  2. Delete the TXT record\n",
        "     Name     zendesk1._domainkey\n     Value    zendesk1._domainkey.zendesk.com.\n",
        "\nAs lines of a zone file\n",
        "  zendesk2._domainkey.two-spf.lab. CNAME zendesk2._domainkey.zendesk.com.\n",
    ] {
        assert!(ended.stdout.contains(said), "{said}\n{}", ended.stdout);
    }
}

#[test]
fn records_leaves_alone_what_is_there_and_decides_nothing_for_people() {
    let beside = Beside::start();
    for domain in ["healthy.lab", "nomail.lab"] {
        let ended = records(&beside, &[domain]);
        assert_eq!(ended.code, 0, "{domain}\n{}", ended.stdout);
        assert!(ended.stdout.ends_with("Everything is there.\n"), "{}", ended.stdout);
    }
    let moving = records(&beside, &["healthy.lab", "--service", "fastmail", "--zone"]);
    let step = "; Do this: Incoming mail goes elsewhere now. If people are to read it at Fastmail";
    assert!(
        moving.stdout.contains(step) && !moving.stdout.contains("\nhealthy.lab. MX"),
        "{}",
        moving.stdout
    );
    let nothing = records(&beside, &["no-email-records.lab"]);
    assert!(nothing.stdout.contains("lists the services you send with"), "{}", nothing.stdout);
    let silent = records(&beside, &["half-silent.lab", "--mail", "neither", "--json"]);
    let shown: Value = serde_json::from_str(&silent.stdout).unwrap();
    assert_eq!(
        shown["entries"],
        serde_json::json!([
            { "kind": "add", "record_type": "TXT", "host": "_dmarc", "value": "v=DMARC1; p=reject" }
        ])
    );
    let closing = records(&beside, &["no-email-records.lab", "--mail", "neither", "--zone"]);
    assert_eq!(
        closing.stdout,
        "\
no-email-records.lab. TXT \"v=spf1 -all\"
_dmarc.no-email-records.lab. TXT \"v=DMARC1; p=reject\"
no-email-records.lab. MX 0 .
"
    );
    // A key that signs shows that somebody sends: then nothing is written that would stop it.
    let signs = records(&beside, &["p-none.lab", "--mail", "neither", "--zone"]);
    assert!(
        signs.stdout.starts_with("; Do this: You said p-none.lab sends no mail, but a key"),
        "{}",
        signs.stdout
    );
    assert!(!signs.stdout.contains("\np-none.lab."), "{}", signs.stdout);
}

#[test]
fn records_writes_nothing_where_it_cannot_see_what_is_there() {
    let beside = Beside::start();
    let ended = records(&beside, &["servfail.lab", "--service", "google-workspace"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("servfail.lab: nothing is written. "), "{}", ended.stdout);
    let unknown = records(&beside, &["healthy.lab", "--service", "pigeons"]);
    assert_eq!(unknown.code, 64);
    assert!(unknown.stderr.contains("google-workspace"), "{}", unknown.stderr);
}
