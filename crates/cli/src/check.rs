//! `launch-ready check`.

use std::path::Path;
use std::time::Instant;

use launch_ready_core::checks;
use launch_ready_core::checks::check::Check;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::checks::scan::CheckScan;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word::Word;
use launch_ready_core::engine::transport::run as run_scan;
use launch_ready_core::report::diff::difference;
use launch_ready_core::report::markdown;
use launch_ready_core::report::recheck;
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::{RECORDING_SCHEMA, Recording, Report, Run};
use launch_ready_core::target::{MailUse, Segment, Target};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::args::CheckArgs;
use crate::compare;
use crate::exit::{Exit, Refused};
use crate::files::{self, Existing};
use crate::formats::{Format, github, junit, sarif};
use crate::progress::Progress;
use crate::terminal::print;
use crate::terminal::{Paint, json_in_print};
use crate::transport::{Native, Network};
use crate::{text, typed};

/// Where a scan from here was measured from.
const VANTAGE: &str = "command line";

pub(crate) fn run(args: &CheckArgs, paint: Paint) -> Result<Exit, Refused> {
    let answers = args.papers.read_answers()?;
    let segment = args.segment.as_deref().and_then(Segment::from_id).or(answers.known_segment());
    // First, so that a file that cannot be read costs nobody a scan.
    let old = args.against.as_deref().map(compare::read).transpose()?;
    if let (Some(domain), false) = (&args.domain, args.checks.is_empty()) {
        return again(Target { segment, ..target(domain, args)? }, args, paint);
    }
    let existing = Existing::forced(args.force);
    args.papers.may_write(existing)?;
    args.record.as_deref().map_or(Ok(()), |file| files::may_write(file, existing))?;
    let before = args.papers.before.as_deref().map(read_recording).transpose()?.map(Recording::replay);
    let report = match (&args.replay, &args.domain) {
        (Some(file), _) => {
            let mut recording = read_recording(file)?;
            // The answers are the same; what they are measured at may be another kind of business.
            recording.target.segment = segment.or(recording.target.segment);
            recording.replay()
        }
        (None, Some(domain)) => {
            let target = Target { segment, ..target(domain, args)? };
            let network = args.network.network()?;
            let checks = checks::of(&target);
            let (scan, run) = scan(target, &checks, &network, args.limits())?;
            let (report, recording) = Report::finish(scan, run);
            if let Some(file) = &args.record {
                write_recording(file, &recording, existing)?;
            }
            report
        }
        (None, None) => return Err(Refused::usage("a domain is missing")),
    };
    args.papers.write(&report, &report.dns, before.as_ref(), (&answers, args.chosen()), existing)?;
    let printed = if let Some(old) = old {
        let difference = difference(&old, &report).map_err(|problem| Refused::usage(&problem))?;
        compare::printed(&difference, args.json, args.markdown, paint)?
    } else if args.dns_map && args.json {
        let json = serde_json::to_string_pretty(&report.dns).map_err(|error| Refused::io(&error))?;
        json_in_print(&json) + "\n"
    } else if args.dns_map {
        markdown::dns_map(&report)
    } else {
        as_asked(&report, args, paint)?
    };
    print(&printed)?;
    Ok(args.fail_on.exit(&report))
}

/// The whole report in the format that is asked for.
fn as_asked(report: &Report, args: &CheckArgs, paint: Paint) -> Result<String, Refused> {
    let pretty = |value: serde_json::Result<String>| -> Result<String, Refused> {
        Ok(json_in_print(&value.map_err(|error| Refused::io(&error))?) + "\n")
    };
    Ok(match args.wanted() {
        Format::Text => text::report(report, args.chosen(), paint),
        Format::Json => pretty(serde_json::to_string_pretty(report))?,
        Format::Markdown => markdown::report_for(report, args.chosen()),
        Format::Sarif => pretty(serde_json::to_string_pretty(&sarif::log(report)))?,
        Format::Junit => junit::xml(report, args.fail_on).map_err(|error| Refused::io(&error))?,
        Format::Github => {
            github::tell_job(report, args.chosen())?;
            github::annotations(report)
        }
    })
}

