//! Headers and redirects as lines for a file, each format escaped by its own rules.

use launch_ready_providers::Format;
use url::Url;

use super::instructions::{FixInstructions, Header, Lines, Redirect};
use super::redirect_rules as rules;
use super::redirect_rules::render;
use super::server_headers;
use super::server_headers::{caddy_matcher, caddy_quoted};

/// One header as lines for a file.
pub(super) fn header(format: Format, header: Header) -> FixInstructions {
    let (file, _) = format.header_place();
    let notes = header_notes(format, std::slice::from_ref(&header));
    FixInstructions { notes, ..lines(file, headers(format, &[header]), "") }
}

/// What there is to know about lines for headers, a sentence each.
fn header_notes(format: Format, all: &[Header]) -> Vec<String> {
    let (_, note) = format.header_place();
    let mut notes = if note.is_empty() { Vec::new() } else { vec![note.to_owned()] };
    let caching = |header: &Header| header.name.eq_ignore_ascii_case("cache-control");
    if format == Format::Nginx && all.iter().any(caching) {
        notes.push(
            "A line “expires” sends Cache-Control, too: take it out where these lines are to hold."
                .to_owned(),
        );
    }
    if format == Format::Caddy && all.iter().any(|header| header.path.is_some() && header.is_for_success()) {
        notes.push(
            "Where an app behind this server answers below that path, its errors get the header, too."
                .to_owned(),
        );
    }
    if format == Format::HeadersFile {
        // developers.cloudflare.com/pages/configuration/headers and workers/static-assets/headers (read 2026-11).
        let long = all.iter().filter(|header| header.line().len() > CLOUDFLARE_LINE);
        notes.extend(long.map(|header| {
            format!(
                "This host leaves out a line of more than 2,000 characters, and {} has {}: there, let a Worker or a rule of the dashboard send it.",
                header.name,
                header.line().len()
            )
        }));
    }
    notes
}

/// Characters of a line in `_headers` that Cloudflare reads.
const CLOUDFLARE_LINE: usize = 2_000;

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
    let all = sorted(headers);
    match format {
        Format::Apache => server_headers::apache(&all),
        Format::Caddy => server_headers::caddy(&all),
        Format::Nginx => {
            let written = server_headers::nginx(&all);
            in_two_blocks(&written.http, &written.server)
        }
        Format::Replit => all
            .iter()
            .map(|Header { name, value, path }| {
                format!(
                    "[[deployment.responseHeaders]]\npath = \"{}\"\nname = \"{name}\"\nvalue = \"{}\"\n",
                    path.as_deref().unwrap_or("/*"),
                    quoted(value)
                )
            })
            .collect(),
        Format::Vercel => json(&serde_json::json!({ "headers": vercel_headers(&by_path(&all)) })),
        Format::HeadersFile
        | Format::CloudflareBulk
        | Format::CloudflareRedirects
        | Format::Netlify
        | Format::FlyToml => {
            let block = |(path, group): &(Option<&str>, Vec<&Header>)| {
                let lines: String = group.iter().map(|header| header.line() + "\n").collect();
                format!("{}\n{lines}", path.unwrap_or("/*"))
            };
            by_path(&all).iter().map(block).collect()
        }
    }
}

/// Headers by the path that they are for, in the order in which the paths first come.
fn by_path(headers: &[Header]) -> Vec<(Option<&str>, Vec<&Header>)> {
    let mut groups: Vec<(Option<&str>, Vec<&Header>)> = Vec::new();
    for header in headers {
        let path = header.path.as_deref();
        match groups.iter_mut().find(|(of, _)| *of == path) {
            Some((_, group)) => group.push(header),
            None => groups.push((path, vec![header])),
        }
    }
    groups
}

const IN_HTTP: &str = "# In the http block:\n";
const IN_SERVER: &str = "# In the server block of your site:\n";

