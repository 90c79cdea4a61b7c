//! The map as rules for a host, each format escaped by its own rules. What a format cannot say is left out and said so.

use std::collections::BTreeMap;
use std::fmt::Write;

use launch_ready_providers::format::VERCEL_SCHEMA;
use launch_ready_providers::model::How;
use launch_ready_providers::{Provider, get};
use serde::{Deserialize, Serialize};
use url::{Position, Url};

use super::redirect_ends::{End, ends};
use crate::csv;

pub use launch_ready_providers::Format;

/// The formats in which a host takes a whole redirect map, the best one first; none where that is not known.
#[must_use]
pub fn formats_of(host: &Provider) -> Vec<Format> {
    if let Some(map) = &host.redirect_map {
        return map.formats.clone();
    }
    match host.hosting.as_ref().map(|hosting| &hosting.path) {
        Some(How::File(format)) if Format::ALL.contains(format) => vec![*format],
        _ => Vec::new(),
    }
}

/// The format in which the host with that id takes a whole redirect map best.
#[must_use]
pub fn format_of(host: &str) -> Option<Format> {
    formats_of(get(host)?).first().copied()
}

/// Rules and what they leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The text to copy.
    pub text: String,
    /// The moves that this format cannot say.
    pub left_out: Vec<Left>,
}

/// A move that a format cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Left {
    /// The old address.
    pub from: String,
    /// Why.
    pub reason: String,
}

/// Writes moves, as [`straightened`](super::straightened) gives them, for a host. The addresses are what the URL standard
/// serialises: ASCII without blanks, quotes or control characters in path and query.
#[must_use]
pub fn render(moves: &[(Url, Url)], site: &Url, format: Format) -> Rules {
    let moves: Vec<(&Url, &Url)> = moves.iter().map(|(from, to)| (from, to)).collect();
    render_within(&moves, site, format, usize::MAX).unwrap_or_default()
}

/// The same; `None` where the text would have more than `most` bytes.
pub(crate) fn render_within(moves: &Pairs<'_>, site: &Url, format: Format, most: usize) -> Option<Rules> {
    // A thousand lines may lead to one long address in the end: then there is nothing to begin with.
    if moves.iter().map(|(_, to)| to[Position::BeforePath..].len()).sum::<usize>() > most {
        return None;
    }
    let mut left_out = Vec::new();
    let mut rules: Vec<(&Url, &Url)> = Vec::new();
    let from_seen: Vec<String> = moves.iter().map(|(from, _)| seen(format, from)).collect();
    let to_seen: Vec<String> = moves.iter().map(|(_, to)| seen(format, to)).collect();
    // Of two with the same old address, as the rules see it, the first counts.
    let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, seen) in from_seen.iter().enumerate() {
        firsts.entry(seen).or_insert(at);
    }
    let ends = ends(moves.len(), &mut |at| firsts.get(to_seen[at].as_str()).copied());
    for (at, &(from, to)) in moves.iter().enumerate() {
        let reason = match format {
            _ if from_seen[at] == to_seen[at] => Some(
                "these rules see neither the scheme nor www: use the host's own settings for https and the main name",
            ),
            _ if firsts.get(from_seen[at].as_str()) != Some(&at) => {
                Some("another line is about the same address")
            }
            _ if matches!(ends[at], End::Circle { .. }) => {
                Some("these rules see no scheme, and it would lead round in a circle")
            }
            Format::CloudflareRedirects if from.query().is_some() => {
                Some("a query cannot be told apart in this file")
            }
            Format::CloudflareRedirects | Format::Netlify if from.path().contains(['*', ':']) => {
                Some("* and : are placeholders in this file")
            }
            Format::Netlify if from.query_pairs().any(|(name, value)| !plain(&name) || !plain(&value)) => {
                Some("this query cannot be written in this file")
            }
            Format::CloudflareRedirects if from.as_str().len() + to.as_str().len() + 5 > 1_000 => {
                Some("a line may have 1,000 characters")
            }
            Format::CloudflareRedirects | Format::Vercel | Format::Apache
                if from.host_str() != site.host_str() =>
            {
                Some("these rules are for one host; put this one where the old host is served")
            }
            Format::CloudflareBulk if [from, to].iter().any(|url| csv::hides_formula(url.as_str())) => Some(
                "in a spreadsheet, a part of it would be a formula; add this one in the dashboard by hand",
            ),
            _ if !Format::ALL.contains(&format) => Some("this file takes no list of redirects"),
            _ if format.most().is_some_and(|most| rules.len() >= most) => {
                Some("the host takes no more rules")
            }
            _ => None,
        };
        match reason {
            Some(reason) => left_out.push(Left { from: from.to_string(), reason: reason.to_owned() }),
            None => rules.push((from, to)),
        }
    }
    let mut text = Bounded { text: String::new(), most };
    let written = match format {
        Format::Apache => apache(&mut text, &rules, site),
        Format::CloudflareBulk => bulk(&mut text, &rules),
        Format::CloudflareRedirects => lines(&mut text, &rules, site, false),
        Format::Netlify => lines(&mut text, &rules, site, true),
        Format::Nginx => nginx(&mut text, &rules, site),
        Format::Vercel => vercel(&mut text, &rules, site),
        // These take headers, or one redirect at a time.
        Format::Caddy | Format::FlyToml | Format::HeadersFile | Format::Replit => Ok(()),
    };
    written.ok().map(|()| Rules { text: text.text, left_out })
}

