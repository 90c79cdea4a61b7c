//! Who has proven that a domain is theirs, in its Durable Object.

use crate::platform;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word::Word;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::engine::transport::run;
use launch_ready_core::facts::ownership::Ownership;
use launch_ready_core::target::Target;
use worker::{Env, Result};

use crate::state::sql::Sql;
use crate::transport::EdgeTransport;

/// Seconds for which a proof holds before it must be shown again: a domain may be sold.
const HOLDS_SECONDS: u32 = 30 * 86_400;

/// Until when a proof holds that was seen before, in milliseconds since 1970; `None` where it was not, or does not any more.
pub(crate) fn until(sql: &Sql, proof: &str) -> Result<Option<f64>> {
    if !sql.has("owners")? {
        return Ok(None);
    }
    let rows = sql.rows(
        "SELECT until FROM owners WHERE proof = ? AND until > ?",
        &[proof.into(), platform::now().into()],
    )?;
    Ok(rows.first().map(|row| row.number(0)))
}

/// Remembers a proof that was seen, and says until when it holds.
pub(crate) fn remember(sql: &Sql, proof: &str) -> Result<f64> {
    let now = platform::now();
    let until = now + f64::from(HOLDS_SECONDS) * 1000.0;
    sql.run("CREATE TABLE IF NOT EXISTS owners(proof TEXT PRIMARY KEY, until INTEGER NOT NULL)", &[])?;
    sql.run("DELETE FROM owners WHERE until < ?", &[now.into()])?;
    sql.run("INSERT OR REPLACE INTO owners VALUES (?, ?)", &[proof.into(), until.into()])?;
    Ok(until)
}

/// What was found of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is published.
    Published,
    /// It is no record, and the owner has opted out: the site was not asked for the file.
    OptedOut,
    /// It is not published, as far as can be seen.
    Nothing,
}

/// Subrequests for one proof: the record, and the file behind a redirect or two, with the owner's word about their hosts.
pub(crate) const BUDGET: u32 = 16;

/// Looks for a proof, in the domain's Durable Object; and how many subrequests that took. Who asks need not be the owner: that is what
/// is to be proven. So the owner's word holds here, too.
pub(crate) async fn look(env: &Env, target: Target, proof: &str) -> (Found, u32) {
    let limits = Limits { budget: BUDGET, ..Limits::default() };
    let edge = EdgeTransport::new(env);
    let task = Ownership { target: target.clone() };
    let mut scan = Scan::of(target, vec![task], limits);
    run(&mut scan, &edge, |_| true).await;
    let opted_out = matches!(scan.word(), Some(Word::OptedOut { .. }));
    let (_, _, outcomes) = scan.end();
    let published = |outcome: &Result<Vec<String>, _>| outcome.iter().flatten().any(|known| known == proof);
    let found = match outcomes.iter().any(|(_, outcome)| published(outcome)) {
        true => Found::Published,
        false if opted_out => Found::OptedOut,
        false => Found::Nothing,
    };
    (found, edge.sent())
}
