//! Who runs what: a zone, told from the names of its name servers; a site, told from the alias or the address that its name
//! leads to. Header fields are never asked: at the edge every answer carries Cloudflare's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

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

/// Netlify and Squarespace keep their customers' zones there, too.
pub const NS1: &str = "NS1 (Netlify and others)";

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
    ("nsone.net", NS1),
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

/// A service that sites run on or behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Host {
    /// How it calls itself.
    pub name: &'static str,
    /// Whether it stands in front of a server of the founder's: what the server's own address is must then not be seen.
    pub proxy: bool,
    /// The names in CAA records of the authorities that it orders certificates from, as its documentation says; empty where
    /// that is not known.
    pub issuers: &'static [&'static str],
}

/// The service behind an alias: the host name that a CNAME points to.
#[must_use]
pub fn of_alias(name: &str) -> Option<&'static Host> {
    ALIASES.iter().find(|(suffix, _)| ends_in(name, suffix)).map(|(_, host)| *host)
}

/// The service that an address belongs to.
#[must_use]
pub fn of_address(address: IpAddr) -> Option<&'static Host> {
    RANGES.iter().find(|(net, _)| net.contains(&address)).map(|(_, host)| *host)
}

/// The service behind a name, from the aliases and addresses that it leads to: the first alias that is known, or else
/// the first address.
#[must_use]
pub fn of_answer(aliases: &[&str], addresses: &[IpAddr]) -> Option<&'static Host> {
    let by_alias = aliases.iter().find_map(|alias| of_alias(alias));
    by_alias.or_else(|| addresses.iter().find_map(|address| of_address(*address)))
}

/// Whether a host rents out servers, so that its address says nothing about what stands there.
#[must_use]
pub fn is_network(host: &Host) -> bool {
    matches!(
        host.name,
        "Amazon Web Services" | "DigitalOcean" | "Google Cloud" | "Hetzner" | "Microsoft Azure"
    )
}

