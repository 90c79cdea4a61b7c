//! The native host: answers probes over the network of the machine it runs on.

mod body;
mod clock;
mod connect;
mod doh;
mod failure;
mod handshake;
mod head;
mod tls;
mod web;

use clock::milliseconds;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::dns::address::special_purpose;
use launch_ready_core::dns::{RecordData, RecordType, ResponseCode};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::probe::{DnsQuestion, Probe, Resolver};
use launch_ready_core::engine::timeouts::{HEADERS_TIME, dns_time};
use launch_ready_core::engine::transport::{Started, Transport};
use launch_ready_core::tls::TlsReply;

pub use self::connect::Proxy;
use self::doh::Doh;
use self::handshake::Handshakes;
pub use self::tls::Roots;
use self::web::Web;

/// With what the host reaches the internet.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// The RFC 8484 endpoint for all questions; the core's resolvers where it is not given.
    pub doh: Option<url::Url>,
    /// A forward proxy for questions and requests.
    pub proxy: Option<Proxy>,
    /// Which certificates are trusted.
    pub roots: Roots,
}

/// The native host.
pub struct Native {
    doh: Doh,
    web: Web,
    handshakes: Handshakes,
    /// DNS answers, come or on their way: a name that a probe asks for and a request needs is asked for once.
    asked: RefCell<BTreeMap<DnsQuestion, Shared<LocalBoxFuture<'static, Answer>>>>,
}

impl Native {
    /// A host on `network`.
    ///
    /// # Errors
    /// Where the TLS library takes none of the configuration.
    pub fn new(network: &Network) -> Result<Self, rustls::Error> {
        let proxy = network.proxy.clone().map(Arc::new);
        Ok(Self {
            doh: Doh::new(
                network.doh.clone(),
                proxy.clone(),
                tls::client(&network.roots, &[b"h2", b"http/1.1"])?,
            ),
            handshakes: Handshakes::new(proxy.clone(), &network.roots)?,
            web: Web::new(proxy, tls::client(&network.roots, &[b"http/1.1"])?),
            asked: RefCell::default(),
        })
    }

    fn lookup(&self, question: DnsQuestion) -> Shared<LocalBoxFuture<'static, Answer>> {
        let mut asked = self.asked.borrow_mut();
        let answer = asked.entry(question).or_insert_with_key(|question| {
            let exchange = self.doh.ask(question.clone());
            let time = dns_time(question.resolver);
            let answer = async move {
                let started = Instant::now();
                tokio::time::timeout(time, exchange).await.unwrap_or_else(|_| {
                    Answer::Failed(Failure::new(Cause::Timeout).after(milliseconds(started.elapsed())))
                })
            };
            answer.boxed_local().shared()
        });
        answer.clone()
    }

    /// The public addresses of a host, IPv6 and IPv4 in turns.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        let mut outcome = Err(Failure::new(Cause::NoSuchHost));
        for resolver in [Resolver::First, Resolver::Second, Resolver::Third] {
            let ask = |record_type| self.lookup(DnsQuestion::first(host, record_type).to(resolver));
            let (v6, v4) = futures_util::join!(ask(RecordType::Aaaa), ask(RecordType::A));
            let answers = [v6, v4];
            outcome = public_addresses(&answers);
            // What a resolver says is believed; another one is asked where the one before failed.
            if outcome.is_ok() || answers.iter().all(is_word) {
                break;
            }
        }
        outcome
    }

    async fn fetch(&self, request: &launch_ready_core::http::HttpRequest) -> Started {
        let started = Instant::now();
        let exchange = async {
            let addresses = match self.web.is_proxied() {
                // The proxy resolves; what it may reach is its own matter.
                true => Vec::new(),
                false => self.addresses(&web::host_of(&request.url)?).await?,
            };
            self.web.fetch(request, &addresses, started).await
        };
        let begun = match tokio::time::timeout(HEADERS_TIME, exchange).await {
            Ok(begun) => begun,
            Err(_) => Err(Failure::new(Cause::Timeout)),
        };
        begun.unwrap_or_else(|failure| {
            Started::Done(Answer::Failed(failure.after(milliseconds(started.elapsed()))))
        })
    }

    async fn inspect(&self, host: &str) -> Answer {
        let started = Instant::now();
        let exchange = async {
            // The same gate as for every URL.
            let host = web::host_of(&format!("https://{host}/"))?;
            let addresses = match self.web.is_proxied() {
                true => Vec::new(),
                false => self.addresses(&host).await?,
            };
            self.handshakes.inspect(&host, &addresses).await
        };
        let reply = match tokio::time::timeout(HEADERS_TIME, exchange).await {
            Ok(reply) => reply,
            Err(_) => Err(Failure::new(Cause::Timeout)),
        };
        let elapsed_ms = milliseconds(started.elapsed());
        match reply {
            Ok(reply) => Answer::Tls(TlsReply { elapsed_ms, ..reply }),
            Err(failure) => Answer::Failed(failure.after(elapsed_ms)),
        }
    }
}

impl Transport for Native {
    async fn ask(&self, probe: &Probe) -> Started {
        match probe {
            Probe::Dns(question) => Started::Done(self.lookup(question.clone()).await),
            Probe::Http(request) => self.fetch(request).await,
            Probe::Tls(request) => Started::Done(self.inspect(&request.host).await),
        }
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        tokio::time::sleep(duration)
    }
}

/// Whether a resolver has said something about the name.
fn is_word(answer: &Answer) -> bool {
    matches!(answer, Answer::Dns(reply) if matches!(reply.code, ResponseCode::NoError | ResponseCode::NxDomain))
}

/// The addresses in two answers that are on the public internet, taken in turns so that a network without IPv6
/// loses no time. Nothing is ever sent to another one.
fn public_addresses(answers: &[Answer; 2]) -> Result<Vec<IpAddr>, Failure> {
    let mut public: [Vec<IpAddr>; 2] = Default::default();
    let mut refused = None;
    let mut failed = None;
    for (answer, public) in answers.iter().zip(&mut public) {
        match answer {
            Answer::Dns(reply) => {
                for address in reply.answers.iter().filter_map(|record| address(&record.data)) {
                    match special_purpose(address) {
                        None => public.push(address),
                        Some(range) => refused = Some(format!("{address}: {range}")),
                    }
                }
                if !matches!(reply.code, ResponseCode::NoError | ResponseCode::NxDomain) {
                    failed = Some(Failure::new(Cause::NoSuchHost).detailed(&reply.code.to_string()));
                }
            }
            Answer::Failed(failure) => failed = Some(failure.clone()),
            Answer::Http(_) | Answer::Tls(_) => {}
        }
    }
    let [v6, v4] = public;
    let longest = v6.len().max(v4.len());
    let turns: Vec<_> =
        (0..longest).flat_map(|turn| [v6.get(turn), v4.get(turn)]).flatten().copied().collect();
    match (turns.is_empty(), refused, failed) {
        (false, ..) => Ok(turns),
        (true, Some(refused), _) => Err(Failure::new(Cause::PrivateAddress).detailed(&refused)),
        (true, None, Some(failed)) => Err(failed),
        (true, None, None) => Err(Failure::new(Cause::NoSuchHost)),
    }
}

fn address(data: &RecordData) -> Option<IpAddr> {
    match data {
        RecordData::A(v4) => Some(IpAddr::V4(*v4)),
        RecordData::Aaaa(v6) => Some(IpAddr::V6(*v6)),
        _ => None,
    }
}
