//! One line that says how far the scan is, while it runs, for whoever watches.

use std::io::{IsTerminal, Write};

use launch_ready_core::checks::scan::CheckEvent;
use launch_ready_core::engine::scan::Event;
use launch_ready_core::report::markdown::visible;

use crate::terminal;

/// Characters of the line; any terminal has as many.
const WIDTH: usize = 78;
/// To the beginning of the line, and nothing stands in it.
const CLEAR: &str = "\r\x1b[2K";

/// The line, on standard error.
pub(crate) struct Progress {
    shown: bool,
    checks: usize,
    settled: usize,
    answered: u32,
    known: u32,
}

impl Progress {
    /// A line for a scan of that many checks. Nothing is shown where nobody watches.
    pub(crate) fn new(checks: usize) -> Self {
        let shown = std::io::stderr().is_terminal() && !terminal::is_dumb();
        Self { shown, checks, settled: 0, answered: 0, known: 0 }
    }

    /// Something has happened.
    pub(crate) fn show(&mut self, event: &CheckEvent) {
        let last = match event {
            Event::Asked(probe) => probe.to_string(),
            Event::Answered { probe, answered, known } => {
                (self.answered, self.known) = (*answered, *known);
                probe.to_string()
            }
            Event::Settled { task, .. } => {
                self.settled += 1;
                task.check.id.to_owned()
            }
        };
        let line = self.line(&last);
        self.write(&format!("{CLEAR}{line}"));
    }

    /// The scan is over.
    pub(crate) fn clear(&self) {
        self.write(CLEAR);
    }

    fn line(&self, last: &str) -> String {
        let Self { settled, checks, answered, known, .. } = self;
        let line = format!("{settled} of {checks} checks, {answered} of {known} answers  {}", visible(last));
        line.chars().take(WIDTH).collect()
    }

    fn write(&self, text: &str) {
        if self.shown {
            let mut stderr = std::io::stderr().lock();
            // Whoever watched has gone; the scan goes on.
            let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
        }
    }
}
