//! One scan, in the Durable Object of its domain: told to everybody who waits, kept, and noted in one line of the log.

use std::rc::Rc;

use futures_util::future::{AbortRegistration, Abortable};
use launch_ready_core::checks;
use launch_ready_core::checks::check::Check;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::checks::scan::{CheckEvent, CheckScan};
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word::Word;
use launch_ready_core::engine::scan::Event;
use launch_ready_core::engine::transport::run;
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::score::Decision;
use launch_ready_core::report::stream::StreamEvent;
use launch_ready_core::report::{Report, Run};
use launch_ready_core::target::Target;
use serde::Serialize;

use crate::host::Edge;
use crate::log::ScanLine;
use crate::state::flight::Flight;
use crate::state::reports::Stored;
use launch_ready_edge::js;

/// How many checks a scan takes: what another number of them said was said by another version of us.
pub(crate) fn checks_of(target: &Target) -> usize {
    checks::of(target).len()
}

/// Who is told what happens. Not one type for each scan: the engine is compiled once.
pub(crate) type OnEvent<'a> = &'a mut dyn FnMut(CheckEvent) -> bool;

/// What came of a scan.
pub(crate) enum Outcome {
    /// A report; or, where some checks alone were wanted, what they say.
    Report(Stored),
    /// The owner does not want the domain to be scanned.
    OptedOut,
    /// Nobody waited any more, or something broke.
    Lost,
}

/// What a scan has done.
pub(crate) struct Done {
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// Whether the owner has opted out, where that was found out.
    pub(crate) said: Option<bool>,
    /// Subrequests that were sent.
    pub(crate) sent: u32,
}

/// Asks the checks that are named, or all of them where none is, about `target`, to the end, or until nobody waits any more.
pub(crate) async fn perform(
    target: Target,
    named: &[&'static Check],
    flight: &Rc<Flight>,
    registration: AbortRegistration,
    request_id: &str,
) -> Done {
    let start = js::now();
    let started = String::from(js_sys::Date::new_0().to_iso_string());
    let domain = target.domain.to_string();
    let edge = Edge::default();
    let checks = if named.is_empty() { checks::of(&target) } else { named.to_vec() };
    let beginning = StreamEvent::started(&target, &checks);
    let limits = Limits::of(&target);
    let mut scan = CheckScan::new(target, &checks, limits);
    let mut tally = Tally::default();
    let mut begun = false;
    // The engine tells nothing before it knows that the owner lets the domain be scanned.
    let mut on_event = |event: CheckEvent| {
        if !begun {
            begun = true;
            say(flight, &beginning);
        }
        tally.note(&event);
        say(flight, &StreamEvent::from_event(&event, tally.done, tally.known));
        true
    };
    let running = run(&mut scan, &edge, &mut on_event as OnEvent<'_>);
    // Dropping what runs takes back what is still on its way.
    let ended = Abortable::new(running, registration).await;
    let rounds = scan.rounds();
    let took_ms = js::elapsed_ms(start);
    let vantage = edge.vantage();
    let known = match scan.word() {
        Some(Word::OptedOut { .. }) => Some(true),
        Some(Word::Free) => Some(false),
        Some(Word::Unknown { .. }) | None => None,
    };
    let outcome = match ended {
        _ if known == Some(true) => Outcome::OptedOut,
        Err(_) => Outcome::Lost,
        Ok(()) => {
            let run = Run { started, vantage: vantage.clone(), took_ms };
            let mut is_short = false;
            let json = if named.is_empty() {
                let (report, _) = Report::finish(scan, run);
                is_short = report.coverage.unheard > 0;
                tally.decision = Some(report.verdict.decision);
                serde_json::to_string(&report)
            } else {
                serde_json::to_string(&Recheck::finish(scan, run))
            };
            match json {
                Ok(json) => Outcome::Report(Stored { id: flight.id.clone(), at: js::now(), json, is_short }),
                Err(error) => {
                    worker::console_error!("{error}");
                    Outcome::Lost
                }
            }
        }
    };
    let line = ScanLine {
        event: "scan",
        request_id,
        domain: &domain,
        duration_ms: took_ms,
        subrequests: edge.sent(),
        answered: tally.measured,
        checks: checks.len(),
        rounds,
        outcome: match (&outcome, tally.decision) {
            (Outcome::OptedOut, _) => "opted-out",
            (_, Some(Decision::Go)) => "go",
            (_, Some(Decision::NoGo)) => "no-go",
            (_, Some(Decision::NoVerdict)) => "no-verdict",
            (Outcome::Report(_), None) => "recheck",
            (Outcome::Lost, None) => "client-left",
        },
        vantage: &vantage,
    };
    line.write();
    Done { outcome, said: known, sent: edge.sent() }
}

/// The last line of a stream, as an event: the report, or what some checks alone say.
pub(crate) fn last_line(json: &str, named: &[&Check]) -> Rc<[u8]> {
    let fields = json.strip_prefix('{').unwrap_or(json);
    let event = if named.is_empty() { "report" } else { "recheck" };
    format!("{{\"event\":\"{event}\",{fields}\n").into_bytes().into()
}

/// The first line of a stream, where there is no scan but a report that is there already.
pub(crate) fn beginning(target: &Target) -> Vec<u8> {
    line(&StreamEvent::started(target, &checks::of(target)))
}

fn say(flight: &Flight, event: &StreamEvent) {
    flight.say(line(event).into());
}

fn line(what: &impl Serialize) -> Vec<u8> {
    match serde_json::to_vec(what) {
        Ok(mut bytes) => {
            bytes.push(b'\n');
            bytes
        }
        Err(error) => {
            worker::console_error!("{error}");
            Vec::new()
        }
    }
}

/// How far a scan has come.
#[derive(Default)]
struct Tally {
    /// Probes that were started.
    asked: u32,
    /// Probes that were answered.
    done: u32,
    /// Probes that are known to be wanted.
    known: u32,
    /// Checks that have an answer.
    measured: u32,
    /// The decision, once there is one.
    decision: Option<Decision>,
}

impl Tally {
    fn note(&mut self, event: &CheckEvent) {
        match event {
            Event::Asked(_) => self.asked += 1,
            Event::Answered { answered, known, .. } => (self.done, self.known) = (*answered, *known),
            Event::Settled { outcome: Err(_), .. } => {}
            Event::Settled { outcome: Ok(finding), .. } if finding.outcome.level == Level::NotMeasured => {}
            Event::Settled { .. } => self.measured += 1,
        }
        // Until the first answer nobody says how many are known; the ones that were asked are.
        self.known = self.known.max(self.asked);
    }
}
