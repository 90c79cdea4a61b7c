//! Headers and redirects as lines for a file, each format escaped by its own rules.

use launch_ready_providers::Format;
use url::Url;

use super::instructions::{FixInstructions, Lines, Redirect};
use super::redirect_rules as rules;
use super::redirect_rules::render;

/// A header that is sent with every response, or with those for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    /// One line.
    pub(super) value: String,
    /// With `*` at its end for all below; every response where there is none.
    pub(super) path: Option<String>,
}

impl Header {
    pub(super) fn new(name: &str, value: &str, path: Option<&str>) -> Self {
        // A field's value is one line; what is not, is not a value.
        let value = value.chars().filter(|c| !c.is_control()).collect();
        Self { name: name.to_owned(), value, path: path.map(str::to_owned) }
    }
}

/// One header as lines for a file.
pub(super) fn header(format: Format, header: Header) -> FixInstructions {
    let (file, note) = format.header_place();
    lines(file, headers(format, &[header]), note)
}

fn lines(file: &str, text: String, note: &str) -> FixInstructions {
    let notes = if note.is_empty() { Vec::new() } else { vec![note.to_owned()] };
    FixInstructions {
        place: "Add to the file".to_owned(),
        lines: Some(Lines { file: file.to_owned(), text }),
        notes,
        ..FixInstructions::default()
    }
}

/// Headers as a file takes them: those for every response first, so that what is said of a path comes after it.
fn headers(format: Format, headers: &[Header]) -> String {
    let mut groups: Vec<(Option<&str>, Vec<&Header>)> = Vec::new();
    let (general, special): (Vec<&Header>, Vec<&Header>) =
        headers.iter().partition(|header| header.path.is_none());
    for header in general.iter().chain(&special) {
        let path = header.path.as_deref();
        match groups.iter_mut().find(|(of, _)| *of == path) {
            Some((_, group)) => group.push(header),
            None => groups.push((path, vec![header])),
        }
    }
    if format == Format::Vercel {
        return json(&serde_json::json!({ "headers": vercel_headers(&groups) }));
    }
    let mut text = String::new();
    for (path, group) in groups {
        let below = path.and_then(|path| path.strip_suffix('*'));
        match (format, path, below) {
            (Format::Nginx, Some(_), Some(below)) => text += &format!("# in the location for {below}\n"),
            (Format::Nginx, Some(path), None) => text += &format!("# in a location = {path}\n"),
            (
                Format::HeadersFile
                | Format::CloudflareBulk
                | Format::CloudflareRedirects
                | Format::Netlify
                | Format::FlyToml,
                ..,
            ) => {
                text += &format!("{}\n", path.unwrap_or("/*"));
            }
            _ => {}
        }
        // A location with an add_header of its own takes over none of the server's.
        let repeated = if format == Format::Nginx && path.is_some() { general.as_slice() } else { &[] };
        let own =
            |header: &&&Header| group.iter().all(|special| !special.name.eq_ignore_ascii_case(&header.name));
        for header in group.iter().chain(repeated.iter().filter(own)) {
            text += &header_line(format, header, path, below);
        }
    }
    text
}

fn header_line(
    format: Format,
    Header { name, value, .. }: &Header,
    path: Option<&str>,
    below: Option<&str>,
) -> String {
    match format {
        Format::Apache => {
            let value = quoted(value).replace('%', "%%");
            let only = path.map_or_else(String::new, |path| {
                let (path, end) = below.map_or((path, "$"), |below| (below, ""));
                format!(" \"expr=%{{REQUEST_URI}} =~ m#^{}{end}#\"", quoted(&rules::regex(path)))
            });
            format!("Header always set {name} \"{value}\"{only}\n")
        }
        Format::Caddy => {
            let only = path.map(|path| format!("{path} ")).unwrap_or_default();
            format!("header {only}{name} \"{}\"\n", quoted(value).replace('{', "\\{"))
        }
        // A `$` begins a variable, and there is no escape for it.
        Format::Nginx => format!("add_header {name} \"{}\" always;\n", quoted(value).replace('$', "")),
        Format::Replit => format!(
            "[[deployment.responseHeaders]]\npath = \"{}\"\nname = \"{name}\"\nvalue = \"{}\"\n",
            path.unwrap_or("/*"),
            quoted(value)
        ),
        Format::HeadersFile
        | Format::CloudflareBulk
        | Format::CloudflareRedirects
        | Format::Netlify
        | Format::FlyToml
        | Format::Vercel => format!("  {name}: {value}\n"),
    }
}

