//! What may go to a terminal, and in which colours.

use crate::exit::Refused;
use std::io::IsTerminal;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::markdown::is_unseen;
use launch_ready_core::report::score::{Decision, Rank};

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// Colours as the command line and the environment want them (<https://no-color.org>).
    #[must_use]
    pub fn for_stdout(choice: ColorChoice) -> Self {
        let on = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                !refused && !is_dumb() && std::io::stdout().is_terminal()
            }
        };
        Self { on }
    }

    /// Text in a style; plain where there are no colours.
    #[must_use]
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Something to read first.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// Something that can be passed over.
    #[must_use]
    pub fn quiet(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// Something in the colour of a level.
    #[must_use]
    pub fn level(self, level: Level, text: &str) -> String {
        let style = match level {
            Level::Fail => AnsiColor::Red.on_default().bold(),
            Level::Warn => AnsiColor::Yellow.on_default(),
            Level::Pass => AnsiColor::Green.on_default(),
            Level::NotMeasured => AnsiColor::Cyan.on_default(),
            Level::NotApplicable => Style::new().dimmed(),
        };
        self.paint(style, text)
    }

    /// Something in the colour of a rank.
    #[must_use]
    pub fn rank(self, rank: Rank, text: &str) -> String {
        let level = match rank {
            Rank::Blocker => Level::Fail,
            Rank::Important => Level::Warn,
            Rank::Optional => Level::NotApplicable,
        };
        self.level(level, text)
    }

    /// Something in the colour of a decision.
    #[must_use]
    pub fn decision(self, decision: Decision, text: &str) -> String {
        let color = match decision {
            Decision::Go => AnsiColor::Green,
            Decision::NoGo => AnsiColor::Red,
            Decision::NoVerdict => AnsiColor::Cyan,
        };
        self.paint(color.on_default().bold(), text)
    }
}

/// Whether the terminal says that it can do nothing but print.
#[must_use]
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// JSON in which no character acts on a terminal. JSON itself escapes the ASCII controls only; the others can stand
/// nowhere but in strings, where an escape means the same.
#[must_use]
pub fn json_in_print(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_unseen(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Prints to standard output. Whoever reads it may stop reading.
pub(crate) fn print(text: &str) -> Result<(), Refused> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Refused::io(&error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_and_moves_no_cursor() {
        let text = "a\u{9b}31m\u{1b}[2J\u{202e}\u{e0041}é";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let printed = json_in_print(&json);
        assert!(!printed.replace('\n', "").contains(is_unseen), "{printed}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&printed).unwrap(), [text]);
    }
}