/// Whether `name` is `suffix` or lies below it.
fn ends_in(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

const LETS_ENCRYPT: &[&str] = &["letsencrypt.org"];
const LETS_ENCRYPT_AND_GOOGLE: &[&str] = &["letsencrypt.org", "pki.goog"];
const AMAZON_ISSUERS: &[&str] = &["amazon.com", "amazonaws.com", "amazontrust.com", "awstrust.com"];

const fn host(name: &'static str, issuers: &'static [&'static str]) -> Host {
    Host { name, proxy: false, issuers }
}

const fn proxy(name: &'static str, issuers: &'static [&'static str]) -> Host {
    Host { name, proxy: true, issuers }
}

// Issuers are from the pages of each service about CAA records. Read 2026-11.
static AKAMAI: Host = proxy("Akamai", &[]);
static AWS: Host = host("Amazon Web Services", AMAZON_ISSUERS);
static AZURE: Host = host("Microsoft Azure", &["digicert.com", "globalsign.com"]);
static BUNNY: Host = proxy("bunny.net", LETS_ENCRYPT);
static CLOUDFLARE: Host = proxy(
    "Cloudflare",
    &["letsencrypt.org", "pki.goog", "ssl.com", "digicert.com", "sectigo.com", "comodoca.com"],
);
static CLOUDFLARE_PAGES: Host =
    host("Cloudflare Pages", &["letsencrypt.org", "pki.goog", "ssl.com", "digicert.com"]);
static CLOUDFRONT: Host = proxy("Amazon CloudFront", AMAZON_ISSUERS);
static DIGITALOCEAN: Host = host("DigitalOcean", &[]);
static DIGITALOCEAN_APPS: Host = host("DigitalOcean App Platform", LETS_ENCRYPT_AND_GOOGLE);
static FASTLY: Host = proxy("Fastly", &[]);
static FLY: Host = host("Fly.io", LETS_ENCRYPT);
static FRAMER: Host = host("Framer", &[]);
static GHOST: Host = host("Ghost", LETS_ENCRYPT);
static GITHUB_PAGES: Host = host("GitHub Pages", LETS_ENCRYPT);
static GOOGLE: Host = host("Google Cloud", &["pki.goog"]);
static GOOGLE_MAIL: Host = host("Google Workspace", &[]);
static HEROKU: Host = host("Heroku", LETS_ENCRYPT);
static HETZNER: Host = host("Hetzner", &[]);
static HUBSPOT: Host = host("HubSpot", &[]);
static IMPERVA: Host = proxy("Imperva", &[]);
static INTERCOM: Host = host("Intercom", &[]);
static KAJABI: Host = host("Kajabi", &[]);
static MAILGUN: Host = host("Mailgun", &[]);
static MICROSOFT_MAIL: Host = host("Microsoft 365", &[]);
static NETLIFY: Host = host("Netlify", LETS_ENCRYPT);
static RAILWAY: Host = host("Railway", LETS_ENCRYPT);
static README: Host = host("ReadMe", &[]);
static RENDER: Host = host("Render", LETS_ENCRYPT_AND_GOOGLE);
static SENDGRID: Host = host("SendGrid", &[]);
static SHOPIFY: Host = host("Shopify", &[]);
static SQUARESPACE: Host = host("Squarespace", LETS_ENCRYPT);
static STATUSPAGE: Host = host("Atlassian Statuspage", &[]);
static SUCURI: Host = proxy("Sucuri", &[]);
static SURGE: Host = host("Surge", &[]);
static TEACHABLE: Host = host("Teachable", &[]);
static VERCEL: Host = host("Vercel", LETS_ENCRYPT);
static WEBFLOW: Host = host("Webflow", &[]);
static WIX: Host = host("Wix", &[]);
static WORDPRESS: Host = host("WordPress.com", LETS_ENCRYPT);
static WPENGINE: Host = host("WP Engine", &[]);
static ZENDESK: Host = host("Zendesk", &[]);

/// What a CNAME points to, from each service's page about custom domains. As of 2026-11; the longer suffix before the
/// one it ends in.
static ALIASES: &[(&str, &Host)] = &[
    ("akamaiedge.net", &AKAMAI),
    ("edgekey.net", &AKAMAI),
    ("edgesuite.net", &AKAMAI),
    ("cloudfront.net", &CLOUDFRONT),
    ("amazonaws.com", &AWS),
    ("awsapprunner.com", &AWS),
    ("elasticbeanstalk.com", &AWS),
    ("awsglobalaccelerator.com", &AWS),
    ("azure-api.net", &AZURE),
    ("azurecontainer.io", &AZURE),
    ("azureedge.net", &AZURE),
    ("azurefd.net", &AZURE),
    ("azurestaticapps.net", &AZURE),
    ("azurewebsites.net", &AZURE),
    ("cloudapp.azure.com", &AZURE),
    ("cloudapp.net", &AZURE),
    ("trafficmanager.net", &AZURE),
    ("web.core.windows.net", &AZURE),
    ("blob.core.windows.net", &AZURE),
    ("b-cdn.net", &BUNNY),
    ("pages.dev", &CLOUDFLARE_PAGES),
    ("cdn.cloudflare.net", &CLOUDFLARE),
    ("ondigitalocean.app", &DIGITALOCEAN_APPS),
    ("fastly.net", &FASTLY),
    ("fastlylb.net", &FASTLY),
    ("fly.dev", &FLY),
    ("framer.app", &FRAMER),
    ("ghost.io", &GHOST),
    ("github.io", &GITHUB_PAGES),
    ("ghs.googlehosted.com", &GOOGLE),
    ("googlehosted.com", &GOOGLE),
    ("ghs.google.com", &GOOGLE),
    ("run.app", &GOOGLE),
    ("aspmx.l.google.com", &GOOGLE_MAIL),
    ("googlemail.com", &GOOGLE_MAIL),
    ("herokuapp.com", &HEROKU),
    ("herokudns.com", &HEROKU),
    ("herokussl.com", &HEROKU),
    ("hubspot.net", &HUBSPOT),
    ("incapdns.net", &IMPERVA),
    ("custom.intercom.help", &INTERCOM),
    ("mykajabi.com", &KAJABI),
    ("mailgun.org", &MAILGUN),
    ("mail.protection.outlook.com", &MICROSOFT_MAIL),
    ("outlook.com", &MICROSOFT_MAIL),
    ("netlify.app", &NETLIFY),
    ("netlify.com", &NETLIFY),
    ("netlifyglobalcdn.com", &NETLIFY),
    ("up.railway.app", &RAILWAY),
    ("railway.app", &RAILWAY),
    ("readme.io", &README),
    ("ssl.readmessl.com", &README),
    ("onrender.com", &RENDER),
    ("sendgrid.net", &SENDGRID),
    ("myshopify.com", &SHOPIFY),
    ("squarespace.com", &SQUARESPACE),
    ("stspg-customer.com", &STATUSPAGE),
    ("statuspage.io", &STATUSPAGE),
    ("sucuri.net", &SUCURI),
    ("surge.sh", &SURGE),
    ("teachable.com", &TEACHABLE),
    ("vercel-dns.com", &VERCEL),
    // Newer projects are given names below numbered domains.
    ("vercel-dns-017.com", &VERCEL),
    ("vercel-dns-016.com", &VERCEL),
    ("vercel.app", &VERCEL),
    ("proxy-ssl.webflow.com", &WEBFLOW),
    ("webflow.com", &WEBFLOW),
    ("webflow.io", &WEBFLOW),
    ("wixdns.net", &WIX),
    ("wordpress.com", &WORDPRESS),
    ("wpengine.com", &WPENGINE),
    ("zendesk.com", &ZENDESK),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

const fn v6(first: u16, second: u16, third: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0), length))
}

/// Addresses: Cloudflare's from cloudflare.com/ips; the others from each service's page about custom domains (the
/// addresses that it asks people to put into A records, with the network they are announced in) and, for Hetzner and
/// DigitalOcean, the largest of the networks that they announce. As of 2026-11. Not complete, and need not be: what is not
/// here is not named.
static RANGES: &[(IpNet, &Host)] = &[
    (v4(103, 21, 244, 0, 22), &CLOUDFLARE),
    (v4(103, 22, 200, 0, 22), &CLOUDFLARE),
    (v4(103, 31, 4, 0, 22), &CLOUDFLARE),
    (v4(104, 16, 0, 0, 13), &CLOUDFLARE),
    (v4(104, 24, 0, 0, 14), &CLOUDFLARE),
    (v4(108, 162, 192, 0, 18), &CLOUDFLARE),
    (v4(131, 0, 72, 0, 22), &CLOUDFLARE),
    (v4(141, 101, 64, 0, 18), &CLOUDFLARE),
    (v4(162, 158, 0, 0, 15), &CLOUDFLARE),
    (v4(172, 64, 0, 0, 13), &CLOUDFLARE),
    (v4(173, 245, 48, 0, 20), &CLOUDFLARE),
    (v4(188, 114, 96, 0, 20), &CLOUDFLARE),
    (v4(190, 93, 240, 0, 20), &CLOUDFLARE),
    (v4(197, 234, 240, 0, 22), &CLOUDFLARE),
    (v4(198, 41, 128, 0, 17), &CLOUDFLARE),
    (v6(0x2400, 0xcb00, 0, 32), &CLOUDFLARE),
    (v6(0x2405, 0x8100, 0, 32), &CLOUDFLARE),
    (v6(0x2405, 0xb500, 0, 32), &CLOUDFLARE),
    (v6(0x2606, 0x4700, 0, 32), &CLOUDFLARE),
    (v6(0x2803, 0xf800, 0, 32), &CLOUDFLARE),
    (v6(0x2a06, 0x98c0, 0, 29), &CLOUDFLARE),
    (v6(0x2c0f, 0xf248, 0, 32), &CLOUDFLARE),
    (v4(151, 101, 0, 0, 16), &FASTLY),
    (v4(199, 232, 0, 0, 16), &FASTLY),
    (v4(45, 60, 0, 0, 16), &IMPERVA),
    (v4(107, 154, 0, 0, 16), &IMPERVA),
    (v4(192, 124, 249, 0, 24), &SUCURI),
    (v4(66, 241, 124, 0, 23), &FLY),
    (v6(0x2a09, 0x8280, 1, 48), &FLY),
    (v4(31, 43, 160, 0, 23), &FRAMER),
    (v4(185, 199, 108, 0, 22), &GITHUB_PAGES),
    (v6(0x2606, 0x50c0, 0x8000, 48), &GITHUB_PAGES),
    (v6(0x2606, 0x50c0, 0x8001, 48), &GITHUB_PAGES),
    (v6(0x2606, 0x50c0, 0x8002, 48), &GITHUB_PAGES),
    (v6(0x2606, 0x50c0, 0x8003, 48), &GITHUB_PAGES),
    // Netlify's load balancer for apex domains; the addresses are Amazon's, given to Netlify.
    (v4(75, 2, 60, 5, 32), &NETLIFY),
    (v4(216, 24, 57, 0, 24), &RENDER),
    (v4(23, 227, 38, 0, 24), &SHOPIFY),
    (v4(198, 49, 23, 0, 24), &SQUARESPACE),
    (v4(198, 185, 159, 0, 24), &SQUARESPACE),
    (v4(64, 29, 17, 0, 24), &VERCEL),
    (v4(66, 33, 60, 0, 24), &VERCEL),
    (v4(76, 76, 21, 0, 24), &VERCEL),
    (v4(216, 198, 79, 0, 24), &VERCEL),
    (v4(198, 202, 211, 0, 24), &WEBFLOW),
    (v4(185, 230, 60, 0, 22), &WIX),
    (v4(192, 0, 78, 0, 24), &WORDPRESS),
    (v4(138, 68, 0, 0, 16), &DIGITALOCEAN),
    (v4(138, 197, 0, 0, 16), &DIGITALOCEAN),
    (v4(142, 93, 0, 0, 16), &DIGITALOCEAN),
    (v4(157, 230, 0, 0, 16), &DIGITALOCEAN),
    (v4(159, 65, 0, 0, 16), &DIGITALOCEAN),
    (v4(159, 89, 0, 0, 16), &DIGITALOCEAN),
    (v4(161, 35, 0, 0, 16), &DIGITALOCEAN),
    (v4(165, 22, 0, 0, 16), &DIGITALOCEAN),
    (v4(165, 227, 0, 0, 16), &DIGITALOCEAN),
    (v4(167, 71, 0, 0, 16), &DIGITALOCEAN),
    (v4(167, 99, 0, 0, 16), &DIGITALOCEAN),
    (v4(178, 62, 0, 0, 16), &DIGITALOCEAN),
    (v4(188, 166, 0, 0, 16), &DIGITALOCEAN),
    (v4(206, 189, 0, 0, 16), &DIGITALOCEAN),
    (v4(5, 9, 0, 0, 16), &HETZNER),
    (v4(46, 4, 0, 0, 16), &HETZNER),
    (v4(65, 108, 0, 0, 15), &HETZNER),
    (v4(78, 46, 0, 0, 15), &HETZNER),
    (v4(88, 198, 0, 0, 16), &HETZNER),
    (v4(88, 99, 0, 0, 16), &HETZNER),
    (v4(95, 216, 0, 0, 15), &HETZNER),
    (v4(116, 202, 0, 0, 15), &HETZNER),
    (v4(135, 181, 0, 0, 16), &HETZNER),
    (v4(136, 243, 0, 0, 16), &HETZNER),
    (v4(138, 201, 0, 0, 16), &HETZNER),
    (v4(144, 76, 0, 0, 16), &HETZNER),
    (v4(148, 251, 0, 0, 16), &HETZNER),
    (v4(157, 90, 0, 0, 16), &HETZNER),
    (v4(159, 69, 0, 0, 16), &HETZNER),
    (v4(162, 55, 0, 0, 16), &HETZNER),
    (v4(167, 235, 0, 0, 16), &HETZNER),
    (v4(168, 119, 0, 0, 16), &HETZNER),
    (v4(176, 9, 0, 0, 16), &HETZNER),
    (v4(178, 63, 0, 0, 16), &HETZNER),
    (v4(188, 40, 0, 0, 16), &HETZNER),
    (v4(195, 201, 0, 0, 16), &HETZNER),
    (v6(0x2a01, 0x4f8, 0, 32), &HETZNER),
    (v6(0x2a01, 0x4f9, 0, 32), &HETZNER),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_alias_and_by_address() {
        let alias = |name: &str| of_alias(name).map(|host| host.name);
        assert_eq!(alias("my-app.vercel.app"), Some("Vercel"));
        assert_eq!(alias("d111111abcdef8.cloudfront.net"), Some("Amazon CloudFront"));
        assert_eq!(alias("shops.myshopify.com"), Some("Shopify"));
        assert_eq!(alias("notvercel.app"), None);
        let address = |text: &str| of_address(text.parse().unwrap()).map(|host| (host.name, host.proxy));
        assert_eq!(address("104.16.132.229"), Some(("Cloudflare", true)));
        assert_eq!(address("2606:4700::6810:84e5"), Some(("Cloudflare", true)));
        assert_eq!(address("76.76.21.21"), Some(("Vercel", false)));
        assert_eq!(address("185.199.108.153"), Some(("GitHub Pages", false)));
        assert_eq!(address("9.9.9.9"), None);
        let both = of_answer(&["x.example.net", "my.netlify.app"], &["104.16.132.229".parse().unwrap()]);
        assert_eq!(both.map(|host| host.name), Some("Netlify"));
    }

    #[test]
    fn providers_are_told_by_label() {
        assert_eq!(of_name_server("kim.ns.cloudflare.com"), Some("Cloudflare"));
        assert_eq!(of_name_server("ns-2048.awsdns-64.com"), Some("Amazon Route 53"));
        assert_eq!(of_name_server("ns1.notcloudflare.com"), None);
        assert_eq!(of_name_server("awsdns-1.example.com"), None);
    }
}
