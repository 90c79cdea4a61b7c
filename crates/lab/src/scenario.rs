//! Scenario folders: what `sites.toml` may say, and how several folders become one small internet.
//!
//! The format is described for people in `README.md`, with an example of every key.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt, fs,
    marker::PhantomData,
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use bytes::Bytes;
use domain::base::{Rtype, name::ToName};
use hyper::{
    Method, StatusCode,
    header::{HeaderName, HeaderValue},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use toml::Spanned;

use crate::{
    error::{Error, ScenarioError},
    zone::{DnsName, Zone, dns_name},
};

/// The file with the web side of a scenario.
const SITES: &str = "sites.toml";
/// Bodies are small; large ones are made with `size`.
const MAX_BODY_FILE: u64 = 4 * 1024 * 1024;
/// The most that `size` may ask for: a laptop should survive a scenario.
const MAX_SIZE: u64 = 256 * 1024 * 1024;
/// The longest delay that a scenario may ask for.
const MAX_DELAY_MS: u64 = 120_000;
/// Headers that say where a body ends. Wrong ones are made with faults.
const FRAMING: [HeaderName; 3] =
    [hyper::header::CONTENT_LENGTH, hyper::header::TRANSFER_ENCODING, hyper::header::CONNECTION];
/// How far `with` may lead.
const MAX_SCENARIOS: usize = 256;

/// Everything that is served: all zones, sites and faults of all folders.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) scenarios: Vec<String>,
    pub(crate) zones: HashMap<DnsName, ServedZone>,
    pub(crate) rules: HashMap<DnsName, Vec<DnsRule>>,
    pub(crate) sites: BTreeMap<String, Arc<Site>>,
}

#[derive(Debug)]
pub(crate) struct ServedZone {
    pub(crate) zone: Zone,
    pub(crate) latency: Duration,
}

/// A fault, a delay or a flag for the DNS answers of a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DnsRule {
    /// Only for these record types; all where it is absent.
    #[serde(default, deserialize_with = "rtypes")]
    pub(crate) types: Vec<Rtype>,
    /// Only for questions to this DoH host.
    pub(crate) resolver: Option<String>,
    pub(crate) fault: Option<DnsFault>,
    #[serde(default, deserialize_with = "milliseconds")]
    pub(crate) delay_ms: Duration,
    /// The names below, too.
    #[serde(default)]
    pub(crate) below: bool,
    /// Answers from this name and below it count as validated.
    #[serde(default)]
    pub(crate) ad: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DnsFault {
    Servfail,
    /// SERVFAIL to those who want the answer validated, the answer to those who do not (CD).
    Bogus,
    /// The answer, with the note that one of the name servers refused to give it (RFC 8914, 23).
    Lame,
    Refused,
    /// The question gets no answer.
    Lost,
    /// The TC flag and no records; only a second question over TCP gets them.
    Truncated,
    /// Half of a message.
    Malformed,
    /// As if the name did not exist.
    Nxdomain,
    /// As if there were no record of this type.
    Nodata,
    /// Over HTTPS, the resolver has had too many questions: status 429. This one and the following are lost over UDP and TCP.
    TooMany,
    /// Status 500.
    Unavailable,
    /// The connection is reset.
    Reset,
    /// A reply that says it is a DNS message, and is none.
    Garbage,
    /// A web page.
    Page,
    /// A reply without a body.
    Empty,
}

/// One host name on the web.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) file: PathBuf,
    pub(crate) certificate: CertificateKind,
    pub(crate) certificate_days: i64,
    /// Names that the certificate is for, besides the host.
    pub(crate) certificate_names: Vec<String>,
    /// The organisation of the authority that has signed it, in place of the lab's own.
    pub(crate) certificate_issuer: Option<String>,
    pub(crate) tls: Vec<TlsVersion>,
    pub(crate) tls_fault: Option<TlsFault>,
    pub(crate) h2: bool,
    pub(crate) http: bool,
    pub(crate) https: bool,
    /// Whether requests that no route takes go on to the real host, where the lab passes anything on.
    pub(crate) real: bool,
    /// Whether it takes raw connections; an edge makes none to its own network.
    pub(crate) connect: bool,
    pub(crate) latency: Duration,
    pub(crate) routes: Vec<CountedRoute>,
}

