//! What somebody typed, or put into an address.

use launch_ready_core::domain::{Domain, DomainError};
use launch_ready_core::target::Target;

use crate::platform;

/// A target as somebody typed it, in any form of Unicode.
///
/// # Errors
/// What is no public name.
pub(crate) fn target(domain: &str) -> Result<Target, DomainError> {
    Domain::parse_with(domain, &platform::unicode_to_ascii).map(Target::new)
}

/// A part of a path, without its percent signs.
pub(crate) fn decoded(part: &str) -> String {
    platform::decode(part).unwrap_or_else(|_| part.to_owned())
}

/// The domain that a report's id names: `{32 hexadecimal digits}-{domain}`.
pub(crate) fn domain_of(id: &str) -> Option<Domain> {
    let (random, domain) = id.split_once('-')?;
    if random.len() != 32 || !random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    Domain::from_host(domain).filter(|known| known.as_str() == domain)
}
