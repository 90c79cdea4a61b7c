//! The reports of one domain, in its Durable Object.

use launch_ready_core::report::Risk;
use launch_ready_core::report::gaps::Gap;
use launch_ready_core::report::score::Decision;
use wasm_bindgen::JsValue;
use worker::Result;

use crate::message::{BriefReply, ReportSummary, RiskSummary};
use crate::state::sql::{Row, Sql};

/// Reports that are kept of one domain, whether or not anybody opened them by their link. Older ones go; those that
/// were opened, or belong to a request for a call, stay; and so do the last [`HISTORY`] that speak of the domain alone,
/// whatever else is asked about it: they are what everybody is shown.
const KEPT: u32 = 50;

/// Reports in a history: the last ones are what a difference is made of.
const HISTORY: u32 = 5;

/// A report as it is kept.
pub(crate) struct Stored {
    /// Cannot be guessed.
    pub(crate) id: String,
    /// When its scan ended, in milliseconds since 1970.
    pub(crate) at: u64,
    /// The report.
    pub(crate) json: String,
    /// Whether it lacks answers because the resolvers failed: it is fresh for `UNHEARD_SECONDS` only.
    pub(crate) is_short: bool,
}

impl Stored {
    const COLUMNS: &str = "id, at, json, json ->> '$.coverage.unheard' IS NOT NULL";

    fn of(row: &Row) -> Self {
        let text = |column| row.text(column).unwrap_or_default();
        Self { id: text(0), at: row.number(1) as u64, json: text(2), is_short: row.number(3) != 0.0 }
    }
}

/// Keeps a report: the answer to `key`, by so many checks. `plain` is one that nobody told us anything for but the domain.
pub(crate) fn save(sql: &Sql, stored: &Stored, key: &str, plain: bool, checks: usize) -> Result<()> {
    create(sql)?;
    sql.run(
        "INSERT INTO reports VALUES (?, ?, ?, ?, ?, 0, ?)",
        &[
            stored.id.as_str().into(),
            key.into(),
            JsValue::from_f64(stored.at as f64),
            f64::from(u8::from(plain)).into(),
            checks_value(checks),
            stored.json.as_str().into(),
        ],
    )?;
    sql.run(
        "DELETE FROM reports WHERE kept = 0
           AND id NOT IN (SELECT id FROM reports ORDER BY at DESC LIMIT ?)
           AND id NOT IN (SELECT id FROM reports WHERE plain = 1 ORDER BY at DESC LIMIT ?)",
        &[f64::from(KEPT).into(), f64::from(HISTORY).into()],
    )
}

/// Whether there is a report that everybody is shown.
pub(crate) fn is_shown(sql: &Sql) -> Result<bool> {
    Ok(sql.has("reports")? && !sql.rows("SELECT 1 FROM reports WHERE plain = 1 LIMIT 1", &[])?.is_empty())
}

/// The newest answer to `key`, if it was given by so many checks: what another version of us said is not what this one
/// would say.
pub(crate) fn newest(sql: &Sql, key: &str, checks: usize) -> Result<Option<Stored>> {
    find(sql, "question = ? AND checks = ? ORDER BY at DESC LIMIT 1", &[key.into(), checks_value(checks)])
}

/// The report of that id. It was asked for by its link, and stays from now on.
pub(crate) fn open(sql: &Sql, id: &str) -> Result<Option<Stored>> {
    let found = find(sql, "id = ?", &[id.into()])?;
    if found.is_some() {
        pin(sql, id)?;
    }
    Ok(found)
}

/// The last answers to `key`, the newest first.
pub(crate) fn history(sql: &Sql, key: &str) -> Result<Vec<String>> {
    if !sql.has("reports")? {
        return Ok(Vec::new());
    }
    let rows = sql.rows(
        "SELECT json FROM reports WHERE question = ? ORDER BY at DESC LIMIT ?",
        &[key.into(), HISTORY.into()],
    )?;
    Ok(rows.iter().filter_map(|row| row.text(0)).collect())
}

/// What is shown of a report: of the one of that id, or, where none is named, of the newest that speaks of the domain and of
/// nothing else. SQLite takes the JSON apart: reading a whole report for a badge would take longer.
pub(crate) fn summary(sql: &Sql, id: Option<&str>) -> Result<Option<ReportSummary>> {
    if !sql.has("reports")? {
        return Ok(None);
    }
    let rows = sql.rows(
        "SELECT id, at, json ->> '$.verdict.decision', json ->> '$.verdict.reason', json ->> '$.score.value',
           json ->> '$.coverage.answered', json ->> '$.coverage.of'
         FROM reports WHERE CASE ?1 WHEN '' THEN plain = 1 ELSE id = ?1 END ORDER BY at DESC LIMIT 1",
        &[id.unwrap_or_default().into()],
    )?;
    let Some(row) = rows.first() else { return Ok(None) };
    let text = |row: &Row, column| row.text(column).unwrap_or_default();
    let mut summary = ReportSummary {
        id: text(row, 0),
        at: row.number(1) as u64,
        decision: decision(row, 2).unwrap_or(Decision::NoVerdict),
        reason: text(row, 3),
        score: row.has(4).then(|| row.number(4) as u32),
        answered: row.number(5) as u32,
        of: row.number(6) as u32,
        risks: Vec::new(),
        unanswered: Vec::new(),
        gaps: Vec::new(),
        unknown: Vec::new(),
        passed: 0,
        not_applicable: 0,
    };
    let risks = sql.rows(
        "SELECT risk.key, risk.value, found.value ->> '$.name', found.value ->> '$.detail', fix.value
         FROM reports, json_each(reports.json, '$.risks') AS risk
         JOIN json_each(reports.json, '$.findings') AS found ON found.value ->> '$.check' = risk.value ->> '$.check'
         LEFT JOIN json_each(found.value, '$.fixes') AS fix
         WHERE reports.id = ? ORDER BY risk.key, fix.key",
        &[summary.id.as_str().into()],
    )?;
    let mut last = None;
    for row in &risks {
        // What another version wrote in another form is left out whole.
        let Ok(risk) = serde_json::from_str::<Risk>(&text(row, 1)) else { continue };
        if last != Some(row.number(0)) {
            last = Some(row.number(0));
            let Risk { rank, title, loses, effort, who, .. } = risk;
            let (name, detail) = (text(row, 2), text(row, 3));
            let fixes = Vec::new();
            summary.risks.push(RiskSummary { rank, loses, effort, who, name, title, detail, fixes });
        }
        if let (Some(risk), Ok(fix)) = (summary.risks.last_mut(), serde_json::from_str(&text(row, 4))) {
            risk.fixes.push(fix);
        }
    }
    rest(sql, &mut summary)?;
    if let Some(id) = id {
        pin(sql, id)?;
    }
    Ok(Some(summary))
}

