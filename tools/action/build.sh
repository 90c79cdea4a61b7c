#!/usr/bin/env bash
# Builds the command line from the action's own checkout. Runners have Rust's installer.
set -euo pipefail
cd "$GITHUB_ACTION_PATH"
cargo build --release --locked --package launch-ready
