//! Which DMARC record holds for a name, and which name an organization is known by: the tree walk
//! ([RFC 9989, 4.10](https://www.rfc-editor.org/rfc/rfc9989#section-4.10)).
//!
//! A receiver looks at the name itself first. Only where that has no record it goes up, label by label, to the
//! top-level domain; so [`policy`] costs one question where the name has a record of its own.

use super::{EffectivePolicy, PublicSuffix, Record, Subject, parse, select, skipped};
use crate::answers::Resolve;
use crate::answers::Stop;
use crate::dns::{RecordType, Resolution, texts};

/// Questions that one walk asks at most. [RFC 9989, 4.10](https://www.rfc-editor.org/rfc/rfc9989#section-4.10)
pub const MAX_QUERIES: usize = 8;

/// What stands at one name of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name, without `_dmarc`.
    pub domain: String,
    /// The records there that begin with `v=DMARC1`. Of several, none counts.
    pub records: Vec<String>,
    /// The records there that only look as if they were meant to be one.
    pub near_misses: Vec<String>,
    /// The name that this one is an alias of: the records stand there.
    pub alias: Option<String>,
    /// The name that its own alias names: the same, or the first of several on the way there.
    pub next: Option<String>,
    /// The answer in one line, for "what was seen".
    pub words: String,
}

impl Step {
    /// The record that counts at this name: there is exactly one.
    #[must_use]
    pub fn record(&self) -> Option<Record<'_>> {
        match self.records.as_slice() {
            [text] => Some(parse(text).0),
            _ => None,
        }
    }

    /// The name that was asked for.
    #[must_use]
    pub fn owner(&self) -> String {
        format!("_dmarc.{}", self.domain)
    }

    fn public_suffix(&self) -> PublicSuffix {
        self.record().and_then(|record| record.public_suffix.value()).unwrap_or_default()
    }
}

/// A walk: the names from the first one up, as far as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// What stands at each name that was asked for, in the order of asking.
    pub steps: Vec<Step>,
}

impl Walk {
    /// The organizational domain that the walk shows.
    ///
    /// The name with `psd=n`; or the one directly below a `psd=y` that is not where the walk began; or the name with
    /// the fewest labels that has a record; or, without any record, the name where the walk began.
    /// [RFC 9989, 4.10.2](https://www.rfc-editor.org/rfc/rfc9989#section-4.10.2)
    #[must_use]
    pub fn organizational_domain(&self) -> &str {
        let start = self.steps.first().map(|step| step.domain.as_str()).unwrap_or_default();
        for (index, step) in self.steps.iter().enumerate() {
            match step.public_suffix() {
                PublicSuffix::No => return &step.domain,
                PublicSuffix::Yes if index > 0 => return one_below(start, &step.domain),
                PublicSuffix::Yes | PublicSuffix::Unknown => {}
            }
        }
        let shortest = self.steps.iter().rev().find(|step| step.record().is_some());
        shortest.map_or(start, |step| &step.domain)
    }

    /// The step whose record holds for mail from the name where the walk began: its own, or that of its
    /// organizational domain, or that of the public suffix domain above; not the nearest one on the way.
    /// [RFC 9989, 4.10.1](https://www.rfc-editor.org/rfc/rfc9989#section-4.10.1)
    #[must_use]
    pub fn policy_step(&self) -> Option<&Step> {
        let first = self.steps.first()?;
        if first.record().is_some() {
            return Some(first);
        }
        let organization = self.organizational_domain();
        let at = |domain: &str| self.steps.iter().find(|s| s.domain == domain && s.record().is_some());
        at(organization).or_else(|| self.steps.iter().find(|step| step.public_suffix() == PublicSuffix::Yes))
    }
}

/// The policy that holds for mail from a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// The walk, as far as it was needed.
    pub walk: Walk,
    /// Where in the walk the record stands; `None` where DMARC does not apply to the name.
    found: Option<usize>,
}

impl Discovered {
    /// What a name alone shows, without those above it.
    #[must_use]
    pub fn alone(step: Step) -> Self {
        let found = step.record().map(|_| 0);
        Self { walk: Walk { steps: vec![step] }, found }
    }

    /// Where the record stands.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        self.walk.steps.get(self.found?)
    }

    /// The text of the record.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.step()?.records.first().map(String::as_str)
    }

    /// Whether the record is that of a name above.
    #[must_use]
    pub fn is_inherited(&self) -> bool {
        self.found.is_some_and(|index| index > 0)
    }

    /// What the record asks for, for mail from the name itself, about which DNS says `outcome`; where the record is its
    /// own this makes no difference.
    #[must_use]
    pub fn applied(&self, outcome: Resolution) -> Option<EffectivePolicy> {
        let record = self.step()?.record()?;
        let subject = if self.is_inherited() { Subject::below(outcome) } else { Subject::Domain };
        Some(record.applied_policy(subject))
    }

    /// What the record asks for, for mail from names below about which DNS says `outcome`. They have the same record only
    /// where this name is the organizational domain, or inherits itself; which is so for every name a founder registers.
    #[must_use]
    pub fn applied_below(&self, outcome: Resolution) -> Option<EffectivePolicy> {
        Some(self.step()?.record()?.applied_policy(Subject::below(outcome)))
    }
}

