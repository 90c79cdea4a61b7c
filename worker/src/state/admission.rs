//! Whether a scan may begin: the limits, asked only where there is no report to give. A report that is there is free.
//!
//! A scan counts for the subrequests that it sends, [`SCAN_COST`] of them being one scan. While it runs, all that it may send
//! counts; when it has ended, in whichever way, what it did send.

use std::cell::RefCell;

use launch_ready_core::engine::limits::BUDGET;
use worker::Env;

use crate::burst::{BURST_SCANS, BURST_SECONDS, in_rate};
use crate::config::{self, DOMAIN_HOURLY, DOMAIN_SHARE};
use crate::message::{Admission, Spending};
use crate::rate::{RateLimit, RateLimits};
use crate::response::problem::Problem;
use crate::state::report_store;
use crate::state::sql::Sql;
use crate::{objects, platform};

const HOUR_SECONDS: u32 = 3600;
const HOUR_MS: f64 = 3_600_000.0;
const MINUTE_MS: f64 = 60_000.0;

/// Subrequests that the limits count as one scan: the budget of a whole one.
pub(crate) const SCAN_COST: u32 = BUDGET;

/// What a scan costs that sent nothing: it was begun, and has a row of its own.
const LEAST_COST: u32 = 1;

/// Bits of a client's hash that a domain's hour tells clients apart by: enough for those of an hour, and too few to find one
/// of them again among the visitors of a day.
const MARK_BITS: u32 = 16;

/// What one domain has to put up with: its scans within the last hour, whoever asks; and what of them one client caused.
///
/// A scan that runs is counted here, and in the database when it has ended. What a Durable Object writes holds back
/// everything that it sends afterwards until it is stored, the first questions of a scan as well.
#[derive(Default)]
pub(crate) struct Hour {
    running: RefCell<Vec<Counted>>,
}

/// A scan that runs, as its domain's hour counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Whose it is.
    mark: u32,
    /// Subrequests that it may send.
    cost: u32,
}

impl Hour {
    /// Counts something of `client` that may send as much as `cost`, unless the domain or the client has had too much.
    ///
    /// A client may use [`DOMAIN_SHARE`] percent of what the others leave, so that its share shrinks while the hour fills and
    /// something is left for whoever comes next; its first scan takes a place that is there in any case.
    pub(crate) fn begin(
        &self,
        env: &Env,
        sql: &Sql,
        domain: &str,
        client: &str,
        cost: u32,
    ) -> Result<Counted, Problem> {
        let counted = Counted { mark: mark(client), cost };
        let whole = DOMAIN_HOURLY.read(env);
        let limit = whole.saturating_mul(SCAN_COST);
        // A limit below the cost of one deep scan allows one of them.
        let cost = cost.min(limit).max(LEAST_COST);
        let [mut all, mut own] = match sql.has("spent")? {
            true => sql
                .row(
                    "SELECT sum(cost), sum(CASE mark WHEN ?2 THEN cost END) FROM spent WHERE at > ?1",
                    &[(platform::now() - HOUR_MS).into(), counted.mark.into()],
                )?
                .numbers()
                .map(|sum: f64| sum as u32),
            false => [0, 0],
        };
        for running in self.running.borrow().iter() {
            all += running.cost;
            own += if running.mark == counted.mark { running.cost } else { 0 };
        }
        let left = limit.saturating_sub(all);
        if cost > left {
            let at = free_at(sql, None, all + cost - limit)?;
            let detail = format!(
                "This domain has reached its limit of {} an hour, by everyone together.",
                scans(whole)
            );
            return Err(refusal(sql, domain, detail, ("domain", whole, left / SCAN_COST), at));
        }
        let percent = u64::from(DOMAIN_SHARE.read(env).min(100));
        let share = (u64::from(left + own) * percent / 100) as u32;
        if own > 0 && own + cost > share {
            let at = free_at(sql, Some(counted.mark), own.min(own + cost - share))?;
            let whole_share = (share / SCAN_COST).max(1);
            let detail = format!(
                "You've reached your share of this domain's {} an hour, which is {whole_share} now.",
                scans(whole)
            );
            let left = share.saturating_sub(own) / SCAN_COST;
            return Err(refusal(sql, domain, detail, ("share", whole_share, left), at));
        }
        self.running.borrow_mut().push(counted);
        Ok(counted)
    }

    /// It did not begin after all.
    fn take_back(&self, counted: Counted) {
        let mut running = self.running.borrow_mut();
        if let Some(at) = running.iter().position(|other| *other == counted) {
            running.swap_remove(at);
        }
    }

    /// It has ended, in whichever way, and has sent so many subrequests.
    pub(crate) fn end(&self, sql: &Sql, counted: Counted, sent: u32) -> worker::Result<()> {
        self.take_back(counted);
        let now = platform::now();
        sql.run(
            "CREATE TABLE IF NOT EXISTS spent(at INTEGER NOT NULL, mark INTEGER NOT NULL, cost INTEGER NOT NULL)",
            &[],
        )?;
        sql.run("DELETE FROM spent WHERE at <= ?", &[(now - HOUR_MS).into()])?;
        sql.run(
            "INSERT INTO spent VALUES (?, ?, ?)",
            &[now.into(), counted.mark.into(), sent.max(LEAST_COST).into()],
        )
    }
}

