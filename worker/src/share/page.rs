//! The summary page: the page itself, with what is known about one domain put in where a reader without JavaScript, or
//! somebody's preview of a link, finds it. Where JavaScript runs, the page takes over.

use launch_ready_core::checks::consequences::Consequences;
use launch_ready_core::domain::Domain;
use launch_ready_core::report::gaps::Gap;
use launch_ready_core::report::remedy::{Remedy, remedies};
use launch_ready_core::report::score::{Decision, Rank};
use launch_ready_core::report::words::{at_stake, list, rank, stakes, unanswered, unblocked};
use maud::{Markup, html};
use worker::{Env, Response};

use crate::assets::asset;
use crate::message::{ReportSummary, RiskSummary};
use crate::operator::Operator;
use crate::platform;
use crate::response::problem::Problem;
use crate::share::card::{HEIGHT, WIDTH};
use crate::share::markup::{before, between, plain, shortened};
use crate::share::words;
use crate::site::shell::dress;

/// What is put into the page.
pub(crate) struct Page {
    status: u16,
    /// Who may keep it, and for how long.
    cache: &'static str,
    title: String,
    description: String,
    /// Elements for the head.
    head: Markup,
    /// The summary, for the body.
    summary: Markup,
}

impl Page {
    /// What is known about `domain`. `permanent` is a report that was asked for by its link.
    pub(crate) fn of(domain: &str, origin: &str, report: Option<&ReportSummary>, permanent: bool) -> Self {
        let Some(report) = report else {
            let (status, title, said) = match permanent {
                true => (404, "No such report", "There is no report at this address.".to_owned()),
                false => (200, "Not checked yet", format!("{domain} has not been checked yet.")),
            };
            let summary = html! {
                div class="card verdict no-verdict" {
                    h2 id="summary-title" { (title) }
                    p class="reason" { (said) }
                    p { a href={ "/r?domain=" (domain) } rel="nofollow" { "Check " (domain) " now" } }
                }
            };
            let description = format!("Can {domain} go live? Check it in seconds.");
            let (title, address) =
                (format!("{title}: {domain} · Launch Ready"), format!("{origin}/r/{domain}"));
            let head = match permanent {
                // Nothing is there to be passed on.
                true => not_indexed(),
                false => head(&title, &description, &address, &format!("{address}/card.png")),
            };
            let cache = if permanent { NOT_KEPT } else { KEPT_BY_ALL };
            return Self { status, cache, title, description, head, summary };
        };
        let title = format!("{}: {domain} · Launch Ready", words::verdict(report.decision));
        let address = match permanent {
            true => format!("{origin}/report/{}", report.id),
            false => format!("{origin}/r/{domain}"),
        };
        // Networks keep a picture by its address: another report has another one.
        let picture = format!("{address}/card.png?{}", report.at);
        let head = head(&title, &report.reason, &address, &picture);
        let cache = if permanent { KEPT_BY_READER } else { KEPT_BY_ALL };
        let (description, summary) = (report.reason.clone(), summary(domain, report));
        Self { status: 200, cache, title, description, head, summary }
    }

    /// A report that was recorded, to be looked at before anything is asked.
    pub(crate) fn sample(name: &str, origin: &str, report: &ReportSummary) -> Self {
        let title = format!("Sample report: {} · Launch Ready", words::verdict(report.decision));
        let description = format!("What a report looks like. {}", report.reason);
        let head =
            head(&title, &description, &format!("{origin}/sample/{name}"), &format!("{origin}/og.png"));
        Self {
            status: 200,
            cache: KEPT_BY_ALL,
            title,
            description,
            head,
            summary: summary("example.com", report),
        }
    }

