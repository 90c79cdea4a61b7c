//! Reads the module documentation of every file in `src/checks/` into `explanations.rs`, and `roadmaps/*.toml` into
//! `roadmaps.json`. A file that lacks a heading does not build, nor does a roadmap that names what there is not.

#![allow(clippy::expect_used, clippy::panic, reason = "a build script has no other way to say what is wrong")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "build/roadmaps.rs"]
mod roadmaps;

/// The headings of a check's documentation, in their order, and the field that each one fills.
const HEADINGS: [(&str, &str); 6] = [
    ("## What it checks", "what"),
    ("## Why it matters", "why"),
    ("## How to fix it", "fix"),
    ("## Sources", "sources"),
    ("## Covers", "covers"),
    ("## Examples", "examples"),
];

fn main() {
    println!("cargo::rerun-if-changed=src/checks");
    println!("cargo::rerun-if-changed=roadmaps");
    println!("cargo::rerun-if-changed=build");
    let mut files = Vec::new();
    // A check is a file in the folder of its area; what stands beside the folders is what checks are made of.
    for area in fs::read_dir("src/checks").expect("src/checks can be read").flatten() {
        if area.path().is_dir() {
            collect(&area.path(), &mut files);
        }
    }
    files.sort();
    let mut out = String::from(
        "/// Every check's explanation, in the order of their files.\npub static CHECK_DOCS: &[CheckDocs] = &[\n",
    );
    let mut words = String::from(
        "/// What a report says about every check, in the order of their files.\npub static WORDS: &[Summary] = &[\n",
    );
    for file in files {
        let source = fs::read_to_string(&file).expect("a check's file can be read");
        match explanation(&source) {
            Ok(fields) => {
                let said = fields.iter().filter(|(field, _)| matches!(*field, "id" | "name" | "why"));
                let said: String = said.map(|(field, text)| format!("{field}: {text:?}, ")).collect();
                writeln!(words, "Summary {{ {said} }},").expect("writing to a string");
                let fields: String =
                    fields.iter().map(|(field, text)| format!("{field}: {text:?}, ")).collect();
                let below = file.strip_prefix("src/checks").unwrap_or(&file).display().to_string();
                writeln!(out, "CheckDocs {{ {fields} file: {below:?} }},").expect("writing to a string");
            }
            Err(problem) => panic!("{}: {problem}", file.display()),
        }
    }
    out.push_str("];\n");
    out.push_str(&words);
    out.push_str("];\n");
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(target.join("explanations.rs"), out).expect("OUT_DIR can be written");
    match roadmaps::read(&roadmap_files()) {
        Ok(document) => {
            fs::write(target.join("roadmaps.json"), document.to_string()).expect("OUT_DIR can be written");
        }
        Err(problems) => panic!("{}", problems.join("\n")),
    }
}

fn roadmap_files() -> roadmaps::Files {
    let mut files = roadmaps::Files::new();
    for entry in fs::read_dir("roadmaps").expect("roadmaps can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            files.insert(name, fs::read_to_string(entry.path()).expect("a roadmap can be read"));
        }
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src/checks can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The fields of an explanation with their texts.
fn explanation(source: &str) -> Result<Vec<(&'static str, String)>, String> {
    let docs: Vec<&str> = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let title = docs
        .first()
        .and_then(|line| line.strip_prefix("# "))
        .ok_or("the first line is `//! # Name (`id`)`")?;
    let (name, id) = title
        .split_once(" (`")
        .and_then(|(name, rest)| Some((name, rest.strip_suffix("`)")?)))
        .ok_or("the first line is `//! # Name (`id`)`")?;
    let mut fields = vec![("id", id.to_owned()), ("name", name.to_owned())];
    let mut rest = docs.get(1..).unwrap_or_default();
    for (heading, field) in HEADINGS {
        let at = rest
            .iter()
            .position(|line| *line == heading)
            .ok_or(format!("the heading `{heading}` is missing or out of order"))?;
        rest = &rest[at + 1..];
        let end = rest.iter().position(|line| line.starts_with("## ")).unwrap_or(rest.len());
        let text = rest[..end].join("\n");
        // Lines are folded for the screen; examples stay as they are.
        let text = if field == "examples" { text.trim().to_owned() } else { folded(text.trim()) };
        if text.is_empty() {
            return Err(format!("nothing stands below `{heading}`"));
        }
        fields.push((field, text));
    }
    Ok(fields)
}

/// Joins the lines of a paragraph; list items and blank lines stay.
fn folded(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let new_block =
            line.is_empty() || line.starts_with("- ") || line.starts_with("```") || line.starts_with("    ");
        if !out.is_empty() && !out.ends_with('\n') {
            out.push(if new_block { '\n' } else { ' ' });
        }
        out.push_str(line.trim_end());
        if line.is_empty() {
            out.push('\n');
        }
    }
    out
}
