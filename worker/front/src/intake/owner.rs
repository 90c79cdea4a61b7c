//! What the owner may do with the requests: take them out, and delete what somebody wants deleted.

use js_sys::JSON;
use wasm_bindgen::JsValue;
use worker::{Env, Request, Response};

use super::csv::cell;
use crate::d1::Database;
use launch_ready_edge::client;
use launch_ready_edge::problem::Problem;
use launch_ready_edge::{config, js};

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
    let accept = js::header(&request.headers().0, "accept").unwrap_or_default();
    let is_csv = accept.split(',').any(|range| range.trim().to_ascii_lowercase().starts_with("text/csv"));
    let query = format!(
        "SELECT {} FROM leads JOIN outbox ON lead = id
         WHERE ?1 = '' OR (created_at, id) > (SELECT created_at, id FROM leads WHERE id = ?1)
         ORDER BY created_at, id LIMIT ?2",
        COLUMNS.join(", ")
    );
    let values = [JsValue::from_str(&after), JsValue::from_f64(PAGE as f64)];
    let database = Database::of(env);
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
        let last = rows.last().and_then(|row| row.get(0).as_string());
        (out, "text/csv; charset=utf-8; header=present", rows.len(), last)
    } else {
        let rows = database.objects(&query, &values).await?;
        let json = JSON::stringify(&rows).map_err(|thrown| Problem::thrown(&thrown))?;
        let count = usize::try_from(rows.length()).unwrap_or_default();
        let last = js_sys::Reflect::get(&rows.get(rows.length().saturating_sub(1)), &"id".into());
        (String::from(json), "application/json", count, last.ok().and_then(|id| id.as_string()))
    };
    let response = Response::from_bytes(body.into_bytes())?;
    js::set(&response.headers().0, "content-type", content_type);
    if count >= PAGE
        && let Some(last) = last
    {
        js::set(&response.headers().0, "link", &format!("</api/v1/intake?after={last}>; rel=\"next\""));
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

/// Lets the owner through: who knows the secret `OWNER_TOKEN`.
async fn authorize(request: &Request, env: &Env) -> Result<(), Problem> {
    let Some(token) = config::text(env, config::OWNER_TOKEN) else {
        return Err(Problem::not_configured("The secret OWNER_TOKEN is not set.".to_owned()));
    };
    let given = js::header(&request.headers().0, "authorization").unwrap_or_default();
    let given = given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let given = given.map(|(_, given)| given.trim()).unwrap_or_default();
    // Hashes are of one length, and a hash that is nearly right tells nothing about the secret; comparing all of it takes
    // the same time whatever is in it.
    let (ours, theirs) = (client::hash(&token).await?, client::hash(given).await?);
    let difference = ours.bytes().zip(theirs.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    if difference == 0 { Ok(()) } else { Err(Problem::unauthorized()) }
}
