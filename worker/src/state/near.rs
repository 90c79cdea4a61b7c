//! The isolate's own memory of reports: what is asked for again and again does not go to the Durable Object each time.
//!
//! Only for a moment: another isolate may have scanned anew since. The Cache API would be shared by a whole location,
//! but it asks for a hop of its own, which is what this saves.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::Uint8Array;

use launch_ready_edge::js;

/// Milliseconds for which a report is not asked for again.
const KEPT_MS: f64 = 15_000.0;

/// Reports that are remembered; at a hundred kilobytes each, a twentieth of an isolate's memory.
const MOST: usize = 64;

/// A report as it was sent.
pub(crate) struct Kept {
    /// What was asked, as it was written.
    query: String,
    /// What that means.
    key: String,
    /// The JSON, outside of our own memory: it goes to clients as it is.
    pub(crate) body: Uint8Array,
    /// The report's id.
    pub(crate) id: String,
    /// When the scan ended, in milliseconds since 1970.
    pub(crate) at: f64,
    /// Until when it is remembered.
    until: f64,
}

thread_local! {
    static KEPT: RefCell<VecDeque<Rc<Kept>>> = const { RefCell::new(VecDeque::new()) };
}

/// The report for a question as it is written, if it is remembered: so it need not even be understood.
pub(crate) fn get(query: &str, now: f64) -> Option<Rc<Kept>> {
    KEPT.with_borrow(|all| all.iter().find(|kept| kept.query == query && kept.until > now).cloned())
}

/// Forgets every other report that answered the same: there is a newer one.
pub(crate) fn replace(key: &str, id: &str) {
    KEPT.with_borrow_mut(|all| all.retain(|kept| kept.key != key || kept.id == id));
}

/// Remembers a report until then.
pub(crate) fn put(kept: Kept) {
    KEPT.with_borrow_mut(|all| {
        all.retain(|other| other.query != kept.query);
        all.truncate(MOST - 1);
        all.push_front(Rc::new(kept));
    });
}

impl Kept {
    /// The report of `id`, made at `at`, as the answer to `query`, which means `key`. It is remembered for as long as it is
    /// fresh (in milliseconds from now) at most.
    pub(crate) fn new(query: &str, key: String, id: String, at: f64, body: Uint8Array, fresh: f64) -> Self {
        let until = js::now() + fresh.min(KEPT_MS);
        Self { query: query.to_owned(), key, body, id, at, until }
    }
}
