//! Headers and redirects as lines for a file, each format escaped by its own rules.

use url::Url;

use super::{Lines, Shown};
use crate::redirect_map::{self as rules, render};

/// A file in which a host is told what to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `.htaccess` or a virtual host.
    Apache,
    /// A `Caddyfile`.
    Caddy,
    /// `_redirects` of Cloudflare Pages and Workers.
    CloudflareRedirects,
    /// `fly.toml`; only for https.
    FlyToml,
    /// `_headers` of Netlify, Cloudflare Pages and Workers.
    HeadersFile,
    /// `_redirects` of Netlify.
    NetlifyRedirects,
    /// A server block.
    Nginx,
    /// `.replit`; only headers.
    Replit,
    /// `vercel.json`.
    Vercel,
}

/// A header that is sent with every response, or with those for a path.
pub(super) fn header(format: Format, name: &str, value: &str, path: Option<&str>) -> Shown {
    let below = path.and_then(|path| path.strip_suffix('*'));
    // A field's value is one line; what is not, is not a value.
    let value: String = value.chars().filter(|c| !c.is_control()).collect();
    let (file, text, note) = match format {
        Format::Apache => (
            ".htaccess in the site's folder, or the virtual host (mod_headers)",
            match (path, below) {
                (None, _) => format!("Header always set {name} \"{}\"\n", quoted(&value).replace('%', "%%")),
                (Some(path), below) => {
                    let (path, end) = below.map_or((path, "$"), |below| (below, ""));
                    format!(
                        "Header always set {name} \"{}\" \"expr=%{{REQUEST_URI}} =~ m#^{}{end}#\"\n",
                        quoted(&value).replace('%', "%%"),
                        quoted(&rules::regex(path))
                    )
                }
            },
            "Turn the module on where it is not: a2enmod headers.",
        ),
        Format::Caddy => (
            "Caddyfile, in the block of your site",
            format!(
                "header {}{name} \"{}\"\n",
                path.map(|path| format!("{path} ")).unwrap_or_default(),
                quoted(&value).replace('{', "\\{")
            ),
            "",
        ),
        Format::Nginx => (
            "nginx, in the server block of your site",
            match (path, below) {
                (None, _) => nginx_header(name, &value),
                (Some(_), Some(below)) => {
                    format!("# in the location for {below}\n{}", nginx_header(name, &value))
                }
                (Some(path), None) => format!("# in a location = {path}\n{}", nginx_header(name, &value)),
            },
            "A location that has an add_header of its own takes over none of these: repeat the line there.",
        ),
        Format::Replit => (
            ".replit at the top of the app (static deployments)",
            format!(
                "[[deployment.responseHeaders]]\npath = \"{}\"\nname = \"{name}\"\nvalue = \"{}\"\n",
                path.unwrap_or("/*"),
                quoted(&value)
            ),
            "An app with a server of its own sends the header from its code instead. Publish again afterwards.",
        ),
        Format::Vercel => {
            let source = match (path, below) {
                (None, _) => "/(.*)".to_owned(),
                (Some(_), Some(below)) => format!("{}(.*)", rules::regex(below)),
                (Some(path), None) => rules::regex(path),
            };
            let rule = serde_json::json!({"source": source, "headers": [{"key": name, "value": value}]});
            let file = serde_json::json!({ "headers": [rule] });
            (
                "vercel.json at the top of the project",
                serde_json::to_string_pretty(&file).unwrap_or_default() + "\n",
                "Where the file has a “headers” list already, add the entry to it. Deploy afterwards.",
            )
        }
        Format::HeadersFile | Format::CloudflareRedirects | Format::NetlifyRedirects | Format::FlyToml => (
            "_headers in the folder that is published",
            format!("{}\n  {name}: {value}\n", path.unwrap_or("/*")),
            "It is for the files of the site; what functions answer, they send themselves.",
        ),
    };
    let notes = if note.is_empty() { Vec::new() } else { vec![note.to_owned()] };
    Shown {
        place: "Add to the file".to_owned(),
        lines: Some(Lines { file: file.to_owned(), text }),
        notes,
        ..Shown::default()
    }
}

/// A permanent redirect: of everything below `from` where it is `whole`, or else of that one address. `None` where the format
/// cannot say it.
pub(super) fn redirect(format: Format, from: &Url, to: &Url, whole: bool) -> Option<Shown> {
    if !whole {
        return one(format, from, to);
    }
    let (host, target) = (from.host_str()?, to.origin().ascii_serialization());
    let (file, text, note) = match format {
        Format::Apache => {
            let plain = if from.scheme() == "http" { "RewriteCond %{HTTPS} off\n" } else { "" };
            let host = host.replace('.', "\\.");
            (
                ".htaccess in the site's folder, or the virtual host (mod_rewrite), before other rules",
                format!(
                    "RewriteEngine On\n{plain}RewriteCond %{{HTTP_HOST}} ^{host}$ [NC]\nRewriteRule ^ {target}%{{REQUEST_URI}} [R=301,L,NE]\n"
                ),
                "Behind a proxy that ends TLS, the first condition is RewriteCond %{HTTP:X-Forwarded-Proto} =http.",
            )
        }
        Format::Caddy => (
            "Caddyfile, as a block of its own",
            format!("{} {{\n    redir {target}{{uri}} permanent\n}}\n", from.origin().ascii_serialization()),
            "",
        ),
        Format::FlyToml => (
            "fly.toml",
            "[http_service]\n  force_https = true\n".to_owned(),
            "Add the line to the part that is there already, then deploy.",
        ),
        Format::NetlifyRedirects => (
            "_redirects in the folder that is published",
            format!("{}/* {target}/:splat 301!\n", from.origin().ascii_serialization()),
            "",
        ),
        Format::Nginx => {
            let (listen, note) = match from.scheme() {
                "http" => (
                    "    listen 80;\n    listen [::]:80;\n",
                    "Take the name out of the block that serves it on port 80 today.",
                ),
                _ => (
                    "    listen 443 ssl;\n    listen [::]:443 ssl;\n",
                    "Add the certificate lines of your other block, for a certificate that has this name, too.",
                ),
            };
            (
                "nginx, as a server block of its own",
                format!(
                    "server {{\n{listen}    server_name {host};\n    return 301 {target}$request_uri;\n}}\n"
                ),
                note,
            )
        }
        Format::Vercel | Format::CloudflareRedirects | Format::HeadersFile | Format::Replit => return None,
    };
    let notes = if note.is_empty() { Vec::new() } else { vec![note.to_owned()] };
    Some(Shown {
        place: "Add to the file".to_owned(),
        lines: Some(Lines { file: file.to_owned(), text }),
        notes,
        ..Shown::default()
    })
}

