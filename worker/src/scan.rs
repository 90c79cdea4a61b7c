//! `GET /api/v1/report`: a scan, and its report at the end or everything while it happens.

use std::pin::pin;

use futures_channel::mpsc::{UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use js_sys::Reflect;
use launch_ready_core::check::Level;
use launch_ready_core::checks;
use launch_ready_core::drive::{Event, Limits, Scan, run};
use launch_ready_core::report::{Report, Run, StreamEvent};
use launch_ready_core::score::Decision;
use launch_ready_core::target::Target;
use serde::Serialize;
use wasm_bindgen::JsValue;
use worker::{Context, Request, Response};

use crate::accept::Form;
use crate::departure::Departure;
use crate::host::Edge;
use crate::js;
use crate::log::ScanLine;
use crate::problem::Problem;
use crate::{bodiless, query};

/// What HEAD says: whether GET would scan, and what would come of it. It scans nothing.
pub(crate) fn announce(request: &Request) -> Result<Response, Problem> {
    let (_, form) = asked(request)?;
    bodiless(200, form.media_type())
}

/// What GET says.
pub(crate) async fn answer(
    request: &Request,
    context: &Context,
    request_id: &str,
) -> Result<Response, Problem> {
    let (target, form) = asked(request)?;
    let (sender, mut receiver) = unbounded();
    let job = Job {
        target,
        form,
        request_id: request_id.to_owned(),
        vantage: vantage(request),
        departure: Departure::of(request.inner()),
        sender,
    };
    // The runtime forgets a handler whose client has left, and with it what the handler was about to say. What is
    // waited for is kept for long enough to stop in order and to write its line.
    context.wait_until(job.perform());
    let response = match form {
        Form::Document => {
            let report = receiver.next().await;
            Response::from_bytes(report.ok_or_else(|| Problem::internal("the scan came to no end"))?)?
        }
        Form::Lines => Response::from_stream(receiver.map(Ok::<_, worker::Error>))?,
    };
    response.headers().set("content-type", form.media_type())?;
    Ok(response)
}

fn asked(request: &Request) -> Result<(Target, Form), Problem> {
    let target = query::target(&request.url()?)?;
    let accept = request.headers().get("accept")?;
    let form = Form::preferred(accept.as_deref());
    Ok((target, form.ok_or_else(|| Problem::not_acceptable(&Form::MEDIA_TYPES))?))
}

/// Where the scan runs: the location that answers the client, where the runtime says so.
fn vantage(request: &Request) -> String {
    let property = |of: &JsValue, name: &str| Reflect::get(of, &JsValue::from_str(name)).ok();
    let cf = property(request.inner(), "cf").filter(JsValue::is_object);
    match cf.and_then(|cf| property(&cf, "colo")?.as_string()) {
        Some(colo) => format!("edge {colo}"),
        None => "edge".to_owned(),
    }
}

/// A scan and who waits for it.
struct Job {
    target: Target,
    form: Form,
    request_id: String,
    vantage: String,
    departure: Departure,
    sender: UnboundedSender<Vec<u8>>,
}

impl Job {
    /// Scans to the end, or until nobody listens any more.
    async fn perform(mut self) {
        let start = js::now();
        let started = String::from(js_sys::Date::new_0().to_iso_string());
        let domain = self.target.domain.to_string();
        if self.form == Form::Lines {
            self.tell(&StreamEvent::started(&self.target));
        }
        let mut scan = Scan::new(self.target.clone(), checks::ALL, Limits::default());
        let mut tally = Tally::default();
        let stays = {
            let (sender, form, tally) = (&self.sender, self.form, &mut tally);
            let running = run(&mut scan, &Edge, |event| {
                tally.note(&event);
                if form == Form::Lines {
                    send(sender, &StreamEvent::from_event(&event, tally.done, tally.known), form);
                }
                !sender.is_closed()
            });
            let (running, left) = (pin!(running), pin!(self.departure.wait()));
            let ended = matches!(select(running, left).await, Either::Left(_));
            ended && !sender.is_closed()
        };
        let (subrequests, rounds) = (scan.asked(), scan.rounds());
        let took_ms = js::elapsed_ms(start);
        let outcome = if stays {
            let run = Run { started, vantage: self.vantage.clone(), took_ms };
            let (report, _) = Report::finish(scan, run);
            let decision = report.verdict.decision;
            match self.form {
                Form::Document => self.tell(&report),
                Form::Lines => self.tell(&StreamEvent::Report(Box::new(report))),
            }
            match decision {
                Decision::Go => "go",
                Decision::NoGo => "no-go",
                Decision::NoVerdict => "no-verdict",
            }
        } else {
            "client-left"
        };
        let line = ScanLine {
            event: "scan",
            request_id: &self.request_id,
            domain: &domain,
            duration_ms: took_ms,
            subrequests,
            answered: tally.measured,
            checks: checks::ALL.len(),
            rounds,
            outcome,
            vantage: &self.vantage,
        };
        line.write();
    }

    fn tell(&self, what: &impl Serialize) {
        send(&self.sender, what, self.form);
    }
}

/// Sends one line or the document. Whether anybody takes it is asked elsewhere.
fn send(sender: &UnboundedSender<Vec<u8>>, what: &impl Serialize, form: Form) {
    match serde_json::to_vec(what) {
        Ok(mut bytes) => {
            if form == Form::Lines {
                bytes.push(b'\n');
            }
            let _ = sender.unbounded_send(bytes);
        }
        Err(error) => worker::console_error!("{error}"),
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
}

impl Tally {
    fn note(&mut self, event: &Event) {
        match event {
            Event::Asked(_) => self.asked += 1,
            Event::Answered { answered, known, .. } => (self.done, self.known) = (*answered, *known),
            Event::Settled { finding, .. } if finding.outcome.level == Level::NotMeasured => {}
            Event::Settled { .. } => self.measured += 1,
        }
        // Until the first answer nobody says how many are known; the ones that were asked are.
        self.known = self.known.max(self.asked);
    }
}
