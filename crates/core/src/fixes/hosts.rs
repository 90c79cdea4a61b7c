//! Hosts: how each sends a header and redirects, by a file, by a form, by itself or not at all.

use launch_ready_providers::model::Hosting;
use launch_ready_providers::{Format, General, Provider, all, get, model};
use url::Url;

use super::instructions::{Entry, FixInstructions, Header, ProviderOverride, Redirect};
use super::snippets;
use crate::facts::providers_in_use::ProvidersInUse;

/// What a site runs on.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Its id in reports and on the command line: that of the recognised service.
    pub id: &'static str,
    /// How it calls itself.
    pub name: &'static str,
    /// How a header is sent with every response.
    header: How,
    /// How http is sent on to https.
    https: How,
    /// How one name of the site is sent on to the other.
    name_redirect: How,
    /// How an old path is sent on to a new one.
    path: How,
}

/// How something is done.
#[derive(Debug, Clone, Copy)]
enum How {
    /// By lines in a file.
    File(Format),
    /// By a form at this place.
    Form(&'static str),
    /// By a rule at this place: the requests that it is for are a filter expression or a pattern with a wildcard.
    Rule(&'static str),
    /// As this sentence says; also where the host cannot do it, with what to do instead.
    Say(&'static str),
}

/// The host with that id; for one that is not known, and for none, the general one.
#[must_use]
pub fn of(id: Option<&str>) -> Host {
    let known = id.and_then(get).and_then(|provider| Some(Host::known(provider, provider.hosting.as_ref()?)));
    known.unwrap_or(OTHER)
}

/// The host that is in use, or that the reader says is.
pub(super) fn in_use(in_use: &ProvidersInUse, chosen: ProviderOverride<'_>) -> Host {
    of(chosen.host.or_else(|| in_use.host.as_ref().map(|service| service.id.as_str())))
}

/// The ids that can be chosen.
pub fn ids() -> impl Iterator<Item = &'static str> {
    let hosts = all().iter().filter(|provider| provider.hosting.is_some());
    hosts.map(|provider| provider.id.as_str()).chain([OTHER.id])
}

impl Host {
    fn known(provider: &'static Provider, hosting: &'static Hosting) -> Self {
        Self {
            id: &provider.id,
            name: &provider.name,
            header: How::known(&hosting.header),
            https: How::known(&hosting.https),
            name_redirect: How::known(&hosting.name_redirect),
            path: How::known(&hosting.path),
        }
    }
}

impl How {
    fn known(how: &'static model::How) -> Self {
        match how {
            model::How::File(format) => Self::File(*format),
            model::How::Form(place) => Self::Form(place),
            model::How::Rule(place) => Self::Rule(place),
            model::How::Say(sentence) => Self::Say(sentence),
            model::How::General(general) => Self::Say(general.words()),
        }
    }
}

/// A header to send: its name and value, the path that it is for, and whether it takes the place of one that is sent.
pub(super) fn header(
    host: &Host,
    (name, value): (&str, &str),
    path: Option<&str>,
    replaces: bool,
) -> FixInstructions {
    let shown = |place: &str, boxes: Vec<Entry>| FixInstructions {
        place: place.to_owned(),
        boxes,
        ..FixInstructions::default()
    };
    let mut shown = match host.header {
        How::File(format) => snippets::header(format, Header::new(name, value, path)),
        How::Form(place) => {
            let boxes =
                vec![entry("Path", path.unwrap_or("/*")), entry("Header name", name), entry("Value", value)];
            shown(place, boxes)
        }
        How::Rule(place) => {
            let requests = match path.map(|path| path.strip_suffix('*').ok_or(path)) {
                None => entry("Requests", "All incoming requests"),
                Some(Ok(below)) => entry(
                    "Custom filter expression",
                    &format!("(starts_with(http.request.uri.path, {}))", quoted(below)),
                ),
                Some(Err(path)) => {
                    entry("Custom filter expression", &format!("(http.request.uri.path eq {})", quoted(path)))
                }
            };
            let boxes = vec![
                requests,
                entry("Kind", "Set static"),
                entry("Header name", name),
                entry("Value", value),
            ];
            shown(place, boxes)
        }
        How::Say(sentence) => {
            let mut shown = said(host, sentence);
            if let Some(path) = path {
                shown.notes.push(format!("Only with the responses for {path}."));
            }
            shown
        }
    };
    if replaces {
        shown.notes.push(match path {
            None => "It takes the place of the value that the home page sends today, and holds all of it: change it where that is written, or take that line away. Where other pages send another value, change theirs in the same way.".to_owned(),
            Some(_) => "It takes the place of the value that is sent there today: change it where that is written, or take that line away.".to_owned(),
        });
    }
    shown
}

/// A text in a filter expression.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The file in which headers are told, where the host is told them by a file.
pub(super) fn header_format(host: &Host) -> Option<Format> {
    match host.header {
        How::File(format) => Some(format),
        How::Form(_) | How::Rule(_) | How::Say(_) => None,
    }
}

/// A redirect as the file takes it in which it is told, where the host is told it by a file.
pub(super) fn redirect_format(host: &Host, from: &str, to: &str) -> Option<(Format, Redirect)> {
    match way(host, from, to)? {
        (How::File(format), redirect) => Some((format, redirect)),
        (How::Form(_) | How::Rule(_) | How::Say(_), _) => None,
    }
}

/// How a redirect is made; `None` for what is no address.
fn way(host: &Host, from: &str, to: &str) -> Option<(How, Redirect)> {
    let (from, to) = (Url::parse(from).ok()?, Url::parse(to).ok()?);
    // A home page that leads to a page of the same site is one address, and not all of the name: that would be a circle.
    let bare = |url: &Url| url.path() == "/" && url.query().is_none();
    let whole = bare(&from) && bare(&to) && from.origin() != to.origin();
    let how = match whole {
        true if from.host() == to.host() => host.https,
        true => host.name_redirect,
        false => host.path,
    };
    Some((how, Redirect { from, to, whole }))
}

/// A redirect to add: `from` and `to` are addresses; where they are no more than scheme and host, path and query are kept.
pub(super) fn redirect(host: &Host, from: &str, to: &str) -> FixInstructions {
    let Some((how, redirect)) = way(host, from, to) else {
        return said(host, "Send the first address on to the second.");
    };
    let Redirect { from, to, whole } = &redirect;
    match how {
        How::File(format) => match snippets::redirect(format, &redirect) {
            Some(shown) => shown,
            None => said(host, "Send the first address on to the second."),
        },
        How::Form(place) => {
            let (source, target) = match *whole {
                true => (format!("{}/*", from.origin().ascii_serialization()), to.as_str()),
                false => (from.path().to_owned(), to.as_str()),
            };
            let boxes = vec![entry("From", &source), entry("To", target), entry("Kind", "permanent (301)")];
            FixInstructions { place: place.to_owned(), boxes, ..FixInstructions::default() }
        }
        How::Rule(place) => {
            // developers.cloudflare.com/rules/url-forwarding/single-redirects (read 2026-11): what the first * stands for is ${1}.
            let mut boxes = match *whole {
                true => vec![
                    entry(
                        "Wildcard pattern, Request URL",
                        &format!("{}/*", from.origin().ascii_serialization()),
                    ),
                    entry("Target URL", &format!("{}/${{1}}", to.origin().ascii_serialization())),
                ],
                false => vec![
                    entry("Custom filter expression", &one_address(from)),
                    entry("Type", "Static"),
                    entry("URL", to.as_str()),
                ],
            };
            let keeps = *whole || (from.query().is_none() && to.query().is_none());
            boxes.push(entry("Status code", "301"));
            boxes.push(entry("Preserve query string", if keeps { "on" } else { "off" }));
            FixInstructions { place: place.to_owned(), boxes, ..FixInstructions::default() }
        }
        How::Say(sentence) => said(host, sentence),
    }
}

/// The filter expression for one address.
fn one_address(from: &Url) -> String {
    let query = from.query().map(|query| format!(" and http.request.uri.query eq {}", quoted(query)));
    format!(
        "(http.host eq {} and http.request.uri.path eq {}{})",
        quoted(from.host_str().unwrap_or_default()),
        quoted(from.path()),
        query.unwrap_or_default()
    )
}

/// A sentence about the fix's line.
fn said(host: &Host, sentence: &str) -> FixInstructions {
    let place = if host.id == OTHER.id { "Where the site runs".to_owned() } else { host.name.to_owned() };
    FixInstructions { place, notes: vec![sentence.to_owned()], ..FixInstructions::default() }
}

fn entry(label: &str, value: &str) -> Entry {
    Entry { label: label.to_owned(), value: value.to_owned() }
}

/// What is said where nobody knows the host.
const OTHER: Host = Host {
    id: "other",
    name: "another host",
    header: How::Say(General::Everywhere.words()),
    https: How::Say(
        "Turn on “force https” at the host, or let the web server or the app answer http with this redirect.",
    ),
    name_redirect: How::Say(
        "Let the host, the web server or the app answer requests for the first name with this redirect.",
    ),
    path: How::Say(General::PathInCode.words()),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_can_be_chosen_and_the_general_one_stands_for_the_rest() {
        for id in ids() {
            assert_eq!(of(Some(id)).id, id);
        }
        assert_eq!((of(None).id, of(Some("somewhere")).id), ("other", "other"));
    }

    #[test]
    fn a_redirect_is_said_by_what_it_changes() {
        let nginx = of(Some("nginx"));
        let https = redirect(&nginx, "http://example.com", "https://example.com").lines.unwrap().text;
        assert!(
            https.contains("listen 80;") && https.contains("return 301 https://example.com$request_uri;"),
            "{https}"
        );
        let vercel = redirect(&of(Some("vercel")), "https://www.example.com", "https://example.com");
        assert!(vercel.boxes.is_empty() && vercel.notes[0].contains("let it redirect"), "{vercel:?}");
        let rule = redirect(&of(Some("cloudflare")), "https://www.example.com", "https://example.com");
        let boxes: Vec<&str> = rule.boxes.iter().map(|entry| entry.value.as_str()).collect();
        assert_eq!(boxes, ["https://www.example.com/*", "https://example.com/${1}", "301", "on"]);
        let rule = redirect(&of(Some("cloudflare")), "https://example.com/a", "https://example.com/b?c=1");
        let boxes: Vec<&str> = rule.boxes.iter().map(|entry| entry.value.as_str()).collect();
        let address = "(http.host eq \"example.com\" and http.request.uri.path eq \"/a\")";
        assert_eq!(boxes, [address, "Static", "https://example.com/b?c=1", "301", "off"]);
        let pages = redirect(&of(Some("github-pages")), "http://example.com", "https://example.com");
        assert!(pages.notes[0].contains("Enforce HTTPS"), "{pages:?}");
    }

    #[test]
    fn a_home_page_that_leads_to_a_page_of_its_site_is_one_address() {
        let nginx = redirect(&of(Some("nginx")), "https://example.com/", "https://example.com/en")
            .lines
            .unwrap()
            .text;
        assert!(
            nginx.contains(r#""~^(?:www\\.)?example\\.com/(?:\\?|$)" "/en$is_args$args";"#)
                && !nginx.contains("listen"),
            "{nginx}"
        );
        let vercel =
            redirect(&of(Some("vercel")), "https://example.com/", "https://example.com/en").lines.unwrap();
        assert!(vercel.text.contains("\"source\":\"/\""), "{vercel:?}");
    }

    #[test]
    fn a_host_that_cannot_says_what_to_do_instead() {
        let shown = header(&of(Some("github-pages")), ("Referrer-Policy", "no-referrer"), None, false);
        assert!(shown.notes[0].contains("put a proxy that can before the site"), "{shown:?}");
        // Nobody knows this one, and it is said in general words.
        let shown = header(&of(Some("somewhere")), ("Referrer-Policy", "no-referrer"), None, false);
        assert_eq!(shown.place, "Where the site runs");
    }

    #[test]
    fn a_rule_says_for_which_requests_it_is() {
        let boxes = |path| {
            let shown = header(&of(Some("cloudflare")), ("Cache-Control", "no-cache"), path, false);
            (shown.boxes[0].label.clone(), shown.boxes[0].value.clone())
        };
        let expression = |text: &str| ("Custom filter expression".to_owned(), text.to_owned());
        assert_eq!(boxes(None), ("Requests".to_owned(), "All incoming requests".to_owned()));
        assert_eq!(boxes(Some("/")), expression("(http.request.uri.path eq \"/\")"));
        assert_eq!(boxes(Some("/a/*")), expression("(starts_with(http.request.uri.path, \"/a/\"))"));
    }

    #[test]
    fn a_value_that_takes_the_place_of_another_says_so() {
        for id in ids() {
            let shown = header(&of(Some(id)), ("Vary", "Origin, Accept-Encoding"), None, true);
            assert!(shown.notes.last().unwrap().starts_with("It takes the place of"), "{shown:?}");
        }
    }
}
