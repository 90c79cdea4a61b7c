//! Headers as lines for the web servers that people run themselves: each sends a header once, with every answer or with those for
//! some paths, whatever an app behind it sends, and wherever the server leads a request inside of itself.

use super::instructions::Header;
use super::redirect_rules::{decoded, regex, spelled};

/// What a server is asked for: its path, without the `*` at its end.
struct Path<'p> {
    /// As it stands in an address.
    text: &'p str,
    /// Whether it is for all below.
    below: bool,
}

impl<'p> Path<'p> {
    fn of(path: &'p str) -> Self {
        match path.strip_suffix('*') {
            Some(text) => Self { text, below: true },
            None => Self { text: path, below: false },
        }
    }
}

/// Lines for nginx, which has two places for them.
#[derive(Debug, Default)]
pub(super) struct NginxLines {
    /// For the `http` block.
    pub(super) http: String,
    /// For the `server` block of the site.
    pub(super) server: String,
}

/// `add_header` does not replace: what an app behind the server sends is hidden first. A `location` of its own for a path would end
/// what is served there, and a static file's is left again for that of `/index.html`; so what is for a path is chosen by a map of the
/// request as it came, and everything else keeps what the app sends.
pub(super) fn nginx(all: &[Header]) -> NginxLines {
    let mut lines = NginxLines::default();
    if all.iter().any(|header| header.value.contains('$')) {
        lines.http +=
            "# There is no other way to write a dollar sign here.\ngeo $dollar {\n    default \"$\";\n}\n";
    }
    let mut done: Vec<String> = Vec::new();
    for Header { name, .. } in all {
        let key = name.to_ascii_lowercase();
        if done.contains(&key) {
            continue;
        }
        let same: Vec<&Header> = all.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).collect();
        let general = same.iter().find(|header| header.path.is_none());
        let mut special: Vec<(&Header, Path<'_>)> =
            same.iter().filter_map(|header| Some((*header, Path::of(header.path.as_deref()?)))).collect();
        // The first expression that fits counts: one address before all below, longer ones before shorter ones.
        special.sort_by_key(|(_, path)| (path.below, std::cmp::Reverse(path.text.len())));
        let value = match (general, special.is_empty()) {
            (Some(general), true) => nginx_value(&general.value),
            _ => {
                let variable = key.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
                let rest = match general {
                    Some(general) => nginx_value(&general.value),
                    None => format!("$upstream_http_{variable}"),
                };
                lines.http +=
                    &format!("map \"$status $request_uri\" $send_{variable} {{\n    default {rest};\n");
                for (header, path) in &special {
                    let status = if header.is_for_success() { "[23].. " } else { "... " };
                    let end = if path.below { "" } else { "(?:\\?|$)" };
                    let key = format!("~^{status}{}{end}", spelled(path.text));
                    lines.http += &format!("    {} {};\n", nginx_value(&key), nginx_value(&header.value));
                }
                lines.http += "}\n";
                format!("$send_{variable}")
            }
        };
        lines.server += &format!(
            "proxy_hide_header {name};\nfastcgi_hide_header {name};\nadd_header {name} {value} always;\n"
        );
        done.push(key);
    }
    lines
}

/// A quoted parameter. A `$` begins a variable, and there is no escape for it, except at the end of an expression.
fn nginx_value(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    let text = if text.starts_with('~') { text } else { text.replace('$', "${dollar}") };
    format!("\"{text}\"")
}

/// `mod_headers`: what is there in either of its two tables goes, so that the header is there once. The request is looked at as it
/// came: `REQUEST_URI` is that of `/index.html` by then.
pub(super) fn apache(all: &[Header]) -> String {
    let mut text = String::new();
    for header in all {
        let Header { name, value, path } = header;
        let value = escaped(value).replace('%', "%%");
        let mut only: Vec<String> = Vec::new();
        if header.is_for_success() {
            only.push("%{REQUEST_STATUS} -lt 400".to_owned());
        }
        if let Some(path) = path.as_deref().map(Path::of) {
            let end = if path.below { "" } else { "[ ?]" };
            only.push(format!(
                "%{{THE_REQUEST}} =~ m#^[^ ]+ (?:https?://[^/ ]+)?{}{end}#",
                escaped(&spelled(path.text))
            ));
        }
        let only = if only.is_empty() { String::new() } else { format!(" \"expr={}\"", only.join(" && ")) };
        text += &format!("Header onsuccess unset {name}{only}\nHeader always set {name} \"{value}\"{only}\n");
    }
    format!("<IfModule mod_headers.c>\n{text}</IfModule>\n")
}

/// Caddy's `header`: at once, for what the server answers by itself, its errors among them; and again when the answer begins, in the
/// place of what an app behind it has sent.
pub(super) fn caddy(all: &[Header]) -> String {
    let mut text = String::new();
    let mut matchers: Vec<&str> = Vec::new();
    for header in all {
        let Header { name, value, path } = header;
        let value = caddy_quoted(value);
        let only = match path.as_deref() {
            None => String::new(),
            Some(path) => {
                let (matcher, definition) = caddy_matcher(path);
                if !matchers.contains(&path) {
                    text += &definition;
                    matchers.push(path);
                }
                format!("{matcher} ")
            }
        };
        if !header.is_for_success() {
            text += &format!("header {only}{name} {value}\n");
        }
        text += &format!("header {only}{{\n    {name} {value}\n    defer\n}}\n");
    }
    text
}

/// How a path is named in front of a directive, and the line that says what the name means. Caddy compares what is decoded.
pub(super) fn caddy_matcher(path: &str) -> (String, String) {
    let Path { text, below } = Path::of(path);
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte));
    if plain {
        return (path.to_owned(), String::new());
    }
    let name: String = text
        .bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            b'/' => "_".to_owned(),
            byte => format!("_{byte:02x}"),
        })
        .collect();
    // An octet that is no text is U+FFFD for an expression there, too.
    let expression = regex(&String::from_utf8_lossy(&decoded(text)));
    let end = if below { "" } else { "$" };
    let matcher = format!("@path{name}");
    let definition = format!("{matcher} path_regexp {}\n", caddy_word(&format!("^{expression}{end}")));
    (matcher, definition)
}

/// A value in which nothing is a placeholder.
pub(super) fn caddy_quoted(value: &str) -> String {
    caddy_word(&value.replace('{', "\\{"))
}

/// One word of a Caddyfile: between backquotes nothing has a meaning.
fn caddy_word(text: &str) -> String {
    match (text.contains(['"', '\\']), text.contains('`')) {
        (true, false) => format!("`{text}`"),
        _ => format!("\"{}\"", text.replace('"', "\\\"")),
    }
}

/// Text inside double quotes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
