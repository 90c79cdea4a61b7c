//! `launch-ready spf`: what receivers make of one message, and what an SPF record draws in.

use std::fmt::{self, Write};
use std::net::IpAddr;

use anstyle::AnsiColor;
use clap::Args;
use launch_ready_core::answers::{Stop, Unmeasured};
use launch_ready_core::domain::{Domain, DomainError};
use launch_ready_core::email::spf;
use launch_ready_core::email::spf::MAX_LOOKUP_TERMS;
use launch_ready_core::email::spf::evaluate::{Evaluation, MAX_VOID_LOOKUPS, Session, SpfResult, check_host};
use launch_ready_core::email::spf::optimizations;
use launch_ready_core::email::spf::optimizations::Saving;
use launch_ready_core::email::spf::senders::Senders;
use launch_ready_core::email::spf::tree::{Reach, State, Tree};
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::providers::mail_services::shared_records;
use launch_ready_core::report::markdown::visible;
use serde::Serialize;
use time::OffsetDateTime;

use crate::exit::{Exit, Refused};
use crate::lint::write_record;
use crate::network::NetworkArgs;
use crate::terminal::print;
use crate::terminal::{Paint, json_in_print};
use crate::text::write_wrapped;

/// What the command answers with its exit code.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0   the message passes; without --ip: receivers can use the record
  1   it does not; without --ip: they cannot, or stop before its end
  2   DNS gave no answer
  64  the command line was refused
  74  a file could not be read";

/// `launch-ready spf`.
#[derive(Debug, Args)]
pub struct SpfArgs {
    /// The domain whose SPF record is checked: the one behind the @ of the address that bounces go to.
    pub domain: String,
    /// The address of the sending server. Without it, only the record is shown, and what it draws in.
    #[arg(long, value_name = "ADDRESS", help_heading = "The message")]
    pub ip: Option<IpAddr>,
    /// The sender of the message (MAIL FROM), or what is before its @. Empty for a bounce, which is checked by its HELO
    /// name [default: postmaster@DOMAIN].
    #[arg(long, value_name = "SENDER", help_heading = "The message", requires = "ip")]
    pub from: Option<String>,
    /// The name that the server gives in HELO or EHLO [default: DOMAIN].
    #[arg(long, value_name = "NAME", help_heading = "The message", requires = "ip")]
    pub helo: Option<String>,
    /// Prints everything as JSON.
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// How the internet is reached.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Shown {
    domain: String,
    /// What a receiver makes of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation: Option<Evaluation>,
    /// Terms with a lookup that a sender meets whom no earlier term matches.
    worst_case_lookups: usize,
    /// Names that lead nowhere.
    worst_case_voids: usize,
    tree: Tree,
    senders: Senders,
    /// Terms that the record can do without.
    savings: Vec<Saving>,
}

pub(crate) fn run(args: &SpfArgs, paint: Paint) -> Result<Exit, Refused> {
    let domain = name(&args.domain)?;
    let message = args.ip.map(|ip| Message::new(ip, &domain, args)).transpose()?;
    let think = |evidence: &Evidence| think(evidence, &domain, message.as_ref());
    let shown = match args.network.ask(Limits::deep(), think)? {
        Ok(shown) => shown,
        Err(gap) => return no_answer(&domain, &gap, args.json),
    };
    print(&if args.json {
        let json = serde_json::to_string_pretty(&shown).map_err(|error| Refused::io(&error))?;
        json_in_print(&json) + "\n"
    } else {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = write(&mut out, &shown, paint);
        out
    })?;
    Ok(match &shown.evaluation {
        Some(evaluation) => match evaluation.result {
            SpfResult::Pass => Exit::Ready,
            SpfResult::TempError => Exit::NoVerdict,
            _ => Exit::NotReady,
        },
        None => usable(&shown),
    })
}

/// The domain, which may be a place for records such as `_spf.example.com`.
fn name(typed: &str) -> Result<Domain, Refused> {
    match crate::typed::domain(typed) {
        Err(DomainError::Underscore(name)) => {
            Domain::from_host(&name).ok_or_else(|| Refused::usage(&DomainError::Underscore(name)))
        }
        parsed => parsed.map_err(|error| Refused::usage(&error)),
    }
}

/// A message, as the receiver knows it before it has been sent.
struct Message {
    ip: IpAddr,
    from: String,
    helo: String,
    /// Seconds since 1970.
    at: u64,
}

impl Message {
    fn new(ip: IpAddr, domain: &Domain, args: &SpfArgs) -> Result<Self, Refused> {
        let helo = args.helo.clone().unwrap_or_else(|| domain.to_string());
        let from = match args.from.as_deref() {
            None => format!("postmaster@{domain}"),
            Some("" | "<>") if is_same(&helo, domain) => String::new(),
            Some("" | "<>") => {
                let problem = format!(
                    "a bounce is checked by its HELO name; to do that, ask for it: launch-ready spf {helo} --from ''"
                );
                return Err(Refused::usage(&problem));
            }
            Some(from) => match from.rsplit_once('@') {
                None => format!("{from}@{domain}"),
                Some((_, of)) if is_same(of, domain) => from.to_owned(),
                Some((_, of)) => {
                    let problem = format!(
                        "receivers check the domain of the sender, which is {of} here; ask for that one: launch-ready \
                         spf {of} --from {from}"
                    );
                    return Err(Refused::usage(&problem));
                }
            },
        };
        let at = u64::try_from(OffsetDateTime::now_utc().unix_timestamp()).unwrap_or_default();
        Ok(Self { ip, from, helo, at })
    }

    fn session(&self) -> Session<'_> {
        Session { timestamp: self.at, ..Session::new(self.ip, &self.from, &self.helo) }
    }
}

