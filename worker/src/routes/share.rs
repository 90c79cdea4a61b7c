//! Pages and pictures for others: `/r/{domain}`, `/report/{id}`, their pictures, and the badge.
//!
//! Of a domain they show the newest report that speaks of it and of nothing else: what somebody told us for their own report is theirs.

use launch_ready_core::domain::Domain;
use worker::Response;

use crate::call::Call;
use crate::message::{ReportRequest, ReportSummary};
use crate::request::accept::Form;
use crate::request::client;
use crate::request::question::Question;
use crate::request::typed::{self, decoded, domain_of};
use crate::response::problem::Problem;
use crate::share::badge as badges;
use crate::share::card::Card;
use crate::share::page::{self, Page};
use crate::share::typeface::{self, Typefaces};
use crate::site::shell::origin;
use crate::{objects, platform};

/// What can be shown of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// The summary, as a page.
    Page,
    /// The picture that goes with a link to it, as networks and messengers take it.
    Png,
    /// The same, as a drawing.
    Svg,
}

impl View {
    /// What an address of it ends in.
    fn suffix(self) -> &'static str {
        match self {
            Self::Page => "",
            Self::Png => "/card.png",
            Self::Svg => "/card.svg",
        }
    }
}

/// `GET /r?domain=…`: where the form leads without JavaScript. The report is made, or found, and the answer is where it
/// stands.
pub(crate) async fn check(call: &Call<'_>) -> Result<Response, Problem> {
    let url = call.request.url()?;
    let typed = url.query_pairs().find(|(name, _)| name == "domain").map(|(_, typed)| typed.into_owned());
    let target = typed::target(&typed.unwrap_or_default()).map_err(|error| Problem::domain(&error))?;
    let domain = target.domain.clone();
    let request = ReportRequest {
        question: Question::plain(target),
        form: Form::Document,
        client: client::key(call.request, call.env).await?,
        request_id: call.request_id.clone(),
    };
    let (_, given) = objects::report(call.env, &domain, request).await?;
    // The report itself is not looked at here.
    platform::cancel(&given.into());
    let response = Response::empty()?.with_status(303);
    platform::set(&response.headers().0, "location", &format!("/r/{domain}"));
    Ok(response)
}

/// `GET /r/{domain}`, and its pictures.
pub(crate) async fn domain(call: &Call<'_>, typed: &str, view: View) -> Result<Response, Problem> {
    let target = typed::target(&decoded(typed)).map_err(|error| Problem::domain(&error))?;
    if target.domain.as_str() != typed {
        return moved(&format!("/r/{}{}", target.domain, view.suffix()));
    }
    show(call, &target.domain, view, None).await
}

/// `GET /badge/{domain}.svg`.
pub(crate) async fn badge(call: &Call<'_>, typed: &str) -> Result<Response, Problem> {
    let target = typed::target(&decoded(typed)).map_err(|error| Problem::domain(&error))?;
    if target.domain.as_str() != typed {
        return moved(&format!("/badge/{}.svg", target.domain));
    }
    let summary = objects::summary(call.env, &target.domain, None).await?;
    picture(badges::svg(summary.as_ref()).into_bytes(), SVG)
}

/// `GET /report/{id}`, and its pictures: the report behind a permanent link, for people.
pub(crate) async fn report(call: &Call<'_>, id: &str, view: View) -> Result<Response, Problem> {
    let domain = domain_of(id).ok_or_else(Problem::no_such_report)?;
    show(call, &domain, view, Some(id)).await
}

/// The page for somebody without JavaScript whose question was refused.
pub(crate) async fn refused(call: &Call<'_>, problem: &Problem) -> Result<Response, Problem> {
    let (title, detail, status) = problem.words();
    page::refusal(title, detail, status).response(call.env, &origin(call)?).await
}

/// One domain has one address, whatever was typed.
fn moved(location: &str) -> Result<Response, Problem> {
    let response = Response::empty()?.with_status(301);
    platform::set(&response.headers().0, "location", location);
    Ok(response)
}

async fn show(call: &Call<'_>, domain: &Domain, view: View, id: Option<&str>) -> Result<Response, Problem> {
    let summary: Option<ReportSummary> = objects::summary(call.env, domain, id).await?;
    let summary = summary.as_ref();
    if view == View::Page {
        // Absolute addresses are needed by those who fetch pictures of links.
        let origin = origin(call)?;
        return Page::of(domain.as_str(), &origin, summary, id.is_some()).response(call.env, &origin).await;
    }
    if summary.is_none() && id.is_some() {
        return Err(Problem::no_such_report());
    }
    let files = typeface::files(call.env).await?;
    let faces = Typefaces::read(&files)?;
    let card = Card::of(domain, summary, &faces);
    match view {
        View::Svg => picture(card.svg().into_bytes(), SVG),
        View::Png | View::Page => picture(card.png()?, "image/png"),
    }
}

fn picture(bytes: Vec<u8>, kind: &str) -> Result<Response, Problem> {
    let response = Response::from_bytes(bytes)?;
    let headers = response.headers();
    platform::set(&headers.0, "content-type", kind);
    platform::set(&headers.0, "cache-control", &format!("public, max-age={PICTURE_SECONDS}"));
    // Made to be shown on pages of others.
    platform::set(&headers.0, "cross-origin-resource-policy", "cross-origin");
    Ok(response)
}

const SVG: &str = "image/svg+xml; charset=utf-8";

/// For how long a picture stands: no longer, because the domain's owner may take it down. Who shows it keeps it far longer.
const PICTURE_SECONDS: u32 = 300;
