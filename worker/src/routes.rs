//! Every address of the Worker, in one table: what it is called, which methods it has, and how much is read of what is sent there.
//! Answers to OPTIONS, `Allow`, 404 and 405 follow from it.

pub(crate) mod batch;
pub(crate) mod call;
pub(crate) mod documents;
pub(crate) mod health;
pub(crate) mod intake;
pub(crate) mod leads;
pub(crate) mod ownership;
pub(crate) mod redirects;
pub(crate) mod report;
pub(crate) mod share;
pub(crate) mod site;

use std::fmt;

use worker::{Env, Response};

use crate::call::Call;
use crate::config;
use crate::operator::Operator;
use crate::response::policy;
use crate::response::problem::Problem;
use crate::site::shell::file;

/// An address and what can be done there.
struct Route {
    /// A path. `{…}` stands for one or more characters, slashes among them: what is typed behind `/r/` may be a whole address.
    pattern: &'static str,
    endpoints: &'static [Endpoint],
}

/// A method of an address.
struct Endpoint {
    method: Method,
    handler: Handler,
    /// Bytes of a body that are read.
    body: usize,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handler {
    AboutPage,
    Badge,
    Batch,
    BrandSheet,
    CallForm,
    CallReceived,
    Check,
    ConfirmCall,
    ConfirmForm,
    ContactPage,
    DeleteIntake,
    Documents,
    DocumentsHead,
    DomainCardPng,
    DomainCardSvg,
    DomainPage,
    ExportIntake,
    Health,
    HealthHead,
    History,
    OptOutPage,
    Ownership,
    PrivacyPage,
    Redirects,
    Report,
    ReportCardPng,
    ReportCardSvg,
    ReportHead,
    ReportPage,
    Robots,
    Sample,
    SecurityText,
    /// A file of www/, with what the settings say.
    SiteFile,
    StoredReport,
    SubmitCall,
    SubmitIntake,
    TermsPage,
    WriteDocuments,
}

/// The methods that we know. Not `worker::Method`, for which every method that it does not know is a GET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Head,
    Post,
    Delete,
}

/// Bytes of a body where nobody wants more: far more than anybody types.
const FORM: usize = 64 * 1024;
/// Bytes of a redirect map with what is sent beside it.
const REDIRECT_MAP: usize = 1024 * 1024;
/// Bytes of a report with the founder's answers: it has some hundred thousand, they at most a million.
const REPORT: usize = 2_500_000;

