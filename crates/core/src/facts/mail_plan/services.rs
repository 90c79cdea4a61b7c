//! What is known of mail services beyond their records: who sends mail on, and which rows of the table are one service.

use crate::providers::mail_services::{Kind, MailServiceInUse, Published, Service, Sign, recognise};

/// The service that takes a domain's mail at one of these servers and sends it on. It does so with an address of the domain
/// for bounces, so its own servers have to stand in the domain's SPF record, or forwarded mail fails.
#[must_use]
pub fn forwarder(mail_servers: &[String]) -> Option<&'static Service> {
    let found = recognise(Published { mx: mail_servers, ..Published::default() });
    found.into_iter().map(|one| one.service).find(|service| service.kind == Kind::Forwarding)
}

/// The services with one row for each: that of the data centre which SPF or MX records show, with every sign of the others.
#[must_use]
pub fn united(mut in_use: Vec<MailServiceInUse>) -> Vec<MailServiceInUse> {
    let mut of: Vec<&str> = in_use.iter().filter_map(|one| one.service.data_centre_of.as_deref()).collect();
    of.sort_unstable();
    of.dedup();
    for whole in of {
        let is_one = |one: &MailServiceInUse| one.service.data_centre_of.as_deref() == Some(whole);
        let weight = |one: &MailServiceInUse| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarder_is_told_by_its_mail_servers() {
        let of = |server: &str| forwarder(&[server.to_owned()]).map(|one| one.name.as_str());
        assert_eq!(of("route2.mx.cloudflare.net"), Some("Cloudflare Email Routing"));
        assert_eq!(of("EFORWARD3.registrar-servers.com."), Some("Namecheap email forwarding"));
        assert_eq!(of("mx1.simplelogin.co"), Some("SimpleLogin"));
        assert_eq!(of("smtp-fwd.wordpress.com"), Some("WordPress.com email forwarding"));
        assert_eq!(of("mx1.privateemail.com"), None);
        assert_eq!(of("notmx.cloudflare.net"), None);
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
