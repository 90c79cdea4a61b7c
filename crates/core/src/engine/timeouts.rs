//! How long each kind of request waits, the same for every transport.

use std::time::Duration;

use crate::engine::probe::Resolver;

/// Until a resolver's whole answer is there. Resolvers give up on a zone's servers before that and say SERVFAIL,
/// which tells more than a timeout; three of them in a row still fit into a scan.
pub const DNS_TIME: Duration = Duration::from_secs(5);

/// The same for the resolver that is asked first: a lost question should not cost a scan five seconds before anybody else
/// is asked. It answers in milliseconds from its cache and mostly within one second when it has to ask around; where it is not
/// done by then, the second one begins, with all of its own time. What is lost is the first one's late word, never an answer.
pub const FIRST_DNS_TIME: Duration = Duration::from_millis(1500);

/// How long a DNS question waits.
#[must_use]
pub fn dns_time(resolver: Resolver) -> Duration {
    match resolver {
        Resolver::First => FIRST_DNS_TIME,
        Resolver::Second | Resolver::Third => DNS_TIME,
    }
}

/// Until the headers of a page are there, finding and connecting to its host included: half of visitors have left a
/// page that shows nothing for so long, and two in a row still fit into a scan.
pub const HEADERS_TIME: Duration = Duration::from_secs(8);

/// Until as much of a body as is looked at is there. What came until then is judged.
pub const BODY_TIME: Duration = Duration::from_secs(5);
