//! What one client caused today, counted in a Durable Object of its own that is gone an hour after the day.
//!
//! Its name is a hash whose salt changes with the day (see [`client`](crate::request::client)), so it only ever sees one.

use js_sys::Object;
use js_sys::futures::JsFuture;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::config::{DAILY_DOMAINS, DAILY_FRESH, DAILY_SCANS, Number};
use crate::day::rest_of_the_day_ms;
use crate::message::{Admission, Silence, Spending, VisitorRequest};
use crate::rate::{RateLimit, RateLimits};
use crate::response::problem::Problem;
use crate::state::admission::SCAN_COST;
use crate::state::owner_token;
use crate::state::sql::Sql;
use crate::{objects, platform};

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

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let Some(asked) = objects::received::<VisitorRequest>(&mut request).await else {
            return objects::not_understood();
        };
        match asked {
            VisitorRequest::Spend(spending) => objects::reply(&told(self.spend(&spending).await)),
            VisitorRequest::Settle(spending) => objects::reply(&told(self.settle(&spending))),
            VisitorRequest::Salt => objects::reply(&told(self.salt(true).await)),
            VisitorRequest::LastingSalt => objects::reply(&told(self.salt(false).await)),
            VisitorRequest::OwnerToken { is_wrong } => {
                objects::reply(&told(self.owner_token(is_wrong).await))
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.state.storage().delete_all().await?;
        Response::empty()
    }
}

/// What went wrong here is a problem for who asks.
fn told<T>(result: Result<T>) -> std::result::Result<T, Problem> {
    result.map_err(Problem::from)
}

impl VisitorObject {
    /// A scan that may send so many subrequests: counted, unless one of the limits is reached. What is left is said in whole scans.
    async fn spend(&self, spending: &Spending) -> Result<Admission> {
        let Spending { domain, cost, fresh } = spending;
        let fresh = if *fresh { *cost } else { 0 };
        let sql = Sql::of(&self.state);
        sql.run(
            "CREATE TABLE IF NOT EXISTS spent(
               domain TEXT PRIMARY KEY, cost INTEGER NOT NULL, fresh INTEGER NOT NULL)",
            &[],
        )?;
        let sums = sql.row(
            "SELECT coalesce(sum(cost), 0), coalesce(sum(fresh), 0), count(*), coalesce(max(domain = ?), 0) FROM spent",
            &[domain.as_str().into()],
        )?;
        let [spent, fresh_ones, domains, known] = sums.numbers().map(|number| number as u32);
        let reset_seconds = rest_of_the_day_ms() / 1000;
        let limit = |name, noun, number: Number, unit, used, adds: u32| {
            let whole = number.read(&self.env);
            let all = whole.saturating_mul(unit);
            // A limit below the cost of one deep scan allows one of them.
            let adds = if adds > 0 { adds.min(all).max(1) } else { 0 };
            Limit { name, noun, whole, unit, all, used, adds }
        };
        let limits = [
            limit("scans", "scan", DAILY_SCANS, SCAN_COST, spent, *cost),
            limit("fresh", "fresh report", DAILY_FRESH, SCAN_COST, fresh_ones, fresh),
            limit("domains", "domain", DAILY_DOMAINS, 1, domains, u32::from(known == 0)),
        ];
        let counted = || limits.iter().filter(|limit| limit.adds > 0);
        let reached = counted().find(|limit| limit.used + limit.adds > limit.all);
        let told = counted().map(|limit| RateLimit {
            name: limit.name.into(),
            quota: limit.whole,
            window_seconds: DAY_SECONDS,
            remaining: limit.remaining(reached.is_none()),
            reset_seconds,
        });
        let told = RateLimits(told.collect());
        if let Some(Limit { noun, whole, .. }) = reached {
            let plural = if *whole == 1 { "" } else { "s" };
            let limit = format!("{whole} {noun}{plural}");
            return Ok(Admission::Limited { limit, retry_after_seconds: reset_seconds, limits: told });
        }
        if domains == 0 {
            self.end_with_the_day().await?;
        }
        sql.run(
            "INSERT INTO spent VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET cost = cost + ?2, fresh = fresh + ?3",
            &[domain.as_str().into(), (*cost).into(), fresh.into()],
        )?;
        Ok(Admission::Allowed { limits: told })
    }

    /// A scan has ended, and did not send so much of what it was counted for.
    fn settle(&self, spending: &Spending) -> Result<()> {
        let Spending { domain, cost, fresh } = spending;
        let sql = Sql::of(&self.state);
        // After the day there is nothing to give back.
        if sql.has("spent")? {
            let fresh = if *fresh { *cost } else { 0 };
            sql.run(
                "UPDATE spent SET cost = cost - ?2, fresh = fresh - ?3 WHERE domain = ?1",
                &[domain.as_str().into(), (*cost).into(), fresh.into()],
            )?;
        }
        Ok(())
    }

    /// Somebody wants to be the owner.
    async fn owner_token(&self, is_wrong: bool) -> Result<Silence> {
        let silence = owner_token::attempt(&Sql::of(&self.state), is_wrong)?;
        if is_wrong {
            self.end_with_the_day().await?;
        }
        Ok(silence)
    }

    async fn salt(&self, ends_with_the_day: bool) -> Result<String> {
        let sql = Sql::of(&self.state);
        sql.run("CREATE TABLE IF NOT EXISTS salt(value TEXT)", &[])?;
        let known = sql.row("SELECT max(value) FROM salt", &[])?.text(0);
        if let Some(salt) = known {
            return Ok(salt);
        }
        let salt = platform::random_uuid() + &platform::random_uuid();
        sql.run("INSERT INTO salt VALUES (?)", &[salt.as_str().into()])?;
        if ends_with_the_day {
            self.end_with_the_day().await?;
        }
        Ok(salt)
    }

    async fn end_with_the_day(&self) -> Result<()> {
        let end = platform::now() + f64::from(rest_of_the_day_ms() + HOUR_MS);
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

impl Limit {
    /// How many are left, this scan counted or not.
    fn remaining(&self, is_counted: bool) -> u32 {
        let spent = if is_counted { self.adds } else { 0 };
        self.all.saturating_sub(self.used + spent) / self.unit
    }
}

const HOUR_MS: u32 = 3_600_000;
const DAY_SECONDS: u32 = 86_400;
