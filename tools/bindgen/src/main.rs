//! Writes the JavaScript around the WebAssembly of the page and of the Worker.
//!
//! `launch-ready-bindgen page|worker INPUT.wasm OUTPUT_DIRECTORY NAME` writes `NAME.js`, `NAME_bg.wasm` and the
//! snippets of the crates into the directory.
//!
//! It stands in for the `wasm-bindgen` command line, which no package registry ships ready to run: this program is
//! a sixth of its compile time, and the version of the library that it uses is held by the same manifest as that of
//! the bindings, so the two cannot drift apart.

use std::path::Path;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

const USAGE: &str = "usage: launch-ready-bindgen page|worker INPUT.wasm OUTPUT_DIRECTORY NAME";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, input, directory, name] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(64);
    };
    let mut bindgen = Bindgen::new();
    let configured = match kind.as_str() {
        "page" => bindgen.web(true),
        // What `worker-build` 0.8.7 asks for: WebAssembly imported as a module, and a way to start afresh after a
        // panic has aborted an instance (tools/build/worker-shim.js uses it).
        "worker" => bindgen
            .module(true)
            .map(|bindgen| bindgen.reset_state_function(true).force_enable_abort_handler(true)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(64);
        }
    };
    let written = configured.and_then(|bindgen| {
        bindgen
            .input_path(input)
            .out_name(name)
            .typescript(false)
            // wasm-opt drops the names afterwards for both; leaving them out here makes its input smaller.
            .remove_name_section(true)
            .remove_producers_section(true)
            .generate(Path::new(directory))
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("could not write the bindings of {input}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
