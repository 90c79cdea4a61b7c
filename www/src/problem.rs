//! What went wrong between the page and the service, in words.

/// What is said to who asks for nothing: the same as the core says, which the page does not link.
pub const NOTHING_TYPED: &str = "Type the domain you are about to launch, such as example.com.";

/// An error as the service describes it (RFC 9457). Every field may be empty: it may come from
/// something in between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// What kind of error it is, in a few words.
    pub title: String,
    /// One sentence for the person who asked.
    pub detail: String,
    /// What to name when asking about it.
    pub request_id: String,
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The service will not look at what was typed; the sentence says what to type instead.
    Refused(String),
    /// The service answered with an error.
    Service {
        /// The status of the answer.
        status: u16,
        /// What the answer says.
        problem: Problem,
    },
    /// No answer came.
    Unreachable {
        /// Whether the browser itself says that it has no connection.
        offline: bool,
    },
    /// The answer began and did not end.
    Broken {
        /// Whether the browser itself says that it has no connection.
        offline: bool,
    },
    /// Who asked did not want to wait.
    Stopped,
}

impl Trouble {
    /// What an answer that is not a report means. The input is at fault where the service says so by its status, and
    /// in a sentence; everything else can be tried again.
    #[must_use]
    pub fn from_answer(status: u16, problem: Problem) -> Self {
        match status {
            400 | 422 if !problem.detail.is_empty() => Self::Refused(problem.detail),
            _ => Self::Service { status, problem },
        }
    }

    /// What is so, in a few words.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Refused(_) => "This can't be checked".to_owned(),
            Self::Service { problem, .. } if !problem.title.is_empty() => problem.title.clone(),
            Self::Service { .. } => "The check couldn't run".to_owned(),
            Self::Unreachable { offline: true } | Self::Broken { offline: true } => {
                "You are offline".to_owned()
            }
            Self::Unreachable { offline: false } => "We couldn't connect".to_owned(),
            Self::Broken { offline: false } => "The connection was lost".to_owned(),
            Self::Stopped => "Check stopped".to_owned(),
        }
    }

    /// What that means and what can be done, given how many of the checks have an answer.
    #[must_use]
    pub fn detail(&self, settled: usize, of: usize) -> String {
        let kept = match (settled, of) {
            (0, _) => "",
            (settled, of) if settled == of => " Every check was answered; only the verdict is missing.",
            _ => {
                return format!(
                    "{} {settled} of {of} checks were answered and are shown below. A verdict needs the rest.",
                    self.cause()
                );
            }
        };
        self.cause() + kept
    }

    fn cause(&self) -> String {
        match self {
            Self::Refused(detail) => detail.clone(),
            Self::Service { problem, .. } if !problem.detail.is_empty() => problem.detail.clone(),
            Self::Service { status, .. } => {
                format!("The service answered with status {status}. This says nothing about your domain.")
            }
            Self::Unreachable { offline: true } | Self::Broken { offline: true } => {
                "Your device has no connection. Try again when it is back.".to_owned()
            }
            Self::Unreachable { offline: false } => {
                "Check your connection, or try again in a minute. This says nothing about your domain."
                    .to_owned()
            }
            Self::Broken { offline: false } => {
                "The answer broke off before its end. This says nothing about your domain.".to_owned()
            }
            Self::Stopped => "You stopped this check.".to_owned(),
        }
    }

    /// What to name when asking about it; empty where there is nothing.
    #[must_use]
    pub fn reference(&self) -> &str {
        match self {
            Self::Service { problem, .. } => &problem.request_id,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_is_refused_in_the_words_of_the_core() {
        assert_eq!(NOTHING_TYPED, launch_ready_core::domain::DomainError::Empty.to_string());
    }

    fn problem(title: &str, detail: &str) -> Problem {
        Problem { title: title.to_owned(), detail: detail.to_owned(), request_id: "abc".to_owned() }
    }

    #[test]
    fn a_refusal_is_the_services_own_sentence() {
        let trouble = Trouble::from_answer(400, problem("Not a public name", "Leave out the port."));
        assert_eq!(trouble, Trouble::Refused("Leave out the port.".to_owned()));
    }

    #[test]
    fn an_answer_of_something_in_between_still_has_words() {
        let trouble = Trouble::from_answer(502, Problem::default());
        assert_eq!(trouble.title(), "The check couldn't run");
        assert!(trouble.detail(0, 0).contains("status 502"));
        assert_eq!(trouble.reference(), "");
        assert!(matches!(
            Trouble::from_answer(400, Problem::default()),
            Trouble::Service { status: 400, .. }
        ));
    }

    #[test]
    fn too_many_requests_can_be_tried_again() {
        let trouble = Trouble::from_answer(429, problem("Too many checks", "Try again in a minute."));
        assert_eq!(trouble.title(), "Too many checks");
        assert_eq!(trouble.detail(0, 0), "Try again in a minute.");
        assert_eq!(trouble.reference(), "abc");
    }

    #[test]
    fn what_was_answered_before_is_counted() {
        let broken = Trouble::Broken { offline: false };
        assert!(broken.detail(5, 13).contains("5 of 13 checks were answered and are shown below"));
        assert!(broken.detail(13, 13).contains("only the verdict is missing"));
        assert!(!broken.detail(0, 13).contains("of 13"));
    }
}
