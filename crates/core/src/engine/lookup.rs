//! DNS questions as checks ask them: nothing is called missing on one resolver's word.

use std::net::IpAddr;

use super::answer::Answer;
use super::evidence::Evidence;
use super::probe::{DnsQuestion, Probe, Resolver};
use crate::answers::{Cause, Failure, Resolve, Stop, Unmeasured};
use crate::dns::{self, DnsReply, Lookup, Record, RecordType, Resolution, ResponseCode, addresses};
use crate::domain::Domain;

/// Evaluators of the protocols ask as checks do: what is missing is confirmed.
impl Resolve for Evidence {
    fn lookup(&self, name: &str, record_type: RecordType) -> Result<Lookup<'_>, Stop> {
        Self::lookup(self, name, record_type)
    }
}

impl Evidence {
    /// What DNS says about `name`. An empty or failed answer is put to a second resolver, and to a third where
    /// those two do not settle it.
    ///
    /// # Errors
    /// Pending until the answers are there; not measured where no two resolvers agree on what is not there.
    pub fn lookup(&self, name: &str, record_type: RecordType) -> Result<Lookup<'_>, Stop> {
        let question = DnsQuestion::first(name, record_type);
        let mut unheard = Unheard::default();
        let mut seen: Vec<Resolution> = Vec::new();
        for resolver in [Resolver::First, Resolver::Second, Resolver::Third] {
            let Some(reply) = self.hear(&question.to(resolver), &mut unheard)? else {
                if unheard.is_cut_off() {
                    break;
                }
                continue;
            };
            let lookup = read(&question, reply);
            if lookup.outcome == Resolution::Found {
                return Ok(lookup);
            }
            let same = |earlier: &&Resolution| {
                (**earlier == Resolution::ServFail) == (lookup.outcome == Resolution::ServFail)
            };
            if let Some(earlier) = seen.iter().find(same).copied() {
                // Where one says "no name" and one "no record", the weaker claim is the safe one.
                let agreed = if earlier == lookup.outcome { earlier } else { Resolution::NoData };
                return Ok(Lookup { outcome: agreed, ..lookup });
            }
            seen.push(lookup.outcome);
        }
        Err(unheard.stop(&question, "resolvers do not agree"))
    }

    /// What one resolver says about `name`: the first that has an answer of any kind. Absence is its word alone, so
    /// this is for questions where nothing is claimed from it: a guess (a DKIM selector), or something whose absence
    /// does no harm. Costs one subrequest where the first resolver answers; [`lookup`](Self::lookup) costs two for
    /// what is missing.
    ///
    /// # Errors
    /// Pending until the answer is there; not measured where no resolver answers.
    pub fn lookup_any(&self, name: &str, record_type: RecordType) -> Result<Lookup<'_>, Stop> {
        let question = DnsQuestion::first(name, record_type);
        let mut unheard = Unheard::default();
        for resolver in [Resolver::First, Resolver::Second] {
            let heard = self.hear(&question.to(resolver), &mut unheard)?.map(|reply| read(&question, reply));
            match heard {
                Some(lookup) if lookup.outcome != Resolution::ServFail => return Ok(lookup),
                None if unheard.is_cut_off() => break,
                _ => {}
            }
        }
        Err(unheard.stop(&question, "resolvers get no valid answer (SERVFAIL)"))
    }

    /// The first resolver's records of the type at `name`, or the second one's where the first one fails; aliases
    /// followed, without confirmation: empty where there are none and where both failed. For safety decisions that err
    /// towards not asking, never for a verdict.
    ///
    /// # Errors
    /// Pending until the answer is there.
    pub fn first_answer(&self, name: &str, record_type: RecordType) -> Result<Vec<&Record>, Stop> {
        match self.lookup_first(name, record_type) {
            Ok(lookup) => Ok(lookup.records),
            Err(Stop::NotMeasured(_)) => Ok(Vec::new()),
            Err(Stop::Pending) => Err(Stop::Pending),
        }
    }

    /// What one resolver alone says about `name`, the second where the first one fails: for what may be reported where it
    /// is there, and about which nothing is claimed where it is not. Nothing but `Found` is confirmed.
    ///
    /// # Errors
    /// Pending until the answer is there; not measured where it could not be had.
    pub fn lookup_first(&self, name: &str, record_type: RecordType) -> Result<Lookup<'_>, Stop> {
        self.lookup_first_at(DnsQuestion::first(name, record_type))
    }

    /// [`glance`](Self::glance) with a question of one's own, which names the resolver to begin with.
    ///
    /// # Errors
    /// As there.
    pub fn lookup_first_at(&self, question: DnsQuestion) -> Result<Lookup<'_>, Stop> {
        let resolvers: &[Resolver] = match question.resolver {
            Resolver::First => &[Resolver::First, Resolver::Second],
            Resolver::Second => &[Resolver::Second, Resolver::Third],
            Resolver::Third => &[Resolver::Third],
        };
        let mut unheard = Unheard::default();
        for resolver in resolvers {
            if let Some(reply) = self.hear(&question.to(*resolver), &mut unheard)? {
                return Ok(read(&question, reply));
            }
            if unheard.is_cut_off() {
                break;
            }
        }
        Err(unheard.stop(&question, "resolvers refuse to answer"))
    }

    /// One resolver's word: its reply, if it says anything about the name. `None` where the resolver itself failed, which is
    /// noted: then somebody else is to be asked.
    fn hear<'e>(
        &'e self,
        question: &DnsQuestion,
        unheard: &mut Unheard<'e>,
    ) -> Result<Option<&'e DnsReply>, Stop> {
        Ok(match self.ask(Probe::Dns(question.clone()))? {
            Answer::Dns(reply) if is_word(reply) => Some(reply),
            Answer::Dns(_) => {
                unheard.refused = true;
                None
            }
            Answer::Failed(failure) => {
                unheard.failures.push(failure);
                None
            }
            Answer::Http(_) | Answer::Tls(_) => None,
        })
    }
}

