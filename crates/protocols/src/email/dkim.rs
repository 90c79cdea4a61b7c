//! DKIM keys in DNS ([RFC 6376, 3.6](https://www.rfc-editor.org/rfc/rfc6376#section-3.6), with RFC 8301 on
//! lengths and hashes and RFC 8463 on Ed25519): what a signature is verified with.
//!
//! [`select`] finds the keys at `<selector>._domainkey.<domain>`, [`parse`] reads one; [`selectors`] looks for them.
//!
//! ```
//! use launch_ready_protocols::email::dkim::{self, PublicKey};
//!
//! let (record, issues) = dkim::parse("v=DKIM1; p=");
//! assert_eq!(record.public_key, PublicKey::Revoked);
//! assert!(!record.is_usable());
//! assert_eq!(issues[0].code, "key-revoked");
//! ```

mod der;
mod encoding;
mod parse;
mod record;
#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostic;

use super::tags;
use super::txt::{Selected, resembles};

use record::VERSION;
pub use record::{
    GOOD_RSA_BITS, Hashes, KeyFault, KeyKind, MAX_RSA_BITS, MIN_RSA_BITS, PublicKey, Record, RsaForm,
};

/// Finds the keys among the TXT records at a selector.
///
/// The version is optional in a key, so everything that holds a `p` tag is one, or begins with `v=DKIM1`. What a
/// verifier does with several is undefined.
/// [RFC 6376, 3.6.2.2](https://www.rfc-editor.org/rfc/rfc6376#section-3.6.2.2)
#[must_use]
pub fn select<T: AsRef<[u8]>>(texts: &[T]) -> Selected<'_> {
    Selected::new(
        texts,
        |bytes| {
            let text = String::from_utf8_lossy(bytes);
            tags::tags(&text).enumerate().any(|(index, tag)| {
                tag.value.is_some()
                    && (tag.name == "p" || (index == 0 && tag.name == "v" && tag.value() == VERSION))
            })
        },
        // A key without its tags begins with the encoding of a DER sequence.
        |bytes| resembles(bytes, "vdkim") || resembles(bytes, "krsa") || bytes.starts_with(b"MI"),
    )
}

/// Reads one key. Never fails; see [`Record::is_usable`] for whether a signature can be verified with it.
#[must_use]
pub fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    parse::parse(text)
}
