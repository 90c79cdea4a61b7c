//! The site's own scripts: every file of code that the home page loads from the site itself, the most telling first.

use url::Url;

use crate::answers::{Stop, Unmeasured};
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::engine::guard::guarded;
use crate::engine::probe::Probe;
use crate::facts::home_page::{Home, telling};
use crate::http::HttpReply;
use crate::http::address;
use crate::http::page::static_imports;
use crate::target::Target;

/// Scripts that are read: in a scan, and in a deep one, which has three times the requests.
pub const MAX_SCRIPTS: (usize, usize) = (12, 40);

/// The site's own scripts, as far as they could be read.
#[derive(Debug, Default)]
pub struct Scripts<'e> {
    /// Those that were read, by the address at which they were found.
    pub read: Vec<Script<'e>>,
    /// Those that could not be had, and why.
    pub gaps: Vec<(Url, Unmeasured)>,
    /// Those that were not asked for: there were too many.
    pub left_out: Vec<Url>,
    /// Those that the page names and that are not there.
    pub missing: Vec<Url>,
}

/// One script that was read.
#[derive(Debug)]
pub struct Script<'e> {
    /// Where it came from.
    pub url: Url,
    /// What it was asked with.
    pub probe: Probe,
    /// What came.
    pub reply: &'e HttpReply,
}

/// Reads the site's own scripts: those that the page loads, and those that these import, one step deep.
///
/// # Errors
/// Pending until all of them are there.
pub fn own_scripts<'e>(
    home: &Home<'_>,
    target: &Target,
    evidence: &'e Evidence,
) -> Result<Scripts<'e>, Stop> {
    let most = if target.deep { MAX_SCRIPTS.1 } else { MAX_SCRIPTS.0 };
    let loaded = loaded(home, target);
    let mut scripts = Scripts::default();
    read(&mut scripts, evidence, &loaded, most)?;
    let mut imported: Vec<Url> = Vec::new();
    for script in &scripts.read {
        for address in static_imports(&script.reply.body.bytes) {
            let url = address::join(&script.url, address).and_then(|url| guarded(url.as_str()).ok());
            if let Some(url) = url.filter(|url| home.is_first_party(target, url))
                && !loaded.contains(&url)
                && !imported.contains(&url)
            {
                imported.push(url);
            }
        }
    }
    imported.sort_by_key(telling);
    read(&mut scripts, evidence, &imported, most.saturating_sub(loaded.len()))?;
    Ok(scripts)
}

/// Adds the first `most` of `urls`, and notes the others as left out.
fn read<'e>(
    scripts: &mut Scripts<'e>,
    evidence: &'e Evidence,
    urls: &[Url],
    most: usize,
) -> Result<(), Stop> {
    let mut pending = false;
    for url in urls.iter().take(most) {
        match follow(evidence, url.as_str()) {
            Ok(chain) => {
                let reply = evidence.last_reply(&chain);
                match (chain.gap(), chain.arrived(), reply) {
                    (Some(gap), ..) => scripts.gaps.push((url.clone(), gap)),
                    (None, Some(at), Some(reply)) if (200..300).contains(&reply.status) => {
                        let probe = Probe::get(at.as_str());
                        scripts.read.push(Script { url: at.clone(), probe, reply });
                    }
                    _ => scripts.missing.push(url.clone()),
                }
            }
            Err(Stop::NotMeasured(gap)) => scripts.gaps.push((url.clone(), gap)),
            Err(Stop::Pending) => pending = true,
        }
    }
    scripts.left_out.extend(urls.iter().skip(most).cloned());
    if pending { Err(Stop::Pending) } else { Ok(()) }
}

/// The site's own scripts that the page names: its script tags, what it preloads as modules or scripts, its islands and its import
/// map, without those that no browser of today runs.
fn loaded(home: &Home<'_>, target: &Target) -> Vec<Url> {
    let page = &home.page;
    let tags = page.scripts.iter().filter(|script| !script.is_nomodule).filter_map(|s| s.src.as_deref());
    let preloaded = page
        .hints
        .iter()
        .filter(|hint| hint.rel == "modulepreload" || hint.rel == "preload" && hint.what == "script")
        .map(|hint| hint.href.as_str());
    let islands = page.islands.iter().map(String::as_str);
    let mapped = mapped(page.import_map.as_deref().unwrap_or_default());
    let imported = page.scripts.iter().filter(|script| script.is_module);
    let imported = imported.flat_map(|script| static_imports(script.text.as_bytes()));
    let named = tags.chain(preloaded).chain(islands).chain(imported).map(str::to_owned).chain(mapped);
    let mut urls: Vec<Url> = Vec::new();
    for address in named {
        let url = home.resolve(&address).and_then(|url| guarded(url.as_str()).ok());
        if let Some(url) = url.filter(|url| home.is_first_party(target, url) && !urls.contains(url)) {
            urls.push(url);
        }
    }
    urls.sort_by_key(|url| (telling(url), url.host() != home.url.host()));
    urls
}

/// The addresses of an import map (HTML standard, "import maps"). One that ends in a slash is a folder.
fn mapped(import_map: &str) -> Vec<String> {
    let map: serde_json::Value = serde_json::from_str(import_map).unwrap_or_default();
    let imports = map.get("imports").and_then(serde_json::Value::as_object);
    let addresses = imports.into_iter().flat_map(serde_json::Map::values).filter_map(|v| v.as_str());
    addresses.filter(|address| !address.ends_with('/')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_maps_name_files_and_folders() {
        assert_eq!(
            mapped(r#"{"imports":{"app":"/app.js","lib/":"/lib/","x":null},"scopes":{}}"#),
            ["/app.js"]
        );
        assert!(mapped("{").is_empty() && mapped("[]").is_empty());
    }

    #[test]
    fn the_sites_own_code_comes_before_libraries() {
        let rank = |file: &str| telling(&Url::parse("https://a.com/").unwrap().join(file).unwrap());
        assert!(rank("/assets/index-4f3a9c1b.js") < rank("/assets/chart-1a2b3c4d.js"));
        assert!(rank("/chart.js") < rank("/jquery.min.js"));
    }
}
