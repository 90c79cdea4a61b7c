//! What is known of mail services beyond their records: who sends mail on, who issues short keys, which rows of the table
//! are one service. From the services' own documentation and what their customers publish, as of 2026-11.

use crate::providers::mail_services::{ProvidersInUse, Sign};

/// A service that takes a domain's mail and sends it on, with an address of the domain for bounces: its servers have to stand
/// in the domain's SPF record, or forwarded mail fails.
#[derive(Debug, PartialEq, Eq)]
pub struct Forwarder {
    /// How it calls itself.
    pub name: &'static str,
    /// Its mail servers, themselves or names below.
    mx: &'static [&'static str],
    /// What it asks customers to include; `None` where it does not say.
    pub include: Option<&'static str>,
}

static FORWARDERS: [Forwarder; 7] = [
    Forwarder {
        name: "Cloudflare Email Routing",
        mx: &["mx.cloudflare.net"],
        include: Some("_spf.mx.cloudflare.net"),
    },
    Forwarder { name: "Forward Email", mx: &["forwardemail.net"], include: Some("spf.forwardemail.net") },
    Forwarder { name: "ImprovMX", mx: &["improvmx.com"], include: Some("spf.improvmx.com") },
    Forwarder {
        name: "Namecheap email forwarding",
        mx: &[
            "eforward1.registrar-servers.com",
            "eforward2.registrar-servers.com",
            "eforward3.registrar-servers.com",
            "eforward4.registrar-servers.com",
            "eforward5.registrar-servers.com",
        ],
        include: Some("spf.efwd.registrar-servers.com"),
    },
    Forwarder {
        name: "Porkbun email forwarding",
        mx: &["fwd1.porkbun.com", "fwd2.porkbun.com"],
        include: Some("_spf.porkbun.com"),
    },
    Forwarder { name: "SimpleLogin", mx: &["simplelogin.co"], include: Some("simplelogin.co") },
    Forwarder { name: "WordPress.com email forwarding", mx: &["smtp-fwd.wordpress.com"], include: None },
];

/// The forwarder that one of the mail servers belongs to.
#[must_use]
pub fn forwarder(mail_servers: &[String]) -> Option<&'static Forwarder> {
    let is_its = |one: &&Forwarder| {
        one.mx.iter().any(|pattern| mail_servers.iter().any(|server| is_within(server, pattern)))
    };
    FORWARDERS.iter().find(is_its)
}

/// Services whose keys have 1,024 bits, and that issue no longer ones.
static SHORT_KEYS: [&str; 2] = ["postmark", "resend"];

/// Whether the service of that id issues no keys of more than 1,024 bits.
#[must_use]
pub fn issues_short_keys(id: &str) -> bool {
    SHORT_KEYS.contains(&id)
}

/// Selectors where a service publishes nothing until it changes keys for the first time: an alias that leads nowhere is
/// normal there, while the service's other selector has a key.
static IN_RESERVE: [(&str, &[&str]); 1] = [("microsoft-365", &["selector1", "selector2"])];

/// Whether a service leaves that selector empty until its keys change.
#[must_use]
pub fn is_in_reserve(id: &str, selector: &str) -> bool {
    IN_RESERVE.iter().any(|(of, selectors)| *of == id && selectors.contains(&selector))
}

/// Rows of the table that are one service in several data centres.
static DATA_CENTRES: [&[&str]; 1] = [&[
    "zoho-mail",
    "zoho-mail-eu",
    "zoho-mail-in",
    "zoho-mail-ca",
    "zoho-mail-au",
    "zoho-mail-jp",
    "zoho-mail-sa",
    "zoho-mail-cn",
]];

/// The services with one row for each: that of the data centre which SPF or MX records show, with every sign of the others.
#[must_use]
pub fn united(mut in_use: Vec<ProvidersInUse>) -> Vec<ProvidersInUse> {
    for ids in DATA_CENTRES {
        let is_one = |one: &ProvidersInUse| ids.contains(&one.service.id.as_str());
        let weight = |one: &ProvidersInUse| {
            let told = |sign: &&Sign| matches!(sign, Sign::Mx(_) | Sign::Spf(_));
            (one.signs.iter().filter(told).count(), one.signs.len())
        };
        let Some(best) =
            in_use.iter().filter(|one| is_one(one)).max_by_key(|one| weight(one)).map(|one| one.service)
        else {
            continue;
        };
        let others: Vec<Sign> = in_use
            .iter()
            .filter(|one| is_one(one) && one.service != best)
            .flat_map(|one| one.signs.iter().cloned())
            .collect();
        in_use.retain(|one| !is_one(one) || one.service == best);
        if let Some(one) = in_use.iter_mut().find(|one| one.service == best) {
            for sign in others {
                if !one.signs.contains(&sign) {
                    one.signs.push(sign);
                }
            }
        }
    }
    in_use
}

/// Whether `name` is `pattern` or lies below it, label by label.
fn is_within(name: &str, pattern: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name.strip_suffix(pattern).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::mail_services::{Published, Service, recognise};

    #[test]
    fn a_forwarder_is_told_by_its_mail_servers() {
        let of = |server: &str| forwarder(&[server.to_owned()]).map(|one| one.name);
        assert_eq!(of("route2.mx.cloudflare.net"), Some("Cloudflare Email Routing"));
        assert_eq!(of("EFORWARD3.registrar-servers.com."), Some("Namecheap email forwarding"));
        assert_eq!(of("mx1.privateemail.com"), None);
        assert_eq!(of("notmx.cloudflare.net"), None);
    }

    #[test]
    fn the_tables_name_services_that_exist() {
        let ids = SHORT_KEYS
            .iter()
            .copied()
            .chain(IN_RESERVE.map(|(id, _)| id))
            .chain(DATA_CENTRES[0].iter().copied());
        for id in ids {
            assert!(Service::from_id(id).is_some(), "{id}");
        }
    }

    #[test]
    fn data_centres_of_one_service_are_one_service() {
        let mx = ["mx.zoho.eu".to_owned()];
        let texts = ["zoho-verification=zb1.zmverify.zoho.eu".to_owned()];
        let found = united(recognise(Published { mx: &mx, texts: &texts, ..Published::default() }));
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((one.service.id.as_str(), one.signs.len()), ("zoho-mail-eu", 2));
    }
}
