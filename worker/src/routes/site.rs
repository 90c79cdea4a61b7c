//! The pages around the check, and what robots and browsers look for beside them.

use worker::Response;

use crate::assets::asset;
use crate::call::Call;
use crate::operator::Operator;
use crate::response::problem::Problem;
use crate::share::page::Page;
use crate::share::sample::summary;
use crate::site::pages::{self, Kept};
use crate::site::shell::{self, About, origin};
use crate::{config, platform};

/// `GET /about`.
pub(crate) async fn about(call: &Call<'_>) -> Result<Response, Problem> {
    let operator = Operator::of(call.env);
    let about = listed("/about", "About", "Who runs this instance of Launch Ready, and what it looks at.");
    shell::page(call, &about, &pages::about(&operator)).await
}

/// `GET /privacy`.
pub(crate) async fn privacy(call: &Call<'_>) -> Result<Response, Problem> {
    let operator = Operator::of(call.env);
    let about =
        listed("/privacy", "Privacy", "What this service stores, for how long, and how it is deleted.");
    shell::page(call, &about, &pages::privacy(&operator, &kept(call))).await
}

/// `GET /terms`.
pub(crate) async fn terms(call: &Call<'_>) -> Result<Response, Problem> {
    let operator = Operator::of(call.env);
    let about = listed("/terms", "Terms", "Terms of this instance: fair use, limits, and what a report is.");
    shell::page(call, &about, &pages::terms(&operator, &kept(call))).await
}

/// `GET /contact`.
pub(crate) async fn contact(call: &Call<'_>) -> Result<Response, Problem> {
    let operator = Operator::of(call.env);
    let about = listed("/contact", "Contact", "How to reach whoever runs this instance of Launch Ready.");
    shell::page(call, &about, &pages::contact_page(&operator)).await
}

/// `GET /opt-out`: where our User-Agent leads.
pub(crate) async fn opt_out(call: &Call<'_>) -> Result<Response, Problem> {
    let operator = Operator::of(call.env);
    let about = listed(
        "/opt-out",
        "Opt out",
        "How to keep this service away from your domain, and how to recognize its requests.",
    );
    let body = pages::opt_out(&operator.user_agent(), &kept(call));
    shell::page(call, &about, &body).await
}

/// A page for people where there is nothing.
pub(crate) async fn refused(call: &Call<'_>, problem: &Problem) -> Result<Response, Problem> {
    let (title, detail, status) = problem.words();
    let about = About { title, description: detail, path: None, status };
    shell::page(call, &about, &pages::not_found(title, detail)).await
}

/// `GET /sample/{name}`: a report of a scan that was recorded, shown like any other. `www/src/stream.rs` reads the same file.
pub(crate) async fn sample(call: &Call<'_>, name: &str) -> Result<Response, Problem> {
    let mut stream = asset(call.env, &format!("/samples/{name}.ndjson")).await?;
    if stream.status_code() != 200 || name.contains('/') {
        return Err(Problem::not_found(call.path));
    }
    let lines = stream.text().await?;
    let summary = lines.trim_end().lines().next_back().and_then(summary);
    let Some(summary) = summary else { return Err(Problem::internal("a sample without a report")) };
    let origin = origin(call)?;
    Page::sample(name, &origin, &summary).response(call.env, &origin).await
}

/// `GET /brand.css`: the operator's colour.
pub(crate) fn brand(call: &Call<'_>) -> Result<Response, Problem> {
    let colour = Operator::of(call.env).brand.ok_or_else(|| Problem::not_found(call.path))?;
    text(&colour.sheet(), "text/css; charset=utf-8", 86_400)
}

/// `GET /robots.txt`. Pages about domains say themselves that they are not to be indexed; what begins a scan is not to be fetched.
pub(crate) fn robots(call: &Call<'_>) -> Result<Response, Problem> {
    let lines = format!(
        "User-agent: *\nDisallow: /api/\nDisallow: /r?\nDisallow: /call/\nAllow: /\n\nSitemap: {}/sitemap.xml\n",
        origin(call)?
    );
    text(&lines, "text/plain; charset=utf-8", 3600)
}

/// `GET /.well-known/security.txt` (RFC 9116): with a contact, or not at all.
pub(crate) fn security(call: &Call<'_>) -> Result<Response, Problem> {
    let operator = Operator::of(call.env);
    let contact = operator.contact.as_ref().ok_or_else(|| Problem::not_found(call.path))?;
    // Less than a year, as the RFC recommends.
    let expires = platform::iso(platform::now() + 180.0 * 86_400_000.0);
    let lines = format!(
        "Contact: {}\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {}/.well-known/security.txt\n",
        contact.href(),
        origin(call)?
    );
    text(&lines, "text/plain; charset=utf-8", 3600)
}

fn listed<'a>(path: &'a str, title: &'a str, description: &'a str) -> About<'a> {
    About { title, description, path: Some(path), status: 200 }
}

fn kept(call: &Call<'_>) -> Kept {
    Kept {
        lead_days: config::LEAD_DAYS.read(call.env),
        owner_seconds: config::OWNER_SECONDS.read(call.env),
        daily_scans: config::DAILY_SCANS.read(call.env),
        domain_hourly: config::DOMAIN_HOURLY.read(call.env),
    }
}

fn text(words: &str, kind: &str, seconds: u32) -> Result<Response, Problem> {
    let response = Response::from_bytes(words.as_bytes().to_vec())?;
    let headers = &response.headers().0;
    platform::set(headers, "content-type", kind);
    platform::set(headers, "cache-control", &format!("public, max-age={seconds}"));
    Ok(response)
}
