//! Whether a scan may begin: the limits, asked only where there is no report to give. A report that is there is free.

use launch_ready_edge::ask::ask;
use launch_ready_edge::rate::{BURST_SECONDS, in_rate};
use worker::{Env, Headers, State};

use crate::sql::Sql;
use launch_ready_edge::config::{self, DOMAIN_HOURLY};
use launch_ready_edge::js;
use launch_ready_edge::problem::Problem;

const HOUR_SECONDS: u32 = 3600;

/// The limits' header fields for a client that may, or the problem for one that may not. What it costs is counted.
pub(crate) async fn admit(
    env: &Env,
    state: &State,
    client: &str,
    domain: &str,
    fresh: bool,
) -> Result<Vec<(String, String)>, Problem> {
    if !in_rate(env, config::SCAN_RATE, client).await? {
        return Err(Problem::limited(
            "You have asked for many scans within a minute. Reports that are there already stay free.",
            BURST_SECONDS,
            Vec::new(),
        ));
    }
    hourly(env, state)?;
    let query = format!("/scan?domain={domain}{}", if fresh { "&fresh" } else { "" });
    let response = ask(env, config::VISITORS, client, &query, Headers::new()).await?;
    let headers = response.headers();
    let mut fields = Vec::new();
    for name in ["ratelimit-policy", "ratelimit"] {
        if let Some(value) = headers.get(name)? {
            fields.push((name.to_owned(), value));
        }
    }
    if response.status_code() != 429 {
        return Ok(fields);
    }
    let what = match headers.get("x-limit")?.as_deref() {
        Some("domains") => "You have had many different domains scanned today.",
        Some("fresh") => "You have asked for many fresh reports today. The last report is still there.",
        _ => "You have had many scans today. Reports that are there already stay free.",
    };
    let seconds = headers.get("retry-after")?.and_then(|seconds| seconds.parse().ok());
    Err(Problem::limited(what, seconds.unwrap_or(HOUR_SECONDS), fields))
}

/// What one domain has to put up with, whoever asks.
fn hourly(env: &Env, state: &State) -> Result<(), Problem> {
    let sql = Sql::of(state);
    sql.run("CREATE TABLE IF NOT EXISTS scans(at INTEGER NOT NULL)", &[])?;
    let hour_ago = js::now() - f64::from(HOUR_SECONDS) * 1000.0;
    sql.run("DELETE FROM scans WHERE at < ?", &[hour_ago.into()])?;
    let scans = sql.row("SELECT count(*), min(at) FROM scans", &[])?;
    let [scans, first] = scans.numbers();
    if scans >= f64::from(DOMAIN_HOURLY.read(env)) {
        let seconds = ((first - hour_ago) / 1000.0).max(1.0) as u32;
        let detail =
            "This domain has been scanned very often within the last hour. Its last report is still there.";
        return Err(Problem::limited(detail, seconds, Vec::new()));
    }
    sql.run("INSERT INTO scans VALUES (?)", &[js::now().into()])?;
    Ok(())
}
