//! Whether a scan may begin: the limits, asked only where there is no report to give. A report that is there is free.

use std::cell::Cell;

use launch_ready_edge::ask::ask;
use launch_ready_edge::rate::{BURST_SECONDS, in_rate};
use worker::{Env, Headers};

use crate::sql::Sql;
use launch_ready_edge::config::{self, DOMAIN_HOURLY};
use launch_ready_edge::js;
use launch_ready_edge::problem::Problem;

const HOUR_SECONDS: u32 = 3600;

/// What one domain has to put up with, whoever asks: its scans within the last hour.
///
/// A scan that runs is counted here, and in the database when it has ended. What a Durable Object writes holds back
/// everything that it sends afterwards until it is stored, the first questions of a scan as well.
#[derive(Default)]
pub(crate) struct Hour {
    running: Cell<u32>,
}

impl Hour {
    /// Counts a scan, unless there were too many.
    fn begin(&self, env: &Env, sql: &Sql) -> Result<(), Problem> {
        let hour_ago = js::now() - f64::from(HOUR_SECONDS) * 1000.0;
        let [ended, first] = match sql.has("scans")? {
            true => {
                sql.row("SELECT count(*), min(at) FROM scans WHERE at >= ?", &[hour_ago.into()])?.numbers()
            }
            false => [0.0, 0.0],
        };
        if ended + f64::from(self.running.get()) >= f64::from(DOMAIN_HOURLY.read(env)) {
            // Where all of them run yet, none of them began long ago.
            let first = if ended > 0.0 { first } else { js::now() };
            let seconds = ((first - hour_ago) / 1000.0).max(1.0) as u32;
            let detail = "This domain has been scanned very often within the last hour. Its last report is still there.";
            return Err(Problem::limited(detail, seconds, Vec::new()));
        }
        self.running.set(self.running.get() + 1);
        Ok(())
    }

    /// It did not begin after all.
    fn take_back(&self) {
        self.running.set(self.running.get().saturating_sub(1));
    }

    /// It has ended, in whichever way.
    pub(crate) fn end(&self, sql: &Sql) -> worker::Result<()> {
        self.take_back();
        sql.run("CREATE TABLE IF NOT EXISTS scans(at INTEGER NOT NULL)", &[])?;
        sql.run("DELETE FROM scans WHERE at < ?", &[(js::now() - f64::from(HOUR_SECONDS) * 1000.0).into()])?;
        sql.run("INSERT INTO scans VALUES (?)", &[js::now().into()])
    }
}

/// The limits' header fields for a client that may, or the problem for one that may not. What it costs is counted; the
/// domain's [`Hour`] wants to be told of the end of a scan that may begin.
pub(crate) async fn admit(
    env: &Env,
    sql: &Sql,
    hour: &Hour,
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
    hour.begin(env, sql)?;
    let counted = count(env, client, domain, fresh).await;
    if counted.is_err() {
        hour.take_back();
    }
    counted
}

/// What the client itself may have scanned in a day.
async fn count(env: &Env, client: &str, domain: &str, fresh: bool) -> Result<Vec<(String, String)>, Problem> {
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
