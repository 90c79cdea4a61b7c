//! What is passed on: the summary page, its picture, the badge, the permanent link.
//!
//! They are made from what the domain's Durable Object says of the newest report that speaks of the domain and of nothing else: what
//! somebody told us for their own report is theirs. Whatever a stranger wrote is text.

mod badge;
mod canvas;
mod card;
mod markup;
mod page;
mod typeface;

use launch_ready_core::domain::Domain;
use launch_ready_edge::ask::ask_domain;
use launch_ready_edge::facts::Facts;
use launch_ready_edge::problem::Problem;
use launch_ready_edge::typed::{self, decoded, domain_of};
use launch_ready_edge::{client, js};
use worker::{Env, Headers, Request, Response};

use card::Card;
use page::Page;
use typeface::Typefaces;

/// What can be shown of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// The summary, as a page.
    Page,
    /// The picture that goes with a link to it, as networks and messengers take it.
    Chart,
    /// The same, as a drawing.
    ChartKind,
    /// A few words for somebody else's page.
    Badge,
}

impl View {
    /// What the end of a path asks for, and of what.
    pub(crate) fn asked(rest: &str) -> (&str, Self) {
        match rest.rsplit_once('/') {
            Some((of, "card.png")) => (of, Self::Chart),
            Some((of, "card.svg")) => (of, Self::ChartKind),
            _ => (rest, Self::Page),
        }
    }
}

/// `GET /r?domain=…`: where the form leads without JavaScript. The report is made, or found, and the answer is where it
/// stands.
pub(crate) async fn look(request: &Request, env: &Env, request_id: &str) -> Result<Response, Problem> {
    let url = request.url()?;
    let typed = url.query_pairs().find(|(name, _)| name == "domain").map(|(_, typed)| typed.into_owned());
    let target = typed::target(&typed.unwrap_or_default()).map_err(|error| Problem::domain(&error))?;
    let domain = target.domain.as_str();
    let headers = Headers::new();
    js::set(&headers.0, "x-request-id", request_id);
    js::set(&headers.0, "x-client", &client::key(request, env).await?);
    let path = format!("/report?domain={domain}");
    let given = ask_domain(env, domain, &path, headers).await?;
    if given.status_code() != 200 {
        return Err(Problem::passed_on(given).await);
    }
    // The report itself is not looked at here.
    js::cancel(&given.into());
    let response = Response::empty()?.with_status(303);
    js::set(&response.headers().0, "location", &format!("/r/{domain}"));
    Ok(response)
}

/// `GET /r/{domain}`, the same with `/card.png` or `/card.svg`, and `/badge/{domain}.svg`.
pub(crate) async fn of_domain(
    request: &Request,
    env: &Env,
    typed: &str,
    view: View,
) -> Result<Response, Problem> {
    let target = typed::target(&decoded(typed)).map_err(|error| Problem::domain(&error))?;
    let domain = target.domain.as_str();
    if domain != typed {
        // One domain has one address, whatever was typed.
        let response = Response::empty()?.with_status(301);
        let location = match view {
            View::Page => format!("/r/{domain}"),
            View::Chart => format!("/r/{domain}/card.png"),
            View::ChartKind => format!("/r/{domain}/card.svg"),
            View::Badge => format!("/badge/{domain}.svg"),
        };
        js::set(&response.headers().0, "location", &location);
        return Ok(response);
    }
    show(request, env, &target.domain, view, "").await
}

/// `GET /report/{id}`, and the same with `/card.png`: the report behind a permanent link, for people.
pub(crate) async fn of_report(
    request: &Request,
    env: &Env,
    id: &str,
    view: View,
) -> Result<Response, Problem> {
    let domain = domain_of(id).ok_or_else(Problem::no_such_report)?;
    show(request, env, &domain, view, id).await
}

/// The page for somebody without JavaScript whose question was refused.
pub(crate) async fn refused(env: &Env, problem: &Problem) -> Result<Response, Problem> {
    let (title, detail, status) = problem.words();
    page::refusal(title, detail, status).response(env).await
}

async fn show(
    request: &Request,
    env: &Env,
    domain: &Domain,
    view: View,
    id: &str,
) -> Result<Response, Problem> {
    let mut given = ask_domain(env, domain.as_str(), &format!("/facts?{id}"), Headers::new()).await?;
    if given.status_code() != 200 {
        return Err(Problem::passed_on(given).await);
    }
    let facts: Option<Facts> = serde_json::from_str(&given.text().await?)?;
    let facts = facts.as_ref();
    match view {
        View::Chart | View::ChartKind if facts.is_none() && !id.is_empty() => Err(Problem::no_such_report()),
        View::Chart | View::ChartKind => {
            let files = typeface::files(env).await?;
            let faces = Typefaces::read(&files)?;
            let card = Card::of(domain, facts, &faces);
            match view {
                View::Chart => picture(card.png()?, "image/png", CARD_SECONDS),
                _ => picture(card.svg().into_bytes(), SVG, CARD_SECONDS),
            }
        }
        View::Badge => picture(badge::svg(facts).into_bytes(), SVG, BADGE_SECONDS),
        View::Page => {
            // Absolute addresses are needed by those who fetch pictures of links.
            let origin = request.url()?.origin().ascii_serialization();
            Page::of(domain.as_str(), &origin, facts, !id.is_empty()).response(env).await
        }
    }
}

fn picture(bytes: Vec<u8>, kind: &str, seconds: u32) -> Result<Response, Problem> {
    let response = Response::from_bytes(bytes)?;
    let headers = response.headers();
    js::set(&headers.0, "content-type", kind);
    js::set(&headers.0, "cache-control", &format!("public, max-age={seconds}"));
    // Made to be shown on pages of others.
    js::set(&headers.0, "cross-origin-resource-policy", "cross-origin");
    Ok(response)
}

const SVG: &str = "image/svg+xml; charset=utf-8";

/// For how long the picture of a link stands: no longer, because the domain's owner may take it down. Who shows it keeps it far
/// longer.
const CARD_SECONDS: u32 = 300;
const BADGE_SECONDS: u32 = 300;
