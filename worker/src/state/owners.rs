//! Who has proven that a domain is theirs, in its Durable Object.

use worker::Result;

use crate::js;
use crate::ownership::HOLDS_SECONDS;
use crate::sql::Sql;

/// Until when a proof holds that was seen before, in milliseconds since 1970; `None` where it was not, or does not any more.
pub(crate) fn until(sql: &Sql, proof: &str) -> Result<Option<f64>> {
    if !sql.has("owners")? {
        return Ok(None);
    }
    let rows = sql
        .rows("SELECT until FROM owners WHERE proof = ? AND until > ?", &[proof.into(), js::now().into()])?;
    Ok(rows.first().map(|row| row.number(0)))
}

/// Remembers a proof that was seen, and says until when it holds.
pub(crate) fn remember(sql: &Sql, proof: &str) -> Result<f64> {
    let now = js::now();
    let until = now + f64::from(HOLDS_SECONDS) * 1000.0;
    sql.run("CREATE TABLE IF NOT EXISTS owners(proof TEXT PRIMARY KEY, until INTEGER NOT NULL)", &[])?;
    sql.run("DELETE FROM owners WHERE until < ?", &[now.into()])?;
    sql.run("INSERT OR REPLACE INTO owners VALUES (?, ?)", &[proof.into(), until.into()])?;
    Ok(until)
}
