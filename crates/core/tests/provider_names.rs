//! No file of code knows a provider by name: what is known of one stands in its file in `crates/providers/data/`.
//!
//! Read are the texts in the code of every crate but that one, without comments, documentation and tests.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly, helpers included")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use launch_ready_providers::all;
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, ItemFn, ItemMod, Lit, Meta};

/// Folders that are read.
const FOLDERS: [&str; 7] = [
    "crates/api/src",
    "crates/cli/src",
    "crates/core/src",
    "crates/lab/src",
    "crates/protocols/src",
    "worker/src",
    "www/src",
];

/// Ids and names that are words of English or of a protocol, too. In a text they mean that, and a reader has to tell.
const WORDS: &[(&str, &str)] = &[
    ("Front", "front matter of pages"),
    ("Together", "at once"),
    ("X", "header names that begin with it (X-Robots-Tag), X.509"),
    ("Same", "as in \"Same as line 3\""),
    ("apple", "the system's typeface in a style sheet (-apple-system)"),
    ("circle", "redirects and records that lead round"),
    ("cpanel", "what a subdomain is called"),
    ("front", "in front of a site"),
    ("loops", "redirects that lead round"),
    ("meta", "the element of HTML"),
    ("npm", "the folder of packages in an address"),
    ("php", "what a file's name ends in"),
    ("render", "what browsers do"),
    ("same", "as in same-origin"),
    ("segment", "the founder's kind of business"),
    ("Segment", "the same, as a type"),
    ("sender", "whoever sends mail"),
    ("square", "the shape of a logo"),
    ("tally", "a count"),
    ("together", "at once"),
    ("x", "header names that begin with it (x-frame-options)"),
];

/// Places that name what we ask or run on ourselves, or what a founder types or pastes: no knowledge of a provider, and the most texts
/// that may do so there.
const OURS: &[(&str, usize, &str)] = &[
    ("crates/cli/src/args.rs", 1, "formats of lists, as they are typed"),
    ("crates/cli/src/docs.rs", 1, "formats of lists, as they are pasted"),
    ("crates/cli/src/openapi.rs", 1, "the name of our licence"),
    ("crates/cli/src/fix_docs.rs", 4, "the servers that fixes are tried on"),
    ("crates/core/src/engine/probe.rs", 2, "the resolvers that we ask"),
    ("crates/lab/src/unreached.rs", 1, "the lab plays the edge that we run on"),
    ("crates/lab/src/via.rs", 2, "the lab plays the resolvers that we ask"),
    ("crates/protocols/src/http/cookies.rs", 1, "names of cookies of a session, on whatever host"),
    (
        "crates/protocols/src/http/page/reader.rs",
        7,
        "ids of elements that an app of whatever framework is put into",
    ),
    ("crates/protocols/src/rdap.rs", 1, "the registries that we ask, by IANA's list"),
    ("worker/src/platform.rs", 1, "the platform that we run on"),
    ("worker/src/routes/call.rs", 2, "the service that we ask about visitors"),
    ("worker/src/site/pages.rs", 3, "our licence, the platform that we run on and the resolvers that we ask"),
    ("worker/src/intake/turnstile.rs", 1, "the service that we ask about visitors"),
];

#[test]
fn code_knows_no_provider_by_name() {
    let names = names();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in FOLDERS {
        for file in files(&root.join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let mut texts = Texts::default();
            texts.visit_file(&syntax);
            let at = file.strip_prefix(&root).unwrap().display().to_string();
            for text in texts.found {
                if let Some(name) = names.iter().find(|name| stands_in(name, &text)) {
                    let text: String = text.chars().take(70).collect();
                    found.entry(at.clone()).or_default().insert(format!("{name}: {text}"));
                }
            }
        }
    }
    if std::env::var_os("LIST_PROVIDER_NAMES").is_some() {
        for (file, texts) in &found {
            println!(
                "{file} {}\n    {}",
                texts.len(),
                texts.iter().cloned().collect::<Vec<_>>().join("\n    ")
            );
        }
    }
    let mut wrong = Vec::new();
    for (file, texts) in &found {
        let most = OURS.iter().find(|(known, ..)| known == file).map_or(0, |(_, most, _)| *most);
        if texts.len() > most {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            wrong.push(format!(
                "{file} has {} of at most {most}:\n    {}",
                texts.len(),
                texts.join("\n    ")
            ));
        }
    }
    for (file, ..) in OURS {
        if !found.contains_key(*file) {
            wrong.push(format!("{file} knows none any more: take it from the list"));
        }
    }
    assert!(wrong.is_empty(), "what is known of a provider stands in its file:\n{}", wrong.join("\n"));
}

#[test]
fn a_name_is_found_as_a_word_and_not_in_documentation_or_tests() {
    let code = r#"
        //! Vercel.
        /// Vercel.
        fn a() { let _ = "x-vercel-id"; println!("at Vercel {}", "vercelish"); }
        #[cfg(test)]
        mod tests { fn b() { let _ = "Vercel"; } }
        #[test]
        fn c() { let _ = "Vercel"; }
    "#;
    let mut texts = Texts::default();
    texts.visit_file(&syn::parse_file(code).unwrap());
    let names = names();
    let hits: Vec<&String> =
        texts.found.iter().filter(|text| names.iter().any(|name| stands_in(name, text))).collect();
    assert_eq!(hits, ["x-vercel-id", "at Vercel {}"]);
}

#[test]
fn every_word_that_is_let_through_belongs_to_a_provider() {
    let all = every_name();
    for (word, why) in WORDS {
        assert!(all.contains(*word), "{word} is nobody's name");
        assert!(!why.is_empty(), "{word}");
    }
}

fn every_name() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for provider in all() {
        names.extend([provider.id.clone(), provider.name.clone()]);
        names.extend(provider.mail.iter().flat_map(|service| [service.id.clone(), service.name.clone()]));
    }
    names
}

fn names() -> BTreeSet<String> {
    let mut names = every_name();
    names.retain(|name| !WORDS.iter().any(|(word, _)| word == name));
    names
}

/// Whether a name stands in a text as a word.
fn stands_in(name: &str, text: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(name).any(|(at, _)| {
        !letter(text[..at].chars().next_back()) && !letter(text[at + name.len()..].chars().next())
    })
}

/// Collects every text of a file; documentation and tests are left out.
#[derive(Default)]
struct Texts {
    found: Vec<String>,
}

impl Texts {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => self.lit(&Lit::new(literal)),
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    fn lit(&mut self, lit: &Lit) {
        match lit {
            Lit::Str(text) => self.found.push(text.value()),
            Lit::ByteStr(bytes) => self.found.push(String::from_utf8_lossy(&bytes.value()).into_owned()),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Texts {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, used: &'ast syn::Macro) {
        self.tokens(used.tokens.clone());
    }

    fn visit_lit(&mut self, lit: &'ast Lit) {
        self.lit(lit);
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let cfg_test = matches!(&attribute.meta, Meta::List(list)
            if list.path.is_ident("cfg") && list.tokens.to_string() == "test");
        cfg_test || attribute.path().is_ident("test")
    })
}

/// The Rust files below a folder, those of tests left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_stem().is_none_or(|stem| stem != "tests")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
