//! What stands on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ColorChoice, Parser, Subcommand};
use launch_ready_core::engine::limits::{Limits, OWN_BODIES};
use launch_ready_core::fixes::{ProviderOverride, dns_panels, hosts};
use launch_ready_core::plan::redirect_map::Format as Rules;
use launch_ready_core::target::{MailUse, Segment};

use crate::documents::DocumentsArgs;
use crate::formats::{FailOn, Format};
use crate::lint::{self, LintArgs};
use crate::network::NetworkArgs;
use crate::records::{self, RecordsArgs};
use crate::spf::{self, SpfArgs};

/// What stands on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "launch-ready",
    version,
    about = "Checks whether a domain is ready to launch.",
    after_help = EXIT_CODES,
    arg_required_else_help = true
)]
pub struct CommandLine {
    /// Colours: on a terminal, always, never. NO_COLOR turns them off as well.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0   ready: nothing blocks the launch
  1   not ready: at least one blocker, or a problem of the rank that --fail-on names
  2   no verdict: too little could be measured
  64  the command line, or the domain on it, was refused
  74  a file could not be read or written
  77  the domain's owner has opted out: nothing was sent to the site";

const COMPARE_EXIT_CODES: &str = "\
Exit codes:
  0   nothing is new or worse
  1   something is
  64  the two do not compare
  74  a file could not be read";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks a domain and reports what to fix, the worst first.
    #[command(after_help = EXIT_CODES)]
    Check(Box<CheckArgs>),
    /// Tries a list of old addresses against the live site, and writes it as rules for a host.
    #[command(after_help = REDIRECTS_CODES)]
    Redirects(RedirectsArgs),
    /// Compares two reports of one domain: what is new, worse, better and put right.
    #[command(after_help = COMPARE_EXIT_CODES)]
    Compare(CompareArgs),
    /// Evaluates SPF as a receiver does: the result for a message, and the tree of everything the record includes.
    #[command(after_help = spf::EXIT_CODES)]
    Spf(Box<SpfArgs>),
    /// Reads mail records from standard input and says what is wrong: SPF, DMARC, DKIM, MTA-STS, TLS-RPT, BIMI and its logo.
    #[command(after_help = lint::EXIT_CODES, long_about = lint::LONG_ABOUT)]
    Lint(LintArgs),
    /// Writes the full set of a domain's mail records from the services in use, merged with what is there.
    #[command(after_help = records::EXIT_CODES)]
    Records(Box<RecordsArgs>),
    /// Prints an answers file with every question of a kind of business and no answer yet.
    Answers {
        /// The kind of business.
        #[arg(value_name = "SEGMENT", value_parser = PossibleValuesParser::new(Segment::ALL.map(Segment::id)))]
        segment: String,
    },
    /// Explains a check: what it looks at, why that matters, how to put it right. Without a check, lists all.
    Explain {
        /// The check's id, such as dmarc-policy.
        check: Option<String>,
    },
    /// Writes the reference that is generated from the checks: a page for each, the report's JSON Schema, this help. What
    /// it wrote before is replaced.
    Docs {
        /// The folder to write to; other files in it stay as they are.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

const REDIRECTS_CODES: &str = "\
FILE is a list of old addresses and where each should lead: two columns with a comma, a semicolon, a tab, an arrow (->) or
blanks between them, a sheet saved as CSV whose first line names its columns, an export of Shopify, Webflow, Squarespace,
WordPress, Yoast, Rank Math or a crawler, _redirects, netlify.toml, vercel.json, a Caddyfile, lines of nginx or Apache, YAML or
JSON. docs/redirect-maps.md shows each. UTF-8, UTF-16 and Latin-1 are read. Patterns, rewrites (200), pages that are gone,
conditions and rows that are switched off are no moves: a host that has them gets a rule, and otherwise they are named as left
out. What a host can say only a part of is named, too.

A list has at most 10,000 lines, blank ones and comments not counted; split a longer one. The first 20 moves are tried.

Examples:
  launch-ready redirects old.csv --domain example.com --offline --rules nginx --rules apache
  launch-ready redirects _redirects --domain example.com --offline --rules vercel --json
  echo '/old -> /new' | launch-ready redirects - --domain example.com --offline --rules netlify

Exit codes:
  0   every line was read, and every line that was tried leads where it should, permanently and in one step
  1   something is wrong with a line, or with where it leads
  2   nothing is known to be wrong, but not everything could be measured
  64  the command line was refused
  74  a file could not be read or written
  77  the site's owner has opted out: nothing was sent to it";

/// `launch-ready redirects`.
#[derive(Debug, Args)]
pub struct RedirectsArgs {
    /// The list; - reads standard input.
    pub file: PathBuf,

    /// The site that paths are on, such as example.com. Without it the host of the first web address among the old ones.
    #[arg(long, value_name = "DOMAIN")]
    pub domain: Option<String>,
    /// Writes the list as rules for this host; may be given several times. Without it those of the host in use, where it
    /// is known.
    #[arg(long = "rules", value_name = "HOST", value_parser = PossibleValuesParser::new(rule_hosts()))]
    pub rules: Vec<String>,
    /// This site is mine: tries the list although a record at _launch-ready opts out.
    #[arg(long)]
    pub mine: bool,
    /// Asks nobody anything: finds circles, chains and contradictions in the list itself.
    #[arg(long)]
    pub offline: bool,
    /// Prints everything as JSON.
    #[arg(long)]
    pub json: bool,

    /// How the internet is reached.
    #[command(flatten)]
    pub network: NetworkArgs,
}

fn rule_hosts() -> impl Iterator<Item = &'static str> {
    Rules::typed()
}

/// `launch-ready compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The older report, as `check --json` prints it, or a recording.
    pub old: PathBuf,
    /// The newer report, as `check --json` prints it, or a recording.
    pub new: PathBuf,
    /// Prints the difference as JSON.
    #[arg(long)]
    pub json: bool,
    /// Prints the difference as Markdown.
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}

