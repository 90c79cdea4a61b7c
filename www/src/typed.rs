//! What somebody typed, as far as the page looks at it: never more than a host goes into the address, and what was refused
//! may hold a host that could be checked instead.

/// The host in what looks like a URL, an email address, or a host with a port; `None` where there is none that has a dot.
#[must_use]
pub fn host_in(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let scheme = typed.find(':').filter(|at| typed[*at..].starts_with("://"));
    let rest = scheme.map_or(typed, |at| &typed[at + "://".len()..]);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_matches('.').to_ascii_lowercase();
    let has_letter = host.bytes().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    (is_host(&host) && host.contains('.') && has_letter).then_some(host)
}

/// What could be checked instead of what was refused.
#[must_use]
pub fn suggestion(refused: &str) -> Option<String> {
    host_in(refused).filter(|host| *host != refused.trim().to_ascii_lowercase())
}

/// What goes into the address for what was typed, where the service calls it `domain`: what was typed if that is a host and
/// nothing else.
#[must_use]
pub fn in_address<'t>(typed: &'t str, domain: &'t str) -> &'t str {
    if is_host(typed) { typed } else { domain }
}

/// Whether it is made of what hosts are made of, so that no path, user or password is in it. Of other scripts everything may
/// be a letter: what tells them apart weighs more than all else here.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let letter =
        |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'-' | b'.' | b'_');
    !text.is_empty() && text.bytes().all(letter)
}

/// Several values in one field, separated by blanks, with or without commas.
pub fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(|value| value.trim_matches(',')).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_may_hold_a_host() {
        for typed in [
            "example.com:443",
            "ftp://example.com/a",
            "https://user:pass@Example.com/path?x#y",
            "user:pass@example.com",
            "example.com.:8080/",
        ] {
            assert_eq!(suggestion(typed).as_deref(), Some("example.com"), "{typed}");
        }
    }

    #[test]
    fn nothing_is_offered_where_there_is_no_other_host() {
        for typed in [
            "localhost",
            "localhost:3000",
            "192.168.1.10",
            "192.168.1.10:80",
            "",
            "a b.c",
            "example.com",
            "http://",
        ] {
            assert_eq!(suggestion(typed), None, "{typed}");
        }
    }

    #[test]
    fn credentials_and_email_addresses_stay_out_of_the_address() {
        assert_eq!(in_address("go.example", "example.com"), "go.example");
        assert_eq!(in_address("b\u{fc}cher.example", "xn--bcher-kva.example"), "b\u{fc}cher.example");
        for typed in ["me@example.com", "https://u:p@example.com/", "example.com/path", ""] {
            assert_eq!(in_address(typed, "example.com"), "example.com", "{typed}");
        }
    }

    #[test]
    fn a_field_takes_several_values() {
        assert_eq!(several(" a, b  /c,d ").collect::<Vec<_>>(), ["a", "b", "/c,d"]);
    }
}
