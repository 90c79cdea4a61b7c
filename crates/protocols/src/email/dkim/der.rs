//! As much DER as it takes to measure a key.

use super::{KeyFault, RsaForm};

/// What was found in the bytes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'d> {
    /// An Ed25519 key in a `SubjectPublicKeyInfo`: its bytes.
    Ed25519(&'d [u8]),
    /// An RSA key.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
        /// The structure around it.
        form: RsaForm,
    },
}

/// Reads a `SubjectPublicKeyInfo` or a bare `RSAPublicKey`.
///
/// ```text
/// SubjectPublicKeyInfo ::= SEQUENCE { algorithm SEQUENCE { OBJECT IDENTIFIER, ANY OPTIONAL }, BIT STRING }
/// RSAPublicKey         ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
/// RSAPrivateKey        ::= SEQUENCE { version INTEGER, modulus INTEGER, ... }
/// PrivateKeyInfo       ::= SEQUENCE { version INTEGER, SEQUENCE, OCTET STRING, ... }
/// ```
pub(crate) fn read(der: &[u8]) -> Result<Found<'_>, KeyFault> {
    let (body, _) = element(der, SEQUENCE)?;
    match body.first() {
        Some(&INTEGER) => {
            let (first, rest) = element(body, INTEGER)?;
            // A modulus is never zero; the version of a private key is.
            if matches!(first, [0 | 1]) && !rest.is_empty() {
                return Err(KeyFault::PrivateKey);
            }
            rsa(body, RsaForm::Bare)
        }
        Some(&SEQUENCE) => {
            let (algorithm, rest) = element(body, SEQUENCE)?;
            let (identifier, _) = element(algorithm, OBJECT_IDENTIFIER)?;
            let (bits, _) = element(rest, BIT_STRING)?;
            let (0, key) = bits.split_first().ok_or(KeyFault::Structure)? else {
                return Err(KeyFault::Structure);
            };
            match identifier {
                RSA_ENCRYPTION => rsa(element(key, SEQUENCE)?.0, RsaForm::SubjectPublicKeyInfo),
                ED25519 => Ok(Found::Ed25519(key)),
                _ => Err(KeyFault::Structure),
            }
        }
        _ => Err(KeyFault::Structure),
    }
}

/// Modulus and exponent.
fn rsa(body: &[u8], form: RsaForm) -> Result<Found<'_>, KeyFault> {
    let (modulus, rest) = element(body, INTEGER)?;
    element(rest, INTEGER)?;
    let leading = modulus.iter().take_while(|byte| **byte == 0).count();
    let significant = modulus.get(leading..).unwrap_or_default();
    let first = significant.first().ok_or(KeyFault::Structure)?;
    Ok(Found::Rsa { bits: significant.len() * 8 - first.leading_zeros() as usize, form })
}

/// The contents of the element that `bytes` begin with, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Result<(&[u8], &[u8]), KeyFault> {
    let [found, length, rest @ ..] = bytes else { return Err(KeyFault::Truncated) };
    if *found != tag {
        return Err(KeyFault::Structure);
    }
    let (length, rest) = if *length < LONG_FORM {
        (usize::from(*length), rest)
    } else {
        let count = usize::from(*length - LONG_FORM);
        if count == 0 || count > MAX_LENGTH_BYTES {
            return Err(KeyFault::Structure);
        }
        let (digits, rest) = rest.split_at_checked(count).ok_or(KeyFault::Truncated)?;
        (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
    };
    rest.split_at_checked(length).ok_or(KeyFault::Truncated)
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const LONG_FORM: u8 = 0x80;
/// Three bytes count further than any TXT record goes, and fit a `usize` everywhere.
const MAX_LENGTH_BYTES: usize = 3;
/// 1.2.840.113549.1.1.1
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.3.101.112
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrap(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = body.len();
        let mut der = vec![tag];
        match u8::try_from(length) {
            Ok(length) if length < LONG_FORM => der.push(length),
            Ok(length) => der.extend([LONG_FORM + 1, length]),
            Err(_) => der.extend([LONG_FORM + 2, (length >> 8) as u8, length as u8]),
        }
        der.extend(body);
        der
    }

    fn bare(modulus: &[u8]) -> Vec<u8> {
        wrap(SEQUENCE, &[wrap(INTEGER, modulus), wrap(INTEGER, &[1, 0, 1])].concat())
    }

    fn public_key_info(identifier: &[u8], key: &[u8]) -> Vec<u8> {
        let algorithm = wrap(SEQUENCE, &wrap(OBJECT_IDENTIFIER, identifier));
        wrap(SEQUENCE, &[algorithm, wrap(BIT_STRING, &[&[0], key].concat())].concat())
    }

    #[test]
    fn the_length_of_a_modulus_is_counted_in_bits() {
        for (modulus, bits) in [
            ([&[0][..], &[0xff; 128]].concat(), 1024),
            ([&[0][..], &[0x80; 256]].concat(), 2048),
            (vec![0x7f; 64], 511),
            (vec![0, 0, 3, 0], 10),
        ] {
            let der = bare(&modulus);
            assert_eq!(read(&der), Ok(Found::Rsa { bits, form: RsaForm::Bare }));
            let wrapped = public_key_info(RSA_ENCRYPTION, &der);
            assert_eq!(read(&wrapped), Ok(Found::Rsa { bits, form: RsaForm::SubjectPublicKeyInfo }));
        }
    }

    #[test]
    fn a_key_without_its_end_is_truncated() {
        let der = public_key_info(RSA_ENCRYPTION, &bare(&[0x55; 256]));
        for length in 0..der.len() {
            assert_eq!(read(&der[..length]), Err(KeyFault::Truncated), "{length}");
        }
    }

    #[test]
    fn private_keys_are_recognised() {
        let modulus = wrap(INTEGER, &[0x55; 64]);
        let der = wrap(SEQUENCE, &[wrap(INTEGER, &[0]), modulus.clone(), modulus].concat());
        assert_eq!(read(&der), Err(KeyFault::PrivateKey));
    }

    #[test]
    fn other_structures_are_refused() {
        assert_eq!(read(&public_key_info(&[1, 2], &[1])), Err(KeyFault::Structure));
        assert_eq!(read(&wrap(SEQUENCE, &[])), Err(KeyFault::Structure));
        assert_eq!(read(&bare(&[0, 0])), Err(KeyFault::Structure));
        assert_eq!(read(b"\x30\x80\x00\x00"), Err(KeyFault::Structure));
        assert_eq!(read(b"\x30\x84\xff\xff\xff\xff"), Err(KeyFault::Structure));
        assert_eq!(read(b"not der at all"), Err(KeyFault::Structure));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
            let _ = read(&bytes);
        }
    }
}
