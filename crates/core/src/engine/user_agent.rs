//! The name under which every transport asks.

/// Who asks: product, address, contact, so that whoever finds it in a log can find us.
pub const USER_AGENT: &str = "LaunchReady/0.1 (+https://launch-ready.dev; hello@launch-ready.dev)";

/// What a browser's navigation takes, without formats that no check looks at.
pub const ACCEPT_PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
