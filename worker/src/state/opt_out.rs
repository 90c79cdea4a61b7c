//! The owner's word, in the Durable Object of the domain: what was found out lately, and what of it is asked for again when
//! something stored is shown.
//!
//! A scan hears it by itself: the engine sends nothing before it knows it (`core::owner_word`).

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::config::OWNER_SECONDS;
use crate::platform;
use launch_ready_core::checks::scan::CheckScan;
use launch_ready_core::domain::Domain;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word::Word;
use launch_ready_core::engine::transport::run;
use launch_ready_core::target::Target;
use worker::{Env, Result, State};

use crate::state::sql::Sql;
use crate::transport::EdgeTransport;

/// Milliseconds after which it is asked for again where it could not be had: five minutes.
const RETRY_MS: f64 = 300_000.0;

/// Milliseconds for which the answer is not asked for again.
fn known_ms(env: &Env) -> f64 {
    f64::from(OWNER_SECONDS.read(env)) * 1000.0
}

/// What was found out lately: whether the owner has opted out.
pub(crate) fn known(sql: &Sql, env: &Env) -> Result<Option<bool>> {
    Ok(kept(sql)?.filter(|kept| kept.at > platform::now() - known_ms(env)).map(|kept| kept.opted_out))
}

/// Remembers the answer.
pub(crate) fn remember(sql: &Sql, opted_out: bool) -> Result<()> {
    keep(sql, opted_out, platform::now())
}

/// What is kept.
struct Kept {
    opted_out: bool,
    /// When that was found out, in milliseconds since 1970.
    at: f64,
}

fn kept(sql: &Sql) -> Result<Option<Kept>> {
    if !sql.has("opt_out")? {
        return Ok(None);
    }
    let rows = sql.rows("SELECT given, at FROM opt_out", &[])?;
    Ok(rows.first().map(|row| Kept { opted_out: row.number(0) != 0.0, at: row.number(1) }))
}

fn keep(sql: &Sql, opted_out: bool, at: f64) -> Result<()> {
    sql.run("CREATE TABLE IF NOT EXISTS opt_out(one INTEGER PRIMARY KEY, given INTEGER, at INTEGER)", &[])?;
    sql.run(
        "INSERT OR REPLACE INTO opt_out VALUES (1, ?, ?)",
        &[f64::from(u8::from(opted_out)).into(), at.into()],
    )
}

/// The question that is on its way, for all who wait for the same answer.
#[derive(Default)]
pub(crate) struct Asking(RefCell<Option<Rc<Pending>>>);

#[derive(Default)]
struct Pending {
    opted_out: Cell<Option<bool>>,
    waiting: RefCell<Vec<Waker>>,
}

impl Pending {
    fn settle(&self, opted_out: bool) {
        self.opted_out.set(Some(opted_out));
        for waker in self.waiting.take() {
            waker.wake();
        }
    }

    async fn settled(&self) -> bool {
        poll_fn(|context| match self.opted_out.get() {
            Some(opted_out) => Poll::Ready(opted_out),
            None => {
                self.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            }
        })
        .await
    }
}

impl Asking {
    /// Whether the owner of `domain` has opted out, asked for again where it was not found out within the hour. Where it cannot
    /// be found out, what was known before still holds.
    pub(crate) async fn has_opted_out(
        self: &Rc<Self>,
        state: &State,
        env: &Env,
        domain: &Domain,
    ) -> Result<bool> {
        if let Some(known) = known(&Sql::of(state), env)? {
            return Ok(known);
        }
        let (pending, is_new) = match &mut *self.0.borrow_mut() {
            Some(pending) => (pending.clone(), false),
            none => (none.insert(Rc::default()).clone(), true),
        };
        if is_new {
            let (asking, pending, sql, domain) =
                (self.clone(), pending.clone(), Sql::of(state), domain.clone());
            let edge = EdgeTransport::new(env);
            let known_ms = known_ms(env);
            let unknown_at = RETRY_MS.min(known_ms) - known_ms;
            // Whoever asked may be gone before the answer comes; the others still wait for it.
            state.wait_until(async move {
                let opted_out = ask_again(&edge, &sql, domain, unknown_at).await.unwrap_or_else(|error| {
                    worker::console_error!("{error}");
                    false
                });
                asking.0.take();
                pending.settle(opted_out);
            });
        }
        Ok(pending.settled().await)
    }
}

/// Asks, and remembers the answer. Where there is none, what was known before is kept as of now and `unknown_at` milliseconds.
async fn ask_again(edge: &EdgeTransport, sql: &Sql, domain: Domain, unknown_at: f64) -> Result<bool> {
    // A scan by no check asks for the owner's word alone.
    let mut scan = CheckScan::new(Target::new(domain), &[], Limits::default());
    run(&mut scan, edge, |_| true).await;
    let before = kept(sql)?.is_some_and(|kept| kept.opted_out);
    let (opted_out, at) = match scan.word() {
        Some(Word::OptedOut { .. }) => (true, platform::now()),
        Some(Word::Free) => (false, platform::now()),
        Some(Word::Unknown { .. }) | None => (before, platform::now() + unknown_at),
    };
    keep(sql, opted_out, at)?;
    Ok(opted_out)
}
