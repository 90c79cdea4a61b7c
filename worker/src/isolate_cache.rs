//! The isolate's own memory of reports: what is asked for again and again goes to no Durable Object each time.
//!
//! Only for a moment: another isolate may have scanned anew since. The Cache API would be shared by a whole location, but it asks
//! for a hop of its own, which is what this saves.

use std::cell::RefCell;
use std::collections::VecDeque;

use js_sys::Uint8Array;
use launch_ready_core::domain::Domain;
use url::form_urlencoded;
use web_sys::{Headers, Request, Response, ResponseInit};

use crate::platform;

/// Milliseconds for which a report is remembered at most.
const MOST_MS: f64 = 15_000.0;

/// Bytes of all reports that are remembered: an eighth of an isolate's memory. One has at most half a million.
const MOST_BYTES: usize = 16_000_000;

/// Where reports are asked for.
const PATH: &str = "/api/v1/report";

/// A report that may be remembered.
pub(crate) struct Cacheable {
    /// The report's id.
    pub(crate) id: String,
    /// Whose report it is.
    pub(crate) domain: Domain,
    /// The report, outside of our own memory.
    pub(crate) body: Uint8Array,
    /// When its scan ended, in milliseconds since 1970.
    pub(crate) at: f64,
    /// Milliseconds for which it is still fresh.
    pub(crate) fresh_ms: f64,
}

/// An answer as it is given again.
struct Answer {
    headers: Headers,
    /// Those of the answer to whoever has it already.
    unchanged: Headers,
    body: Uint8Array,
    /// When its scan ended, in milliseconds since 1970.
    at: f64,
}

thread_local! {
    static KNOWN: RefCell<Memory<Answer>> = const { RefCell::new(Memory::new()) };
}

/// The answer that is remembered, if there is one.
pub(crate) fn recall(request: &Request, url: &str) -> Option<Response> {
    if KNOWN.with_borrow(Memory::is_empty) || request.method() != "GET" {
        return None;
    }
    let fields = request.headers();
    // What nearly everybody sends. Whoever says more is answered by who understands more.
    if !matches!(platform::header(&fields, "accept").as_deref(), None | Some("" | "*/*" | "application/json"))
    {
        return None;
    }
    let question = Question::of(url, None)?;
    let tag = platform::header(&fields, "if-none-match");
    let now = platform::now();
    KNOWN.with_borrow_mut(|known| {
        let entry = known.find(&question, now)?;
        let answer = &entry.answer;
        let response = match tag {
            // Whoever has it, has the tag that we sent.
            Some(tag) if tag != format!("\"{}\"", entry.id) => return None,
            Some(_) => respond(None, 304, &answer.unchanged)?,
            None => {
                let response = respond(Some(&answer.body), 200, &answer.headers)?;
                let seconds = ((now - answer.at) / 1000.0) as u32;
                platform::set(&response.headers(), "age", &seconds.to_string());
                response
            }
        };
        platform::set(&response.headers(), "x-request-id", &platform::random_uuid());
        Some(response)
    })
}

/// What was remembered of the domain is older than the report of that id, or answers another question.
pub(crate) fn supersede(id: &str, domain: &Domain) {
    KNOWN.with_borrow_mut(|known| known.retain(|entry| entry.id == id || entry.domain != *domain));
}

/// Remembers an answer as far as it may be, with the header fields that it went out with.
pub(crate) fn remember(url: &str, report: Cacheable, sent: &Headers) {
    // What may be read by some pages and not by others is decided for each.
    if platform::header(sent, "access-control-allow-origin").as_deref() != Some("*") {
        return;
    }
    let Some(question) = Question::of(url, Some(report.domain.as_str())) else { return };
    // Limits are for who caused the scan.
    let Some(headers) = without(sent, &["age", "ratelimit", "ratelimit-policy"]) else { return };
    let Some(unchanged) = without(&headers, &["content-type", "content-location", "link"]) else { return };
    let bytes = report.body.length() as usize;
    let now = platform::now();
    let answer = Answer { headers, unchanged, body: report.body, at: report.at };
    let until = now + report.fresh_ms.min(MOST_MS);
    let entry = Entry { question, id: report.id, domain: report.domain, bytes, until, answer };
    KNOWN.with_borrow_mut(|known| known.keep(entry, now));
}

fn respond(body: Option<&Uint8Array>, status: u16, headers: &Headers) -> Option<Response> {
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers);
    Response::new_with_opt_js_u8_array_and_init(body, &init).ok()
}

fn without(headers: &Headers, names: &[&str]) -> Option<Headers> {
    let left = Headers::new_with_headers(headers).ok()?;
    for name in names {
        let _ = left.delete(name);
    }
    Some(left)
}

/// The question that an address asks, the same for every spelling of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Question {
    origin: String,
    domain: String,
    segment: Option<String>,
    mail: Option<String>,
    deep: Option<String>,
    selectors: Vec<String>,
    paths: Vec<String>,
}

impl Question {
    /// Nothing for what is no such question, or for one that wants a new report. What else is the same question is not known here:
    /// it is not remembered twice either, because `domain` is the report's where it is remembered.
    fn of(url: &str, domain: Option<&str>) -> Option<Self> {
        let at = url.find("://")? + 3;
        let end = url.get(at..)?.find('/')? + at;
        let (origin, rest) = url.split_at_checked(end)?;
        let (path, query) = rest.split('#').next()?.split_once('?')?;
        if path != PATH {
            return None;
        }
        let mut question = Self { origin: origin.to_owned(), ..Self::default() };
        let (mut typed, mut fresh) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "domain" => &mut typed,
                "segment" => &mut question.segment,
                "mail" => &mut question.mail,
                "deep" => &mut question.deep,
                "fresh" => &mut fresh,
                "selector" => {
                    question.selectors.push(value.into_owned());
                    continue;
                }
                "path" => {
                    question.paths.push(value.into_owned());
                    continue;
                }
                _ => return None,
            };
            if place.is_some() {
                return None;
            }
            *place = Some(value.into_owned());
        }
        for flag in [&mut question.deep, &mut fresh] {
            match flag.as_deref() {
                Some("false") => *flag = None,
                // Said without a value is said.
                Some("") => *flag = Some("true".to_owned()),
                _ => {}
            }
        }
        if fresh.is_some() {
            return None;
        }
        question.domain = match domain {
            Some(domain) => domain.to_owned(),
            None => typed?.trim().to_lowercase(),
        };
        Some(question)
    }
}

