//! Services that send or take mail for a domain: told from what the domain publishes, with the records that each of
//! them asks for.
//!
//! Names are matched label by label: `mail.zendesk.com` is Zendesk's, `notzendesk.com` is not. What a service tells
//! only in its own settings (a key, an account number) stands in angle brackets in its records; see
//! [`Publish::is_exact`].

use std::fmt;
use std::sync::OnceLock;

pub use launch_ready_providers::mail_services;
pub use launch_ready_providers::model::{Envelope, MailKind as Kind, MailService as Service, Publish};

use crate::email::spf::senders::SharedRecord;

/// SPF records that list the addresses of every customer of a cloud, and so of strangers.
#[must_use]
pub fn shared_records() -> &'static [SharedRecord<'static>] {
    static RECORDS: OnceLock<Vec<SharedRecord<'static>>> = OnceLock::new();
    RECORDS.get_or_init(|| {
        let known = launch_ready_providers::all().iter().flat_map(|provider| &provider.shared_senders);
        known.map(|shared| SharedRecord { name: &shared.spf, cloud: &shared.cloud }).collect()
    })
}

/// What a domain publishes, as far as services can be told from it. Lower case, no trailing dots.
#[derive(Debug, Clone, Copy, Default)]
pub struct Published<'a> {
    /// The names in the SPF record: `include` and `redirect`.
    pub spf: &'a [String],
    /// The mail servers.
    pub mx: &'a [String],
    /// The TXT records at the domain.
    pub texts: &'a [String],
    /// The DKIM selectors that were found, with the name that each is an alias of.
    pub dkim: &'a [(String, Option<String>)],
}

/// A service that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServiceInUse {
    /// Which.
    pub service: &'static Service,
    /// What showed it, the most telling first.
    pub signs: Vec<Sign>,
}

impl MailServiceInUse {
    /// Whether something shows that it may send mail for the domain, beyond a token of somebody's set-up.
    #[must_use]
    pub fn sends(&self) -> bool {
        self.signs.iter().any(|sign| match sign {
            Sign::Dkim(_) | Sign::Spf(_) => true,
            // People write mail where their mailboxes are.
            Sign::Mx(_) => self.service.kind == Kind::Mailboxes,
            Sign::Token(_) => false,
        })
    }

    /// The selectors to look for.
    pub fn selectors(&self) -> impl Iterator<Item = String> {
        let account = self.signs.iter().find_map(|sign| match sign {
            Sign::Spf(name) => {
                name.split('.').next().filter(|label| label.bytes().all(|b| b.is_ascii_digit()))
            }
            _ => None,
        });
        self.service.selectors.iter().filter_map(move |selector| match (selector.contains('{'), account) {
            (false, _) => Some(selector.clone()),
            (true, Some(account)) => Some(selector.replace("{account}", account)),
            (true, None) => None,
        })
    }
}

/// What showed a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// A DKIM selector is an alias of a name of the service, or is its alone.
    Dkim(String),
    /// The SPF record names it.
    Spf(String),
    /// A mail server is the service's.
    Mx(String),
    /// A TXT record is a token of it.
    Token(String),
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dkim(name) => write!(f, "DKIM selector {name}"),
            Self::Mx(name) => write!(f, "MX {name}"),
            Self::Spf(name) => write!(f, "SPF {name}"),
            Self::Token(text) => write!(f, "TXT {text}"),
        }
    }
}

