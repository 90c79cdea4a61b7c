//! What is passed on: the summary page, its picture, the badge, the permanent link.
//!
//! They are made in the domain's Durable Object, from the newest report that speaks of the domain and of nothing else: what
//! somebody told us for their own report is theirs. Whatever a stranger wrote is text.

mod badge;
mod card;
mod markup;
mod page;

use worker::{Env, Headers, Request, Response};

use crate::problem::Problem;
use crate::report::domain_of;
use crate::state::{self, client};
use crate::{js, query};

use page::Page;

/// What can be shown of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// The summary, as a page.
    Page,
    /// The picture that goes with a link to it.
    Card,
    /// A few words for somebody else's page.
    Badge,
}

/// A report, as far as it is shown without the page's own code.
pub(crate) struct Facts {
    /// The report's id.
    pub(crate) id: String,
    /// When it was made, in milliseconds since 1970.
    pub(crate) at: f64,
    /// `go`, `no-go` or `no-verdict`.
    pub(crate) decision: String,
    /// The verdict in one sentence.
    pub(crate) reason: String,
    /// 0 to 100; `None` where nothing was measured.
    pub(crate) score: Option<u32>,
    /// Checks with an answer.
    pub(crate) answered: u32,
    /// All checks.
    pub(crate) of: u32,
    /// What to fix, the worst first.
    pub(crate) risks: Vec<Risk>,
}

/// Something to fix.
pub(crate) struct Risk {
    /// `blocker`, `important` or `optional`.
    pub(crate) rank: String,
    /// The check's name.
    pub(crate) name: String,
    /// What is so.
    pub(crate) title: String,
    /// About this domain; may be empty.
    pub(crate) detail: String,
    /// What to do, and the line to copy.
    pub(crate) fixes: Vec<(String, String)>,
}

impl Facts {
    /// The verdict in a word or two.
    pub(crate) fn words(&self) -> &'static str {
        match self.decision.as_str() {
            "go" => "Go",
            "no-go" => "Not yet",
            _ => "No verdict",
        }
    }

    /// The day of the report: `2026-11-25`.
    pub(crate) fn day(&self) -> String {
        js::iso(self.at).chars().take(10).collect()
    }

    /// "Score 82 of 100, 61 of 64 checks answered".
    pub(crate) fn measure(&self) -> String {
        let answered = format!("{} of {} checks answered", self.answered, self.of);
        match self.score {
            Some(score) => format!("Score {score} of 100, {answered}"),
            None => answered,
        }
    }
}

/// `GET /r?domain=…`: where the form leads without JavaScript. The report is made, or found, and the answer is where it
/// stands.
pub(crate) async fn look(request: &Request, env: &Env, request_id: &str) -> Result<Response, Problem> {
    let url = request.url()?;
    let typed = url.query_pairs().find(|(name, _)| name == "domain").map(|(_, typed)| typed.into_owned());
    let target = crate::query::typed(&typed.unwrap_or_default()).map_err(|error| Problem::domain(&error))?;
    let domain = target.domain.as_str();
    let headers = Headers::new();
    js::set(&headers.0, "x-request-id", request_id);
    js::set(&headers.0, "x-client", &client::key(request, env).await?);
    let path = format!("/report?domain={domain}");
    let given = state::ask_domain(env, domain, &path, headers).await?;
    if given.status_code() != 200 {
        return Err(Problem::passed_on(given).await);
    }
    // The report itself is not looked at here.
    js::cancel(&given.into());
    let response = Response::empty()?.with_status(303);
    js::set(&response.headers().0, "location", &format!("/r/{domain}"));
    Ok(response)
}

/// `GET /r/{domain}`, `/r/{domain}/card.svg` and `/badge/{domain}.svg`.
pub(crate) async fn of_domain(
    request: &Request,
    env: &Env,
    typed: &str,
    view: View,
) -> Result<Response, Problem> {
    let target = crate::query::typed(&query::decoded(typed)).map_err(|error| Problem::domain(&error))?;
    let domain = target.domain.as_str();
    if domain != typed {
        // One domain has one address, whatever was typed.
        let response = Response::empty()?.with_status(301);
        let location = match view {
            View::Page => format!("/r/{domain}"),
            View::Card => format!("/r/{domain}/card.svg"),
            View::Badge => format!("/badge/{domain}.svg"),
        };
        js::set(&response.headers().0, "location", &location);
        return Ok(response);
    }
    show(request, env, domain, view, "").await
}

/// `GET /report/{id}`: the report behind a permanent link, for people.
pub(crate) async fn of_report(request: &Request, env: &Env, id: &str) -> Result<Response, Problem> {
    let domain = domain_of(id).ok_or_else(Problem::no_such_report)?;
    show(request, env, domain.as_str(), View::Page, id).await
}

/// The page for somebody without JavaScript whose question was refused.
pub(crate) async fn refused(env: &Env, problem: &Problem) -> Result<Response, Problem> {
    let (title, detail, status) = problem.words();
    page::refusal(title, detail, status).response(env).await
}

async fn show(request: &Request, env: &Env, domain: &str, view: View, id: &str) -> Result<Response, Problem> {
    let headers = Headers::new();
    // Absolute addresses are needed by those who fetch pictures of links.
    js::set(&headers.0, "x-domain", domain);
    js::set(&headers.0, "x-origin", &request.url()?.origin().ascii_serialization());
    let name = match view {
        View::Page => "page",
        View::Card => "card",
        View::Badge => "badge",
    };
    let given = state::ask_domain(env, domain, &format!("/share/{name}?{id}"), headers).await?;
    if given.status_code() >= 500 {
        return Err(Problem::passed_on(given).await);
    }
    Ok(Response::from_body(given.body().clone())?
        .with_status(given.status_code())
        .with_headers(given.headers().clone()))
}

/// The view of what is known about a domain; made in its Durable Object.
pub(crate) async fn render(
    env: &Env,
    domain: &str,
    view: &str,
    origin: &str,
    facts: Option<Facts>,
    permanent: bool,
) -> Result<Response, Problem> {
    match view {
        "card" => picture(&card::svg(domain, facts.as_ref()), "public, max-age=3600"),
        "badge" => picture(&badge::svg(facts.as_ref()), "public, max-age=300"),
        _ => {
            let page = Page::of(domain, origin, facts.as_ref(), permanent);
            page.response(env).await
        }
    }
}

fn picture(svg: &str, cache: &str) -> Result<Response, Problem> {
    let response = Response::from_bytes(svg.as_bytes().to_vec())?;
    let headers = response.headers();
    js::set(&headers.0, "content-type", "image/svg+xml; charset=utf-8");
    js::set(&headers.0, "cache-control", cache);
    // Made to be shown on pages of others.
    js::set(&headers.0, "cross-origin-resource-policy", "cross-origin");
    Ok(response)
}
