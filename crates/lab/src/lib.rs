//! A small internet on loopback.
//!
//! The lab serves scenario folders: DNS zones as master files, and a `sites.toml` for the web side and for what goes
//! wrong. It answers DNS over UDP, TCP and HTTPS, web requests by virtual host, and is a forward proxy that answers as
//! Cloudflare's edge would. The format of a scenario is described in the crate's `README.md`.
//!
//! ```no_run
//! # async fn example() -> Result<(), launch_ready_lab::Error> {
//! use launch_ready_lab::{Lab, Options};
//!
//! let lab = Lab::start(Options::shipped()).await?;
//! println!("ask {} over HTTPS, fetch through {}", lab.doh_url(), lab.proxy_url());
//! # Ok(())
//! # }
//! ```

mod authority;
mod counts;
mod dns;
mod doh;
mod edge;
mod error;
mod fault;
mod forward;
mod latency;
mod listen;
mod resolver;
mod scenario;
mod server;
mod unreached;
mod via;
mod web;
mod zone;

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use crate::error::{Error, ScenarioError};
use crate::{
    authority::Authority, counts::Counts, edge::Internet, forward::Forward, resolver::Resolver,
    scenario::TlsFault, scenario::World, server::Server,
};

/// What to serve, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Scenario folders, or folders of scenario folders.
    pub folders: Vec<PathBuf>,
    /// The address to listen on.
    pub bind: IpAddr,
    /// The port of DNS, for UDP and TCP; 0 for any free one.
    pub dns_port: u16,
    /// The port of plain HTTP and of the proxy; 0 for any free one.
    pub http_port: u16,
    /// The port of HTTPS; 0 for any free one.
    pub https_port: u16,
    /// Whether names that no scenario has are passed on to the real internet.
    pub forward: bool,
}

impl Options {
    /// These folders, on free ports of loopback.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self {
            folders,
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            dns_port: 0,
            http_port: 0,
            https_port: 0,
            forward: false,
        }
    }

    /// All scenarios that come with the lab, on free ports of loopback.
    #[must_use]
    pub fn shipped() -> Self {
        Self::new(vec![shipped_scenarios()])
    }
}

/// The folder with the scenarios that come with the lab.
#[must_use]
pub fn shipped_scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// A running lab. It ends when it is dropped.
#[derive(Debug)]
pub struct Lab {
    /// Where DNS is answered, over UDP and TCP.
    pub dns: SocketAddr,
    /// Where plain HTTP is answered; also the forward proxy, and DoH without TLS.
    pub http: SocketAddr,
    /// Where HTTPS is answered.
    pub https: SocketAddr,
    /// The certificate of the lab's authority.
    pub ca_pem: String,
    /// The names of the scenarios that are served.
    pub scenarios: Vec<String>,
    /// The host names that have a site, in order.
    pub hosts: Vec<String>,
    /// Dropping them stops the servers and every connection.
    _tasks: JoinSet<()>,
    _stop: DropGuard,
}

impl Lab {
    /// Reads the scenarios and starts to serve them, on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// If a scenario has a mistake, or a port is taken.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let world = Arc::new(World::load(&options.folders)?);
        let forward = if options.forward { Some(Arc::new(Forward::new()?)) } else { None };
        let authority = Authority::new()?;
        let (mut tls, mut old_tls) = (HashMap::new(), HashMap::new());
        for (host, site) in &world.sites {
            if site.tls_fault == Some(TlsFault::Old) {
                old_tls.insert(host.clone(), authority.old_flight(host, site)?);
            }
            tls.insert(host.clone(), authority.site(host, site)?);
        }
        let bind = options.bind.to_string();
        let mut own_names = vec!["localhost", bind.as_str()];
        own_names.extend(via::HOSTS);

        let resolver = Arc::new(Resolver::new(world.clone(), forward.clone()));
        let internet = Internet { world: world.clone(), resolver: resolver.clone(), forward };
        let stop = CancellationToken::new();
        let own_tls = authority.own(&own_names)?;
        let server = Arc::new(Server {
            internet,
            tls,
            old_tls,
            own_tls,
            counts: Counts::default(),
            stop: stop.clone(),
        });

        let (dns_tcp, dns_udp) = listen::tcp_and_udp(SocketAddr::new(options.bind, options.dns_port)).await?;
        let http = listen::tcp(SocketAddr::new(options.bind, options.http_port)).await?;
        let https = listen::tcp(SocketAddr::new(options.bind, options.https_port)).await?;
        let local = |address: std::io::Result<SocketAddr>| {
            address.map_err(|source| Error::Listen { address: bind.clone(), source })
        };
        let (dns_address, http_address, https_address) =
            (local(dns_tcp.local_addr())?, local(http.local_addr())?, local(https.local_addr())?);

        let mut tasks = JoinSet::new();
        tasks.spawn(dns::serve_udp(dns_udp, resolver.clone()));
        tasks.spawn(dns::serve_tcp(dns_tcp, resolver));
        let plain = server.clone();
        tasks.spawn(listen::accept(http, move |stream, _| plain.clone().plain(stream)));
        tasks.spawn(listen::accept(https, move |stream, _| server.clone().secure(stream)));
        Ok(Self {
            dns: dns_address,
            http: http_address,
            https: https_address,
            ca_pem: authority.pem(),
            scenarios: world.scenarios.clone(),
            hosts: world.sites.keys().cloned().collect(),
            _tasks: tasks,
            _stop: stop.drop_guard(),
        })
    }

    /// DNS over HTTPS without the TLS, for clients that need no certificate on loopback.
    #[must_use]
    pub fn doh_url(&self) -> String {
        format!("http://{}{}", self.http, via::PATH)
    }

    /// The forward proxy.
    #[must_use]
    pub fn proxy_url(&self) -> String {
        format!("http://{}", self.http)
    }
}