/// A text that takes no more than so many bytes.
struct Bounded {
    text: String,
    most: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, more: &str) -> std::fmt::Result {
        if more.len() > self.most - self.text.len() {
            return Err(std::fmt::Error);
        }
        self.text.push_str(more);
        Ok(())
    }
}

/// What a format's rules see of an address: none sees the scheme, and those that are for one site do not tell its name from the
/// one with `www`.
fn seen(format: Format, url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = match format {
        Format::CloudflareBulk | Format::Nginx => host,
        _ => bare_host(url),
    };
    format!("{host}{}", path_and_query(url))
}

type Pairs<'u> = [(&'u Url, &'u Url)];

/// A target as short as it can be said: a path on the same site.
fn target(to: &Url, site: &Url) -> String {
    if to.origin() == site.origin() { path_and_query(to) } else { to.to_string() }
}

fn path_and_query(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

fn plain(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
}

/// `_redirects`: source, for Netlify the query as `name=value`, target, status.
fn lines(out: &mut Bounded, rules: &Pairs<'_>, site: &Url, netlify: bool) -> std::fmt::Result {
    for (from, to) in rules {
        let own = from.host_str() == site.host_str();
        let source = match own {
            true => from.path().to_owned(),
            false => format!("{}{}", from.origin().ascii_serialization(), from.path()),
        };
        write!(out, "{source}")?;
        for (name, value) in from.query_pairs() {
            write!(out, " {name}={value}")?;
        }
        // Netlify serves a file of that name before it redirects, unless told with `!`.
        writeln!(out, " {} 301{}", target(to, site), if netlify { "!" } else { "" })?;
    }
    Ok(())
}

/// Cloudflare's CSV: source without scheme, so that it matches both; target; status; then the switches that keep matching exact:
/// preserve query string, include subdomains, subpath matching, preserve path suffix.
fn bulk(out: &mut Bounded, rules: &Pairs<'_>) -> std::fmt::Result {
    for (from, to) in rules {
        let source = format!("{}{}", from.host_str().unwrap_or_default(), path_and_query(from));
        let keep = if from.query().is_none() && to.query().is_none() { "TRUE" } else { "FALSE" };
        writeln!(out, "{},{},301,{keep},FALSE,FALSE,FALSE", cell(&source), cell(to.as_str()))?;
    }
    Ok(())
}

/// A cell of RFC 4180. Not [`csv::cell`]: the dashboard takes what stands there for the address, and one that a spreadsheet would
/// run is left out.
fn cell(text: &str) -> String {
    if text.contains([',', '"', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// `redirects` of `vercel.json`, one on each line. Sources are path-to-regexp patterns: what means something there is escaped.
fn vercel(out: &mut Bounded, rules: &Pairs<'_>, site: &Url) -> std::fmt::Result {
    let escape = |text: &str, special: &str| {
        let mut escaped = String::new();
        for c in text.chars() {
            if special.contains(c) {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        escaped
    };
    writeln!(out, "{{\n  \"$schema\": \"{VERCEL_SCHEMA}\",\n  \"redirects\": [")?;
    for (at, (from, to)) in rules.iter().enumerate() {
        let mut rule = serde_json::json!({
            "source": escape(from.path(), "\\:()*+?{}.[]^$|!"),
            // A colon in a target's path begins a parameter; the one behind the scheme does not.
            "destination": match target(to, site) {
                own if own.starts_with('/') => escape(&own, ":"),
                other => other.split_once("://").map_or(other.clone(), |(scheme, rest)| format!("{scheme}://{}", escape(rest, ":"))),
            },
            "permanent": true,
        });
        let has: Vec<serde_json::Value> = from
            .query_pairs()
            .map(|(name, value)| serde_json::json!({"type": "query", "key": name, "value": regex(&value)}))
            .collect();
        if !has.is_empty() {
            rule["has"] = serde_json::Value::Array(has);
        }
        writeln!(out, "    {rule}{}", if at + 1 < rules.len() { "," } else { "" })?;
    }
    writeln!(out, "  ]\n}}")
}

/// A `map` from scheme-less address to target, looked up once for each request. An old address without a query is a regular
/// expression, so that it is found with any query, which is carried on; one with a query is found as it is, and first.
fn nginx(out: &mut Bounded, rules: &Pairs<'_>, site: &Url) -> std::fmt::Result {
    writeln!(out, "# In the http block:\nmap $host$request_uri $moved_to {{\n    default \"\";")?;
    for (from, to) in rules {
        let source = format!("{}{}", from.host_str().unwrap_or_default(), path_and_query(from));
        let source = if from.query().is_some() { source } else { format!("~^{}(\\?|$)", regex(&source)) };
        // A `$` would begin a variable, for which nginx has no escape: percent-encoded it names the same page.
        let mut target = target(to, site).replace('$', "%24");
        if from.query().is_none() && to.query().is_none() {
            target.push_str("$is_args$args");
        }
        writeln!(out, "    {} {};", nginx_quoted(&source), nginx_quoted(&target))?;
    }
    writeln!(out, "}}\n# In the server block:\nif ($moved_to) {{\n    return 301 $moved_to;\n}}")
}

/// A quoted parameter.
fn nginx_quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `mod_rewrite`: conditions on the query where there is one, an exact match on the path. `NE` keeps percent signs, `QSD` drops the
/// old query where the target shall not have it.
fn apache(out: &mut Bounded, rules: &Pairs<'_>, site: &Url) -> std::fmt::Result {
    writeln!(out, "RewriteEngine On")?;
    for (from, to) in rules {
        let query = from.query();
        if let Some(query) = query {
            writeln!(out, "RewriteCond %{{QUERY_STRING}} \"^{}$\"", quoted(&regex(query)))?;
        }
        // The server matches the path without its percent signs and, in .htaccess, without the first slash.
        let path = percent_decoded(from.path());
        let path = path.strip_prefix('/').unwrap_or(&path);
        let to = target(to, site).replace('\\', "\\\\").replace('$', "\\$").replace('%', "\\%");
        let flags = if query.is_some() { "R=301,L,NE,QSD" } else { "R=301,L,NE" };
        writeln!(out, "RewriteRule \"^/?{}$\" \"{}\" [{flags}]", quoted(&regex(path)), quoted(&to))?;
    }
    Ok(())
}

/// Text that a regular expression takes literally.
pub(crate) fn regex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Text inside double quotes of an Apache file.
fn quoted(text: &str) -> String {
    text.replace('"', "\\\"")
}

/// A path with its percent signs resolved; control characters stay encoded, so that a rule is one line.
fn percent_decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut octets = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = path.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match hex.filter(|decoded| byte == b'%' && !decoded.is_ascii_control()) {
            Some(decoded) => {
                octets.push(decoded);
                at += 3;
            }
            None => {
                octets.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(octets).unwrap_or_else(|_| path.to_owned())
}

/// The host without a leading `www.`.
pub(crate) fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Url {
        Url::parse("https://example.com/").unwrap()
    }

    #[test]
    fn what_rules_do_not_see_makes_no_circle() {
        let url = |text: &str| Url::parse(text).unwrap();
        let moves = [
            (url("http://example.com/"), url("https://example.com/")),
            (url("http://example.com/a"), url("https://example.com/b")),
            (url("http://example.com/b"), url("https://example.com/a")),
            (url("http://example.com/c"), url("https://example.com/d")),
            (url("https://example.com/c"), url("https://example.com/zz")),
            (url("https://www.example.com/f"), url("https://example.com/f")),
        ];
        for format in Format::ALL {
            let rules = render(&moves, &site(), format);
            let told = |path: &str| rules.left_out.iter().filter(|left| left.from.ends_with(path)).count();
            assert_eq!((told(".com/"), told("/a"), told("/b"), told("/c")), (1, 1, 1, 1), "{format:?}");
            assert!(rules.text.contains("/d") && !rules.text.contains("/zz"), "{format:?}: {}", rules.text);
            // From one name to the other: only where the rule says which name it is about.
            let by_name = matches!(format, Format::CloudflareBulk | Format::Nginx);
            assert_eq!(told("/f") == 0, by_name, "{format:?}");
        }
    }

    #[test]
    fn rules_end_at_their_bound_and_are_whole_or_not_there() {
        let url = |text: String| site().join(&text).unwrap();
        let moves: Vec<(Url, Url)> = (0..100).map(|n| (url(format!("/{n}")), url("/x".repeat(50)))).collect();
        let moves: Vec<(&Url, &Url)> = moves.iter().map(|(from, to)| (from, to)).collect();
        for format in Format::ALL {
            let whole = render_within(&moves, &site(), format, usize::MAX).unwrap();
            let size = whole.text.len();
            assert_eq!(render_within(&moves, &site(), format, size).as_ref(), Some(&whole), "{format:?}");
            assert_eq!(render_within(&moves, &site(), format, size - 1), None, "{format:?}");
        }
    }

    fn rendered(text: &str, format: Format) -> Rules {
        let moves =
            crate::plan::redirect_map::straightened(&crate::plan::redirect_map::parse(text).0, &site());
        render(&moves, &site(), format)
    }

    #[test]
    fn each_format_says_the_same() {
        let text = "/old -> /new\n/shop?id=7 -> https://shop.example.com/seven";
        assert_eq!(rendered(text, Format::CloudflareRedirects).text, "/old /new 301\n");
        assert_eq!(rendered(text, Format::CloudflareRedirects).left_out.len(), 1);
        assert_eq!(
            rendered(text, Format::Netlify).text,
            "/old /new 301!\n/shop id=7 https://shop.example.com/seven 301!\n"
        );
        assert_eq!(
            rendered(text, Format::CloudflareBulk).text,
            "example.com/old,https://example.com/new,301,TRUE,FALSE,FALSE,FALSE\n\
             example.com/shop?id=7,https://shop.example.com/seven,301,FALSE,FALSE,FALSE,FALSE\n"
        );
        let nginx = rendered(text, Format::Nginx).text;
        assert!(nginx.contains(r#""~^example\\.com/old(\\?|$)" "/new$is_args$args";"#), "{nginx}");
        assert!(nginx.contains(r#""example.com/shop?id=7" "https://shop.example.com/seven";"#), "{nginx}");
        let apache = rendered(text, Format::Apache).text;
        assert!(apache.contains("RewriteCond %{QUERY_STRING} \"^id=7$\"\nRewriteRule \"^/?shop$\" \"https://shop.example.com/seven\" [R=301,L,NE,QSD]"), "{apache}");
        let vercel: serde_json::Value = serde_json::from_str(&rendered(text, Format::Vercel).text).unwrap();
        assert_eq!(vercel["redirects"][1]["has"][0]["value"], "7");
        assert_eq!(vercel["redirects"][0]["destination"], "/new");
    }

    #[test]
    fn what_means_something_in_a_format_is_escaped() {
        let text = "/a.b(c)+$d -> /new%20page\n/sp%20ace -> /x$1\n/q\"uote -> /y";
        let apache = rendered(text, Format::Apache).text;
        assert!(
            apache.contains(r#"RewriteRule "^/?a\.b\(c\)\+\$d$" "/new\%20page" [R=301,L,NE]"#),
            "{apache}"
        );
        assert!(apache.contains(r#"RewriteRule "^/?sp ace$" "/x\$1" [R=301,L,NE]"#), "{apache}");
        assert!(apache.contains(r#"RewriteRule "^/?q\"uote$" "/y" [R=301,L,NE]"#), "{apache}");
        let nginx = rendered(text, Format::Nginx).text;
        assert!(
            nginx.contains(r#""~^example\\.com/a\\.b\\(c\\)\\+\\$d(\\?|$)" "/new%20page$is_args$args";"#),
            "{nginx}"
        );
        assert!(nginx.contains(r#" "/x%241$is_args$args";"#), "{nginx}");
        let vercel: serde_json::Value = serde_json::from_str(&rendered(text, Format::Vercel).text).unwrap();
        assert_eq!(vercel["redirects"][0]["source"], r"/a\.b\(c\)\+\$d");
        assert_eq!(
            rendered("/a,b -> /c", Format::CloudflareBulk).text.split(',').next(),
            Some("\"example.com/a")
        );
        assert_eq!(rendered("/a*b -> /c", Format::Netlify).left_out.len(), 1);
        assert_eq!(rendered("https://old.example.org/a -> /c", Format::Vercel).left_out.len(), 1);
        assert!(
            rendered("https://old.example.org/a -> /c", Format::Netlify)
                .text
                .starts_with("https://old.example.org/a /c 301!")
        );
    }

    #[test]
    fn bulk_list_holds_no_formula_and_says_so() {
        let text = "/a;=1 -> /b\n/c -> /d;-1\n/e;x=1?y=-1 -> /f";
        let rules = rendered(text, Format::CloudflareBulk);
        assert_eq!(
            rules.left_out.iter().map(|left| left.from.as_str()).collect::<Vec<_>>(),
            ["https://example.com/a;=1", "https://example.com/c"]
        );
        assert!(rules.left_out[0].reason.contains("by hand"));
        assert_eq!(
            rules.text,
            "\"example.com/e;x=1?y=-1\",https://example.com/f,301,FALSE,FALSE,FALSE,FALSE\n"
        );
        assert!(rendered(text, Format::Nginx).left_out.is_empty());
    }

    #[test]
    fn ids_read_back() {
        for format in Format::ALL {
            assert_eq!(Format::from_id(format.id()), Some(format));
            assert_eq!(serde_json::to_value(format).unwrap(), format.id());
        }
    }

    proptest::proptest! {
        #[test]
        fn a_rule_stays_on_its_line(from in "\\PC{0,24}", to in "\\PC{0,24}", query in "\\PC{0,12}") {
            let from = site().join(&format!("/{from}?{query}"));
            let to = site().join(&format!("/{to}"));
            if let (Ok(from), Ok(to)) = (from, to) {
                let moves = [(from, to)];
                for format in Format::ALL {
                    let rules = render(&moves, &site(), format);
                    if format == Format::Vercel {
                        let file: serde_json::Value = serde_json::from_str(&rules.text).unwrap();
                        // Two slashes at the beginning name another host, which this file cannot.
                        let written = file["redirects"].as_array().map_or(0, Vec::len);
                        proptest::prop_assert_eq!(written + rules.left_out.len(), 1);
                        continue;
                    }
                    let lines = rules.text.lines().count();
                    let most = match format {
                        Format::Nginx => 9,
                        Format::Apache => 3,
                        _ => 1,
                    };
                    proptest::prop_assert!(lines <= most, "{format:?}: {}", rules.text);
                }
            }
        }
    }
}
