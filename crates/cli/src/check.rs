//! `launch-ready check`.

use std::path::Path;
use std::time::Instant;

use launch_ready_core::documents::dns_map;
use launch_ready_core::drive::{self, Limits, Scan};
use launch_ready_core::report::{RECORDING_SCHEMA, Recording, Report, Run};
use launch_ready_core::score::Decision;
use launch_ready_core::target::{MailUse, Segment, Target};
use launch_ready_core::{checks, markdown};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::args::CheckArgs;
use crate::host::{Native, Network};
use crate::progress::Progress;
use crate::terminal::{Paint, json_in_print};
use crate::{Exit, Refused, print, text, typed};

/// Where a scan from here was measured from.
const VANTAGE: &str = "command line";

pub(crate) fn run(args: &CheckArgs, paint: Paint) -> Result<Exit, Refused> {
    let answers = args.papers.read_answers()?;
    let segment = args.segment.as_deref().and_then(Segment::from_id).or(answers.known_segment());
    let before = args.papers.before.as_deref().map(read_recording).transpose()?.map(Recording::replay);
    let (report, dns) = match (&args.replay, &args.domain) {
        (Some(file), _) => {
            let mut recording = read_recording(file)?;
            // The answers are the same; what they are measured at may be another kind of business.
            recording.target.segment = segment.or(recording.target.segment);
            let dns = dns_map::rows(&recording.target, &recording.evidence);
            (recording.replay(), dns)
        }
        (None, Some(domain)) => {
            let target = Target { segment, ..target(domain, args)? };
            let network = args.network.network()?;
            let (report, recording) = scan(target, &network, args.limits())?;
            if let Some(file) = &args.record {
                write_recording(file, &recording)?;
            }
            let dns = dns_map::rows(&recording.target, &recording.evidence);
            (report, dns)
        }
        (None, None) => return Err(Refused::usage("a domain is missing")),
    };
    args.papers.write(&report, &dns, before.as_ref(), &answers)?;
    let printed = if args.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| Refused::io(&error))?;
        json_in_print(&json) + "\n"
    } else if args.markdown {
        markdown::report(&report)
    } else {
        text::report(&report, paint)
    };
    print(&printed)?;
    Ok(match report.verdict.decision {
        Decision::Go => Exit::Ready,
        Decision::NoGo => Exit::NotReady,
        Decision::NoVerdict => Exit::NoVerdict,
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
    target.deep = args.deep;
    Ok(target)
}

/// Scans from here, and shows how far it is.
fn scan(target: Target, network: &Network, limits: Limits) -> Result<(Report, Recording), Refused> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Refused::io(&error))?;
    let host = Native::new(network).map_err(|error| Refused::io(&error))?;
    let began = OffsetDateTime::now_utc();
    let began = began.replace_nanosecond(0).unwrap_or(began);
    let started = Instant::now();
    let checks = checks::of(&target);
    let mut scan = Scan::new(target, &checks, limits);
    let mut progress = Progress::new(checks.len());
    runtime.block_on(drive::run(&mut scan, &host, |event| {
        progress.show(&event);
        true
    }));
    progress.clear();
    let run = Run {
        started: began.format(&Rfc3339).map_err(|error| Refused::io(&error))?,
        vantage: VANTAGE.to_owned(),
        took_ms: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
    };
    Ok(Report::finish(scan, run))
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

fn write_recording(file: &Path, recording: &Recording) -> Result<(), Refused> {
    let json = serde_json::to_string_pretty(recording).map_err(|error| Refused::file(file, &error))?;
    std::fs::write(file, json + "\n").map_err(|error| Refused::file(file, &error))
}