/// Asks some checks alone.
fn again(target: Target, args: &CheckArgs, paint: Paint) -> Result<Exit, Refused> {
    let all: Vec<_> = checks::all().collect();
    let named = recheck::named(&all, &args.checks).map_err(|unknown| {
        Refused::usage(&format!("there is no check {unknown}; `launch-ready explain` lists all"))
    })?;
    let default = |check: &&&Check| checks::DEFAULT.iter().any(|known| known.id == check.id);
    let deep = named.iter().any(|check| !default(&check));
    let target = Target { deep: target.deep || deep, ..target };
    let (scan, run) = scan(target, &named, &args.network.network()?, args.limits())?;
    let recheck = Recheck::finish(scan, run);
    let printed = if args.json {
        let json = serde_json::to_string_pretty(&recheck).map_err(|error| Refused::io(&error))?;
        json_in_print(&json) + "\n"
    } else if args.markdown {
        markdown::recheck(&recheck, args.chosen())
    } else {
        text::recheck(&recheck, args.chosen(), paint)
    };
    print(&printed)?;
    let any = |levels: &[Level]| recheck.recheck.iter().any(|finding| levels.contains(&finding.level));
    Ok(match (any(&[Level::Fail, Level::Warn]), any(&[Level::NotMeasured])) {
        (true, _) => Exit::NotReady,
        (false, true) => Exit::NoVerdict,
        (false, false) => Exit::Ready,
    })
}

fn target(domain: &str, args: &CheckArgs) -> Result<Target, Refused> {
    let domain = typed::domain(domain).map_err(|error| Refused::usage(&error))?;
    let mut target = Target::new(domain);
    target.mail = args.mail.as_deref().and_then(MailUse::from_id);
    for selector in &args.selectors {
        target.add_selector(selector).map_err(|problem| Refused::usage(&problem))?;
    }
    for path in &args.paths {
        target.add_path(path).map_err(|problem| Refused::usage(&problem))?;
    }
    target.mine = args.mine;
    target.deep = args.deep;
    Ok(target)
}

/// Scans from here, and shows how far it is.
fn scan(
    target: Target,
    checks: &[&'static Check],
    network: &Network,
    limits: Limits,
) -> Result<(CheckScan, Run), Refused> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Refused::io(&error))?;
    let host = Native::new(network).map_err(|error| Refused::io(&error))?;
    let began = OffsetDateTime::now_utc();
    let began = began.replace_nanosecond(0).unwrap_or(began);
    let started = Instant::now();
    let domain = target.domain.to_string();
    let mut scan = CheckScan::new(target, checks, limits);
    let mut progress = Progress::new(checks.len());
    runtime.block_on(run_scan(&mut scan, &host, |event| {
        progress.show(&event);
        true
    }));
    progress.clear();
    if let Some(Word::OptedOut { record }) = scan.word() {
        return Err(Refused::opted_out(&domain, record));
    }
    let run = Run {
        started: began.format(&Rfc3339).map_err(|error| Refused::io(&error))?,
        vantage: VANTAGE.to_owned(),
        took_ms: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
    };
    Ok((scan, run))
}

fn read_recording(file: &Path) -> Result<Recording, Refused> {
    let text = std::fs::read_to_string(file).map_err(|error| Refused::file(file, &error))?;
    let recording: Recording = serde_json::from_str(&text)
        .map_err(|error| Refused::file(file, &format!("is no recording: {error}")))?;
    if recording.schema != RECORDING_SCHEMA {
        let schema = recording.schema;
        let problem =
            format!("was recorded in version {schema}; this program reads version {RECORDING_SCHEMA}");
        return Err(Refused::file(file, &problem));
    }
    Ok(recording)
}

fn write_recording(file: &Path, recording: &Recording, existing: Existing) -> Result<(), Refused> {
    let json = serde_json::to_string_pretty(recording).map_err(|error| Refused::file(file, &error))?;
    files::write(file, (json + "\n").as_bytes(), existing)
}
