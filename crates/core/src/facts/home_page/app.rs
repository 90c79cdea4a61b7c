//! The scripts of the page's own, without which it does nothing: whether they are there, and whether browsers take them.

use launch_ready_providers::is_added;
use url::Url;

use super::kind::challenge;
use super::{Home, PageKind};
use crate::answers::{Stop, Unmeasured};
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::engine::guard::guarded;
use crate::http::page::{MAX_IMPORTS, Page, Script, specifiers};
use crate::http::{End, HttpReply, integrity};
use crate::providers::third_party::service;
use crate::target::Target;

/// A script of the page's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppScript {
    /// Where it is loaded from.
    pub url: Url,
    /// Why browsers do not run it, where they do not, as the rest of a sentence that begins with its address.
    pub refused: Option<String>,
}

/// The scripts of the page's own, as far as they could be fetched.
#[derive(Debug, Default)]
pub struct AppScripts {
    /// Those that were had, or are not there.
    pub judged: Vec<AppScript>,
    /// What could not be had.
    pub gaps: Vec<Unmeasured>,
}

impl AppScripts {
    /// Fetches the scripts of the page's own: the site's, and where an app has none there, those of hosts that are no service's.
    ///
    /// # Errors
    /// Pending until all are there.
    pub fn of(home: &Home<'_>, target: &Target, evidence: &Evidence) -> Result<Self, Stop> {
        let wanted = home.app_urls(target);
        let mut scripts = Self::default();
        let mut pending = false;
        let mut imports = Imports { map: ImportMap::of(home), left: MAX_IMPORTED };
        for (url, element) in wanted {
            let looked = match look(home, target, evidence, &url, element) {
                Ok(Some(None)) if element.is_module && home.kind == PageKind::AppShell => {
                    imports.of_file(target, evidence, &url)
                }
                looked => looked,
            };
            match looked {
                Ok(Some(refused)) => scripts.judged.push(AppScript { url, refused }),
                Ok(None) => {}
                Err(Stop::NotMeasured(gap)) => scripts.gaps.push(gap),
                Err(Stop::Pending) => pending = true,
            }
        }
        if home.kind == PageKind::AppShell {
            let inline = home.page.scripts.iter().filter(|script| script.is_module && script.src.is_none());
            for script in inline.take(super::MAX_SCRIPTS_FETCHED) {
                match imports.of_text(
                    target,
                    evidence,
                    &home.page.base_url(&home.url),
                    script.text.as_bytes(),
                    true,
                ) {
                    Ok(None) => {}
                    Ok(refused) => scripts.judged.push(AppScript { url: home.url.clone(), refused }),
                    Err(Stop::NotMeasured(gap)) => scripts.gaps.push(gap),
                    Err(Stop::Pending) => pending = true,
                }
            }
        }
        if pending { Err(Stop::Pending) } else { Ok(scripts) }
    }

    /// Those that browsers do not run.
    pub fn refused(&self) -> impl Iterator<Item = (&AppScript, &str)> {
        self.judged.iter().filter_map(|script| Some((script, script.refused.as_deref()?)))
    }
}

impl Home<'_> {
    /// The scripts without which the page does nothing, each with its element.
    fn app_urls(&self, target: &Target) -> Vec<(Url, &Script)> {
        let own = self.own_scripts(target);
        let mut elements: Vec<(Url, &Script)> = Vec::new();
        for script in self.page.scripts.iter().filter(|script| !script.is_nomodule) {
            let url = script.src.as_deref().and_then(|src| self.resolve(src));
            let Some(url) = url.and_then(|url| guarded(url.as_str()).ok()) else { continue };
            // A page over https does not load it over http, which another check says.
            let mixed = self.url.scheme() == "https" && url.scheme() == "http";
            if !mixed && !is_added(url.path()) && !elements.iter().any(|(known, _)| *known == url) {
                elements.push((url, script));
            }
        }
        let (mut sites, others): (Vec<_>, Vec<_>) =
            elements.into_iter().partition(|(url, _)| self.is_first_party(target, url));
        sites.retain(|(url, _)| own.contains(url));
        if sites.is_empty() && self.kind == PageKind::AppShell {
            let strangers = others.into_iter().filter(|(url, _)| url.host_str().and_then(service).is_none());
            return strangers.take(super::MAX_SCRIPTS_FETCHED).collect();
        }
        sites
    }
}

