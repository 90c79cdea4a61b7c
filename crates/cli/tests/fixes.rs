//! What a report tells a founder to do, done in the lab: the lines of its fixes are copied into a zone file and into the
//! site's configuration, the lab starts again, and the checks pass.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly, helpers included")]

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use launch_ready_core::checks::finding::Level;
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::report::Report;
use launch_ready_core::report::diff::Difference;
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::score::{Decision, SCORING_VERSION};
use support::{Beside, launch_ready};

/// A founder's zone and site, as they can be edited.
struct Founder {
    /// Lines of the zone, names in full.
    zone: Vec<String>,
    /// Header fields of every https answer.
    headers: Vec<(String, String)>,
    /// Where a scheme and host are sent on to.
    redirects: Vec<(String, String)>,
    /// What was done already: several findings may ask for the same.
    done: Vec<Fix>,
}

const DOMAIN: &str = "founder.lab";

impl Founder {
    /// Two SPF records, no DMARC, no www in DNS, a site over http as well as https, no header that protects anything.
    fn on_the_evening_before() -> Self {
        let zone = [
            "founder.lab. SOA ns1.dns-one.lab. hostmaster.dns-one.lab. 1 7200 3600 1209600 300",
            "founder.lab. NS ns1.dns-one.lab.",
            "founder.lab. NS ns2.dns-two.lab.",
            "founder.lab. A 76.76.21.21",
            "founder.lab. MX 10 mx1.mailhost.lab.",
            "founder.lab. TXT \"v=spf1 include:_spf.mailhost.lab ~all\"",
            "founder.lab. TXT \"v=spf1 ip4:142.250.27.0/24 ?all\"",
        ];
        let zone = zone.map(str::to_owned).to_vec();
        // The host knows the www name, as the step beside its record asks for, and sends it on.
        let redirects = ["http", "https"]
            .map(|scheme| (format!("{scheme}://www.founder.lab"), "https://founder.lab".to_owned()));
        Self { zone, headers: Vec::new(), redirects: redirects.to_vec(), done: Vec::new() }
    }

    /// Does what a fix says; `false` where that is a step for a person.
    fn apply(&mut self, fix: &Fix) -> bool {
        if self.done.contains(fix) {
            return true;
        }
        self.done.push(fix.clone());
        match fix {
            Fix::Record { name, record_type, value, replaces } => {
                if let Some(old) = replaces {
                    self.remove(name, record_type, old);
                }
                self.zone.push(format!("{name}. {record_type} {value}"));
            }
            Fix::RemoveRecord { name, record_type, value } => self.remove(name, record_type, value),
            Fix::Header { name, value, path, .. } => {
                assert_eq!(*path, None, "this site has one page");
                self.headers.retain(|(old, _)| !old.eq_ignore_ascii_case(name));
                self.headers.push((name.clone(), value.clone()));
            }
            Fix::Redirect { from, to } => self.redirects.push((from.clone(), to.clone())),
            Fix::Step { .. } => return false,
        }
        true
    }

    fn remove(&mut self, name: &str, record_type: &str, value: &str) {
        let line = format!("{name}. {record_type} {value}");
        let at = self.zone.iter().position(|there| *there == line);
        self.zone.remove(at.unwrap_or_else(|| panic!("not there: {line}\n{}", self.zone.join("\n"))));
    }

    /// The lab with the zone and the site as they are now.
    fn lab(&self, folder: &Path) -> Beside {
        std::fs::write(folder.join("founder.lab.zone"), format!("$TTL 300\n{}\n", self.zone.join("\n")))
            .unwrap();
        let commons = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../lab/scenarios/commons");
        let mut sites = format!("with = [{:?}]\n", commons.canonicalize().unwrap());
        for host in [DOMAIN, "www.founder.lab"] {
            let _ = writeln!(sites, "[site.{host:?}]");
            for scheme in ["http", "https"] {
                let here = format!("{scheme}://{host}");
                let to = self.redirects.iter().find(|(from, _)| from.trim_end_matches('/') == here);
                let _ = writeln!(sites, "[[site.{host:?}.route]]\nscheme = {scheme:?}");
                match to {
                    Some((_, to)) => {
                        let _ =
                            writeln!(sites, "redirect = \"{}{{path_and_query}}\"", to.trim_end_matches('/'));
                    }
                    None => {
                        let mut headers = vec![("content-type".to_owned(), "text/html".to_owned())];
                        headers.extend(self.headers.clone());
                        let headers: Vec<_> = headers.iter().map(|(name, value)| [name, value]).collect();
                        let _ = writeln!(
                            sites,
                            "headers = {headers:?}\nbody = \"<title>Founder</title><h1>Open</h1>\""
                        );
                    }
                }
            }
        }
        std::fs::write(folder.join("sites.toml"), sites).unwrap();
        Beside::serving(vec![folder.to_owned()])
    }
}

fn level(report: &Report, check: &str) -> Level {
    report.findings.iter().find(|finding| finding.check == check).map(|finding| finding.level).unwrap()
}

