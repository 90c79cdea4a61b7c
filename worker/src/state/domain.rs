//! One domain: its reports, and its scans while they run.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, AbortRegistration};
use launch_ready_core::checks::check::Check;
use launch_ready_core::domain::Domain;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::plan::redirect_map::Trial;
use launch_ready_core::target::Target;
use serde::Serialize;
use serde_json::value::RawValue;
use worker::{DurableObject, Env, Request, Response, ResponseBody, State, Url, durable_object};

use crate::config::{FRESH_SECONDS, REPORT_SECONDS, UNHEARD_SECONDS};
use crate::message::{
    BriefReply, DomainMessage, DomainRequest, RedirectsReply, RedirectsRequest, ReportMeta, ReportRequest,
    ReportSummary, Source,
};
use crate::platform::IdentityTransformStream;
use crate::rate::RateLimits;
use crate::request::accept::Form;
use crate::request::question::Question;
use crate::response::problem::Problem;
use crate::scan::{self, Done, ScanEnd, Tries};
use crate::state::admission::{Counted, Hour, Queued, admit, settle};
use crate::state::client_disconnect::ClientDisconnect;
use crate::state::opt_out::Asking;
use crate::state::owners::Found;
use crate::state::report_store::{self, Stored};
use crate::state::scan_session::{ScanSession, SessionEnd, write_lines};
use crate::state::sql::Sql;
use crate::state::{opt_out, owners};
use crate::{objects, platform};

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
    sessions: RefCell<Vec<Rc<ScanSession>>>,
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
                sessions: RefCell::default(),
                hour: Hour::default(),
                asking: Rc::default(),
            }),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let Some(DomainMessage { domain, request: asked }) = objects::received(&mut request).await else {
            return objects::not_understood();
        };
        let inner = &self.inner;
        let client = request.inner();
        match asked {
            DomainRequest::Report(asked) => objects::reply_bytes(inner.clone().report(asked, client).await),
            DomainRequest::Redirects(asked) => {
                objects::reply(&inner.clone().redirects(&domain, asked, client).await)
            }
            DomainRequest::Stored { id } => objects::reply_bytes(inner.stored(&domain, &id).await),
            DomainRequest::History { question } => {
                objects::reply_bytes(inner.history(&domain, &question).await)
            }
            DomainRequest::Summary { report } => {
                objects::reply(&inner.summary(&domain, report.as_deref()).await)
            }
            DomainRequest::Brief { report } => objects::reply(&inner.brief(&domain, report.as_deref()).await),
            DomainRequest::Prove { proof, client } => {
                objects::reply(&inner.prove(&domain, &proof, &client).await)
            }
        }
    }
}

impl Inner {
    /// The report that was asked for: the one that is there while it is fresh enough, or else that of a scan that runs, or
    /// else that of a scan that begins now.
    async fn report(
        self: Rc<Self>,
        asked: ReportRequest,
        client: &web_sys::Request,
    ) -> Result<Response, Problem> {
        let ReportRequest { question, form, .. } = &asked;
        let named = question.named().ok_or_else(Problem::try_later)?;
        let key = question.key();
        for _ in 0..TRIES {
            let running = self.sessions.borrow().iter().find(|session| session.key == key).cloned();
            let session = match running {
                Some(session) => session,
                None => match self.fresh_report(question, &key)? {
                    Some(stored) => {
                        let meta = meta(&stored, Source::Stored, RateLimits::default());
                        return answer(question, &named, *form, &stored, &meta);
                    }
                    None => self.clone().begin(&asked, key.clone(), named.clone()),
                },
            };
            let (number, mut lines) = session.join(*form, client);
            // The limits are for the client that the scan was begun for.
            let limits = || if number == 0 { session.limits.borrow().clone() } else { RateLimits::default() };
            if let (Form::Lines, Some(first)) = (form, lines.next().await) {
                let pipe = IdentityTransformStream::new().map_err(|thrown| Problem::thrown(&thrown))?;
                let writer = pipe.writable().get_writer().map_err(|thrown| Problem::thrown(&thrown))?;
                let response = Response::from_body(ResponseBody::Stream(pipe.readable()))?;
                let meta = ReportMeta {
                    id: session.id.clone(),
                    at: None,
                    source: Source::Scan,
                    is_short: false,
                    limits: limits(),
                };
                self.state.wait_until(async move {
                    if write_lines(first, lines, &writer).await.is_err() {
                        session.leave(number);
                    }
                });
                return objects::described(response, &meta);
            }
            // Nothing is said to who waits for the document: the end of the lines is the end of the session.
            while lines.next().await.is_some() {}
            match session.end().as_deref() {
                Some(SessionEnd::Report(stored)) => {
                    let meta = meta(stored, Source::Scan, limits());
                    return answer(question, &named, *form, stored, &meta);
                }
                Some(SessionEnd::Refused(problem)) => return Err(problem.clone()),
                Some(SessionEnd::Limited(problem)) if number == 0 => return Err(problem.clone()),
                // Somebody else's limit, or somebody else who left.
                Some(SessionEnd::Limited(_) | SessionEnd::Lost) => {}
                None => break,
            }
        }
        Err(Problem::internal("no scan came to an end"))
    }

