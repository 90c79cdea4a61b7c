//! `launch-ready records`: the full set of a domain's mail records, merged with what is there.

use std::fmt::{self, Write};

use clap::Args;
use clap::builder::PossibleValuesParser;
use launch_ready_core::answers::{Stop, Unmeasured};
use launch_ready_core::email::spf::MAX_LOOKUP_TERMS;
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::plan::mail_setup::{Built, Entry, Fields, Plan, spf_cost};
use launch_ready_core::providers::mail_services::{MailServiceInUse, Service, mail_services};
use launch_ready_core::report::markdown::visible;
use launch_ready_core::target::{MailUse, Target};
use serde_json::json;

use crate::exit::{Exit, Refused};
use crate::network::NetworkArgs;
use crate::terminal::print;
use crate::terminal::{Paint, json_in_print};
use crate::text::write_wrapped;

/// What the command answers with its exit code.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0   everything is there
  1   there is something to publish, to change or to remove
  2   DNS gave no answer, and merging with what is not known would lose it
  64  the command line was refused
  74  a file could not be read";

/// `launch-ready records`.
#[derive(Debug, Args)]
pub struct RecordsArgs {
    /// The domain that mail is sent from.
    pub domain: String,
    /// A service that is to send or take the domain's mail; may be given several times. Those that the domain's records
    /// show are taken into account without being named.
    #[arg(long = "service", value_name = "ID", value_parser = PossibleValuesParser::new(mail_services().map(|service| service.id.as_str())))]
    pub services: Vec<String>,
    /// What the domain does with mail; told from its records where it is not given.
    #[arg(long, value_name = "USE", value_parser = PossibleValuesParser::new(MailUse::ALL.map(MailUse::id)))]
    pub mail: Option<String>,
    /// A DKIM selector in use; may be given several times.
    #[arg(long = "selector", value_name = "NAME")]
    pub selectors: Vec<String>,
    /// Prints only the lines of a zone file; what is no record stands in comments.
    #[arg(long, help_heading = "Output")]
    pub zone: bool,
    /// Prints everything as JSON.
    #[arg(long, help_heading = "Output", conflicts_with = "zone")]
    pub json: bool,
    /// How the internet is reached.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// What is printed.
struct Shown {
    plan: Plan,
    built: Built,
    /// What the new SPF record costs receivers.
    lookups: usize,
}

pub(crate) fn run(args: &RecordsArgs, paint: Paint) -> Result<Exit, Refused> {
    let domain = crate::typed::domain(&args.domain).map_err(|error| Refused::usage(&error))?;
    let mut target = Target::new(domain);
    target.mail = args.mail.as_deref().and_then(MailUse::from_id);
    target.deep = true;
    for selector in &args.selectors {
        target.add_selector(selector).map_err(|problem| Refused::usage(&problem))?;
    }
    let services: Vec<&'static Service> =
        args.services.iter().filter_map(|id| Service::from_id(id)).collect();
    let shown = match args.network.ask(Limits::deep(), |evidence| think(evidence, &target, &services))? {
        Ok(shown) => shown,
        Err(Unmeasured { asked, failure }) => {
            let problem = format!("{}: nothing is written. {asked} {failure}.", target.domain);
            print(&(visible(&problem) + "\n"))?;
            return Ok(Exit::NoVerdict);
        }
    };
    print(&if args.json {
        json_in_print(&format!("{:#}", json(&shown))) + "\n"
    } else if args.zone {
        zone_lines(&shown.built)
    } else {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = write(&mut out, &shown, paint);
        out
    })?;
    Ok(if shown.built.fixes.is_empty() { Exit::Ready } else { Exit::NotReady })
}

fn think(evidence: &Evidence, target: &Target, services: &[&'static Service]) -> Result<Shown, Stop> {
    let plan = Plan::gather(evidence, target, services)?;
    let built = plan.build();
    let lookups = spf_cost(evidence, &built.spf)?;
    Ok(Shown { plan, built, lookups })
}

fn json(shown: &Shown) -> serde_json::Value {
    let Shown { plan, built, lookups } = shown;
    let service = |one: &MailServiceInUse| {
        let service = one.service;
        json!({
            "id": service.id,
            "name": service.name,
            "seen": one.signs.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "source": service.source.at,
            "checked": checked(service),
        })
    };
    json!({
        "domain": plan.domain,
        "zone": plan.zone,
        "mail": plan.mail.id(),
        "services": plan.services.iter().map(service).collect::<Vec<_>>(),
        "spf": { "record": built.spf, "lookups": lookups },
        "entries": built.entries(&plan.zone),
        "notes": built.notes,
        "zone_file": built.zone_lines(),
    })
}

/// The lines of a zone file, in which nothing acts on a terminal.
fn zone_lines(built: &Built) -> String {
    built.zone_lines().lines().map(|line| visible(line) + "\n").collect()
}

/// How the values of a service were checked.
fn checked(service: &Service) -> String {
    match (&service.source.read, &service.source.seen) {
        (Some(day), _) => format!("compared with its documentation, {day}"),
        (_, Some(day)) => format!("compared with what its customers publish, {day}"),
        _ => "not checked: take the values from its own settings".to_owned(),
    }
}

fn write(out: &mut String, shown: &Shown, paint: Paint) -> fmt::Result {
    let Shown { plan, built, lookups } = shown;
    writeln!(out, "{}", paint.strong(plan.domain.as_str()))?;
    writeln!(out, "\n{}", paint.strong("Services"))?;
    for one in &plan.services {
        let signs: Vec<String> = one.signs.iter().map(ToString::to_string).collect();
        let seen =
            if signs.is_empty() { "named by you".to_owned() } else { format!("seen: {}", signs.join(", ")) };
        write_wrapped(out, "  ", &format!("{} ({seen})", one.service.name))?;
        write_wrapped(
            out,
            "    ",
            &paint.quiet(&format!("{}: {}", checked(one.service), one.service.source.at)),
        )?;
    }
    if plan.services.is_empty() {
        write_wrapped(out, "  ", "None is named, and none is shown by what the domain publishes.")?;
    }
    if built.fixes.is_empty() {
        return writeln!(out, "\nEverything is there.");
    }
    writeln!(out, "\n{}", paint.strong("At your DNS provider"))?;
    for (index, entry) in built.entries(&plan.zone).iter().enumerate() {
        let verb = match entry {
            Entry::Add(fields) => format!("Add a record of type {}", fields.record_type),
            Entry::Replace { new, .. } => format!("Change the {} record", new.record_type),
            Entry::Remove(fields) => format!("Delete the {} record", fields.record_type),
            Entry::Step { text } => {
                write_wrapped(out, "", &format!("{:3}. {text}", index + 1))?;
                continue;
            }
        };
        writeln!(out, "{:3}. {verb}", index + 1)?;
        match entry {
            Entry::Add(fields) | Entry::Remove(fields) => write_fields(out, fields, paint)?,
            Entry::Replace { old, new } => {
                write_fields(out, new, paint)?;
                writeln!(out, "     {} {}", paint.quiet("In the place of"), visible(old))?;
            }
            Entry::Step { .. } => {}
        }
    }
    if !built.notes.is_empty() {
        writeln!(out, "\n{}", paint.strong("What these records change"))?;
        built.notes.iter().try_for_each(|note| write_wrapped(out, "  ", note))?;
    }
    writeln!(out, "\n{}", paint.strong("As lines of a zone file"))?;
    zone_lines(built).lines().try_for_each(|line| writeln!(out, "  {line}"))?;
    if *lookups > MAX_LOOKUP_TERMS {
        let problem = format!(
            "The SPF record would cost {lookups} lookups, and receivers stop at {MAX_LOOKUP_TERMS}. Take out what you no \
             longer send with, or send from a name of its own, such as news.{}.",
            plan.domain
        );
        writeln!(out)?;
        write_wrapped(out, "", &problem)?;
    }
    Ok(())
}

fn write_fields(out: &mut String, fields: &Fields, paint: Paint) -> fmt::Result {
    writeln!(out, "     {}     {}", paint.quiet("Name"), visible(&fields.host))?;
    if let Some(priority) = &fields.priority {
        writeln!(out, "     {} {priority}", paint.quiet("Priority"))?;
    }
    // In one line, however long: it is there to be copied.
    writeln!(out, "     {}    {}", paint.quiet("Value"), paint.strong(&visible(&fields.value)))
}
