//! # SPF senders (`spf-senders`)
//!
//! ## What it checks
//! Which servers your SPF record lets send mail in your name, with everything it includes: how many addresses, and whether
//! a term somewhere lets in everybody, or far more than your services use.
//!
//! ## Why it matters
//! A record can look strict and be open: an included record that ends in `+all`, a network that ends in `/0`, or the
//! address block of a whole cloud lets strangers send mail that passes as yours. They use it for fraud, and the
//! complaints land on your domain.
//!
//! ## How to fix it
//! List the services you send with by the include each of them names, and single servers by their address. Take out
//! networks that you do not have to yourself.
//!
//! ## Sources
//! RFC 7208 sections 4.6.2 (the first match decides), 5.2, 5.6 and 11.4 (shared networks). Thresholds: an IPv4 network
//! of 2²⁴ addresses or an IPv6 one of 2³² networks is warned about anywhere, one of more than 2¹⁶ addresses in your own
//! record; half of the address space is everybody. From a survey of published records, 2026-11.
//!
//! ## Covers
//! E1
//!
//! ## Examples
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net mx -all"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 76.76.21.30
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.0/24 ip6:2606:4700::/48 -all"
//! => listed
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! => nobody
//! ```
//! The first match decides: an include that is not a pass lets nobody in.
//! ```evidence
//! example.com. TXT "v=spf1 ?include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT "v=spf1 +all"
//! => nobody
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.30 +all"
//! => everybody
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.21/0 -all"
//! => everybody
//! ```
//! Two halves are a whole.
//! ```evidence
//! example.com. TXT "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"
//! => everybody
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 a/0 -all"
//! example.com. A 76.76.21.21
//! => everybody
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ip4:52.0.0.0/11 -all"
//! => wide
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_cloud-netblocks.googleusercontent.com ~all"
//! _cloud-netblocks.googleusercontent.com. TXT "v=spf1 ip4:34.80.0.0/15 ?all"
//! => wide
//! ```
//! A record that ends in `+all` itself is the business of another check.
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net +all"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.30 -all"
//! => open-ending
//! ```
//! Addresses that could not be had make the count a smaller one, and do not make anybody a sender.
//! ```evidence
//! example.com. TXT "v=spf1 a:slow.example.com ip4:76.76.21.21 -all"
//! slow.example.com. A TIMEOUT
//! slow.example.com. AAAA TIMEOUT
//! => listed
//! ```
//! With a network around each of them they might be everybody.
//! ```evidence
//! example.com. TXT "v=spf1 a:slow.example.com/8 ip4:76.76.21.21 -all"
//! slow.example.com. A TIMEOUT
//! slow.example.com. AAAA TIMEOUT
//! => incomplete
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT TIMEOUT
//! => incomplete
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ipv4:76.76.21.21 -all"
//! => no-record
//! ```
//! ```evidence
//! example.com. TXT TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_records;
use crate::email::spf;
use crate::email::spf::Qualifier;
use crate::email::spf::senders::{Place, Senders};
use crate::email::spf::tree::{Reach, State, Tree};
use crate::engine::evidence::Evidence;
use crate::facts::mail_plan::SpfPlan;
use crate::facts::mail_profile::MailProfile;
use crate::facts::published_spf::published;
use crate::providers::mail_services::shared_records;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "spf-senders",
    area: Area::Email,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::DnsPanel),
    outcomes: &[&LISTED, &NOBODY, &EVERYBODY, &WIDE, &OPEN_ENDING, &INCOMPLETE, &NO_RECORD],
    run,
};

static LISTED: Outcome = Outcome::pass("listed", "Only listed servers may send as you");
static NOBODY: Outcome = Outcome::pass("nobody", "No server may send as you");
static EVERYBODY: Outcome =
    Outcome::fail("everybody", "A term of the SPF record lets everybody send as you").blocks();
static WIDE: Outcome =
    Outcome::warn("wide", "The SPF record lets far more servers send than you use").important();
