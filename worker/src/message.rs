//! What the Worker and its Durable Objects say to each other. A message is JSON, and so is its answer: what was asked for, or the
//! [`Problem`](crate::response::problem::Problem) that stood in its way. What travels as bytes (a report, its lines, a history) is not
//! read on the way; what is said about it stands beside it ([`objects`](crate::objects)).
//!
//! For some seconds after a deployment the two sides may be of different versions. Who does not understand the other says
//! "try again later".

use std::num::NonZeroU32;

use launch_ready_core::checks::consequences::{BusinessImpact, Effort, Who};
use launch_ready_core::domain::Domain;
use launch_ready_core::plan::redirect_map::{RedirectRule, Tried};
use launch_ready_core::report::FixShown;
use launch_ready_core::report::gaps::Gap;
use launch_ready_core::report::score::{Decision, Rank};
use serde::{Deserialize, Serialize};

use crate::rate::RateLimits;
use crate::request::accept::Form;
use crate::request::question::Question;

/// What the object of a domain is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DomainMessage {
    /// Which one it is: objects do not know their names.
    pub(crate) domain: Domain,
    pub(crate) request: DomainRequest,
}

/// What can be asked of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum DomainRequest {
    /// The report that answers a question, from what is there or from a scan: bytes with [`ReportMeta`].
    Report(ReportRequest),
    /// How redirects come out: a [`RedirectsReply`].
    Redirects(RedirectsRequest),
    /// The report of an id, which stays from now on: bytes with [`ReportMeta`].
    Stored {
        /// The report's id.
        id: String,
    },
    /// The last answers to a question, the newest first: bytes.
    History {
        /// The question.
        question: Question,
    },
    /// What is shown of a report without the page's own code, the newest one where none is named: `Option<ReportSummary>`.
    Summary {
        /// The report's id.
        report: Option<String>,
    },
    /// Which report speaks of the domain, and what it says is worst; it stays: a [`BriefReply`].
    Brief {
        /// The report's id.
        report: Option<String>,
    },
    /// Whether a proof of ownership is published, or was lately: until when that holds, in milliseconds since 1970, as
    /// `Option<u64>`.
    Prove {
        /// What is looked for.
        proof: String,
        /// Who asks.
        client: String,
    },
}

/// A question for a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReportRequest {
    pub(crate) question: Question,
    pub(crate) form: Form,
    /// Who asks: a hash, or a name of our own.
    pub(crate) client: String,
    /// For the log.
    pub(crate) request_id: String,
}

/// Redirects to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RedirectsRequest {
    pub(crate) rules: Vec<RedirectRule>,
    /// Who asks.
    pub(crate) client: String,
    /// For the log.
    pub(crate) request_id: String,
}

/// How redirects came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RedirectsReply {
    /// By the line of each.
    pub(crate) outcomes: Vec<(usize, Tried)>,
    pub(crate) limits: RateLimits,
}

/// What is said about a report beside its bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReportMeta {
    pub(crate) id: String,
    /// When its scan ended, in milliseconds since 1970; `None` while it runs.
    pub(crate) at: Option<u64>,
    pub(crate) source: Source,
    /// Whether it lacks answers because the resolvers failed, and is not to be kept for as long as others.
    pub(crate) is_short: bool,
    /// The limits that its scan has met, for the client that it was begun for.
    pub(crate) limits: RateLimits,
}

/// Where a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Source {
    /// A scan that was waited for.
    Scan,
    /// It was there.
    Stored,
}

/// What a report says about where to begin; nothing where there is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct BriefReply {
    /// Its id.
    pub(crate) report: Option<String>,
    /// The verdict.
    pub(crate) decision: Option<Decision>,
    /// The area of what is worst, by the name that the report has for it.
    pub(crate) area: Option<String>,
    /// The kind of business that it was made for.
    #[serde(default)]
    pub(crate) segment: Option<String>,
}

