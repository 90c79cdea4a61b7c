//! The command as people and scripts use it, with the lab as its internet.

mod support;

use launch_ready_core::answers::Cause;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::domain::Domain;
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::plan::redirect_map::{RedirectReport, Tried};
use launch_ready_core::report::Report;
use launch_ready_core::report::dns_map::Row;
use launch_ready_core::report::score::Decision;
use support::{Beside, launch_ready};

#[test]
fn the_exit_code_is_the_verdict() {
    let beside = Beside::start();
    for (domain, code, decision) in [
        ("healthy.lab", 0, Decision::Go),
        ("broken.lab", 1, Decision::NoGo),
        ("unreachable.lab", 2, Decision::NoVerdict),
    ] {
        let ended = beside.check(domain, &["--json"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{domain}\n{}", ended.stdout);
        let report: Report = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!((report.domain.as_str(), report.verdict.decision), (domain, decision));
    }
}

#[test]
fn without_an_internet_there_is_no_verdict() {
    let ended = launch_ready(&["check", "acme.dev", "--proxy", "http://127.0.0.1:1", "--json"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    let report: Report = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((report.score, report.risks.len()), (None, 0));
    // What was not asked for does not apply; nothing else has an answer.
    let silent = |level| matches!(level, Level::NotApplicable | Level::NotMeasured);
    assert!(report.findings.iter().all(|finding| silent(finding.level)));
}

#[test]
fn a_refused_domain_is_answered_with_what_to_type_instead() {
    for typed in ["192.168.1.1", "localhost", "user:secret@acme.dev", "acme.dev:8443", "", "printer.local"] {
        let ended = launch_ready(&["check", typed]);
        assert_eq!((ended.code, ended.stdout.as_str()), (64, ""), "{typed}");
        let sentence = Domain::parse(typed).unwrap_err().to_string();
        assert_eq!(ended.stderr, format!("launch-ready: {sentence}\n"));
    }
}

#[test]
fn a_wrong_command_line_is_64_and_help_is_not() {
    for wrong in [
        &[][..],
        &["check"],
        &["launch"],
        &["check", "acme.dev", "--nonsense"],
        &["check", "acme.dev", "--json", "--markdown"],
        &["check", "acme.dev", "--replay", "scan.json"],
        &["check", "--replay", "scan.json", "--proxy", "http://127.0.0.1:1"],
        &["check", "acme.dev", "--segment", "bakery"],
        &["check", "acme.dev", "--mail", "sometimes"],
        &["check", "acme.dev", "--width", "0"],
        &["check", "acme.dev", "--path", "https://acme.dev/login"],
        &["check", "acme.dev", "--doh", "not a url"],
        &["check", "acme.dev", "--doh", "ftp://resolver.dev/"],
        &["check", "acme.dev", "--proxy", "127.0.0.1:8080"],
        &["explain", "no-such-check"],
    ] {
        let ended = launch_ready(wrong);
        assert_eq!((ended.code, ended.stdout.as_str()), (64, ""), "{wrong:?}");
        assert!(!ended.stderr.is_empty(), "{wrong:?}");
    }
    for right in [&["--help"][..], &["check", "--help"], &["--version"], &["explain"]] {
        let ended = launch_ready(right);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{right:?}");
        assert!(!ended.stdout.is_empty(), "{right:?}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_74_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let garbage = file("garbage.json", "{}");
    let missing = folder.path().join("missing.json").display().to_string();
    let no_folder = folder.path().join("no/folder.json").display().to_string();
    let closed = ["--proxy", "http://127.0.0.1:1"];
    for (arguments, named) in [
        (vec!["check", "--replay", &garbage], &garbage),
        (vec!["check", "--replay", &missing], &missing),
        (vec!["check", "acme.dev", "--ca-file", &missing], &missing),
        (vec!["check", "acme.dev", "--ca-file", &garbage], &garbage),
        (vec!["check", "acme.dev", "--record", &no_folder, closed[0], closed[1]], &no_folder),
    ] {
        let ended = launch_ready(&arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (74, ""), "{arguments:?}");
        assert!(ended.stderr.contains(named.as_str()), "{}", ended.stderr);
    }
}

#[test]
fn what_was_recorded_gives_the_same_report_byte_for_byte() {
    let beside = Beside::start();
    let file = beside.file("scan.json").display().to_string();
    let scanned =
        beside.check("broken.lab", &["--json", "--segment", "ai-tool", "--mail", "both", "--record", &file]);
    let replayed = launch_ready(&["check", "--replay", &file, "--json"]);
    assert_eq!((replayed.code, replayed.stdout), (scanned.code, scanned.stdout));
    for form in [&["--markdown"][..], &[]] {
        let arguments = [&["check", "--replay", &file], form].concat();
        let ended = launch_ready(&arguments);
        assert_eq!(ended.code, 1);
        assert!(
            ended.stdout.contains("Launch broken.lab now, and you could lose sign-ups and email."),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn a_recording_of_another_version_is_refused() {
    let beside = Beside::start();
    let file = beside.file("scan.json");
    beside.check("nomail.lab", &["--record", &file.display().to_string()]);
    let recording = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, recording.replacen("\"schema\": 1", "\"schema\": 99", 1)).unwrap();
    let ended = launch_ready(&["check", "--replay", &file.display().to_string()]);
    assert_eq!(ended.code, 74);
    assert!(ended.stderr.contains("version 99"), "{}", ended.stderr);
}

#[test]
fn a_site_that_hangs_is_cut_off_at_the_deadline() {
    let beside = Beside::start();
    let started = std::time::Instant::now();
    let file = beside.file("scan.json").display().to_string();
    let ended = beside.check("slow.lab", &["--deadline", "1", "--json", "--record", &file]);
    assert!(started.elapsed().as_secs() < 5);
    let report: Report = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, 2, "{:?}", report.verdict);
    assert!(ended.stdout.contains("when the scan's time was up"));
    assert_eq!(
        launch_ready(&["check", "--replay", &file, "--json"]).stdout,
        ended.stdout,
        "and replays like any"
    );
}

#[test]
fn what_the_budget_leaves_out_is_said() {
    let beside = Beside::start();
    let ended = beside.check("healthy.lab", &["--budget", "5", "--width", "2", "--json"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stdout.contains("had used up its requests"));
}

#[test]
fn colours_are_for_terminals_or_by_wish() {
    let beside = Beside::start();
    let file = beside.file("scan.json").display().to_string();
    let piped = beside.check("broken.lab", &["--record", &file]);
    assert!(!piped.stdout.contains('\u{1b}') && !piped.stderr.contains('\u{1b}'), "{}", piped.stdout);
    let coloured = launch_ready(&["check", "--replay", &file, "--color", "always"]);
    assert!(coloured.stdout.contains("\u{1b}["));
    let plain = launch_ready(&["check", "--replay", &file, "--color", "never"]);
    assert_eq!(plain.stdout, piped.stdout);
}

#[test]
fn the_report_for_people_says_what_was_seen_why_and_what_to_do() {
    let beside = Beside::start();
    let text = beside.check("broken.lab", &[]).stdout;
    for said in [
        "broken.lab  NOT READY\n",
        "\n   1. blocker ",
        "\nEmail\n",
        "v=spf1 ip4:142.250.27.0/24 ?all\n",
        "Why it matters\n",
        "_dmarc.broken.lab. TXT \"v=DMARC1; p=none",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn what_strangers_write_moves_no_cursor_in_any_form() {
    let beside = Beside::start();
    let file = beside.file("scan.json");
    beside.check("broken.lab", &["--record", &file.display().to_string()]);
    let recording = std::fs::read_to_string(&file).unwrap();
    // Clear the screen, colour by a C1 control, turn the reading direction, end a code block.
    let evil = "?all \\u001b[2J \\u009b31m \\u202e ```";
    let forged = recording.replace("?all", evil).replace("noindex", "noindex \\u001b]0;owned\\u0007");
    assert_ne!(forged, recording);
    std::fs::write(&file, forged).unwrap();
    for form in [&[][..], &["--markdown"], &["--json"]] {
        let file = file.display().to_string();
        let ended = launch_ready(&[&["check", "--replay", &file], form].concat());
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!ended.stdout.contains(acts), "{form:?}\n{}", ended.stdout.escape_debug());
    }
}

#[test]
fn the_hostile_site_ends_in_time_with_a_verdict() {
    let beside = Beside::start();
    let ended = beside.check("hostile.lab", &["--json"]);
    let report: Report = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, 1, "{:?}", report.verdict);
    assert!(report.run.took_ms < 21_000, "{} ms", report.run.took_ms);
}

#[test]
fn checks_are_listed_and_explained() {
    let all = launch_ready(&["explain"]).stdout;
    assert!(all.contains("dmarc-policy") && all.contains("Certificates and HTTPS"), "{all}");
    let one = launch_ready(&["explain", "dmarc-policy"]);
    assert_eq!(one.code, 0);
    for heading in ["What it checks", "Why it matters", "How to fix it", "Sources", "What it can say"] {
        assert!(one.stdout.contains(heading), "{heading}\n{}", one.stdout);
    }
}

#[test]
fn a_redirect_map_is_tried_and_written_as_rules() {
    let beside = Beside::start();
    let (proxy, ca) = (beside.lab.proxy_url(), beside.file("ca.pem").display().to_string());
    let list = beside.file("old.csv");
    let file = list.display().to_string();
    let run = |text: &str, arguments: &[&str]| {
        std::fs::write(&list, text).unwrap();
        let network = ["--proxy", &proxy, "--ca-file", &ca];
        launch_ready(&[&["redirects", &file][..], &network, arguments].concat())
    };
    // http to https, and www to the domain, are redirects that are there.
    let good = "Old,New\nhttp://healthy.lab/pricing,https://healthy.lab/pricing\nhttps://www.healthy.lab/privacy,https://healthy.lab/privacy\n";
    let ended = run(good, &["--rules", "nginx"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains("2 of 2 lines could be read") && ended.stdout.contains("return 301 $moved_to;"),
        "{}",
        ended.stdout
    );
    // One that nobody has set up, one that cannot be read.
    let ended = run("/old,/pricing\nnonsense\n", &["--domain", "healthy.lab", "--json"]);
    assert_eq!(ended.code, 1);
    let sheet: RedirectReport = serde_json::from_str(&ended.stdout).unwrap();
    assert!(matches!(sheet.rows[0].tried, Some(Tried::Wrong { .. })), "{sheet:?}");
    assert_eq!(
        (sheet.unread[0].line, sheet.rules[0].format.id()),
        (2, "vercel"),
        "the host in use, by its address"
    );
    // Nothing could be measured.
    let ended = run("/old,/pricing\n", &["--domain", "unreachable.lab"]);
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    assert!(ended.stdout.contains("not measured"), "{}", ended.stdout);
}

#[test]
fn a_redirect_map_is_looked_over_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.csv").display().to_string();
    let run = |text: &str, arguments: &[&str]| {
        std::fs::write(&file, text).unwrap();
        launch_ready(
            &[&["redirects", &file, "--offline", "--proxy", "http://127.0.0.1:1"], arguments].concat(),
        )
    };
    let ended = run("/a -> /b\n/b -> /a\n/c -> /d\n", &["--domain", "acme.dev", "--rules", "cloudflare"]);
    assert_eq!(ended.code, 1);
    for said in ["circle", "acme.dev/c,https://acme.dev/d,301"] {
        assert!(ended.stdout.contains(said), "{said}\n{}", ended.stdout);
    }
    assert_eq!(run("/a -> /b\n", &["--domain", "acme.dev"]).code, 0);
    let ended = run("/a -> /b\n", &[]);
    assert_eq!(ended.code, 64);
    assert!(ended.stderr.contains("--domain"), "{}", ended.stderr);
    assert_eq!(launch_ready(&["redirects", "/nowhere/old.csv", "--offline"]).code, 74);
    let long: String = (0..10_001).map(|n| format!("/{n} -> /x\n")).collect();
    let ended = run(&long, &["--domain", "acme.dev"]);
    assert_eq!(ended.code, 74);
    assert!(ended.stderr.contains("10001 lines") && ended.stderr.contains("split"), "{}", ended.stderr);
    let evil = run("/a\u{1b}[2J,x\n", &["--domain", "acme.dev"]);
    assert!(!evil.stdout.contains('\u{1b}'), "{}", evil.stdout.escape_debug());
}

#[test]
fn examples_in_the_help_of_redirects_work() {
    let folder = tempfile::tempdir().unwrap();
    let help = launch_ready(&["redirects", "--help"]).stdout;
    let examples: Vec<&str> =
        help.lines().filter(|line| line.trim_start().starts_with("launch-ready redirects ")).collect();
    assert!(examples.len() >= 2, "{help}");
    for example in examples {
        let mut words: Vec<&str> = example.split_whitespace().skip(1).collect();
        let file = folder.path().join(words[1]).display().to_string();
        std::fs::write(&file, "/old /new 301\n").unwrap();
        words[1] = &file;
        let ended = launch_ready(&words);
        assert_eq!(ended.code, 0, "{example}: {}", ended.stderr);
        assert!(ended.stdout.contains("/new"), "{example}: {}", ended.stdout);
    }
    let domain = help.split("such as ").nth(1).unwrap().split(". ").next().unwrap();
    assert!(launch_ready_core::domain::Domain::parse(domain).is_ok(), "{domain}");
}

#[test]
fn a_redirect_map_is_said_to_be_what_it_was_read_as() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list").display().to_string();
    let run = |bytes: &[u8], arguments: &[&str]| {
        std::fs::write(&file, bytes).unwrap();
        launch_ready(&[&["redirects", &file, "--offline", "--domain", "example.com"], arguments].concat())
    };
    let ended = run(b"/a  /b  301!\n/*  /index.html  200\n/c /d 302\n", &["--rules", "netlify"]);
    for said in
        ["Netlify _redirects, 3 lines", "a rewrite", "/d (temporary)", "/c /d 302!", "\n/* /index.html 200\n"]
    {
        assert!(ended.stdout.contains(said), "{said}\n{}", ended.stdout);
    }
    assert_eq!(ended.code, 0);
    let ended = run(b"Alte Adresse;Neue Adresse\n/\xfcber-uns;/ueber\n", &["--rules", "cloudflare"]);
    assert!(ended.stdout.contains("/%C3%BCber-uns,https://example.com/ueber,301"), "{}", ended.stdout);
    let ended = run(b"Page,Counterpart\n/a,/b\n", &[]);
    assert!(
        ended.code == 1 && ended.stdout.contains("Which column holds the old address"),
        "{}",
        ended.stdout
    );
    for empty in ["", "\n# nothing yet\n", "old,new\n"] {
        let ended = run(empty.as_bytes(), &[]);
        assert_eq!((ended.code, ended.stdout.as_str()), (74, ""));
        assert!(ended.stderr.contains("holds no redirects: write an old address"), "{}", ended.stderr);
    }
}

#[test]
fn the_dns_map_lists_what_was_seen_in_both_forms() {
    let beside = Beside::start();
    let file = beside.file("scan.json").display().to_string();
    let sheet = beside.check("healthy.lab", &["--dns-map", "--record", &file]);
    assert_eq!(sheet.code, 0, "{}", sheet.stderr);
    assert!(sheet.stdout.starts_with("# DNS map: healthy"), "{}", sheet.stdout);
    let rows = launch_ready(&["check", "--replay", &file, "--dns-map", "--json"]);
    let rows: Vec<Row> = serde_json::from_str(&rows.stdout).unwrap();
    let site = rows.iter().find(|row| row.record_type == "A" && row.name == "healthy.lab").unwrap();
    assert_eq!(
        (site.value.as_str(), site.provider.as_str(), site.purpose.as_str()),
        ("76.76.21.21", "Vercel", "the site")
    );
    assert_eq!(sheet.stdout.lines().filter(|line| line.starts_with("| ")).count(), rows.len() + 2);
}

#[test]
fn one_resolver_that_fails_changes_no_verdict_however_it_fails() {
    let beside = Beside::start();
    for domain in [
        "first-limited.lab",
        "first-unavailable.lab",
        "first-reset.lab",
        "first-garbage.lab",
        "first-page.lab",
        "first-empty.lab",
        "second-limited.lab",
        "second-garbage.lab",
    ] {
        // What is asked twice takes subrequests: with enough of them, nothing is missing.
        let ended = beside.check(domain, &["--json", "--budget", "100"]);
        assert_eq!(ended.code, 0, "{domain}: {}", ended.stdout);
        assert!(!ended.stdout.contains("\"unheard\""), "{domain}");
    }
    let ended = beside.check("no-resolver.lab", &["--markdown"]);
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    assert!(ended.stdout.contains("Our resolvers failed for"), "{}", ended.stdout);
}

#[test]
fn files_that_are_there_stay_unless_forced_and_nothing_is_asked_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for name in ["scan.json", "all.zip"] {
        std::fs::write(folder.path().join(name), "mine").unwrap();
    }
    std::fs::create_dir(folder.path().join("papers")).unwrap();
    std::fs::write(folder.path().join("papers/roadmap.md"), "mine").unwrap();
    // Nobody is there to be asked: a scan would end with another code.
    for (option, there) in [("--record", "scan.json"), ("--zip", "all.zip"), ("--out", "papers")] {
        let ended =
            launch_ready(&["check", "acme.dev", option, &path(there), "--proxy", "http://127.0.0.1:1"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (74, ""), "{option}: {}", ended.stderr);
        assert!(ended.stderr.contains("is there already; --force replaces it"), "{}", ended.stderr);
    }
    assert_eq!(std::fs::read_to_string(path("papers/roadmap.md")).unwrap(), "mine");
    let forced = launch_ready(&[
        "check",
        "acme.dev",
        "--record",
        &path("scan.json"),
        "--zip",
        &path("all.zip"),
        "--out",
        &path("papers"),
        "--force",
        "--proxy",
        "http://127.0.0.1:1",
    ]);
    assert_eq!(forced.code, 2, "{}", forced.stderr);
    assert!(std::fs::read_to_string(path("scan.json")).unwrap().starts_with('{'));
    assert!(std::fs::read(path("all.zip")).unwrap().starts_with(b"PK"));
    assert!(std::fs::read_to_string(path("papers/roadmap.md")).unwrap().starts_with('#'));
}

#[cfg(unix)]
#[test]
fn no_link_leads_what_is_written_out_of_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    std::fs::write(&outside, "mine").unwrap();
    let papers = folder.path().join("papers");
    std::fs::create_dir(&papers).unwrap();
    for name in ["roadmap.md", "handover.json"] {
        std::os::unix::fs::symlink(&outside, papers.join(name)).unwrap();
    }
    let out = papers.display().to_string();
    for (force, code) in [(&[][..], 74), (&["--force"], 2)] {
        let line = [&["check", "acme.dev", "--out", &out, "--proxy", "http://127.0.0.1:1"], force].concat();
        assert_eq!(launch_ready(&line).code, code, "{force:?}");
        assert_eq!(std::fs::read_to_string(&outside).unwrap(), "mine");
    }
    assert!(std::fs::symlink_metadata(papers.join("roadmap.md")).unwrap().is_file());
}

#[test]
fn an_owner_who_opted_out_is_left_alone_unless_the_owner_asks() {
    let beside = Beside::start();
    let record = beside.file("scan.json").display().to_string();
    for domain in ["opted-out.lab", "shop.opted-out.lab"] {
        for arguments in [&["--record", record.as_str()][..], &["--check", "hsts"]] {
            let ended = beside.check(domain, arguments);
            assert_eq!((ended.code, ended.stdout.as_str()), (77, ""), "{domain}");
            assert!(ended.stderr.contains("_launch-ready.opted-out.lab says so"), "{}", ended.stderr);
            assert!(ended.stderr.contains("--mine"), "{}", ended.stderr);
        }
    }
    assert!(!beside.file("scan.json").exists(), "there is nothing to record");
    let mine = beside.check("opted-out.lab", &["--mine", "--json", "--record", &record]);
    assert_eq!(mine.code, 0, "{}", mine.stderr);
    let replayed = launch_ready(&["check", "--replay", &record, "--json"]);
    assert_eq!(replayed.stdout, mine.stdout);
}

#[test]
fn a_redirect_is_not_followed_to_an_owner_who_opted_out() {
    let beside = Beside::start();
    let record = beside.file("scan.json").display().to_string();
    // Who owns the one may not speak for the other.
    for more in [&[][..], &["--mine"]] {
        let mut arguments = vec!["--json", "--force", "--record", &record];
        arguments.extend(more);
        let ended = beside.check("leads-to-opted-out.lab", &arguments);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        let recording = std::fs::read_to_string(&record).unwrap();
        let recording: launch_ready_core::report::Recording = serde_json::from_str(&recording).unwrap();
        let sent: Vec<_> = recording
            .evidence
            .iter()
            .filter(|(probe, _)| !matches!(probe, Probe::Dns(_)))
            .filter(|(probe, _)| {
                ["//opted-out.", "//shop."].iter().any(|host| probe.to_string().contains(host))
            })
            .collect();
        assert!(!sent.is_empty());
        for (probe, answer) in sent {
            let Answer::Failed(failure) = answer else { panic!("{probe} was sent") };
            assert_eq!(failure.cause, Cause::OptedOut, "{probe}");
        }
    }
}

#[test]
fn a_list_of_redirects_is_not_tried_where_the_owner_opted_out() {
    let beside = Beside::start();
    let list = beside.file("list.csv");
    std::fs::write(&list, "/a,/b\n").unwrap();
    let (list, proxy) = (list.display().to_string(), beside.lab.proxy_url());
    let ca = beside.file("ca.pem").display().to_string();
    let run = |domain: &str, more: &[&str]| {
        let mut all = vec!["redirects", &list, "--domain", domain, "--proxy", &proxy, "--ca-file", &ca];
        all.extend(more);
        launch_ready(&all)
    };
    let refused = run("opted-out.lab", &[]);
    assert_eq!((refused.code, refused.stdout.as_str()), (77, ""), "{}", refused.stderr);
    assert!(run("opted-out.lab", &["--mine"]).stdout.contains("404"), "it was tried");
    let led = run("leads-to-opted-out.lab", &[]);
    assert_eq!(led.code, 2, "{}", led.stdout);
    assert!(led.stdout.contains("has opted this host out of checks"), "{}", led.stdout);
}
