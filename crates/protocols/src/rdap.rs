//! What the registry says about a domain, by RDAP (RFC 9082, RFC 9083).
//!
//! ```
//! use launch_ready_protocols::rdap::Registration;
//!
//! let body = br#"{"objectClassName":"domain","events":[{"eventAction":"expiration","eventDate":"2027-03-01T00:00:00Z"}],"status":["client hold"]}"#;
//! let registration = Registration::parse(body).unwrap();
//! assert!(registration.expires.is_some());
//! assert!(registration.is("client hold"));
//! ```

use serde_json::Value;

use crate::date::Day;
use crate::dns::dns_name;
use crate::dns::name::is_public_host;

/// A registration, as far as its registry publishes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registration {
    /// The day on which it ends.
    pub expires: Option<Day>,
    /// The day on which it began.
    pub registered: Option<Day>,
    /// Who sold it.
    pub registrar: Option<String>,
    /// The states, in the words of RFC 9083 section 10.2.2: `client transfer prohibited`.
    pub status: Vec<String>,
    /// The day on which the registry's data was current.
    pub as_of: Option<Day>,
    /// The name servers that the registry sends everybody to, in alphabetical order: what the zone above holds.
    pub name_servers: Vec<String>,
}

impl Registration {
    /// Reads a registry's answer; `None` where it is not a domain's.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let answer: Value = serde_json::from_slice(body).ok()?;
        if !answer.get("objectClassName")?.as_str()?.eq_ignore_ascii_case("domain") {
            return None;
        }
        let event = |action: &str| {
            let events = answer.get("events")?.as_array()?;
            let event = events.iter().find(|event| {
                event
                    .get("eventAction")
                    .and_then(Value::as_str)
                    .is_some_and(|a| a.eq_ignore_ascii_case(action))
            })?;
            Day::from_rfc3339(event.get("eventDate")?.as_str()?)
        };
        let status = answer.get("status").and_then(Value::as_array).into_iter().flatten();
        Some(Self {
            expires: event("expiration"),
            registered: event("registration"),
            registrar: registrar(&answer),
            status: status
                .filter_map(Value::as_str)
                .take(MAX_STATUS)
                .map(|state| shortened(&state.to_ascii_lowercase()))
                .collect(),
            as_of: event("last update of RDAP database"),
            name_servers: name_servers(&answer),
        })
    }

    /// Whether one of the states is `state`, by whomever it was set.
    #[must_use]
    pub fn is(&self, state: &str) -> bool {
        self.status.iter().any(|known| {
            known == state
                || known
                    .strip_prefix("client ")
                    .or_else(|| known.strip_prefix("server "))
                    .is_some_and(|rest| rest == state)
        })
    }
}

/// The name on the registrar's card (RFC 7095, jCard).
fn registrar(answer: &Value) -> Option<String> {
    let entities = answer.get("entities")?.as_array()?;
    let entity = entities.iter().find(|entity| {
        let roles = entity.get("roles").and_then(Value::as_array);
        roles.is_some_and(|roles| roles.iter().any(|role| role.as_str() == Some("registrar")))
    })?;
    let card = entity.get("vcardArray")?.get(1)?.as_array()?;
    let name = card.iter().find(|property| property.get(0).and_then(Value::as_str) == Some("fn"))?;
    name.get(3)?.as_str().map(shortened).filter(|name| !name.is_empty())
}

/// The names of the name servers (RFC 9083 section 5.2).
fn name_servers(answer: &Value) -> Vec<String> {
    let servers = answer.get("nameservers").and_then(Value::as_array).into_iter().flatten();
    let mut names: Vec<String> = servers
        .filter_map(|server| server.get("ldhName").and_then(Value::as_str))
        .map(|name| dns_name(&shortened(name)))
        .filter(|name| !name.is_empty())
        .take(MAX_NAME_SERVERS)
        .collect();
    names.sort();
    names.dedup();
    names
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect()
}

/// Name servers of one domain that are kept: as many as registries take.
const MAX_NAME_SERVERS: usize = 13;
/// States of one domain that are kept.
const MAX_STATUS: usize = 20;
/// Characters of one text that are kept.
const MAX_TEXT: usize = 100;

/// Where the registry of `domain` answers; `None` where none is known.
#[must_use]
pub fn url(domain: &str) -> Option<String> {
    let tld = domain.rsplit('.').next()?;
    let (_, base) = SERVERS.iter().find(|(tlds, _)| tlds.split(' ').any(|known| known == tld))?;
    Some(format!("{}domain/{domain}", base.replace("{tld}", tld)))
}

/// The domain that a registry is asked about at that address, where it is [`url`]'s for one.
#[must_use]
pub fn asked_about(address: &str) -> Option<&str> {
    let (_, domain) = address.rsplit_once("/domain/")?;
    (is_public_host(domain) && url(domain)? == address).then_some(domain)
}

/// Whether the registry of that top-level domain locks transfers with the states of RFC 5731, so that a missing lock says
/// something: all generic ones, by ICANN's rules, and some country codes that work the same.
#[must_use]
pub fn locks_transfers(domain: &str) -> bool {
    domain.rsplit('.').next().is_some_and(|tld| tld.len() > 2 || matches!(tld, "ai" | "co" | "io" | "me"))
}