    /// The report that is there, while it is fresh enough.
    fn fresh_report(&self, question: &Question, key: &str) -> Result<Option<Stored>, Problem> {
        let seconds = if question.fresh { FRESH_SECONDS } else { REPORT_SECONDS };
        let seconds = seconds.read(&self.env);
        let checks = scan::checks_of(&question.target);
        let newest = report_store::newest(&Sql::of(&self.state), key, checks)?;
        Ok(newest.filter(|stored| {
            let short = stored.is_short.then(|| UNHEARD_SECONDS.read(&self.env));
            let young = f64::from(short.map_or(seconds, |short| seconds.min(short))) * 1000.0;
            platform::now() - (stored.at as f64) < young
        }))
    }

    /// Begins a scan.
    fn begin(
        self: Rc<Self>,
        asked: &ReportRequest,
        key: String,
        named: Vec<&'static Check>,
    ) -> Rc<ScanSession> {
        let ReportRequest { question, client, request_id, .. } = asked.clone();
        let (work, registration) = AbortHandle::new_pair();
        let id = format!("{}-{}", platform::random_uuid().replace('-', ""), question.target.domain);
        let session = ScanSession::new(key, id, work);
        self.sessions.borrow_mut().push(session.clone());
        let job = ScanJob { question, named, session: session.clone(), registration, request_id };
        let inner = self.clone();
        self.state.wait_until(async move {
            let session = job.session.clone();
            let domain = job.question.target.domain.to_string();
            let wanted = Queued {
                client: &client,
                domain: &domain,
                fresh: job.question.fresh,
                cost: Limits::of(&job.question.target).budget,
            };
            let (end, sent) = inner.perform(job, &wanted).await;
            inner.sessions.borrow_mut().retain(|other| !Rc::ptr_eq(other, &session));
            session.finish(end);
            // Nobody waits for this.
            if let Some(sent) = sent {
                settle(&inner.env, &wanted, sent).await;
            }
        });
        session
    }

    /// Scans what is wanted, if it may. How that ended, and how many subrequests were sent, if it began.
    async fn perform(&self, job: ScanJob, wanted: &Queued<'_>) -> (SessionEnd, Option<u32>) {
        let ScanJob { question, named, session, registration, request_id } = job;
        let (counted, limits) = match self.admit(wanted).await {
            Ok(admitted) => admitted,
            Err(Refusal::OptedOut(problem)) => return (SessionEnd::Refused(problem), None),
            Err(Refusal::Limited(problem)) => return (SessionEnd::Limited(problem), None),
        };
        *session.limits.borrow_mut() = limits;
        let (plain, checks) = (question.is_plain(), scan::checks_of(&question.target));
        let Done { end, said, sent } =
            scan::perform(&self.env, question.target, &named, &session, registration, &request_id).await;
        self.ended(counted, said, sent);
        let end = match end {
            ScanEnd::Report(stored) => {
                // What some checks say is no report, and is not kept as one.
                if named.is_empty() {
                    let sql = Sql::of(&self.state);
                    noted(report_store::save(&sql, &stored, &session.key, plain, checks));
                }
                session.say(scan::last_line(&stored.json, &named));
                SessionEnd::Report(Rc::new(stored))
            }
            ScanEnd::OptedOut => SessionEnd::Refused(self.delete_all(wanted.domain)),
            ScanEnd::Lost => SessionEnd::Lost,
        };
        (end, Some(sent))
    }