/// What modules import: one that is not there keeps the module that imports it from running (HTML standard, "fetch the descendants
/// of and link a module script").
struct Imports {
    map: ImportMap,
    /// How many may still be fetched.
    left: usize,
}

impl Imports {
    /// Why a module does not run that was fetched and is one: as [`look`].
    fn of_file(
        &mut self,
        target: &Target,
        evidence: &Evidence,
        url: &Url,
    ) -> Result<Option<Option<String>>, Stop> {
        let chain = follow(evidence, url.as_str())?;
        let (Some(at), Some(reply)) = (chain.arrived(), evidence.last_reply(&chain)) else { return Ok(None) };
        self.of_text(target, evidence, at, &reply.body.bytes, false).map(Some)
    }

    /// Why a module does not run because of what it imports.
    fn of_text(
        &mut self,
        target: &Target,
        evidence: &Evidence,
        base: &Url,
        text: &[u8],
        is_inline: bool,
    ) -> Result<Option<String>, Stop> {
        let mut pending = false;
        for name in specifiers(text) {
            let Some(url) = self.map.resolve(base, name) else {
                // In a file of many it may be a string that only reads like an import.
                if is_inline && is_bare_import(text, name) {
                    return Ok(Some(format!(
                        "imports \"{name}\", which is no address and stands in no import map"
                    )));
                }
                continue;
            };
            let Some(url) = guarded(url.as_str()).ok().filter(|_| self.left > 0) else { continue };
            self.left -= 1;
            let chain = match follow(evidence, url.as_str()) {
                Ok(chain) => chain,
                Err(Stop::Pending) => {
                    pending = true;
                    continue;
                }
                Err(Stop::NotMeasured(_)) => continue,
            };
            let (Some(at), Some(reply)) = (chain.arrived(), evidence.last_reply(&chain)) else { continue };
            let page = Page::of(reply);
            if challenge(target, at, reply, &page).is_some()
                || matches!(reply.status, 401 | 403 | 407 | 429 | 503)
            {
                continue;
            }
            let module = Script { is_module: true, ..Script::default() };
            // A style sheet or data is imported with an attribute that says so.
            let is_script = !url.path().ends_with(".css") && !url.path().ends_with(".json");
            if let Some(why) = refusal(reply, &module).filter(|_| is_script) {
                return Ok(Some(format!("imports {url}, which {why}")));
            }
        }
        if pending { Err(Stop::Pending) } else { Ok(None) }
    }
}

/// Whether a line of the text imports this name.
fn is_bare_import(text: &[u8], name: &str) -> bool {
    let text = String::from_utf8_lossy(text);
    let named = [format!("\"{name}\""), format!("'{name}'")];
    let mut statements = text.split(['\n', ';']).map(str::trim_start);
    !name.contains(':')
        && statements.any(|statement| {
            statement.starts_with("import") && named.iter().any(|name| statement.contains(name))
        })
}

/// What names stand for (HTML standard, "import maps"; scopes are left out).
struct ImportMap {
    /// Names, and names of folders with a slash at their end, with what they stand for.
    names: Vec<(String, Url)>,
}

impl ImportMap {
    fn of(home: &Home<'_>) -> Self {
        let text = home.page.import_map.as_deref().unwrap_or_default();
        let map: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let imports = map.get("imports").and_then(serde_json::Value::as_object);
        let named = imports
            .into_iter()
            .flatten()
            .filter_map(|(name, address)| Some((name.clone(), home.resolve(address.as_str()?)?)));
        Self { names: named.take(MAX_IMPORTS).collect() }
    }

    /// The address of a module ("resolve a module specifier"); `None` where it has none.
    fn resolve(&self, base: &Url, name: &str) -> Option<Url> {
        if let Some((_, url)) = self.names.iter().find(|(known, _)| known == name) {
            return Some(url.clone());
        }
        let folders =
            self.names.iter().filter(|(known, _)| known.ends_with('/') && name.starts_with(known.as_str()));
        if let Some((folder, url)) = folders.max_by_key(|(known, _)| known.len()) {
            return url.join(name.strip_prefix(folder.as_str())?).ok();
        }
        let is_address = ["./", "../", "/"].iter().any(|begin| name.starts_with(begin));
        let url = if is_address { base.join(name).ok()? } else { Url::parse(name).ok()? };
        matches!(url.scheme(), "http" | "https").then_some(url)
    }
}