/// Some bits of a client's hash, or of a name of our own.
fn mark(client: &str) -> u32 {
    let sum = client.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    sum % (1 << MARK_BITS)
}

/// When so much of the last hour will be over: of everybody's scans, or of one client's. What runs yet counts from when it ends.
fn free_at(sql: &Sql, mark: Option<u32>, cost: u32) -> Result<f64, Problem> {
    let now = platform::now();
    if !sql.has("spent")? {
        return Ok(now + HOUR_MS);
    }
    let rows = sql.rows(
        "SELECT at FROM
           (SELECT at, sum(cost) OVER (ORDER BY at, rowid) AS freed FROM spent
            WHERE at > ?1 AND mark = coalesce(?2, mark))
         WHERE freed >= ?3 ORDER BY at LIMIT 1",
        &[(now - HOUR_MS).into(), mark.map_or(wasm_bindgen::JsValue::NULL, Into::into), cost.into()],
    )?;
    Ok(rows.first().map_or(now, |row| row.number(0)) + HOUR_MS)
}

/// The problem for who is refused until `at` (milliseconds since 1970): what it is, and the name of the limit, its number and
/// what is left of it.
fn refusal(
    sql: &Sql,
    domain: &str,
    mut detail: String,
    (name, limit, left): (&str, u32, u32),
    at: f64,
) -> Problem {
    let seconds = ((at - platform::now()) / 1000.0).ceil().max(1.0) as u32;
    // To the minute: never before it is true.
    let time = platform::iso(at + MINUTE_MS - 1.0);
    detail += &format!(" You can try again at {} UTC.", time.get(11..16).unwrap_or_default());
    if report_store::is_shown(sql).unwrap_or_default() {
        detail += &format!(" Its last report stays available at /r/{domain}.");
    }
    Problem::limited(&detail, seconds, limits(name, (limit, HOUR_SECONDS), (left, seconds)))
}

/// One limit, as clients are told it.
fn limits(
    name: &str,
    (quota, window_seconds): (u32, u32),
    (remaining, reset_seconds): (u32, u32),
) -> RateLimits {
    RateLimit { name: name.to_owned().into(), quota, window_seconds, remaining, reset_seconds }.into()
}

fn scans(number: u32) -> String {
    if number == 1 { "1 scan".to_owned() } else { format!("{number} scans") }
}

/// A scan that is asked for.
pub(crate) struct Queued<'a> {
    /// Who asks: a hash, or a name of our own.
    pub(crate) client: &'a str,
    /// What is to be scanned.
    pub(crate) domain: &'a str,
    /// Whether it is to be scanned even where there is a report.
    pub(crate) fresh: bool,
    /// Subrequests that it may send.
    pub(crate) cost: u32,
}

/// How the domain's [`Hour`] counts a scan that may begin, and the limits that it has met; or the problem for one that may not. The
/// hour wants to be told of its end, and so does [`settle`].
pub(crate) async fn admit(
    env: &Env,
    sql: &Sql,
    hour: &Hour,
    wanted: &Queued<'_>,
) -> Result<(Counted, RateLimits), Problem> {
    let Queued { client, domain, cost, .. } = *wanted;
    if !in_rate(env, config::SCAN_RATE, client).await? {
        let detail = format!(
            "You've reached the limit of {} within a minute. You can try again in {BURST_SECONDS} seconds. Existing reports stay free.",
            scans(BURST_SCANS)
        );
        let limits = limits("burst", (BURST_SCANS, BURST_SECONDS), (0, BURST_SECONDS));
        return Err(Problem::limited(&detail, BURST_SECONDS, limits));
    }
    let counted = hour.begin(env, sql, domain, client, cost)?;
    match count(env, wanted).await {
        Ok(limits) => Ok((counted, limits)),
        Err(problem) => {
            hour.take_back(counted);
            Err(problem)
        }
    }
}

/// What the client itself may have scanned in a day.
async fn count(env: &Env, wanted: &Queued<'_>) -> Result<RateLimits, Problem> {
    match objects::spend(env, wanted.client, wanted.spending(wanted.cost)).await? {
        Admission::Allowed { limits } => Ok(limits),
        Admission::Limited { limit, retry_after_seconds, limits } => {
            let detail = format!(
                "You've reached today's limit of {limit}. It resets at 00:00 UTC. Existing reports stay free."
            );
            Err(Problem::limited(&detail, retry_after_seconds, limits))
        }
    }
}

/// Tells the client's day what a scan has sent that it was counted for: the rest is given back.
pub(crate) async fn settle(env: &Env, wanted: &Queued<'_>, sent: u32) {
    let unspent = wanted.cost.saturating_sub(sent.max(LEAST_COST));
    if unspent == 0 {
        return;
    }
    // What is not given back stays counted.
    if let Err(problem) = objects::settle(env, wanted.client, wanted.spending(unspent)).await {
        worker::console_error!("{}", problem.code());
    }
}

impl Queued<'_> {
    fn spending(&self, cost: u32) -> Spending {
        Spending { domain: self.domain.to_owned(), cost, fresh: self.fresh }
    }
}
