//! The summary page: the page itself, with what is known about one domain put in where a reader without JavaScript, or
//! somebody's preview of a link, finds it. Where JavaScript runs, the page takes over.

use worker::{Env, Response};

use crate::assets::asset;
use crate::message::ReportSummary;
use crate::platform;
use crate::response::problem::Problem;
use crate::share::card::{HEIGHT, WIDTH};
use crate::share::markup::{shortened, text};
use crate::share::words;

/// What is put into the page.
pub(crate) struct Page {
    status: u16,
    /// Who may keep it, and for how long.
    cache: &'static str,
    title: String,
    description: String,
    /// Elements for the head.
    head: String,
    /// The summary, for the body.
    summary: String,
}

impl Page {
    /// What is known about `domain`. `permanent` is a report that was asked for by its link.
    pub(crate) fn of(domain: &str, origin: &str, report: Option<&ReportSummary>, permanent: bool) -> Self {
        let name = text(domain);
        let Some(report) = report else {
            let (status, title, said) = match permanent {
                true => (404, "No such report", "There is no report at this address.".to_owned()),
                false => (200, "Not checked yet", format!("{name} has not been checked yet.")),
            };
            let summary = format!(
                r#"<div class="card verdict no-verdict"><h2 id="summary-title">{title}</h2><p class="reason">{said}</p><p><a href="/r?domain={name}" rel="nofollow">Check {name} now</a></p></div>"#
            );
            let description = format!("Can {domain} go live? Check it in seconds.");
            let (title, address) =
                (format!("{title}: {domain} · Launch Ready"), format!("{origin}/r/{domain}"));
            let head = match permanent {
                // Nothing is there to be passed on.
                true => NOT_INDEXED.to_owned(),
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

    /// The page with all of it.
    pub(crate) async fn response(&self, env: &Env) -> Result<Response, Problem> {
        let mut page = asset(env, "/").await?;
        let html = page.text().await?;
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

    fn put_into(&self, html: &str) -> String {
        let html = between(html, "<title>", "</title>", &text(&self.title));
        let html = between(&html, r#"<meta name="description" content=""#, r#"""#, &text(&self.description));
        let html = without_lines(&html, r#"<meta property="og:"#);
        let html = without_lines(&html, r#"<meta name="twitter:"#);
        let html = before(&html, "</head>", &self.head);
        let summary = format!(
            r#"<section id="summary" class="summary" aria-labelledby="summary-title">{}</section>"#,
            self.summary
        );
        before(&html, r#"<section id="results""#, &summary)
    }
}

/// The page for somebody without JavaScript whose question was refused.
pub(crate) fn refusal(title: &str, detail: &str, status: u16) -> Page {
    let summary = format!(
        r#"<div class="card trouble"><h2 id="summary-title">{}</h2><p>{}</p></div>"#,
        text(title),
        text(detail)
    );
    Page {
        status,
        cache: NOT_KEPT,
        title: format!("{title} · Launch Ready"),
        description: detail.to_owned(),
        head: NOT_INDEXED.to_owned(),
        summary,
    }
}

fn head(title: &str, description: &str, address: &str, picture: &str) -> String {
    let (title, description) = (text(title), text(&shortened(description, 200)));
    let (address, picture) = (text(address), text(picture));
    format!(
        r#"{NOT_INDEXED}<link rel="canonical" href="{address}"><meta property="og:type" content="website"><meta property="og:site_name" content="Launch Ready"><meta property="og:title" content="{title}"><meta property="og:description" content="{description}"><meta property="og:url" content="{address}"><meta property="og:image" content="{picture}"><meta property="og:image:type" content="image/png"><meta property="og:image:width" content="{WIDTH}"><meta property="og:image:height" content="{HEIGHT}"><meta property="og:image:alt" content="{title}"><meta name="twitter:card" content="summary_large_image">"#
    )
}

const KEPT_BY_ALL: &str = "public, max-age=60";
/// Who has the link to a report has it from somebody; what is on the way need not keep it.
const KEPT_BY_READER: &str = "private, max-age=60";
const NOT_KEPT: &str = "no-store";

const NOT_INDEXED: &str = r#"<meta name="robots" content="noindex, nofollow">"#;

fn summary(domain: &str, report: &ReportSummary) -> String {
    let mut out = format!(
        r#"<div class="card verdict {decision}"><h2 id="summary-title">{words}: {domain}</h2><p class="reason">{reason}</p><p>{measure}. Checked on <time datetime="{at}">{day}</time>. <a href="/r?domain={domain}" rel="nofollow">Check again</a></p></div>"#,
        decision = words::id(report.decision),
        words = words::verdict(report.decision),
        domain = text(domain),
        reason = text(&report.reason),
        measure = words::measure(report),
        at = words::day(report),
        day = words::day(report),
    );
    if report.risks.is_empty() {
        out.push_str("<p>Nothing to fix in what could be measured.</p>");
        return out;
    }
    out.push_str("<h3>What to fix, the worst first</h3><ol class=\"summary-risks\">");
    for risk in &report.risks {
        let tone = if risk.rank == "blocker" { "fail" } else { "warn" };
        out += &format!(
            r#"<li class="finding {tone}"><div class="head"><h4><span class="name">{}</span> <span class="title">{}</span></h4><p class="chips"><span class="chip {rank}">{rank}</span></p></div><div class="body">"#,
            text(&risk.name),
            text(&risk.title),
            rank = text(&risk.rank),
        );
        if !risk.detail.is_empty() {
            out += &format!("<p>{}</p>", text(&risk.detail));
        }
        for (verb, line) in &risk.fixes {
            out += &format!(
                r#"<p class="verb">{}</p><div class="line"><code>{}</code></div>"#,
                text(verb),
                text(line)
            );
        }
        out.push_str("</div></li>");
    }
    out.push_str("</ol>");
    out
}

/// Puts `new` between the first `open` and the `close` behind it.
fn between(html: &str, open: &str, close: &str, new: &str) -> String {
    let Some((before, rest)) = html.split_once(open) else { return html.to_owned() };
    let Some((_, after)) = rest.split_once(close) else { return html.to_owned() };
    [before, open, new, close, after].concat()
}

/// Puts `new` before the first `mark`.
fn before(html: &str, mark: &str, new: &str) -> String {
    match html.split_once(mark) {
        Some((before, after)) => [before, new, mark, after].concat(),
        None => html.to_owned(),
    }
}

/// Leaves out the lines that begin with `start`: what is said anew must not stand there twice.
fn without_lines(html: &str, start: &str) -> String {
    html.split_inclusive('\n').filter(|line| !line.trim_start().starts_with(start)).collect()
}
