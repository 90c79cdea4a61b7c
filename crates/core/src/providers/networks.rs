//! Who runs what: a zone, told from the names of its name servers; a site, told from the alias or the address that its name
//! leads to. Header fields are never asked: at the edge every answer carries Cloudflare's.

use std::net::IpAddr;

use launch_ready_providers::Provider;

pub use launch_ready_providers::{
    by_address as of_address, by_alias as of_alias, by_name_server as of_name_server,
};

/// The service behind a name, from the aliases and addresses that it leads to: the first alias that is known, or else
/// the first address.
#[must_use]
pub fn of_answer(aliases: &[&str], addresses: &[IpAddr]) -> Option<&'static Provider> {
    let by_alias = aliases.iter().find_map(|alias| of_alias(alias));
    by_alias.or_else(|| addresses.iter().find_map(|address| of_address(*address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_alias_and_by_address() {
        let alias = |name: &str| of_alias(name).map(|host| host.name.as_str());
        assert_eq!(alias("my-app.vercel.app"), Some("Vercel"));
        assert_eq!(alias("cname.vercel-dns-0.com"), Some("Vercel"));
        assert_eq!(alias("d111111abcdef8.cloudfront.net"), Some("Amazon CloudFront"));
        assert_eq!(alias("shops.myshopify.com"), Some("Shopify"));
        assert_eq!(alias("notvercel.app"), None);
        let address =
            |text: &str| of_address(text.parse().unwrap()).map(|host| (host.name.as_str(), host.is_proxy()));
        assert_eq!(address("104.16.132.229"), Some(("Cloudflare", true)));
        assert_eq!(address("2606:4700::6810:84e5"), Some(("Cloudflare", true)));
        assert_eq!(address("76.76.21.21"), Some(("Vercel", false)));
        assert_eq!(address("216.150.1.1"), Some(("Vercel", false)));
        assert_eq!(address("99.83.190.102"), Some(("Webflow", false)));
        assert_eq!(address("99.83.231.61"), Some(("Netlify", false)));
        assert_eq!(address("185.199.108.153"), Some(("GitHub Pages", false)));
        assert_eq!(address("9.9.9.9"), None);
        let both = of_answer(&["x.example.net", "my.netlify.app"], &["104.16.132.229".parse().unwrap()]);
        assert_eq!(both.map(|host| host.name.as_str()), Some("Netlify"));
    }

    #[test]
    fn addresses_of_platforms_are_no_servers_of_the_founders() {
        for address in [
            "99.83.231.61",
            "199.36.158.100",
            "185.158.133.1",
            "34.111.179.208",
            "35.202.21.90",
            "103.169.142.0",
        ] {
            let host = of_address(address.parse().unwrap());
            assert!(host.is_some_and(|host| !host.rents_servers()), "{address}");
        }
    }

    #[test]
    fn providers_are_told_by_label() {
        let of = |name: &str| of_name_server(name).map(|provider| provider.name.as_str());
        assert_eq!(of("kim.ns.cloudflare.com"), Some("Cloudflare"));
        assert_eq!(of("ns-2048.awsdns-64.com"), Some("Amazon Route 53"));
        assert_eq!(of("ns1.notcloudflare.com"), None);
        assert_eq!(of("awsdns-1.example.com"), None);
    }
}
