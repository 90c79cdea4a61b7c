//! `/api/v1/health`: whether the service is set up and answers.

use launch_ready_api::Health;
use worker::Response;

use crate::response::json::{bodiless, json};
use crate::response::problem::Problem;

/// What GET says. Settings that are missing were said before.
pub(crate) fn get() -> Result<Response, Problem> {
    json(&Health { status: "ok", version: env!("CARGO_PKG_VERSION") }, 200)
}

/// The same without a body.
pub(crate) fn head() -> Result<Response, Problem> {
    bodiless(200, "application/json")
}
