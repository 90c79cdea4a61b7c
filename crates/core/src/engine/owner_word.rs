//! The owner's word: which hosts nothing is sent to, because who owns them has said so in DNS.
//!
//! A TXT record `launch-ready=opt-out` at `_launch-ready` below a name covers that name and all names below it, whoever asks and
//! whichever way leads there. So before a request is sent to a host or a handshake begun with it, the host's own record and those
//! of every name that it lies below are known. What cannot be known is not contacted.
//!
//! [`crate::engine::scan::Scan`] holds every such probe back until [`refusal`] has judged it: no check and no task goes round it. Where a
//! check asks for a host's addresses before it visits it, it asks for the [`word`] beside them, which costs no time.

use url::Host;

use crate::answers::Stop;
use crate::answers::{Cause, Failure};
use crate::dns::name::MAX_NAME;
use crate::dns::{RecordType, texts};
use crate::domain::Domain;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::http::address;
use crate::owner_record::{LABEL, Statement, parse};
use crate::rdap;

/// Names at which one host's word is looked for: the host, and the names that it lies below. A host that lies deeper is not
/// contacted, because what the owner says above it would not be known.
pub const MAX_NAMES: usize = 8;

/// What is known of the owner's word about one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Nobody who could has objected.
    Free,
    /// A record opts out.
    OptedOut {
        /// Where the record stands: `_launch-ready.example.com`.
        record: String,
    },
    /// It could not be found out.
    Unknown {
        /// What was asked, and how that failed.
        failure: Failure,
    },
}

/// The owner's word about `host`. One resolver that answers is believed; what it cannot tell is asked of a second one.
///
/// # Errors
/// Pending until it is known.
pub fn word(evidence: &Evidence, host: &str) -> Result<Word, Stop> {
    let unknown =
        |detail: &str| Word::Unknown { failure: Failure::new(Cause::OwnerUnknown).detailed(detail) };
    let Some(host) = Domain::from_host(host) else { return Ok(unknown("no public name")) };
    if evidence.is_asked_by_owner_of(&host) {
        return Ok(Word::Free);
    }
    let mut pending = false;
    let mut missed = None;
    // All are asked for before anybody waits.
    for (at, name) in covering(host.as_str()).enumerate() {
        if at == MAX_NAMES {
            missed = Some(unknown("the name has too many parts"));
            break;
        }
        let record = format!("{LABEL}.{name}");
        if record.len() > MAX_NAME {
            // So long a name has no record.
            continue;
        }
        match evidence.lookup_any(&record, RecordType::Txt) {
            Ok(lookup) => {
                if texts(&lookup.records).iter().any(|text| parse(text) == Some(Statement::OptOut)) {
                    return Ok(Word::OptedOut { record });
                }
            }
            Err(Stop::Pending) => pending = true,
            // Who was cut off by a bound of ours is told of that.
            Err(Stop::NotMeasured(gap))
                if gap.failure.cause.is_ours() && gap.failure.cause != Cause::NoResolver =>
            {
                missed = Some(Word::Unknown { failure: gap.failure });
            }
            Err(Stop::NotMeasured(gap)) => missed = Some(unknown(&format!("{} {}", gap.asked, gap.failure))),
        }
    }
    match missed {
        _ if pending => Err(Stop::Pending),
        Some(missed) => Ok(missed),
        None => Ok(Word::Free),
    }
}

/// Why nothing is sent for `probe`, if that is so. A registry is asked about a domain: it is the word of that domain's owner that
/// holds. Resolvers are asked freely, or the word could not be had.
///
/// # Errors
/// Pending until the owner's word is known.
pub fn refusal(evidence: &Evidence, probe: &Probe) -> Result<Option<Failure>, Stop> {
    let host = match probe {
        Probe::Dns(_) => return Ok(None),
        Probe::Tls(request) => request.host.clone(),
        Probe::Http(request) => match rdap::asked_about(&request.url) {
            Some(domain) => domain.to_string(),
            None => match address::parse(&request.url).as_ref().and_then(url::Url::host) {
                Some(Host::Domain(host)) => host.to_owned(),
                _ => String::new(),
            },
        },
    };
    Ok(match word(evidence, &host)? {
        Word::Free => None,
        Word::OptedOut { record } => Some(Failure::new(Cause::OptedOut).detailed(&format!("TXT {record}"))),
        Word::Unknown { failure } => Some(failure),
    })
}

