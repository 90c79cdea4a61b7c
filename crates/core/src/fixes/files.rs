//! Everything that a report wants in one file of the host, as one file: what several findings ask for would otherwise be
//! copied over each other, snippet by snippet.

use launch_ready_providers::Format;
use serde::{Deserialize, Serialize};

use super::hosts;
use super::instructions::{Header, ProviderOverride, Redirect};
use super::snippets;
use crate::checks::fix::Fix;
use crate::checks::header_value::both;
use crate::facts::providers_in_use::ProvidersInUse;

/// A file with every line that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeFile {
    /// The file, and where it is: `_headers in the folder that is published`.
    pub file: String,
    /// Its text, ended by a line break.
    pub text: String,
    /// How many headers are in it.
    pub headers: usize,
    /// How many redirects are in it.
    pub redirects: usize,
    /// What the file does not say, or says twice: fixes that differ about the same thing, a sentence each.
    pub conflicts: Vec<String>,
    /// What else there is to know, a sentence each.
    pub notes: Vec<String>,
}

impl WholeFile {
    /// What it is, in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match (self.headers, self.redirects) {
            (_, 0) => "All headers in one file",
            (0, _) => "All redirects in one file",
            _ => "All headers and redirects in one file",
        }
    }
}

/// The files for all these fixes together, where the host is told by files: one for each file name, in the order in which
/// they are first asked for, and what is asked for twice once. A file for which there is one wish only is none: its
/// [`shown`](super::shown) fix is all of it.
#[must_use]
pub fn files<'a>(
    fixes: impl IntoIterator<Item = &'a Fix>,
    in_use: &ProvidersInUse,
    chosen: ProviderOverride<'_>,
) -> Vec<WholeFile> {
    let host = hosts::in_use(in_use, chosen);
    let mut wanted: Vec<Queued> = Vec::new();
    for fix in fixes {
        match fix {
            Fix::Header { name, value, path, replaces } => {
                let Some(format) = hosts::header_format(&host) else { continue };
                of(&mut wanted, format).header(Header::new(name, value, path.as_deref()), replaces);
            }
            Fix::Redirect { from, to } => {
                let Some((format, redirect)) = hosts::redirect_format(&host, from, to) else { continue };
                of(&mut wanted, format).redirect(redirect);
            }
            Fix::Record { .. } | Fix::RemoveRecord { .. } | Fix::Step { .. } => {}
        }
    }
    wanted.into_iter().filter(|wanted| wanted.wishes > 1).map(Queued::written).collect()
}

/// What one file is asked for.
struct Queued {
    format: Format,
    /// How many different things are asked for.
    wishes: usize,
    headers: Vec<Header>,
    redirects: Vec<Redirect>,
    conflicts: Vec<String>,
}

fn of(wanted: &mut Vec<Queued>, format: Format) -> &mut Queued {
    let at = wanted.iter().position(|file| file.format == format).unwrap_or(wanted.len());
    if at == wanted.len() {
        wanted.push(Queued {
            format,
            wishes: 0,
            headers: Vec::new(),
            redirects: Vec::new(),
            conflicts: Vec::new(),
        });
    }
    &mut wanted[at]
}

impl Queued {
    fn header(&mut self, header: Header, sent: &[String]) {
        let same = |known: &&Header| known.name.eq_ignore_ascii_case(&header.name);
        let for_these = |known: &&Header| known.path == header.path;
        let Header { name, value, path } = &header;
        if let Some(at) = self.headers.iter().position(|known| same(&known) && for_these(&known)) {
            // Two findings may each want a part of one value.
            if let Some(one) = both(name, sent, &self.headers[at].value, value) {
                self.wishes += usize::from(self.headers[at].value != one);
                self.headers[at].value = one;
            } else {
                self.wishes += 1;
                self.conflict(format!(
                    "{name} is asked for with another value, too: {value}. The file has the first one; where both are needed, make one value of them."
                ));
            }
            return;
        }
        // What every response has is there for this path already.
        let everywhere = self.headers.iter().filter(same).find(|known| known.path.is_none());
        if everywhere.is_some_and(|known| known.value == *value) {
            return;
        }
        let elsewhere = self.headers.iter().filter(same).find(|known| known.path.is_none() != path.is_none());
        if let Some(path) = elsewhere.and_then(|known| known.path.as_ref().or(path.as_ref())) {
            self.conflict(format!(
                "{name} is there for every response and, with another value, for {path}. Hosts differ in what they send then: check again afterwards."
            ));
        }
        self.wishes += 1;
        self.headers.push(header);
    }

