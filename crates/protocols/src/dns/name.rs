//! Names as they are asked and remembered.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The spelling under which a name is asked and remembered.
#[must_use]
pub fn dns_name(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Whether `host`, in ASCII and lower case, can be a name on the public internet: two labels or more, no address in any
/// spelling, and none of the special-use names.
#[must_use]
pub fn is_public_host(host: &str) -> bool {
    let fits = host.len() <= MAX_NAME
        && host.contains('.')
        && host.split('.').all(|label| {
            (1..=MAX_LABEL).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
    fits && !looks_like_ip(host) && special_use(host).is_none()
}

/// Whether a URL parser would read this host as an IPv4 address: its last label is a number, decimal, octal or
/// hexadecimal (<https://url.spec.whatwg.org/#ends-in-a-number-checker>).
#[must_use]
pub fn looks_like_ip(host: &str) -> bool {
    if host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok() {
        return true;
    }
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    !last.is_empty()
        && (last.bytes().all(|b| b.is_ascii_digit())
            || hex.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit())))
}

/// The special-use suffix that `name`, in lower case, ends in.
#[must_use]
pub fn special_use(name: &str) -> Option<&'static str> {
    SPECIAL_USE
        .iter()
        .copied()
        .find(|special| name.strip_suffix(special).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether `name` is `above` or lies below it; both in lower case.
#[must_use]
pub fn is_within(name: &str, above: &str) -> bool {
    name.strip_suffix(above).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether names below `name` belong to different owners, as far as its shape tells: a top-level domain, or one like `co.uk` below
/// which a country's registry hands names out. `false` is "the shape does not tell".
#[must_use]
pub fn is_registry_suffix(name: &str) -> bool {
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [_] => true,
        [second, tld] => tld.len() == 2 && SECOND_LEVEL.contains(second),
        _ => false,
    }
}

/// Second-level labels under which country registries hand out names: `co.uk`, `com.au`, `or.jp`.
/// From the public suffix list's country sections as of 2026-11, the labels that occur under five or more codes.
pub const SECOND_LEVEL: &[&str] = &[
    "ac", "co", "com", "edu", "firm", "gen", "go", "gob", "gov", "gouv", "ind", "info", "ltd", "me", "mil",
    "ne", "net", "nom", "or", "org", "plc", "sch",
];

/// Octets in a label, RFC 1035 section 2.3.4.
pub const MAX_LABEL: usize = 63;
/// Octets in a name as people write it: 255 on the wire, RFC 1035 section 2.3.4.
pub const MAX_NAME: usize = 253;

/// Names that never lead to a public site: the special-use names registry (RFC 6761 and its additions: 7686,
/// 8375, 9476), `internal` (ICANN board resolution 2024.07.29.06), and the strings ICANN will not delegate
/// because they are in private use (`corp`, `home`, `mail`: board resolution 2018.02.04.12). As of 2026-11.
const SPECIAL_USE: &[&str] = &[
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "test",
];
