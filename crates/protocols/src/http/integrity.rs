//! Subresource Integrity (W3C, 2016, and the draft of 2025): hashes that a file has to have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The kinds of hashes that browsers know, the weakest first.
pub const KINDS: [&str; 3] = ["sha256", "sha384", "sha512"];

/// The hashes of an `integrity` attribute that browsers know: kind, and digest in base64 as [`digest`] writes it.
pub fn hashes(integrity: &str) -> impl Iterator<Item = (&'static str, String)> {
    integrity.split_ascii_whitespace().filter_map(|hash| {
        let hash = hash.split('?').next()?;
        let (kind, value) = hash.split_once('-')?;
        let kind = KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind))?;
        Some((kind, value.replace('-', "+").replace('_', "/")))
    })
}

/// The digest of a file in base64; empty for a kind that browsers do not know.
#[must_use]
pub fn digest(kind: &str, bytes: &[u8]) -> String {
    match kind {
        "sha256" => BASE64.encode(Sha256::digest(bytes)),
        "sha384" => BASE64.encode(Sha384::digest(bytes)),
        "sha512" => BASE64.encode(Sha512::digest(bytes)),
        _ => String::new(),
    }
}

/// Whether browsers take a file for what `integrity` says: one of the hashes of the strongest kind fits (section 3.3.5). `None`
/// where no hash is of a kind that they know, so that they do not look.
#[must_use]
pub fn fits(integrity: &str, bytes: &[u8]) -> Option<bool> {
    let all: Vec<_> = hashes(integrity).collect();
    let strongest = KINDS.into_iter().rev().find(|kind| all.iter().any(|(known, _)| known == kind))?;
    let actual = digest(strongest, bytes);
    Some(all.iter().any(|(kind, named)| *kind == strongest && *named == actual))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_kind_decides() {
        let right = format!("sha384-{}", digest("sha384", b"abc"));
        assert_eq!(fits(&right, b"abc"), Some(true));
        assert_eq!(fits(&right, b"abd"), Some(false));
        assert_eq!(fits(&format!("sha256-wrong {right}?x"), b"abc"), Some(true));
        assert_eq!(fits(&format!("sha512-wrong {right}"), b"abc"), Some(false));
        assert_eq!(fits("md5-abc", b"abc"), None);
        assert_eq!(fits("", b"abc"), None);
        assert_eq!(digest("sha256", b"abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