    /// The page with all of it.
    pub(crate) async fn response(&self, env: &Env, origin: &str) -> Result<Response, Problem> {
        let mut page = asset(env, "/").await?;
        let html = page.text().await?;
        let html = dress(&html, &Operator::of(env), origin);
        // Nothing is asked here: the form is a line, and what is known comes first.
        let html = html.replacen("<html lang=\"en\">", "<html lang=\"en\" class=\"asked\">", 1);
        let response = Response::from_bytes(self.put_into(&html).into_bytes())?.with_status(self.status);
        let headers = response.headers();
        // The page's own policy, as the assets' headers say it.
        for name in ["content-security-policy", "referrer-policy", "cross-origin-opener-policy"] {
            if let Some(value) = platform::header(&page.headers().0, name) {
                platform::set(&headers.0, name, &value);
            }
        }
        platform::set(&headers.0, "content-type", "text/html; charset=utf-8");
        platform::set(&headers.0, "cache-control", self.cache);
        platform::set(&headers.0, "x-robots-tag", "noindex, nofollow");
        Ok(response)
    }

    fn put_into(&self, page: &str) -> String {
        let said = |text: &str| html! { (plain(text)) }.into_string();
        let page = between(page, "<title>", "</title>", &said(&self.title));
        let page = between(&page, r#"<meta name="description" content=""#, r#"""#, &said(&self.description));
        let page = without_lines(&page, r#"<meta property="og:"#);
        let page = without_lines(&page, r#"<meta name="twitter:"#);
        let page = without_lines(&page, r#"<link rel="canonical""#);
        let page = before(&page, "</head>", &self.head.0);
        let summary = html! {
            section id="summary" class="summary" aria-labelledby="summary-title" { (self.summary) }
        };
        before(&page, r#"<section id="results""#, &summary.0)
    }
}

/// The page for somebody without JavaScript whose question was refused.
pub(crate) fn refusal(title: &str, detail: &str, status: u16) -> Page {
    let summary = html! {
        div class="card trouble" {
            h2 id="summary-title" { (plain(title)) }
            p { (plain(detail)) }
        }
    };
    Page {
        status,
        cache: NOT_KEPT,
        title: format!("{title} · Launch Ready"),
        description: detail.to_owned(),
        head: not_indexed(),
        summary,
    }
}

fn head(title: &str, description: &str, address: &str, picture: &str) -> Markup {
    let (title, description) = (plain(title), plain(&shortened(description, 200)));
    html! {
        (not_indexed())
        link rel="canonical" href=(address);
        meta property="og:type" content="website";
        meta property="og:site_name" content="Launch Ready";
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
        meta property="og:url" content=(address);
        meta property="og:image" content=(picture);
        meta property="og:image:type" content="image/png";
        meta property="og:image:width" content=(WIDTH);
        meta property="og:image:height" content=(HEIGHT);
        meta property="og:image:alt" content=(title);
        meta name="twitter:card" content="summary_large_image";
    }
}

fn not_indexed() -> Markup {
    html! { meta name="robots" content="noindex, nofollow"; }
}

const KEPT_BY_ALL: &str = "public, max-age=60";
/// Who has the link to a report has it from somebody; what is on the way need not keep it.
const KEPT_BY_READER: &str = "private, max-age=60";
const NOT_KEPT: &str = "no-store";

/// The report as the page lays it out, without what takes a script: the verdict and what it rests on, what to fix first, the
/// rest of what to fix, what could not be checked and why, and how much passed.
fn summary(domain: &str, report: &ReportSummary) -> Markup {
    let (decision, day) = (words::id(report.decision), words::day(report));
    let of = |rank: Rank| report.risks.iter().filter(move |risk| risk.rank == rank);
    html! {
        div class="report" {
            div class={ "card verdict " (decision) } {
                div {
                    h2 id="summary-title" { (words::verdict(report.decision)) ": " (domain) }
                    @if let Some(written) = other_script(domain) {
                        p { "This is how DNS writes " bdi { (plain(&written)) } ". We show it this way because letters of other scripts can look like Latin ones." }
                    }
                    p class="reason" { (plain(&reason(report))) }
                    @let reasons = reasons(report);
                    @if !reasons.is_empty() {
                        ul class="reasons" { @for reason in &reasons { li { (plain(reason)) } } }
                    }
                }
                div class="numbers" {
                    p { (words::measure(report)) "." }
                    p { "Checked on " time datetime=(day) { (day) } ". "
                        a href={ "/r?domain=" (domain) } rel="nofollow" { "Check again" }
                        " "
                        a href={ "/call?report=" (report.id) } rel="nofollow" { "Book a call" } }
                }
            }
            @if report.risks.is_empty() && report.decision != Decision::NoVerdict {
                p class="nothing" { "Nothing to fix in what we could check." }
            }
            @for (rank, title) in [
                (Rank::Blocker, "Fix first"), (Rank::Important, "Important"), (Rank::Optional, "Optional"),
            ] {
                @if of(rank).next().is_some() {
                    h3 { (title) }
                    ol class="summary-risks" { @for risk in of(rank) { (to_fix(risk)) } }
                }
            }
            @if !(report.gaps.is_empty() && report.unknown.is_empty()) {
                h3 { "Couldn't check" }
                ul class="summary-unknown" {
                    @for gap in &report.gaps {
                        li { strong { (plain(&gap.cause)) } " " (spelled(&gap.advice)) }
                    }
                    @if !report.unknown.is_empty() { li { (plain(&listed(&report.unknown))) } }
                }
            }
            p class="run" { (report.passed) " passed · " (report.not_applicable) " not applicable" }
        }
    }
}

/// The sentence behind the verdict, as the page says it.
fn reason(report: &ReportSummary) -> String {
    let of = |rank: Rank| report.risks.iter().filter(move |risk| risk.rank == rank);
    match report.decision {
        Decision::NoGo => at_stake(&of(Rank::Blocker).map(|risk| risk.loses).collect::<Vec<_>>()),
        Decision::Go => unblocked(of(Rank::Important).count()),
        Decision::NoVerdict => unanswered(report.unanswered.len()),
    }
}

/// Reasons that are listed; more are counted.
const REASONS: usize = 5;

/// What the verdict rests on, as the page lists it.
fn reasons(report: &ReportSummary) -> Vec<String> {
    let blockers = report.risks.iter().filter(|risk| risk.rank == Rank::Blocker);
    let all: Vec<String> = match report.decision {
        Decision::Go => Vec::new(),
        Decision::NoGo => blockers.map(|risk| risk.title.clone()).collect(),
        // One cause may be behind all of them.
        Decision::NoVerdict => {
            let misses = |gap: &&Gap| report.unanswered.iter().any(|(check, _)| gap.checks.contains(check));
            let spoken = |check: &String| report.gaps.iter().any(|gap| gap.checks.contains(check));
            let others = report.unanswered.iter().filter(|(check, _)| !spoken(check));
            let causes = report.gaps.iter().filter(misses).map(|gap| gap.cause.clone());
            causes.chain(others.map(|(_, name)| name.clone())).collect()
        }
    };
    let mut shown: Vec<String> = all.iter().take(REASONS).cloned().collect();
    if let Some(more @ 1..) = all.len().checked_sub(REASONS) {
        shown.push(format!("and {more} more"));
    }
    shown
}

fn listed(names: &[String]) -> String {
    list(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Our own words, which set code between backticks.
fn spelled(words: &str) -> Markup {
    let runs = words.split('`').enumerate();
    html! {
        @for (index, run) in runs {
            @if index % 2 == 1 { code { (plain(run)) } } @else { (plain(run)) }
        }
    }
}

/// The name as people write it, where DNS has another one (RFC 5890: its labels begin with `xn--`).
fn other_script(domain: &str) -> Option<String> {
    let known = Domain::from_host(domain)?;
    Some(known.to_unicode()).filter(|written| written != domain)
}

fn to_fix(risk: &RiskSummary) -> Markup {
    let (tone, chip) = match risk.rank {
        Rank::Blocker => ("fail", "blocker"),
        Rank::Important => ("warn", "important"),
        Rank::Optional => ("none", "optional"),
    };
    let stakes = stakes(Consequences::new(risk.loses, risk.effort, risk.who));
    html! {
        li class={ "finding " (tone) } {
            div class="head" {
                h4 {
                    span class="name" { (plain(&risk.name)) } " " span class="title" { (plain(&risk.title)) }
                }
                span class={ "chip " (chip) } { (rank(risk.rank)) }
                p class="stakes" { (stakes) }
            }
            div class="body" {
                @if !risk.detail.is_empty() { p { (spelled(&risk.detail)) } }
                @for remedy in remedies(&risk.fixes) { (to_do(&remedy)) }
            }
        }
    }
}

/// An instruction is a sentence; lines are code, each with what it takes the place of.
fn to_do(remedy: &Remedy) -> Markup {
    match remedy {
        Remedy::Step(text) => html! { p class="step" { (spelled(text)) } },
        Remedy::Lines { verb, replaced, lines } => html! {
            p class="verb" { (plain(verb)) }
            @for old in replaced { p class="replaced" { "Now: " del { code { (plain(old)) } } } }
            @for (label, line) in lines {
                @if !label.is_empty() { p class="label" { (label) } }
                div class="line" { code { (plain(line)) } }
            }
        },
    }
}

/// Leaves out the lines that begin with `start`: what is said anew must not stand there twice.
fn without_lines(html: &str, start: &str) -> String {
    html.split_inclusive('\n').filter(|line| !line.trim_start().starts_with(start)).collect()
}

#[cfg(test)]
mod tests {
    use launch_ready_core::checks::consequences::{BusinessImpact, Effort, Who};
    use launch_ready_core::checks::fix::Fix;
    use launch_ready_core::report::FixShown;

    use super::*;

    fn report() -> ReportSummary {
        ReportSummary {
            id: "0-example.com".to_owned(),
            at: 0,
            decision: Decision::NoGo,
            reason: "<b>One</b> \"blocker\"".to_owned(),
            score: Some(40),
            answered: 1,
            of: 2,
            risks: Vec::new(),
            unanswered: Vec::new(),
            gaps: Vec::new(),
            unknown: Vec::new(),
            passed: 0,
            not_applicable: 0,
        }
    }

    #[test]
    fn what_strangers_wrote_is_text() {
        let shown = |fix: Fix| FixShown { verb: fix.verb().to_owned(), line: fix.line(), fix };
        let risk = RiskSummary {
            rank: Rank::Blocker,
            loses: BusinessImpact::Mail,
            effort: Effort::Minutes,
            who: Who::DnsPanel,
            name: "SPF".to_owned(),
            title: "<script>".to_owned(),
            detail: "a\u{202e}b".to_owned(),
            fixes: vec![
                shown(Fix::record("a.b", "TXT", "\"v=spf1\" & more")),
                shown(Fix::step("Test <it>.")),
            ],
        };
        let markup = to_fix(&risk).into_string();
        assert!(markup.contains("&lt;script&gt;") && !markup.contains("<script>"), "{markup}");
        assert!(markup.contains("<p>a\u{fffd}b</p>"), "{markup}");
        assert!(markup.contains("<code>a.b. TXT &quot;v=spf1&quot; &amp; more</code>"), "{markup}");
        assert!(markup.contains("<p class=\"step\">Test &lt;it&gt;.</p>"), "a step is a sentence: {markup}");
    }

    #[test]
    fn the_page_gets_a_title_a_head_and_a_summary() {
        let page = Page {
            status: 200,
            cache: NOT_KEPT,
            title: "<i>".to_owned(),
            description: "\"so\"".to_owned(),
            head: head("<i>", &report().reason, "https://a.com/r/b.com", "https://a.com/c.png"),
            summary: html! { p { "Said." } },
        };
        let html = page.put_into(
            "<head><title>x</title>\n<meta name=\"description\" content=\"y\">\n<meta property=\"og:title\" content=\"x\">\n</head><section id=\"results\">",
        );
        assert!(html.contains("<title>&lt;i&gt;</title>"), "{html}");
        assert!(html.contains(r#"<meta name="description" content="&quot;so&quot;">"#), "{html}");
        assert_eq!(html.matches("og:title").count(), 1, "{html}");
        assert!(html.contains(r#"<meta property="og:image:width" content="1200">"#), "{html}");
        let summary =
            r#"<section id="summary" class="summary" aria-labelledby="summary-title"><p>Said.</p></section>"#;
        assert!(html.contains(&format!("{summary}<section id=\"results\"")), "{html}");
    }
}
