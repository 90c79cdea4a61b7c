//! One scan, in the Durable Object of its domain: told to everybody who waits, kept, and noted in one line of the log.

mod log;

use std::rc::Rc;

use futures_util::future::{AbortRegistration, Abortable};
use launch_ready_core::checks;
use launch_ready_core::checks::check::Check;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::checks::scan::{CheckEvent, CheckScan};
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word::Word;
use launch_ready_core::engine::scan::{Event, Scan};
use launch_ready_core::engine::transport::run;
use launch_ready_core::plan::redirect_map::{Trial, Tried};
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::score::Decision;
use launch_ready_core::report::stream::StreamEvent;
use launch_ready_core::report::{Report, Run};
use launch_ready_core::target::Target;
use serde::Serialize;
use worker::Env;

use crate::platform;
use crate::scan::log::ScanLogLine;
use crate::state::report_store::Stored;
use crate::state::scan_session::ScanSession;
use crate::transport::EdgeTransport;

/// How many checks a scan takes: what another number of them said was said by another version of us.
pub(crate) fn checks_of(target: &Target) -> usize {
    checks::of(target).len()
}

/// What came of a scan.
pub(crate) enum ScanEnd {
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
    pub(crate) end: ScanEnd,
    /// Whether the owner has opted out, where that was found out.
    pub(crate) said: Option<bool>,
    /// Subrequests that were sent.
    pub(crate) sent: u32,
}

/// Asks the checks that are named, or all of them where none is, about `target`, to the end, or until nobody waits any more.
pub(crate) async fn perform(
    env: &Env,
    target: Target,
    named: &[&'static Check],
    session: &ScanSession,
    registration: AbortRegistration,
    request_id: &str,
) -> Done {
    let start = platform::now();
    let started = String::from(js_sys::Date::new_0().to_iso_string());
    let domain = target.domain.to_string();
    let edge = EdgeTransport::new(env);
    let checks = if named.is_empty() { checks::of(&target) } else { named.to_vec() };
    let beginning = StreamEvent::started(&target, &checks);
    let limits = Limits::of(&target);
    let mut scan = CheckScan::new(target, &checks, limits);
    let mut tally = Tally::default();
    let mut begun = false;
    // The engine tells nothing before it knows that the owner lets the domain be scanned.
    let on_event = |event: CheckEvent| {
        if !begun {
            begun = true;
            say(session, &beginning);
        }
        tally.note(&event);
        say(session, &StreamEvent::from_event(&event, tally.done, tally.known));
        true
    };
    let running = run(&mut scan, &edge, on_event);
    // Dropping what runs takes back what is still on its way.
    let ended = Abortable::new(running, registration).await;
    let rounds = scan.rounds();
    let took_ms = platform::elapsed_ms(start);
    let vantage = edge.vantage();
    let known = opted_out(scan.word());
    let end = match ended {
        _ if known == Some(true) => ScanEnd::OptedOut,
        Err(_) => ScanEnd::Lost,
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
                Ok(json) => ScanEnd::Report(Stored {
                    id: session.id.clone(),
                    at: platform::now() as u64,
                    json,
                    is_short,
                }),
                Err(error) => {
                    worker::console_error!("{error}");
                    ScanEnd::Lost
                }
            }
        }
    };
    let line = ScanLogLine {
        event: "scan",
        request_id,
        domain: &domain,
        duration_ms: took_ms,
        subrequests: edge.sent(),
        answered: tally.measured,
        checks: checks.len(),
        rounds,
        outcome: match (&end, tally.decision) {
            (ScanEnd::OptedOut, _) => "opted-out",
            (_, Some(Decision::Go)) => "go",
            (_, Some(Decision::NoGo)) => "no-go",
            (_, Some(Decision::NoVerdict)) => "no-verdict",
            (ScanEnd::Report(_), None) => "recheck",
            (ScanEnd::Lost, None) => "client-left",
        },
        vantage: &vantage,
    };
    line.write();
    Done { end, said: known, sent: edge.sent() }
}

/// What came of trying redirects.
pub(crate) struct Tries {
    /// How each came out; `None` where nobody waited any more.
    pub(crate) outcomes: Option<Vec<(usize, Tried)>>,
    /// Whether the owner has opted out, where that was found out.
    pub(crate) said: Option<bool>,
    /// Subrequests that were sent.
    pub(crate) sent: u32,
}

/// Tries redirects on the site of `target`, to the end, or until nobody waits any more.
pub(crate) async fn try_redirects(
    env: &Env,
    target: Target,
    trial: Trial,
    registration: AbortRegistration,
    request_id: &str,
) -> Tries {
    let start = platform::now();
    let domain = target.domain.to_string();
    let edge = EdgeTransport::new(env);
    let limits = Limits::of(&target);
    let mut scan = Scan::of(target, vec![trial], limits);
    let ended = Abortable::new(run(&mut scan, &edge, |_| true), registration).await;
    let (rounds, said) = (scan.rounds(), opted_out(scan.word()));
    let (_, _, settled) = scan.end();
    // What the deadline cut off came out in no way.
    let outcomes = settled.into_iter().find_map(|(_, outcome)| outcome.ok()).unwrap_or_default();
    let outcomes = ended.is_ok().then_some(outcomes);
    let outcome = match (said, &outcomes) {
        (Some(true), _) => "opted-out",
        (_, Some(_)) => "redirects",
        (_, None) => "client-left",
    };
    let vantage = edge.vantage();
    let line = ScanLogLine {
        event: "scan",
        request_id,
        domain: &domain,
        duration_ms: platform::elapsed_ms(start),
        subrequests: edge.sent(),
        answered: u32::from(outcomes.is_some()),
        checks: 1,
        rounds,
        outcome,
        vantage: &vantage,
    };
    line.write();
    Tries { outcomes, said, sent: edge.sent() }
}

/// Whether the owner has opted out, where that is known.
fn opted_out(word: Option<&Word>) -> Option<bool> {
    match word {
        Some(Word::OptedOut { .. }) => Some(true),
        Some(Word::Free) => Some(false),
        Some(Word::Unknown { .. }) | None => None,
    }
}

/// The last line of a stream, as an event: the report, or what some checks alone say. It is JSON already, and is
/// not read only to be written again.
pub(crate) fn last_line(json: &str, named: &[&Check]) -> Rc<[u8]> {
    let fields = json.strip_prefix('{').unwrap_or(json);
    let event = if named.is_empty() { "report" } else { "recheck" };
    format!("{{\"event\":\"{event}\",{fields}\n").into_bytes().into()
}

/// The first line of a stream, where there is no scan but a report that is there already.
pub(crate) fn beginning(target: &Target) -> Vec<u8> {
    line(&StreamEvent::started(target, &checks::of(target)))
}

fn say(session: &ScanSession, event: &StreamEvent) {
    session.say(line(event).into());
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
