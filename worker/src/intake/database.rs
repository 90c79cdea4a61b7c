//! D1, as far as it is used: statements with values, rows as arrays, several statements in one transaction.

use js_sys::futures::JsFuture;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

use crate::config;
use crate::response::problem::Problem;

#[wasm_bindgen]
extern "C" {
    type D1Database;

    #[wasm_bindgen(method, catch)]
    fn prepare(this: &D1Database, statement: &str) -> Result<Statement, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn batch(this: &D1Database, statements: &Array) -> Result<Promise, JsValue>;

    /// A statement with its values.
    pub(crate) type Statement;

    #[wasm_bindgen(method, catch, variadic)]
    fn bind(this: &Statement, values: Array) -> Result<Statement, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn all(this: &Statement) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn raw(this: &Statement) -> Result<Promise, JsValue>;
}

/// The database of requests for a call.
pub(crate) struct Database(D1Database);

impl Database {
    /// The one of the binding `DB`.
    pub(crate) fn of(env: &Env) -> Self {
        Self(config::binding(env, config::DB))
    }

    /// A statement with its values.
    pub(crate) fn statement(&self, statement: &str, values: &[JsValue]) -> Result<Statement, Problem> {
        let prepared = self.0.prepare(statement).map_err(|thrown| Problem::thrown(&thrown))?;
        if values.is_empty() {
            return Ok(prepared);
        }
        prepared.bind(values.iter().collect()).map_err(|thrown| Problem::thrown(&thrown))
    }

    /// Runs all of them, or none. What the last one gives, as objects.
    pub(crate) async fn together(&self, statements: &[Statement]) -> Result<Array, Problem> {
        let all: Array = statements.iter().map(AsRef::<JsValue>::as_ref).collect();
        let results = Array::from(&wait(self.0.batch(&all)).await?);
        Ok(results_of(&results.get(results.length().saturating_sub(1))))
    }

    /// The rows of a query, each an array of its columns.
    pub(crate) async fn rows(&self, query: &str, values: &[JsValue]) -> Result<Vec<Array>, Problem> {
        let rows = wait(self.statement(query, values)?.raw()).await?;
        Ok(Array::from(&rows).iter().map(JsCast::unchecked_into).collect())
    }

    /// The rows of a query, each an object, as JavaScript's own array.
    pub(crate) async fn objects(&self, query: &str, values: &[JsValue]) -> Result<Array, Problem> {
        let all = wait(self.statement(query, values)?.all()).await?;
        Ok(results_of(&all))
    }
}

/// A column of a row that is an object; `None` for NULL.
pub(crate) fn column(row: &JsValue, name: &str) -> Option<String> {
    Reflect::get(row, &name.into()).ok().and_then(|value| value.as_string())
}

fn results_of(result: &JsValue) -> Array {
    Array::from(&Reflect::get(result, &"results".into()).unwrap_or_default())
}

async fn wait(begun: Result<Promise, JsValue>) -> Result<JsValue, Problem> {
    let thrown = |thrown: JsValue| Problem::thrown(&thrown);
    JsFuture::from(begun.map_err(thrown)?).await.map_err(thrown)
}