static OPEN_ENDING: Outcome =
    Outcome::not_applicable("open-ending", "The SPF record lets everybody send by its ending");
static INCOMPLETE: Outcome =
    Outcome::not_measured("incomplete", "Some of the included SPF records could not be had");
static NO_RECORD: Outcome =
    Outcome::not_applicable("no-record", "There is no readable SPF record to look into");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Some(published) = published(target, evidence)? else { return Ok(NO_RECORD.found()) };
    let (tree, senders) =
        Senders::survey(evidence, published.name.as_str(), Reach::of(target.deep), shared_records())?;
    let (_, issues) = spf::parse(&published.text);
    let show = |outcome: &'static Outcome| {
        let mut finding = outcome.found().with_marked_evidence(published.label(), &published.text, &issues);
        if !senders.terms.is_empty() {
            finding = finding.with_evidence("Who may send", senders.lines());
        }
        finding.with_evidence("What it includes", tree.to_string())
    };
    if tree.ending().all == Some(Qualifier::Pass) {
        return Ok(show(&OPEN_ENDING));
    }
    if senders.is_everybody() {
        let finding = show(&EVERYBODY).detail(match senders.everybody.first() {
            Some(place) => format!(
                "“{}” in the record of {} stands for half of all addresses or more.",
                place.term, place.name
            ),
            None => format!("Together the terms let {} send.", senders.words()),
        });
        let places = if senders.everybody.is_empty() {
            senders.wide.iter().map(|wide| wide.place.clone()).collect()
        } else {
            senders.everybody.clone()
        };
        let profile = MailProfile::ask(target, evidence)?;
        let plan = SpfPlan::of(target, evidence, &profile, &[])?;
        return Ok(mail_records::with_spf(finding, &plan).fix(list_instead(&tree, &places)));
    }
    if let Some(wide) = senders.wide.first() {
        // Which of so many servers are the founder's nobody else knows: leaving the term out could stop their mail.
        let finding = show(&WIDE)
            .detail(format!("“{}” in the record of {} {}.", wide.place.term, wide.place.name, wide.why));
        return Ok(finding.fix(list_instead(&tree, std::slice::from_ref(&wide.place))));
    }
    let gap = tree.nodes.iter().find_map(|node| match &node.state {
        State::Unreachable { words } => Some((&node.name, words.clone())),
        state => Some((&node.name, state.gap()?)),
    });
    let network = senders.unknown_network.as_ref();
    let gap = gap.or_else(|| {
        network.map(|place| (&place.name, format!("how many “{}” lets send is not known", place.term)))
    });
    if let Some((name, gap)) = gap {
        let known = senders.words();
        return Ok(show(&INCOMPLETE).detail(format!("Known so far: {known}. Behind {name}: {gap}.")));
    }
    if senders.is_nobody() {
        return Ok(show(&NOBODY));
    }
    let per_message: Vec<String> =
        senders.per_message.iter().map(|place| format!("“{}”", place.term)).collect();
    let uncounted = match per_message.as_slice() {
        [] => String::new(),
        terms => format!(" Whom {} lets in depends on the message.", terms.join(", ")),
    };
    Ok(show(&LISTED).detail(format!("{} may send.{uncounted}", upper_first(&senders.words()))))
}

/// What to do about terms of the domain's own record, or what they lead to.
fn list_instead(tree: &Tree, places: &[Place]) -> Fix {
    let own = |place: &Place| match tree.way_to(&place.name).filter(|_| !place.is_own) {
        Some(way) => format!("“{}”", way.term),
        None => format!("“{}”", place.term),
    };
    Fix::step(format!(
        "List what you do send with in the place of {}: each service by the include it names, each server of your own by its address.",
        places.iter().map(own).collect::<Vec<_>>().join(", ")
    ))
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| std::iter::once(first.to_ascii_uppercase()).chain(chars).collect())
}