    fn redirect(&mut self, redirect: Redirect) {
        match self.redirects.iter().find(|known| known.from == redirect.from) {
            Some(known) if known.to == redirect.to => return,
            Some(_) => self.conflict(format!(
                "{} is to lead to {}, too. The file has the first target.",
                redirect.from, redirect.to
            )),
            None => self.redirects.push(redirect),
        }
        self.wishes += 1;
    }

    fn conflict(&mut self, sentence: String) {
        if !self.conflicts.contains(&sentence) {
            self.conflicts.push(sentence);
        }
    }

    fn written(self) -> WholeFile {
        let Self { format, headers, redirects, mut conflicts, .. } = self;
        let written = snippets::file(format, &headers, &redirects);
        conflicts.extend(written.left_out);
        WholeFile {
            file: format.file().to_owned(),
            text: written.text,
            headers: headers.len(),
            redirects: redirects.len(),
            conflicts,
            notes: written.notes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect(from: &str, to: &str) -> Fix {
        Fix::Redirect { from: from.to_owned(), to: to.to_owned() }
    }

    /// What a report of a young site asks for: two headers for everything (one of them twice, in other letters), one for
    /// the files of a folder, one for a page, http to https, www to the bare name, and one old address.
    fn wishes() -> Vec<Fix> {
        vec![
            Fix::header("X-Content-Type-Options", "nosniff"),
            Fix::header_for("/assets/*", "Cache-Control", "public, max-age=31536000, immutable"),
            Fix::header("Referrer-Policy", "no-referrer"),
            Fix::header("x-content-type-options", "nosniff"),
            Fix::header_for("/app.js", "Cache-Control", "no-cache"),
            Fix::header_for("/app.js", "Referrer-Policy", "no-referrer"),
            redirect("http://example.com", "https://example.com"),
            redirect("https://www.example.com", "https://example.com"),
            redirect("https://www.example.com", "https://example.com"),
            redirect("https://example.com/old", "https://example.com/new"),
            Fix::record("example.com", "TXT", "v=spf1 -all"),
            Fix::step("Wait."),
        ]
    }

    fn at(host: &str, fixes: &[Fix]) -> Vec<WholeFile> {
        files(fixes, &ProvidersInUse::default(), ProviderOverride { host: Some(host), dns: None })
    }

    /// The one file that a host takes.
    fn one(host: &str, fixes: &[Fix]) -> WholeFile {
        let mut files = at(host, fixes);
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    }

    #[test]
    fn vercel_json_has_headers_by_source_and_redirects() {
        let file = one("vercel", &wishes());
        assert_eq!(
            (file.file.as_str(), file.title()),
            ("vercel.json at the top of the project", "All headers and redirects in one file")
        );
        let json: serde_json::Value = serde_json::from_str(&file.text).unwrap();
        let headers = serde_json::json!([
            {"source": "/(.*)", "headers": [
                {"key": "X-Content-Type-Options", "value": "nosniff"},
                {"key": "Referrer-Policy", "value": "no-referrer"},
            ]},
            {"source": "/assets/(.*)", "headers": [
                {"key": "Cache-Control", "value": "public, max-age=31536000, immutable"},
            ]},
            {"source": "/app\\.js", "headers": [{"key": "Cache-Control", "value": "no-cache"}]},
        ]);
        assert_eq!(json["headers"], headers);
        // https and names are Vercel's settings, no lines of the file.
        assert_eq!(json["redirects"].as_array().unwrap().len(), 1);
        assert_eq!(json["redirects"][0]["source"], "/old");
        assert_eq!(file.conflicts, Vec::<String>::new());
        assert_eq!(file.notes.len(), 2, "each said once, however many lines there are: {:?}", file.notes);
    }

    #[test]
    fn netlify_has_a_file_for_headers_and_one_for_redirects() {
        let [headers, redirects] = at("netlify", &wishes()).try_into().unwrap();
        assert_eq!(
            headers.text,
            "/*\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: no-referrer\n\
             /assets/*\n  Cache-Control: public, max-age=31536000, immutable\n\
             /app.js\n  Cache-Control: no-cache\n"
        );
        assert_eq!(
            (headers.title(), redirects.title()),
            ("All headers in one file", "All redirects in one file")
        );
        // The first rule that fits counts: one address comes before the whole name.
        assert_eq!(
            redirects.text,
            "/old /new 301!\nhttps://www.example.com/* https://example.com/:splat 301!\n"
        );
    }

    #[test]
    fn cloudflares_files_take_headers_and_only_some_redirects() {
        // One old address alone is no second file: the rest are rules of the dashboard.
        let file = one("cloudflare-pages", &wishes());
        assert!(file.file.starts_with("_headers") && file.text.starts_with("/*\n"), "{file:?}");
        let mut wishes = wishes();
        wishes.push(redirect("https://example.com/a", "https://example.com/b"));
        let redirects = at("cloudflare-workers", &wishes).remove(1);
        assert_eq!(redirects.text, "/old /new 301\n/a /b 301\n");
    }

    #[test]
    fn nginx_has_its_maps_its_site_and_its_blocks() {
        let file = one("nginx", &wishes());
        let parts: Vec<&str> = file.text.split("\n\n").collect();
        assert!(
            parts[0].starts_with("# In the http block:\nmap $host$request_uri $moved_to {"),
            "{}",
            parts[0]
        );
        assert!(
            parts[0].contains("map \"$status $request_uri\" $send_cache_control {\n    default $upstream_http_cache_control;\n"),
            "{}",
            parts[0]
        );
        let (_, server) =
            parts[0].split_once("# In the server block of your site:\nif ($moved_to) {").unwrap();
        assert_eq!(server.matches("add_header ").count(), 3, "{server}");
        assert!(server.contains("add_header Cache-Control $send_cache_control always;"), "{server}");
        assert_eq!(parts.len(), 3);
        for (part, server) in parts[1..].iter().zip(["    listen 80;", "    listen 443 ssl;"]) {
            assert!(
                part.starts_with("# As a server block of its own:\nserver {\n") && part.contains(server),
                "{part}"
            );
        }
    }

    #[test]
    fn apache_turns_rewriting_on_once() {
        let text = one("apache", &wishes()).text;
        let (rules, headers) = text.split_once("\n\n").unwrap();
        assert_eq!(rules.matches("RewriteEngine On").count(), 1);
        let start = "<IfModule mod_rewrite.c>\nRewriteEngine On\nRewriteRule \"^/?old$\" \"/new\"";
        assert!(rules.starts_with(start) && rules.ends_with("\n</IfModule>"), "{rules}");
        assert_eq!(rules.matches("RewriteRule ^ https://example.com%1 ").count(), 2);
        assert_eq!(headers.matches("Header always set ").count(), 4);
        assert_eq!(headers.matches("Header onsuccess unset ").count(), 4);
        assert_eq!(headers.matches("<IfModule mod_headers.c>").count(), 1);
        // Of LiteSpeed only the redirects are told in a file.
        assert_eq!(one("litespeed", &wishes()).text, format!("{rules}\n"));
    }

    #[test]
    fn a_caddyfile_has_the_block_of_the_site_and_blocks_of_names() {
        assert_eq!(
            one("caddy", &wishes()).text,
            "# In the block of your site:\n\
             header X-Content-Type-Options \"nosniff\"\n\
             header {\n    X-Content-Type-Options \"nosniff\"\n    defer\n}\n\
             header Referrer-Policy \"no-referrer\"\n\
             header {\n    Referrer-Policy \"no-referrer\"\n    defer\n}\n\
             header /assets/* {\n    Cache-Control \"public, max-age=31536000, immutable\"\n    defer\n}\n\
             header /app.js Cache-Control \"no-cache\"\n\
             header /app.js {\n    Cache-Control \"no-cache\"\n    defer\n}\n\
             redir /old \"https://example.com/new\" permanent\n\n\
             # As a block of its own:\n\
             http://example.com {\n    redir https://example.com{uri} permanent\n}\n\n\
             # As a block of its own:\n\
             https://www.example.com {\n    redir https://example.com{uri} permanent\n}\n"
        );
    }

    #[test]
    fn replit_has_a_table_for_each_header() {
        let text = one("replit", &wishes()).text;
        assert_eq!(text.matches("[[deployment.responseHeaders]]").count(), 4);
    }

    #[test]
    fn a_switch_that_is_wanted_for_two_names_is_there_once() {
        let wishes = [
            redirect("http://example.com", "https://example.com"),
            redirect("http://app.example.com", "https://app.example.com"),
        ];
        assert_eq!(one("fly-io", &wishes).text, "[http_service]\n  force_https = true\n");
    }

    #[test]
    fn one_wish_is_no_file_of_many_and_hosts_without_files_have_none() {
        let twice = [
            Fix::header("X-Content-Type-Options", "nosniff"),
            Fix::header("X-Content-Type-Options", "nosniff"),
        ];
        assert_eq!(at("netlify", &twice), []);
        for host in ["webflow", "heroku", "cloudflare", "other", "somewhere"] {
            assert_eq!(at(host, &wishes()), [], "{host}");
        }
    }

    #[test]
    fn what_differs_is_told_and_the_first_one_counts() {
        let file = one(
            "netlify",
            &[
                Fix::header("X-Frame-Options", "SAMEORIGIN"),
                Fix::header("x-frame-options", "DENY"),
                Fix::header("Cache-Control", "no-cache"),
                Fix::header_for("/app.js", "Cache-Control", "public"),
            ],
        );
        assert_eq!(file.text.to_ascii_lowercase().matches("x-frame-options").count(), 1);
        assert!(file.text.contains("SAMEORIGIN") && file.text.contains("/app.js\n  Cache-Control: public"));
        let [framing, caching] = file.conflicts.as_slice() else { panic!("{:?}", file.conflicts) };
        assert!(framing.contains("DENY"), "{framing}");
        assert!(caching.contains("for /app.js"), "{caching}");

        let file = one(
            "nginx",
            &[
                redirect("http://www.example.com", "https://example.com"),
                redirect("http://www.example.com", "https://www.example.com"),
            ],
        );
        assert_eq!((file.text.matches("server {").count(), file.conflicts.len()), (1, 1));
    }

    #[test]
    fn parts_of_one_policy_are_one_policy() {
        let sent = ["default-src 'self'"];
        let with = |directive: &str| {
            Fix::header("Content-Security-Policy", format!("default-src 'self'; {directive}"))
                .instead_of(sent)
        };
        let file = one("netlify", &[with("frame-ancestors 'self'"), with("upgrade-insecure-requests")]);
        assert_eq!(
            file.text,
            "/*\n  Content-Security-Policy: default-src 'self'; frame-ancestors 'self'; upgrade-insecure-requests\n"
        );
        assert_eq!(file.conflicts, Vec::<String>::new());
    }

    #[test]
    fn what_a_file_cannot_say_is_told() {
        let wishes = [
            redirect("https://example.com/a", "https://example.com/b"),
            redirect("https://shop.example.com/a", "https://example.com/b"),
        ];
        let file = one("vercel", &wishes);
        assert!(file.conflicts[0].starts_with("https://shop.example.com/a is left out: "), "{file:?}");
    }

    #[test]
    fn the_order_of_the_wishes_is_the_order_of_the_lines() {
        let (first, second) = (Fix::header("A", "1"), Fix::header("B", "2"));
        assert_eq!(one("netlify", &[first.clone(), second.clone()]).text, "/*\n  A: 1\n  B: 2\n");
        assert_eq!(one("netlify", &[second, first]).text, "/*\n  B: 2\n  A: 1\n");
    }
}