/// `launch-ready check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The domain, in any form that people paste: acme.example, https://acme.example/, me@acme.example.
    #[arg(required_unless_present = "replay")]
    pub domain: Option<String>,

    /// Prints the report as JSON; short for --format json.
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Prints the report as Markdown; short for --format markdown.
    #[arg(long, help_heading = "Output", conflicts_with = "json")]
    pub markdown: bool,
    /// Prints the report in this format.
    #[arg(long, value_name = "FORMAT", help_heading = "Output", conflicts_with_all = ["json", "markdown", "dns_map", "against", "checks"])]
    pub format: Option<Format>,
    /// From which rank on a problem ends with exit code 1. A blocker always does.
    #[arg(long, value_name = "RANK", help_heading = "Output", default_value = "blocker")]
    pub fail_on: FailOn,
    /// Prints the DNS map instead of the report: every record that was seen, who runs what it points to, and what it is
    /// for. As Markdown; with --json as a list.
    #[arg(long, help_heading = "Output", conflicts_with = "markdown")]
    pub dns_map: bool,
    /// Writes down every answer, so that the report can be had again without a network.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub record: Option<PathBuf>,
    /// Replaces files that are there already; without it they stay, and nothing is checked. Links are never followed.
    #[arg(long, help_heading = "Output")]
    pub force: bool,
    /// Reports from what was recorded; asks nobody anything.
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Output",
        conflicts_with_all = ["domain", "record", "mail", "doh", "proxy", "ca_file", "width", "deadline", "budget", "selectors", "paths", "mine", "deep"]
    )]
    pub replay: Option<PathBuf>,

    /// Prints what changed since an older report (`--json`) or recording instead of the whole report.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub against: Option<PathBuf>,
    /// Shows the fixes for this DNS provider, whatever was recognised.
    #[arg(long, value_name = "ID", help_heading = "Output", value_parser = PossibleValuesParser::new(dns_panels::ids()))]
    pub dns_provider: Option<String>,
    /// Shows the fixes for this host, whatever was recognised.
    #[arg(long, value_name = "ID", help_heading = "Output", value_parser = PossibleValuesParser::new(hosts::ids()))]
    pub host: Option<String>,

    /// Asks this check alone; may be given several times. There is no verdict then: 0 means that none of them finds a
    /// problem, 1 that one does, 2 that one could not be measured.
    #[arg(long = "check", value_name = "CHECK", help_heading = "Limits", conflicts_with_all = ["record", "replay", "against"])]
    pub checks: Vec<String>,

    /// What is written beside the report.
    #[command(flatten)]
    pub papers: DocumentsArgs,

    /// The kind of business, which sets the speed to be reached and the roadmap. Without it, what the answers say.
    #[arg(long, value_name = "ID", help_heading = "About the domain", value_parser = PossibleValuesParser::new(Segment::ALL.map(Segment::id)))]
    pub segment: Option<String>,
    /// What the domain does with mail.
    #[arg(long, value_name = "USE", help_heading = "About the domain", value_parser = PossibleValuesParser::new(MailUse::ALL.map(MailUse::id)))]
    pub mail: Option<String>,

    /// This domain is mine: checks it although a record at _launch-ready opts out. The word of other owners still holds.
    #[arg(long, help_heading = "About the domain")]
    pub mine: bool,
    /// A DKIM selector in use; may be given several times. Selectors cannot be listed, only guessed.
    #[arg(long = "selector", value_name = "NAME", help_heading = "About the domain")]
    pub selectors: Vec<String>,
    /// A path that matters, such as /login; may be given several times.
    #[arg(long = "path", value_name = "PATH", help_heading = "About the domain")]
    pub paths: Vec<String>,

    /// How the internet is reached.
    #[command(flatten)]
    pub network: NetworkArgs,

    /// Asks more than a scan at the edge may.
    #[arg(long, help_heading = "Limits")]
    pub deep: bool,
    /// How many questions may be open at once [default: 6].
    #[arg(long, value_name = "N", help_heading = "Limits", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub width: Option<u16>,
    /// How long the whole scan may take [default: 20, deep: 45].
    #[arg(long, value_name = "SECONDS", help_heading = "Limits", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub deadline: Option<u64>,
    /// How many questions may be asked in all [default: 48, deep: 150].
    #[arg(long, value_name = "N", help_heading = "Limits", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub budget: Option<u32>,
}

