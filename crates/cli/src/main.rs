//! `launch-ready`; see the library of this crate.

use std::process::ExitCode;

fn main() -> ExitCode {
    launch_ready::run(std::env::args_os())
}
