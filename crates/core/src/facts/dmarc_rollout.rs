//! The way from watching to refusing: one policy after the other, with what to watch at each.
//!
//! RFC 9989 says to begin with `p=none`, to read the reports and to repair every stream of mail that does not pass
//! ([5.1](https://www.rfc-editor.org/rfc/rfc9989#section-5.1)); how long that takes it leaves open. The days here are
//! ours: two weeks show every weekly mail twice, and a month shows monthly invoices once.

use crate::email::dmarc::{Draft, Policy};

/// One step of the way.
#[derive(Debug, PartialEq, Eq)]
pub struct Rung {
    /// The policy that is published.
    pub policy: Policy,
    /// How long to stay at least.
    pub days: u32,
    /// What to watch meanwhile, and what has to be so before the next step.
    pub watch: &'static str,
}

/// The steps, in order.
pub static LADDER: [Rung; 3] = [
    Rung {
        policy: Policy::None,
        days: 14,
        watch: "Read the reports for two weeks. Every service that sends for you has to appear there and pass through DKIM or SPF with your own domain; set up those that do not. Sources that you do not know are forgers, or somebody in the team.",
    },
    Rung {
        policy: Policy::Quarantine,
        days: 30,
        watch: "For a month, failing mail goes to spam and can still be found there. Ask customers about missing mail, watch forwarded mail and mailing lists in the reports, and wait for one round of whatever you send once a month.",
    },
    Rung {
        policy: Policy::Reject,
        days: 0,
        watch: "Failing mail is refused. Keep the address for reports: a new service that is not set up shows there first.",
    },
];

/// The step that `policy` stands on.
#[must_use]
pub fn rung(policy: Policy) -> &'static Rung {
    let [none, quarantine, reject] = &LADDER;
    match policy {
        Policy::None => none,
        Policy::Quarantine => quarantine,
        Policy::Reject => reject,
    }
}

/// The record of the next step: one policy up, or out of test mode. What else it says stays. `None` at the top.
#[must_use]
pub fn next(draft: &Draft) -> Option<Draft> {
    let policy = match draft.policy {
        Some(policy) if draft.testing => policy,
        Some(Policy::Reject) => return None,
        Some(Policy::Quarantine) => Policy::Reject,
        Some(Policy::None) | None => Policy::Quarantine,
    };
    // A share belongs to the policy that it was set for.
    let others = draft.others.iter().filter(|(name, _)| name != "pct").cloned().collect();
    Some(Draft { policy: Some(policy), testing: false, others, ..draft.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::dmarc::parse;

    #[test]
    fn every_step_leads_to_the_next_and_the_last_to_none() {
        let next = |text: &str| next(&Draft::of(text)).map(|draft| draft.text());
        for (text, expected) in [
            ("v=DMARC1; p=none; rua=mailto:d@b.net", Some("v=DMARC1; p=quarantine; rua=mailto:d@b.net")),
            (
                "v=DMARC1; p=none; pct=50; ri=3600; rf=afrf; sp=reject; adkim=s",
                Some("v=DMARC1; p=quarantine; sp=reject; adkim=s"),
            ),
            ("v=DMARC1; p=quarantine; rua=mailto:d@b.net;", Some("v=DMARC1; p=reject; rua=mailto:d@b.net")),
            ("v=DMARC1; p=reject; t=y; rua=mailto:d@b.net", Some("v=DMARC1; p=reject; rua=mailto:d@b.net")),
            ("v=DMARC1; p=reject", None),
        ] {
            assert_eq!(next(text).as_deref(), expected, "{text}");
            if let Some(text) = expected {
                assert!(parse(text).0.is_valid() && parse(text).1.is_empty(), "{text}");
            }
        }
    }

    #[test]
    fn the_ladder_goes_up() {
        assert!(LADDER.windows(2).all(|pair| pair[0].policy < pair[1].policy));
        assert!(LADDER.iter().all(|step| rung(step.policy) == step));
    }
}
