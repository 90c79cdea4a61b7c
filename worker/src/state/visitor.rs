//! What one client caused today, counted in a Durable Object of its own that is gone an hour after the day.
//!
//! Its name is a hash whose salt changes with the day (see [`client`](launch_ready_edge::client)), so it only ever sees one.

use js_sys::Object;
use js_sys::futures::JsFuture;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::sql::Sql;
use launch_ready_edge::client::DAY_MS;
use launch_ready_edge::config::{DAILY_DOMAINS, DAILY_FRESH, DAILY_SCANS, Number};
use launch_ready_edge::js;

/// One client on one day; or, under a name of its own, the day's salt.
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
        if url.path() == "/salt" {
            return Response::ok(self.salt().await?);
        }
        let query = |wanted: &str| {
            url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        self.count(&query("domain").unwrap_or_default(), query("fresh").is_some()).await
    }

    async fn alarm(&self) -> Result<Response> {
        self.state.storage().delete_all().await?;
        Response::empty()
    }
}

impl VisitorObject {
    /// A scan of `domain`: counted, unless one of the limits is reached. What is left is said in the header fields of
    /// draft-ietf-httpapi-ratelimit-headers-10.
    async fn count(&self, domain: &str, fresh: bool) -> Result<Response> {
        let sql = Sql::of(&self.state);
        sql.run(
            "CREATE TABLE IF NOT EXISTS asked(
               domain TEXT PRIMARY KEY, scans INTEGER NOT NULL, fresh INTEGER NOT NULL)",
            &[],
        )?;
        let sums = sql.row(
            "SELECT coalesce(sum(scans), 0), coalesce(sum(fresh), 0), count(*), coalesce(max(domain = ?), 0) FROM asked",
            &[domain.into()],
        )?;
        let [scans, fresh_ones, domains, known] = sums.numbers().map(|number| number as u32);
        let seconds = rest_of_the_day() / 1000;
        let read = |number: Number| number.read(&self.env);
        let limits = [
            ("scans", scans, read(DAILY_SCANS), true),
            ("fresh", fresh_ones, read(DAILY_FRESH), fresh),
            ("domains", domains, read(DAILY_DOMAINS), known == 0),
        ];
        let counted = || limits.iter().filter(|(_, _, _, counts)| *counts);
        let reached = counted().find(|(_, used, limit, _)| used >= limit);
        let response = Response::empty()?.with_status(if reached.is_some() { 429 } else { 204 });
        let headers = response.headers();
        let (mut policy, mut left) = (String::new(), String::new());
        for (name, used, limit, _) in counted() {
            let comma = if policy.is_empty() { "" } else { ", " };
            let spent = u32::from(reached.is_none());
            let remaining = limit.saturating_sub(*used + spent);
            policy += &format!("{comma}\"{name}\";q={limit};w=86400");
            left += &format!("{comma}\"{name}\";r={remaining};t={seconds}");
        }
        js::set(&headers.0, "ratelimit-policy", &policy);
        js::set(&headers.0, "ratelimit", &left);
        if let Some((name, ..)) = reached {
            js::set(&headers.0, "x-limit", name);
            js::set(&headers.0, "retry-after", &seconds.to_string());
            return Ok(response);
        }
        if scans == 0 {
            self.end_with_the_day().await?;
        }
        sql.run(
            "INSERT INTO asked VALUES (?1, 1, ?2) ON CONFLICT DO UPDATE SET scans = scans + 1, fresh = fresh + ?2",
            &[domain.into(), f64::from(u8::from(fresh)).into()],
        )?;
        Ok(response)
    }

    async fn salt(&self) -> Result<String> {
        let sql = Sql::of(&self.state);
        sql.run("CREATE TABLE IF NOT EXISTS salt(value TEXT)", &[])?;
        let known = sql.row("SELECT max(value) FROM salt", &[])?.text(0);
        if let Some(salt) = known {
            return Ok(salt);
        }
        let salt = js::random_uuid() + &js::random_uuid();
        sql.run("INSERT INTO salt VALUES (?)", &[salt.as_str().into()])?;
        self.end_with_the_day().await?;
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

/// Milliseconds until midnight (UTC).
fn rest_of_the_day() -> u32 {
    DAY_MS - (js::now() as u64 % u64::from(DAY_MS)) as u32
}

const HOUR_MS: u32 = 3_600_000;
