//! # SPF lookups (`spf-lookups`)
//!
//! ## What it checks
//! How many DNS lookups your SPF record needs with everything it includes, counted as receivers count them, and whether
//! every one of them leads somewhere.
//!
//! ## Why it matters
//! Receivers stop after ten lookups and treat the record as broken. Each service you add brings one to five of them, so
//! the day you add the newsletter tool, the sign-up mails begin to fail. An include that leads to nothing breaks the
//! record as well, and so does a third lookup without an answer.
//!
//! ## How to fix it
//! Take out the services you no longer send with, and terms that are covered by others. Send newsletters from a name of
//! their own, such as `news.example.com`: each name has ten lookups. Do not copy a provider's addresses into your record:
//! they change without notice.
//!
//! ## Sources
//! RFC 7208 sections 4.6.4 (ten lookups, two without an answer), 5.2 (include) and 6.1 (redirect).
//!
//! ## Covers
//! E1
//!
//! ## Examples
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.30 -all"
//! => within-limit
//! ```
//! Addresses cost nothing, and what stands behind `all` is never reached.
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.21 ip6:2606:4700::/64 -all include:gone.example.net"
//! => within-limit
//! ```
//! What a service includes counts, too.
//! ```evidence
//! example.com. TXT "v=spf1 include:a.host.net include:b.host.net include:c.host.net ~all"
//! a.host.net. TXT "v=spf1 include:c.host.net include:d.host.net ~all"
//! b.host.net. TXT "v=spf1 include:c.host.net include:d.host.net include:e.host.net ~all"
//! c.host.net. TXT "v=spf1 ip4:76.76.21.30 ~all"
//! d.host.net. TXT "v=spf1 include:e.host.net ~all"
//! e.host.net. TXT "v=spf1 ip4:76.76.21.31 ~all"
//! => near-limit
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:a.host.net include:b.host.net include:c.host.net a mx ~all"
//! example.com. A 76.76.21.21
//! example.com. MX 10 mx.host.net.
//! mx.host.net. A 76.76.21.30
//! a.host.net. TXT "v=spf1 include:c.host.net include:d.host.net ~all"
//! b.host.net. TXT "v=spf1 include:c.host.net include:d.host.net include:e.host.net ~all"
//! c.host.net. TXT "v=spf1 ip4:76.76.21.30 ~all"
//! d.host.net. TXT "v=spf1 include:e.host.net ~all"
//! e.host.net. TXT "v=spf1 ip4:76.76.21.31 ~all"
//! => over-limit
//! ```
//! A circle never ends.
//! ```evidence
//! example.com. TXT "v=spf1 include:example.com mx -all"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 76.76.21.30
//! => circle
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.example.com -all"
//! _spf.example.com. TXT "v=spf1 include:example.com -all"
//! => circle
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhots.net -all"
//! => broken-include
//! ```
//! Two records at the included name are as bad as none.
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.30 -all"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.31 -all"
//! => broken-include
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 redirect=_spf.mailhost.net"
//! _spf.mailhost.net. TXT "v=spf1 ipv4:76.76.21.30 -all"
//! => broken-include
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 a:old.example.com a:older.example.com mx:oldest.example.com -all"
//! => too-many-voids
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 a:old.example.com ip4:76.76.21.21 -all"
//! => void-lookup
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT SERVFAIL
//! => include-unreachable
//! ```
//! A service that answers anew for each message exists so that the limit does not bite.
//! ```evidence
//! example.com. TXT "v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email ~all"
//! => per-message
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT TIMEOUT
//! => incomplete
//! ```
//! A name that nobody answers for may lead nowhere.
//! ```evidence
//! example.com. TXT "v=spf1 a:slow.example.com -all"
//! slow.example.com. A TIMEOUT
//! => incomplete
//! ```
//! Lookups that might be the third without an answer leave it open.
//! ```evidence
//! example.com. TXT "v=spf1 a:old.example.com a:older.example.com a:slow.example.com -all"
//! slow.example.com. A TIMEOUT
//! => incomplete
//! ```
//! ```evidence
//! example.com. TXT "google-site-verification=abc"
//! => no-record
//! ```
//! ```evidence
//! example.com. TXT TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::chart::Chart;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::email::spf;
use crate::email::spf::evaluate::MAX_VOID_LOOKUPS;
use crate::email::spf::optimizations;
use crate::email::spf::optimizations::Kind;
use crate::email::spf::senders::Senders;
use crate::email::spf::tree::{Entry, Reach, State, Tree};
use crate::engine::evidence::Evidence;
use crate::facts::published_spf::{Published, published};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "spf-lookups",
    area: Area::Email,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Hour, Who::DnsPanel),
    outcomes: &[
        &WITHIN_LIMIT,
        &NEAR_LIMIT,
        &OVER_LIMIT,
        &CIRCLE,
        &BROKEN_INCLUDE,
        &TOO_MANY_VOIDS,
        &VOID_LOOKUP,
        &INCLUDE_UNREACHABLE,
        &PER_MESSAGE,
        &INCOMPLETE,
        &NO_RECORD,
    ],
    run,
};

