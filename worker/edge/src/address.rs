//! The address of a request.

/// An address of ours and its methods. One that ends in a slash stands for everything below it.
pub type Address = (&'static str, &'static str);

/// The address that `path` is at: its name, what of the path is below it, and its methods.
#[must_use]
pub fn find<'a>(addresses: &[Address], path: &'a str) -> Option<(&'static str, &'a str, &'static str)> {
    addresses.iter().find_map(|(address, methods)| {
        let rest = path.strip_prefix(address)?;
        (address.ends_with('/') != rest.is_empty()).then_some((*address, rest, *methods))
    })
}

/// Path and query of a URL, as the runtime has written it.
pub fn parts(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let behind_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = behind_scheme.find('/').and_then(|at| behind_scheme.get(at..)).unwrap_or("/");
    (path, query)
}
