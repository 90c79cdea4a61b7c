//! The SPF record that a domain should end with.

use crate::answers::Stop;
use crate::email::spf;
use crate::email::spf::optimizations::{self, Kind as SavingKind};
use crate::email::spf::senders::Senders;
use crate::email::spf::tree::{Entry, Reach, State, Tree};
use crate::email::spf::{MAX_LOOKUP_TERMS, Mechanism, TermKind};
use crate::engine::evidence::Evidence;
use crate::facts::alignment::{signs_by, usable};
use crate::facts::dkim_selectors::{Asked, Survey};
use crate::facts::mail_plan::return_paths::{ReturnPath, return_paths};
use crate::facts::mail_profile::{MailProfile, Sending, Spf, idle_terms, lets_nobody_send, spf_names};
use crate::providers::mail_services::{
    Envelope, Kind, MailServiceInUse, Published, Sign, mail_services, recognise, shared_records,
};
use crate::target::{MailUse, Target};

/// From this many lookups on, the next service can be the one too many: its include is one, and what it includes in turn
/// comes on top. The limit itself is RFC 7208 section 4.6.4, 2014-04.
pub const NEAR: usize = 9;

/// What to do about the SPF record at one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpfPlan {
    /// The name it stands at.
    pub name: String,
    /// What is published there as SPF; where receivers take none of it for a record, what was meant as one.
    pub there: Vec<String>,
    /// What should be there.
    pub wanted: Wanted,
}

/// What should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Nobody but the owner knows: what to find out, step by step.
    Ask(Vec<String>),
    /// No single record keeps everything: complete ones to choose from, and what else helps.
    Choice(Vec<Alternative>, Vec<String>),
    /// What is there.
    Keep,
    /// Nothing: all senders use return paths of their own.
    Nothing,
    /// This record alone, and what it says otherwise on purpose.
    Record {
        /// The record.
        text: String,
        /// What it leaves out or changes, each with the reason.
        notes: Vec<String>,
    },
}

/// One of several complete records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The record.
    pub text: String,
    /// What it gives up.
    pub gives_up: String,
}

impl SpfPlan {
    /// The plan for the name that `profile` is about. `further`: names to include for services that are to be used besides
    /// those that the records show.
    ///
    /// # Errors
    /// Pending until the answers are there; not measured where what stands there could not be had.
    pub fn of(
        target: &Target,
        evidence: &Evidence,
        profile: &MailProfile<'_>,
        further: &[&'static str],
    ) -> Result<Self, Stop> {
        if let Spf::Unknown(gap) = profile.spf() {
            return Err(Stop::NotMeasured(gap));
        }
        let survey = profile.dkim(target, evidence)?;
        let in_use = profile.services(&survey.aliases());
        let there = profile.spf_texts();
        let case = Case {
            evidence,
            profile,
            survey: &survey,
            in_use: &in_use,
            there: &there,
            further,
            deep: target.deep,
        };
        let wanted = match profile.intent {
            Some(mail) if !mail.sends() => case.silent(mail)?,
            None if profile.sending(target, evidence)? == Sending::Closed => Wanted::Keep,
            _ => case.sending()?,
        };
        let wanted = match wanted {
            Wanted::Record { text, .. } if there.as_slice() == [text.clone()] => Wanted::Keep,
            wanted => wanted,
        };
        Ok(Self { name: profile.zone.to_string(), there, wanted })
    }

    /// What the record that should stand there says otherwise on purpose, each with the reason.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        match &self.wanted {
            Wanted::Record { notes, .. } => notes,
            _ => &[],
        }
    }

    /// The record that should stand there, where there is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match (&self.wanted, self.there.as_slice()) {
            (Wanted::Record { text, .. }, _) | (Wanted::Keep, [text]) => Some(text),
            _ => None,
        }
    }
}

/// How it is known that the domain's own SPF record plays no part for its mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// Every sender that is known has a return path of its own and signs with a key of the domain.
    Signed,
    /// A name below the domain has the SPF record of a service, and nobody shows who sends with bounces to the domain itself.
    At(ReturnPath),
}

