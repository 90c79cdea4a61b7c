//! Who runs a zone, told from the names of its name servers.

/// The DNS provider that a name server belongs to.
#[must_use]
pub fn of_name_server(name: &str) -> Option<&'static str> {
    PROVIDERS.iter().find(|(pattern, _)| matches(pattern, name)).map(|(_, provider)| *provider)
}

/// Whether `name` lies below `pattern`; a pattern that begins with `*` allows anything before its next dot.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix('*') {
        // `*awsdns` stands for `ns-1.awsdns-07.org`: the second label begins with it.
        Some(start) => name.split('.').nth(1).is_some_and(|label| label.starts_with(start)),
        None => name.strip_suffix(pattern).is_some_and(|rest| rest.ends_with('.')),
    }
}

/// From the providers' own documentation. As of 2026-11.
static PROVIDERS: &[(&str, &str)] = &[
    ("*awsdns", "Amazon Route 53"),
    ("*azure-dns", "Azure DNS"),
    ("bunny.net", "bunny.net"),
    ("cloudns.net", "ClouDNS"),
    ("digitalocean.com", "DigitalOcean"),
    ("dns-parking.com", "Hostinger"),
    ("dnsimple.com", "DNSimple"),
    ("dnsmadeeasy.com", "DNS Made Easy"),
    ("domaincontrol.com", "GoDaddy"),
    ("gandi.net", "Gandi"),
    ("googledomains.com", "Google Cloud DNS"),
    ("hetzner.com", "Hetzner"),
    ("hetzner.de", "Hetzner"),
    ("hover.com", "Hover"),
    ("inwx.de", "INWX"),
    ("linode.com", "Akamai (Linode)"),
    ("name.com", "Name.com"),
    ("namebrightdns.com", "NameBright"),
    ("ns.cloudflare.com", "Cloudflare"),
    ("nsone.net", "NS1 (Netlify and others)"),
    ("ovh.net", "OVHcloud"),
    ("porkbun.com", "Porkbun"),
    ("registrar-servers.com", "Namecheap"),
    ("squarespacedns.com", "Squarespace"),
    ("ui-dns.com", "IONOS"),
    ("ui-dns.de", "IONOS"),
    ("vercel-dns.com", "Vercel"),
    ("wixdns.net", "Wix"),
    ("wordpress.com", "WordPress.com"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_told_by_label() {
        assert_eq!(of_name_server("kim.ns.cloudflare.com"), Some("Cloudflare"));
        assert_eq!(of_name_server("ns-2048.awsdns-64.com"), Some("Amazon Route 53"));
        assert_eq!(of_name_server("ns1.notcloudflare.com"), None);
        assert_eq!(of_name_server("awsdns-1.example.com"), None);
    }
}