    /// How redirects come out, if they may be tried.
    async fn redirects(
        self: Rc<Self>,
        domain: &Domain,
        asked: RedirectsRequest,
        client: &web_sys::Request,
    ) -> Result<RedirectsReply, Problem> {
        let (work, registration) = AbortHandle::new_pair();
        let _disconnect = ClientDisconnect::of(client, move || work.abort());
        let (tell, told) = oneshot::channel();
        let (inner, target) = (self.clone(), Target::new(domain.clone()));
        // Whoever asks may leave; what was sent until then is counted all the same.
        self.state.wait_until(async move {
            let domain = target.domain.to_string();
            let wanted = Queued {
                client: &asked.client,
                domain: &domain,
                fresh: true,
                cost: Limits::of(&target).budget,
            };
            let (reply, sent) = inner.try_redirects(target, &wanted, &asked, registration).await;
            let _ = tell.send(reply);
            if let Some(sent) = sent {
                settle(&inner.env, &wanted, sent).await;
            }
        });
        told.await.unwrap_or_else(|_| Err(Problem::internal("redirects were not tried to the end")))
    }

    async fn try_redirects(
        &self,
        target: Target,
        wanted: &Queued<'_>,
        asked: &RedirectsRequest,
        registration: AbortRegistration,
    ) -> (Result<RedirectsReply, Problem>, Option<u32>) {
        let site = match Url::parse(&format!("https://{}/", target.domain)) {
            Ok(site) => site,
            Err(error) => return (Err(Problem::internal(&error.to_string())), None),
        };
        let (counted, limits) = match self.admit(wanted).await {
            Ok(admitted) => admitted,
            Err(Refusal::OptedOut(problem) | Refusal::Limited(problem)) => return (Err(problem), None),
        };
        let trial = Trial { site, rules: asked.rules.clone() };
        let Tries { outcomes, said, sent } =
            scan::try_redirects(&self.env, target, trial, registration, &asked.request_id).await;
        self.ended(counted, said, sent);
        let reply = match outcomes {
            _ if said == Some(true) => Err(self.delete_all(wanted.domain)),
            Some(outcomes) => Ok(RedirectsReply { outcomes, limits }),
            None => Err(Problem::internal("nobody waited for redirects to be tried")),
        };
        (reply, Some(sent))
    }

    /// Whether something that sends requests may begin.
    async fn admit(&self, wanted: &Queued<'_>) -> Result<(Counted, RateLimits), Refusal> {
        let sql = Sql::of(&self.state);
        if opt_out::known(&sql, &self.env).unwrap_or_default() == Some(true) {
            return Err(Refusal::OptedOut(Problem::opted_out(wanted.domain)));
        }
        admit(&self.env, &sql, &self.hour, wanted).await.map_err(Refusal::Limited)
    }

    /// It has ended, in whichever way.
    fn ended(&self, counted: Counted, opted_out: Option<bool>, sent: u32) {
        let sql = Sql::of(&self.state);
        noted(self.hour.end(&sql, counted, sent));
        if let Some(opted_out) = opted_out {
            noted(opt_out::remember(&sql, opted_out));
        }
    }

    /// The owner does not want the domain to be checked: nothing of it stays.
    fn delete_all(&self, domain: &str) -> Problem {
        noted(report_store::delete_all(&Sql::of(&self.state)));
        Problem::opted_out(domain)
    }

    /// Whether the owner has opted out. Asked for again, at most once an hour, where something is stored; then that is deleted. Who
    /// only looks causes no question.
    async fn has_opted_out(&self, domain: &Domain) -> Result<bool, Problem> {
        let sql = Sql::of(&self.state);
        let is_stored = report_store::any(&sql)?;
        let opted_out = match is_stored {
            true => self.asking.has_opted_out(&self.state, &self.env, domain).await?,
            false => opt_out::known(&sql, &self.env)? == Some(true),
        };
        if opted_out && is_stored {
            report_store::delete_all(&sql)?;
        }
        Ok(opted_out)
    }

