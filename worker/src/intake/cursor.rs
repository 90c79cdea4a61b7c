//! Where an export goes on: a place in the order of the requests, which is there whether the request itself still is or not.

use wasm_bindgen::JsValue;

use crate::intake::database::Database;
use crate::response::problem::Problem;

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
            && let Ok(at @ ..=MOST_MS) = at.parse::<u64>()
        {
            return Ok(Self { created_at: at as f64, id: id.to_owned() });
        }
        let rows = database.rows("SELECT created_at, id FROM leads WHERE id = ?", &[text.into()]).await?;
        let found = rows.first().and_then(|row| Self::behind(&row.get(0), &row.get(1)));
        found.ok_or_else(|| {
            let detail = "No request is at this place. Take the address from the Link of an answer, or begin without \u{201c}after\u{201d}.";
            Problem::parameter("unknown-cursor", "The list cannot go on there", detail.to_owned(), "after", &[])
        })
    }

    /// As it stands in an address.
    pub(crate) fn text(&self) -> String {
        format!("{}.{}", self.created_at as u64, self.id)
    }
}

/// All whole numbers that JavaScript has.
const MOST_MS: u64 = (1 << 53) - 1;
