//! Reads `data/*.toml`, refuses what is wrong in them with file and line, and writes the table that is embedded.

#![allow(clippy::panic, clippy::expect_used, reason = "a build script has no other way to say what is wrong")]
#![allow(dead_code, unreachable_pub, reason = "the library uses the rest of these files")]

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/files.rs"]
mod files;
#[path = "src/format.rs"]
mod format;
#[path = "src/model.rs"]
mod model;
#[path = "src/shape.rs"]
mod shape;

/// Blocks whose sources founders are shown.
const SHOWN: [&str; 3] = ["claims", "mail", "status_page"];

/// The table without the sources that nothing shows: two fifths of its octets.
fn without_sources(providers: &[model::Provider]) -> serde_json::Result<Vec<model::Provider>> {
    let mut table = serde_json::to_value(providers)?;
    for provider in table.as_array_mut().into_iter().flatten() {
        for (block, value) in provider.as_object_mut().into_iter().flatten() {
            if !SHOWN.contains(&block.as_str()) {
                forget_sources(value);
            }
        }
    }
    serde_json::from_value(table)
}

fn forget_sources(value: &mut serde_json::Value) {
    if let Some(items) = value.as_array_mut() {
        items.iter_mut().for_each(forget_sources);
    } else if let Some(fields) = value.as_object_mut() {
        for (name, field) in fields {
            if name == "source" && field.get("at").is_some() {
                *field = serde_json::json!({ "at": "" });
            } else {
                forget_sources(field);
            }
        }
    }
}

fn main() {
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=src");
    let providers = match files::read_folder(Path::new("data")) {
        Ok(providers) => providers,
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("\n{}", lines.join("\n"));
        }
    };
    // Where each thing was read is for whoever reads the files and the documentation made of them. What is shown to founders stays.
    let providers = match env::var_os("CARGO_FEATURE_SOURCES") {
        Some(_) => providers,
        None => without_sources(&providers).expect("the table can be written without sources"),
    };
    let table = postcard::to_allocvec(&providers).expect("the table can be written");
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(target.join("providers.bin"), table).expect("OUT_DIR can be written");
}
