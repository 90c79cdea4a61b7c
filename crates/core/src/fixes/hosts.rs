//! Hosts: how each sends a header and redirects, by a file, by a form, by itself or not at all.

use launch_ready_providers::model::Hosting;
use launch_ready_providers::{Format, General, Provider, all, get, model};
use url::Url;

use super::instructions::{Entry, FixInstructions, ProviderOverride, Redirect};
use super::snippets;
use super::snippets::Header;
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
            model::How::Say(sentence) => Self::Say(sentence),
            model::How::General(general) => Self::Say(general.words()),
        }
    }
}

/// A header to send.
pub(super) fn header(host: &Host, name: &str, value: &str, path: Option<&str>) -> FixInstructions {
    let shown = match host.header {
        How::File(format) => return snippets::header(format, Header::new(name, value, path)),
        How::Form(place) => {
            let boxes =
                vec![entry("Path", path.unwrap_or("/*")), entry("Header name", name), entry("Value", value)];
            FixInstructions { place: place.to_owned(), boxes, ..FixInstructions::default() }
        }
        How::Say(sentence) => said(host, sentence),
    };
    match (path, shown.boxes.is_empty()) {
        (Some(path), true) => {
            let mut shown = shown;
            shown.notes.push(format!("Only with the responses for {path}."));
            shown
        }
        _ => shown,
    }
}

/// The file in which headers are told, where the host is told them by a file.
pub(super) fn header_format(host: &Host) -> Option<Format> {
    match host.header {
        How::File(format) => Some(format),
        How::Form(_) | How::Say(_) => None,
    }
}

/// A redirect as the file takes it in which it is told, where the host is told it by a file.
pub(super) fn redirect_format(host: &Host, from: &str, to: &str) -> Option<(Format, Redirect)> {
    match way(host, from, to)? {
        (How::File(format), redirect) => Some((format, redirect)),
        (How::Form(_) | How::Say(_), _) => None,
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
                true => {
                    (format!("{}://{}/*", from.scheme(), from.host_str().unwrap_or_default()), to.as_str())
                }
                false => (from.path().to_owned(), to.as_str()),
            };
            let boxes = vec![entry("From", &source), entry("To", target), entry("Kind", "permanent (301)")];
            FixInstructions { place: place.to_owned(), boxes, ..FixInstructions::default() }
        }
        How::Say(sentence) => said(host, sentence),
    }
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
        assert!(vercel.place.contains("let the first name redirect to the second"), "{vercel:?}");
        assert_eq!(vercel.boxes[0].value, "https://www.example.com/*");
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
        let shown = header(&of(Some("github-pages")), "Referrer-Policy", "no-referrer", None);
        assert!(shown.notes[0].contains("put a proxy that can before the site"), "{shown:?}");
        // Nobody knows this one, and it is said in general words.
        let shown = header(&of(Some("somewhere")), "Referrer-Policy", "no-referrer", None);
        assert_eq!(shown.place, "Where the site runs");
    }
}
