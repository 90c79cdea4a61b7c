//! Who has proven that a domain is theirs, in its Durable Object.

use launch_ready_core::drive::{Limits, Scan, run};
use launch_ready_core::ownership::CHECK;
use launch_ready_edge::js;
use launch_ready_edge::typed;
use worker::Result;

use crate::host::Edge;
use crate::scan::OnEvent;
use crate::sql::Sql;

/// Seconds for which a proof holds before it must be shown again: a domain may be sold.
const HOLDS_SECONDS: u32 = 30 * 86_400;

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

/// Whether the proof is published, in the domain's Durable Object.
pub(crate) async fn is_published(domain: &str, proof: &str) -> bool {
    let Ok(target) = typed::target(domain) else { return false };
    let limits = Limits { budget: 12, ..Limits::default() };
    let edge = Edge::default();
    // The owner asks.
    edge.permit.settle(true);
    let mut scan = Scan::new(target, &[&CHECK], limits);
    let mut unheard = |_| true;
    run(&mut scan, &edge, &mut unheard as OnEvent<'_>).await;
    let (_, _, findings) = scan.finish();
    findings.iter().any(|(_, finding)| finding.seen.iter().any(|seen| seen.text == proof))
}