/// A report, as far as it is shown without the page's own code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReportSummary {
    pub(crate) id: String,
    /// When it was made, in milliseconds since 1970.
    pub(crate) at: u64,
    pub(crate) decision: Decision,
    /// The verdict in one sentence.
    pub(crate) reason: String,
    /// 0 to 100; `None` where nothing was measured.
    pub(crate) score: Option<u32>,
    /// Checks with an answer.
    pub(crate) answered: u32,
    /// All checks.
    pub(crate) of: u32,
    /// What to fix, the worst first.
    pub(crate) risks: Vec<RiskSummary>,
    /// Must-haves without an answer, by id and name, where that leaves no verdict.
    pub(crate) unanswered: Vec<(String, String)>,
    /// What several checks could not have, once for each cause.
    pub(crate) gaps: Vec<Gap>,
    /// Names of checks without an answer for causes of their own.
    pub(crate) unknown: Vec<String>,
    /// Checks that passed.
    pub(crate) passed: u32,
    /// Checks that do not concern the domain.
    pub(crate) not_applicable: u32,
}

/// Something to fix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RiskSummary {
    /// How urgent it is.
    pub(crate) rank: Rank,
    /// What the business loses while it stays.
    pub(crate) loses: BusinessImpact,
    /// How long it takes to fix.
    pub(crate) effort: Effort,
    /// Who can fix it.
    pub(crate) who: Who,
    /// The check's name.
    pub(crate) name: String,
    /// What is so.
    pub(crate) title: String,
    /// About this domain; may be empty.
    pub(crate) detail: String,
    /// What to do.
    pub(crate) fixes: Vec<FixShown>,
}

/// What the object of a client, or of a salt, is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum VisitorRequest {
    /// Counts a scan before it begins: an [`Admission`].
    Spend(Spending),
    /// Gives back what a scan did not use: `()`.
    Settle(Spending),
    /// The salt of a day: a `String`.
    Salt,
    /// The salt that stays: a `String`.
    LastingSalt,
    /// Notes that somebody wants to be the owner: for how many seconds the client is told nothing, `Option<NonZeroU32>`.
    OwnerToken {
        /// Whether the token was wrong.
        is_wrong: bool,
    },
}

/// What a scan costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spending {
    pub(crate) domain: String,
    /// Subrequests.
    pub(crate) cost: u32,
    /// Whether it was asked for although there may be a report.
    pub(crate) fresh: bool,
}

/// Whether a client may have a scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Admission {
    /// It is counted.
    Allowed { limits: RateLimits },
    /// A limit is reached.
    Limited {
        /// Which one, in words: `200 scans`.
        limit: String,
        retry_after_seconds: u32,
        limits: RateLimits,
    },
}