struct Entry<A> {
    question: Question,
    id: String,
    domain: Domain,
    bytes: usize,
    /// When it is forgotten, in milliseconds since 1970.
    until: f64,
    answer: A,
}

/// Answers by their question, the oldest first, of at most [`MOST_BYTES`] together.
struct Memory<A>(VecDeque<Entry<A>>);

impl<A> Memory<A> {
    const fn new() -> Self {
        Self(VecDeque::new())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn retain(&mut self, stays: impl Fn(&Entry<A>) -> bool) {
        self.0.retain(stays);
    }

    fn find(&mut self, question: &Question, now: f64) -> Option<&Entry<A>> {
        self.retain(|entry| entry.until > now);
        self.0.iter().find(|entry| entry.question == *question)
    }

    fn keep(&mut self, entry: Entry<A>, now: f64) {
        if entry.bytes > MOST_BYTES {
            return;
        }
        self.retain(|other| other.until > now && other.question != entry.question);
        let mut bytes: usize = self.0.iter().map(|entry| entry.bytes).sum();
        while bytes + entry.bytes > MOST_BYTES
            && let Some(oldest) = self.0.pop_front()
        {
            bytes -= oldest.bytes;
        }
        self.0.push_back(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: f64 = 1_000.0;

    fn question(query: &str) -> Option<Question> {
        Question::of(&format!("https://launch.example/api/v1/report?{query}"), None)
    }

    fn keep(memory: &mut Memory<()>, query: &str, domain: &str, bytes: usize) {
        let question =
            Question::of(&format!("https://launch.example/api/v1/report?{query}"), Some(domain)).unwrap();
        let id = format!("id-of-{query}");
        let domain = Domain::from_host(domain).unwrap();
        memory.keep(Entry { question, id, domain, bytes, until: NOW + 15_000.0, answer: () }, NOW);
    }

    fn recalled(memory: &mut Memory<()>, query: &str) -> Option<String> {
        memory.find(&question(query)?, NOW).map(|entry| entry.id.clone())
    }

    #[test]
    fn a_question_is_one_however_it_is_written() {
        let mut memory = Memory::new();
        keep(&mut memory, "domain=a.com&segment=coach", "a.com", 1);
        for query in [
            "domain=a.com&segment=coach",
            "segment=coach&domain=A.Com",
            "segment=coach&deep=false&domain=%61.com&fresh=false",
        ] {
            assert!(recalled(&mut memory, query).is_some(), "{query}");
        }
    }

    #[test]
    fn another_question_and_one_that_is_refused_is_none_of_them() {
        let mut memory = Memory::new();
        let asked = "domain=b.com&segment=coach&selector=x&selector=y";
        keep(&mut memory, asked, "b.com", 1);
        for more in
            ["&fresh=true", "&fresh", "&deep=true", "&segment=coach", "&utm=1", "&selector=z", "&check=mx"]
        {
            assert_eq!(recalled(&mut memory, &format!("{asked}{more}")), None, "{more}");
        }
        for other in ["domain=b.com", "domain=b.com&segment=coach&selector=y&selector=x", "segment=coach"] {
            assert_eq!(recalled(&mut memory, other), None, "{other}");
        }
        assert_eq!(Question::of(&format!("https://launch.example/api/v1/history?{asked}"), None), None);
        assert_eq!(Question::of("https://launch.example/", None), None);
    }

    #[test]
    fn spellings_that_only_the_domains_parser_knows_to_be_the_same_take_no_place_of_their_own() {
        let mut memory = Memory::new();
        keep(&mut memory, "domain=https://www.c.com/", "c.com", 1);
        assert!(recalled(&mut memory, "domain=c.com").unwrap().contains("www"));
        keep(&mut memory, "domain=C.com.", "c.com", 1);
        assert!(recalled(&mut memory, "domain=c.com").unwrap().contains("C.com."));
        assert_eq!(memory.0.len(), 1);
    }

    #[test]
    fn what_is_remembered_is_at_most_sixteen_million_bytes_the_newest() {
        let mut memory = Memory::new();
        for at in 0..100 {
            keep(&mut memory, &format!("domain=d{at}.com"), &format!("d{at}.com"), 500_000);
        }
        let left: Vec<usize> =
            (0..100).filter(|at| recalled(&mut memory, &format!("domain=d{at}.com")).is_some()).collect();
        assert_eq!(left, (68..100).collect::<Vec<_>>());
        keep(&mut memory, "domain=e.com", "e.com", 16_000_001);
        assert_eq!(recalled(&mut memory, "domain=e.com"), None, "more than all of it");
        assert!(recalled(&mut memory, "domain=d99.com").is_some(), "which costs nobody a place");
    }

    #[test]
    fn nothing_is_remembered_for_longer_than_it_is_fresh() {
        let mut memory = Memory::new();
        keep(&mut memory, "domain=f.com", "f.com", 1);
        assert!(memory.find(&question("domain=f.com").unwrap(), NOW + 15_001.0).is_none());
        assert!(memory.is_empty());
    }
}
