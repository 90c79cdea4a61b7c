//! A question for a report: what is to be checked, as the query of `/api/v1/report` says it.

use launch_ready_api::PARAMETERS;
use launch_ready_core::checks;
use launch_ready_core::checks::check::Check;
use launch_ready_core::report::recheck;
use launch_ready_core::target::{MailUse, Segment, Target};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::request::typed;
use crate::response::problem::{Problem, listed, shortened};

/// The names of all parameters.
fn names() -> Vec<&'static str> {
    PARAMETERS.iter().map(|parameter| parameter.name).collect()
}

const MISSING: &str = "Name the domain to check, such as /api/v1/report?domain=example.com.";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    /// What is to be checked.
    pub(crate) target: Target,
    /// Whether it is to be scanned now, even where there is a report.
    pub(crate) fresh: bool,
    /// The ids of the checks that alone are to be asked again, in the order of a report; none for a whole report.
    pub(crate) checks: Vec<String>,
}

impl Question {
    /// The question about a domain of which nothing is said.
    pub(crate) fn plain(target: Target) -> Self {
        Self { target, fresh: false, checks: Vec::new() }
    }

    /// What the query asks for. Nothing is guessed and nothing ignored: a parameter that is misspelt would otherwise
    /// give a report that looks right and is not.
    ///
    /// # Errors
    /// The first thing that cannot be understood.
    pub(crate) fn read(query: &str) -> Result<Self, Problem> {
        Self::of(form_urlencoded::parse(query.as_bytes()))
    }

    /// The same for names and values that are taken apart already.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn of<N: AsRef<str>, V: AsRef<str>>(
        pairs: impl Iterator<Item = (N, V)>,
    ) -> Result<Self, Problem> {
        let (mut domain, mut segment, mut mail, mut fresh, mut deep) = (None, None, None, None, None);
        // These may stand there several times.
        let (mut selectors, mut paths, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref().to_owned());
            let once = match name {
                "domain" => &mut domain,
                "segment" => &mut segment,
                "mail" => &mut mail,
                "fresh" => &mut fresh,
                "deep" => &mut deep,
                "selector" => {
                    selectors.push(value);
                    continue;
                }
                "path" => {
                    paths.push(value);
                    continue;
                }
                "check" => {
                    wanted.push(value);
                    continue;
                }
                _ => return Err(Problem::unknown_parameter(name, &names())),
            };
            if once.is_some() {
                return Err(repeated(name));
            }
            *once = Some(value);
        }
        let Some(domain) = domain else { return Err(Problem::missing_parameter("domain", MISSING)) };
        let mut target = typed::target(&domain).map_err(|error| Problem::domain(&error))?;
        if let Some(id) = segment {
            let known = Segment::from_id(&id);
            target.segment =
                Some(known.ok_or_else(|| value("segment", &id, &Segment::ALL.map(Segment::id)))?);
        }
        if let Some(id) = mail {
            let known = MailUse::from_id(&id);
            target.mail = Some(known.ok_or_else(|| value("mail", &id, &MailUse::ALL.map(MailUse::id)))?);
        }
        let fresh = flag("fresh", fresh.as_deref())?;
        target.deep = flag("deep", deep.as_deref())?;
        for selector in selectors {
            target.add_selector(&selector).map_err(|detail| unusable("selector", detail))?;
        }
        for path in paths {
            target.add_path(&path).map_err(|detail| unusable("path", detail))?;
        }
        let all = checks::of(&target);
        let named = recheck::named(&all, &wanted).map_err(|unknown| {
            value("check", unknown, &all.iter().map(|check| check.id).collect::<Vec<_>>())
        })?;
        let checks: Vec<String> = named.iter().map(|check| check.id.to_owned()).collect();
        // Whoever asks again has changed something, and wants to see that.
        Ok(Self { target, fresh: fresh || !checks.is_empty(), checks })
    }

    /// What two who ask the same have in common. A report answers one such question.
    pub(crate) fn key(&self) -> String {
        let mut key = serde_json::to_string(&self.target).unwrap_or_default();
        for check in &self.checks {
            key.push(' ');
            key.push_str(check);
        }
        key
    }

    /// The checks that alone are to be asked again; `None` where one of them is no check of ours.
    pub(crate) fn named(&self) -> Option<Vec<&'static Check>> {
        recheck::named(&checks::of(&self.target), &self.checks).ok()
    }

    /// Whether nobody said anything but the domain. Only such a report is shown to everybody.
    pub(crate) fn is_plain(&self) -> bool {
        self.checks.is_empty() && self.target == Target::new(self.target.domain.clone())
    }
}