#[test]
fn doing_what_the_report_says_makes_the_domain_ready() {
    let folder = tempfile::tempdir().unwrap();
    let mut founder = Founder::on_the_evening_before();
    let beside = founder.lab(folder.path());
    let first = beside.check(DOMAIN, &["--json"]);
    let before: Report = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(before.verdict.decision, Decision::NoGo, "{}", before.verdict.reason);
    let old = beside.file("old.json");
    std::fs::write(&old, &first.stdout).unwrap();

    // Every line to copy is copied; steps are for people.
    let mut done = Vec::new();
    for finding in before.findings.iter().filter(|finding| finding.rank.is_some()) {
        let all =
            finding.fixes.iter().filter(|shown| founder.apply(&shown.fix)).count() == finding.fixes.len();
        if all {
            done.push(finding.check.clone());
        }
    }
    for check in ["https-redirect", "spf-record", "hsts"] {
        assert!(done.iter().any(|id| id == check), "{check} has lines for all of it: {done:?}");
    }
    let mended = founder.lab(folder.path());
    let second = mended.check(DOMAIN, &["--json"]);
    let after: Report = serde_json::from_str(&second.stdout).unwrap();
    assert_eq!(after.verdict.decision, Decision::Go, "{}", after.verdict.reason);
    for check in &done {
        assert!(
            level(&after, check) > level(&before, check),
            "{check} is better: {:?}",
            level(&after, check)
        );
    }
    assert!(after.score.unwrap().value > before.score.unwrap().value);

    // One check alone costs what it needs, and gives no verdict.
    let again = mended.check(DOMAIN, &["--check", "spf-record", "--json"]);
    let recheck: Recheck = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((again.code, recheck.recheck.len()), (0, 1));
    assert!(serde_json::from_str::<Report>(&again.stdout).is_err(), "a recheck is no report");
    let again = beside.check(DOMAIN, &["--check", "spf-record", "--check", "mx"]);
    assert_eq!(again.code, 1, "{}", again.stdout);
    assert!(again.stdout.contains("no verdict") && !again.stdout.contains("READY"), "{}", again.stdout);

    // And the two reports compare.
    let against = mended.check(DOMAIN, &["--against", &old.display().to_string(), "--json"]);
    let difference: Difference = serde_json::from_str(&against.stdout).unwrap();
    assert_eq!(against.code, 0);
    for check in ["https-redirect", "spf-record"] {
        assert!(difference.gone.iter().any(|change| change.check == check), "{:?}", difference.gone);
    }
    assert_eq!((difference.before.blockers, difference.after.blockers), (2, 0));
    assert!(difference.numbers.iter().any(|n| n.unit == "ms" && n.before.is_some() && n.after.is_some()));
    let new = mended.file("new.json");
    std::fs::write(&new, &second.stdout).unwrap();
    let (old, new) = (old.display().to_string(), new.display().to_string());
    let forwards = launch_ready(&["compare", &old, &new]);
    assert_eq!(forwards.code, 0, "{}", forwards.stdout);
    let backwards = launch_ready(&["compare", &new, &old, "--markdown"]);
    assert_eq!(backwards.code, 1, "what was right is wrong again");
    assert!(backwards.stdout.contains("## New problems"), "{}", backwards.stdout);
}

#[test]
fn fixes_are_shown_for_what_is_in_use_or_for_what_the_reader_says() {
    let folder = tempfile::tempdir().unwrap();
    let beside = Founder::on_the_evening_before().lab(folder.path());
    // The address is Vercel's; nobody knows the lab's name servers.
    let recognised = beside.check(DOMAIN, &[]).stdout;
    assert!(recognised.contains("Host      Vercel (the address 76.76.21.21)"), "{recognised}");
    assert!(recognised.contains("vercel.json at the top of the project"), "{recognised}");
    assert!(recognised.contains("Where your DNS records are kept"), "{recognised}");
    let said = beside.check(DOMAIN, &["--host", "nginx", "--dns-provider", "amazon-route-53"]).stdout;
    assert!(said.contains("add_header"), "{said}");
    assert!(said.contains("Route 53 console"), "{said}");
    assert!(!said.contains("vercel.json"), "{said}");
    let markdown = beside.check(DOMAIN, &["--dns-provider", "cloudflare", "--markdown"]).stdout;
    for way in ["Add record", "delete this record"] {
        let place = format!("Cloudflare dashboard → your domain → DNS → Records → {way}");
        assert!(markdown.contains(&place), "{markdown}");
    }
    let refused = beside.check(DOMAIN, &["--host", "nowhere"]);
    assert_eq!(refused.code, 64);
    assert!(refused.stderr.contains("github-pages"), "what can be said is listed: {}", refused.stderr);
}

#[test]
fn what_does_not_compare_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let beside = Founder::on_the_evening_before().lab(folder.path());
    let report = beside.check(DOMAIN, &["--json"]).stdout;
    let file = |name: &str, text: &str| {
        let path = beside.file(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let now = file("now.json", &report);
    let other = file(
        "other.json",
        &report.replacen(&format!("\"scoring\": {SCORING_VERSION}"), "\"scoring\": 99", 1),
    );
    let refused = launch_ready(&["compare", &other, &now]);
    assert_eq!((refused.code, refused.stdout.as_str()), (64, ""));
    assert!(
        refused.stderr.contains(&format!("two versions of the rules, 99 and {SCORING_VERSION}")),
        "{}",
        refused.stderr
    );
    let garbage = file("garbage.json", "{}");
    let refused = launch_ready(&["compare", &garbage, &now]);
    assert_eq!(refused.code, 74);
    assert!(refused.stderr.contains("is no report"), "{}", refused.stderr);
    let unknown = beside.check(DOMAIN, &["--check", "nonsense"]);
    assert_eq!(unknown.code, 64);
    assert!(unknown.stderr.contains("there is no check nonsense"), "{}", unknown.stderr);
}
