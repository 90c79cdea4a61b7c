//! The name under which every transport asks.

/// The product and its version: what every request begins its User-Agent with (RFC 9110 section 10.1.5), whoever runs it. A rule that
/// lets checks through can be written for this.
pub const PRODUCT: &str = "LaunchReady/0.1";

/// The User-Agent of the command line, which somebody runs on a computer of their own: nobody else can be asked about it.
pub const COMMAND_LINE: &str = "LaunchReady/0.1 (command line)";

/// The User-Agent of a service: the product, then the page that says what it does and how to opt out, then who answers for it. Whoever
/// finds it in a log can find them. Without an address, or without a contact, that part is left out.
#[must_use]
pub fn of_service(page: Option<&str>, contact: Option<&str>) -> String {
    let page = page.map(|page| format!("+{page}"));
    let about: Vec<&str> = [page.as_deref(), contact].into_iter().flatten().collect();
    match about.as_slice() {
        [] => PRODUCT.to_owned(),
        about => format!("{PRODUCT} ({})", about.join("; ")),
    }
}

/// What a browser's navigation takes, without formats that no check looks at.
pub const ACCEPT_PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_names_its_page_and_its_contact_as_far_as_it_has_them() {
        assert_eq!(of_service(None, None), "LaunchReady/0.1");
        assert_eq!(
            of_service(Some("https://a.example/opt-out"), None),
            "LaunchReady/0.1 (+https://a.example/opt-out)"
        );
        assert_eq!(
            of_service(Some("https://a.example/opt-out"), Some("hello@a.example")),
            "LaunchReady/0.1 (+https://a.example/opt-out; hello@a.example)"
        );
    }

    #[test]
    fn every_user_agent_begins_with_the_product() {
        assert!(COMMAND_LINE.starts_with(PRODUCT));
    }
}
