//! The one channel between the page's two programs: the page itself, and the program on demand (`launch-ready-plan`). Both
//! are compiled from these types; what goes over is a list of texts, the first of which names the message.

/// What the page tells the program on demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToProgram {
    /// The report that the page shows from now on.
    Report {
        /// What was asked, as a query.
        asked: String,
        /// The line that brought the report.
        line: String,
    },
    /// Show what has changed since this report, as a line.
    Changes(String),
    /// Show the last reports of the domain.
    History,
    /// Show the plan.
    Plan,
    /// Show the steps of a check's fixes, or put them away.
    Toggle(String),
    /// Show the steps of a check's fixes where they are not shown.
    Steps(String),
    /// Have a check asked again.
    Again(String),
}

/// What the program on demand tells the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToPage {
    /// A finding that was asked for again, as a line of a stream.
    Finding(String),
    /// Run the whole check again.
    Everything,
}

/// A message as texts.
pub trait Message: Sized {
    /// The name of the message, and what it says.
    fn write(self) -> Vec<String>;
    /// The message that was written; `None` for what none of them writes.
    fn read(texts: Vec<String>) -> Option<Self>;
}

impl Message for ToProgram {
    fn write(self) -> Vec<String> {
        let (name, texts) = match self {
            Self::Report { asked, line } => ("report", vec![asked, line]),
            Self::Changes(before) => ("changes", vec![before]),
            Self::History => ("history", Vec::new()),
            Self::Plan => ("plan", Vec::new()),
            Self::Toggle(check) => ("toggle", vec![check]),
            Self::Steps(check) => ("steps", vec![check]),
            Self::Again(check) => ("again", vec![check]),
        };
        named(name, texts)
    }

    fn read(texts: Vec<String>) -> Option<Self> {
        let mut texts = texts.into_iter();
        let name = texts.next()?;
        let mut text = || texts.next();
        Some(match name.as_str() {
            "report" => Self::Report { asked: text()?, line: text()? },
            "changes" => Self::Changes(text()?),
            "history" => Self::History,
            "plan" => Self::Plan,
            "toggle" => Self::Toggle(text()?),
            "steps" => Self::Steps(text()?),
            "again" => Self::Again(text()?),
            _ => return None,
        })
    }
}

impl Message for ToPage {
    fn write(self) -> Vec<String> {
        match self {
            Self::Finding(line) => named("finding", vec![line]),
            Self::Everything => named("everything", Vec::new()),
        }
    }

    fn read(texts: Vec<String>) -> Option<Self> {
        let mut texts = texts.into_iter();
        match texts.next()?.as_str() {
            "finding" => texts.next().map(Self::Finding),
            "everything" => Some(Self::Everything),
            _ => None,
        }
    }
}

fn named(name: &str, mut texts: Vec<String>) -> Vec<String> {
    texts.insert(0, name.to_owned());
    texts
}

#[cfg(target_arch = "wasm32")]
pub use ends::{receive, send};

#[cfg(target_arch = "wasm32")]
mod ends {
    use js_sys::Array;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;
    use web_sys::{MessageEvent, MessagePort};

    use super::Message;

    /// Sends a message. It waits at the other end until somebody receives there.
    pub fn send(port: &MessagePort, message: impl Message) {
        let texts: Array = message.write().into_iter().map(wasm_bindgen::JsValue::from).collect();
        // Texts can always be sent.
        let _ = port.post_message(&texts);
    }

    /// Receives from now on, for as long as the page is open; what was sent before, too.
    pub fn receive<M: Message>(port: &MessagePort, mut take: impl FnMut(M) + 'static) {
        let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let texts = event.data().dyn_into::<Array>().unwrap_or_default();
            if let Some(message) = M::read(texts.iter().filter_map(|text| text.as_string()).collect()) {
                take(message);
            }
        });
        port.set_onmessage(Some(handler.as_ref().unchecked_ref()));
        handler.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let text = || "x\ny".to_owned();
        for message in [
            ToProgram::Report { asked: text(), line: String::new() },
            ToProgram::Changes(text()),
            ToProgram::History,
            ToProgram::Plan,
            ToProgram::Toggle(text()),
            ToProgram::Steps(text()),
            ToProgram::Again(text()),
        ] {
            assert_eq!(ToProgram::read(message.clone().write()), Some(message));
        }
        for message in [ToPage::Finding(text()), ToPage::Everything] {
            assert_eq!(ToPage::read(message.clone().write()), Some(message));
        }
    }

    #[test]
    fn what_neither_writes_is_no_message() {
        for texts in [vec![], vec!["of-tomorrow".to_owned()], vec!["report".to_owned(), "asked".to_owned()]] {
            assert_eq!(ToProgram::read(texts.clone()), None, "{texts:?}");
            assert_eq!(ToPage::read(texts.clone()), None, "{texts:?}");
        }
    }
}