/// Lines for nginx, each under the block that they belong to; where there is only the server's, the file's name says it.
fn in_two_blocks(http: &str, server: &str) -> String {
    if http.is_empty() { server.to_owned() } else { format!("{IN_HTTP}{http}{IN_SERVER}{server}") }
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
    let moved = moved(format, &single, &mut written);
    let mut blocks: Vec<String> = Vec::new();
    for redirect in whole {
        let Some((text, notes)) = whole_name(format, redirect) else { continue };
        written.note(&notes);
        // One line for the whole name, whatever it is.
        if !blocks.contains(&text) {
            blocks.push(text);
        }
    }
    if !all.is_empty() {
        written.note(&header_notes(format, all));
    }
    let said = if all.is_empty() { String::new() } else { headers(format, all) };
    let parts = match format {
        Format::Vercel => vec![both(&said, &moved)],
        Format::Apache => {
            let rules = [vec![moved], blocks].concat().concat();
            vec![if rules.is_empty() { rules } else { rewriting(&rules) }, said]
        }
        Format::Netlify => vec![[vec![moved], blocks].concat().concat(), said],
        Format::Nginx => {
            let headers = server_headers::nginx(&sorted(all));
            // The map of the moves says by itself where its parts go.
            let (http, server) = moved
                .strip_prefix(IN_HTTP)
                .and_then(|moved| moved.split_once(MOVED_IN_SERVER))
                .unwrap_or_default();
            let site =
                in_two_blocks(&format!("{http}{}", headers.http), &format!("{server}{}", headers.server));
            let site = if site.is_empty() || site.starts_with(IN_HTTP) {
                site
            } else {
                format!("{IN_SERVER}{site}")
            };
            let own = blocks.iter().map(|block| format!("# As a server block of its own:\n{block}"));
            std::iter::once(site).chain(own).collect()
        }
        Format::Caddy => {
            let site = format!("{said}{moved}");
            let site = if site.is_empty() { site } else { format!("# In the block of your site:\n{site}") };
            let own = blocks.iter().map(|block| format!("# As a block of its own:\n{block}"));
            std::iter::once(site).chain(own).collect()
        }
        _ => [vec![moved, said], blocks].concat(),
    };
    written.text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    written
}