/// Modules that the app's own import, and that are fetched.
const MAX_IMPORTED: usize = 6;

/// Why browsers do not run a script: `Some(None)` where they do, `None` where that cannot be told.
fn look(
    home: &Home<'_>,
    target: &Target,
    evidence: &Evidence,
    url: &Url,
    element: &Script,
) -> Result<Option<Option<String>>, Stop> {
    let chain = follow(evidence, url.as_str())?;
    if let Some(gap) = chain.gap() {
        return Err(Stop::NotMeasured(gap));
    }
    let (Some(at), Some(reply)) = (chain.arrived(), evidence.last_reply(&chain)) else {
        return Ok(match chain.end {
            End::Refused { .. } => None,
            _ => Some(Some(format!("leads nowhere: {}", chain.ending().unwrap_or_default()))),
        });
    };
    let page = Page::of(reply);
    if challenge(target, at, reply, &page).is_some() || matches!(reply.status, 401 | 403 | 407 | 429 | 503) {
        return Ok(None);
    }
    Ok(Some(refusal(reply, element).or_else(|| hash(home, url, reply, element))))
}

/// Why browsers do not run what came, by its status and its type (HTML standard, "fetch a classic script" and "fetch a single module
/// script"; Fetch standard, "should response to request be blocked due to its MIME type").
fn refusal(reply: &HttpReply, element: &Script) -> Option<String> {
    let status = reply.status;
    if !(200..300).contains(&status) {
        return Some(format!("answers with status {status}"));
    }
    let sent = reply.headers.first("content-type").unwrap_or_default();
    let kind = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let nosniff = reply.headers.first("x-content-type-options");
    let strict =
        element.is_module || nosniff.is_some_and(|value| value.trim().eq_ignore_ascii_case("nosniff"));
    let is_blocked =
        ["image/", "audio/", "video/"].iter().any(|start| kind.starts_with(start)) || kind == "text/csv";
    if strict && !is_javascript(&kind) || is_blocked {
        let named = if kind.is_empty() { "no type" } else { &kind };
        return Some(format!("comes as {named}, which browsers do not run as a script"));
    }
    let start = reply.body.bytes.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let begins = |mark: &[u8]| start.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    [&b"<!doctype"[..], b"<html", b"<head", b"<body", b"<?xml"]
        .iter()
        .any(|mark| begins(mark))
        .then(|| "is an HTML page and no script".to_owned())
}

/// Why browsers do not take a file for the one that its hash is of. What was cut or masked cannot be told.
fn hash(home: &Home<'_>, url: &Url, reply: &HttpReply, element: &Script) -> Option<String> {
    let named = element.integrity.as_deref()?;
    let masked = |bytes: &[u8]| bytes.windows(4).any(|four| four == b"~~~~" || four == b"****");
    let same_origin = url.origin() == home.url.origin();
    if reply.body.cut.is_some()
        || masked(&reply.body.bytes)
        || !(same_origin || element.is_cors || element.is_module)
    {
        return None;
    }
    (integrity::fits(named, &reply.body.bytes) == Some(false))
        .then(|| "is not the file that its integrity hash is of".to_owned())
}

/// The types that run (MIME Sniffing standard, "JavaScript MIME type").
fn is_javascript(kind: &str) -> bool {
    let Some((group, name)) = kind.split_once('/') else { return false };
    let name = name.strip_prefix("x-").unwrap_or(name);
    match group {
        "application" => matches!(name, "javascript" | "ecmascript"),
        "text" => {
            matches!(name, "javascript" | "ecmascript" | "jscript" | "livescript")
                || name
                    .strip_prefix("javascript1.")
                    .is_some_and(|minor| matches!(minor, "0" | "1" | "2" | "3" | "4" | "5"))
        }
        _ => false,
    }
}
