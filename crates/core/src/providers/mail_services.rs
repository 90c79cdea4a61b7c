//! Services that send or take mail for a domain: told from what the domain publishes, with the records that each of
//! them asks for.
//!
//! Names are matched label by label: `mail.zendesk.com` is Zendesk's, `notzendesk.com` is not. What a service tells
//! only in its own settings (a key, an account number) stands in angle brackets in its records; see
//! [`Publish::is_exact`].

mod table;

use std::fmt;

use crate::domain::Domain;

pub use table::SERVICES;

/// One service.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// Stable name: `google-workspace`.
    pub id: &'static str,
    /// How it calls itself.
    pub name: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// Names in SPF records (`include`, `redirect`) that show it, themselves or names below.
    pub spf: &'static [&'static str],
    /// Names of mail servers that show it, themselves or names below.
    pub mx: &'static [&'static str],
    /// What TXT records for it begin with: proof that somebody set it up, not that it sends.
    pub tokens: &'static [&'static str],
    /// Names that its DKIM selectors are aliases of, themselves or names below.
    pub dkim_targets: &'static [&'static str],
    /// Selectors that it gives every customer. `{account}` stands for the first label of the SPF name.
    pub selectors: &'static [&'static str],
    /// Whether every customer has these selectors and no others: what stands at all of them is then all there is.
    pub selectors_are_fixed: bool,
    /// Which address its bounces go to, and so which domain SPF is checked for.
    pub envelope: Envelope,
    /// The name that the domain's own SPF record has to include, where it has to.
    pub include: Option<&'static str>,
    /// Every record it asks for, but the SPF record.
    pub records: &'static [Publish],
    /// Where it says so.
    pub source: &'static str,
    /// How the row was checked.
    pub checked: Checked,
}

/// Against what a row of the table was checked, and in which month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The service's own documentation.
    Documentation(&'static str),
    /// What its customers publish, in several places that agree.
    Published(&'static str),
    /// Nothing that could be found. Such a row helps to recognise the service, and names no record exactly.
    Never,
}

/// What a service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// People's mailboxes, which send too.
    Mailboxes,
    /// Newsletters and campaigns.
    Marketing,
    /// Tickets and chats.
    Support,
    /// Mail that an app sends: sign-ups, receipts.
    Transactional,
}

/// The domain of the address that bounces go to (RFC 5321 `MAIL FROM`), which SPF is checked for
/// ([RFC 7208, 2.4](https://www.rfc-editor.org/rfc/rfc7208#section-2.4)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Envelope {
    /// A name below the domain that is set up apart, with SPF of its own: `send` for `send.example.com`; empty where
    /// the name differs from customer to customer.
    Below(&'static str),
    /// The sender's own domain: its SPF record decides.
    Domain,
    /// The service's own domain, unless the customer sets up one below theirs. SPF passes there, and does not align.
    Service,
}

/// One record that a service asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publish {
    /// Relative to the domain; `@` is the domain itself.
    pub owner: &'static str,
    /// `TXT`, `CNAME`, `MX`.
    pub record_type: &'static str,
    /// The data in zone-file notation. `{domain}` is the domain, `{dashed}` the domain with dashes for dots; what
    /// stands in angle brackets only the service knows.
    pub value: &'static str,
}

impl Publish {
    /// Whether the record is complete: nothing in it is known to the service alone.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.owner.contains('<') && !self.value.contains('<')
    }

    /// The owner's whole name for `domain`.
    #[must_use]
    pub fn name(&self, domain: &Domain) -> String {
        if self.owner == "@" { domain.to_string() } else { domain.child(self.owner) }
    }

    /// The data for `domain`.
    #[must_use]
    pub fn data(&self, domain: &Domain) -> String {
        let dashed = domain.as_str().replace('.', "-");
        self.value.replace("{domain}", domain.as_str()).replace("{dashed}", &dashed)
    }
}

impl Service {
    /// The service of that [id](Self::id).
    #[must_use]
    pub fn from_id(id: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.id == id)
    }

    /// The selectors that its documentation asks every customer to publish, where there are no others.
    #[must_use]
    pub fn fixed_selectors(&self) -> Vec<&'static str> {
        let owners = self.records.iter().filter_map(|record| record.owner.strip_suffix("._domainkey"));
        if self.selectors_are_fixed { owners.collect() } else { Vec::new() }
    }

    /// Whether the service signs with the customer's domain where it is set up as its documentation says.
    #[must_use]
    pub fn signs(&self) -> bool {
        self.records.iter().any(|record| record.owner.split('.').any(|label| label == "_domainkey"))
    }
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
pub struct ProvidersInUse {
    /// Which.
    pub service: &'static Service,
    /// What showed it, the most telling first.
    pub signs: Vec<Sign>,
}