/// The policy that holds for mail from `domain`. Where the name itself has a record, that is final and nothing above
/// is asked.
///
/// # Errors
/// Pending until the answers are there; not measured where DNS does not say what stands at one of the names.
pub fn policy(answers: &dyn Resolve, domain: &str) -> Result<Discovered, Stop> {
    let mut walk = Walk { steps: Vec::new() };
    for name in names(domain) {
        let step = step(answers, &name)?;
        let (has_record, suffix) = (step.record().is_some(), step.public_suffix());
        let is_own = walk.steps.is_empty();
        walk.steps.push(step);
        if suffix != PublicSuffix::Unknown || (is_own && has_record) {
            break;
        }
    }
    let found = walk.policy_step().map(|step| &step.domain);
    let found = found.and_then(|domain| walk.steps.iter().position(|step| step.domain == *domain));
    Ok(Discovered { walk, found })
}

/// The whole walk from `domain` up, for its organizational domain; see [`Walk::organizational_domain`]. A record stops
/// it only if it says what it is (`psd=y`, `psd=n`).
///
/// # Errors
/// Pending until the answers are there; not measured where DNS does not say what stands at one of the names.
pub fn organizational_domain(answers: &dyn Resolve, domain: &str) -> Result<Walk, Stop> {
    let mut walk = Walk { steps: Vec::new() };
    for name in names(domain) {
        let step = step(answers, &name)?;
        let suffix = step.public_suffix();
        walk.steps.push(step);
        if suffix != PublicSuffix::Unknown {
            break;
        }
    }
    Ok(walk)
}

/// The names of a full walk, in order: the name itself, then one label less each time; a name of eight or more labels
/// is cut to its last seven after the first question.
fn names(domain: &str) -> Vec<String> {
    let labels: Vec<&str> = domain.split('.').filter(|label| !label.is_empty()).collect();
    let from = |count: usize| labels.get(labels.len() - count..).unwrap_or_default().join(".");
    let above = (labels.len().saturating_sub(1)).min(MAX_QUERIES - 1);
    std::iter::once(labels.len()).filter(|count| *count > 0).chain((1..=above).rev()).map(from).collect()
}

