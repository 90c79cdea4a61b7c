//! A redirect chain: from one URL through every hop to where it ends.

use std::fmt;
use std::net::IpAddr;

use url::Url;

use super::jar::Jar;
use super::{HttpReply, HttpRequest, address};
use crate::answers::{Cause, Failure, Fetch, Refusal, Stop, Unmeasured, Unreachable};

/// One answered request of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What was asked for.
    pub url: Url,
    /// The status it was answered with.
    pub status: u16,
    /// Milliseconds to the end of the headers.
    pub headers_ms: u32,
}

/// A chain as far as it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The answered requests, in order.
    pub hops: Vec<Hop>,
    /// How it ends.
    pub end: End,
}

/// How a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The last hop's answer is no redirect.
    Arrived,
    /// The last hop redirects without saying where to, or to several places.
    BadLocation(String),
    /// The next request failed.
    Failed {
        /// What was asked for.
        url: Url,
        /// How it failed.
        failure: Failure,
    },
    /// The last hop leads to a URL that was already asked for.
    Loop {
        /// Index of the hop it leads back to.
        back_to: usize,
    },
    /// The next host has no address, as two resolvers say.
    NoAddress {
        /// The host.
        host: String,
    },
    /// The next host leads to an address that is not on the public internet. Nothing was sent to it.
    PrivateAddress {
        /// The host.
        host: String,
        /// The address.
        address: IpAddr,
        /// The range it lies in.
        range: &'static str,
    },
    /// The last hop leads to something that is never asked for.
    Refused {
        /// As it stood in `Location`.
        location: String,
        /// Why not.
        refusal: Refusal,
    },
    /// More than [`MAX_HOPS`] redirects.
    TooLong,
}

impl End {
    /// The end before a host to which nothing can be sent.
    #[must_use]
    pub fn unreachable(host: &str, why: Unreachable) -> Self {
        let host = host.to_owned();
        match why {
            Unreachable::NoAddress => Self::NoAddress { host },
            Unreachable::PrivateAddress { address, range } => Self::PrivateAddress { host, address, range },
        }
    }
}

/// Redirects that are followed: Google's crawlers follow up to ten ("HTTP status codes, network and DNS errors, and
/// Google Search", read 2026-11); browsers give up after twenty (Fetch standard, HTTP-redirect fetch, step 5).
pub const MAX_HOPS: usize = 10;

impl Chain {
    /// The URL the chain arrives at, if it does.
    #[must_use]
    pub fn arrived(&self) -> Option<&Url> {
        match self.end {
            End::Arrived => self.hops.last().map(|hop| &hop.url),
            _ => None,
        }
    }

    /// The hops that change scheme or host: what is left of a chain when pages that lead to other pages of the same
    /// site are taken out.
    pub fn crossings(&self) -> impl Iterator<Item = (&Hop, &Hop)> {
        let pairs = self.hops.iter().zip(self.hops.iter().skip(1));
        pairs.filter(|(from, to)| from.url.origin() != to.url.origin())
    }

    /// What could not be had, where the chain ends in that.
    #[must_use]
    pub fn gap(&self) -> Option<Unmeasured> {
        match &self.end {
            End::Failed { url, failure } => {
                Some(Unmeasured { asked: format!("GET {url}"), failure: failure.clone() })
            }
            _ => None,
        }
    }
}

impl Chain {
    /// How it ends, in words, where it does not arrive.
    #[must_use]
    pub fn ending(&self) -> Option<String> {
        Some(match &self.end {
            End::Arrived => return None,
            End::BadLocation(location) if location.is_empty() => "no Location".to_owned(),
            End::BadLocation(location) => format!("several places: {}", plain(location)),
            End::Failed { url, failure } => format!("{url} {failure}"),
            End::Loop { back_to } => {
                let back = self.hops.get(*back_to).map(|hop| hop.url.as_str()).unwrap_or_default();
                format!("{back} again: a loop")
            }
            End::NoAddress { host } => format!("{host} has no address"),
            End::PrivateAddress { host, address, range } => format!("{host} is {address}: {range}"),
            End::Refused { location, refusal } => format!("{} {refusal}: not followed", plain(location)),
            End::TooLong => format!("… more than {MAX_HOPS} redirects"),
        })
    }
}

/// The chain on one line, hop by hop with status and time to the end of the headers:
/// `http://example.com/ → 301 in 20 ms → https://example.com/ → 200 in 60 ms`.
///
/// It can be taken apart again at the [`ARROW`]s: a URL and what it was answered with, in turn; a chain that does not arrive ends
/// in words. URLs are as they are sent, and hold neither blanks nor arrows; in the words at the end, which may quote a stranger's
/// header field, arrows are written as `->`.
impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, hop) in self.hops.iter().enumerate() {
            let before = if n == 0 { "" } else { ARROW };
            write!(f, "{before}{}{ARROW}{} in {} ms", hop.url, hop.status, hop.headers_ms)?;
        }
        let Some(ending) = self.ending() else { return Ok(()) };
        f.write_str(if self.hops.is_empty() { "" } else { ARROW })?;
        f.write_str(&ending)
    }
}

/// What stands between the parts of a drawn chain.
pub const ARROW: &str = " → ";

/// A stranger's text that draws no arrow.
fn plain(text: &str) -> String {
    text.replace('→', "->")
}

