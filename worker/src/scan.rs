//! `GET /api/v1/report`: a scan, and its report at the end or everything while it happens.

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, AbortRegistration, Abortable};
use js_sys::futures::JsFuture;
use js_sys::{Reflect, Uint8Array};
use launch_ready_core::check::Level;
use launch_ready_core::checks;
use launch_ready_core::drive::{Event, Limits, Scan, run};
use launch_ready_core::report::{Report, Run, StreamEvent};
use launch_ready_core::score::Decision;
use launch_ready_core::target::Target;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::WritableStreamDefaultWriter;
use worker::{Context, Request, Response, ResponseBody};

use crate::accept::Form;
use crate::departure::Departure;
use crate::host::Edge;
use crate::js::{self, IdentityTransformStream};
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
    let (lines, mut written) = unbounded();
    let (work, registration) = AbortHandle::new_pair();
    let job = Job {
        target,
        form,
        request_id: request_id.to_owned(),
        vantage: vantage(request),
        lines,
        registration,
        departure: Departure::ends(work.clone(), request.inner()),
    };
    // The runtime forgets a handler whose client has left, and what it was doing stays in memory for ever. What is
    // waited for is kept for long enough to stop in order and to write its line.
    context.wait_until(job.perform());
    let response = match form {
        Form::Document => {
            let report = written.next().await;
            Response::from_bytes(report.ok_or_else(|| Problem::internal("the scan came to no end"))?)?
        }
        Form::Lines => {
            let pipe =
                IdentityTransformStream::new().map_err(|thrown| Problem::internal(&js::message(&thrown)))?;
            let writer =
                pipe.writable().get_writer().map_err(|thrown| Problem::internal(&js::message(&thrown)))?;
            context.wait_until(async move {
                if deliver(written, &writer).await.is_err() {
                    work.abort();
                }
            });
            Response::from_body(ResponseBody::Stream(pipe.readable()))?
        }
    };
    response.headers().set("content-type", form.media_type())?;
    Ok(response)
}

/// Writes everything to the client as it comes; what is there at once goes at once. A client that reads slowly does
/// not hold up the scan.
async fn deliver(
    mut lines: UnboundedReceiver<Vec<u8>>,
    writer: &WritableStreamDefaultWriter,
) -> Result<(), JsValue> {
    // Rejected where a write is, too; without somebody who looks it would count as an error of ours.
    drop(JsFuture::from(writer.closed()));
    while let Some(mut chunk) = lines.next().await {
        while let Ok(more) = lines.try_recv() {
            chunk.extend(more);
        }
        JsFuture::from(writer.write_with_chunk(&Uint8Array::from(chunk.as_slice()))).await?;
    }
    JsFuture::from(writer.close()).await?;
    Ok(())
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
    /// Where to say what.
    lines: UnboundedSender<Vec<u8>>,
    /// Through which it is ended when nobody waits any more.
    registration: AbortRegistration,
    departure: Departure,
}

impl Job {
    /// Scans to the end, or until nobody waits any more.
    async fn perform(self) {
        let Self { target, form, request_id, vantage, lines, registration, departure } = self;
        let start = js::now();
        let started = String::from(js_sys::Date::new_0().to_iso_string());
        let domain = target.domain.to_string();
        let checks = checks::of(&target);
        if form == Form::Lines {
            send(&lines, &StreamEvent::started(&target, &checks), form);
        }
        let limits = Limits::of(&target);
        let mut scan = Scan::new(target, &checks, limits);
        let mut tally = Tally::default();
        let running = run(&mut scan, &Edge, |event| {
            tally.note(&event);
            if form == Form::Lines {
                send(&lines, &StreamEvent::from_event(&event, tally.done, tally.known), form);
            }
            true
        });
        // Dropping what runs takes back what is still on its way.
        let left = Abortable::new(running, registration).await.is_err();
        drop(departure);
        let (subrequests, rounds) = (scan.asked(), scan.rounds());
        let took_ms = js::elapsed_ms(start);
        let outcome = if left {
            "client-left"
        } else {
            let run = Run { started, vantage: vantage.clone(), took_ms };
            let (report, _) = Report::finish(scan, run);
            let decision = report.verdict.decision;
            match form {
                Form::Document => send(&lines, &report, form),
                Form::Lines => send(&lines, &StreamEvent::Report(Box::new(report)), form),
            }
            match decision {
                Decision::Go => "go",
                Decision::NoGo => "no-go",
                Decision::NoVerdict => "no-verdict",
            }
        };
        let line = ScanLine {
            event: "scan",
            request_id: &request_id,
            domain: &domain,
            duration_ms: took_ms,
            subrequests,
            answered: tally.measured,
            checks: checks.len(),
            rounds,
            outcome,
            vantage: &vantage,
        };
        line.write();
    }
}

/// Says one line or the document. Whether anybody takes it is asked elsewhere.
fn send(lines: &UnboundedSender<Vec<u8>>, what: &impl Serialize, form: Form) {
    match serde_json::to_vec(what) {
        Ok(mut bytes) => {
            if form == Form::Lines {
                bytes.push(b'\n');
            }
            let _ = lines.unbounded_send(bytes);
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
