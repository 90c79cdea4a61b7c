//! How often a client tried to be the owner with a wrong token: counted with what else it caused today.

use std::num::NonZeroU32;

use worker::Result;

use crate::day::rest_of_the_day_ms;
use crate::message::Silence;
use crate::platform;
use crate::state::sql::Sql;

/// Wrong tokens of one client in [`WINDOW_MS`]: a person mistypes less often, and nobody guesses a token in five.
const MOST_WRONG: f64 = 5.0;

/// Milliseconds for which wrong tokens count, from the first one on.
const WINDOW_MS: f64 = 3_600_000.0;

/// Notes an attempt. `None` where it may be answered; otherwise the seconds for which the client is told nothing any more,
/// neither that a token is wrong nor that it is right.
pub(crate) fn attempt(sql: &Sql, is_wrong: bool) -> Result<Silence> {
    if !is_wrong && !sql.has("wrong_tokens")? {
        return Ok(None);
    }
    sql.run("CREATE TABLE IF NOT EXISTS wrong_tokens(at INTEGER NOT NULL)", &[])?;
    let now = platform::now();
    let [wrong, first] = sql
        .row("SELECT count(*), min(at) FROM wrong_tokens WHERE at > ?", &[(now - WINDOW_MS).into()])?
        .numbers();
    if wrong >= MOST_WRONG {
        // With the day the client has another name, and begins at nothing.
        let ms = (first + WINDOW_MS - now).min(f64::from(rest_of_the_day_ms()));
        return Ok(NonZeroU32::new((ms / 1000.0).ceil().max(1.0) as u32));
    }
    if is_wrong {
        sql.run("INSERT INTO wrong_tokens VALUES (?)", &[now.into()])?;
    }
    Ok(None)
}
