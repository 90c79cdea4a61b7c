//! A DKIM key record, as it was read.

use std::fmt;

use crate::email::tags;
use crate::email::tags::Tags;

/// Verifiers must not accept RSA keys with fewer bits.
///
/// [RFC 8301, 3.2](https://www.rfc-editor.org/rfc/rfc8301#section-3.2)
pub const MIN_RSA_BITS: usize = 1024;

/// Signers should use RSA keys with at least this many bits.
///
/// [RFC 8301, 3.2](https://www.rfc-editor.org/rfc/rfc8301#section-3.2)
pub const GOOD_RSA_BITS: usize = 2048;

/// Verifiers need not support RSA keys with more bits.
///
/// [RFC 8301, 3.2](https://www.rfc-editor.org/rfc/rfc8301#section-3.2)
pub const MAX_RSA_BITS: usize = 4096;

pub(super) const VERSION: &str = "DKIM1";

//------------ Record --------------------------------------------------------

/// One key record: a `tag-list` of `v`, `h`, `k`, `n`, `p`, `s` and `t`.
///
/// *Display*: the tags in their order, one form of blanks between them, values as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'t> {
    /// The record as published.
    pub text: &'t str,
    /// `k`: the kind of key; RSA where absent.
    pub kind: KeyKind<'t>,
    /// `p`: the key itself.
    pub public_key: PublicKey,
    /// `h`: the hashes signatures may use.
    pub hashes: Hashes,
    /// `s`: whether mail is among the services the key is for.
    pub for_email: bool,
    /// `t=y`: the domain tests DKIM; verifiers treat its mail as if it were unsigned.
    pub testing: bool,
    /// `t=s`: the domain in `i=` must be the one in `d=`, not one below it.
    pub strict: bool,
    /// `n`: notes for people.
    pub notes: Option<&'t str>,
    pub(crate) valid: bool,
}

impl<'t> Record<'t> {
    /// Whether verifiers can read the record: the version, the list and the values are well formed.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// Whether verifiers accept signatures of mail made with this key.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        let is_good_key = match self.public_key {
            PublicKey::Ed25519(_) => true,
            PublicKey::Rsa { bits, .. } => bits >= MIN_RSA_BITS,
            PublicKey::Malformed(_) | PublicKey::Missing | PublicKey::Revoked | PublicKey::Unknown(_) => {
                false
            }
        };
        self.valid && is_good_key && self.for_email && self.hashes.sha256
    }

    /// Every tag as written, in order, also those nobody knows.
    #[must_use]
    pub fn tags(&self) -> Tags<'t> {
        tags::tags(self.text)
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tags::write(f, self.text)
    }
}

/// `key-k-tag-type = "rsa" / x-key-k-tag-type`, and `"ed25519"` of RFC 8463.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum KeyKind<'t> {
    /// `ed25519`
    Ed25519,
    /// `rsa`
    #[default]
    Rsa,
    /// A kind nobody knows; the key is not used.
    Unknown(&'t str),
}

/// What stands in `p`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// The 32 bytes of an Ed25519 key.
    Ed25519([u8; 32]),
    /// Something that is no key of the kind announced.
    Malformed(KeyFault),
    /// No `p` at all, which is an error.
    Missing,
    /// An empty `p`: the key has been withdrawn.
    Revoked,
    /// An RSA key.
    Rsa {
        /// How many bits the modulus has.
        bits: usize,
        /// The structure around the key.
        form: RsaForm,
        /// The key as published, decoded.
        der: Vec<u8>,
    },
    /// A key of a kind nobody knows, decoded.
    Unknown(Vec<u8>),
}

/// The structure an RSA key is published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RsaForm {
    /// `RSAPublicKey`: modulus and exponent only. What RFC 6376 says, and few do.
    Bare,
    /// `SubjectPublicKeyInfo`, which everyone writes and reads.
    SubjectPublicKeyInfo,
}

/// Why `p` is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyFault {
    /// It is not base64.
    Encoding,
    /// It decodes, but to nothing of the kind announced.
    Structure,
    /// It is a private key.
    PrivateKey,
    /// Its end is missing.
    Truncated,
}

/// `h`: which hashes a signature may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hashes {
    /// `sha1`, which must not be used any more (RFC 8301).
    pub sha1: bool,
    /// `sha256`
    pub sha256: bool,
}