/// The name and those that it lies below, as long as two labels remain: no table says where registries end, and one question too
/// many does no harm.
fn covering(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |name| {
        name.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{DnsReply, Record, RecordData, ResponseCode};
    use crate::engine::answer::Answer;
    use crate::engine::probe::Resolver;
    use crate::target::Target;

    fn reply(name: &str, code: ResponseCode, text: Option<&str>) -> Answer {
        let data = |text: &str| RecordData::Txt(vec![text.into()]);
        let answers = text.map(|text| Record { name: name.to_owned(), ttl: 60, data: data(text) });
        Answer::Dns(DnsReply {
            code,
            authenticated: false,
            truncated: false,
            answers: answers.into_iter().collect(),
            authority: Vec::new(),
            extended_errors: Vec::new(),
            elapsed_ms: 1,
        })
    }

    /// The word about `host`, and what was asked for it, where `answer` says what a resolver has at a name.
    fn heard(host: &str, answer: impl Fn(&str, Resolver) -> Answer) -> (Word, Vec<String>) {
        let mut evidence = Evidence::default();
        let mut asked = Vec::new();
        loop {
            match word(&evidence, host) {
                Ok(word) => return (word, asked),
                Err(_) => {
                    for probe in evidence.take_pending() {
                        let Probe::Dns(question) = &probe else { panic!("{probe} is no question") };
                        asked.push(format!("{} {:?}", question.name, question.resolver));
                        let answer = answer(&question.name, question.resolver);
                        evidence.insert(probe, answer);
                    }
                }
            }
        }
    }

    fn none(name: &str) -> Answer {
        reply(name, ResponseCode::NxDomain, None)
    }

    #[test]
    fn a_record_covers_its_name_and_every_name_below_it() {
        let out_at = |record: &'static str| {
            move |name: &str, _| match name == record {
                true => reply(name, ResponseCode::NoError, Some("launch-ready=opt-out")),
                false => none(name),
            }
        };
        let opted_out = |host, record: &'static str| {
            heard(host, out_at(record)).0 == Word::OptedOut { record: record.to_owned() }
        };
        assert!(opted_out("example.com", "_launch-ready.example.com"));
        assert!(opted_out("a.shop.example.com", "_launch-ready.example.com"));
        assert!(opted_out("a.shop.example.com", "_launch-ready.shop.example.com"));
        assert!(!opted_out("example.com", "_launch-ready.shop.example.com"), "and none above it");
        assert!(!opted_out("shop.example.com", "_launch-ready.com"), "two labels at least");
        assert!(!opted_out("notexample.com", "_launch-ready.example.com"));
    }

    #[test]
    fn one_question_for_each_name_is_enough_where_it_is_answered() {
        let (word, asked) = heard("shop.example.com", |name, _| none(name));
        assert_eq!(word, Word::Free);
        assert_eq!(asked, ["_launch-ready.shop.example.com First", "_launch-ready.example.com First"]);
        let other = |name: &str, _| reply(name, ResponseCode::NoError, Some("v=spf1 -all"));
        assert_eq!(heard("example.com", other).0, Word::Free, "another record says nothing");
    }

    #[test]
    fn what_one_resolver_cannot_tell_another_is_asked() {
        let failures = [
            Answer::Failed(Failure::new(Cause::Timeout)),
            Answer::Failed(Failure::new(Cause::Malformed)),
            Answer::Failed(Failure::new(Cause::Unreachable)),
            reply("", ResponseCode::ServFail, None),
            reply("", ResponseCode::Refused, None),
        ];
        for failure in failures {
            let (word, asked) = heard("example.com", |name, resolver| match resolver {
                Resolver::First => failure.clone(),
                _ => reply(name, ResponseCode::NoError, Some("launch-ready=opt-out")),
            });
            assert_eq!(asked.len(), 2, "{failure:?}");
            assert!(matches!(word, Word::OptedOut { .. }), "{failure:?}");
            let (word, asked) = heard("example.com", |_, _| failure.clone());
            assert_eq!(asked.len(), 2, "{failure:?}");
            let Word::Unknown { failure: told } = word else { panic!("{failure:?} leaves it open") };
            assert_eq!(told.cause, Cause::OwnerUnknown);
            assert!(told.detail.starts_with("TXT _launch-ready.example.com "), "{}", told.detail);
        }
    }

    #[test]
    fn an_opt_out_counts_beside_what_could_not_be_had() {
        let (word, _) = heard("shop.example.com", |name, _| match name {
            "_launch-ready.example.com" => reply(name, ResponseCode::NoError, Some("launch-ready=opt-out")),
            _ => Answer::Failed(Failure::new(Cause::Timeout)),
        });
        assert_eq!(word, Word::OptedOut { record: "_launch-ready.example.com".to_owned() });
    }

    #[test]
    fn the_walk_is_bounded_and_what_lies_deeper_is_not_known() {
        let host = |labels: usize| format!("{}example.com", "a.".repeat(labels - 2));
        let (word, asked) = heard(&host(MAX_NAMES + 1), |name, _| none(name));
        assert_eq!((word, asked.len()), (Word::Free, MAX_NAMES));
        let (word, asked) = heard(&host(MAX_NAMES + 2), |name, _| none(name));
        assert!(matches!(word, Word::Unknown { .. }));
        assert_eq!(asked.len(), MAX_NAMES);
        for nonsense in ["", "localhost", "127.0.0.1", "db.internal"] {
            assert!(matches!(heard(nonsense, |name, _| none(name)).0, Word::Unknown { .. }), "{nonsense}");
        }
    }

    #[test]
    fn a_name_too_long_for_a_record_has_none() {
        let long = format!("{0}.{0}.{0}.{1}.com", "a".repeat(60), "b".repeat(59));
        assert!(long.len() <= MAX_NAME && long.len() + LABEL.len() >= MAX_NAME, "{}", long.len());
        let (word, asked) = heard(&long, |name, _| none(name));
        assert_eq!((word, asked.len()), (Word::Free, 3));
    }

    /// The names whose owners are asked before that is sent.
    fn asked_before(probe: &Probe) -> Vec<String> {
        let evidence = Evidence::default();
        let judged = refusal(&evidence, probe);
        let asked: Vec<String> = evidence.take_pending().iter().map(Probe::to_string).collect();
        assert_eq!(judged, if asked.is_empty() { Ok(None) } else { Err(Stop::Pending) });
        asked
    }

    #[test]
    fn a_resolver_is_asked_freely_and_a_registry_with_the_word_of_the_domain_it_is_asked_about() {
        assert!(asked_before(&Probe::dns("example.com", RecordType::A)).is_empty());
        let registry = rdap::url("example.com").unwrap();
        let of_the_domain = ["TXT _launch-ready.example.com"];
        for probe in [Probe::get(&registry), Probe::get("https://example.com/"), Probe::tls("example.com")] {
            assert_eq!(asked_before(&probe), of_the_domain, "{probe}");
        }
        let other = Probe::get(&registry.replace("/domain/", "/entity/"));
        assert!(asked_before(&other).contains(&"TXT _launch-ready.verisign.com".to_owned()));
    }

    #[test]
    fn who_owns_a_domain_needs_nobodys_word_for_it_and_that_of_others_for_theirs() {
        let mut target = Target::parse("example.com").unwrap();
        target.mine = true;
        let evidence = Evidence::about(&target);
        for host in ["example.com", "www.example.com"] {
            assert_eq!(word(&evidence, host), Ok(Word::Free), "{host}");
        }
        for host in ["other.net", "notexample.com"] {
            assert_eq!(word(&evidence, host), Err(Stop::Pending), "{host}");
        }
    }
}