/// Whether bounces go elsewhere than to the domain: then receivers look at no SPF record of the domain itself.
///
/// # Errors
/// Pending until the answers are there.
pub fn sent_elsewhere(
    evidence: &Evidence,
    profile: &MailProfile<'_>,
    survey: &Survey,
    in_use: &[MailServiceInUse],
) -> Result<Option<Elsewhere>, Stop> {
    if bounces_here(profile, in_use) {
        return Ok(None);
    }
    let senders: Vec<&MailServiceInUse> = in_use.iter().filter(|one| one.sends()).collect();
    if !senders.is_empty() && senders.iter().all(|one| signs_by(survey, one, senders.len() == 1).is_some()) {
        return Ok(Some(Elsewhere::Signed));
    }
    Ok(return_paths(evidence, profile)?.into_iter().next().map(Elsewhere::At))
}

/// Whether something shows that bounces go to the domain itself, so that its own SPF record decides: a sender of that kind, or
/// mailboxes, as whoever reads mail at a server that is not known may write there, too.
#[must_use]
pub fn bounces_here(profile: &MailProfile<'_>, in_use: &[MailServiceInUse]) -> bool {
    let is_no_mailbox = |server: &String| {
        in_use.iter().any(|one| {
            one.service.kind != Kind::Mailboxes
                && one.signs.iter().any(|sign| matches!(sign, Sign::Mx(name) if name == server))
        })
    };
    let is_sender = |one: &MailServiceInUse| one.sends() && one.service.envelope == Envelope::Domain;
    profile.meant_mail_servers().iter().any(|server| !is_no_mailbox(server)) || in_use.iter().any(is_sender)
}

/// What the plan is made from.
struct Case<'c, 'e> {
    evidence: &'c Evidence,
    profile: &'c MailProfile<'e>,
    survey: &'c Survey,
    in_use: &'c [MailServiceInUse],
    there: &'c [String],
    further: &'c [&'static str],
    deep: bool,
}

impl Case<'_, '_> {
    /// The founder says that nothing is sent.
    fn silent(&self, mail: MailUse) -> Result<Wanted, Stop> {
        let meant = self.profile.meant();
        let mut senders = meant.as_ref().map(|meant| sender_terms(&meant.text)).unwrap_or_default();
        let forwarder = self.profile.forwarder().filter(|_| mail.receives());
        let is_forwarders = |term: &String| {
            forwarder
                .and_then(|one| one.include.as_deref())
                .is_some_and(|include| term.eq_ignore_ascii_case(&format!("include:{include}")))
        };
        if let Some(shown) = self.shows_sending(&senders) {
            let name = &self.profile.zone;
            let asked = format!(
                "You said {name} sends no mail, but {shown}. If you stopped sending, remove that first. If you do send, change your answer and check again."
            );
            // What receivers cannot read helps neither way, and forwarded mail fails without the forwarder's servers.
            let is_read = match (&meant, self.there) {
                (Some(meant), [text]) => meant.text == *text,
                _ => self.there.is_empty(),
            };
            if is_read && forwarder.is_none() {
                return Ok(Wanted::Ask(vec![asked]));
            }
            return Ok(match self.sending()? {
                Wanted::Record { text, mut notes } => {
                    notes.insert(0, asked);
                    Wanted::Record { text, notes }
                }
                _ => Wanted::Ask(vec![asked]),
            });
        }
        let written = meant.as_ref().map(|meant| meant.text.clone());
        senders.extend(meant.into_iter().flat_map(|meant| meant.unread));
        let others: Vec<&String> = senders.iter().filter(|term| !is_forwarders(term)).collect();
        let gone = others.iter().map(|term| format!("“{term}”")).collect::<Vec<_>>();
        let said = if mail == MailUse::Receives { "only receives mail" } else { "sends no mail" };
        let mut notes = Vec::new();
        if !gone.is_empty() {
            notes
                .push(format!("{} may no longer send, because you said the domain {said}.", gone.join(", ")));
        }
        Ok(match forwarder {
            // It sends on what it takes, with an address of the domain for bounces.
            Some(one) => match one.include.as_deref() {
                Some(include) => {
                    let is_closed = matches!(self.there, [text] if lets_nobody_send(text));
                    let refuses = written.is_some_and(|text| text.ends_with(" -all"));
                    if is_closed {
                        notes.push(MILDER.to_owned());
                    }
                    let ending = if refuses && !is_closed { "v=spf1 -all" } else { "v=spf1 ~all" };
                    Wanted::Record { text: spf::meant(&[ending], &[include]).text, notes }
                }
                // What it wants in the record, it does not say: what is there is kept, as receivers read it.
                None => match self.sending()? {
                    Wanted::Ask(_) | Wanted::Nothing => Wanted::Ask(vec![format!(
                        "{} forwards mail under a bounce address at your domain. Publish the SPF record from its instructions.",
                        one.name
                    )]),
                    wanted => wanted,
                },
            },
            None => Wanted::Record { text: "v=spf1 -all".to_owned(), notes },
        })
    }