    /// Refuses what is stored where the owner has opted out.
    async fn heed_owner(&self, domain: &Domain) -> Result<(), Problem> {
        match self.has_opted_out(domain).await? {
            true => Err(Problem::gone(domain.as_str())),
            false => Ok(()),
        }
    }

    /// The report of an id.
    async fn stored(&self, domain: &Domain, id: &str) -> Result<Response, Problem> {
        self.heed_owner(domain).await?;
        let stored = report_store::open(&Sql::of(&self.state), id)?.ok_or_else(Problem::no_such_report)?;
        document(&stored, &meta(&stored, Source::Stored, RateLimits::default()))
    }

    /// The last answers to a question, the newest first.
    async fn history(&self, domain: &Domain, question: &Question) -> Result<Response, Problem> {
        self.heed_owner(domain).await?;
        let reports = report_store::history(&Sql::of(&self.state), &question.key())?;
        let reports = reports.into_iter().map(RawValue::from_string).collect::<Result<_, _>>()?;
        objects::described(Response::from_bytes(serde_json::to_vec(&History { reports })?)?, &())
    }

    /// Until when a proof of ownership holds, where it is published, or was lately.
    async fn prove(&self, domain: &Domain, proof: &str, client: &str) -> Result<Option<u64>, Problem> {
        let sql = Sql::of(&self.state);
        if let Some(until) = owners::until(&sql, proof)? {
            return Ok(Some(until as u64));
        }
        // It is asked on the site as well, so it counts there.
        let counted = self.hour.begin(&self.env, &sql, domain.as_str(), client, owners::BUDGET)?;
        let (found, sent) = owners::look(&self.env, Target::new(domain.clone()), proof).await;
        self.hour.end(&sql, counted, sent)?;
        match found {
            Found::Published => Ok(Some(owners::remember(&sql, proof)? as u64)),
            Found::OptedOut => Err(Problem::opted_out_of_file(domain.as_str())),
            Found::Nothing => Ok(None),
        }
    }

    /// Which report speaks of the domain, and what it says is worst, for a request for a call. It stays.
    async fn brief(&self, domain: &Domain, report: Option<&str>) -> Result<BriefReply, Problem> {
        // After an opt-out there is no report, and the request for a call goes on without one.
        self.has_opted_out(domain).await?;
        Ok(report_store::brief(&Sql::of(&self.state), report)?)
    }

    /// What is shown of the domain's newest report, or of the report of an id; nothing where there is none.
    async fn summary(&self, domain: &Domain, report: Option<&str>) -> Result<Option<ReportSummary>, Problem> {
        self.heed_owner(domain).await?;
        Ok(report_store::summary(&Sql::of(&self.state), report)?)
    }
}

/// What a scan is begun with.
struct ScanJob {
    question: Question,
    named: Vec<&'static Check>,
    session: Rc<ScanSession>,
    registration: AbortRegistration,
    request_id: String,
}

/// Why something may not begin.
enum Refusal {
    /// The client has reached a limit. Others may begin.
    Limited(Problem),
    /// The owner does not want it.
    OptedOut(Problem),
}

/// The last answers to a question. Each is JSON that is there already.
#[derive(Serialize)]
struct History {
    reports: Vec<Box<RawValue>>,
}

/// Where nobody can be told, the log is.
fn noted(result: worker::Result<()>) {
    if let Err(error) = result {
        worker::console_error!("{error}");
    }
}

/// A report that is there, in the form that was asked for.
fn answer(
    question: &Question,
    named: &[&Check],
    form: Form,
    stored: &Stored,
    meta: &ReportMeta,
) -> Result<Response, Problem> {
    if form == Form::Document {
        return document(stored, meta);
    }
    let mut lines = scan::beginning(&question.target);
    lines.extend_from_slice(&scan::last_line(&stored.json, named));
    objects::described(Response::from_bytes(lines)?, meta)
}

fn document(stored: &Stored, meta: &ReportMeta) -> Result<Response, Problem> {
    objects::described(Response::from_bytes(stored.json.clone().into_bytes())?, meta)
}

fn meta(stored: &Stored, source: Source, limits: RateLimits) -> ReportMeta {
    let Stored { id, at, is_short, .. } = stored;
    ReportMeta { id: id.clone(), at: Some(*at), source, is_short: *is_short, limits }
}
