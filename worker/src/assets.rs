//! Our own static files, where a page or a picture is made of one.

use worker::{Env, Response};

use crate::config;
use crate::response::problem::Problem;

/// Fetches the file at `path`.
pub(crate) async fn asset(env: &Env, path: &str) -> Result<Response, Problem> {
    // Of the address only the path counts.
    Ok(env.assets(config::ASSETS)?.fetch(format!("https://inside{path}"), None).await?)
}
