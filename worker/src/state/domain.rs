//! One domain: its reports, and its scans while they run.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::StreamExt;
use futures_util::future::{AbortHandle, AbortRegistration};
use launch_ready_core::domain::Domain;
use worker::{DurableObject, Env, Request, Response, ResponseBody, Result, State, durable_object};

use super::admission::{Hour, Queued, admit, settle};
use super::flight::{End, Flight, deliver};
use super::opt_out::Asking;
use super::owners::Found;
use super::reports::{self, Stored};
use super::{opt_out, owners};
use crate::accept::Form;
use crate::query::{self, Asked};
use crate::scan::{self, Done, Outcome};
use crate::sql::Sql;
use launch_ready_core::engine::limits::Limits;
use launch_ready_edge::ask::DOMAIN;
use launch_ready_edge::config::{FRESH_SECONDS, REPORT_SECONDS, UNHEARD_SECONDS};
use launch_ready_edge::js::{self, IdentityTransformStream};
use launch_ready_edge::problem::Problem;

/// Scans that one who asks may wait for in a row, where those he joined ended for reasons of others.
const TRIES: usize = 100;

/// One domain. Its name is the domain in ASCII.
#[durable_object(fetch)]
pub struct DomainObject {
    inner: Rc<Inner>,
}

struct Inner {
    state: State,
    env: Env,
    flights: RefCell<Vec<Rc<Flight>>>,
    hour: Hour,
    /// The question whether the owner has opted out, while it is on its way.
    asking: Rc<Asking>,
}

impl DurableObject for DomainObject {
    fn new(state: State, env: Env) -> Self {
        Self {
            inner: Rc::new(Inner {
                state,
                env,
                flights: RefCell::default(),
                hour: Hour::default(),
                asking: Rc::default(),
            }),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let request_id = js::header(&request.headers().0, "x-request-id").unwrap_or_default();
        let answered = match request.path().as_str() {
            "/report" => self.inner.clone().report(&mut request, &request_id).await,
            "/stored" => self.inner.stored(&request).await,
            "/brief" => self.inner.brief(&request).await,
            "/history" => self.inner.history(&request).await,
            "/prove" => self.inner.prove(&request).await,
            "/facts" => self.inner.facts(&request).await,
            path => Err(Problem::not_found(path)),
        };
        answered.or_else(|problem| problem.response(&request_id))
    }
}

impl Inner {
    /// The report that was asked for: the one that is there while it is fresh enough, or else that of a scan that runs, or
    /// else that of a scan that begins now.
    async fn report(
        self: Rc<Self>,
        request: &mut Request,
        request_id: &str,
    ) -> std::result::Result<Response, Problem> {
        let mut asked = query::asked(&request.url()?)?;
        if request.inner().method() == "POST" {
            asked.try_moves(&request.text().await?);
        }
        let header = |name: &str| request.headers().get(name);
        let form = Form::preferred(header("accept")?.as_deref()).unwrap_or(Form::Document);
        let client = header("x-client")?.unwrap_or_default();
        let key = asked.key();
        for _ in 0..TRIES {
            let running = self.flights.borrow().iter().find(|flight| flight.key == key).cloned();
            let flight = match running {
                Some(flight) => flight,
                None => match self.known(&asked, &key)? {
                    Some(stored) => return answer(&asked, form, &stored, "stored"),
                    None => self.clone().begin(&asked, key.clone(), &client, request_id),
                },
            };
            let (number, mut lines) = flight.join(form, request.inner());
            if let (Form::Lines, Some(first)) = (form, lines.next().await) {
                let pipe = IdentityTransformStream::new().map_err(|thrown| Problem::thrown(&thrown))?;
                let writer = pipe.writable().get_writer().map_err(|thrown| Problem::thrown(&thrown))?;
                let response = Response::from_body(ResponseBody::Stream(pipe.readable()))?;
                describe(&response, form, &flight.id, None, "scan")?;
                limits(&response, &flight, number)?;
                self.state.wait_until(async move {
                    if deliver(first, lines, &writer).await.is_err() {
                        flight.leave(number);
                    }
                });
                return Ok(response);
            }
            // Nothing is said to who waits for the document: the end of the lines is the end of the flight.
            while lines.next().await.is_some() {}
            match flight.end().as_deref() {
                Some(End::Report(stored)) => {
                    let response = answer(&asked, form, stored, "scan")?;
                    limits(&response, &flight, number)?;
                    return Ok(response);
                }
                Some(End::Refused(problem)) => return Err(problem.clone()),
                Some(End::Limited(problem)) if number == 0 => return Err(problem.clone()),
                // Somebody else's limit, or somebody else who left.
                Some(End::Limited(_) | End::Lost) => {}
                None => break,
            }
        }
        Err(Problem::internal("no scan came to an end"))
    }

