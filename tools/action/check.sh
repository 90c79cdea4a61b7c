#!/usr/bin/env bash
# Checks DOMAIN once, and says the same in each form that is asked for: annotations, summary and outputs, SARIF, JUnit.
set -euo pipefail

program=${PROGRAM:-$GITHUB_ACTION_PATH/target/release/launch-ready}
: "${DOMAIN:?the input domain is missing}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

arguments=()
if [ -n "${SEGMENT:-}" ]; then arguments+=(--segment "$SEGMENT"); fi
read -r -a paths <<<"${PATHS:-}"
for path in "${paths[@]}"; do arguments+=(--path "$path"); done
# How the internet is reached, for runners behind a proxy.
if [ -n "${LAUNCH_READY_PROXY:-}" ]; then arguments+=(--proxy "$LAUNCH_READY_PROXY"); fi
if [ -n "${LAUNCH_READY_CA_FILE:-}" ]; then arguments+=(--ca-file "$LAUNCH_READY_CA_FILE"); fi

status=0
"$program" check "${arguments[@]}" --record "$folder/scan.json" --format github --fail-on "${FAIL_ON:-blocker}" -- "$DOMAIN" || status=$?
# Refused, opted out: there is nothing to say in another form.
[ "$status" -le 2 ] || exit "$status"

again() { "$program" check --replay "$folder/scan.json" "$@" || [ $? -le 2 ]; }
if [ -n "${SARIF:-}" ]; then again --format sarif >"$SARIF"; fi
if [ -n "${JUNIT:-}" ]; then again --format junit --fail-on "${FAIL_ON:-blocker}" >"$JUNIT"; fi
exit "$status"
