//! What the owner may do with the requests: take them out, and delete what somebody wants deleted.

use js_sys::JSON;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, Headers, Request, Response};

use super::cursor::Cursor;
use crate::d1::Database;
use launch_ready_core::csv::cell;
use launch_ready_edge::ask::ask;
use launch_ready_edge::client;
use launch_ready_edge::problem::Problem;
use launch_ready_edge::{config, js};

#[wasm_bindgen]
extern "C" {
    /// Whether two are the same, in a time that says nothing of where they differ. Both must be of one length.
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = timingSafeEqual)]
    fn timing_safe_equal(a: &[u8], b: &[u8]) -> Result<bool, JsValue>;
}

/// Requests in one answer. More of them are behind its `Link`.
const PAGE: usize = 500;

/// What is taken out, in this order.
const COLUMNS: [&str; 13] = [
    "id",
    "created_at",
    "name",
    "email",
    "company",
    "domain",
    "segment",
    "goal",
    "launch_date",
    "message",
    "report",
    "sprint",
    "delivered_at",
];

/// `GET /api/v1/intake`: every request, the oldest first, as JSON or as CSV.
pub(crate) async fn export(request: &Request, env: &Env) -> Result<Response, Problem> {
    authorize(request, env).await?;
    let url = request.url()?;
    let mut after = String::new();
    for (name, value) in url.query_pairs() {
        match &*name {
            "after" => after = value.into_owned(),
            _ => return Err(Problem::unknown_parameter(&name, &["after"])),
        }
    }
    let database = Database::of(env);
    let after = Cursor::read(&database, &after).await?;
    let accept = js::header(&request.headers().0, "accept").unwrap_or_default();
    let is_csv = accept.split(',').any(|range| range.trim().to_ascii_lowercase().starts_with("text/csv"));
    let query = format!(
        "SELECT {} FROM leads JOIN outbox ON lead = id WHERE (created_at, id) > (?1, ?2)
         ORDER BY created_at, id LIMIT ?3",
        COLUMNS.join(", ")
    );
    let values = [after.created_at.into(), after.id.as_str().into(), JsValue::from_f64(PAGE as f64)];
    let (body, content_type, count, last) = if is_csv {
        let rows = database.rows(&query, &values).await?;
        let mut out = COLUMNS.map(cell).join(",") + "\r\n";
        for row in &rows {
            let cells: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(column, value)| match value.as_f64() {
                    Some(at) if COLUMNS[column].ends_with("_at") => cell(&js::iso(at)),
                    _ => cell(&value.as_string().unwrap_or_default()),
                })
                .collect();
            out += &cells.join(",");
            out += "\r\n";
        }
        let last = rows.last().and_then(|row| Cursor::behind(&row.get(1), &row.get(0)));
        (out, "text/csv; charset=utf-8; header=present", rows.len(), last)
    } else {
        let rows = database.objects(&query, &values).await?;
        let json = JSON::stringify(&rows).map_err(|thrown| Problem::thrown(&thrown))?;
        let count = usize::try_from(rows.length()).unwrap_or_default();
        let row = rows.get(rows.length().saturating_sub(1));
        let value = |name: &str| js_sys::Reflect::get(&row, &name.into()).unwrap_or_default();
        (String::from(json), "application/json", count, Cursor::behind(&value("created_at"), &value("id")))
    };
    let response = Response::from_bytes(body.into_bytes())?;
    js::set(&response.headers().0, "content-type", content_type);
    if count >= PAGE
        && let Some(last) = last
    {
        js::set(
            &response.headers().0,
            "link",
            &format!("</api/v1/intake?after={}>; rel=\"next\"", last.text()),
        );
    }
    Ok(response)
}

/// `DELETE /api/v1/intake?email=…`: everything that came from an address.
pub(crate) async fn delete(request: &Request, env: &Env) -> Result<Response, Problem> {
    authorize(request, env).await?;
    let url = request.url()?;
    let mut email = String::new();
    for (name, value) in url.query_pairs() {
        match &*name {
            "email" => email = value.trim().to_owned(),
            _ => return Err(Problem::unknown_parameter(&name, &["email"])),
        }
    }
    if email.is_empty() {
        return Err(Problem::missing_parameter("email", "Name the e-mail address whose requests are to go."));
    }
    let database = Database::of(env);
    let values = [JsValue::from_str(&email)];
    let count = database.rows("SELECT count(*) FROM leads WHERE email = ?", &values).await?;
    let count = count.first().and_then(|row| row.get(0).as_f64()).unwrap_or_default() as u32;
    database
        .together(&[
            database.statement(
                "DELETE FROM outbox WHERE lead IN (SELECT id FROM leads WHERE email = ?)",
                &values,
            )?,
            database.statement("DELETE FROM leads WHERE email = ?", &values)?,
        ])
        .await?;
    let response = Response::from_bytes(format!("{{\"deleted\":{count}}}").into_bytes())?;
    js::set(&response.headers().0, "content-type", "application/json");
    Ok(response)
}

/// Lets the owner through: who knows the secret `OWNER_TOKEN`. Who sends wrong ones is soon told nothing more, so that nobody
/// finds it by trying; the owner still gets in from every other address.
async fn authorize(request: &Request, env: &Env) -> Result<(), Problem> {
    let Some(token) = config::text(env, config::OWNER_TOKEN) else {
        return Err(Problem::not_configured("The secret OWNER_TOKEN is not set.".to_owned()));
    };
    let given = js::header(&request.headers().0, "authorization").unwrap_or_default();
    let given = given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let given = given.map(|(_, given)| given.trim()).unwrap_or_default();
    if given.is_empty() {
        // Nothing was tried.
        return Err(Problem::unauthorized());
    }
    // Hashes are of one length, and a hash that is nearly right tells nothing about the secret.
    let (ours, theirs) = (client::hash(&token).await?, client::hash(given).await?);
    let is_right =
        timing_safe_equal(ours.as_bytes(), theirs.as_bytes()).map_err(|thrown| Problem::thrown(&thrown))?;
    // Counted and judged in one step: of many that come at once, not one more is answered.
    let path = if is_right { "/owner-token" } else { "/owner-token?wrong" };
    let client = client::key(request, env).await?;
    let mut counted = ask(env, config::VISITORS, &client, path, Headers::new()).await?;
    let Ok(seconds) = counted.text().await?.parse::<u32>() else {
        return Err(Problem::internal("wrong tokens were not counted"));
    };
    match (seconds, is_right) {
        (0, true) => Ok(()),
        (0, false) => Err(Problem::unauthorized()),
        _ => {
            let minutes = seconds.div_ceil(60);
            let plural = if minutes == 1 { "" } else { "s" };
            let detail = format!(
                "Five wrong owner tokens came from this address within an hour. Try again in {minutes} minute{plural}, or from another address."
            );
            Err(Problem::limited(&detail, seconds, Vec::new()))
        }
    }
}
