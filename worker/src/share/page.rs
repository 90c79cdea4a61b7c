//! The summary page: the page itself, with what is known about one domain put in where a reader without JavaScript, or
//! somebody's preview of a link, finds it. Where JavaScript runs, the page takes over.

use launch_ready_core::domain::Domain;
use maud::{Markup, html};
use worker::{Env, Response};

use crate::assets::asset;
use crate::message::{ReportSummary, RiskSummary};
use crate::operator::Operator;
use crate::platform;
use crate::response::problem::Problem;
use crate::share::card::{HEIGHT, WIDTH};
use crate::share::markup::{plain, shortened};
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

fn summary(domain: &str, report: &ReportSummary) -> Markup {
    let (decision, day) = (words::id(report.decision), words::day(report));
    html! {
        div class={ "card verdict " (decision) } {
            h2 id="summary-title" { (words::verdict(report.decision)) ": " (domain) }
            p class="reason" { (plain(&report.reason)) }
            @if let Some(written) = other_script(domain) {
                p { "This is how DNS has " bdi { (plain(&written)) } ". A name in other letters is shown this way, because some of them look like Latin ones." }
            }
            p {
                (words::measure(report)) ". Checked on " time datetime=(day) { (day) } ". "
                a href={ "/r?domain=" (domain) } rel="nofollow" { "Check again" }
                " "
                a href={ "/call?report=" (report.id) } rel="nofollow" { "Book a call" }
            }
        }
        @if report.risks.is_empty() {
            p { "Nothing to fix in what could be measured." }
        } @else {
            h3 { "What to fix, the worst first" }
            ol class="summary-risks" {
                @for risk in &report.risks { (to_fix(risk)) }
            }
        }
    }
}

/// The name as people write it, where DNS has another one (RFC 5890: its labels begin with `xn--`).
fn other_script(domain: &str) -> Option<String> {
    let known = Domain::from_host(domain)?;
    Some(known.to_unicode()).filter(|written| written != domain)
}

fn to_fix(risk: &RiskSummary) -> Markup {
    let tone = if risk.rank == "blocker" { "fail" } else { "warn" };
    let rank = plain(&risk.rank);
    html! {
        li class={ "finding " (tone) } {
            div class="head" {
                h4 {
                    span class="name" { (plain(&risk.name)) } " " span class="title" { (plain(&risk.title)) }
                }
                p class="chips" { span class={ "chip " (rank) } { (rank) } }
            }
            div class="body" {
                @if !risk.detail.is_empty() { p { (plain(&risk.detail)) } }
                @for (verb, line) in &risk.fixes {
                    p class="verb" { (plain(verb)) }
                    div class="line" { code { (plain(line)) } }
                }
            }
        }
    }
}

/// Puts `new` between the first `open` and the `close` behind it.
pub(crate) fn between(html: &str, open: &str, close: &str, new: &str) -> String {
    let Some((before, rest)) = html.split_once(open) else { return html.to_owned() };
    let Some((_, after)) = rest.split_once(close) else { return html.to_owned() };
    [before, open, new, close, after].concat()
}

/// Puts `new` before the first `mark`.
pub(crate) fn before(html: &str, mark: &str, new: &str) -> String {
    match html.split_once(mark) {
        Some((before, after)) => [before, new, mark, after].concat(),
        None => html.to_owned(),
    }
}

/// Leaves out the lines that begin with `start`: what is said anew must not stand there twice.
fn without_lines(html: &str, start: &str) -> String {
    html.split_inclusive('\n').filter(|line| !line.trim_start().starts_with(start)).collect()
}

#[cfg(test)]
mod tests {
    use launch_ready_core::report::score::Decision;

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
        }
    }

    #[test]
    fn what_strangers_wrote_is_text() {
        let risk = RiskSummary {
            rank: "blocker".to_owned(),
            name: "SPF".to_owned(),
            title: "<script>".to_owned(),
            detail: "a\u{202e}b".to_owned(),
            fixes: vec![("Add".to_owned(), "\"v=spf1\" & more".to_owned())],
        };
        let markup = to_fix(&risk).into_string();
        assert!(markup.contains("&lt;script&gt;") && !markup.contains("<script>"), "{markup}");
        assert!(markup.contains("<p>a\u{fffd}b</p>"), "{markup}");
        assert!(markup.contains("<code>&quot;v=spf1&quot; &amp; more</code>"), "{markup}");
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
