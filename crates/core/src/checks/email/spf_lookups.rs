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
use crate::checks::mail_records;
use crate::email::spf;
use crate::email::spf::evaluate::MAX_VOID_LOOKUPS;
use crate::email::spf::tree::{Entry, Reach, State, Tree};
use crate::engine::evidence::Evidence;
use crate::facts::mail_plan::SpfPlan;
use crate::facts::mail_plan::spf::NEAR;
use crate::facts::mail_profile::MailProfile;
use crate::facts::published_spf::published;
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

/// What was found, and what to say about it.
struct Judged {
    outcome: &'static Outcome,
    detail: String,
    fix: Repair,
}

/// What helps.
enum Repair {
    /// Nothing has to be done.
    Nothing,
    /// What the plan for the record says.
    Plan,
    /// What somebody else has to do.
    Step(String),
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Some(published) = published(target, evidence)? else { return Ok(NO_RECORD.found()) };
    let tree = Tree::resolve(evidence, published.name.as_str(), Reach::of(target.deep))?;
    let Judged { outcome, detail, fix } = judge(&tree);
    let (_, issues) = spf::parse(&published.text);
    let finding = outcome
        .found()
        .with_marked_evidence(published.label(), &published.text, &issues)
        .with_charted_evidence("What it includes", tree.to_string(), Chart::of_lookups(&tree))
        .detail(detail);
    match fix {
        Repair::Nothing => Ok(finding),
        Repair::Step(text) => Ok(finding.fix(Fix::step(text))),
        Repair::Plan => planned(target, evidence, &tree, finding),
    }
}

/// The finding with what the plan for the record says.
fn planned(target: &Target, evidence: &Evidence, tree: &Tree, finding: Finding) -> Result<Finding, Stop> {
    let profile = MailProfile::ask(target, evidence)?;
    let plan = SpfPlan::of(target, evidence, &profile, &[])?;
    let mut finding = mail_records::with_spf(finding, &plan);
    let left = plan.text().map(|text| Tree::of_text(evidence, &plan.name, text, Reach::of(target.deep)));
    let left = left.transpose()?.map_or(0, |tree| tree.lookups());
    if left >= NEAR {
        let root = tree.nodes.first().map_or(&[][..], |node| &node.entries);
        let mut costs: Vec<(usize, &Entry)> =
            root.iter().map(|entry| (tree.lookups_of(entry), entry)).filter(|(cost, _)| *cost > 0).collect();
        costs.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
        let terms: Vec<String> =
            costs.iter().map(|(cost, entry)| format!("{} ({cost})", entry.term)).collect();
        finding = finding.fix(Fix::step(format!(
            "Take out what you no longer send with. Each costs this many lookups: {}.",
            terms.join(", ")
        )));
    }
    if finding.fixes.is_empty() {
        finding = finding.fix(Fix::step("Take the terms that lead nowhere out of the record they stand in."));
    }
    Ok(finding)
}

fn judge(tree: &Tree) -> Judged {
    let lookups = tree.lookups();
    let say = |outcome, detail: String, fix| Judged { outcome, detail, fix };
    if let Some(node) = tree.nodes.iter().find(|node| node.state == State::Circle) {
        return say(
            &CIRCLE,
            format!("The include leads back to {} and round again.", node.name),
            Repair::Plan,
        );
    }
    if lookups > spf::MAX_LOOKUP_TERMS {
        let beyond: Vec<String> =
            tree.beyond_limit().iter().map(|entry| format!("“{}”", entry.term)).collect();
        let behind = match beyond.as_slice() {
            [] => String::new(),
            terms => format!(" Receivers do not get to the end of {}.", terms.join(", ")),
        };
        let detail = format!(
            "{lookups} lookups for a sender that no earlier term matches; receivers give up after {}.{behind}",
            spf::MAX_LOOKUP_TERMS
        );
        return say(&OVER_LIMIT, detail, Repair::Plan);
    }
    if let Some((node, fault)) = tree.faults().next() {
        return say(&BROKEN_INCLUDE, format!("{} {fault}.", node.name), Repair::Plan);
    }
    let voids: Vec<_> = tree.voids().collect();
    if voids.len() > MAX_VOID_LOOKUPS {
        let detail = format!(
            "{} lookups come back empty: {}. Receivers may give up after {MAX_VOID_LOOKUPS}.",
            voids.len(),
            listed(&voids)
        );
        return say(&TOO_MANY_VOIDS, detail, Repair::Plan);
    }
    unknown(tree, lookups, voids.len()).unwrap_or_else(|| counted(tree, lookups, &voids))
}

/// What has to be said where not all is known.
fn unknown(tree: &Tree, lookups: usize, voids: usize) -> Option<Judged> {
    if let Some((node, gap)) = tree.gaps().next() {
        let detail =
            format!("At least {lookups} of {} lookups. Behind {}: {gap}.", spf::MAX_LOOKUP_TERMS, node.name);
        return Some(Judged { outcome: &INCOMPLETE, detail, fix: Repair::Nothing });
    }
    if tree.voids_are_open() {
        return Some(unanswered(voids));
    }
    let (node, words) = tree.nodes.iter().find_map(|node| match &node.state {
        State::Unreachable { words } => Some((node, words)),
        _ => None,
    })?;
    let detail = format!(
        "{}: {words}. While that lasts, mail from senders listed there or behind it is not confirmed.",
        node.name
    );
    let step = format!(
        "Ask whoever runs {} about it; take it out of the record if you no longer send with them.",
        node.name
    );
    Some(Judged { outcome: &INCLUDE_UNREACHABLE, detail, fix: Repair::Step(step) })
}

fn unanswered(voids: usize) -> Judged {
    let detail = format!(
        "{voids} of the lookups come back empty, and others got no answer; receivers may give up after {MAX_VOID_LOOKUPS} empty ones."
    );
    Judged { outcome: &INCOMPLETE, detail, fix: Repair::Nothing }
}

/// What there is to say about a record of which all is known.
fn counted(tree: &Tree, lookups: usize, voids: &[(&spf::tree::Node, &Entry)]) -> Judged {
    let say = |outcome, detail: String, fix| Judged { outcome, detail, fix };
    if tree.is_per_message() {
        return say(&PER_MESSAGE, String::new(), Repair::Nothing);
    }
    let count = format!("{lookups} of {} lookups in the worst case", spf::MAX_LOOKUP_TERMS);
    if lookups >= NEAR {
        return say(&NEAR_LIMIT, format!("{count}. The next service may be the one too many."), Repair::Plan);
    }
    if !voids.is_empty() {
        return say(&VOID_LOOKUP, format!("{count}. {} comes back empty.", listed(voids)), Repair::Plan);
    }
    if tree.is_unanswered() {
        return unanswered(voids.len());
    }
    say(&WITHIN_LIMIT, format!("{count}."), Repair::Nothing)
}

/// The terms as a list of words.
fn listed(terms: &[(&spf::tree::Node, &Entry)]) -> String {
    terms
        .iter()
        .map(|(node, entry)| format!("“{}” in {}", entry.term, node.name))
        .collect::<Vec<_>>()
        .join(", ")
}