/// Whether a reply says something about the name. An error that is the resolver's own does not (REFUSED, NOTIMP, FORMERR …),
/// and neither does one that was cut off before its first record.
fn is_word(reply: &DnsReply) -> bool {
    let refuses = matches!(reply.code, ResponseCode::Refused | ResponseCode::Other(_));
    let is_cut_off = reply.truncated && reply.answers.is_empty();
    !(refuses || is_cut_off)
}

/// The resolvers that gave no word about a name.
#[derive(Default)]
struct Unheard<'e> {
    failures: Vec<&'e Failure>,
    /// Whether one of them declined to answer.
    refused: bool,
}

impl Unheard<'_> {
    /// Whether what cut one question off cuts off the next one, too.
    fn is_cut_off(&self) -> bool {
        self.failures
            .iter()
            .any(|failure| matches!(failure.cause, Cause::Budget | Cause::Deadline | Cause::NotRecorded))
    }

    /// Why there is no answer. `otherwise` is why not where every resolver said something.
    ///
    /// That nothing came in time may be the zone's doing: its name servers keep resolvers waiting. Everything else is the
    /// resolvers' own, unless the name is one that cannot be asked for.
    fn stop(&self, question: &DnsQuestion, otherwise: &str) -> Stop {
        let own = self.failures.iter().find(|f| matches!(f.cause, Cause::Malformed | Cause::Unreachable));
        let failure = match (own, self.failures.first()) {
            (Some(own), _)
                if dns::encode(&question.name, question.record_type, question.checking_disabled)
                    .is_none() =>
            {
                (*own).clone()
            }
            (Some(own), _) => Failure { cause: Cause::NoResolver, ..(*own).clone() },
            (None, Some(failure)) => (*failure).clone(),
            (None, None) if self.refused => {
                Failure::new(Cause::NoResolver).detailed("resolvers refuse to answer")
            }
            (None, None) => Failure::new(Cause::Malformed).detailed(otherwise),
        };
        Stop::NotMeasured(Unmeasured { asked: Probe::Dns(question.clone()).to_string(), failure })
    }
}

/// A name's addresses of both families, as far as they could be had.
#[derive(Debug)]
pub struct Resolved<'e> {
    /// The A records.
    pub v4: Result<Lookup<'e>, Unmeasured>,
    /// The AAAA records.
    pub v6: Result<Lookup<'e>, Unmeasured>,
}