/// What a summary says beside what to fix: what passed, what could not be checked and why, and what stands in no verdict.
fn rest(sql: &Sql, summary: &mut ReportSummary) -> Result<()> {
    let gaps = sql.rows(
        "SELECT gap.value FROM reports, json_each(reports.json, '$.gaps') AS gap WHERE reports.id = ? ORDER BY gap.key",
        &[summary.id.as_str().into()],
    )?;
    let gaps = gaps.iter().filter_map(|row| serde_json::from_str::<Gap>(&row.text(0)?).ok());
    summary.gaps = gaps.collect();
    let rows = sql.rows(
        "SELECT found.value ->> '$.check', found.value ->> '$.name', found.value ->> '$.level',
           found.value ->> '$.check' IN (SELECT value FROM json_each(reports.json, '$.verdict.checks'))
         FROM reports, json_each(reports.json, '$.findings') AS found WHERE reports.id = ? ORDER BY found.key",
        &[summary.id.as_str().into()],
    )?;
    for row in &rows {
        let (check, name) = (row.text(0).unwrap_or_default(), row.text(1).unwrap_or_default());
        match row.text(2).as_deref() {
            Some("pass") => summary.passed += 1,
            Some("not-applicable") => summary.not_applicable += 1,
            Some("not-measured") => {
                if summary.decision == Decision::NoVerdict && row.number(3) != 0.0 {
                    summary.unanswered.push((check.clone(), name.clone()));
                }
                if !summary.gaps.iter().any(|gap| gap.checks.contains(&check)) {
                    summary.unknown.push(name);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Id, decision and the area of the worst risk of a report: of the one of that id, or of the newest plain one. It stays.
pub(crate) fn brief(sql: &Sql, id: Option<&str>) -> Result<BriefReply> {
    if !sql.has("reports")? {
        return Ok(BriefReply::default());
    }
    let rows = sql.rows(
        "SELECT id, json ->> '$.verdict.decision',
           (SELECT value ->> '$.area' FROM json_each(reports.json, '$.findings')
            WHERE value ->> '$.check' = reports.json ->> '$.risks[0].check'),
           json ->> '$.segment'
         FROM reports WHERE CASE ?1 WHEN '' THEN plain = 1 ELSE id = ?1 END ORDER BY at DESC LIMIT 1",
        &[id.unwrap_or_default().into()],
    )?;
    let Some(row) = rows.first() else { return Ok(BriefReply::default()) };
    let brief = BriefReply {
        report: row.text(0),
        decision: decision(row, 1),
        area: row.text(2),
        segment: row.text(3),
    };
    pin(sql, brief.report.as_deref().unwrap_or_default())?;
    Ok(brief)
}

fn decision(row: &Row, column: u32) -> Option<Decision> {
    serde_json::from_value(row.text(column)?.into()).ok()
}

/// It was asked for by its link, or belongs to a request for a call: it stays.
fn pin(sql: &Sql, id: &str) -> Result<()> {
    sql.run("UPDATE reports SET kept = 1 WHERE id = ? AND kept = 0", &[id.into()])
}

/// The owner does not want the domain to be checked: nothing of it stays.
pub(crate) fn delete_all(sql: &Sql) -> Result<()> {
    if sql.has("reports")? {
        sql.run("DELETE FROM reports", &[])?;
    }
    Ok(())
}

/// Whether anything is stored.
pub(crate) fn any(sql: &Sql) -> Result<bool> {
    Ok(sql.has("reports")? && !sql.rows("SELECT 1 FROM reports LIMIT 1", &[])?.is_empty())
}

fn find(sql: &Sql, condition: &str, values: &[JsValue]) -> Result<Option<Stored>> {
    // Who only looks leaves nothing behind.
    if !sql.has("reports")? {
        return Ok(None);
    }
    let query = format!("SELECT {} FROM reports WHERE {condition}", Stored::COLUMNS);
    Ok(sql.rows(&query, values)?.first().map(Stored::of))
}

fn create(sql: &Sql) -> Result<()> {
    sql.run(
        "CREATE TABLE IF NOT EXISTS reports(
           id TEXT PRIMARY KEY, question TEXT NOT NULL, at INTEGER NOT NULL, plain INTEGER NOT NULL,
           checks INTEGER NOT NULL, kept INTEGER NOT NULL, json TEXT NOT NULL)",
        &[],
    )?;
    sql.run("CREATE INDEX IF NOT EXISTS by_question ON reports(question, at)", &[])
}

fn checks_value(checks: usize) -> JsValue {
    JsValue::from_f64(f64::from(u32::try_from(checks).unwrap_or(u32::MAX)))
}
