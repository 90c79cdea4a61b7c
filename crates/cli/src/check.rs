//! `launch-ready check`.

use std::path::Path;
use std::time::Instant;

use icu_normalizer::uts46::Uts46MapperBorrowed;
use launch_ready_core::documents::dns_map;
use launch_ready_core::domain::Domain;
use launch_ready_core::drive::{self, Limits, Scan};
use launch_ready_core::report::{RECORDING_SCHEMA, Recording, Report, Run};
use launch_ready_core::score::Decision;
use launch_ready_core::target::{MailUse, Segment, Target};
use launch_ready_core::{checks, international, markdown};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use crate::args::CheckArgs;
use crate::host::{Native, Network, Proxy, Roots};
use crate::progress::Progress;
use crate::terminal::{Paint, json_in_print};
use crate::{Exit, Refused, print, text};

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
            let network = network(args)?;
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
    let domain = Domain::parse_with(domain, &unicode_to_ascii).map_err(|error| Refused::usage(&error))?;
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

/// UTS #46, ToASCII, by ICU4X: the core is built without its tables.
fn unicode_to_ascii(host: &str) -> Option<String> {
    let mapped: String = Uts46MapperBorrowed::new().map_normalize(host.chars()).collect();
    international::encode(&mapped)
}

fn network(args: &CheckArgs) -> Result<Network, Refused> {
    let mut network = Network::default();
    if let Some(doh) = &args.doh {
        let url = Url::parse(doh).map_err(|error| Refused::usage(&format!("--doh {doh}: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::usage(&format!("--doh {doh}: a resolver is given as https://host/path")));
        }
        network.doh = Some(url);
    }
    if let Some(proxy) = &args.proxy {
        let parsed =
            Proxy::parse(proxy).map_err(|error| Refused::usage(&format!("--proxy {proxy}: {error}")))?;
        network.proxy = Some(parsed);
    }
    if let Some(file) = &args.ca_file {
        let pem = std::fs::read(file).map_err(|error| Refused::file(file, &error))?;
        network.roots = Roots::default().with_pem(&pem).map_err(|error| Refused::file(file, &error))?;
    }
    Ok(network)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_whatever_form_of_unicode_they_are_typed() {
        let read =
            |typed: &str| Domain::parse_with(typed, &unicode_to_ascii).map(|domain| domain.to_string());
        for typed in ["bücher.de", "BU\u{308}CHER.de", "ｂücher．de", "founder@bücher.de"] {
            assert_eq!(read(typed).as_deref(), Ok("xn--bcher-kva.de"), "{typed}");
        }
        assert_eq!(read("I❤.ws").as_deref(), Ok("xn--i-7iq.ws"));
        assert_eq!(read("संगठन.com").as_deref(), Ok("xn--i1b6b1a6a2e.com"));
        for (typed, code) in [("１２７.0.0.1", "ip-literal"), ("\u{fffd}.de", "invalid-name")] {
            assert_eq!(Domain::parse_with(typed, &unicode_to_ascii).unwrap_err().code(), code, "{typed}");
        }
    }
}