    /// The report that is there, while it is fresh enough.
    fn known(&self, asked: &Asked, key: &str) -> std::result::Result<Option<Stored>, Problem> {
        let seconds = if asked.fresh { FRESH_SECONDS } else { REPORT_SECONDS };
        let seconds = seconds.read(&self.env);
        let newest = reports::newest(&Sql::of(&self.state), key, scan::checks_of(&asked.target))?;
        Ok(newest.filter(|stored| {
            let short = stored.is_short.then(|| UNHEARD_SECONDS.read(&self.env));
            let young = f64::from(short.map_or(seconds, |short| seconds.min(short))) * 1000.0;
            js::now() - stored.at < young
        }))
    }

    /// Begins a scan, for `client`.
    fn begin(self: Rc<Self>, asked: &Asked, key: String, client: &str, request_id: &str) -> Rc<Flight> {
        let (work, registration) = AbortHandle::new_pair();
        let id = format!("{}-{}", js::random_uuid().replace('-', ""), asked.target.domain);
        let flight = Flight::new(key, id, work);
        self.flights.borrow_mut().push(flight.clone());
        let job = Job {
            asked: asked.clone(),
            flight: flight.clone(),
            registration,
            client: client.to_owned(),
            request_id: request_id.to_owned(),
        };
        let inner = self.clone();
        self.state.wait_until(async move {
            let flight = job.flight.clone();
            let (domain, client) = (job.asked.target.domain.to_string(), job.client.clone());
            let wanted = Queued {
                client: &client,
                domain: &domain,
                fresh: job.asked.fresh,
                cost: Limits::of(&job.asked.target).budget,
            };
            let (end, sent) = inner.perform(job, &wanted).await;
            inner.flights.borrow_mut().retain(|other| !Rc::ptr_eq(other, &flight));
            flight.finish(end);
            // Nobody waits for this.
            if let Some(sent) = sent {
                settle(&inner.env, &wanted, sent).await;
            }
        });
        flight
    }

    /// Scans what is wanted, if it may. How that ended, and how many subrequests were sent, if it began.
    async fn perform(&self, job: Job, wanted: &Queued<'_>) -> (End, Option<u32>) {
        let Job { asked, flight, registration, request_id, .. } = job;
        let sql = Sql::of(&self.state);
        if opt_out::known(&sql, &self.env).unwrap_or_default() == Some(true) {
            return (End::Refused(Problem::opted_out(wanted.domain)), None);
        }
        let counted = match admit(&self.env, &sql, &self.hour, wanted).await {
            Ok((counted, fields)) => {
                *flight.limits.borrow_mut() = fields;
                counted
            }
            Err(problem) => return (End::Limited(problem), None),
        };
        let (plain, checks) = (asked.is_plain(), scan::checks_of(&asked.target));
        let Done { outcome, said, sent } =
            scan::perform(asked.target, &asked.named, &flight, registration, &request_id).await;
        if let Err(error) = self.hour.end(&sql, counted, sent) {
            worker::console_error!("{error}");
        }
        if let Some(opted_out) = said
            && let Err(error) = opt_out::remember(&sql, opted_out)
        {
            worker::console_error!("{error}");
        }
        let end = match outcome {
            Outcome::Report(stored) => {
                // What some checks say is no report, and is not kept as one.
                if asked.named.is_empty()
                    && let Err(error) = reports::save(&sql, &stored, &flight.key, plain, checks)
                {
                    worker::console_error!("{error}");
                }
                flight.say(scan::last_line(&stored.json, &asked.named));
                End::Report(Rc::new(stored))
            }
            Outcome::OptedOut => {
                if let Err(error) = reports::forget(&sql) {
                    worker::console_error!("{error}");
                }
                End::Refused(Problem::opted_out(wanted.domain))
            }
            Outcome::Lost => End::Lost,
        };
        (end, Some(sent))
    }

    /// Whether the owner has opted out. Asked for again, at most once an hour, where something is stored; then that is deleted. Who
    /// only looks causes no question.
    async fn has_opted_out(&self, request: &Request) -> std::result::Result<Option<Domain>, Problem> {
        let sql = Sql::of(&self.state);
        let named = js::header(&request.headers().0, DOMAIN).unwrap_or_default();
        let Some(domain) = Domain::from_host(&named) else { return Err(Problem::internal("no domain")) };
        let is_stored = reports::any(&sql)?;
        let opted_out = match is_stored {
            true => self.asking.has_opted_out(&self.state, &self.env, &domain).await?,
            false => opt_out::known(&sql, &self.env)? == Some(true),
        };
        if opted_out && is_stored {
            reports::forget(&sql)?;
        }
        Ok(opted_out.then_some(domain))
    }

    /// Refuses what is stored where the owner has opted out.
    async fn heed_owner(&self, request: &Request) -> std::result::Result<(), Problem> {
        match self.has_opted_out(request).await? {
            Some(domain) => Err(Problem::gone(domain.as_str())),
            None => Ok(()),
        }
    }

