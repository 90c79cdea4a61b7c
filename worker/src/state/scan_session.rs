//! A scan on its way, and everybody who waits for it.
//!
//! Whoever asks the same while it runs joins. Who wants lines gets all that were said already and then the rest; who
//! wants the document waits for the end. When nobody waits any more the scan stops.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::AbortHandle;
use js_sys::Uint8Array;
use js_sys::futures::JsFuture;
use wasm_bindgen::JsValue;
use web_sys::{Request, WritableStreamDefaultWriter};

use crate::rate::RateLimits;
use crate::request::accept::Form;
use crate::response::problem::Problem;
use crate::state::client_disconnect::ClientDisconnect;
use crate::state::report_store::Stored;

/// One line of the stream, its end included.
pub(crate) type Line = Rc<[u8]>;

/// How a session ended.
pub(crate) enum SessionEnd {
    /// With a report.
    Report(Rc<Stored>),
    /// The client that it was begun for has reached a limit. Others may begin another one.
    Limited(Problem),
    /// For a reason that holds for everybody.
    Refused(Problem),
    /// It was stopped when nobody waited. Who joined at that moment may begin another one.
    Lost,
}

/// A scan on its way.
pub(crate) struct ScanSession {
    /// What is scanned, and how.
    pub(crate) key: String,
    /// The id of the report that it will give.
    pub(crate) id: String,
    waiters: RefCell<Vec<Waiter>>,
    said: RefCell<Vec<Line>>,
    end: RefCell<Option<Rc<SessionEnd>>>,
    /// Ends the scan.
    work: AbortHandle,
    /// The limits that it has met, for the client that it was begun for.
    pub(crate) limits: RefCell<RateLimits>,
}

struct Waiter {
    form: Form,
    lines: UnboundedSender<Line>,
    left: Cell<bool>,
    _disconnect: ClientDisconnect,
}

impl ScanSession {
    /// One that nobody waits for yet; `work` ends it.
    pub(crate) fn new(key: String, id: String, work: AbortHandle) -> Rc<Self> {
        Rc::new(Self {
            key,
            id,
            waiters: RefCell::default(),
            said: RefCell::default(),
            end: RefCell::default(),
            work,
            limits: RefCell::default(),
        })
    }

    /// Joins it: a number for [`leave`](Self::leave), and what it says. Nothing is said before it is certain that there
    /// will be a scan; to who wants the document nothing is said at all. The end of the lines is the end of the session.
    pub(crate) fn join(self: &Rc<Self>, form: Form, request: &Request) -> (usize, UnboundedReceiver<Line>) {
        let (lines, heard) = unbounded();
        if form == Form::Lines {
            for line in self.said.borrow().iter() {
                let _ = lines.unbounded_send(line.clone());
            }
        }
        let number = self.waiters.borrow().len();
        let session = Rc::downgrade(self);
        let disconnect = ClientDisconnect::of(request, move || {
            if let Some(session) = session.upgrade() {
                session.leave(number);
            }
        });
        self.waiters.borrow_mut().push(Waiter {
            form,
            lines,
            left: Cell::new(false),
            _disconnect: disconnect,
        });
        (number, heard)
    }

    /// Somebody does not wait any more. When it was the last one, the scan stops.
    pub(crate) fn leave(&self, number: usize) {
        let waiters = self.waiters.borrow();
        if let Some(waiter) = waiters.get(number) {
            waiter.left.set(true);
        }
        if waiters.iter().all(|waiter| waiter.left.get()) {
            self.work.abort();
        }
    }

    /// Says a line to everybody who listens, and to those who join later.
    pub(crate) fn say(&self, line: Line) {
        for waiter in self.waiters.borrow().iter().filter(|waiter| waiter.form == Form::Lines) {
            let _ = waiter.lines.unbounded_send(line.clone());
        }
        self.said.borrow_mut().push(line);
    }

    /// It is over.
    pub(crate) fn finish(&self, end: SessionEnd) {
        *self.end.borrow_mut() = Some(Rc::new(end));
        self.waiters.borrow_mut().clear();
    }

    /// How it ended.
    pub(crate) fn end(&self) -> Option<Rc<SessionEnd>> {
        self.end.borrow().clone()
    }
}

/// Writes lines to a client as they come; what is there at once goes at once. A client that reads slowly does not hold
/// up the scan.
pub(crate) async fn write_lines(
    first: Line,
    mut lines: UnboundedReceiver<Line>,
    writer: &WritableStreamDefaultWriter,
) -> Result<(), JsValue> {
    // Rejected where a write is, too; without somebody who looks it would count as an error of ours.
    drop(JsFuture::from(writer.closed()));
    let mut next = Some(first);
    while let Some(line) = next {
        let mut chunk = line.to_vec();
        while let Ok(more) = lines.try_recv() {
            chunk.extend_from_slice(&more);
        }
        JsFuture::from(writer.write_with_chunk(&Uint8Array::from(chunk.as_slice()))).await?;
        next = lines.next().await;
    }
    JsFuture::from(writer.close()).await?;
    Ok(())
}