impl CheckArgs {
    /// The format that is asked for, in whichever way.
    #[must_use]
    pub fn wanted(&self) -> Format {
        match (self.format, self.json, self.markdown) {
            (Some(format), ..) => format,
            (None, true, _) => Format::Json,
            (None, _, true) => Format::Markdown,
            (None, false, false) => Format::Text,
        }
    }

    /// What the reader says is in use.
    #[must_use]
    pub fn chosen(&self) -> ProviderOverride<'_> {
        ProviderOverride { dns: self.dns_provider.as_deref(), host: self.host.as_deref() }
    }

    /// What bounds the scan.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let usual = if self.deep { Limits::deep() } else { Limits::default() };
        Limits {
            width: self.width.map_or(usual.width, usize::from),
            budget: self.budget.unwrap_or(usual.budget),
            deadline: self.deadline.map_or(usual.deadline, Duration::from_secs),
            bodies: OWN_BODIES,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(arguments: &[&str]) -> Limits {
        let line = ["launch-ready", "check", "acme.example"].iter().chain(arguments);
        let Command::Check(args) = CommandLine::try_parse_from(line).unwrap().command else {
            panic!("not a check")
        };
        args.limits()
    }

    #[test]
    fn the_limits_are_the_engines_own_and_each_can_be_set() {
        assert_eq!(limits(&[]), Limits { bodies: OWN_BODIES, ..Limits::default() });
        assert_eq!(limits(&["--deep"]), Limits { bodies: OWN_BODIES, ..Limits::deep() });
        let set = limits(&["--deep", "--width", "2", "--deadline", "5", "--budget", "9"]);
        assert_eq!(set, Limits { width: 2, budget: 9, deadline: Duration::from_secs(5), bodies: OWN_BODIES });
    }

    #[test]
    fn the_help_says_the_defaults_as_they_are() {
        let (usual, deep) = (Limits::default(), Limits::deep());
        let help = <CommandLine as clap::CommandFactory>::command()
            .find_subcommand_mut("check")
            .unwrap()
            .render_help()
            .to_string();
        for said in [
            format!("[default: {}]", usual.width),
            format!("[default: {}, deep: {}]", usual.deadline.as_secs(), deep.deadline.as_secs()),
            format!("[default: {}, deep: {}]", usual.budget, deep.budget),
        ] {
            assert!(help.contains(&said), "{said}\n{help}");
        }
    }
}
