//! The arrows between the wings, and no circles between files: read from the imports of the whole workspace.
//!
//! A module that only names its children (`pub use`) is a door, not an import: whoever uses what is behind it uses the child.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly, helpers included")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, UseTree, Visibility};

/// The crates of the workspace, by the name that others import, and their folders.
const CRATES: [(&str, &str); 8] = [
    ("launch_ready_providers", "crates/providers/src"),
    ("launch_ready_protocols", "crates/protocols/src"),
    ("launch_ready_core", "crates/core/src"),
    ("launch_ready_api", "crates/api/src"),
    ("launch_ready_cli", "crates/cli/src"),
    ("launch_ready_lab", "crates/lab/src"),
    ("launch_ready_worker", "worker/src"),
    ("launch_ready_page", "www/src"),
];

/// The wings of the core: each may use those before it.
const WINGS: [&str; 6] = ["engine", "facts", "checks", "fixes", "report", "plan"];

#[test]
fn wings_of_the_core_use_only_those_before_them() {
    let workspace = Workspace::read();
    let mut wrong = Vec::new();
    for (module, uses) in &workspace.edges {
        let Some(wing) = wing(module) else { continue };
        for (used, path) in uses {
            if let Some(other) = self::wing(used)
                && other > wing
            {
                wrong.push(format!("{module} uses {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "an arrow points the wrong way:\n{}", wrong.join("\n"));
}

#[test]
fn roots_of_the_core_know_no_wing_but_the_engine() {
    let workspace = Workspace::read();
    let mut wrong = Vec::new();
    for (module, uses) in &workspace.edges {
        let below = module.strip_prefix("launch_ready_core::").unwrap_or_default();
        if below.is_empty() || wing(module).is_some() {
            continue;
        }
        for (used, path) in uses.iter().filter(|(used, _)| wing(used).is_some()) {
            wrong.push(format!("{module} uses {path} ({used})"));
        }
    }
    assert!(wrong.is_empty(), "what stands at the root is used by every wing:\n{}", wrong.join("\n"));
}

#[test]
fn protocols_speak_of_nothing_that_is_judged() {
    let root = root();
    let mut wrong = Vec::new();
    for file in files(&root.join("crates/protocols/src")) {
        let text = fs::read_to_string(&file).unwrap();
        for word in ["Finding", "Fix", "Outcome", "launch_ready_core"] {
            let whole = |at: usize| {
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                !letter(text[..at].chars().next_back()) && !letter(text[at + word.len()..].chars().next())
            };
            if text.match_indices(word).any(|(at, _)| whole(at)) {
                wrong.push(format!("{} says {word}", file.strip_prefix(&root).unwrap().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn providers_know_nothing_of_who_asks_for_them() {
    let workspace = Workspace::read();
    for (module, uses) in &workspace.edges {
        if module.split("::").next() == Some("launch_ready_providers") {
            let others =
                uses.iter().find(|(used, _)| used.split("::").next() != Some("launch_ready_providers"));
            assert!(others.is_none(), "{module} uses {others:?}");
        }
    }
}

#[test]
fn no_file_imports_in_a_circle() {
    let workspace = Workspace::read();
    let circles: Vec<String> = workspace
        .circles()
        .into_iter()
        .map(|circle| {
            let lines = circle.iter().flat_map(|module| {
                let within =
                    workspace.edges[module].iter().filter(|(used, _)| circle.contains(used.as_str()));
                within.map(move |(_, path)| format!("  {module} uses {path}"))
            });
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), circles.join("\n\n"));
}

#[test]
fn hosts_know_nothing_of_one_another() {
    let workspace = Workspace::read();
    let hosts = ["launch_ready_cli", "launch_ready_worker", "launch_ready_page", "launch_ready_lab"];
    for (module, uses) in &workspace.edges {
        let Some(host) = hosts.iter().find(|host| module.split("::").next() == Some(host)) else { continue };
        for (used, path) in uses {
            let other = hosts.iter().find(|host| used.split("::").next() == Some(host));
            assert!(other.is_none_or(|other| other == host), "{module} uses {path}");
        }
    }
}

fn wing(module: &str) -> Option<usize> {
    let below = module.strip_prefix("launch_ready_core::")?;
    WINGS.iter().position(|wing| below.split("::").next() == Some(wing))
}

/// Every file as a module, and what it uses of others.
struct Workspace {
    modules: BTreeSet<String>,
    /// A name that a door hands on, and where it really is.
    doors: BTreeMap<String, String>,
    /// Module → used module → the path as it is written.
    edges: BTreeMap<String, BTreeMap<String, String>>,
}

impl Workspace {
    fn read() -> Self {
        let root = root();
        let mut parsed = BTreeMap::new();
        for (name, folder) in CRATES {
            let folder = root.join(folder);
            for file in files(&folder) {
                let module = module_of(name, file.strip_prefix(&folder).unwrap());
                let text = fs::read_to_string(&file).unwrap();
                let syntax =
                    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                parsed.insert(module, syntax);
            }
        }
        let mut workspace = Self {
            modules: parsed.keys().cloned().collect(),
            doors: BTreeMap::new(),
            edges: BTreeMap::new(),
        };
        for (module, syntax) in &parsed {
            for item in &syntax.items {
                let Item::Use(import) = item else { continue };
                if matches!(import.vis, Visibility::Inherited) {
                    continue;
                }
                for (path, name) in flattened(&import.tree) {
                    if let Some(target) = workspace.absolute(module, &path) {
                        workspace.doors.insert(format!("{module}::{name}"), target);
                    }
                }
            }
        }
        for (module, syntax) in &parsed {
            let mut paths = Paths::default();
            paths.visit_file(syntax);
            let mut uses = BTreeMap::new();
            for path in paths.found {
                let Some(used) =
                    workspace.absolute(module, &path).and_then(|path| workspace.module_at(&path))
                else {
                    continue;
                };
                if used != *module {
                    uses.entry(used).or_insert(path);
                }
            }
            workspace.edges.insert(module.clone(), uses);
        }
        workspace
    }

    /// A path as it is written in `module`, from the crate on.
    fn absolute(&self, module: &str, path: &str) -> Option<String> {
        let krate = module.split("::").next().unwrap_or_default();
        let mut parts: Vec<&str> = path.split("::").collect();
        let mut base: Vec<&str> = module.split("::").collect();
        match parts.first().copied()? {
            "crate" => {
                base = vec![krate];
                parts.remove(0);
            }
            "self" => {
                parts.remove(0);
            }
            "super" => {
                while parts.first() == Some(&"super") {
                    base.pop();
                    parts.remove(0);
                }
            }
            first if CRATES.iter().any(|(name, _)| *name == first) => base.clear(),
            first => {
                // A child of this module, named without `self`.
                let child = format!("{module}::{first}");
                if !self.modules.contains(&child) {
                    return None;
                }
            }
        }
        base.extend(parts);
        Some(base.join("::"))
    }

    /// The file in which what a path names is defined, all doors gone through.
    fn module_at(&self, path: &str) -> Option<String> {
        let mut path = path.to_owned();
        for _ in 0..8 {
            let parts: Vec<&str> = path.split("::").collect();
            let door = (2..=parts.len()).rev().find_map(|n| {
                let start = parts[..n].join("::");
                let target = self.doors.get(&start).filter(|_| !self.modules.contains(&start))?;
                Some([std::slice::from_ref(&target.as_str()), &parts[n..]].concat().join("::"))
            });
            match door {
                Some(next) if next != path => path = next,
                _ => break,
            }
        }
        let parts: Vec<&str> = path.split("::").collect();
        (1..=parts.len()).rev().map(|n| parts[..n].join("::")).find(|module| self.modules.contains(module))
    }

    /// Modules that reach themselves, in groups (Tarjan's strongly connected components, by repeated reachability: the
    /// graph is small).
    fn circles(&self) -> Vec<BTreeSet<String>> {
        let reach: BTreeMap<&String, BTreeSet<&String>> =
            self.edges.keys().map(|module| (module, self.reachable(module))).collect();
        let mut circles: Vec<BTreeSet<String>> = Vec::new();
        for (module, reached) in &reach {
            if !reached.contains(*module) || circles.iter().any(|circle| circle.contains(*module)) {
                continue;
            }
            let circle = reached.iter().filter(|other| reach[**other].contains(*module));
            circles.push(circle.map(|other| (*other).clone()).collect());
        }
        circles
    }

    fn reachable<'w>(&'w self, from: &String) -> BTreeSet<&'w String> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = self.edges[from].keys().collect();
        while let Some(module) = open.pop() {
            if reached.insert(module) {
                open.extend(self.edges[module].keys());
            }
        }
        reached
    }
}

/// Collects every path that may name another module; tests are left out.
#[derive(Default)]
struct Paths {
    found: Vec<String>,
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        // `mod tests { … }`: what tests use is no arrow.
        if module.content.is_none() {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        let door = !matches!(import.vis, Visibility::Inherited);
        for (path, _) in flattened(&import.tree) {
            let own = !["crate", "super"].iter().any(|root| path.split("::").next() == Some(*root))
                && !CRATES.iter().any(|(name, _)| path.split("::").next() == Some(*name));
            // What a door hands on of its own children is used by who comes through it.
            if !(door && own) {
                self.found.push(path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            self.found
                .push(path.segments.iter().map(|part| part.ident.to_string()).collect::<Vec<_>>().join("::"));
        }
        visit::visit_path(self, path);
    }
}

/// Every path of a use tree, with the name under which it is known.
fn flattened(tree: &UseTree) -> Vec<(String, String)> {
    fn walk(tree: &UseTree, before: &str, found: &mut Vec<(String, String)>) {
        let join = |name: &str| if before.is_empty() { name.to_owned() } else { format!("{before}::{name}") };
        match tree {
            UseTree::Path(path) => walk(&path.tree, &join(&path.ident.to_string()), found),
            UseTree::Name(name) if name.ident == "self" => {
                found.push((before.to_owned(), before.rsplit("::").next().unwrap_or_default().to_owned()));
            }
            UseTree::Name(name) => found.push((join(&name.ident.to_string()), name.ident.to_string())),
            UseTree::Rename(rename) => {
                found.push((join(&rename.ident.to_string()), rename.rename.to_string()));
            }
            UseTree::Glob(_) => found.push((before.to_owned(), "*".to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, before, found)),
        }
    }
    let mut found = Vec::new();
    walk(tree, "", &mut found);
    found
}

fn module_of(krate: &str, file: &Path) -> String {
    let mut parts = vec![krate.to_owned()];
    parts.extend(file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()));
    if matches!(parts.last().map(String::as_str), Some("lib" | "main" | "mod")) {
        parts.pop();
    }
    parts.join("::")
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

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