/// Registries of the top-level domains that founders use, from IANA's bootstrap file (data.iana.org/rdap/dns.json), and for
/// `ch`, `co`, `de`, `io`, `li`, `me`, `us` from the registries themselves, which are not in it. As of 2026-11. A
/// table and not the file: asking for the file would cost every scan a request for 60 KB, and rdap.org a redirect that
/// has to pass the address guard. `{tld}` stands for the top-level domain.
static SERVERS: &[(&str, &str)] = &[
    ("com net", "https://rdap.verisign.com/{tld}/v1/"),
    ("org", "https://rdap.publicinterestregistry.org/rdap/"),
    ("app dev page new how soy meme day foo zip boo rsvp ing mov", "https://pubapi.registry.google/rdap/"),
    (
        "ac academy agency ai bio business careers center chat city coach coffee community company consulting \
         cool deals digital directory domains education email energy engineering events exchange expert \
         finance fund fyi gallery global group guru house immo info international io legal ltd management market \
         marketing me media mobi money network ninja onl partners photography photos place plus pro productions pub report reviews \
         rocks run sale school services sh show social software solutions studio support systems team technology tips \
         today tools town training vc ventures video vision watch works world zone",
        "https://rdap.identitydigital.services/rdap/",
    ),
    (
        "art blog bond cyou fm help homes icu inc lat lol london quest sbs skin storage xyz",
        "https://rdap.centralnic.com/{tld}/",
    ),
    ("fun host online press pw site space store tech uno website", "https://rdap.radix.host/rdap/"),
    ("shop tokyo", "https://rdap.gmoregistry.net/rdap/"),
    ("biz club design tv us", "https://rdap.nic.{tld}/"),
    ("co", "https://rdap.registry.co/co/"),
    ("ca", "https://rdap.ca.fury.ca/rdap/"),
    ("ch li", "https://rdap.nic.{tld}/"),
    ("de", "https://rdap.denic.de/"),
    ("fi", "https://rdap.fi/rdap/rdap/"),
    ("fr", "https://rdap.nic.fr/"),
    ("nl", "https://rdap.sidn.nl/"),
    ("no", "https://rdap.norid.no/"),
    ("pl", "https://rdap.dns.pl/"),
    ("uk", "https://rdap.nominet.uk/uk/"),
    ("br", "https://rdap.registro.br/"),
    ("cz", "https://rdap.nic.cz/"),
    ("sg", "https://rdap.sgnic.sg/rdap/"),
    ("au", "https://rdap.cctld.au/rdap/"),
    ("in", "https://rdap.nixiregistry.in/rdap/"),
    ("cc name", "https://tld-rdap.verisign.com/{tld}/v1/"),
    ("id", "https://rdap.pandi.id/rdap/"),
    ("property", "https://rdap.registry.click/rdap/"),
    ("tel vip", "https://rdap.nic.{tld}/"),
    ("top", "https://rdap.zdnsgtld.com/{tld}/"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"objectClassName":"domain","ldhName":"EXAMPLE.COM",
        "status":["client transfer prohibited","active"],
        "nameservers":[{"ldhName":"NS2.EXAMPLE.NET."},{"ldhName":"ns1.example.net"},{"ldhName":"NS1.example.net"},{}],
        "entities":[{"roles":["abuse"]},{"roles":["registrar"],
          "vcardArray":["vcard",[["version",{},"text","4.0"],["fn",{},"text","Example Registrar, Inc."]]]}],
        "events":[{"eventAction":"registration","eventDate":"2020-01-02T03:04:05Z"},
                  {"eventAction":"expiration","eventDate":"2027-01-02T03:04:05Z"},
                  {"eventAction":"last update of RDAP database","eventDate":"2026-11-22T09:00:00Z"}]}"#;

    #[test]
    fn a_registrys_answer_is_read() {
        let registration = Registration::parse(ANSWER.as_bytes()).unwrap();
        assert_eq!(registration.registrar.as_deref(), Some("Example Registrar, Inc."));
        assert_eq!(registration.expires.map(|day| day.to_string()).as_deref(), Some("2027-01-02"));
        assert_eq!(registration.name_servers, ["ns1.example.net", "ns2.example.net"]);
        assert!(registration.is("transfer prohibited") && !registration.is("hold"));
        for other in ["", "[]", "{}", "null", r#"{"errorCode":404}"#, r#"{"objectClassName":"entity"}"#] {
            assert_eq!(Registration::parse(other.as_bytes()), None, "{other}");
        }
        let bare = Registration::parse(
            br#"{"objectClassName":"domain","events":7,"status":{},"entities":[3],"nameservers":{}}"#,
        );
        assert_eq!(bare, Some(Registration::default()));
    }

    #[test]
    fn registries_are_known_by_the_last_label() {
        let url = |name: &str| url(name);
        assert_eq!(
            url("example.com").as_deref(),
            Some("https://rdap.verisign.com/com/v1/domain/example.com")
        );
        assert_eq!(url("example.xyz").as_deref(), Some("https://rdap.centralnic.com/xyz/domain/example.xyz"));
        assert_eq!(url("example.co.uk").as_deref(), Some("https://rdap.nominet.uk/uk/domain/example.co.uk"));
        assert_eq!(url("example.ru"), None);
        for (tlds, base) in SERVERS {
            assert!(base.starts_with("https://") && base.ends_with('/') && !tlds.contains("  "), "{base}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(bytes: Vec<u8>, text in "\\PC*", cut in 0..700usize) {
            let _ = Registration::parse(&bytes);
            let answer = ANSWER.replace("Example", &text.replace(['"', '\\'], ""));
            let _ = Registration::parse(answer.as_bytes());
            let _ = Registration::parse(ANSWER.as_bytes().get(..cut.min(ANSWER.len())).unwrap());
        }
    }
}