impl<'e> Resolved<'e> {
    /// Asks for both families at once.
    ///
    /// # Errors
    /// Pending until both are answered.
    pub fn ask(evidence: &'e Evidence, name: &str) -> Result<Self, Stop> {
        let v4 = evidence.lookup(name, RecordType::A);
        let v6 = evidence.lookup(name, RecordType::Aaaa);
        let settled = |lookup| match lookup {
            Ok(lookup) => Ok(Ok(lookup)),
            Err(Stop::NotMeasured(gap)) => Ok(Err(gap)),
            Err(Stop::Pending) => Err(Stop::Pending),
        };
        Ok(Self { v4: settled(v4)?, v6: settled(v6)? })
    }

    /// The lookups that were answered.
    pub fn answered(&self) -> impl Iterator<Item = &Lookup<'e>> {
        [&self.v4, &self.v6].into_iter().flatten()
    }

    /// Every address that was found.
    #[must_use]
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.answered().flat_map(|lookup| addresses(&lookup.records)).collect()
    }

    /// What is certain when there is no address: that there is none, or that nobody gets an answer.
    ///
    /// # Errors
    /// Not measured where one family could not be had: the address may be there.
    pub fn without_address(self) -> Result<Resolution, Stop> {
        let outcome =
            |lookup: Result<Lookup<'_>, Unmeasured>| lookup.map(|l| l.outcome).map_err(Stop::NotMeasured);
        Ok(match (outcome(self.v4)?, outcome(self.v6)?) {
            (Resolution::ServFail, _) | (_, Resolution::ServFail) => Resolution::ServFail,
            (Resolution::NxDomain, Resolution::NxDomain) => Resolution::NxDomain,
            _ => Resolution::NoData,
        })
    }
}

/// An address of a server that has to be there, of whichever family: the A records, or where the name has none the
/// AAAA records. Where both are missing, the lookup of the A records.
///
/// # Errors
/// Pending until the answers are there; not measured where it cannot be told whether there is an address.
pub fn server_address<'e>(evidence: &'e Evidence, name: &str) -> Result<Lookup<'e>, Stop> {
    let v4 = evidence.lookup(name, RecordType::A)?;
    if matches!(v4.outcome, Resolution::Found | Resolution::NxDomain) {
        return Ok(v4);
    }
    let v6 = evidence.lookup(name, RecordType::Aaaa)?;
    match v6.outcome {
        Resolution::Found => Ok(v6),
        Resolution::ServFail => Err(Stop::NotMeasured(v6.gap())),
        Resolution::NoData | Resolution::NxDomain if v4.is_missing() => Ok(v4),
        Resolution::NoData | Resolution::NxDomain => Err(Stop::NotMeasured(v4.gap())),
    }
}

/// The name at the top of the zone that `domain` lies in: the domain itself where its shape says that it was
/// registered, otherwise the owner of the SOA record that DNS shows for it (RFC 2308 section 3).
///
/// # Errors
/// Pending until the answer is there; not measured where DNS does not say.
pub fn zone_apex(evidence: &Evidence, domain: &Domain) -> Result<Domain, Stop> {
    if domain.is_plainly_registered() {
        return Ok(domain.clone());
    }
    let lookup = evidence.lookup(domain.as_str(), RecordType::Soa)?;
    let soa = lookup.records.iter().copied().chain(&lookup.reply.authority);
    let owner = soa
        .filter(|record| record.data.record_type() == RecordType::Soa)
        .find_map(|record| Domain::from_host(&record.name).filter(|_| domain.is_within(&record.name)));
    // Behind an alias the SOA is that of another zone; the name itself is then no zone of its own.
    let parent = || domain.as_str().split_once('.').and_then(|(_, parent)| Domain::from_host(parent));
    owner.or_else(parent).ok_or_else(|| {
        Stop::NotMeasured(Unmeasured {
            asked: format!("SOA {domain}"),
            failure: Failure::new(Cause::Malformed).detailed("no zone is named"),
        })
    })
}

