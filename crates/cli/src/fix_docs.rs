//! `docs/fixes.md`: for each host and DNS panel, how the fixes of a report are said, and how far that is tried. `tests/fixes.test.mjs`
//! tries it, and reads this page.

use std::fmt::Write;

use launch_ready_providers::model::{How, Style};
use launch_ready_providers::{Format, Provider, all};

/// The page.
pub(crate) fn page(generated: &str) -> String {
    let mut out = generated.to_owned();
    out.push_str(INTRODUCTION);
    out.push_str(
        "\n## Hosts\n\n| Host | A header | http to https | One name to the other | A path |\n| --- | --- | --- | --- | --- |\n",
    );
    let mut words: Vec<&str> = Vec::new();
    for provider in all() {
        let Some(hosting) = &provider.hosting else { continue };
        let all = [&hosting.header, &hosting.https, &hosting.name_redirect, &hosting.path].map(tried);
        if all.iter().all(|tried| *tried == IN_WORDS) {
            words.push(&provider.name);
            continue;
        }
        let _ = writeln!(out, "| {} | {} |", named(provider), all.join(" | "));
    }
    let _ = writeln!(out, "\nAll of it in words: {}.", words.join(", "));
    out.push_str("\n## DNS panels\n\n| Panel | A text | Several values of a name |\n| --- | --- | --- |\n");
    for provider in all() {
        let Some(panel) = &provider.panel else { continue };
        let text = match panel.style {
            Style::Plain => "without quotes, whole; in words",
            Style::Quoted | Style::Zone => "in quotes, in pieces of 255; parsed",
        };
        let several = if panel.record_sets { "one record, which is edited" } else { "a record each" };
        let _ = writeln!(out, "| {} | {text} | {several} |", named(provider));
    }
    out.push_str("| a zone file | in quotes, in pieces of 255; parsed | a record each |\n");
    out
}

fn named(provider: &Provider) -> String {
    format!("[{}](providers/{}.md)", provider.name, provider.id)
}

/// How far one way is tried.
fn tried(how: &How) -> &'static str {
    match how {
        How::File(Format::Apache) => "measured on Apache",
        How::File(Format::Caddy) => "measured on Caddy",
        How::File(Format::Nginx) => "measured on nginx",
        How::File(Format::HeadersFile | Format::CloudflareRedirects) => "parsed",
        How::File(Format::Netlify | Format::Vercel) => "by its grammar",
        How::File(Format::CloudflareBulk | Format::FlyToml | Format::Replit) => "lines, not tried",
        How::Rule(_) => "a rule, by its grammar",
        How::Form(_) | How::Say(_) | How::General(_) => IN_WORDS,
    }
}

const IN_WORDS: &str = "in words";

const INTRODUCTION: &str = "# Fixes, and how far they are tried

A report's fixes are said in the words of the host and the DNS panel that are in use. How far each way is tried:

- **measured**: the lines are pasted into the server's own configuration, in the way that the words beside them say, and the server is
  asked. Alone, twice, one after the other and as the whole file; for plain files, and before an app that sends the old value. The header is
  there once, with the whole value, on the paths that it is for and on their errors, and nothing else has changed; a redirect keeps path
  and query and leads round in no circle. Then the report is made again of what the server answers: it asks for none of the headers, and no
  check is worse.
- **parsed**: Cloudflare's own parser, that of wrangler, takes every line, and reads what the fix says; a name server's program reads
  the records.
- **by its grammar**: what the host documents is tried; Vercel's sources are compiled by the library that Vercel compiles them with.
- **in words**: a place, boxes and a sentence. Nobody but the host can try it.

What holds everywhere: a fix for a header has the values that are sent today, and changes its part of them. A policy with a nonce is changed
by the app. What is for a path is never said of another one, and what a cache may keep for all is said of no error (at Caddy, which cannot
tell an app's errors, the words beside the lines say so; Cloudflare, Netlify and Vercel send a path's headers with its errors).
";
