//! The network that the arguments describe, and answers from it for one question after another.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use futures_util::StreamExt;
use futures_util::stream;
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::answers::{Stop, Unmeasured};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::engine::transport::{Started, Transport};
use tokio::time::Instant;
use url::Url;

use crate::exit::Refused;
use crate::transport::{Native, Network, Proxy, Roots};

/// How the internet is reached.
#[derive(Debug, Args)]
pub struct NetworkArgs {
    /// Puts all DNS questions to this RFC 8484 endpoint. Without it Cloudflare, Google and Quad9 are asked.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub doh: Option<String>,
    /// Sends everything through this forward proxy, except to a resolver on this machine. The proxy then resolves
    /// names, and decides which addresses may be reached.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub proxy: Option<String>,
    /// Trusts the certificates in this PEM file as well.
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub ca_file: Option<PathBuf>,
}

impl NetworkArgs {
    /// The network.
    pub(crate) fn network(&self) -> Result<Network, Refused> {
        let mut network = Network::default();
        if let Some(doh) = &self.doh {
            let url = Url::parse(doh).map_err(|error| Refused::usage(&format!("--doh {doh}: {error}")))?;
            if !matches!(url.scheme(), "http" | "https") {
                let problem = format!("--doh {doh}: a resolver is given as https://host/path");
                return Err(Refused::usage(&problem));
            }
            network.doh = Some(url);
        }
        if let Some(proxy) = &self.proxy {
            let parsed =
                Proxy::parse(proxy).map_err(|error| Refused::usage(&format!("--proxy {proxy}: {error}")))?;
            network.proxy = Some(parsed);
        }
        if let Some(file) = &self.ca_file {
            let pem = std::fs::read(file).map_err(|error| Refused::file(file, &error))?;
            network.roots = Roots::default().with_pem(&pem).map_err(|error| Refused::file(file, &error))?;
        }
        Ok(network)
    }

    /// What `think` comes to, with the answers that it asks for: a function of the evidence like a check, run again
    /// whenever what it wished for has come. `Err` inside: what could not be had.
    pub(crate) fn ask<T>(
        &self,
        limits: Limits,
        think: impl Fn(&Evidence) -> Result<T, Stop>,
    ) -> Result<Result<T, Unmeasured>, Refused> {
        self.ask_with(Evidence::default(), limits, think)
    }

    /// The same from this evidence on.
    pub(crate) fn ask_with<T>(
        &self,
        evidence: Evidence,
        limits: Limits,
        think: impl Fn(&Evidence) -> Result<T, Stop>,
    ) -> Result<Result<T, Unmeasured>, Refused> {
        let host = Native::new(&self.network()?).map_err(|error| Refused::io(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Refused::io(&error))?;
        Ok(runtime.block_on(answered(&host, evidence, limits, think)))
    }
}

async fn answered<T>(
    host: &Native,
    mut evidence: Evidence,
    limits: Limits,
    think: impl Fn(&Evidence) -> Result<T, Stop>,
) -> Result<T, Unmeasured> {
    let end = Instant::now() + limits.deadline;
    let mut left = usize::try_from(limits.budget).unwrap_or(usize::MAX);
    loop {
        match think(&evidence) {
            Ok(thought) => return Ok(thought),
            Err(Stop::NotMeasured(gap)) => return Err(gap),
            Err(Stop::Pending) => {}
        }
        let (wishes, forbidden) = heed_owners(&mut evidence);
        if wishes.is_empty() && !forbidden {
            let failure = Failure::new(Cause::Malformed).detailed("waits for nothing");
            return Err(Unmeasured { asked: "nothing".to_owned(), failure });
        }
        let asked = wishes.len().min(left);
        left -= asked;
        let answers = stream::iter(wishes.into_iter().enumerate().map(|(index, probe)| async move {
            let answer = if index < asked { one(host, &probe, end).await } else { failed(Cause::Budget) };
            (probe, answer)
        }));
        let answers: Vec<(Probe, Answer)> = answers.buffered(limits.width).collect().await;
        answers.into_iter().for_each(|(probe, answer)| evidence.insert(probe, answer));
    }
}

/// What was wished for and may be asked, with the questions for an owner's word in place of what waits for it; what waited is
/// wished for again. What an owner forbids has failed: whether there was any is the second value.
fn heed_owners(evidence: &mut Evidence) -> (Vec<Probe>, bool) {
    let mut wishes: Vec<Probe> = Vec::new();
    let mut forbidden = Vec::new();
    for probe in evidence.take_pending() {
        let judged = owner_word::refusal(evidence, &probe);
        let questions = evidence.take_pending();
        let free = matches!(judged, Ok(None)).then(|| probe.clone());
        for wish in free.into_iter().chain(questions) {
            if !wishes.contains(&wish) {
                wishes.push(wish);
            }
        }
        if let Ok(Some(failure)) = judged {
            forbidden.push((probe, failure));
        }
    }
    let any = !forbidden.is_empty();
    forbidden.into_iter().for_each(|(probe, failure)| evidence.insert(probe, Answer::Failed(failure)));
    (wishes, any)
}

/// One answer, or how it failed; at `end` at the latest.
async fn one(host: &Native, probe: &Probe, end: Instant) -> Answer {
    let answer = async {
        match host.ask(probe).await {
            Started::Done(answer) => answer,
            Started::Reading(body) => body.await,
        }
    };
    let left = end.saturating_duration_since(Instant::now());
    if left == Duration::ZERO {
        return failed(Cause::Deadline);
    }
    tokio::time::timeout(left, answer).await.unwrap_or_else(|_| failed(Cause::Deadline))
}

fn failed(cause: Cause) -> Answer {
    Answer::Failed(Failure::new(cause))
}
