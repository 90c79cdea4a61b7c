//! The owner's word: a domain whose `_launch-ready` record says so is not scanned for anybody.
//!
//! It is asked beside the first DNS questions, so it costs no time; nothing is sent to the site before it is answered.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

use launch_ready_core::answer::Answer;
use launch_ready_core::dns::{RecordData, RecordType, ResponseCode, texts};
use launch_ready_core::owner_record::{LABEL, Statement, parse};
use launch_ready_core::probe::{DnsQuestion, Probe, Resolver};
use worker::Result;

use crate::host::Edge;
use crate::sql::Sql;
use launch_ready_edge::js;

/// Milliseconds for which the answer is not asked for again: an hour.
const KNOWN_MS: f64 = 3_600_000.0;

/// Whether a site may be asked anything: open until it is known.
#[derive(Default)]
pub(crate) struct Permit {
    given: Cell<Option<bool>>,
    waiting: RefCell<Vec<Waker>>,
}

impl Permit {
    /// It is known.
    pub(crate) fn settle(&self, given: bool) {
        self.given.set(Some(given));
        for waker in self.waiting.take() {
            waker.wake();
        }
    }

    /// What is known.
    pub(crate) fn outcome(&self) -> Option<bool> {
        self.given.get()
    }

    /// Waits until it is known.
    pub(crate) async fn given(&self) -> bool {
        poll_fn(|context| match self.given.get() {
            Some(given) => Poll::Ready(given),
            None => {
                self.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            }
        })
        .await
    }
}

/// Whether the owner has opted out. A record that cannot be had opts nobody out: who
/// answers no DNS has no site to be asked either.
pub(crate) async fn ask(edge: &Edge, domain: &str) -> bool {
    let question = DnsQuestion::first(&format!("{LABEL}.{domain}"), RecordType::Txt);
    for resolver in [Resolver::First, Resolver::Second] {
        let Answer::Dns(reply) = edge.answer(&Probe::Dns(question.to(resolver))).await else { continue };
        if !matches!(reply.code, ResponseCode::NoError | ResponseCode::NxDomain) {
            continue;
        }
        let records: Vec<_> =
            reply.answers.iter().filter(|record| matches!(record.data, RecordData::Txt(_))).collect();
        return texts(&records).iter().any(|text| parse(text) == Some(Statement::OptOut));
    }
    false
}

/// What was answered lately.
pub(crate) fn known(sql: &Sql) -> Result<Option<bool>> {
    if !sql.has("opt_out")? {
        return Ok(None);
    }
    let rows = sql.rows("SELECT given FROM opt_out WHERE at > ?", &[(js::now() - KNOWN_MS).into()])?;
    Ok(rows.first().map(|row| row.number(0) != 0.0))
}

/// Remembers the answer.
pub(crate) fn remember(sql: &Sql, opted_out: bool) -> Result<()> {
    sql.run("CREATE TABLE IF NOT EXISTS opt_out(one INTEGER PRIMARY KEY, given INTEGER, at INTEGER)", &[])?;
    sql.run(
        "INSERT OR REPLACE INTO opt_out VALUES (1, ?, ?)",
        &[f64::from(u8::from(opted_out)).into(), js::now().into()],
    )
}
