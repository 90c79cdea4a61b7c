//! Where mail to a domain goes: each of its mail servers, and whether anything there can take mail.

use std::net::IpAddr;

use crate::answers::{Stop, Unmeasured};
use crate::dns::address::special_purpose;
use crate::dns::{Lookup, RecordData, addresses};
use crate::engine::evidence::Evidence;
use crate::engine::lookup::server_address;
use crate::providers::mail_services::{Published, recognise};
use crate::providers::networks::of_address;

/// Mail servers that are looked up, the most preferred first.
pub const MAX_LOOKED_UP: usize = 4;

/// A mail server that an MX record names.
#[derive(Debug)]
pub struct MailServer<'e> {
    /// Its preference: the lowest is tried first.
    pub preference: u16,
    /// Its name; empty in a null MX.
    pub name: &'e str,
    /// What is there.
    pub state: State<'e>,
}

/// What is where an MX record leads.
#[derive(Debug)]
pub enum State<'e> {
    /// It has an address on the public internet.
    Alive(Lookup<'e>),
    /// It has no address.
    Gone(Lookup<'e>),
    /// It was not looked at: others are more preferred, or it is a null MX.
    NotAsked,
    /// Its address is not on the public internet: which range it lies in.
    Private(Lookup<'e>, IpAddr, &'static str),
    /// Its address could not be had.
    Unknown(Unmeasured),
    /// Its address belongs to a host of web sites, which takes no mail.
    WebHost(Lookup<'e>, &'static str),
}

impl State<'_> {
    /// Whether no message ever gets there.
    #[must_use]
    pub const fn takes_nothing(&self) -> bool {
        matches!(self, Self::Gone(_) | Self::Private(..) | Self::WebHost(..))
    }
}

/// The servers that the records of `lookup` name, the most preferred first, each with what is there.
///
/// # Errors
/// Pending until the answers are there.
pub fn mail_servers<'e>(evidence: &'e Evidence, lookup: &Lookup<'e>) -> Result<Vec<MailServer<'e>>, Stop> {
    let mut named: Vec<(u16, &'e str)> = lookup
        .records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Mx { preference, exchange } => Some((*preference, exchange.as_str())),
            _ => None,
        })
        .collect();
    named.sort();
    let mut left = MAX_LOOKED_UP;
    // All at once; the second family is asked for only where the first has nothing.
    let servers: Vec<Result<MailServer<'e>, Stop>> = named
        .into_iter()
        .map(|(preference, name)| {
            if name.is_empty() || left == 0 {
                return Ok(MailServer { preference, name, state: State::NotAsked });
            }
            left -= 1;
            let state = match server_address(evidence, name) {
                Err(Stop::Pending) => return Err(Stop::Pending),
                Err(Stop::NotMeasured(gap)) => State::Unknown(gap),
                Ok(lookup) => state(name, lookup),
            };
            Ok(MailServer { preference, name, state })
        })
        .collect();
    servers.into_iter().collect()
}

fn state<'e>(name: &str, lookup: Lookup<'e>) -> State<'e> {
    if lookup.is_missing() {
        return State::Gone(lookup);
    }
    let found = addresses(&lookup.records);
    if let Some((address, range)) =
        found.iter().find_map(|address| Some((*address, special_purpose(*address)?)))
    {
        return State::Private(lookup, address, range);
    }
    match found.first().and_then(|address| web_host(name, *address)) {
        Some(host) => State::WebHost(lookup, host),
        None => State::Alive(lookup),
    }
}

/// The host of web sites that a mail server's address belongs to. Who rents out whole servers lets mail in, and a mail
/// service's own names are its business.
fn web_host(name: &str, address: IpAddr) -> Option<&'static str> {
    let host = of_address(address)
        .filter(|host| !host.rents_servers() && !host.site.as_ref().is_some_and(|site| site.lets_mail_in))?;
    let names = [name.to_owned()];
    let is_known = !recognise(Published { mx: &names, ..Published::default() }).is_empty();
    (!is_known).then_some(host.name.as_str())
}

/// Whether mail to the domain gets anywhere, by its MX records. `None` where that is not known.
///
/// # Errors
/// Pending until the answers are there.
pub fn takes_mail(evidence: &Evidence, lookup: &Lookup<'_>) -> Result<Option<bool>, Stop> {
    if lookup.records.is_empty() {
        // Senders try the name's own address then, where a web server stands.
        return Ok(lookup.is_missing().then_some(false));
    }
    let servers = mail_servers(evidence, lookup)?;
    Ok(if servers.iter().any(|server| matches!(server.state, State::Alive(_))) {
        Some(true)
    } else {
        let takes_nothing = |server: &MailServer<'_>| server.name.is_empty() || server.state.takes_nothing();
        servers.iter().all(takes_nothing).then_some(false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_lets_servers_is_no_host_of_web_sites() {
        let of = |name: &str, address: &str| web_host(name, address.parse().unwrap());
        assert_eq!(of("mail.example.com", "76.76.21.21"), Some("Vercel"));
        assert_eq!(of("mail.example.com", "138.68.0.1"), None, "a server of one's own");
        assert_eq!(of("mail.example.com", "66.241.124.1"), None);
        assert_eq!(of("route1.mx.cloudflare.net", "162.159.205.11"), None, "a mail service's own name");
        assert_eq!(of("mail.example.com", "162.159.205.11"), Some("Cloudflare"));
    }
}