/// Follows the redirects that begin at `start`, as a visitor does who keeps no cookies: a crawler, `curl`.
///
/// ```
/// use launch_ready_protocols::answers::Table;
/// use launch_ready_protocols::http::follow;
///
/// let table = Table::default()
///     .with_reply("http://example.com/", 301, &[("Location", "https://example.com/")], "")
///     .with_reply("https://example.com/", 200, &[], "<h1>Hello</h1>");
/// let chain = follow(&table, "http://example.com/").unwrap();
/// assert_eq!(chain.arrived().unwrap().as_str(), "https://example.com/");
/// ```
///
/// # Errors
/// Pending until the next answer is there; not measured where it cannot be known whether a host has an address.
pub fn follow(web: &dyn Fetch, start: &str) -> Result<Chain, Stop> {
    walk(web, start, None)
}

/// Follows the redirects that begin at `start`, as a browser does: cookies that a host sets go back to that host. A
/// page that first sets a cookie and then redirects to itself is a loop for crawlers and none for browsers.
///
/// # Errors
/// As [`follow`].
pub fn follow_with_cookies(web: &dyn Fetch, start: &str) -> Result<Chain, Stop> {
    walk(web, start, Some(Jar::default()))
}

fn walk(web: &dyn Fetch, start: &str, mut jar: Option<Jar>) -> Result<Chain, Stop> {
    let mut hops: Vec<Hop> = Vec::new();
    let mut sent: Vec<String> = Vec::new();
    let mut location = start.to_owned();
    let end = loop {
        let url = match web.admit(&location) {
            Ok(url) => url,
            Err(refusal) => break End::Refused { location, refusal },
        };
        let cookies = jar.as_ref().map(|jar| jar.header(&url)).unwrap_or_default();
        // With other cookies the same address may answer something else.
        let again = hops.iter().zip(&sent).position(|(hop, sent)| hop.url == url && *sent == cookies);
        if let Some(back_to) = again {
            break End::Loop { back_to };
        }
        if hops.len() > MAX_HOPS {
            break End::TooLong;
        }
        let host = url.host_str().unwrap_or_default();
        if let Some(why) = web.unreachable(host)? {
            break End::unreachable(host, why);
        }
        let mut request = HttpRequest::get(url.as_str());
        if !cookies.is_empty() {
            request.headers.push(("Cookie".to_owned(), cookies.clone()));
        }
        let reply = match web.fetch(request)? {
            Ok(reply) => reply,
            Err(failure) => break End::Failed { url, failure },
        };
        if let Some(jar) = &mut jar {
            jar.keep(&url, reply);
        }
        sent.push(cookies);
        let next = redirect(&url, reply);
        hops.push(Hop { url, status: reply.status, headers_ms: reply.headers_ms });
        match next {
            Next::Stay => break End::Arrived,
            Next::Nowhere(locations) => break End::BadLocation(locations),
            Next::Unreadable(url, why) => {
                let failure = Failure::new(Cause::Malformed).detailed(why);
                break End::Failed { url, failure };
            }
            Next::To(next) => location = next,
        }
    };
    Ok(Chain { hops, end })
}

/// Where a reply leads.
enum Next {
    Nowhere(String),
    Stay,
    To(String),
    /// To an address that browsers can read and we cannot, as far as it came.
    Unreadable(Url, &'static str),
}

/// Redirect statuses and how their target is read: Fetch standard, "redirect status" and "location URL".
fn redirect(url: &Url, reply: &HttpReply) -> Next {
    if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
        return Next::Stay;
    }
    let mut locations: Vec<&str> = reply.headers.all("location").flat_map(joined).collect();
    locations.sort();
    locations.dedup();
    match locations.as_slice() {
        [] | [""] => Next::Nowhere(String::new()),
        // Browsers send on whatever octets stand there. A host whose HTTP library reads UTF-8 gets this in the place of others:
        // where they lead cannot be told, and nobody is at fault.
        [one] if one.contains(char::REPLACEMENT_CHARACTER) => {
            let changed = |url| Next::Unreadable(url, "its Location holds bytes that came changed");
            address::join(url, one).map_or_else(|| Next::To((*one).to_owned()), changed)
        }
        [one] => match address::join(url, one) {
            Some(next) => Next::To(next.into()),
            // Browsers map such a host by Unicode's tables, which are not here; a transport that has them does it for us.
            None if address::needs_mapping(one) => Next::Unreadable(
                url.clone(),
                "its Location names a host in a spelling that only browsers read",
            ),
            None => Next::To((*one).to_owned()),
        },
        several => Next::Nowhere(several.join(" and ")),
    }
}

/// The URL that a reply redirects to, whether or not anything may be sent there; `None` where it does not redirect,
/// or does not say where to.
#[must_use]
pub fn location(url: &Url, reply: &HttpReply) -> Option<Url> {
    match redirect(url, reply) {
        Next::To(location) => address::parse(&location),
        Next::Nowhere(_) | Next::Stay | Next::Unreadable(..) => None,
    }
}

/// The edge joins header fields of one name with a comma and a blank. No URL holds a blank, so what follows one and
/// begins like a target is another field.
fn joined(value: &str) -> Vec<&str> {
    let starts = |text: &str| {
        let text = text.trim_start().to_ascii_lowercase();
        text.starts_with("http://") || text.starts_with("https://") || text.starts_with('/')
    };
    let mut parts = Vec::new();
    let mut rest = value.trim();
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|tail| tail.find(", ")).map(|at| at + from) {
        if starts(&rest[at + 2..]) {
            parts.push(rest[..at].trim());
            rest = &rest[at + 2..];
            from = 0;
        } else {
            from = at + 2;
        }
    }
    parts.push(rest.trim());
    parts
}
