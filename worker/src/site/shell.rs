//! What every page has around it, in www/parts: one header, one footer, one set of icons. Pages that the Worker writes are put into
//! `www/shell.html`, which is made of the same parts.

use maud::{Markup, html};
use worker::Response;

use crate::assets::asset;
use crate::call::Call;
use crate::operator::{Contact, Operator};
use crate::platform;
use crate::request::client;
use crate::response::problem::Problem;
use crate::share::markup::{before, between};
use crate::share::markup::{plain, shortened};

/// Stands for our own address in files: a name that nobody can have (RFC 2606).
pub(crate) const STAND_IN: &str = "https://launch-ready.example";

/// What is said about a page outside of it.
pub(crate) struct About<'a> {
    /// Its title, without the product's name.
    pub(crate) title: &'a str,
    /// What is there, in a sentence or two.
    pub(crate) description: &'a str,
    /// Where it stands; `None` for what no link should lead to, which is not indexed and not kept.
    pub(crate) path: Option<&'a str>,
    pub(crate) status: u16,
}

/// Our own address: what the setting says, or the one that we were asked at.
pub(crate) fn origin(call: &Call<'_>) -> Result<String, Problem> {
    match &Operator::of(call.env).public_url {
        Some(url) => Ok(url.clone()),
        None => Ok(call.request.url()?.origin().ascii_serialization()),
    }
}

/// A file of www/, with what the settings say.
pub(crate) async fn file(call: &Call<'_>, path: &str) -> Result<Response, Problem> {
    let mut file = asset(call.env, path).await?;
    let status = file.status_code();
    if (300..400).contains(&status) {
        return Ok(file);
    }
    if status != 200 {
        return Err(Problem::not_found(path));
    }
    let text = dress(&file.text().await?, &Operator::of(call.env), &origin(call)?);
    let tag = format!("\"{}\"", client::hash(&text).get(..16).unwrap_or_default());
    let is_known = call.header("if-none-match").is_some_and(|known| known.contains(&tag));
    let response = match is_known {
        true => Response::empty()?.with_status(304),
        false => Response::from_bytes(text.into_bytes())?,
    };
    copy_headers(&file, &response);
    platform::set(&response.headers().0, "etag", &tag);
    platform::set(&response.headers().0, "cache-control", "public, max-age=0, must-revalidate");
    Ok(response)
}

/// A page of our own making.
pub(crate) async fn page(call: &Call<'_>, about: &About<'_>, body: &Markup) -> Result<Response, Problem> {
    let mut shell = asset(call.env, "/shell").await?;
    let origin = origin(call)?;
    let html = dress(&shell.text().await?, &Operator::of(call.env), &origin);
    let said = |text: &str| html! { (plain(text)) }.into_string();
    let title = format!("{} · Launch Ready", about.title);
    let html = between(&html, "<title>", "</title>", &said(&title));
    let description = shortened(about.description, 200);
    let html = between(&html, r#"<meta name="description" content=""#, r#"""#, &said(&description));
    let head = html! {
        @match about.path {
            Some(path) => {
                link rel="canonical" href={ (origin) (path) };
                meta property="og:type" content="website";
                meta property="og:site_name" content="Launch Ready";
                meta property="og:title" content=(plain(&title));
                meta property="og:description" content=(plain(&description));
                meta property="og:url" content={ (origin) (path) };
                meta property="og:image" content={ (origin) "/og.png" };
                meta property="og:image:alt" content="Launch Ready: can you go live?";
                meta name="twitter:card" content="summary_large_image";
            }
            None => { meta name="robots" content="noindex"; }
        }
    };
    let html = before(&html, "</head>", &head.0);
    let html = html.replacen("<!-- body -->", &body.0, 1);
    let response = Response::from_bytes(html.into_bytes())?.with_status(about.status);
    copy_headers(&shell, &response);
    let headers = &response.headers().0;
    match about.path {
        Some(_) => platform::set(headers, "cache-control", "public, max-age=0, must-revalidate"),
        None => {
            platform::set(headers, "cache-control", "no-store");
            platform::set(headers, "x-robots-tag", "noindex");
        }
    }
    Ok(response)
}

/// What files say about themselves goes on; what is about their bytes does not.
fn copy_headers(from: &Response, to: &Response) {
    let target = &to.headers().0;
    for (name, value) in from.headers().entries() {
        if !matches!(
            name.as_str(),
            "etag" | "content-length" | "content-encoding" | "cache-control" | "last-modified"
        ) {
            platform::set(target, &name, &value);
        }
    }
}

/// Puts what the settings say into a file: our own address, who runs the instance, and the colour.
pub(crate) fn dress(file: &str, operator: &Operator, origin: &str) -> String {
    let file = file
        .replace("<!-- operator -->", &run_by(operator).0)
        .replace("<!-- operator-about -->", &about(operator).0)
        .replace(STAND_IN, origin);
    match operator.brand {
        // The address changes with the colour, so that it may be kept.
        Some(colour) => {
            let shown = colour.to_string();
            let link =
                html! { link rel="stylesheet" href={ "/brand.css?" (shown.trim_start_matches('#')) }; };
            before(&file, "</head>", &link.0)
        }
        None => file,
    }
}

/// Who runs it, in a line.
fn run_by(operator: &Operator) -> Markup {
    html! {
        @match &operator.name {
            Some(name) => { "Run by " a href="/about" { (plain(name)) } "." }
            None => { "The operator of this instance has not given a name." }
        }
    }
}

/// Who runs it, in paragraphs.
pub(crate) fn about(operator: &Operator) -> Markup {
    html! {
        @if let Some(name) = &operator.name { p { "This instance is run by " strong { (plain(name)) } "." } }
        @else { p { "The operator of this instance has not given a name." } }
        @if let Some(about) = &operator.about { (paragraphs(about)) }
    }
}

/// A text of the operator's, its paragraphs apart by blank lines.
pub(crate) fn paragraphs(text: &str) -> Markup {
    html! { @for part in text.split("\n\n").filter(|part| !part.trim().is_empty()) { p { (plain(part.trim())) } } }
}

/// How to reach the operator, as a link.
pub(crate) fn contact(operator: &Operator) -> Option<Markup> {
    let contact: &Contact = operator.contact.as_ref()?;
    Some(html! { a href=(contact.href()) { (plain(contact.text())) } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_dressed_in_the_words_of_the_operator_and_nothing_of_it_is_markup() {
        let operator = Operator { name: Some("A <b> & C".to_owned()), ..Operator::default() };
        let file = "<head></head><p><!-- operator --></p><a href=\"https://launch-ready.example/docs\">";
        assert_eq!(
            dress(file, &operator, "https://a.example"),
            "<head></head><p>Run by <a href=\"/about\">A &lt;b&gt; &amp; C</a>.</p><a href=\"https://a.example/docs\">"
        );
    }

    #[test]
    fn an_operator_who_has_set_nothing_is_not_made_up() {
        let said = dress("<!-- operator -->", &Operator::default(), "https://a.example");
        assert_eq!(said, "The operator of this instance has not given a name.");
    }
}