/// Seconds for which nothing is told; `None` where it is.
pub(crate) type Silence = Option<NonZeroU32>;

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use launch_ready_core::target::{MailUse, Segment, Target};
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::rate::RateLimit;
    use crate::response::problem::Problem;
    use launch_ready_core::checks::fix::Fix;

    fn survives<M: Serialize + DeserializeOwned + PartialEq + Debug>(message: &M) {
        let json = serde_json::to_string(message).unwrap();
        assert_eq!(&serde_json::from_str::<M>(&json).unwrap(), message, "{json}");
    }

    fn limits() -> RateLimits {
        RateLimits::from(RateLimit {
            name: "scans".into(),
            quota: 200,
            window_seconds: 86_400,
            remaining: 3,
            reset_seconds: 60,
        })
    }

    fn question() -> Question {
        let mut target = Target::parse("example.com").unwrap();
        target.segment = Some(Segment::Coach);
        target.mail = Some(MailUse::Both);
        target.add_selector("google").unwrap();
        target.add_path("/login?a=ä").unwrap();
        Question { target, fresh: true, checks: vec!["spf-record".to_owned()] }
    }

    #[test]
    fn every_message_to_a_domain_is_read_as_it_was_written() {
        let (client, request_id) = ("c0ffee".to_owned(), "7d3f".to_owned());
        let rule = RedirectRule::plain(3, "https://example.com/ä", "/b\t\"c");
        for request in [
            DomainRequest::Report(ReportRequest {
                question: question(),
                form: Form::Lines,
                client: client.clone(),
                request_id: request_id.clone(),
            }),
            DomainRequest::Redirects(RedirectsRequest {
                rules: vec![rule],
                client: client.clone(),
                request_id,
            }),
            DomainRequest::Stored { id: "0-example.com".to_owned() },
            DomainRequest::History { question: question() },
            DomainRequest::Summary { report: None },
            DomainRequest::Brief { report: Some("0-example.com".to_owned()) },
            DomainRequest::Prove { proof: "abc".to_owned(), client },
        ] {
            survives(&DomainMessage { domain: Domain::from_host("example.com").unwrap(), request });
        }
    }

    #[test]
    fn every_answer_is_read_as_it_was_written() {
        survives(&ReportMeta {
            id: "0-example.com".to_owned(),
            at: Some(1_764_500_000_000),
            source: Source::Scan,
            is_short: true,
            limits: limits(),
        });
        survives(&BriefReply {
            report: Some("0-example.com".to_owned()),
            decision: Some(Decision::NoGo),
            area: Some("email".to_owned()),
            segment: Some("coach".to_owned()),
        });
        survives(&BriefReply::default());
        survives(&RedirectsReply {
            outcomes: vec![(1, Tried::Good), (2, Tried::Wrong { chain: "a → b".to_owned() })],
            limits: RateLimits::default(),
        });
        let risk = RiskSummary {
            rank: Rank::Blocker,
            loses: BusinessImpact::Mail,
            effort: Effort::Minutes,
            who: Who::DnsPanel,
            name: "SPF".to_owned(),
            title: "<missing>".to_owned(),
            detail: String::new(),
            fixes: vec![FixShown {
                verb: "Add".to_owned(),
                line: "a.b TXT x".to_owned(),
                fix: Fix::record("a.b", "TXT", "x"),
            }],
        };
        survives(&Some(ReportSummary {
            id: "0-example.com".to_owned(),
            at: 1,
            decision: Decision::Go,
            reason: "“Ready”".to_owned(),
            score: None,
            answered: 1,
            of: 2,
            risks: vec![risk],
            unanswered: vec![("spf-record".to_owned(), "SPF".to_owned())],
            gaps: vec![Gap { cause: "c".to_owned(), advice: "a".to_owned(), checks: vec!["mx".to_owned()] }],
            unknown: vec!["DKIM".to_owned()],
            passed: 3,
            not_applicable: 4,
        }));
    }

    #[test]
    fn every_message_to_a_visitor_and_its_answer_is_read_as_it_was_written() {
        let spending = Spending { domain: "example.com".to_owned(), cost: 48, fresh: true };
        for request in [
            VisitorRequest::Spend(spending.clone()),
            VisitorRequest::Settle(spending),
            VisitorRequest::Salt,
            VisitorRequest::LastingSalt,
            VisitorRequest::OwnerToken { is_wrong: true },
        ] {
            survives(&request);
        }
        survives(&Admission::Allowed { limits: limits() });
        survives(&Admission::Limited {
            limit: "200 scans".to_owned(),
            retry_after_seconds: 60,
            limits: limits(),
        });
        survives::<Silence>(&NonZeroU32::new(3600));
    }

    #[test]
    fn a_problem_keeps_everything_on_the_way() {
        for problem in [
            Problem::limited("Too much.", 60, limits()),
            Problem::opted_out("example.com"),
            Problem::unknown_parameter("nonsense", &["domain"]),
        ] {
            survives(&Err::<(), _>(problem));
        }
    }
}
