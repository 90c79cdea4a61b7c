//! Hosts: how each sends a header and redirects, by a file, by a form, by itself or not at all.

use url::Url;

use super::instructions::{Entry, FixInstructions, ProviderOverride, Redirect};
use super::snippets;
use super::snippets::{Format, Header};
use crate::facts::providers_in_use::ProvidersInUse;

/// What a site runs on.
#[derive(Debug)]
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
    /// Where this was read; tested to be there.
    pub source: &'static str,
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
pub fn of(id: Option<&str>) -> &'static Host {
    HOSTS.iter().find(|host| Some(host.id) == id).unwrap_or(&OTHER)
}

/// The host that is in use, or that the reader says is.
pub(super) fn in_use(in_use: &ProvidersInUse, chosen: ProviderOverride<'_>) -> &'static Host {
    of(chosen.host.or_else(|| in_use.host.as_ref().map(|service| service.id.as_str())))
}

/// The ids that can be chosen.
pub fn ids() -> impl Iterator<Item = &'static str> {
    HOSTS.iter().map(|host| host.id).chain([OTHER.id])
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

const IN_CODE: How = How::Say(
    "This host passes on what the app sends: send the header from the app itself, with every response (a middleware in most frameworks).",
);
const HTTPS_IN_CODE: How = How::Say(
    "The app has to redirect by itself: where a request came by http, which the host says in a header of the request (X-Forwarded-Proto at most), answer with this redirect. Most frameworks have a setting for it, such as “force SSL”.",
);
const NAME_IN_CODE: How = How::Say(
    "Add both names to the app at the host, then let the app answer requests for the first name with this redirect (a middleware in most frameworks).",
);
const PATH_IN_CODE: How = How::Say("Let the app answer requests for the old path with this redirect.");
/// Where the host's documentation says so.
const BY_ITSELF: How = How::Say(
    "This host sends http on to https by itself. Where it does not, the certificate is missing or something before the host answers: look at the domain's entry in the host's settings, and remove it and add it again.",
);
/// Where it does not say so, or could not be read.
const HTTPS_SOMEWHERE: How = How::Say(
    "Hosts like this one send http on to https by themselves, or have a switch for it. Look at the domain's entry in the host's settings: whether there is a certificate for it, and whether https is forced.",
);
const MAIN_NAME: How = How::Say(
    "Look in the host's settings for the site's domains: make the name that is to stay the main one (hosts call it primary or default), and let the other one be redirected to it. Where there is no such setting, a proxy before the site can redirect.",
);
const SITE_REDIRECTS: How = How::Say(
    "Look in the site's settings for redirects, and add this one as a permanent redirect (301). Where there is no such setting, a proxy before the site can redirect.",
);
const NO_HEADERS: &str = "We know of no setting for headers of your own at this host. Where you need the header, put a proxy that can before the site, such as Cloudflare (Rules → Response Header Transform Rules), or move the site to a host that can.";

static OTHER: Host = Host {
    id: "other",
    name: "another host",
    header: EVERYWHERE,
    https: How::Say(
        "Turn on “force https” at the host, or let the web server or the app answer http with this redirect.",
    ),
    name_redirect: How::Say(
        "Let the host, the web server or the app answer requests for the first name with this redirect.",
    ),
    path: PATH_IN_CODE,
    source: "general: no host in particular",
};

const EVERYWHERE: How = How::Say(
    "Send this header with every response: in the host's settings, the web server's configuration or the app itself.",
);

const CLOUDFLARE_HTTPS: How =
    How::Say("Cloudflare dashboard → your domain → SSL/TLS → Edge Certificates → Always Use HTTPS: on.");
const CLOUDFLARE_REDIRECT: How = How::Form(
    "Cloudflare dashboard → your domain → Rules → Overview → Redirect Rules → Create rule, with a wildcard pattern, “Preserve query string” on",
);

/// A way through menus, a button's or a switch's name is there only where the host's own documentation says it, at the
/// address and on the day of `source`; so is each file format. What could not be read is said in words that stay true, and
/// `source` says which parts those are: “general”.
static HOSTS: &[Host] = &[
    Host {
        id: "vercel",
        name: "Vercel",
        header: How::File(Format::Vercel),
        https: BY_ITSELF,
        name_redirect: How::Form("Vercel, your project's domains: let the first name redirect to the second"),
        path: How::File(Format::Vercel),
        source: "vercel.com/docs/project-configuration; vercel.com/docs/cdn-security; vercel.com/docs/domains/working-with-domains/deploying-and-redirecting; read 2026-11-26; the dashboard's words general",
    },
    Host {
        id: "netlify",
        name: "Netlify",
        header: How::File(Format::HeadersFile),
        https: HTTPS_SOMEWHERE,
        name_redirect: How::File(Format::NetlifyRedirects),
        path: How::File(Format::NetlifyRedirects),
        source: "docs.netlify.com/manage/routing/headers; docs.netlify.com/manage/routing/redirects/redirect-options; read 2026-11-26; https general",
    },
    Host {
        id: "cloudflare-pages",
        name: "Cloudflare Pages",
        header: How::File(Format::HeadersFile),
        https: CLOUDFLARE_HTTPS,
        name_redirect: CLOUDFLARE_REDIRECT,
        path: How::File(Format::CloudflareRedirects),
        source: "developers.cloudflare.com/pages/configuration/headers; developers.cloudflare.com/rules/url-forwarding/single-redirects/create-dashboard; developers.cloudflare.com/ssl/edge-certificates/additional-options/always-use-https; read 2026-11-26",
    },
    Host {
        id: "cloudflare-workers",
        name: "Cloudflare Workers",
        header: How::File(Format::HeadersFile),
        https: CLOUDFLARE_HTTPS,
        name_redirect: CLOUDFLARE_REDIRECT,
        path: How::File(Format::CloudflareRedirects),
        source: "developers.cloudflare.com/workers/static-assets/headers; developers.cloudflare.com/rules/url-forwarding/single-redirects/create-dashboard; developers.cloudflare.com/ssl/edge-certificates/additional-options/always-use-https; read 2026-11-26",
    },
    Host {
        id: "cloudflare",
        name: "Cloudflare",
        header: How::Form(
            "Cloudflare dashboard → your domain → Rules → Overview → Response Header Transform Rules → Create rule, for all incoming requests, “Set static”",
        ),
        https: CLOUDFLARE_HTTPS,
        name_redirect: CLOUDFLARE_REDIRECT,
        path: CLOUDFLARE_REDIRECT,
        source: "developers.cloudflare.com/rules/transform/response-header-modification/create-dashboard; developers.cloudflare.com/rules/url-forwarding/single-redirects/create-dashboard; developers.cloudflare.com/ssl/edge-certificates/additional-options/always-use-https; read 2026-11-26",
    },
    Host {
        id: "render",
        name: "Render",
        header: How::Form(
            "Render dashboard → your static site → Headers. A web service sends the header from its own code",
        ),
        https: HTTPS_SOMEWHERE,
        name_redirect: MAIN_NAME,
        path: How::Say(
            "For a static site, look in its settings for redirects and add this one; a web service redirects from its own code.",
        ),
        source: "render.com/docs/static-site-headers; read 2026-11; https and redirects general",
    },
    Host {
        id: "fly-io",
        name: "Fly.io",
        header: IN_CODE,
        https: How::File(Format::FlyToml),
        name_redirect: NAME_IN_CODE,
        path: PATH_IN_CODE,
        source: "fly.io/docs/reference/configuration; read 2026-11-26; what the app does is general",
    },
    Host {
        id: "railway",
        name: "Railway",
        header: IN_CODE,
        https: BY_ITSELF,
        name_redirect: How::Say(
            "Where your plan has edge rules: the service → Settings → Edge → Edge Rules → Add a rule, where the host is the first name, with a redirect to the second that keeps path and query. Without them, let the app answer requests for the first name with this redirect.",
        ),
        path: How::Say(
            "Where your plan has edge rules: the service → Settings → Edge → Edge Rules → Add a rule, where the path is the old one, with a redirect to the new address. Without them, let the app answer requests for the old path.",
        ),
        source: "docs.railway.com/networking/public-networking/specs-and-limits; docs.railway.com/networking/edge-rules; read 2026-11-26",
    },
    Host {
        id: "heroku",
        name: "Heroku",
        header: IN_CODE,
        https: HTTPS_IN_CODE,
        name_redirect: NAME_IN_CODE,
        path: PATH_IN_CODE,
        source: "general: the app does all of it (devcenter.heroku.com)",
    },
    Host {
        id: "github-pages",
        name: "GitHub Pages",
        header: How::Say(NO_HEADERS),
        https: How::Say("The repository → Settings → Pages → Enforce HTTPS."),
        name_redirect: How::Say(
            "GitHub Pages redirects between the domain and its www name by itself once the DNS records of both are right: the name that is the site's custom domain is the one that stays.",
        ),
        path: How::Say(
            "We know of no setting for redirects at GitHub Pages. Put a page with a refresh tag at the old path, or a proxy that redirects before the site.",
        ),
        source: "docs.github.com/pages/getting-started-with-github-pages/securing-your-github-pages-site-with-https; docs.github.com/pages/configuring-a-custom-domain-for-your-github-pages-site; read 2026-11-26; headers and paths general",
    },
    Host {
        id: "webflow",
        name: "Webflow",
        header: How::Say(NO_HEADERS),
        https: HTTPS_SOMEWHERE,
        name_redirect: MAIN_NAME,
        path: SITE_REDIRECTS,
        source: "general: Webflow's help (help.webflow.com) could not be read, 2026-11-26",
    },
    Host {
        id: "framer",
        name: "Framer",
        header: How::Form(
            "Framer dashboard → your domain → Headers, then publish the project again; the list of names is Framer's, ask them for one that is missing",
        ),
        https: HTTPS_SOMEWHERE,
        name_redirect: MAIN_NAME,
        path: SITE_REDIRECTS,
        source: "framer.com/help/articles/how-to-use-custom-headers; read 2026-11; https and redirects general",
    },
    Host {
        id: "shopify",
        name: "Shopify",
        header: How::Say(NO_HEADERS),
        https: HTTPS_SOMEWHERE,
        name_redirect: MAIN_NAME,
        path: SITE_REDIRECTS,
        source: "general: Shopify's help (help.shopify.com) could not be read, 2026-11-26",
    },
    Host {
        id: "wordpress-com",
        name: "WordPress.com",
        header: How::Say(NO_HEADERS),
        https: HTTPS_SOMEWHERE,
        name_redirect: How::Say(
            "The site's dashboard → Upgrades → Domains (Hosting → Domains in the WP Admin view) → Primary site address: select the name that is to stay, then “Set as primary”.",
        ),
        path: How::Say(
            "Where your plan takes plugins, install one for redirects and add this one; otherwise a proxy before the site can redirect.",
        ),
        source: "wordpress.com/support/domains/set-a-primary-address; read 2026-11-26; https and paths general",
    },
    Host {
        id: "wordpress",
        name: "WordPress",
        header: How::Say(
            "WordPress runs on a web server: send the header from that server's configuration, or by a plugin for headers. For the lines, say which server it is.",
        ),
        https: How::Say(
            "Set the site's address in WordPress's general settings to https, and let the web server or the host answer http with this redirect.",
        ),
        name_redirect: How::Say(
            "Set the site's address in WordPress's general settings to the second address: WordPress sends visitors of the other name on to it.",
        ),
        path: How::Say("Install a plugin for redirects, and add this one."),
        source: "developer.wordpress.org/reference/functions/redirect_canonical; read 2026-11-26; settings, headers and paths general",
    },
    Host {
        id: "lovable",
        name: "Lovable",
        header: How::Say(NO_HEADERS),
        https: HTTPS_SOMEWHERE,
        name_redirect: MAIN_NAME,
        path: How::Say(
            "Let the app send visitors of the old path on; for search engines, put a proxy that redirects before the site.",
        ),
        source: "general: Lovable's page on domains (docs.lovable.dev) could not be read, 2026-11-26",
    },
    Host {
        id: "replit",
        name: "Replit",
        header: How::File(Format::Replit),
        https: HTTPS_SOMEWHERE,
        name_redirect: NAME_IN_CODE,
        path: PATH_IN_CODE,
        source: "docs.replit.com/cloud-services/deployments/static-deployments-advanced; read 2026-11-26; https and redirects general",
    },
    Host {
        id: "nginx",
        name: "nginx",
        header: How::File(Format::Nginx),
        https: How::File(Format::Nginx),
        name_redirect: How::File(Format::Nginx),
        path: How::File(Format::Nginx),
        source: "nginx.org/en/docs/http/ngx_http_headers_module.html; nginx.org/en/docs/http/ngx_http_rewrite_module.html; read 2026-11-26",
    },
    Host {
        id: "apache",
        name: "Apache",
        header: How::File(Format::Apache),
        https: How::File(Format::Apache),
        name_redirect: How::File(Format::Apache),
        path: How::File(Format::Apache),
        source: "httpd.apache.org/docs/2.4/mod/mod_headers.html; httpd.apache.org/docs/2.4/expr.html; httpd.apache.org/docs/2.4/rewrite/remapping.html; read 2026-11-26",
    },
    Host {
        id: "litespeed",
        name: "LiteSpeed",
        header: EVERYWHERE,
        https: How::File(Format::Apache),
        name_redirect: How::File(Format::Apache),
        path: How::File(Format::Apache),
        source: "litespeedtech.com/support/wiki, “Rewrite Rules LiteSpeed Web Server vs. Apache”; read 2026-11-26; headers general",
    },
    Host {
        id: "caddy",
        name: "Caddy",
        header: How::File(Format::Caddy),
        https: How::File(Format::Caddy),
        name_redirect: How::File(Format::Caddy),
        path: How::File(Format::Caddy),
        source: "caddyserver.com/docs/caddyfile/directives/header; caddyserver.com/docs/caddyfile/directives/redir; read 2026-11-26",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_host_is_there_once_and_says_where_it_was_read() {
        let all: BTreeSet<&str> = ids().collect();
        assert_eq!(all.len(), ids().count());
        for host in HOSTS {
            assert!(host.source.contains('.'), "{}", host.id);
            let read = host.source.contains("; read 20");
            assert!(read || host.source.starts_with("general: "), "{}: {}", host.id, host.source);
            // A row that nobody read leads through no menus and writes no file.
            for how in [host.header, host.https, host.name_redirect, host.path] {
                let said =
                    matches!(how, How::Say(sentence) if sentence == NO_HEADERS || !sentence.contains('→'));
                assert!(read || said, "{}: {how:?}", host.id);
            }
            assert_eq!(crate::facts::providers_in_use::id_of(host.name), host.id);
        }
    }

    #[test]
    fn a_redirect_is_said_by_what_it_changes() {
        let nginx = of(Some("nginx"));
        let https = redirect(nginx, "http://example.com", "https://example.com").lines.unwrap().text;
        assert!(
            https.contains("listen 80;") && https.contains("return 301 https://example.com$request_uri;"),
            "{https}"
        );
        let vercel = redirect(of(Some("vercel")), "https://www.example.com", "https://example.com");
        assert!(vercel.place.contains("let the first name redirect to the second"), "{vercel:?}");
        assert_eq!(vercel.boxes[0].value, "https://www.example.com/*");
        let pages = redirect(of(Some("github-pages")), "http://example.com", "https://example.com");
        assert!(pages.notes[0].contains("Enforce HTTPS"), "{pages:?}");
    }

    #[test]
    fn a_home_page_that_leads_to_a_page_of_its_site_is_one_address() {
        let nginx =
            redirect(of(Some("nginx")), "https://example.com/", "https://example.com/en").lines.unwrap().text;
        assert!(
            nginx.contains(r#""~^(?:www\\.)?example\\.com/(?:\\?|$)" "/en$is_args$args";"#)
                && !nginx.contains("listen"),
            "{nginx}"
        );
        let vercel =
            redirect(of(Some("vercel")), "https://example.com/", "https://example.com/en").lines.unwrap();
        assert!(vercel.text.contains("\"source\":\"/\""), "{vercel:?}");
    }

    #[test]
    fn a_host_that_cannot_says_what_to_do_instead() {
        let shown = header(of(Some("github-pages")), "Referrer-Policy", "no-referrer", None);
        assert!(shown.notes[0].contains("put a proxy that can before the site"), "{shown:?}");
        // Nobody knows this one, and it is said in general words.
        let shown = header(of(Some("somewhere")), "Referrer-Policy", "no-referrer", None);
        assert_eq!(shown.place, "Where the site runs");
    }
}