    /// The report of an id.
    async fn stored(&self, request: &Request) -> std::result::Result<Response, Problem> {
        self.heed_owner(request).await?;
        let url = request.url()?;
        let id = url.query().unwrap_or_default();
        match reports::open(&Sql::of(&self.state), id)? {
            Some(stored) => document(&stored, "stored"),
            None => Err(Problem::no_such_report()),
        }
    }
}

impl Inner {
    /// The last answers to a question, the newest first.
    async fn history(&self, request: &Request) -> std::result::Result<Response, Problem> {
        self.heed_owner(request).await?;
        let asked = query::asked(&request.url()?)?;
        let reports = reports::history(&Sql::of(&self.state), &asked.key())?;
        let response = Response::from_bytes(reports.into_bytes())?;
        js::set(&response.headers().0, "content-type", "application/json");
        Ok(response)
    }

    /// Whether a proof of ownership is published, or was lately; and until when that holds.
    async fn prove(&self, request: &Request) -> std::result::Result<Response, Problem> {
        let asked = query::asked(&request.url()?)?;
        let domain = asked.target.domain.as_str();
        let header = |name: &str| js::header(&request.headers().0, name).unwrap_or_default();
        let (proof, client) = (header("x-proof"), header("x-client"));
        let sql = Sql::of(&self.state);
        let response = Response::empty()?;
        let until = match owners::until(&sql, &proof)? {
            Some(until) => Some(until),
            None => {
                // It is asked on the site as well, so it counts there.
                let counted = self.hour.begin(&self.env, &sql, domain, &client, owners::BUDGET)?;
                let (found, sent) = owners::look(domain, &proof).await;
                self.hour.end(&sql, counted, sent)?;
                match found {
                    Found::Published => Some(owners::remember(&sql, &proof)?),
                    Found::OptedOut => return Err(Problem::opted_out(domain)),
                    Found::Nothing => None,
                }
            }
        };
        if let Some(until) = until {
            js::set(&response.headers().0, "x-until", &js::iso(until));
        }
        Ok(response)
    }

    /// Which report speaks of the domain, and what it says is worst; in header fields, for a request for a call. It stays.
    async fn brief(&self, request: &Request) -> std::result::Result<Response, Problem> {
        // After an opt-out there is no report, and the request for a call goes on without one.
        self.has_opted_out(request).await?;
        let url = request.url()?;
        let brief = reports::brief(&Sql::of(&self.state), url.query().unwrap_or_default())?;
        let response = Response::empty()?;
        for (name, value) in ["x-report-id", "x-decision", "x-area"].into_iter().zip(brief) {
            if let Some(value) = value {
                js::set(&response.headers().0, name, &value);
            }
        }
        Ok(response)
    }

    /// What is shown of the domain's newest report, or of the report of an id; `null` where there is none.
    async fn facts(&self, request: &Request) -> std::result::Result<Response, Problem> {
        self.heed_owner(request).await?;
        let url = request.url()?;
        let facts = reports::facts(&Sql::of(&self.state), url.query().unwrap_or_default())?;
        js::json(serde_json::to_vec(&facts)?, 200)
    }
}

/// What a scan is begun with.
struct Job {
    asked: Asked,
    flight: Rc<Flight>,
    registration: AbortRegistration,
    client: String,
    request_id: String,
}

/// A report that is there, in the form that was asked for.
fn answer(
    asked: &Asked,
    form: Form,
    stored: &Stored,
    source: &str,
) -> std::result::Result<Response, Problem> {
    if form == Form::Document {
        return document(stored, source);
    }
    let mut lines = scan::beginning(&asked.target);
    lines.extend_from_slice(&scan::last_line(&stored.json, &asked.named));
    let response = Response::from_bytes(lines)?;
    describe(&response, form, &stored.id, Some(stored.at), source)?;
    Ok(response)
}

fn document(stored: &Stored, source: &str) -> std::result::Result<Response, Problem> {
    let response = Response::from_bytes(stored.json.clone().into_bytes())?;
    describe(&response, Form::Document, &stored.id, Some(stored.at), source)?;
    if stored.is_short {
        js::set(&response.headers().0, "x-report-short", "1");
    }
    Ok(response)
}

/// What is said about a report beside it, to our own front.
fn describe(response: &Response, form: Form, id: &str, at: Option<f64>, source: &str) -> Result<()> {
    let headers = response.headers();
    js::set(&headers.0, "content-type", form.media_type());
    js::set(&headers.0, "x-report-id", id);
    js::set(&headers.0, "x-report-source", source);
    if let Some(at) = at {
        js::set(&headers.0, "x-report-at", &(at as u64).to_string());
    }
    Ok(())
}

/// The limits, for the client that the scan was begun for.
fn limits(response: &Response, flight: &Flight, number: usize) -> Result<()> {
    if number == 0 {
        for (name, value) in flight.limits.borrow().iter() {
            js::set(&response.headers().0, name, value);
        }
    }
    Ok(())
}
