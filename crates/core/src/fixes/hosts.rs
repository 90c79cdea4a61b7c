//! Hosts: how each sends a header and redirects, by a file, by a form, by itself or not at all.

use url::Url;

use super::snippets::{self, Format};
use super::{Entry, Shown};

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

/// The ids that can be chosen.
pub fn ids() -> impl Iterator<Item = &'static str> {
    HOSTS.iter().map(|host| host.id).chain([OTHER.id])
}

/// A header to send.
pub(super) fn header(host: &Host, name: &str, value: &str, path: Option<&str>) -> Shown {
    let shown = match host.header {
        How::File(format) => return snippets::header(format, name, value, path),
        How::Form(place) => {
            let boxes =
                vec![entry("Path", path.unwrap_or("/*")), entry("Header name", name), entry("Value", value)];
            Shown { place: place.to_owned(), boxes, ..Shown::default() }
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

/// A redirect to add: `from` and `to` are addresses; where `from` is no more than scheme and host, path and query are kept.
pub(super) fn redirect(host: &Host, from: &str, to: &str) -> Shown {
    let (Ok(from), Ok(to)) = (Url::parse(from), Url::parse(to)) else {
        return said(host, "Send the first address on to the second.");
    };
    let whole = from.path() == "/" && from.query().is_none();
    let how = match whole {
        true if from.host() == to.host() => host.https,
        true => host.name_redirect,
        false => host.path,
    };
    match how {
        How::File(format) => match snippets::redirect(format, &from, &to, whole) {
            Some(shown) => shown,
            None => said(host, "Send the first address on to the second."),
        },
        How::Form(place) => {
            let (source, target) = match whole {
                true => {
                    (format!("{}://{}/*", from.scheme(), from.host_str().unwrap_or_default()), to.as_str())
                }
                false => (from.path().to_owned(), to.as_str()),
            };
            let boxes = vec![entry("From", &source), entry("To", target), entry("Kind", "permanent (301)")];
            Shown { place: place.to_owned(), boxes, ..Shown::default() }
        }
        How::Say(sentence) => said(host, sentence),
    }
}

/// A sentence about the fix's line.
fn said(host: &Host, sentence: &str) -> Shown {
    let place = if host.id == OTHER.id { "Where the site runs".to_owned() } else { host.name.to_owned() };
    Shown { place, notes: vec![sentence.to_owned()], ..Shown::default() }
}

fn entry(label: &str, value: &str) -> Entry {
    Entry { label: label.to_owned(), value: value.to_owned() }
}

const IN_CODE: How = How::Say(
    "This host passes on what the app sends: send the header from the app itself, with every response (a middleware in most frameworks).",
);
const HTTPS_IN_CODE: How = How::Say(
    "The app has to redirect by itself: where the header X-Forwarded-Proto of a request says http, answer with this redirect. Most frameworks have a setting for it, such as “force SSL”.",
);
const NAME_IN_CODE: How = How::Say(
    "Add both names to the app at the host, then let the app answer requests for the first name with this redirect (a middleware in most frameworks).",
);
const PATH_IN_CODE: How = How::Say("Let the app answer requests for the old path with this redirect.");
const BY_ITSELF: How = How::Say(
    "This host sends http on to https by itself. Where it does not, the certificate is missing or something before the host answers: look at the domain's entry in the host's settings, and remove it and add it again.",
);
const NO_HEADERS: &str = "This host lets nobody set headers. Where you need the header, put a proxy that can before the site, such as Cloudflare (Rules → Response Header Transform Rules), or move the site to a host that can.";

static OTHER: Host = Host {
    id: "other",
    name: "another host",
    header: How::Say(
        "Send this header with every response: in the host's settings, the web server's configuration or the app itself.",
    ),
    https: How::Say(
        "Turn on “force https” at the host, or let the web server or the app answer http with this redirect.",
    ),
    name_redirect: How::Say(
        "Let the host, the web server or the app answer requests for the first name with this redirect.",
    ),
    path: PATH_IN_CODE,
    source: "general: no host in particular",
};

/// Headers of Framer, Render, Replit, Netlify and Cloudflare Pages are from their own documentation, read 2026-11. The other
/// rows are not checked against it yet.
static HOSTS: &[Host] = &[
    Host {
        id: "vercel",
        name: "Vercel",
        header: How::File(Format::Vercel),
        https: BY_ITSELF,
        name_redirect: How::Form(
            "Vercel → your project → Settings → Domains → edit the first name → Redirect to the second",
        ),
        path: How::File(Format::Vercel),
        source: "vercel.com/docs/project-configuration; vercel.com/docs/domains/working-with-domains",
    },
    Host {
        id: "netlify",
        name: "Netlify",
        header: How::File(Format::HeadersFile),
        https: How::Say(
            "Netlify redirects once the certificate is there: Project configuration → Domain management → HTTPS → Force HTTPS.",
        ),
        name_redirect: How::File(Format::NetlifyRedirects),
        path: How::File(Format::NetlifyRedirects),
        source: "docs.netlify.com/manage/routing/headers; docs.netlify.com/manage/routing/redirects/redirect-options",
    },
    Host {
        id: "cloudflare-pages",
        name: "Cloudflare Pages",
        header: How::File(Format::HeadersFile),
        https: How::Say(
            "Cloudflare dashboard → your domain → SSL/TLS → Edge Certificates → Always Use HTTPS: on.",
        ),
        name_redirect: How::Form("Cloudflare dashboard → your domain → Rules → Create rule → Redirect Rule"),
        path: How::File(Format::CloudflareRedirects),
        source: "developers.cloudflare.com/pages/configuration/headers; developers.cloudflare.com/rules/url-forwarding",
    },
    Host {
        id: "cloudflare-workers",
        name: "Cloudflare Workers",
        header: How::File(Format::HeadersFile),
        https: How::Say(
            "Cloudflare dashboard → your domain → SSL/TLS → Edge Certificates → Always Use HTTPS: on.",
        ),
        name_redirect: How::Form("Cloudflare dashboard → your domain → Rules → Create rule → Redirect Rule"),
        path: How::File(Format::CloudflareRedirects),
        source: "developers.cloudflare.com/workers/static-assets/headers; developers.cloudflare.com/rules/url-forwarding",
    },
    Host {
        id: "cloudflare",
        name: "Cloudflare",
        header: How::Form(
            "Cloudflare dashboard → your domain → Rules → Create rule → Response Header Transform Rule, for all incoming requests, “Set static”",
        ),
        https: How::Say(
            "Cloudflare dashboard → your domain → SSL/TLS → Edge Certificates → Always Use HTTPS: on.",
        ),
        name_redirect: How::Form(
            "Cloudflare dashboard → your domain → Rules → Create rule → Redirect Rule, “Preserve query string” on",
        ),
        path: How::Form(
            "Cloudflare dashboard → your domain → Rules → Create rule → Redirect Rule, “Preserve query string” on",
        ),
        source: "developers.cloudflare.com/rules/transform/response-header-modification; developers.cloudflare.com/rules/url-forwarding; developers.cloudflare.com/ssl/edge-certificates/additional-options/always-use-https",
    },
    Host {
        id: "render",
        name: "Render",
        header: How::Form(
            "Render dashboard → your static site → Headers. A web service sends the header from its own code",
        ),
        https: BY_ITSELF,
        name_redirect: How::Say(
            "Render adds the second name with the first and redirects between them: remove the domain under Settings → Custom Domains and add the name that the site is to be reached at.",
        ),
        path: How::Form(
            "Render dashboard → your static site → Redirects/Rewrites. A web service redirects from its own code",
        ),
        source: "render.com/docs/static-site-headers; render.com/docs/custom-domains; render.com/docs/redirects-rewrites",
    },
    Host {
        id: "fly-io",
        name: "Fly.io",
        header: IN_CODE,
        https: How::File(Format::FlyToml),
        name_redirect: NAME_IN_CODE,
        path: PATH_IN_CODE,
        source: "fly.io/docs/reference/configuration",
    },
    Host {
        id: "railway",
        name: "Railway",
        header: IN_CODE,
        https: BY_ITSELF,
        name_redirect: NAME_IN_CODE,
        path: PATH_IN_CODE,
        source: "docs.railway.com/networking/public-networking",
    },
    Host {
        id: "heroku",
        name: "Heroku",
        header: IN_CODE,
        https: HTTPS_IN_CODE,
        name_redirect: NAME_IN_CODE,
        path: PATH_IN_CODE,
        source: "devcenter.heroku.com/articles/http-routing; help.heroku.com, “Can Heroku force an application to use SSL/TLS?”",
    },
    Host {
        id: "github-pages",
        name: "GitHub Pages",
        header: How::Say(NO_HEADERS),
        https: How::Say("The repository → Settings → Pages → Enforce HTTPS."),
        name_redirect: How::Say(
            "GitHub Pages redirects between the domain and its www name by itself once the DNS records of both are right: the custom domain under Settings → Pages is the one that stays.",
        ),
        path: How::Say(
            "GitHub Pages cannot redirect. Put a page with a refresh tag at the old path, or a proxy that can before the site.",
        ),
        source: "docs.github.com/pages/getting-started-with-github-pages/securing-your-github-pages-site-with-https; docs.github.com/pages/configuring-a-custom-domain-for-your-github-pages-site",
    },
    Host {
        id: "webflow",
        name: "Webflow",
        header: How::Say(
            "Webflow has switches for some headers under Site settings → Publishing; headers of your own are not for every plan. Where the switch is missing, put a proxy that can before the site, such as Cloudflare.",
        ),
        https: BY_ITSELF,
        name_redirect: How::Say(
            "Site settings → Publishing → Production: make the name that is to stay the default domain; the other one is then redirected.",
        ),
        path: How::Form("Site settings → Publishing → 301 redirects"),
        source: "help.webflow.com, “Set 301 redirects to maintain SEO ranking” and “Manually connect a custom domain”",
    },
    Host {
        id: "framer",
        name: "Framer",
        header: How::Form(
            "Framer dashboard → your domain → Headers, then publish the project again; the list of names is Framer's, ask them for one that is missing",
        ),
        https: BY_ITSELF,
        name_redirect: How::Say(
            "Site settings → Domains: make the name that is to stay the primary one; the other one is then redirected.",
        ),
        path: How::Form("Site settings → Redirects"),
        source: "framer.com/help/articles/how-to-use-custom-headers",
    },
    Host {
        id: "shopify",
        name: "Shopify",
        header: How::Say("Shopify sends its own security headers and takes no others."),
        https: BY_ITSELF,
        name_redirect: How::Say(
            "Shopify admin → Settings → Domains: make the name that is to stay the primary domain, with traffic redirected to it.",
        ),
        path: How::Form("Shopify admin → Content → Menus → URL redirects"),
        source: "help.shopify.com/manual/domains; help.shopify.com/manual/online-store/menus-and-links/url-redirect",
    },
    Host {
        id: "wordpress-com",
        name: "WordPress.com",
        header: How::Say(NO_HEADERS),
        https: BY_ITSELF,
        name_redirect: How::Say(
            "Hosting → your site → Domains: make the name that is to stay the primary one; the other one is then redirected.",
        ),
        path: How::Say("Install a redirect plugin, such as Redirection, and add this."),
        source: "wordpress.com/support/domains/set-a-primary-address",
    },
    Host {
        id: "wordpress",
        name: "WordPress",
        header: How::File(Format::Apache),
        https: How::File(Format::Apache),
        name_redirect: How::Say(
            "WordPress → Settings → General: set “WordPress Address” and “Site Address” to the second address; it then redirects by itself.",
        ),
        path: How::Say("Install a redirect plugin, such as Redirection, and add this."),
        source: "developer.wordpress.org/advanced-administration/security/https; wordpress.org/plugins/redirection",
    },
    Host {
        id: "lovable",
        name: "Lovable",
        header: How::Say(NO_HEADERS),
        https: BY_ITSELF,
        name_redirect: How::Say(
            "Project settings → Domains: make the name that is to stay the primary one; the other one is then redirected.",
        ),
        path: How::Say(
            "Let the app send visitors of the old path on; for search engines, put a proxy that redirects before the site.",
        ),
        source: "docs.lovable.dev/features/custom-domain",
    },
    Host {
        id: "replit",
        name: "Replit",
        header: How::File(Format::Replit),
        https: BY_ITSELF,
        name_redirect: NAME_IN_CODE,
        path: PATH_IN_CODE,
        source: "docs.replit.com/cloud-services/deployments/static-deployments-advanced",
    },
    Host {
        id: "nginx",
        name: "nginx",
        header: How::File(Format::Nginx),
        https: How::File(Format::Nginx),
        name_redirect: How::File(Format::Nginx),
        path: How::File(Format::Nginx),
        source: "nginx.org/en/docs/http/ngx_http_headers_module.html; nginx.org/en/docs/http/ngx_http_rewrite_module.html",
    },
    Host {
        id: "apache",
        name: "Apache",
        header: How::File(Format::Apache),
        https: How::File(Format::Apache),
        name_redirect: How::File(Format::Apache),
        path: How::File(Format::Apache),
        source: "httpd.apache.org/docs/2.4/mod/mod_headers.html; httpd.apache.org/docs/2.4/mod/mod_rewrite.html",
    },
    Host {
        id: "litespeed",
        name: "LiteSpeed",
        header: How::File(Format::Apache),
        https: How::File(Format::Apache),
        name_redirect: How::File(Format::Apache),
        path: How::File(Format::Apache),
        source: "docs.litespeedtech.com: LiteSpeed reads Apache's .htaccess",
    },
    Host {
        id: "caddy",
        name: "Caddy",
        header: How::File(Format::Caddy),
        https: BY_ITSELF,
        name_redirect: How::File(Format::Caddy),
        path: How::File(Format::Caddy),
        source: "caddyserver.com/docs/caddyfile/directives/header; caddyserver.com/docs/caddyfile/directives/redir",
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
            assert_eq!(crate::in_use::id_of(host.name), host.id);
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
        assert!(vercel.place.contains("Settings → Domains"), "{vercel:?}");
        assert_eq!(vercel.boxes[0].value, "https://www.example.com/*");
        let pages = redirect(of(Some("github-pages")), "http://example.com", "https://example.com");
        assert!(pages.notes[0].contains("Enforce HTTPS"), "{pages:?}");
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