fn read<'e>(question: &DnsQuestion, reply: &'e DnsReply) -> Lookup<'e> {
    dns::read(&question.name, question.record_type, reply)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::RecordData;

    fn reply(code: ResponseCode, records: &[(&str, RecordData)]) -> DnsReply {
        let answers = records
            .iter()
            .map(|(name, data)| Record { name: (*name).into(), ttl: 60, data: data.clone() })
            .collect();
        DnsReply {
            code,
            authenticated: false,
            truncated: false,
            answers,
            authority: Vec::new(),
            extended_errors: Vec::new(),
            elapsed_ms: 1,
        }
    }

    fn found() -> Answer {
        Answer::Dns(reply(ResponseCode::NoError, &[("example.com", RecordData::A([1, 1, 1, 1].into()))]))
    }

    fn empty(code: ResponseCode) -> Answer {
        Answer::Dns(reply(code, &[]))
    }

    fn failed(cause: Cause) -> Answer {
        Answer::Failed(Failure::new(cause))
    }

    /// What the lookup gives when the resolvers answer so, in order, and how many of them were asked.
    fn outcome(answers: &[Answer]) -> (Result<Resolution, Option<Cause>>, usize) {
        let mut evidence = Evidence::default();
        let mut asked = 0;
        loop {
            match evidence.lookup("example.com", RecordType::A) {
                Ok(lookup) => return (Ok(lookup.outcome), asked),
                Err(Stop::NotMeasured(gap)) => return (Err(Some(gap.failure.cause)), asked),
                Err(Stop::Pending) => {
                    for probe in evidence.take_pending() {
                        evidence.insert(probe, answers[asked].clone());
                    }
                    asked += 1;
                }
            }
        }
    }

    #[test]
    fn one_positive_answer_is_enough() {
        assert_eq!(outcome(&[found()]), (Ok(Resolution::Found), 1));
        assert_eq!(outcome(&[empty(ResponseCode::NxDomain), found()]), (Ok(Resolution::Found), 2));
        assert_eq!(
            outcome(&[failed(Cause::Timeout), empty(ResponseCode::ServFail), found()]),
            (Ok(Resolution::Found), 3)
        );
    }

    #[test]
    fn nothing_is_missing_on_one_resolvers_word() {
        use ResponseCode::{NoError, NxDomain, Refused, ServFail};
        assert_eq!(outcome(&[empty(NxDomain), empty(NxDomain)]), (Ok(Resolution::NxDomain), 2));
        assert_eq!(outcome(&[empty(NoError), empty(NxDomain)]), (Ok(Resolution::NoData), 2));
        assert_eq!(outcome(&[empty(ServFail), empty(ServFail)]), (Ok(Resolution::ServFail), 2));
        assert_eq!(
            outcome(&[failed(Cause::Timeout), empty(NxDomain), empty(NxDomain)]),
            (Ok(Resolution::NxDomain), 3)
        );
        let unsettled = [empty(NxDomain), failed(Cause::Timeout), failed(Cause::Timeout)];
        assert_eq!(outcome(&unsettled), (Err(Some(Cause::Timeout)), 3));
        let unsettled = [empty(NxDomain), failed(Cause::Timeout), failed(Cause::Unreachable)];
        assert_eq!(outcome(&unsettled), (Err(Some(Cause::NoResolver)), 3));
        let unsettled = [empty(NxDomain), empty(ServFail), empty(Refused)];
        assert_eq!(outcome(&unsettled), (Err(Some(Cause::NoResolver)), 3));
        assert_eq!(outcome(&[failed(Cause::Budget)]), (Err(Some(Cause::Budget)), 1));
    }

    /// In every way in which a resolver can fail instead of answering.
    fn failing() -> Vec<Answer> {
        let cut_off = DnsReply { truncated: true, ..reply(ResponseCode::NoError, &[]) };
        vec![
            failed(Cause::Unreachable),
            failed(Cause::Malformed),
            failed(Cause::Timeout),
            empty(ResponseCode::Refused),
            empty(ResponseCode::Other(1)),
            Answer::Dns(cut_off),
        ]
    }

    /// What a question that one resolver may answer gives, and how many were asked.
    fn one_word(
        answers: &[Answer],
        question: impl Fn(&Evidence) -> Result<Resolution, Stop>,
    ) -> (Option<Resolution>, usize) {
        let mut evidence = Evidence::default();
        let mut asked = 0;
        loop {
            match question(&evidence) {
                Ok(outcome) => return (Some(outcome), asked),
                Err(Stop::NotMeasured(_)) => return (None, asked),
                Err(Stop::Pending) => {
                    for probe in evidence.take_pending() {
                        evidence.insert(probe, answers[asked].clone());
                    }
                    asked += 1;
                }
            }
        }
    }

    #[test]
    fn a_resolver_that_fails_is_passed_by_whatever_is_asked_and_however_it_fails() {
        use ResponseCode::NxDomain;
        let glance =
            |evidence: &Evidence| evidence.lookup_first("example.com", RecordType::A).map(|l| l.outcome);
        let first = |evidence: &Evidence| {
            let records = evidence.first_answer("example.com", RecordType::A)?;
            Ok(if records.is_empty() { Resolution::NoData } else { Resolution::Found })
        };
        let unconfirmed =
            |evidence: &Evidence| evidence.lookup_any("example.com", RecordType::A).map(|l| l.outcome);
        for bad in failing() {
            let answers = [bad.clone(), found()];
            assert_eq!(outcome(&answers), (Ok(Resolution::Found), 2), "{bad:?}");
            assert_eq!(one_word(&answers, glance), (Some(Resolution::Found), 2), "{bad:?}");
            assert_eq!(one_word(&answers, first), (Some(Resolution::Found), 2), "{bad:?}");
            assert_eq!(one_word(&answers, unconfirmed), (Some(Resolution::Found), 2), "{bad:?}");
            // The second one's failure is no second word.
            let missing = [empty(NxDomain), bad.clone(), empty(NxDomain)];
            assert_eq!(outcome(&missing), (Ok(Resolution::NxDomain), 3), "{bad:?}");
            assert_eq!(
                outcome(&[empty(NxDomain), bad.clone(), found()]),
                (Ok(Resolution::Found), 3),
                "{bad:?}"
            );
            let nobody = [bad.clone(), bad.clone(), bad.clone()];
            assert!(outcome(&nobody).0.is_err(), "{bad:?}");
            assert_eq!(one_word(&nobody, glance).0, None, "{bad:?}");
            assert_eq!(one_word(&nobody, first).0, Some(Resolution::NoData), "{bad:?}");
        }
    }

    #[test]
    fn a_name_that_cannot_be_asked_for_is_not_the_resolvers_fault() {
        let mut evidence = Evidence::default();
        let name = format!("{}.example.com", "a".repeat(64));
        let gap = loop {
            match evidence.lookup(&name, RecordType::A) {
                Err(Stop::NotMeasured(gap)) => break gap,
                Err(Stop::Pending) => {
                    for probe in evidence.take_pending() {
                        evidence.insert(probe, failed(Cause::Malformed));
                    }
                }
                Ok(lookup) => panic!("{lookup:?}"),
            }
        };
        assert_eq!(gap.failure.cause, Cause::Malformed);
    }

    #[test]
    fn an_unconfirmed_answer_costs_one_question_and_a_failure_two() {
        use ResponseCode::{NxDomain, ServFail};
        let asked = |answers: &[Answer]| {
            let mut evidence = Evidence::default();
            let mut asked = 0;
            loop {
                match evidence.lookup_any("example.com", RecordType::A) {
                    Ok(lookup) => return (Some(lookup.outcome), asked),
                    Err(Stop::NotMeasured(_)) => return (None, asked),
                    Err(Stop::Pending) => {
                        for probe in evidence.take_pending() {
                            evidence.insert(probe, answers[asked].clone());
                        }
                        asked += 1;
                    }
                }
            }
        };
        assert_eq!(asked(&[empty(NxDomain)]), (Some(Resolution::NxDomain), 1));
        assert_eq!(asked(&[found()]), (Some(Resolution::Found), 1));
        assert_eq!(asked(&[failed(Cause::Timeout), found()]), (Some(Resolution::Found), 2));
        assert_eq!(asked(&[empty(ServFail), empty(ServFail)]), (None, 2));
        assert_eq!(asked(&[failed(Cause::Budget)]), (None, 1));
    }
}
