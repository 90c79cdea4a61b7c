//! SQL in a Durable Object: a statement, its values, its rows. Nothing is mapped; the statements say what they give.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result, State};

#[wasm_bindgen]
extern "C" {
    type SqlStorage;

    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &SqlStorage, statement: &str, values: Array) -> std::result::Result<Cursor, JsValue>;

    type Cursor;

    #[wasm_bindgen(method, catch)]
    fn raw(this: &Cursor) -> std::result::Result<JsValue, JsValue>;
}

/// The database of one Durable Object.
pub(crate) struct Sql(SqlStorage);

impl Sql {
    /// The database of the object whose state this is.
    pub(crate) fn of(state: &State) -> Self {
        let storage = state.storage();
        let sql = Reflect::get(storage.as_raw(), &JsValue::from_str("sql")).unwrap_or_default();
        Self(sql.unchecked_into())
    }

    /// Runs one statement.
    pub(crate) fn run(&self, statement: &str, values: &[JsValue]) -> Result<()> {
        self.0.exec(statement, values.iter().collect())?;
        Ok(())
    }

    /// Every row of a query.
    pub(crate) fn rows(&self, query: &str, values: &[JsValue]) -> Result<Vec<Row>> {
        let rows = Array::from(&self.0.exec(query, values.iter().collect())?.raw()?);
        Ok(rows.iter().map(|row| Row(row.unchecked_into())).collect())
    }

    /// The row of a query that always has one.
    pub(crate) fn row(&self, query: &str, values: &[JsValue]) -> Result<Row> {
        let mut rows = self.rows(query, values)?;
        rows.pop().ok_or_else(|| Error::RustError("a query without a row".to_owned()))
    }

    /// Whether there is such a table. What is only read creates none.
    pub(crate) fn has(&self, table: &str) -> Result<bool> {
        let query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
        Ok(!self.rows(query, &[table.into()])?.is_empty())
    }
}

/// One row.
pub(crate) struct Row(Array);

impl Row {
    /// A column that is text; `None` for NULL.
    pub(crate) fn text(&self, column: u32) -> Option<String> {
        self.0.get(column).as_string()
    }

    /// A column that is a number; zero for NULL.
    pub(crate) fn number(&self, column: u32) -> f64 {
        self.0.get(column).as_f64().unwrap_or_default()
    }

    /// Whether a column is there: not NULL.
    pub(crate) fn has(&self, column: u32) -> bool {
        !self.0.get(column).is_null()
    }

    /// The first columns, all of them numbers.
    pub(crate) fn numbers<const N: usize>(&self) -> [f64; N] {
        std::array::from_fn(|column| self.number(u32::try_from(column).unwrap_or_default()))
    }
}