fn vercel_headers(groups: &[(Option<&str>, Vec<&Header>)]) -> serde_json::Value {
    let rule = |(path, group): &(Option<&str>, Vec<&Header>)| {
        let source = match path.map(|path| path.strip_suffix('*').ok_or(path)) {
            None => "/(.*)".to_owned(),
            Some(Ok(below)) => format!("{}(.*)", rules::regex(below)),
            Some(Err(path)) => rules::regex(path),
        };
        let headers: Vec<serde_json::Value> = group
            .iter()
            .map(|header| serde_json::json!({"key": header.name, "value": header.value}))
            .collect();
        serde_json::json!({"source": source, "headers": headers})
    };
    groups.iter().map(rule).collect()
}

fn json(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// A file with several headers and redirects.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) notes: Vec<String>,
    /// What it cannot say, a sentence each.
    pub(super) left_out: Vec<String>,
}

/// Headers and redirects in one file. What is for one address comes before what is for all of a name.
pub(super) fn file(format: Format, all: &[Header], redirects: &[Redirect]) -> Written {
    let mut written = Written::default();
    let (whole, single): (Vec<&Redirect>, Vec<&Redirect>) = redirects.iter().partition(|it| it.whole);
    let mut moved = moved(format, &single, &mut written);
    let mut blocks: Vec<String> = Vec::new();
    for redirect in whole {
        let Some(shown) = crate::fixes::snippets::redirect(format, redirect) else { continue };
        written.note(&shown.notes);
        let text = shown.lines.map(|lines| lines.text).unwrap_or_default();
        match format {
            // One switch for all of them, and one line for the whole name whatever it is.
            Format::Apache if !moved.is_empty() => moved += text.strip_prefix(REWRITE).unwrap_or(&text),
            Format::Apache | Format::Netlify => moved += &text,
            _ if blocks.contains(&text) => {}
            _ => blocks.push(text),
        }
    }
    if let Some(first) = all.first() {
        written.note(&header(format, first.clone()).notes);
    }
    let said = if all.is_empty() { String::new() } else { headers(format, all) };
    written.text = match format {
        Format::Vercel => both(&said, &moved),
        Format::Nginx | Format::Caddy => {
            let (site, own) = match format {
                Format::Nginx => {
                    ("# In the server block of your site:\n", "# As a server block of its own:\n")
                }
                _ => ("# In the block of your site:\n", "# As a block of its own:\n"),
            };
            let mut parts: Vec<String> = Vec::new();
            // nginx's map says by itself where its parts go.
            let moved_there = format == Format::Caddy && !moved.is_empty();
            if format == Format::Nginx && !moved.is_empty() {
                parts.push(moved.clone());
            }
            if moved_there || !said.is_empty() {
                let moved = if moved_there { moved.as_str() } else { "" };
                parts.push(format!("{site}{said}{moved}"));
            }
            parts.extend(blocks.iter().map(|block| format!("{own}{block}")));
            parts.join("\n")
        }
        _ => [moved, said]
            .into_iter()
            .chain(blocks)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
    };
    written
}

