//! The program on demand, as the page sees it: loaded by `start.js` when something of it is wanted, and told what the page
//! shows before it is told anything else.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort};

use crate::channel::{ToPage, ToProgram, receive, send};
use crate::state::{Line, Store};

struct Program {
    store: Store,
    load: Function,
    channel: MessageChannel,
    /// The report that it was told.
    told: Option<Line>,
    /// What it is told as soon as it is loaded.
    waiting: Vec<ToProgram>,
    loaded: bool,
}

thread_local! {
    static PROGRAM: RefCell<Option<Program>> = const { RefCell::new(None) };
}

/// From now on the program can be asked; `take` takes what it says.
pub(super) fn start(store: Store, load: Function, take: impl FnMut(ToPage) + 'static) {
    let Ok(channel) = MessageChannel::new() else { return };
    receive(&channel.port1(), take);
    PROGRAM.set(Some(Program { store, load, channel, told: None, waiting: Vec::new(), loaded: false }));
}

/// The program's end of the channel.
#[must_use]
pub fn port() -> Option<MessagePort> {
    PROGRAM.with_borrow(|program| program.as_ref().map(|program| program.channel.port2()))
}

/// Does what a button stands for; the program is loaded.
pub fn act(does: &str, check: &str) {
    let check = check.to_owned();
    tell(match does {
        "plan" => ToProgram::Plan,
        "history" => ToProgram::History,
        "steps" => ToProgram::Toggle(check),
        _ => ToProgram::Again(check),
    });
}

/// The program is loaded, and hears what it was to be told.
pub fn loaded() {
    let waiting = PROGRAM.with_borrow_mut(|program| {
        let program = program.as_mut()?;
        program.loaded = true;
        Some(std::mem::take(&mut program.waiting))
    });
    tell_report();
    waiting.into_iter().flatten().for_each(tell);
}

/// The page shows another report: a program that is there hears of it. What was waiting was about the one before.
pub(super) fn know(store: Store) {
    PROGRAM.with_borrow_mut(|program| {
        if let Some(program) = program {
            program.waiting.clear();
        }
    });
    tell_report();
    let before = store.line().before;
    if !before.is_empty() {
        ask(vec![ToProgram::Changes(before)]);
    }
}

/// Loads the program, and tells it this. Where that fails, what is shown already is enough.
pub(super) fn ask(messages: Vec<ToProgram>) {
    if PROGRAM.with_borrow(|program| program.as_ref().is_some_and(|program| program.loaded)) {
        return messages.into_iter().for_each(tell);
    }
    let load = PROGRAM.with_borrow_mut(|program| {
        let program = program.as_mut()?;
        program.waiting.extend(messages);
        Some(program.load.clone())
    });
    if let Some(load) = load {
        // `loaded` is called when it is.
        let _ = load.call0(&JsValue::UNDEFINED);
    }
}

fn tell(message: ToProgram) {
    PROGRAM.with_borrow(|program| {
        if let Some(program) = program {
            send(&program.channel.port1(), message);
        }
    });
}

/// Tells which report is shown, where that is another one than it knows.
fn tell_report() {
    PROGRAM.with_borrow_mut(|program| {
        let Some(program) = program.as_mut().filter(|program| program.loaded) else { return };
        let line = program.store.line();
        if program.told.as_ref() != Some(&line) {
            let Line { asked, line: text, .. } = line.clone();
            program.told = Some(line);
            send(&program.channel.port1(), ToProgram::Report { asked, line: text });
        }
    });
}