static WITHIN_LIMIT: Outcome = Outcome::pass("within-limit", "SPF needs no more lookups than receivers make");
static NEAR_LIMIT: Outcome = Outcome::warn("near-limit", "SPF is one service away from breaking").important();
static OVER_LIMIT: Outcome =
    Outcome::fail("over-limit", "SPF needs more lookups than receivers make").blocks();
static CIRCLE: Outcome = Outcome::fail("circle", "The SPF record includes itself").blocks();
static BROKEN_INCLUDE: Outcome =
    Outcome::fail("broken-include", "The SPF record includes something that is no SPF record").blocks();
static TOO_MANY_VOIDS: Outcome =
    Outcome::fail("too-many-voids", "Too many names in the SPF record lead nowhere").blocks();
static VOID_LOOKUP: Outcome =
    Outcome::warn("void-lookup", "A name in the SPF record leads nowhere").important();
static INCLUDE_UNREACHABLE: Outcome =
    Outcome::warn("include-unreachable", "An included SPF record cannot be looked up at present").important();
static PER_MESSAGE: Outcome =
    Outcome::not_applicable("per-message", "A service answers SPF anew for each message");
static INCOMPLETE: Outcome =
    Outcome::not_measured("incomplete", "Some of the included SPF records could not be had");
static NO_RECORD: Outcome =
    Outcome::not_applicable("no-record", "There is no readable SPF record to look into");

/// From this many lookups on, the next service can be the one too many: its include is one, and what it includes in
/// turn comes on top. The limit itself is RFC 7208 section 4.6.4, 2014-04.
const NEAR: usize = 9;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Some(published) = published(target, evidence)? else { return Ok(NO_RECORD.found()) };
    let tree = Tree::resolve(evidence, published.name.as_str(), Reach::of(target.deep))?;
    let (_, issues) = spf::parse(&published.text);
    let show = |outcome: &'static Outcome| {
        let finding = outcome.found().with_marked_evidence(published.label(), &published.text, &issues);
        finding.with_charted_evidence("What it includes", tree.to_string(), Chart::of_lookups(&tree))
    };
    let lookups = tree.lookups();
    let voids: Vec<_> = tree.voids().collect();

    if let Some(node) = tree.nodes.iter().find(|node| node.state == State::Circle) {
        let finding =
            show(&CIRCLE).detail(format!("The include leads back to {} and round again.", node.name));
        return Ok(drop_term(
            finding,
            &published,
            &tree,
            tree.first_way(&|node| node.state == State::Circle),
        ));
    }
    if lookups > spf::MAX_LOOKUP_TERMS {
        let beyond: Vec<String> =
            tree.beyond_limit().iter().map(|entry| format!("“{}”", entry.term)).collect();
        let behind = match beyond.as_slice() {
            [] => String::new(),
            terms => format!(" Receivers do not get to the end of {}.", terms.join(", ")),
        };
        let finding = show(&OVER_LIMIT).detail(format!(
            "{lookups} lookups for a sender that no earlier term matches; receivers give up after {}.{behind}",
            spf::MAX_LOOKUP_TERMS
        ));
        return with_savings(finding, &published, &tree, evidence, Kind::Covered);
    }
    if let Some((node, fault)) = tree.faults().next() {
        let finding = show(&BROKEN_INCLUDE).detail(format!("{} {fault}.", node.name));
        return Ok(drop_term(finding, &published, &tree, tree.way_to(&node.name)));
    }
    if voids.len() > MAX_VOID_LOOKUPS {
        let finding = show(&TOO_MANY_VOIDS).detail(format!(
            "{} lookups come back empty: {}. Receivers may give up after {MAX_VOID_LOOKUPS}.",
            voids.len(),
            listed(&voids)
        ));
        return with_savings(finding, &published, &tree, evidence, Kind::Own);
    }
    if let Some((node, gap)) = tree.gaps().next() {
        let finding = show(&INCOMPLETE).detail(format!(
            "At least {lookups} of {} lookups. Behind {}: {gap}.",
            spf::MAX_LOOKUP_TERMS,
            node.name
        ));
        return Ok(finding);
    }
    let unanswered = || {
        show(&INCOMPLETE).detail(format!(
            "{} of the lookups come back empty, and others got no answer; receivers may give up after {MAX_VOID_LOOKUPS} empty ones.",
            voids.len()
        ))
    };
    if tree.voids_are_open() {
        return Ok(unanswered());
    }
    let unreachable = tree.nodes.iter().find_map(|node| match &node.state {
        State::Unreachable { words } => Some((node, words)),
        _ => None,
    });
    if let Some((node, words)) = unreachable {
        let finding = show(&INCLUDE_UNREACHABLE).detail(format!(
            "{}: {words}. While that lasts, mail from senders listed there or behind it is not confirmed.",
            node.name
        ));
        return Ok(finding.fix(Fix::step(format!(
            "Ask whoever runs {} about it; take it out of the record if you no longer send with them.",
            node.name
        ))));
    }
    if tree.is_per_message() {
        return Ok(show(&PER_MESSAGE));
    }
    let count = format!("{lookups} of {} lookups in the worst case", spf::MAX_LOOKUP_TERMS);
    if lookups >= NEAR {
        let finding = show(&NEAR_LIMIT).detail(format!("{count}. The next service may be the one too many."));
        return with_savings(finding, &published, &tree, evidence, Kind::Own);
    }
    if !voids.is_empty() {
        let finding = show(&VOID_LOOKUP).detail(format!("{}. {} comes back empty.", count, listed(&voids)));
        return with_savings(finding, &published, &tree, evidence, Kind::Own);
    }
    if tree.is_unanswered() {
        return Ok(unanswered());
    }
    Ok(show(&WITHIN_LIMIT).detail(format!("{count}.")))
}