/// Those for every response first.
fn sorted(all: &[Header]) -> Vec<Header> {
    let (mut general, special): (Vec<Header>, Vec<Header>) =
        all.iter().cloned().partition(|header| header.path.is_none());
    general.extend(special);
    general
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

/// Single addresses that lead elsewhere, as the redirect map writes them; of Apache's the rules alone.
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
    if rules.left_out.len() == pairs.len() {
        return String::new();
    }
    if let Some(note) = format.redirect_note() {
        written.note(&[note.to_owned()]);
    }
    match rules.text.strip_prefix(REWRITE).filter(|_| format == Format::Apache) {
        Some(rules) => rules.to_owned(),
        None => rules.text,
    }
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

/// What stands above the server's part of a map of moves.
const MOVED_IN_SERVER: &str = "# In the server block:\n";

/// Rules, where Apache has the module: without it the lines would be an error, and every page with them.
fn rewriting(rules: &str) -> String {
    format!("<IfModule mod_rewrite.c>\n{REWRITE}{rules}</IfModule>\n")
}

/// A permanent redirect: of everything below `from` where it is `whole`, or else of that one address. `None` where the format
/// cannot say it.
pub(super) fn redirect(format: Format, redirect: &Redirect) -> Option<FixInstructions> {
    if !redirect.whole {
        return one(format, &redirect.from, &redirect.to);
    }
    let (text, notes) = whole_name(format, redirect)?;
    let text = if format == Format::Apache { rewriting(&text) } else { text };
    Some(FixInstructions { notes, ..lines(format.redirect_place(), text, "") })
}

/// All addresses of a name, and what there is to know; of Apache's the rules alone.
fn whole_name(format: Format, Redirect { from, to, .. }: &Redirect) -> Option<(String, Vec<String>)> {
    let (host, target) = (from.host_str()?, to.origin().ascii_serialization());
    let is_plain = from.scheme() == "http";
    let mut notes = Vec::new();
    let text = match format {
        Format::Apache => {
            // A proxy that ends TLS asks by http what was asked by https, and says so.
            let plain = match is_plain {
                true => "RewriteCond %{HTTPS} !=on\nRewriteCond %{HTTP:X-Forwarded-Proto} !=https\n",
                false => "",
            };
            // The path as it came: REQUEST_URI is decoded, and what stands for a space, a # or a ? would be one. The query follows by itself.
            format!(
                "{plain}RewriteCond %{{HTTP_HOST}} ^{}$ [NC]\nRewriteCond %{{THE_REQUEST}} \"^[^ ]+ (?:https?://[^/ ]+)?(/[^ ?]*)\"\nRewriteRule ^ {target}%1 [R=301,L,NE]\n",
                rules::regex(host)
            )
        }
        Format::Caddy => {
            notes.push(format!(
                "Take {host} out of the first line of your site's block: a name can stand in one block only."
            ));
            format!("{} {{\n    redir {target}{{uri}} permanent\n}}\n", from.origin().ascii_serialization())
        }
        Format::FlyToml => {
            notes.push("Add the line to the part that is there already, then deploy.".to_owned());
            "[http_service]\n  force_https = true\n".to_owned()
        }
        Format::Netlify => {
            notes.extend(format.redirect_note().map(str::to_owned));
            format!("{}/* {target}/:splat 301!\n", from.origin().ascii_serialization())
        }
        Format::Nginx => {
            let listen = match is_plain {
                true => {
                    notes.push(format!("Take {host} out of the block that serves it on port 80 today."));
                    notes.push("Where a proxy before this server ends TLS, redirect there instead: what it asks this server over http would loop.".to_owned());
                    "    listen 80;\n    listen [::]:80;\n"
                }
                false => {
                    notes.push(format!("Take {host} out of the block that serves it on port 443 today, and add the certificate lines of that block here, for a certificate that has this name, too."));
                    "    listen 443 ssl;\n    listen [::]:443 ssl;\n"
                }
            };
            format!("server {{\n{listen}    server_name {host};\n    return 301 {target}$request_uri;\n}}\n")
        }
        Format::Vercel
        | Format::CloudflareBulk
        | Format::CloudflareRedirects
        | Format::HeadersFile
        | Format::Replit => return None,
    };
    Some((text, notes))
}

/// One address to another, as the redirect map writes it.
fn one(format: Format, from: &Url, to: &Url) -> Option<FixInstructions> {
    if format == Format::Caddy {
        let (matcher, definition) = caddy_matcher(from.path());
        let text = format!("{definition}redir {matcher} {} permanent\n", caddy_quoted(to.as_str()));
        return Some(lines("Caddyfile, in the block of your site", text, ""));
    }
    if !Format::ALL.contains(&format) {
        return None;
    }
    let rules = render(&[(from.clone(), to.clone())], &from.join("/").ok()?, format);
    if !rules.left_out.is_empty() {
        return None;
    }
    let text = match rules.text.strip_prefix(REWRITE).filter(|_| format == Format::Apache) {
        Some(rules) => rewriting(rules),
        None => rules.text,
    };
    Some(lines(format.place(), text, format.redirect_note().unwrap_or_default()))
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
            "proxy_hide_header X;\nfastcgi_hide_header X;\nadd_header X \"default-src 'self'; report-to \\\"csp\\\"\" always;\n"
        );
        assert_eq!(
            text(&header(Format::HeadersFile, Header::new("X", "nosniff", None))),
            "/*\n  X: nosniff\n"
        );
        assert_eq!(
            text(&header(Format::Apache, Header::new("X", "50%", None))),
            "<IfModule mod_headers.c>\nHeader onsuccess unset X\nHeader always set X \"50%%\"\n</IfModule>\n"
        );
        let vercel: serde_json::Value =
            serde_json::from_str(text(&header(Format::Vercel, Header::new("X", csp, None)))).unwrap();
        assert_eq!(vercel["headers"][0]["headers"][0]["value"], csp);
    }

    #[test]
    fn a_header_for_some_paths_stays_with_them() {
        let said = |format, path| text(&header(format, Header::new("X", "y", Some(path)))).to_owned();
        assert_eq!(said(Format::HeadersFile, "/assets/*"), "/assets/*\n  X: y\n");
        assert_eq!(
            said(Format::Caddy, "/assets/*"),
            "header /assets/* X \"y\"\nheader /assets/* {\n    X \"y\"\n    defer\n}\n"
        );
        let apache = said(Format::Apache, "/a.js");
        let only = "\"expr=%{THE_REQUEST} =~ m#^[^ ]+ (?:https?://[^/ ]+)?/a\\\\.js[ ?]#\"";
        assert!(apache.contains(&format!("Header onsuccess unset X {only}\n")), "{apache}");
        assert!(apache.contains(&format!("Header always set X \"y\" {only}\n")), "{apache}");
        let nginx = said(Format::Nginx, "/[slug]/*");
        let key = r#""~^... /(?:%5[Bb]|\\[)slug(?:%5[Dd]|\\])/" "y";"#;
        assert!(nginx.contains("default $upstream_http_x;") && nginx.contains(key), "{nginx}");
        assert!(nginx.contains("add_header X $send_x always;"), "{nginx}");
        let caddy = said(Format::Caddy, "/caf%C3%A9/[slug].js");
        let named = "@path_caf_25C3_25A9__5bslug_5d_2ejs path_regexp `^/café/\\[slug\\]\\.js$`\n";
        assert!(caddy.starts_with(named), "{caddy}");
        assert!(said(Format::Vercel, "/assets/*").contains("\"/assets/(.*)\""));
    }

    #[test]
    fn what_a_cache_may_keep_is_not_said_of_errors() {
        let said = |format, value| {
            text(&header(format, Header::new("Cache-Control", value, Some("/a/*")))).to_owned()
        };
        let (public, private) = ("public, max-age=31536000, immutable", "private, no-store");
        assert!(said(Format::Nginx, public).contains("~^[23].. /a/"));
        assert!(said(Format::Nginx, private).contains("~^... /a/"));
        assert!(said(Format::Apache, public).contains("%{REQUEST_STATUS} -lt 400 && "));
        assert!(!said(Format::Apache, private).contains("REQUEST_STATUS"));
        assert_eq!(said(Format::Caddy, public).matches("header /a/*").count(), 1);
        assert_eq!(said(Format::Caddy, private).matches("header /a/*").count(), 2);
    }

    #[test]
    fn a_line_that_cloudflare_leaves_out_is_told() {
        let notes = |length| header(Format::HeadersFile, Header::new("X", &"a".repeat(length), None)).notes;
        assert_eq!(notes(1_995).len(), 1);
        assert!(notes(1_996)[1].contains("more than 2,000 characters"), "{:?}", notes(1_996));
    }

    #[test]
    fn a_dollar_sign_is_one_in_nginx() {
        let said = text(&header(Format::Nginx, Header::new("X", "a$b", None))).to_owned();
        assert!(
            said.contains("geo $dollar {\n    default \"$\";\n}") && said.contains("\"a${dollar}b\""),
            "{said}"
        );
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
            "<IfModule mod_rewrite.c>\nRewriteEngine On\nRewriteCond %{HTTP_HOST} ^www\\.example\\.com$ [NC]\nRewriteCond %{THE_REQUEST} \"^[^ ]+ (?:https?://[^/ ]+)?(/[^ ?]*)\"\nRewriteRule ^ https://example.com%1 [R=301,L,NE]\n</IfModule>\n"
        );
        assert_eq!(said(Format::HeadersFile), None);
    }
}
