//! Certificate authorities: by which names CAA records speak of the one that issued a certificate.

use crate::tls::Name;

/// The names in CAA records by which the authority with this `issuer` takes itself to be named; empty where that is not
/// known here.
#[must_use]
pub fn caa_names(issuer: &Name) -> &'static [&'static str] {
    let organisation = issuer.organisation.as_deref().unwrap_or_default();
    AUTHORITIES.iter().find(|(known, _)| organisation.starts_with(known)).map_or(&[], |(_, names)| names)
}

/// Whether the value of an `issue` property, without its parameters, is one of `names` or lies below one.
#[must_use]
pub fn is_named(value: &str, names: &[&str]) -> bool {
    names
        .iter()
        .any(|name| value.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.')))
}

/// How an organisation's name in its certificates begins ("DigiCert Inc", "DigiCert, Inc."), and the names by which it takes itself
/// to be meant. A list that is too short would raise false alarms, so authorities whose list was not at hand are left out.
///
/// Read 2026-11: Let's Encrypt, "Certificate Authority Authorization (CAA)"; Google, "DNS debugging" of its public key
/// infrastructure; Amazon, the CAA chapter of AWS Certificate Manager's guide; GoDaddy, "Using CAA records with your SSL certificate". DigiCert's is
/// the list of its practice statement, section 4.2.1. Sectigo's is from published tables and what others quote of ZeroSSL's ACME
/// directory, not from a text of its own.
static AUTHORITIES: &[(&str, &[&str])] = &[
    ("Let's Encrypt", &["letsencrypt.org"]),
    ("Google Trust Services", &["pki.goog"]),
    ("Amazon", AMAZON),
    ("DigiCert", DIGICERT),
    ("Sectigo", SECTIGO),
    ("ZeroSSL", SECTIGO),
    ("GoDaddy", GODADDY),
    ("Starfield", GODADDY),
];

const AMAZON: &[&str] = &["amazon.com", "amazonaws.com", "amazontrust.com", "awstrust.com"];
/// It takes Amazon's names, too.
const DIGICERT: &[&str] = &[
    "digicert.com",
    "digicert.ne.jp",
    "cybertrust.ne.jp",
    "symantec.com",
    "thawte.com",
    "geotrust.com",
    "quovadisglobal.com",
    "rapidssl.com",
    "digitalcertvalidation.com",
    "pkioverheid.nl",
    "amazon.com",
    "amazonaws.com",
    "amazontrust.com",
    "awstrust.com",
];
/// It issues for ZeroSSL, and has taken over the customers of Entrust.
const SECTIGO: &[&str] = &[
    "sectigo.com",
    "comodo.com",
    "comodoca.com",
    "usertrust.com",
    "trust-provider.com",
    "entrust.net",
    "affirmtrust.com",
];
const GODADDY: &[&str] = &["godaddy.com", "starfieldtech.com"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_told_by_its_organisation() {
        let by = |organisation: &str| {
            caa_names(&Name { organisation: Some(organisation.to_owned()), common: None }).first().copied()
        };
        assert_eq!(by("Let's Encrypt"), Some("letsencrypt.org"));
        assert_eq!(by("DigiCert, Inc."), Some("digicert.com"));
        assert_eq!(by("GoDaddy.com, Inc."), Some("godaddy.com"));
        assert_eq!(by("Office CA"), None);
        assert_eq!(caa_names(&Name::default()), [""; 0]);
    }

    #[test]
    fn a_name_is_matched_as_a_whole() {
        assert!(is_named("digicert.com", &["digicert.com"]));
        assert!(is_named("www.digicert.com", &["digicert.com"]));
        assert!(!is_named("notdigicert.com", &["digicert.com"]));
        assert!(!is_named("", &["digicert.com"]));
    }
}