/// The terms as a list of words.
fn listed(terms: &[(&spf::tree::Node, &Entry)]) -> String {
    terms
        .iter()
        .map(|(node, entry)| format!("“{}” in {}", entry.term, node.name))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The fix that takes one term out of the record. What is wrong may lie in somebody else's record behind it; then that
/// is the other way out.
fn drop_term(finding: Finding, published: &Published, tree: &Tree, way: Option<&Entry>) -> Finding {
    let Some(way) = way else {
        return finding.fix(Fix::step("Take the include that leads there out of the record."));
    };
    let behind = way.leads_to.and_then(|node| tree.nodes.get(node));
    let is_missing = behind.is_some_and(|node| matches!(node.state, State::Missing { .. }));
    let finding = match optimizations::without(tree, |entry| entry == way) {
        Some(better) => finding.fix(published.replace_by(&better)),
        None => finding,
    };
    if behind.is_some_and(|node| node.state == State::Circle) {
        return finding.fix(Fix::step(format!(
            "“{}” leads back to this record itself: it lets nobody send that the record does not, so take it out.",
            way.term
        )));
    }
    finding.fix(Fix::step(if is_missing {
        format!(
            "If you send with the service that “{}” was to name, its instructions have the right name.",
            way.term
        )
    } else {
        format!(
            "If you send with the service behind “{}”, have its record corrected by whoever runs it.",
            way.term
        )
    }))
}

/// The fixes that save lookups: the record with the savings that are safe enough, what each of them means, and what is
/// left to do.
fn with_savings(
    mut finding: Finding,
    published: &Published,
    tree: &Tree,
    evidence: &Evidence,
    safe_enough: Kind,
) -> Result<Finding, Stop> {
    let senders = Senders::count(evidence, tree)?;
    let mut found = optimizations::savings(tree, &senders);
    found.retain(|saving| saving.kind <= safe_enough);
    let found = optimizations::enough(tree, found, NEAR);
    let saved: usize = found.iter().map(|saving| saving.lookups).sum();
    if let Some(better) = optimizations::applied(tree, &found).filter(|_| !found.is_empty()) {
        finding = finding.fix(published.replace_by(&better));
    }
    for saving in &found {
        finding = finding.fix(Fix::step(saving.words()));
    }
    let left = tree.lookups().saturating_sub(saved);
    if left >= NEAR {
        let root = tree.nodes.first().map_or(&[][..], |node| &node.entries);
        let mut costs: Vec<(usize, &Entry)> =
            root.iter().map(|entry| (tree.lookups_of(entry), entry)).filter(|(cost, _)| *cost > 0).collect();
        costs.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
        let terms: Vec<String> =
            costs.iter().map(|(cost, entry)| format!("{} ({cost})", entry.term)).collect();
        finding = finding.fix(Fix::step(format!(
            "Take out what you no longer send with, dearest first: {}.",
            terms.join(", ")
        )));
        finding = finding.fix(Fix::step(format!(
            "Send newsletters and other bulk mail from a name of their own, such as news.{}: it has ten lookups of its own.",
            published.name
        )));
    }
    if finding.fixes.is_empty() {
        finding = finding.fix(Fix::step("Take the terms that lead nowhere out of the record they stand in."));
    }
    Ok(finding)
}
