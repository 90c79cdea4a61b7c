//! Where an export goes on: a place in the order of the requests, which is there whether the request itself still is or not.

use launch_ready_edge::js;
use launch_ready_edge::problem::Problem;
use wasm_bindgen::JsValue;

use crate::d1::Database;

/// Behind the request of that time and id. Nothing is before the default.
#[derive(Default)]
pub(crate) struct Cursor {
    /// Milliseconds since 1970.
    pub(crate) created_at: f64,
    pub(crate) id: String,
}

impl Cursor {
    /// Behind the row with these columns.
    pub(crate) fn behind(created_at: &JsValue, id: &JsValue) -> Option<Self> {
        Some(Self { created_at: created_at.as_f64()?, id: id.as_string()? })
    }

    /// Reads what [`text`](Self::text) wrote, or the id of a request that is there: the last one that somebody has.
    ///
    /// # Errors
    /// What is neither: it says nothing about where to go on.
    pub(crate) async fn read(database: &Database, text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if let Some((at, id)) = text.split_once('.')
            && !at.is_empty()
            && at.len() <= MOST_DIGITS
            && at.bytes().all(|digit| digit.is_ascii_digit())
        {
            return Ok(Self { created_at: js::number(at), id: id.to_owned() });
        }
        let rows = database.rows("SELECT created_at, id FROM leads WHERE id = ?", &[text.into()]).await?;
        let found = rows.first().and_then(|row| Self::behind(&row.get(0), &row.get(1)));
        found.ok_or_else(|| {
            let detail = "No request is at this place. Take the address from the Link of an answer, or begin without \u{201c}after\u{201d}.";
            Problem::parameter("unknown-cursor", "The list cannot go on there", detail.to_owned(), "after", Vec::new())
        })
    }

    /// As it stands in an address.
    pub(crate) fn text(&self) -> String {
        format!("{}.{}", self.created_at as u64, self.id)
    }
}

/// Digits of a time: all whole numbers that JavaScript has.
const MOST_DIGITS: usize = 15;
