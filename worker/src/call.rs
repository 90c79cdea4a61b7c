//! One request on its way to its answer: what every handler is given.

use std::cell::RefCell;

use worker::{Context, Env, Request};

use crate::isolate_cache::Cacheable;
use crate::platform;

/// A request, and what belongs to it.
pub(crate) struct Call<'c> {
    pub(crate) request: &'c Request,
    pub(crate) env: &'c Env,
    pub(crate) context: &'c Context,
    /// The id that the client is told, too.
    pub(crate) request_id: String,
    /// The path, as it came.
    pub(crate) path: &'c str,
    /// What follows the question mark, as it came.
    pub(crate) query: &'c str,
    /// The report that the isolate may remember, where this is answered with one.
    pub(crate) cacheable: RefCell<Option<Cacheable>>,
}

impl<'c> Call<'c> {
    /// The call of a request to `url`.
    pub(crate) fn new(request: &'c Request, url: &'c str, env: &'c Env, context: &'c Context) -> Self {
        let (path, query) = parts(url);
        let request_id = platform::random_uuid();
        Self { request, env, context, request_id, path, query, cacheable: RefCell::default() }
    }

    /// A header field of the request.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        platform::header(&self.request.headers().0, name)
    }
}

/// Path and query of a URL, as the runtime has written it.
pub(crate) fn parts(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let behind_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = behind_scheme.find('/').and_then(|at| behind_scheme.get(at..)).unwrap_or("/");
    (path, query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_query_are_what_the_url_says() {
        for (url, path, query) in [
            ("https://launch.example", "/", ""),
            ("https://launch.example/r?domain=a.example#top", "/r", "domain=a.example"),
            ("https://launch.example/r/https://a.example/", "/r/https://a.example/", ""),
        ] {
            assert_eq!(parts(url), (path, query), "{url}");
        }
    }
}
