//! `GET` and `DELETE /api/v1/intake`: what the owner may do with the requests. Take them out, and delete what somebody wants deleted.

use js_sys::JSON;
use launch_ready_api::Deleted;
use launch_ready_core::csv::cell;
use wasm_bindgen::JsValue;
use worker::Response;

use crate::call::Call;
use crate::intake::cursor::Cursor;
use crate::intake::database::Database;
use crate::intake::owner::authorize;
use crate::platform;
use crate::response::json::{json, typed};
use crate::response::problem::Problem;

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
pub(crate) async fn export(call: &Call<'_>) -> Result<Response, Problem> {
    authorize(call).await?;
    let url = call.request.url()?;
    let mut after = String::new();
    for (name, value) in url.query_pairs() {
        match &*name {
            "after" => after = value.into_owned(),
            _ => return Err(Problem::unknown_parameter(&name, &["after"])),
        }
    }
    let database = Database::of(call.env);
    let after = Cursor::read(&database, &after).await?;
    let accept = call.header("accept").unwrap_or_default();
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
                .zip(COLUMNS)
                .map(|(value, column)| match value.as_f64() {
                    Some(at) if column.ends_with("_at") => cell(&platform::iso(at)),
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
    let response = typed(body.into_bytes(), content_type, 200)?;
    if count >= PAGE
        && let Some(last) = last
    {
        platform::set(
            &response.headers().0,
            "link",
            &format!("</api/v1/intake?after={}>; rel=\"next\"", last.text()),
        );
    }
    Ok(response)
}

/// `DELETE /api/v1/intake?email=…`: everything that came from an address.
pub(crate) async fn delete(call: &Call<'_>) -> Result<Response, Problem> {
    authorize(call).await?;
    let url = call.request.url()?;
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
    let database = Database::of(call.env);
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
    json(&Deleted { deleted: count }, 200)
}