/// A route as one site has it: sites that are like one another count for themselves.
#[derive(Debug)]
pub(crate) struct CountedRoute {
    pub(crate) route: Arc<Route>,
    /// The requests that it would have answered so far.
    pub(crate) seen: AtomicU64,
}

impl CountedRoute {
    fn new(route: Arc<Route>) -> Self {
        Self { route, seen: AtomicU64::new(0) }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CertificateKind {
    #[default]
    Valid,
    Expired,
    NotYetValid,
    WrongName,
    SelfSigned,
    /// The intermediate certificate is not sent.
    Incomplete,
    /// Signed by an authority that nobody trusts, whose certificate is sent along.
    UnknownIssuer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum TlsVersion {
    #[serde(rename = "1.2")]
    V12,
    #[serde(rename = "1.3")]
    V13,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TlsFault {
    /// A fatal alert instead of a handshake.
    Alert,
    /// The connection is reset after the ClientHello.
    Reset,
    /// Bytes that are not TLS.
    Garbage,
    /// Silence after the ClientHello.
    Hang,
    /// The answer of a server that speaks TLS 1.0 and nothing newer, up to its certificate.
    Old,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// What is asked and what comes back.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) scheme: Option<Scheme>,
    pub(crate) path: String,
    pub(crate) method: Option<Method>,
    pub(crate) when_cookie: Option<String>,
    pub(crate) when_header: Option<String>,
    /// This many requests pass it by before it answers.
    pub(crate) after: u64,
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, String)>,
    /// Whether header values go out an octet a character, in ISO 8859-1.
    pub(crate) latin1: bool,
    pub(crate) body: Bytes,
    pub(crate) size: Option<u64>,
    pub(crate) fault: Option<WebFault>,
    pub(crate) raw: Option<Bytes>,
    pub(crate) delay: Duration,
    pub(crate) drip: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WebFault {
    /// The connection is reset instead of an answer.
    Reset,
    /// The body comes one byte at a time.
    Drip,
    /// The body ends before the length that was promised.
    Truncate,
    /// What comes is not HTTP.
    Malformed,
    /// No answer at all.
    Hang,
    /// A very large body of unannounced length.
    Oversized,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SitesFile {
    #[serde(default)]
    with: Vec<Spanned<PathBuf>>,
    #[serde(default)]
    latency: Latency,
    #[serde(default)]
    dns: BTreeMap<Spanned<String>, OneOrMany>,
    #[serde(default)]
    site: BTreeMap<Spanned<String>, SiteTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    #[serde(default, deserialize_with = "milliseconds")]
    dns_ms: Duration,
    #[serde(default, deserialize_with = "milliseconds")]
    web_ms: Duration,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteTable {
    like: Option<Spanned<String>>,
    #[serde(default)]
    cert: CertificateKind,
    cert_days: Option<i64>,
    #[serde(default)]
    cert_names: Vec<String>,
    cert_issuer: Option<String>,
    #[serde(default = "all_versions")]
    tls: Vec<TlsVersion>,
    tls_fault: Option<TlsFault>,
    #[serde(default = "yes")]
    h2: bool,
    #[serde(default = "yes")]
    http: bool,
    #[serde(default = "yes")]
    https: bool,
    #[serde(default)]
    real: bool,
    #[serde(default = "yes")]
    connect: bool,
    #[serde(default, deserialize_with = "some_milliseconds")]
    latency_ms: Option<Duration>,
    #[serde(default)]
    route: Vec<Spanned<RouteTable>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RouteTable {
    scheme: Option<Scheme>,
    path: Option<String>,
    method: Option<String>,
    when_cookie: Option<String>,
    when_header: Option<String>,
    #[serde(default)]
    after: u64,
    status: Option<u16>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    latin1: bool,
    body: Option<String>,
    body_file: Option<PathBuf>,
    size: Option<u64>,
    redirect: Option<String>,
    fault: Option<WebFault>,
    raw: Option<String>,
    #[serde(default, deserialize_with = "milliseconds")]
    delay_ms: Duration,
    #[serde(default, deserialize_with = "some_milliseconds")]
    drip_ms: Option<Duration>,
}

fn yes() -> bool {
    true
}

fn all_versions() -> Vec<TlsVersion> {
    vec![TlsVersion::V12, TlsVersion::V13]
}

fn milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let number = u64::deserialize(deserializer)?;
    if number > MAX_DELAY_MS {
        return Err(serde::de::Error::custom(format!("{number} ms is longer than {MAX_DELAY_MS} ms")));
    }
    Ok(Duration::from_millis(number))
}

fn some_milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    milliseconds(deserializer).map(Some)
}

fn rtypes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Rtype>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    names
        .iter()
        .map(|name| {
            name.parse().map_err(|_| serde::de::Error::custom(format!("`{name}` is not a record type")))
        })
        .collect()
}

/// `[dns."name"]` for one rule, `[[dns."name"]]` for several.
#[derive(Debug)]
struct OneOrMany(Vec<DnsRule>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not an untagged enum: that would forget which key was wrong, and where.
        struct Rules(PhantomData<DnsRule>);
        impl<'de> Visitor<'de> for Rules {
            type Value = OneOrMany;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table, or an array of tables")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OneOrMany, A::Error> {
                DnsRule::deserialize(MapAccessDeserializer::new(map)).map(|rule| OneOrMany(vec![rule]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMany, A::Error> {
                let mut rules = Vec::new();
                while let Some(rule) = seq.next_element()? {
                    rules.push(rule);
                }
                Ok(OneOrMany(rules))
            }
        }
        deserializer.deserialize_any(Rules(PhantomData))
    }
}

impl World {
    /// Reads folders: each is a scenario, or holds scenarios.
    pub(crate) fn load(folders: &[PathBuf]) -> Result<Self, Error> {
        let mut world = Self::default();
        let mut seen = BTreeSet::new();
        for folder in folders {
            if is_scenario(folder)? {
                world.add(folder, &mut seen)?;
                continue;
            }
            let mut found = false;
            for inner in sorted(folder)? {
                if inner.is_dir() && is_scenario(&inner)? {
                    world.add(&inner, &mut seen)?;
                    found = true;
                }
            }
            if !found {
                let message = format!("no {SITES} and no *.zone here or one folder below");
                return Err(ScenarioError::at(folder, None, message));
            }
        }
        Ok(world)
    }

    fn add(&mut self, folder: &Path, seen: &mut BTreeSet<PathBuf>) -> Result<(), Error> {
        let real = folder.canonicalize().map_err(|error| Error::file(folder, error))?;
        if !seen.insert(real) {
            return Ok(());
        }
        if seen.len() > MAX_SCENARIOS {
            return Err(ScenarioError::at(folder, None, format!("more than {MAX_SCENARIOS} scenarios")));
        }
        let name = folder
            .file_name()
            .map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned());
        self.scenarios.push(name);
        let latency = self.add_sites(folder, seen)?;
        for file in sorted(folder)? {
            if file.extension().is_some_and(|extension| extension == "zone") {
                self.add_zone(Zone::load(&file)?, latency)?;
            }
        }
        Ok(())
    }

    fn add_zone(&mut self, zone: Zone, latency: Duration) -> Result<(), Error> {
        if let Some(other) = self.zones.get(&zone.origin) {
            let message = format!("the zone {} is already in {}", zone.origin, other.zone.file.display());
            return Err(ScenarioError::at(&zone.file, None, message));
        }
        self.zones.insert(zone.origin.clone(), ServedZone { zone, latency });
        Ok(())
    }

    /// Reads `sites.toml` where there is one; gives the latency of the scenario's DNS.
    fn add_sites(&mut self, folder: &Path, seen: &mut BTreeSet<PathBuf>) -> Result<Duration, Error> {
        let file = folder.join(SITES);
        if !file.exists() {
            return Ok(Duration::ZERO);
        }
        let text = fs::read_to_string(&file).map_err(|error| Error::file(&file, error))?;
        let place = Place { file: &file, text: &text };
        let sites: SitesFile = toml::from_str(&text)
            .map_err(|error| place.mistake(error.span(), error.message().trim().to_owned()))?;

        for other in &sites.with {
            let path = folder.join(other.get_ref());
            if !path.is_dir() {
                return Err(place.mistake(Some(other.span()), format!("{} is no folder", path.display())));
            }
            self.add(&path, seen)?;
        }
        for (name, rules) in sites.dns {
            let Some(owner) = dns_name(name.get_ref()) else {
                return Err(place.mistake(Some(name.span()), "not a domain name".to_owned()));
            };
            if self.rules.contains_key(&owner) {
                let message = format!("another scenario has rules for {}", name.get_ref());
                return Err(place.mistake(Some(name.span()), message));
            }
            self.rules.insert(owner, rules.0);
        }
        let mut tables: Vec<_> = sites.site.into_iter().collect();
        tables.sort_by_key(|(host, _)| host.span().start);
        for (host, table) in tables {
            let name = host.get_ref().clone();
            if name != name.to_ascii_lowercase() || name.ends_with('.') || dns_name(&name).is_none() {
                let message = "a host is a domain name in lower case, without a last dot".to_owned();
                return Err(place.mistake(Some(host.span()), message));
            }
            if let Some(other) = self.sites.get(&name) {
                let message = format!("the site {name} is already in {}", other.file.display());
                return Err(place.mistake(Some(host.span()), message));
            }
            let site = place.site(folder, table, sites.latency.web_ms, &self.sites)?;
            self.sites.insert(name, Arc::new(site));
        }
        Ok(sites.latency.dns_ms)
    }

    /// The site that answers for a host: by its name, or by `*.` and what follows its first label.
    pub(crate) fn site(&self, host: &str) -> Option<(&str, &Arc<Site>)> {
        let exact = self.sites.get_key_value(host);
        let found = exact.or_else(|| {
            let (_, parent) = host.split_once('.')?;
            self.sites.get_key_value(&format!("*.{parent}"))
        });
        found.map(|(name, site)| (name.as_str(), site))
    }

    /// The zone that a name is in: the one with the longest origin.
    pub(crate) fn zone_of(&self, name: &DnsName) -> Option<&ServedZone> {
        name.iter_suffixes().find_map(|suffix| self.zones.get(&suffix.to_bytes()))
    }

    /// The rules that hold for a name, the nearest first, with whether they stand at the name itself.
    pub(crate) fn rules_for<'a, 'n>(
        &'a self,
        name: &'n DnsName,
    ) -> impl Iterator<Item = (bool, &'a DnsRule)> + use<'a, 'n> {
        let all = name.iter_suffixes().filter_map(move |suffix| {
            let suffix: DnsName = suffix.to_bytes();
            self.rules.get(&suffix).map(|rules| (suffix == *name, rules))
        });
        all.flat_map(|(here, rules)| rules.iter().map(move |rule| (here, rule)))
    }
}

/// A text and where it came from, to say where a mistake is.
struct Place<'a> {
    file: &'a Path,
    text: &'a str,
}

impl Place<'_> {
    fn mistake(&self, span: Option<Range<usize>>, message: String) -> Error {
        let line = span.map(|span| {
            let before = self.text.get(..span.start).unwrap_or(self.text);
            before.matches('\n').count() + 1
        });
        ScenarioError::at(self.file, line, message)
    }

    /// One `[site."…"]`; `known` are the sites that it may be like.
    fn site(
        &self,
        folder: &Path,
        table: SiteTable,
        latency: Duration,
        known: &BTreeMap<String, Arc<Site>>,
    ) -> Result<Site, Error> {
        let routes = table
            .route
            .into_iter()
            .map(|route| self.route(folder, route).map(|route| CountedRoute::new(Arc::new(route))));
        let mut routes = routes.collect::<Result<Vec<_>, _>>()?;
        if let Some(like) = table.like {
            let Some(model) = known.get(like.get_ref()) else {
                let message =
                    format!("no site {} above this one, or in a scenario that it is `with`", like.get_ref());
                return Err(self.mistake(Some(like.span()), message));
            };
            routes.extend(model.routes.iter().map(|route| CountedRoute::new(route.route.clone())));
        }
        Ok(Site {
            file: self.file.to_owned(),
            certificate: table.cert,
            certificate_days: table.cert_days.unwrap_or(90),
            certificate_names: table.cert_names,
            certificate_issuer: table.cert_issuer,
            tls: table.tls,
            tls_fault: table.tls_fault,
            h2: table.h2,
            http: table.http,
            https: table.https,
            real: table.real,
            connect: table.connect,
            latency: table.latency_ms.unwrap_or(latency),
            routes,
        })
    }

    fn route(&self, folder: &Path, route: Spanned<RouteTable>) -> Result<Route, Error> {
        let span = route.span();
        let mistake = |message: String| self.mistake(Some(span.clone()), message);
        let route = route.into_inner();

        let mut headers = Vec::with_capacity(route.headers.len() + 1);
        let default_status = if let Some(target) = route.redirect {
            headers.push((hyper::header::LOCATION, target));
            301
        } else {
            200
        };
        for (name, value) in route.headers {
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| mistake(format!("`{name}` is not a header name")))?;
            if FRAMING.contains(&header) {
                return Err(mistake(format!("`{name}` belongs to the server: use size or fault")));
            }
            HeaderValue::from_bytes(value.as_bytes())
                .map_err(|_| mistake(format!("the value of `{name}` cannot stand in a header")))?;
            headers.push((header, value));
        }
        let status = route.status.unwrap_or(default_status);
        let status = StatusCode::from_u16(status)
            .ok()
            .filter(|status| !status.is_informational())
            .ok_or_else(|| mistake(format!("{status} is not the status of a final answer")))?;
        let path = route.path.unwrap_or_else(|| "*".to_owned());
        if !path.starts_with('/') && path != "*" {
            return Err(mistake(format!("the path `{path}` does not start with /")));
        }
        let method = route
            .method
            .map(|method| {
                Method::from_bytes(method.as_bytes())
                    .map_err(|_| mistake(format!("`{method}` is not a method")))
            })
            .transpose()?;
        if route.size.is_some_and(|size| size > MAX_SIZE) {
            return Err(mistake(format!("size is larger than {MAX_SIZE}")));
        }
        if route.raw.is_some() && route.fault != Some(WebFault::Malformed) {
            return Err(mistake("raw goes with fault = \"malformed\"".to_owned()));
        }
        let body = match (route.body, route.body_file) {
            (Some(_), Some(_)) => return Err(mistake("body or body_file, not both".to_owned())),
            (Some(text), None) => Bytes::from(text),
            (None, Some(name)) => {
                let path = folder.join(&name);
                let size = fs::metadata(&path)
                    .map_err(|error| mistake(format!("{}: {error}", path.display())))?
                    .len();
                if size > MAX_BODY_FILE {
                    return Err(mistake(format!("{} is larger than {MAX_BODY_FILE} bytes", path.display())));
                }
                Bytes::from(fs::read(&path).map_err(|error| Error::file(&path, error))?)
            }
            (None, None) => Bytes::new(),
        };
        Ok(Route {
            scheme: route.scheme,
            path,
            method,
            when_cookie: route.when_cookie,
            when_header: route.when_header,
            after: route.after,
            status,
            headers,
            latin1: route.latin1,
            body,
            size: route.size,
            fault: route.fault,
            raw: route.raw.map(Bytes::from),
            delay: route.delay_ms,
            drip: route.drip_ms.unwrap_or(Duration::from_millis(100)),
        })
    }
}

fn is_scenario(folder: &Path) -> Result<bool, Error> {
    let files = sorted(folder)?;
    Ok(files.iter().any(|file| {
        file.file_name().is_some_and(|name| name == SITES)
            || file.extension().is_some_and(|extension| extension == "zone")
    }))
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error::file(folder, error))?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Error::file(folder, error))?;
    files.sort();
    Ok(files)
}
