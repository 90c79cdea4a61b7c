//! Domains as they are typed at the command line.

use icu_normalizer::uts46::Uts46MapperBorrowed;
use launch_ready_core::domain::{Domain, DomainError};
use launch_ready_core::idna;

/// Reads what was typed, in any form of Unicode: UTS #46, ToASCII, by ICU4X. The core is built without its tables.
pub(crate) fn domain(typed: &str) -> Result<Domain, DomainError> {
    Domain::parse_with(typed, &to_ascii)
}

/// The ASCII form of a host in any form of Unicode; `None` for what the mapping refuses.
pub(crate) fn to_ascii(host: &str) -> Option<String> {
    let mapped: String = Uts46MapperBorrowed::new().map_normalize(host.chars()).collect();
    idna::encode(&mapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_whatever_form_of_unicode_they_are_typed() {
        let read = |typed: &str| domain(typed).map(|domain| domain.to_string());
        for typed in ["bücher.de", "BU\u{308}CHER.de", "ｂücher．de", "founder@bücher.de"] {
            assert_eq!(read(typed).as_deref(), Ok("xn--bcher-kva.de"), "{typed}");
        }
        assert_eq!(read("I❤.ws").as_deref(), Ok("xn--i-7iq.ws"));
        assert_eq!(read("संगठन.com").as_deref(), Ok("xn--i1b6b1a6a2e.com"));
        for (typed, code) in [("１２７.0.0.1", "ip-literal"), ("\u{fffd}.de", "invalid-name")] {
            assert_eq!(domain(typed).unwrap_err().code(), code, "{typed}");
        }
    }
}