    /// What shows that the domain sends, whatever the founder says: a key that signs, or mailboxes that the record names.
    fn shows_sending(&self, senders: &[String]) -> Option<String> {
        // A forwarder signs what it sends on: its key says nothing about mail of the domain itself.
        let is_forwarders = |asked: &&Asked| {
            self.in_use.iter().filter(|one| one.service.kind == Kind::Forwarding).any(|one| {
                one.signs
                    .iter()
                    .any(|sign| matches!(sign, Sign::Dkim(selector) if *selector == asked.selector))
            })
        };
        let key = usable(self.survey).find(|asked| !is_forwarders(asked));
        if let Some(asked) = key {
            return Some(format!("a key for signing mail stands at {}", asked.name));
        }
        self.in_use.iter().find_map(|one| {
            let has = |wanted: fn(&Sign) -> bool| one.signs.iter().any(wanted);
            let is_both = has(|sign| matches!(sign, Sign::Mx(_))) && has(|sign| matches!(sign, Sign::Spf(_)));
            (is_both && one.service.kind == Kind::Mailboxes && !senders.is_empty())
                .then(|| format!("its mailboxes are at {}, which the SPF record lets send", one.service.name))
        })
    }

    /// The names that the senders known need in the domain's own record.
    fn includes(&self) -> Vec<&'static str> {
        let forwarder = self.profile.forwarder().and_then(|one| one.include.as_deref());
        let senders =
            self.in_use.iter().filter(|one| one.sends() && one.service.envelope == Envelope::Domain);
        let mut names: Vec<&'static str> = Vec::new();
        for name in senders
            .filter_map(|one| one.service.include.as_deref())
            .chain(forwarder)
            .chain(self.further.iter().copied())
        {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Somebody sends, or nobody says that nobody does.
    fn sending(&self) -> Result<Wanted, Stop> {
        let includes = self.includes();
        let closed = matches!(self.there, [text] if lets_nobody_send(text));
        let is_elsewhere = self.further.is_empty()
            && (closed || self.there.is_empty())
            && sent_elsewhere(self.evidence, self.profile, self.survey, self.in_use)?.is_some();
        if self.there.is_empty() {
            return Ok(if !includes.is_empty() {
                Wanted::Record { text: spf::meant::<&str>(&[], &includes).text, notes: Vec::new() }
            } else if is_elsewhere {
                Wanted::Nothing
            } else {
                Wanted::Ask(self.senders_wanted())
            });
        }
        let meant = spf::meant(self.there, &[]);
        if !meant.unread.is_empty() {
            let words: Vec<String> = meant.unread.iter().map(|word| format!("“{word}”")).collect();
            let rest = spf::meant(self.there, &includes).text;
            let mut steps = vec![format!(
                "We can't read {}. Correct it, or remove it if you don't send with that service.",
                words.join(", ")
            )];
            // A record without anybody who sends is none to go on with.
            if !sender_terms(&rest).is_empty() {
                steps.push(format!("Without it, the record is: {rest}"));
            }
            return Ok(Wanted::Ask(steps));
        }
        if closed && is_elsewhere && sender_terms(&meant.text).is_empty() {
            return Ok(Wanted::Keep);
        }
        let mut notes = meant.changes.clone();
        let reach = Reach::of(self.deep);
        let name = self.profile.zone.as_str();
        let drawn = Tree::of_text(self.evidence, name, &meant.text, reach)?;
        // Only what receivers heed today may be how a sender that is not named gets through.
        let covers = match self.there {
            [text] if !closed && spf::parse(text).0.is_valid() => {
                may_cover(text, &Tree::of_text(self.evidence, name, text, reach)?)
            }
            _ => false,
        };
        let missing: Vec<&str> = includes
            .into_iter()
            .filter(|include| !drawn.nodes.iter().any(|node| node.name.eq_ignore_ascii_case(include)))
            .filter(|include| self.further.contains(include) || !covers)
            .collect();
        let mut text = spf::meant(self.there, &missing).text;
        if sender_terms(&text).is_empty() {
            return Ok(self.without_senders(&text, notes));
        }
        // A record that let nobody send may have more of them missing than are known.
        if closed && text.ends_with(" -all") {
            text.replace_range(text.len() - "-all".len().., "~all");
            notes.push(MILDER.to_owned());
        }
        self.thinned(text, notes, reach)
    }

    /// A record in which nobody is named, of a domain that may send.
    fn without_senders(&self, text: &str, notes: Vec<String>) -> Wanted {
        let mut steps = self.senders_wanted();
        // What says that nobody sends is no record for a domain that does.
        if self.profile.intent.is_some_and(MailUse::sends) {
            steps.truncate(1);
            return Wanted::Ask(steps);
        }
        let is_open = !notes.is_empty() || !matches!(self.there, [one] if one == text);
        let closed = matches!(self.there, [one] if lets_nobody_send(one));
        match (is_open, closed) {
            // It says nothing wrong but lists nobody.
            (true, false) => {
                Wanted::Record { text: text.to_owned(), notes: notes.into_iter().chain(steps).collect() }
            }
            _ => {
                steps.truncate(1);
                Wanted::Ask(steps)
            }
        }
    }

    /// What the owner has to say before a record can be written.
    fn senders_wanted(&self) -> Vec<String> {
        let name = &self.profile.zone;
        let list = format!(
            "Publish a TXT record at {name} that lists the services you send with, such as “v=spf1 include:_spf.example.net ~all”. Each service names its include in its domain settings."
        );
        let shows_nothing = self.profile.intent.is_none()
            && self.there.is_empty()
            && self.profile.mail_servers().is_empty()
            && !self.survey.has_usable();
        let never = shows_nothing
            .then(|| format!("If {name} never sends mail, publish “v=spf1 -all” there in its place."));
        std::iter::once(list).chain(never).collect()
    }

    /// The record without what leads nowhere, and with as few lookups as nobody is lost by.
    fn thinned(&self, mut text: String, mut notes: Vec<String>, reach: Reach) -> Result<Wanted, Stop> {
        let name = self.profile.zone.as_str();
        let mut tree = Tree::of_text(self.evidence, name, &text, reach)?;
        let mut senders = Senders::count(self.evidence, &tree, shared_records())?;
        let (dropped, why) = faulty(&tree, &senders);
        if !dropped.is_empty() {
            let better = optimizations::without(&tree, |entry| dropped.contains(entry));
            // Without anybody left who sends, those that the other records show are who was meant.
            let includes = self.includes();
            text = match better {
                Some(better) => better,
                None if !includes.is_empty() => {
                    let ending = if text.ends_with(" -all") { "v=spf1 -all" } else { "v=spf1 ~all" };
                    spf::meant(&[ending], &includes).text
                }
                None => {
                    let steps = why.into_iter().chain(self.senders_wanted().into_iter().take(1));
                    return Ok(Wanted::Ask(steps.collect()));
                }
            };
            notes.extend(why);
            tree = Tree::of_text(self.evidence, name, &text, reach)?;
            senders = Senders::count(self.evidence, &tree, shared_records())?;
        }
        if tree.gaps().next().is_some() {
            return Ok(Wanted::Record { text, notes });
        }
        let lookups = tree.lookups();
        if lookups >= NEAR || tree.voids().next().is_some() {
            let safe_enough = if lookups > MAX_LOOKUP_TERMS { SavingKind::Covered } else { SavingKind::Own };
            let mut found = optimizations::savings(&tree, &senders);
            // Mail servers that are still to be named make it a sender again.
            let is_awaited = |term: &str| {
                self.profile.intent.is_some_and(MailUse::receives)
                    && term.trim_start_matches('+').eq_ignore_ascii_case("mx")
            };
            found.retain(|saving| saving.kind <= safe_enough && !is_awaited(&saving.term));
            let found = optimizations::enough(&tree, found, NEAR);
            if let Some(better) = optimizations::applied(&tree, &found).filter(|_| !found.is_empty()) {
                text = better;
                notes.extend(found.iter().map(optimizations::Saving::words));
                tree = Tree::of_text(self.evidence, name, &text, reach)?;
            }
        }
        let is_left = tree.faults().next().is_some();
        if tree.lookups() > MAX_LOOKUP_TERMS && !is_left {
            return Ok(Wanted::Choice(alternatives(&tree), vec![news(name)]));
        }
        Ok(Wanted::Record { text, notes })
    }
}

/// Why a record that let nobody send does not go on refusing.
const MILDER: &str = "“~all” replaces “-all”, so a service we don't know of yet isn't refused.";

/// What else saves lookups.
fn news(name: &str) -> String {
    format!("Or send newsletters from a subdomain such as news.{name}: it gets ten lookups of its own.")
}

/// Terms of the domain's own record that receivers break off at or that let everybody in, and why each goes.
fn faulty(tree: &Tree, senders: &Senders) -> (Vec<Entry>, Vec<String>) {
    let (mut dropped, mut notes): (Vec<Entry>, Vec<String>) = (Vec::new(), Vec::new());
    // What a known service asks its customers to include is there, whatever one answer says.
    let is_known = |name: &str| mail_services().any(|service| service.spf.iter().any(|own| own == name));
    for (node, fault) in tree.faults().filter(|(node, _)| !is_known(&node.name)) {
        let way = match node.state {
            State::Circle => tree.first_way(&|node| node.state == State::Circle),
            _ => tree.way_to(&node.name),
        };
        let Some(way) = way.filter(|way| !dropped.contains(way)) else { continue };
        let is_circle = node.state == State::Circle;
        notes.push(if is_circle {
            format!("“{}” is removed: it points back to this record and adds no sender.", way.term)
        } else {
            format!(
                "“{}” is removed: {} {fault}, and receivers stop reading there. If you send with that service, copy the name from its instructions.",
                way.term, node.name
            )
        });
        dropped.push(way.clone());
    }
    let root = tree.nodes.first().map_or(&[][..], |node| &node.entries);
    for place in &senders.everybody {
        let way = if place.is_own {
            root.iter().find(|entry| entry.term == place.term)
        } else {
            tree.way_to(&place.name)
        };
        let Some(way) = way.filter(|way| !dropped.contains(way)) else { continue };
        let is_all = spf::parse(&format!("v=spf1 {}", way.term)).0.all().is_some();
        if !is_all {
            notes.push(format!(
                "“{}” is removed: it lets half the internet or more send as you. List the servers and services you send with instead.",
                way.term
            ));
            dropped.push(way.clone());
        }
    }
    (dropped, notes)
}

/// Complete records within the limit, each without one of the dearest terms, or without as many as it takes.
fn alternatives(tree: &Tree) -> Vec<Alternative> {
    let root = tree.nodes.first().map_or(&[][..], |node| &node.entries);
    let mut costs: Vec<(usize, &Entry)> =
        root.iter().map(|entry| (tree.lookups_of(entry), entry)).filter(|(cost, _)| *cost > 0).collect();
    costs.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
    let over = tree.lookups().saturating_sub(MAX_LOOKUP_TERMS);
    let written = |gone: &[(usize, &Entry)]| {
        let text = optimizations::without(tree, |entry| gone.iter().any(|(_, dropped)| *dropped == entry))?;
        let terms: Vec<String> =
            gone.iter().map(|(cost, entry)| format!("“{}” ({cost} of the lookups)", entry.term)).collect();
        Some(Alternative { text, gives_up: terms.join(" and ") })
    };
    let single = costs.iter().filter(|(cost, _)| *cost >= over).take(MAX_ALTERNATIVES);
    let found: Vec<Alternative> = single.filter_map(|one| written(&[*one])).collect();
    if !found.is_empty() {
        return found;
    }
    // One alone does not do: the dearest together, and the same without the first of them.
    let together = |from: usize| {
        let mut saved = 0;
        let gone: Vec<(usize, &Entry)> = costs
            .iter()
            .skip(from)
            .take_while(|(cost, _)| {
                let is_wanted = saved < over;
                saved += cost;
                is_wanted
            })
            .copied()
            .collect();
        if saved >= over { written(&gone) } else { None }
    };
    let found: Vec<Option<Alternative>> = vec![together(0), together(1)];
    found.into_iter().flatten().collect()
}

/// Alternatives that are offered; more would not be compared.
const MAX_ALTERNATIVES: usize = 3;

/// The terms of a record by which somebody may pass, but for `all`.
fn sender_terms(text: &str) -> Vec<String> {
    let (record, _) = spf::parse(text);
    let is_sender = |kind: &TermKind<'_>| !matches!(kind, TermKind::Directive(directive) if directive.mechanism == Mechanism::All);
    record.passing().filter(|term| is_sender(&term.kind)).map(|term| term.span.of(text).to_owned()).collect()
}

/// Whether terms of a record may let servers of a service through without naming it: addresses, and records that nobody
/// knows whose they are.
fn may_cover(text: &str, tree: &Tree) -> bool {
    let known = |name: &str| {
        let names = [name.to_owned()];
        !recognise(Published { spf: &names, ..Published::default() }).is_empty()
    };
    let names = spf_names(text);
    let (record, _) = spf::parse(text);
    let is_open = record.passing().any(|term| match &term.kind {
        TermKind::Directive(directive) => {
            !matches!(directive.mechanism, Mechanism::Include(_) | Mechanism::All)
        }
        _ => false,
    });
    is_open || tree.is_per_message() || names.iter().any(|name| !known(name))
}

/// A service that sends by the records, and whose servers the domain's SPF record does not let through: it refuses them.
#[must_use]
pub fn shut_out(
    text: &str,
    in_use: &[MailServiceInUse],
    tree: &Tree,
) -> Option<(&'static str, &'static str)> {
    let (record, _) = spf::parse(text);
    let refuses = record.all().is_some_and(|(_, all)| all.result() == spf::Qualifier::Fail);
    if !refuses || may_cover(text, tree) || !idle_terms(text).is_empty() {
        return None;
    }
    in_use.iter().filter(|one| one.sends() && one.service.envelope == Envelope::Domain).find_map(|one| {
        let include = one.service.include.as_deref()?;
        let is_named = one.service.spf.iter().any(|pattern| {
            tree.nodes.iter().any(|node| {
                node.name.eq_ignore_ascii_case(pattern) || node.name.ends_with(&format!(".{pattern}"))
            })
        });
        (!is_named).then_some((one.service.name.as_str(), include))
    })
}
