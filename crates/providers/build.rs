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
    let table = postcard::to_allocvec(&providers).expect("the table can be written");
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(target.join("providers.bin"), table).expect("OUT_DIR can be written");
}
