//! What one client caused today, counted in a Durable Object of its own that is gone an hour after the day.
//!
//! Its name is a hash whose salt changes with the day (see [`client`](launch_ready_edge::client)), so it only ever sees one.

use js_sys::Object;
use js_sys::futures::JsFuture;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::admission::SCAN_COST;
use crate::sql::Sql;
use crate::state::owner_token;
use launch_ready_edge::client::DAY_MS;
use launch_ready_edge::config::{DAILY_DOMAINS, DAILY_FRESH, DAILY_SCANS, Number};
use launch_ready_edge::js;

/// One client on one day; or, under a name of its own, the day's salt, or the one that stays.
#[durable_object(alarm)]
pub struct VisitorObject {
    state: State,
    env: Env,
}

impl DurableObject for VisitorObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let url = request.url()?;
        match url.path() {
            "/salt" => return Response::ok(self.salt(true).await?),
            "/lasting-salt" => return Response::ok(self.salt(false).await?),
            "/owner-token" => {
                let is_wrong = url.query() == Some("wrong");
                let seconds = owner_token::attempt(&Sql::of(&self.state), is_wrong)?;
                if is_wrong {
                    self.end_with_the_day().await?;
                }
                return Response::ok(seconds.to_string());
            }
            _ => {}
        }
        let query = |wanted: &str| {
            url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let domain = query("domain").unwrap_or_default();
        let cost = query("cost").and_then(|cost| cost.parse().ok()).unwrap_or(SCAN_COST);
        let fresh = if query("fresh").is_some() { cost } else { 0 };
        match url.path() {
            "/settle" => self.settle(&domain, cost, fresh),
            _ => self.count(&domain, cost, fresh).await,
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.state.storage().delete_all().await?;
        Response::empty()
    }
}

impl VisitorObject {
    /// A scan of `domain` that may send `cost` subrequests, and as many `fresh` ones: counted, unless one of the limits is
    /// reached. What is left is said in the header fields of draft-ietf-httpapi-ratelimit-headers-10, in whole scans.
    async fn count(&self, domain: &str, cost: u32, fresh: u32) -> Result<Response> {
        let sql = Sql::of(&self.state);
        sql.run(
            "CREATE TABLE IF NOT EXISTS spent(
               domain TEXT PRIMARY KEY, cost INTEGER NOT NULL, fresh INTEGER NOT NULL)",
            &[],
        )?;
        let sums = sql.row(
            "SELECT coalesce(sum(cost), 0), coalesce(sum(fresh), 0), count(*), coalesce(max(domain = ?), 0) FROM spent",
            &[domain.into()],
        )?;
        let [spent, fresh_ones, domains, known] = sums.numbers().map(|number| number as u32);
        let seconds = rest_of_the_day() / 1000;
        let limit = |name, noun, number: Number, unit, used, adds: u32| {
            let whole = number.read(&self.env);
            let all = whole.saturating_mul(unit);
            // A limit below the cost of one deep scan allows one of them.
            let adds = if adds > 0 { adds.min(all).max(1) } else { 0 };
            Limit { name, noun, whole, unit, all, used, adds }
        };
        let limits = [
            limit("scans", "scan", DAILY_SCANS, SCAN_COST, spent, cost),
            limit("fresh", "fresh report", DAILY_FRESH, SCAN_COST, fresh_ones, fresh),
            limit("domains", "domain", DAILY_DOMAINS, 1, domains, u32::from(known == 0)),
        ];
        let counted = || limits.iter().filter(|limit| limit.adds > 0);
        let reached = counted().find(|limit| limit.used + limit.adds > limit.all);
        let response = Response::empty()?.with_status(if reached.is_some() { 429 } else { 204 });
        let headers = response.headers();
        let (mut policy, mut left) = (String::new(), String::new());
        for Limit { name, whole, unit, all, used, adds, .. } in counted() {
            let comma = if policy.is_empty() { "" } else { ", " };
            let spent = if reached.is_none() { *adds } else { 0 };
            let remaining = all.saturating_sub(used + spent) / unit;
            policy += &format!("{comma}\"{name}\";q={whole};w=86400");
            left += &format!("{comma}\"{name}\";r={remaining};t={seconds}");
        }
        js::set(&headers.0, "ratelimit-policy", &policy);
        js::set(&headers.0, "ratelimit", &left);
        if let Some(Limit { noun, whole, .. }) = reached {
            let plural = if *whole == 1 { "" } else { "s" };
            js::set(&headers.0, "x-limit", &format!("{whole} {noun}{plural}"));
            js::set(&headers.0, "retry-after", &seconds.to_string());
            return Ok(response);
        }
        if domains == 0 {
            self.end_with_the_day().await?;
        }
        sql.run(
            "INSERT INTO spent VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET cost = cost + ?2, fresh = fresh + ?3",
            &[domain.into(), cost.into(), fresh.into()],
        )?;
        Ok(response)
    }

    /// A scan has ended, and did not send so much of what it was counted for.
    fn settle(&self, domain: &str, cost: u32, fresh: u32) -> Result<Response> {
        let sql = Sql::of(&self.state);
        // After the day there is nothing to give back.
        if sql.has("spent")? {
            sql.run(
                "UPDATE spent SET cost = cost - ?2, fresh = fresh - ?3 WHERE domain = ?1",
                &[domain.into(), cost.into(), fresh.into()],
            )?;
        }
        Response::empty()
    }

    async fn salt(&self, ends_with_the_day: bool) -> Result<String> {
        let sql = Sql::of(&self.state);
        sql.run("CREATE TABLE IF NOT EXISTS salt(value TEXT)", &[])?;
        let known = sql.row("SELECT max(value) FROM salt", &[])?.text(0);
        if let Some(salt) = known {
            return Ok(salt);
        }
        let salt = js::random_uuid() + &js::random_uuid();
        sql.run("INSERT INTO salt VALUES (?)", &[salt.as_str().into()])?;
        if ends_with_the_day {
            self.end_with_the_day().await?;
        }
        Ok(salt)
    }

    async fn end_with_the_day(&self) -> Result<()> {
        let end = js::now() + f64::from(rest_of_the_day() + HOUR_MS);
        let end = js_sys::Date::new(&end.into());
        let set = self.state.storage().as_raw().set_alarm(end, Object::new())?;
        JsFuture::from(set).await?;
        Ok(())
    }
}

/// One of the limits of a day, as a scan meets it.
struct Limit {
    /// In the header fields.
    name: &'static str,
    /// What there may be so many of, in words.
    noun: &'static str,
    /// How many.
    whole: u32,
    /// How much one of them is.
    unit: u32,
    /// How much all of them are.
    all: u32,
    /// How much was used before.
    used: u32,
    /// How much this scan adds; nothing where it does not count.
    adds: u32,
}

/// Milliseconds until midnight (UTC).
pub(super) fn rest_of_the_day() -> u32 {
    DAY_MS - (js::now() as u64 % u64::from(DAY_MS)) as u32
}

const HOUR_MS: u32 = 3_600_000;