/// One address to another, as the redirect map writes it.
fn one(format: Format, from: &Url, to: &Url) -> Option<Shown> {
    let format = match format {
        Format::Apache => rules::Format::Apache,
        Format::CloudflareRedirects => rules::Format::CloudflareRedirects,
        Format::NetlifyRedirects => rules::Format::Netlify,
        Format::Nginx => rules::Format::Nginx,
        Format::Vercel => rules::Format::Vercel,
        Format::Caddy => {
            let text = format!("redir {} {} permanent\n", from.path(), to.as_str().replace('{', "\\{"));
            let lines = Lines { file: "Caddyfile, in the block of your site".to_owned(), text };
            return Some(Shown {
                place: "Add to the file".to_owned(),
                lines: Some(lines),
                ..Shown::default()
            });
        }
        Format::FlyToml | Format::HeadersFile | Format::Replit => return None,
    };
    let site = from.join("/").ok()?;
    let rules = render(&[(from.clone(), to.clone())], &site, format);
    if !rules.left_out.is_empty() {
        return None;
    }
    let lines = Lines { file: format.place().to_owned(), text: rules.text };
    Some(Shown { place: "Add to the file".to_owned(), lines: Some(lines), ..Shown::default() })
}

/// A `$` begins a variable, and there is no escape for it.
fn nginx_header(name: &str, value: &str) -> String {
    format!("add_header {name} \"{}\" always;\n", quoted(value).replace('$', ""))
}

/// Text inside double quotes.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(shown: &Shown) -> &str {
        shown.lines.as_ref().map(|lines| lines.text.as_str()).unwrap_or_default()
    }

    #[test]
    fn a_header_is_written_by_the_rules_of_each_file() {
        let csp = "default-src 'self'; report-to \"csp\"";
        assert_eq!(
            text(&header(Format::Nginx, "X", csp, None)),
            "add_header X \"default-src 'self'; report-to \\\"csp\\\"\" always;\n"
        );
        assert_eq!(text(&header(Format::HeadersFile, "X", "nosniff", None)), "/*\n  X: nosniff\n");
        assert_eq!(text(&header(Format::Apache, "X", "50%", None)), "Header always set X \"50%%\"\n");
        let vercel: serde_json::Value =
            serde_json::from_str(text(&header(Format::Vercel, "X", csp, None))).unwrap();
        assert_eq!(vercel["headers"][0]["headers"][0]["value"], csp);
    }

    #[test]
    fn a_header_for_some_paths_stays_with_them() {
        let said = |format, path| text(&header(format, "X", "y", Some(path))).to_owned();
        assert_eq!(said(Format::HeadersFile, "/assets/*"), "/assets/*\n  X: y\n");
        assert_eq!(said(Format::Caddy, "/assets/*"), "header /assets/* X \"y\"\n");
        assert_eq!(
            said(Format::Apache, "/a.js"),
            "Header always set X \"y\" \"expr=%{REQUEST_URI} =~ m#^/a\\\\.js$#\"\n"
        );
        assert!(said(Format::Vercel, "/assets/*").contains("\"/assets/(.*)\""));
    }

    #[test]
    fn a_value_cannot_leave_its_line() {
        for format in [Format::Apache, Format::Caddy, Format::HeadersFile, Format::Nginx, Format::Replit] {
            let shown = header(format, "X", "a\r\nServer: forged\n}", None);
            assert!(!text(&shown).contains("\nServer"), "{format:?}: {}", text(&shown));
        }
    }

    #[test]
    fn a_whole_name_is_sent_on_with_path_and_query() {
        let from = Url::parse("https://www.example.com").unwrap();
        let to = Url::parse("https://example.com").unwrap();
        let said = |format| redirect(format, &from, &to, true).map(|shown| text(&shown).to_owned());
        assert_eq!(
            said(Format::NetlifyRedirects).unwrap(),
            "https://www.example.com/* https://example.com/:splat 301!\n"
        );
        assert_eq!(
            said(Format::Caddy).unwrap(),
            "https://www.example.com {\n    redir https://example.com{uri} permanent\n}\n"
        );
        assert_eq!(
            said(Format::Apache).unwrap(),
            "RewriteEngine On\nRewriteCond %{HTTP_HOST} ^www\\.example\\.com$ [NC]\nRewriteRule ^ https://example.com%{REQUEST_URI} [R=301,L,NE]\n"
        );
        assert_eq!(said(Format::HeadersFile), None);
    }
}