/// The services that what is published shows, in the order of the table.
#[must_use]
pub fn recognise(published: Published<'_>) -> Vec<MailServiceInUse> {
    let named = |names: &[String], patterns: &[String], sign: fn(String) -> Sign| -> Vec<Sign> {
        let is_its = |name: &&String| patterns.iter().any(|pattern| is_within(name, pattern));
        names.iter().filter(is_its).map(|name| sign(name.clone())).collect()
    };
    let in_use = |service: &'static Service| {
        let mut signs: Vec<Sign> = published
            .dkim
            .iter()
            .filter(|(selector, target)| match target {
                Some(target) => service.dkim_targets.iter().any(|pattern| is_within(target, pattern)),
                // A key without an alias shows a service only where the selector is nobody else's.
                None => service.selectors.contains(selector) && !is_shared(selector),
            })
            .map(|(selector, _)| Sign::Dkim(selector.clone()))
            .collect();
        signs.extend(named(published.spf, &service.spf, Sign::Spf));
        signs.extend(named(published.mx, &service.mx, Sign::Mx));
        for token in &service.tokens {
            let (start, end) = token.split_once('*').unwrap_or((token, ""));
            let fits = |text: &&String| begins_and_ends(text, start, end);
            signs.extend(published.texts.iter().filter(fits).map(|_| Sign::Token(start.to_owned())));
        }
        signs.dedup();
        (!signs.is_empty()).then_some(MailServiceInUse { service, signs })
    };
    mail_services().filter_map(in_use).collect()
}

/// Whether a selector is too common to name a service: `s1`, `k1`, `mail`.
fn is_shared(selector: &str) -> bool {
    let users = mail_services().filter(|service| service.selectors.iter().any(|own| own == selector)).count();
    users > 1 || SHARED.contains(&selector)
}

/// Selectors that people choose themselves, or that many programs begin with.
const SHARED: [&str; 12] =
    ["default", "dkim", "k1", "k2", "k3", "mail", "mx", "s1", "s2", "selector1", "selector2", "smtp"];

/// Whether a token begins and ends like this, with something between the two.
fn begins_and_ends(text: &str, start: &str, end: &str) -> bool {
    let Some(rest) = text.get(start.len()..) else { return false };
    let begins = text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
    let Some(at) = rest.len().checked_sub(end.len()) else { return false };
    begins && rest.get(at..).is_some_and(|own| own.eq_ignore_ascii_case(end))
}