/// Whether a name that somebody typed is `domain`, in whatever form.
fn is_same(typed: &str, domain: &Domain) -> bool {
    name(typed).is_ok_and(|name| name == *domain)
}

fn think(evidence: &Evidence, domain: &Domain, message: Option<&Message>) -> Result<Shown, Stop> {
    // Both before waiting for one.
    let evaluation = message.map(|message| check_host(evidence, &message.session())).transpose();
    let (tree, senders) = Senders::survey(evidence, domain.as_str(), Reach::DEEP, shared_records())?;
    let savings = optimizations::savings(&tree, &senders);
    Ok(Shown {
        domain: domain.to_string(),
        evaluation: evaluation?,
        worst_case_lookups: tree.lookups(),
        worst_case_voids: tree.voids().count(),
        tree,
        senders,
        savings,
    })
}

/// Whether receivers get to the end of the record, whoever sends.
fn usable(shown: &Shown) -> Exit {
    let Shown { tree, worst_case_lookups, worst_case_voids, .. } = shown;
    let is_broken = tree.faults().next().is_some()
        || *worst_case_lookups > MAX_LOOKUP_TERMS
        || *worst_case_voids > MAX_VOID_LOOKUPS;
    let unreachable = |node: &_| matches!(node, State::Unreachable { .. });
    if is_broken {
        Exit::NotReady
    } else if tree.gaps().next().is_some()
        || tree.voids_are_open()
        || tree.nodes.iter().any(|node| unreachable(&node.state))
    {
        Exit::NoVerdict
    } else {
        Exit::Ready
    }
}

/// The scan's own bounds, or a network that is not there: no receiver would see that.
fn no_answer(domain: &Domain, gap: &Unmeasured, json: bool) -> Result<Exit, Refused> {
    let (asked, failure) = (&gap.asked, &gap.failure);
    print(&if json {
        let said = serde_json::json!({ "domain": domain, "asked": asked, "failure": failure.to_string() });
        json_in_print(&format!("{said:#}")) + "\n"
    } else {
        visible(&format!("{domain}: not measured. {asked} {failure}.")) + "\n"
    })?;
    Ok(Exit::NoVerdict)
}

fn write(out: &mut String, shown: &Shown, paint: Paint) -> fmt::Result {
    let domain = paint.strong(&visible(&shown.domain));
    if let Some(evaluation) = &shown.evaluation {
        let color = match evaluation.result {
            SpfResult::Pass => AnsiColor::Green,
            SpfResult::None | SpfResult::Neutral | SpfResult::SoftFail => AnsiColor::Yellow,
            SpfResult::Fail | SpfResult::PermError => AnsiColor::Red,
            SpfResult::TempError => AnsiColor::Cyan,
        };
        let result = paint.paint(color.on_default().bold(), &evaluation.result.word().to_uppercase());
        writeln!(out, "{domain}  {result}")?;
        write_wrapped(out, "", &evaluation.reason)?;
        if let Some(explanation) = &evaluation.explanation {
            let whose =
                if explanation.is_from_domain { "the domain's own words" } else { "the receiver's words" };
            write_wrapped(out, "", &format!("The sender is told: “{}” ({whose}).", explanation.text))?;
        }
        writeln!(out, "\n{}", paint.strong("What a receiver did"))?;
        write_lines(out, &evaluation.outline())?;
        writeln!(
            out,
            "  {} of {MAX_LOOKUP_TERMS} lookups, {} of {MAX_VOID_LOOKUPS} empty ones, for this message",
            evaluation.lookups, evaluation.voids
        )?;
    } else {
        writeln!(out, "{domain}")?;
    }
    if let Some(State::Found { text } | State::Invalid { text, .. }) =
        shown.tree.nodes.first().map(|node| &node.state)
    {
        writeln!(out, "\n{}", paint.strong("The record"))?;
        write_record(out, "  ", text, &spf::parse(text).1, paint)?;
    }
    writeln!(out, "\n{}", paint.strong("What it draws in"))?;
    write_lines(out, &shown.tree.to_string())?;
    let (lookups, voids) = (shown.worst_case_lookups, shown.worst_case_voids);
    writeln!(
        out,
        "  {lookups} of {MAX_LOOKUP_TERMS} lookups, {voids} of {MAX_VOID_LOOKUPS} empty ones, in the worst case"
    )?;
    for node in &shown.tree.nodes {
        match (&node.state, node.state.fault()) {
            (_, Some(fault)) => write_wrapped(out, "  ", &format!("{} {fault}.", node.name))?,
            (State::Unreachable { words } | State::Unknown { words }, None) => {
                write_wrapped(out, "  ", &format!("{}: {words}.", node.name))?;
            }
            _ => {}
        }
    }
    if shown.senders.terms.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.strong("Who may send"))?;
    write_lines(out, &shown.senders.lines())?;
    writeln!(out, "  In all: {}", visible(&shown.senders.words()))?;
    for place in &shown.senders.everybody {
        write_wrapped(out, "  ", &format!("“{}” in {} lets everybody send.", place.term, place.name))?;
    }
    for wide in &shown.senders.wide {
        write_wrapped(out, "  ", &format!("“{}” in {} {}.", wide.place.term, wide.place.name, wide.why))?;
    }
    if !shown.savings.is_empty() {
        writeln!(out, "\n{}", paint.strong("What it could do without"))?;
    }
    for saving in &shown.savings {
        write_wrapped(out, "  ", &saving.words())?;
    }
    Ok(())
}

fn write_lines(out: &mut String, text: &str) -> fmt::Result {
    text.lines().try_for_each(|line| writeln!(out, "  {}", visible(line)))
}
