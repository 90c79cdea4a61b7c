//! What the owner of a domain says to us: TXT records at `_launch-ready` below it.
//!
//! ```text
//! _launch-ready.example.com. TXT "launch-ready=opt-out"
//! _launch-ready.example.com. TXT "launch-ready-proof=0f3a…"
//! ```
//!
//! The first keeps us from scanning the domain for anybody. The second proves that whoever holds the secret behind it
//! may change the zone. Records that we do not know are no concern of ours.

/// The label below the domain.
pub const LABEL: &str = "_launch-ready";

/// Where the same proof may stand as a file, for whom DNS is out of reach.
pub const FILE: &str = "/.well-known/launch-ready.txt";

/// What one record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Do not scan this domain.
    OptOut,
    /// A proof of ownership, in lower-case hexadecimal.
    Proof(String),
}

/// Reads one record, or one line of the file: `name=value`, in any case, with blanks around either.
#[must_use]
pub fn parse(text: &[u8]) -> Option<Statement> {
    let text = std::str::from_utf8(text).ok()?;
    let (name, value) = text.split_once('=')?;
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
    match (name.as_str(), value.as_str()) {
        ("launch-ready", "opt-out") => Some(Statement::OptOut),
        ("launch-ready-proof", proof) if is_digest(proof) => Some(Statement::Proof(value)),
        _ => None,
    }
}

/// A SHA-256 digest in hexadecimal.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opt_out_is_said_in_one_way_however_it_is_typed() {
        for text in ["launch-ready=opt-out", " Launch-Ready = OPT-OUT ", "LAUNCH-READY=opt-out"] {
            assert_eq!(parse(text.as_bytes()), Some(Statement::OptOut), "{text}");
        }
        for text in [
            "",
            "opt-out",
            "launch-ready",
            "launch-ready=",
            "launch-ready=opt-out-not",
            "x-launch-ready=opt-out",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_proof_is_a_whole_digest() {
        let digest = "0f".repeat(32);
        let said = |value: &str| parse(format!("launch-ready-proof={value}").as_bytes());
        assert_eq!(said(&digest), Some(Statement::Proof(digest.clone())));
        assert_eq!(said(&digest.to_uppercase()), Some(Statement::Proof(digest.clone())));
        assert_eq!(said(&digest[1..]), None);
        assert_eq!(said(&"xy".repeat(32)), None);
        assert_eq!(said(&format!("{digest} {digest}")), None);
    }

    proptest::proptest! {
        #[test]
        fn no_record_panics(text: Vec<u8>) {
            let _ = parse(&text);
        }
    }
}