/// Said without a value is said.
fn flag(name: &str, said: Option<&str>) -> Result<bool, Problem> {
    match said {
        None | Some("false") => Ok(false),
        Some("true" | "") => Ok(true),
        Some(other) => Err(value(name, other, &["true", "false"])),
    }
}

fn unusable(parameter: &str, detail: String) -> Problem {
    Problem::parameter("unusable-value", "Unusable value", detail, parameter, &[])
}

fn repeated(name: &str) -> Problem {
    let detail = format!("“{}” is in the URL more than once. Give it one value.", shortened(name));
    Problem::parameter("repeated-parameter", "A parameter is repeated", detail, name, &[])
}

fn value(parameter: &str, given: &str, allowed: &[&'static str]) -> Problem {
    let detail =
        format!("“{}” is not a known {parameter}. Use one of {}.", shortened(given), listed(allowed));
    Problem::parameter("unknown-value", "Unknown value", detail, parameter, allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> String {
        Question::read(query).unwrap_err().code().to_owned()
    }

    #[test]
    fn a_question_says_all_that_the_query_says() {
        let asked = Question::read(
            "domain=example.com&segment=coach&mail=both&deep&selector=a&selector=b&path=/x&fresh=false",
        )
        .unwrap();
        assert_eq!((asked.target.segment, asked.target.mail), (Some(Segment::Coach), Some(MailUse::Both)));
        assert!(asked.target.deep && !asked.fresh && !asked.is_plain());
        assert_eq!(
            (asked.target.selectors, asked.target.paths),
            (vec!["a".to_owned(), "b".to_owned()], vec!["/x".to_owned()])
        );
        assert!(
            Question::read("domain=example.com&fresh").unwrap().is_plain(),
            "a new report is shown to everybody, too"
        );
    }

    #[test]
    fn checks_that_are_named_are_asked_anew_in_the_order_of_a_report() {
        let asked = Question::read("domain=example.com&check=spf-record&check=mx").unwrap();
        assert!(asked.fresh);
        let named: Vec<&str> = asked.named().unwrap().iter().map(|check| check.id).collect();
        assert_eq!(named, asked.checks);
        assert_eq!(asked.checks.len(), 2);
        assert!(asked.key().ends_with(&format!(" {}", asked.checks.join(" "))));
        let foreign = Question { checks: vec!["of-tomorrow".to_owned()], ..asked };
        assert!(foreign.named().is_none());
    }

    #[test]
    fn nothing_is_guessed_and_nothing_ignored() {
        assert_eq!(refused(""), "missing-parameter");
        assert_eq!(refused("domain=example.com&utm=1"), "unknown-parameter");
        assert_eq!(refused("domain=example.com&domain=example.org"), "repeated-parameter");
        assert_eq!(refused("domain=example.com&segment=bakery"), "unknown-value");
        assert_eq!(refused("domain=example.com&deep=maybe"), "unknown-value");
        assert_eq!(refused("domain=example.com&path=login"), "unusable-value");
        assert_eq!(refused("domain=localhost"), "single-label");
    }

    #[test]
    fn the_key_of_a_plain_question_is_what_stored_reports_have() {
        let plain = Question::read("domain=www.example.com").unwrap();
        assert_eq!(plain.key(), r#"{"domain":"example.com"}"#);
    }
}