impl ProvidersInUse {
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
            (false, _) => Some((*selector).to_owned()),
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
pub fn recognise(published: Published<'_>) -> Vec<ProvidersInUse> {
    let named = |names: &[String], patterns: &[&str], sign: fn(String) -> Sign| -> Vec<Sign> {
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
                None => service.selectors.contains(&selector.as_str()) && !is_shared(selector),
            })
            .map(|(selector, _)| Sign::Dkim(selector.clone()))
            .collect();
        signs.extend(named(published.spf, service.spf, Sign::Spf));
        signs.extend(named(published.mx, service.mx, Sign::Mx));
        for token in service.tokens {
            let begins =
                |text: &&String| text.get(..token.len()).is_some_and(|t| t.eq_ignore_ascii_case(token));
            signs.extend(published.texts.iter().filter(begins).map(|_| Sign::Token((*token).to_owned())));
        }
        signs.dedup();
        (!signs.is_empty()).then_some(ProvidersInUse { service, signs })
    };
    SERVICES.iter().filter_map(in_use).collect()
}

/// Whether a selector is too common to name a service: `s1`, `k1`, `mail`.
fn is_shared(selector: &str) -> bool {
    let users = SERVICES.iter().filter(|service| service.selectors.contains(&selector)).count();
    users > 1 || SHARED.contains(&selector)
}

/// Selectors that people choose themselves, or that many programs begin with.
const SHARED: [&str; 12] =
    ["default", "dkim", "k1", "k2", "k3", "mail", "mx", "s1", "s2", "selector1", "selector2", "smtp"];

/// Whether `name` is `pattern` or lies below it, label by label.
fn is_within(name: &str, pattern: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let Some(start) = name.len().checked_sub(pattern.len()) else { return false };
    let is_end = name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(pattern));
    is_end && name.get(..start).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dns::RecordType;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn ids(in_use: &[ProvidersInUse]) -> Vec<&'static str> {
        in_use.iter().map(|one| one.service.id).collect()
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
        let senders: Vec<_> = found.iter().filter(|one| one.sends()).map(|one| one.service.id).collect();
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
    fn a_common_selector_names_nobody() {
        let dkim = owned(&["s1", "mail", "resend"]).into_iter().map(|name| (name, None)).collect::<Vec<_>>();
        assert_eq!(ids(&recognise(Published { dkim: &dkim, ..Published::default() })), ["resend"]);
    }

    #[test]
    fn the_table_is_sound() {
        let ids: BTreeSet<_> = SERVICES.iter().map(|service| service.id).collect();
        assert_eq!(ids.len(), SERVICES.len());
        let domain = Domain::from_host("example.com").unwrap();
        for service in SERVICES {
            assert!(service.source.starts_with("https://"), "{}", service.id);
            let fixed = service.fixed_selectors();
            assert_eq!(fixed.is_empty(), !service.selectors_are_fixed, "{}", service.id);
            assert!(fixed.iter().all(|selector| service.selectors.contains(selector)), "{}", service.id);
            if service.checked == Checked::Never {
                assert!(service.records.iter().all(|record| !record.is_exact()), "{}", service.id);
                assert_eq!(service.include, None, "{}", service.id);
            }
            if let Some(include) = service.include {
                assert!(service.spf.iter().any(|pattern| is_within(include, pattern)), "{include}");
                let whole = format!("v=spf1 include:{include} ~all");
                assert!(crate::email::spf::parse(&whole).0.is_valid(), "{whole}");
            }
            assert!(
                service.include.is_some() || !matches!(service.envelope, Envelope::Domain),
                "{}",
                service.id
            );
            for record in service.records {
                assert!(RecordType::from_name(record.record_type).is_some(), "{}", service.id);
                if record.is_exact() {
                    let data = record.data(&domain);
                    assert!(!data.contains('{') && !data.contains('>'), "{data}");
                    assert!(record.record_type == "TXT" || data.ends_with('.'), "{data}");
                    assert!(record.record_type != "TXT" || data.starts_with('"'), "{data}");
                }
            }
            // Selectors that are given to every customer are among the records, or are older ones.
            for record in service.records.iter().filter(|record| record.is_exact()) {
                if let Some((selector, "")) = record.owner.split_once("._domainkey") {
                    assert!(service.selectors.contains(&selector), "{}: {selector}", service.id);
                }
            }
        }
    }

    #[test]
    fn records_are_filled_in_for_a_domain() {
        let domain = Domain::from_host("my.example.com").unwrap();
        let icloud = Service::from_id("icloud").unwrap();
        let dkim = icloud.records.iter().find(|record| record.record_type == "CNAME").unwrap();
        assert_eq!(dkim.name(&domain), "sig1._domainkey.my.example.com");
        assert_eq!(dkim.data(&domain), "sig1.dkim.my.example.com.at.icloudmailadmin.com.");
        let brevo = Service::from_id("brevo").unwrap();
        let dkim = brevo.records.iter().find(|record| record.is_exact()).unwrap();
        assert_eq!(dkim.data(&domain), "b1.my-example-com.dkim.brevo.com.");
        assert!(icloud.signs());
    }
}