/// What stands at one name: the first step of a walk from there.
///
/// # Errors
/// Pending until the answer is there; not measured where DNS does not say.
pub fn step(answers: &dyn Resolve, domain: &str) -> Result<Step, Stop> {
    let lookup = answers.lookup(&format!("_dmarc.{domain}"), RecordType::Txt)?;
    if lookup.records.is_empty() && !lookup.is_missing() {
        return Err(Stop::NotMeasured(lookup.gap()));
    }
    let texts = texts(&lookup.records);
    let selected = select(&texts);
    let owned = |texts: &[std::borrow::Cow<'_, str>]| texts.iter().map(ToString::to_string).collect();
    Ok(Step {
        domain: domain.to_owned(),
        records: owned(&selected.records),
        near_misses: skipped(&texts),
        alias: lookup.aliases.last().map(|alias| (*alias).to_owned()),
        next: lookup.aliases.first().map(|alias| (*alias).to_owned()),
        words: lookup.words(),
    })
}

/// The name directly below `above` on the way to `name`.
fn one_below<'n>(name: &'n str, above: &str) -> &'n str {
    let rest = name.strip_suffix(above).and_then(|rest| rest.strip_suffix('.')).unwrap_or_default();
    let start = rest.rfind('.').map_or(0, |dot| dot + 1);
    name.get(start..).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Table;
    use crate::answers::table::Asked;
    use crate::email::dmarc::Policy;

    /// What `ask` comes to where `zone` says what stands at a name, and the names that it asked about, in order.
    fn run<T>(zone: &[(&str, &str)], ask: impl Fn(&dyn Resolve) -> Result<T, Stop>) -> (T, Vec<String>) {
        let lines: Vec<String> =
            zone.iter().map(|(name, text)| format!("_dmarc.{name}. TXT \"{text}\"")).collect();
        let table = Table::parse(&lines.join("\n")).unwrap();
        let asked = Asked::of(&table);
        let value = ask(&asked).unwrap();
        (value, asked.names())
    }

    fn org(zone: &[(&str, &str)], domain: &str) -> (String, usize) {
        let (walk, asked) = run(zone, |evidence| organizational_domain(evidence, domain));
        assert_eq!(asked.len(), walk.steps.len(), "every question once");
        (walk.organizational_domain().to_owned(), asked.len())
    }

    /// Where the policy was found, what it is for the name itself, and how many questions that took.
    fn found(zone: &[(&str, &str)], domain: &str) -> (Option<(String, Option<Policy>)>, usize) {
        let (discovered, asked) = run(zone, |evidence| policy(evidence, domain));
        let applied = discovered.applied(Resolution::Found).and_then(|policy| policy.discovered);
        (discovered.step().map(|step| (step.domain.clone(), applied)), asked.len())
    }

    fn at(domain: &str, policy: Policy) -> Option<(String, Option<Policy>)> {
        Some((domain.to_owned(), Some(policy)))
    }

    const NONE: &str = "v=DMARC1; p=none";
    const REJECT: &str = "v=DMARC1; p=reject";

    #[test]
    fn a_walk_goes_up_to_the_top_level_domain() {
        let (_, asked) = run(&[], |evidence| organizational_domain(evidence, "a.mail.example.com"));
        let names = ["a.mail.example.com", "mail.example.com", "example.com", "com"];
        assert_eq!(asked, names.map(|name| format!("_dmarc.{name}")));
    }

    #[test]
    fn eight_questions_are_enough_for_any_name() {
        let (_, asked) =
            run(&[], |evidence| organizational_domain(evidence, "a.b.c.d.e.f.g.h.i.j.mail.example.com"));
        let names = [
            "a.b.c.d.e.f.g.h.i.j.mail.example.com",
            "g.h.i.j.mail.example.com",
            "h.i.j.mail.example.com",
            "i.j.mail.example.com",
            "j.mail.example.com",
            "mail.example.com",
            "example.com",
            "com",
        ];
        assert_eq!(asked, names.map(|name| format!("_dmarc.{name}")));
        // With exactly eight labels the cut to seven is one label; with seven there is no cut.
        assert_eq!(names_of("1.2.3.4.5.6.7.8").len(), 8);
        assert_eq!(names_of("1.2.3.4.5.6.7.8")[1], "2.3.4.5.6.7.8");
        assert_eq!(names_of("1.2.3.4.5.6.7.8.9")[1], "3.4.5.6.7.8.9");
        assert_eq!(names_of("1.2.3.4.5.6.7").len(), 7);
        assert_eq!(names_of("com"), ["com"]);
        assert!(names_of("").is_empty());
    }

    fn names_of(domain: &str) -> Vec<String> {
        names(domain)
    }

    #[test]
    fn the_organization_is_the_name_with_the_fewest_labels() {
        let zone = [("mail.example.com", REJECT), ("example.com", NONE)];
        assert_eq!(org(&zone, "a.mail.example.com"), ("example.com".into(), 4));
        assert_eq!(org(&zone[..1], "a.mail.example.com"), ("mail.example.com".into(), 4));
        assert_eq!(org(&[], "a.mail.example.com"), ("a.mail.example.com".into(), 4));
        assert_eq!(org(&[("com", NONE)], "a.example.com"), ("com".into(), 3));
    }

    #[test]
    fn a_name_may_say_that_it_is_an_organization() {
        let zone = [("mail.example.com", "v=DMARC1; p=none; psd=n"), ("example.com", REJECT)];
        assert_eq!(org(&zone, "a.mail.example.com"), ("mail.example.com".into(), 2));
        let zone = [("a.example.com", "v=DMARC1; p=none; psd=n"), ("example.com", REJECT)];
        assert_eq!(org(&zone, "a.example.com"), ("a.example.com".into(), 1));
    }

    #[test]
    fn below_a_public_suffix_the_organization_is_one_label_down() {
        let psd = "v=DMARC1; p=reject; psd=y";
        assert_eq!(org(&[("com", psd)], "a.mail.example.com"), ("example.com".into(), 4));
        assert_eq!(org(&[("example.com", psd)], "mail.example.com"), ("mail.example.com".into(), 2));
        let zone = [("mail.example.com", NONE), ("example.com", psd)];
        assert_eq!(org(&zone, "a.mail.example.com"), ("mail.example.com".into(), 3));
        // Where the walk begins, psd=y ends it, but names no organization below.
        assert_eq!(org(&[("co.uk", psd), ("uk", NONE)], "co.uk"), ("co.uk".into(), 1));
    }

    #[test]
    fn several_records_are_discarded_and_the_walk_goes_on() {
        let zone = [("mail.example.com", REJECT), ("mail.example.com", REJECT), ("example.com", NONE)];
        assert_eq!(org(&zone, "mail.example.com"), ("example.com".into(), 3));
        assert_eq!(found(&zone, "mail.example.com"), (at("example.com", Policy::None), 3));
        let stops = "v=DMARC1; p=none; psd=n";
        let zone = [("mail.example.com", stops), ("mail.example.com", stops), ("example.com", REJECT)];
        assert_eq!(org(&zone, "mail.example.com"), ("example.com".into(), 3), "psd=n does not stop either");
    }

    #[test]
    fn what_does_not_begin_with_the_version_is_discarded() {
        let zone = [("example.com", "v=dmarc1; p=reject"), ("example.com", "p=reject; v=DMARC1")];
        let (discovered, _) = run(&zone, |evidence| policy(evidence, "example.com"));
        assert_eq!(discovered.step(), None);
        assert_eq!(discovered.walk.steps[0].near_misses, ["v=dmarc1; p=reject", "p=reject; v=DMARC1"]);
        let zone = [("example.com", "site-verification=1"), ("example.com", REJECT)];
        assert_eq!(found(&zone, "example.com"), (at("example.com", Policy::Reject), 1));
    }

    #[test]
    fn a_names_own_record_is_final_and_costs_one_question() {
        let zone = [("mail.example.com", NONE), ("example.com", REJECT)];
        assert_eq!(found(&zone, "mail.example.com"), (at("mail.example.com", Policy::None), 1));
        assert_eq!(found(&zone, "example.com"), (at("example.com", Policy::Reject), 1));
    }

    #[test]
    fn without_one_the_organizations_record_holds_and_not_the_nearest() {
        let zone = [("mail.example.com", "v=DMARC1; p=none; sp=none"), ("example.com", REJECT)];
        assert_eq!(found(&zone, "a.mail.example.com"), (at("example.com", Policy::Reject), 4));
    }

    #[test]
    fn a_public_suffixs_record_holds_only_without_an_organizations() {
        let zone = [("bank", "v=DMARC1; p=reject; sp=quarantine; psd=y")];
        assert_eq!(found(&zone, "example.bank"), (at("bank", Policy::Quarantine), 2));
        assert_eq!(found(&zone, "a.example.bank"), (at("bank", Policy::Quarantine), 3));
        let zone = [("example.bank", NONE), zone[0]];
        assert_eq!(found(&zone, "a.example.bank"), (at("example.bank", Policy::None), 3));
    }

    #[test]
    fn nothing_on_the_way_is_no_dmarc() {
        assert_eq!(found(&[], "a.example.com"), (None, 3));
    }

    #[test]
    fn names_below_get_sp_and_names_that_do_not_exist_np() {
        let zone = [("example.com", "v=DMARC1; p=reject; sp=quarantine; np=none")];
        let (own, _) = run(&zone, |evidence| policy(evidence, "example.com"));
        let policies = |discovered: &Discovered| {
            let of = |policy: Option<EffectivePolicy>| policy.and_then(|policy| policy.discovered).unwrap();
            [
                of(discovered.applied(Resolution::Found)),
                of(discovered.applied(Resolution::NxDomain)),
                of(discovered.applied_below(Resolution::Found)),
                of(discovered.applied_below(Resolution::NxDomain)),
            ]
        };
        use Policy::{None, Quarantine, Reject};
        assert_eq!(policies(&own), [Reject, Reject, Quarantine, None]);
        let (below, _) = run(&zone, |evidence| policy(evidence, "a.example.com"));
        assert_eq!(policies(&below), [Quarantine, None, Quarantine, None]);
        // A name that only has names below it, or records of another kind, exists.
        assert_eq!(below.applied(Resolution::NoData), below.applied(Resolution::Found));
        // sp of a subdomain's own record has no effect on it.
        let zone = [("a.example.com", "v=DMARC1; p=none; sp=reject")];
        assert_eq!(found(&zone, "a.example.com"), (at("a.example.com", None), 1));
    }

    #[test]
    fn test_mode_lowers_what_is_applied_by_one_level() {
        let zone = [("example.com", "v=DMARC1; p=reject; sp=quarantine; t=y")];
        assert_eq!(found(&zone, "example.com"), (at("example.com", Policy::Quarantine), 1));
        assert_eq!(found(&zone, "a.example.com"), (at("example.com", Policy::None), 3));
    }

    #[test]
    fn a_record_without_a_policy_counts_only_with_an_address_for_reports() {
        assert_eq!(
            found(&[("example.com", "v=DMARC1; p=stop")], "example.com"),
            (Some(("example.com".into(), None)), 1)
        );
        let zone = [("example.com", "v=DMARC1; sp=stop; p=reject; rua=mailto:d@example.com")];
        assert_eq!(found(&zone, "example.com"), (at("example.com", Policy::None), 1));
    }

    #[test]
    fn the_name_one_below_is_found_by_label() {
        assert_eq!(one_below("a.mail.example.com", "com"), "example.com");
        assert_eq!(one_below("a.mail.example.com", "example.com"), "mail.example.com");
        assert_eq!(one_below("mail.example.com", "example.com"), "mail.example.com");
    }
}