/// Whether `name` is `pattern` or lies below it, label by label.
fn is_within(name: &str, pattern: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let Some(start) = name.len().checked_sub(pattern.len()) else { return false };
    let is_end = name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(pattern));
    is_end && name.get(..start).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::RecordType;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn ids(in_use: &[MailServiceInUse]) -> Vec<&'static str> {
        in_use.iter().map(|one| one.service.id.as_str()).collect()
    }

    #[test]
    fn services_are_told_from_what_a_domain_publishes() {
        let spf = owned(&["_spf.google.com", "mail.zendesk.com", "1234567.spf03.hubspotemail.net"]);
        let mx = owned(&["aspmx.l.google.com", "alt1.aspmx.l.google.com"]);
        let texts = owned(&["MS=ms123", "google-site-verification=x", "brevo-code:abc"]);
        let dkim = [("s1".to_owned(), Some("s1.domainkey.u1.wl2.sendgrid.net".to_owned()))];
        let found = recognise(Published { spf: &spf, mx: &mx, texts: &texts, dkim: &dkim });
        assert_eq!(
            ids(&found),
            ["google-workspace", "microsoft-365", "sendgrid", "brevo", "hubspot", "zendesk"]
        );
        let senders: Vec<_> =
            found.iter().filter(|one| one.sends()).map(|one| one.service.id.as_str()).collect();
        assert_eq!(senders, ["google-workspace", "sendgrid", "hubspot", "zendesk"]);
        let hubspot: Vec<_> = found[4].selectors().collect();
        assert_eq!(hubspot, ["hs1-1234567", "hs2-1234567"]);
    }

    #[test]
    fn names_are_matched_label_by_label() {
        let spf = owned(&["notsendgrid.net", "sendgrid.net.example.org", "amazonses.com.evil.net"]);
        let texts = owned(&["about brevo-code:abc", "MS"]);
        assert_eq!(recognise(Published { spf: &spf, texts: &texts, ..Published::default() }), []);
        assert!(
            is_within("SendGrid.NET.", "sendgrid.net") && is_within("u1.wl.sendgrid.net", "sendgrid.net")
        );
        assert!(!is_within("net", "sendgrid.net"));
    }

    #[test]
    fn a_data_centre_is_told_by_the_end_of_its_token() {
        let of = |token: &str| {
            let texts = owned(&[token]);
            ids(&recognise(Published { texts: &texts, ..Published::default() }))
        };
        assert_eq!(of("zoho-verification=zb1.zmverify.zoho.eu"), ["zoho-mail-eu"]);
        assert_eq!(of("zoho-verification=zb1.zmverify.zoho.com"), ["zoho-mail"]);
        assert_eq!(of("zoho-verification=zb1.zmverify.zoho.com.au"), ["zoho-mail-au"]);
        assert_eq!(of("zoho-verification="), Vec::<&str>::new());
    }

    #[test]
    fn of_two_services_of_one_house_the_one_whose_record_it_is_is_told() {
        let of = |name: &str| {
            let spf = owned(&[name]);
            ids(&recognise(Published { spf: &spf, ..Published::default() }))
        };
        assert_eq!(of("_spf.mlsend.com"), ["mailerlite"]);
        assert_eq!(of("_spf.mailersend.net"), ["mailersend"]);
    }

    #[test]
    fn a_common_selector_names_nobody() {
        let dkim = owned(&["s1", "mail", "resend"]).into_iter().map(|name| (name, None)).collect::<Vec<_>>();
        assert_eq!(ids(&recognise(Published { dkim: &dkim, ..Published::default() })), ["resend"]);
    }

    #[test]
    fn the_table_is_sound() {
        let domain = "example.com";
        for service in mail_services() {
            let fixed = service.fixed_selectors();
            assert_eq!(fixed.is_empty(), !service.selectors_are_fixed, "{}", service.id);
            assert!(
                fixed.iter().all(|selector| service.selectors.iter().any(|own| own == selector)),
                "{}",
                service.id
            );
            if let Some(include) = &service.include {
                assert_eq!(service.source.unchecked, None, "{}", service.id);
                assert!(service.spf.iter().any(|pattern| is_within(include, pattern)), "{include}");
                let whole = format!("v=spf1 include:{include} ~all");
                assert!(crate::email::spf::parse(&whole).0.is_valid(), "{whole}");
            }
            for record in &service.records {
                assert!(RecordType::from_name(&record.record_type).is_some(), "{}", service.id);
                if record.is_exact() {
                    let data = record.data(domain);
                    assert!(!data.contains('{') && !data.contains('>'), "{data}");
                    assert!(record.record_type == "TXT" || data.ends_with('.'), "{data}");
                    assert!(record.record_type != "TXT" || data.starts_with('"'), "{data}");
                }
            }
            // Selectors that are given to every customer are among the records, or are older ones.
            for record in service.records.iter().filter(|record| record.is_exact()) {
                if let Some((selector, "")) = record.owner.split_once("._domainkey") {
                    assert!(
                        service.selectors.iter().any(|own| own == selector),
                        "{}: {selector}",
                        service.id
                    );
                }
            }
        }
    }

    #[test]
    fn records_are_filled_in_for_a_domain() {
        let domain = "my.example.com";
        let icloud = Service::from_id("icloud").unwrap();
        let dkim = icloud.records.iter().find(|record| record.record_type == "CNAME").unwrap();
        assert_eq!(dkim.name(domain), "sig1._domainkey.my.example.com");
        assert_eq!(dkim.data(domain), "sig1.dkim.my.example.com.at.icloudmailadmin.com.");
        let brevo = Service::from_id("brevo").unwrap();
        let dkim = brevo.records.iter().find(|record| record.is_exact()).unwrap();
        assert_eq!(dkim.data(domain), "b1.my-example-com.dkim.brevo.com.");
        assert!(icloud.signs());
    }
}