/// Of two that fit a path, the first one counts.
const ROUTES: &[Route] = &[
    Route { pattern: "/", endpoints: &Endpoint::page(Handler::SiteFile) },
    Route { pattern: "/.well-known/security.txt", endpoints: &Endpoint::page(Handler::SecurityText) },
    Route { pattern: "/about", endpoints: &Endpoint::page(Handler::AboutPage) },
    Route {
        pattern: "/api/v1/documents",
        endpoints: &[
            Endpoint::reads(Method::Get, Handler::Documents),
            Endpoint::reads(Method::Head, Handler::DocumentsHead),
            Endpoint::takes(REPORT, Method::Post, Handler::WriteDocuments),
        ],
    },
    Route {
        pattern: "/api/v1/health",
        endpoints: &[
            Endpoint::reads(Method::Get, Handler::Health),
            Endpoint::reads(Method::Head, Handler::HealthHead),
        ],
    },
    Route { pattern: "/api/v1/history", endpoints: &Endpoint::page(Handler::History) },
    Route {
        pattern: "/api/v1/intake",
        endpoints: &[
            Endpoint::reads(Method::Get, Handler::ExportIntake),
            Endpoint::takes(FORM, Method::Post, Handler::SubmitIntake),
            Endpoint::reads(Method::Delete, Handler::DeleteIntake),
        ],
    },
    Route {
        pattern: "/api/v1/ownership",
        endpoints: &[Endpoint::takes(FORM, Method::Post, Handler::Ownership)],
    },
    Route {
        pattern: "/api/v1/redirects",
        endpoints: &[Endpoint::takes(REDIRECT_MAP, Method::Post, Handler::Redirects)],
    },
    Route {
        pattern: "/api/v1/report",
        endpoints: &[
            Endpoint::reads(Method::Get, Handler::Report),
            Endpoint::reads(Method::Head, Handler::ReportHead),
        ],
    },
    Route { pattern: "/api/v1/reports", endpoints: &[Endpoint::takes(FORM, Method::Post, Handler::Batch)] },
    Route { pattern: "/api/v1/reports/{id}", endpoints: &Endpoint::page(Handler::StoredReport) },
    Route { pattern: "/badge/{domain}.svg", endpoints: &Endpoint::page(Handler::Badge) },
    Route { pattern: "/brand.css", endpoints: &Endpoint::page(Handler::BrandSheet) },
    Route {
        pattern: "/call",
        endpoints: &[
            Endpoint::reads(Method::Get, Handler::CallForm),
            Endpoint::reads(Method::Head, Handler::CallForm),
            Endpoint::takes(FORM, Method::Post, Handler::SubmitCall),
        ],
    },
    Route {
        pattern: "/call/confirm/{secret}",
        endpoints: &[
            Endpoint::reads(Method::Get, Handler::ConfirmForm),
            Endpoint::reads(Method::Head, Handler::ConfirmForm),
            Endpoint::takes(FORM, Method::Post, Handler::ConfirmCall),
        ],
    },
    Route { pattern: "/call/received/{id}", endpoints: &Endpoint::page(Handler::CallReceived) },
    Route { pattern: "/contact", endpoints: &Endpoint::page(Handler::ContactPage) },
    Route { pattern: "/docs", endpoints: &Endpoint::page(Handler::SiteFile) },
    Route { pattern: "/docs/{page}", endpoints: &Endpoint::page(Handler::SiteFile) },
    Route { pattern: "/embed", endpoints: &Endpoint::page(Handler::SiteFile) },
    Route { pattern: "/opt-out", endpoints: &Endpoint::page(Handler::OptOutPage) },
    Route { pattern: "/plan", endpoints: &Endpoint::page(Handler::SiteFile) },
    Route { pattern: "/privacy", endpoints: &Endpoint::page(Handler::PrivacyPage) },
    Route { pattern: "/r", endpoints: &[Endpoint::reads(Method::Get, Handler::Check)] },
    Route { pattern: "/r/{domain}/card.png", endpoints: &Endpoint::page(Handler::DomainCardPng) },
    Route { pattern: "/r/{domain}/card.svg", endpoints: &Endpoint::page(Handler::DomainCardSvg) },
    Route { pattern: "/r/{domain}", endpoints: &Endpoint::page(Handler::DomainPage) },
    Route { pattern: "/report/{id}/card.png", endpoints: &Endpoint::page(Handler::ReportCardPng) },
    Route { pattern: "/report/{id}/card.svg", endpoints: &Endpoint::page(Handler::ReportCardSvg) },
    Route { pattern: "/report/{id}", endpoints: &Endpoint::page(Handler::ReportPage) },
    Route { pattern: "/robots.txt", endpoints: &Endpoint::page(Handler::Robots) },
    Route { pattern: "/sample/{name}", endpoints: &Endpoint::page(Handler::Sample) },
    Route { pattern: "/sitemap.xml", endpoints: &Endpoint::page(Handler::SiteFile) },
    Route { pattern: "/terms", endpoints: &Endpoint::page(Handler::TermsPage) },
    Route { pattern: "/widget", endpoints: &Endpoint::page(Handler::SiteFile) },
];

impl Endpoint {
    /// One that is sent nothing.
    const fn reads(method: Method, handler: Handler) -> Self {
        Self { method, handler, body: 0 }
    }

    /// One that is sent at most so many bytes.
    const fn takes(body: usize, method: Method, handler: Handler) -> Self {
        Self { method, handler, body }
    }