impl Written {
    fn note(&mut self, notes: &[String]) {
        for note in notes {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }
}

/// Single addresses that lead elsewhere, as the redirect map writes them.
fn moved(format: Format, single: &[&Redirect], written: &mut Written) -> String {
    let Some(first) = single.first() else { return String::new() };
    let (true, Ok(site)) = (Format::ALL.contains(&format), first.from.join("/")) else {
        let lines =
            single.iter().filter_map(|redirect| crate::fixes::snippets::redirect(format, redirect)?.lines);
        return lines.map(|lines| lines.text).collect();
    };
    let pairs: Vec<(Url, Url)> =
        single.iter().map(|redirect| (redirect.from.clone(), redirect.to.clone())).collect();
    let rules = render(&pairs, &site, format);
    let left_out = rules.left_out.iter().map(|left| format!("{} is left out: {}.", left.from, left.reason));
    written.left_out.extend(left_out);
    if rules.left_out.len() == pairs.len() { String::new() } else { rules.text }
}

/// Two texts of `vercel.json` as one: both are objects with a member or two, written by [`json`] or like it.
fn both(headers: &str, redirects: &str) -> String {
    match (headers.strip_suffix("\n}\n"), redirects.strip_prefix("{\n")) {
        (Some(first), Some(rest)) => format!("{first},\n{rest}"),
        _ => format!("{headers}{redirects}"),
    }
}

/// What turns `mod_rewrite` on.
const REWRITE: &str = "RewriteEngine On\n";

/// A permanent redirect: of everything below `from` where it is `whole`, or else of that one address. `None` where the format
/// cannot say it.
pub(super) fn redirect(format: Format, Redirect { from, to, whole }: &Redirect) -> Option<FixInstructions> {
    if !*whole {
        return one(format, from, to);
    }
    let (host, target) = (from.host_str()?, to.origin().ascii_serialization());
    let (text, note) = match format {
        Format::Apache => {
            let plain = if from.scheme() == "http" { "RewriteCond %{HTTPS} off\n" } else { "" };
            let host = host.replace('.', "\\.");
            (
                format!(
                    "{REWRITE}{plain}RewriteCond %{{HTTP_HOST}} ^{host}$ [NC]\nRewriteRule ^ {target}%{{REQUEST_URI}} [R=301,L,NE]\n"
                ),
                "Behind a proxy that ends TLS, the first condition is RewriteCond %{HTTP:X-Forwarded-Proto} =http.",
            )
        }
        Format::Caddy => (
            format!("{} {{\n    redir {target}{{uri}} permanent\n}}\n", from.origin().ascii_serialization()),
            "",
        ),
        Format::FlyToml => (
            "[http_service]\n  force_https = true\n".to_owned(),
            "Add the line to the part that is there already, then deploy.",
        ),
        Format::Netlify => (format!("{}/* {target}/:splat 301!\n", from.origin().ascii_serialization()), ""),
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
                format!(
                    "server {{\n{listen}    server_name {host};\n    return 301 {target}$request_uri;\n}}\n"
                ),
                note,
            )
        }
        Format::Vercel
        | Format::CloudflareBulk
        | Format::CloudflareRedirects
        | Format::HeadersFile
        | Format::Replit => return None,
    };
    Some(lines(format.redirect_place(), text, note))
}

/// One address to another, as the redirect map writes it.
fn one(format: Format, from: &Url, to: &Url) -> Option<FixInstructions> {
    if format == Format::Caddy {
        let text = format!("redir {} {} permanent\n", from.path(), to.as_str().replace('{', "\\{"));
        return Some(lines("Caddyfile, in the block of your site", text, ""));
    }
    if !Format::ALL.contains(&format) {
        return None;
    }
    let rules = render(&[(from.clone(), to.clone())], &from.join("/").ok()?, format);
    rules.left_out.is_empty().then(|| lines(format.place(), rules.text, ""))
}

/// Text inside double quotes.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(shown: &FixInstructions) -> &str {
        shown.lines.as_ref().map(|lines| lines.text.as_str()).unwrap_or_default()
    }

    #[test]
    fn a_header_is_written_by_the_rules_of_each_file() {
        let csp = "default-src 'self'; report-to \"csp\"";
        assert_eq!(
            text(&header(Format::Nginx, Header::new("X", csp, None))),
            "add_header X \"default-src 'self'; report-to \\\"csp\\\"\" always;\n"
        );
        assert_eq!(
            text(&header(Format::HeadersFile, Header::new("X", "nosniff", None))),
            "/*\n  X: nosniff\n"
        );
        assert_eq!(
            text(&header(Format::Apache, Header::new("X", "50%", None))),
            "Header always set X \"50%%\"\n"
        );
        let vercel: serde_json::Value =
            serde_json::from_str(text(&header(Format::Vercel, Header::new("X", csp, None)))).unwrap();
        assert_eq!(vercel["headers"][0]["headers"][0]["value"], csp);
    }

    #[test]
    fn a_header_for_some_paths_stays_with_them() {
        let said = |format, path| text(&header(format, Header::new("X", "y", Some(path)))).to_owned();
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
            let shown = header(format, Header::new("X", "a\r\nServer: forged\n}", None));
            assert!(!text(&shown).contains("\nServer"), "{format:?}: {}", text(&shown));
        }
    }

    #[test]
    fn a_whole_name_is_sent_on_with_path_and_query() {
        let from = Url::parse("https://www.example.com").unwrap();
        let to = Url::parse("https://example.com").unwrap();
        let whole = Redirect { from, to, whole: true };
        let said = |format| redirect(format, &whole).map(|shown| text(&shown).to_owned());
        assert_eq!(
            said(Format::Netlify).unwrap(),
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
