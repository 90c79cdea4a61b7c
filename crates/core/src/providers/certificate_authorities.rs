//! Certificate authorities: by which names CAA records speak of the one that issued a certificate.

use launch_ready_providers::all;

use crate::tls::{Certificate, Name};

/// The names in CAA records by which the authority with this `issuer` takes itself to be named; empty where that is not
/// known here.
#[must_use]
pub fn caa_names(issuer: &Name) -> &'static [String] {
    launch_ready_providers::caa_names(issuer.organisation.as_deref().unwrap_or_default())
}

/// Whether it comes from an authority whose certificates software orders and renews, and nobody by hand.
#[must_use]
pub fn comes_by_software(certificate: &Certificate) -> bool {
    let issuer = certificate.issuer.organisation.as_deref().unwrap_or_default();
    let known = all().iter().flat_map(|provider| &provider.authority).filter(|authority| authority.automatic);
    known.into_iter().any(|known| known.organisations.iter().any(|name| issuer.starts_with(name.as_str())))
}

/// Whether the value of an `issue` property, without its parameters, is one of `names` or lies below one.
#[must_use]
pub fn is_named(value: &str, names: &[impl AsRef<str>]) -> bool {
    names.iter().any(|name| {
        value.strip_suffix(name.as_ref()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_told_by_its_organisation() {
        let by = |organisation: &str| {
            let named = caa_names(&Name { organisation: Some(organisation.to_owned()), common: None });
            named.first().map(String::as_str)
        };
        assert_eq!(by("Let's Encrypt"), Some("letsencrypt.org"));
        assert_eq!(by("DigiCert, Inc."), Some("digicert.com"));
        assert_eq!(by("GoDaddy.com, Inc."), Some("godaddy.com"));
        assert_eq!(by("SSL Corporation"), Some("ssl.com"));
        assert_eq!(by("GlobalSign nv-sa"), Some("globalsign.com"));
        assert_eq!(by("Office CA"), None);
        assert!(caa_names(&Name::default()).is_empty());
    }

    #[test]
    fn a_name_is_matched_as_a_whole() {
        assert!(is_named("digicert.com", &["digicert.com"]));
        assert!(is_named("www.digicert.com", &["digicert.com"]));
        assert!(!is_named("notdigicert.com", &["digicert.com"]));
        assert!(!is_named("", &["digicert.com"]));
    }
}