    /// Something to look at: HEAD is GET, and the runtime leaves the body out.
    const fn page(handler: Handler) -> [Self; 2] {
        [Self::reads(Method::Get, handler), Self::reads(Method::Head, handler)]
    }
}

impl Route {
    /// The one at `path`, and what stands in place of `{…}`.
    fn find(path: &str) -> Option<(&'static Self, &str)> {
        ROUTES.iter().find_map(|route| Some((route, route.value(path)?)))
    }

    fn value<'p>(&self, path: &'p str) -> Option<&'p str> {
        let Some((before, rest)) = self.pattern.split_once('{') else {
            return (path == self.pattern).then_some("");
        };
        let (_, after) = rest.split_once('}')?;
        path.strip_prefix(before)?.strip_suffix(after).filter(|value| !value.is_empty())
    }

    fn endpoint(&self, method: Method) -> Option<&'static Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.method == method)
    }

    /// `GET, HEAD, OPTIONS`.
    fn allow(&self) -> String {
        let has = |method: &&Method| self.endpoint(**method).is_some();
        Method::ALL.iter().filter(has).map(|method| format!("{method}, ")).collect::<String>() + "OPTIONS"
    }
}

impl Method {
    const ALL: [Self; 4] = [Self::Get, Self::Head, Self::Post, Self::Delete];

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The answer to a request, whatever becomes of it.
pub(crate) async fn answer(call: &Call<'_>) -> worker::Result<Response> {
    match answered(call).await {
        Ok(response) => Ok(response),
        // Who reads pages is told in a page: where something is asked, in the one that asks.
        Err(problem) => match told_in_a_page(call, &problem).await {
            Some(Ok(response)) => Ok(response),
            Some(Err(problem)) => problem.response(&call.request_id),
            None => problem.response(&call.request_id),
        },
    }
}

async fn told_in_a_page(call: &Call<'_>, problem: &Problem) -> Option<Result<Response, Problem>> {
    if is_report_page(call.path) {
        return Some(share::refused(call, problem).await);
    }
    // Without its settings the service has no pages.
    let is_person = !call.path.starts_with("/api/")
        && call.header("accept").is_some_and(|accept| accept.contains("text/html"))
        && is_set_up(call.env).is_ok();
    if is_person { Some(site::refused(call, problem).await) } else { None }
}

/// Whether people are there, not programs, and see a report.
fn is_report_page(path: &str) -> bool {
    path == "/r" || path.starts_with("/r/") || path.starts_with("/report/")
}

/// Whether every setting can be used.
///
/// # Errors
/// A sentence that names the first one that is missing or cannot be used.
fn is_set_up(env: &Env) -> Result<(), String> {
    config::check(env)?;
    Operator::check(env)
}

async fn answered(call: &Call<'_>) -> Result<Response, Problem> {
    is_set_up(call.env).map_err(Problem::not_configured)?;
    let (route, value) = Route::find(call.path).ok_or_else(|| Problem::not_found(call.path))?;
    let method = call.request.inner().method();
    if method == "OPTIONS" {
        return policy::preflight(call.request, &route.allow());
    }
    let Some(endpoint) = Method::of(&method).and_then(|method| route.endpoint(method)) else {
        return Err(Problem::method_not_allowed(&method, &route.allow()));
    };
    match endpoint.handler {
        Handler::AboutPage => site::about(call).await,
        Handler::Badge => share::badge(call, value).await,
        Handler::Batch => batch::post(call, endpoint.body).await,
        Handler::BrandSheet => site::brand(call),
        Handler::CallForm => call::form(call).await,
        Handler::CallReceived => call::received(call, value).await,
        Handler::Check => share::check(call).await,
        Handler::ConfirmCall => call::confirm(call, value).await,
        Handler::ConfirmForm => call::confirm_form(call, value).await,
        Handler::ContactPage => site::contact(call).await,
        Handler::DeleteIntake => leads::delete(call).await,
        Handler::Documents => documents::get(call).await,
        Handler::DocumentsHead => documents::head(call),
        Handler::DomainCardPng => share::domain(call, value, share::View::Png).await,
        Handler::DomainCardSvg => share::domain(call, value, share::View::Svg).await,
        Handler::DomainPage => share::domain(call, value, share::View::Page).await,
        Handler::ExportIntake => leads::export(call).await,
        Handler::Health => health::get(),
        Handler::HealthHead => health::head(),
        Handler::History => report::history(call).await,
        Handler::OptOutPage => site::opt_out(call).await,
        Handler::Ownership => ownership::post(call, endpoint.body).await,
        Handler::PrivacyPage => site::privacy(call).await,
        Handler::Redirects => redirects::post(call, endpoint.body).await,
        Handler::Report => report::get(call).await,
        Handler::ReportCardPng => share::report(call, value, share::View::Png).await,
        Handler::ReportCardSvg => share::report(call, value, share::View::Svg).await,
        Handler::ReportHead => report::head(call),
        Handler::ReportPage => share::report(call, value, share::View::Page).await,
        Handler::Robots => site::robots(call),
        Handler::Sample => site::sample(call, value).await,
        Handler::SecurityText => site::security(call),
        Handler::SiteFile => file(call, call.path).await,
        Handler::StoredReport => report::stored(call, value).await,
        Handler::SubmitCall => call::submit(call, endpoint.body).await,
        Handler::SubmitIntake => intake::submit(call, endpoint.body).await,
        Handler::TermsPage => site::terms(call).await,
        Handler::WriteDocuments => documents::post(call, endpoint.body).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, method: &str) -> Option<(Handler, &'static str)> {
        let (route, _) = Route::find(path)?;
        Some((route.endpoint(Method::of(method)?)?.handler, route.pattern))
    }

    #[test]
    fn every_route_is_found_at_its_own_pattern() {
        for route in ROUTES {
            let path = route.pattern.replace("{id}", "0-a.example").replace("{domain}", "a.example");
            let path =
                ["{secret}", "{page}", "{name}"].iter().fold(path, |path, hole| path.replace(hole, "a"));
            let (at, value) = Route::find(&path).unwrap();
            assert_eq!(at.pattern, route.pattern, "{path}");
            assert_eq!(value.is_empty(), path == route.pattern, "{path}");
        }
    }

    #[test]
    fn what_stands_in_place_of_a_hole_is_all_of_it_and_never_nothing() {
        assert_eq!(found("/r/https://a.example/", "GET"), Some((Handler::DomainPage, "/r/{domain}")));
        assert_eq!(Route::find("/r/https://a.example/card.png").unwrap().1, "https://a.example");
        assert_eq!(Route::find("/badge/a.example.svg").unwrap().1, "a.example");
        for nothing in [
            "/shell",
            "/r/",
            "/report/",
            "/badge/.svg",
            "/badge/a.example",
            "/api/v1/reports/",
            "/api/v1/healthy",
            "/rr",
        ] {
            assert!(Route::find(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn a_method_that_is_not_in_the_table_is_none() {
        assert_eq!(found("/api/v1/report", "HEAD").map(|(handler, _)| handler), Some(Handler::ReportHead));
        for method in ["POST", "PUT", "PATCH", "PROPFIND", "get", "OPTIONS"] {
            assert_eq!(found("/api/v1/report", method), None, "{method}");
        }
    }

    #[test]
    fn allow_names_the_methods_in_one_order() {
        let allow = |path| Route::find(path).map(|(route, _)| route.allow()).unwrap_or_default();
        assert_eq!(allow("/api/v1/documents"), "GET, HEAD, POST, OPTIONS");
        assert_eq!(allow("/api/v1/intake"), "GET, POST, DELETE, OPTIONS");
        assert_eq!(allow("/api/v1/report"), "GET, HEAD, OPTIONS");
        assert_eq!(allow("/r"), "GET, OPTIONS");
        assert_eq!(allow("/api/v1/reports"), "POST, OPTIONS");
    }
}
