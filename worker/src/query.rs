//! The query of `/api/v1/report`: what is to be checked.

use launch_ready_api::PARAMETERS;
use launch_ready_core::checks;
use launch_ready_core::checks::check::Check;
use launch_ready_core::plan::redirect_map::{CHECK, RedirectRule};
use launch_ready_core::report::recheck;
use launch_ready_core::target::{MailUse, Segment, Target};
use worker::Url;

use launch_ready_edge::problem::{Problem, listed, shortened};
use launch_ready_edge::typed;

/// The names of all parameters.
fn names() -> Vec<&'static str> {
    PARAMETERS.iter().map(|parameter| parameter.name).collect()
}

const MISSING: &str = "Name the domain to check, such as /api/v1/report?domain=example.com.";

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// What is to be checked.
    pub(crate) target: Target,
    /// Whether it is to be scanned now, even where there is a report.
    pub(crate) fresh: bool,
    /// The checks that alone are to be asked again; none for a whole report.
    pub(crate) named: Vec<&'static Check>,
}

impl Asked {
    /// What two who ask the same have in common. A report answers one such question.
    pub(crate) fn key(&self) -> String {
        let mut key = serde_json::to_string(&self.target).unwrap_or_default();
        for check in &self.named {
            key.push(' ');
            key.push_str(check.id);
        }
        key
    }

    /// Asks how redirects come out, and nothing else: a line `old address`, tab, `target` for each. The front has read the list;
    /// no address holds a tab.
    pub(crate) fn try_moves(&mut self, lines: &str) {
        let addresses = lines.lines().map(|line| line.split_once('\t'));
        let moves = addresses.enumerate().filter_map(|(at, addresses)| {
            let (from, to) = addresses?;
            Some(RedirectRule::plain(at + 1, from, to))
        });
        self.target.moves = moves.collect();
        self.named = vec![&CHECK];
        self.fresh = true;
    }

    /// Whether nobody said anything but the domain. Only such a report is shown to everybody.
    pub(crate) fn is_plain(&self) -> bool {
        self.named.is_empty()
            && Target::parse(self.target.domain.as_str()).is_ok_and(|plain| plain == self.target)
    }
}

/// What the query asks for. Nothing is guessed and nothing ignored: a parameter that is misspelt would otherwise
/// give a report that looks right and is not.
///
/// # Errors
/// The first thing that cannot be understood.
pub(crate) fn asked(url: &Url) -> Result<Asked, Problem> {
    let mut values: [Option<String>; 5] = [const { None }; 5];
    // These may stand there several times.
    let (mut selectors, mut paths, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
    for (name, value) in url.query_pairs() {
        match &*name {
            "selector" => {
                selectors.push(value.into_owned());
                continue;
            }
            "path" => {
                paths.push(value.into_owned());
                continue;
            }
            "check" => {
                wanted.push(value.into_owned());
                continue;
            }
            _ => {}
        }
        let place = PARAMETERS.iter().zip(&mut values).find(|(known, _)| known.name == name);
        let Some((_, place)) = place else { return Err(Problem::unknown_parameter(&name, &names())) };
        if place.is_some() {
            return Err(repeated(&name));
        }
        *place = Some(value.into_owned());
    }
    let [domain, segment, mail, fresh, deep] = values;
    let Some(domain) = domain else { return Err(Problem::missing_parameter("domain", MISSING)) };
    let mut target = typed::target(&domain).map_err(|error| Problem::domain(&error))?;
    if let Some(id) = segment {
        let known = Segment::from_id(&id);
        target.segment =
            Some(known.ok_or_else(|| value("segment", &id, Segment::ALL.map(Segment::id).to_vec()))?);
    }
    if let Some(id) = mail {
        let known = MailUse::from_id(&id);
        target.mail = Some(known.ok_or_else(|| value("mail", &id, MailUse::ALL.map(MailUse::id).to_vec()))?);
    }
    let fresh = match fresh.as_deref() {
        None | Some("false") => false,
        Some("true" | "") => true,
        Some(other) => return Err(value("fresh", other, vec!["true", "false"])),
    };
    target.deep = match deep.as_deref() {
        None | Some("false") => false,
        Some("true" | "") => true,
        Some(other) => return Err(value("deep", other, vec!["true", "false"])),
    };
    for selector in selectors {
        target.add_selector(&selector).map_err(|detail| unusable("selector", detail))?;
    }
    for path in paths {
        target.add_path(&path).map_err(|detail| unusable("path", detail))?;
    }
    let all = checks::of(&target);
    let named = recheck::named(&all, &wanted)
        .map_err(|unknown| value("check", unknown, all.iter().map(|check| check.id).collect()))?;
    // Whoever asks again has changed something, and wants to see that.
    let fresh = fresh || !named.is_empty();
    Ok(Asked { target, fresh, named })
}

fn unusable(parameter: &str, detail: String) -> Problem {
    Problem::parameter("unusable-value", "Unusable value", detail, parameter, Vec::new())
}

fn repeated(name: &str) -> Problem {
    let detail = format!("“{}” stands in the address more than once. Give it one value.", shortened(name));
    Problem::parameter("repeated-parameter", "A parameter is repeated", detail, name, Vec::new())
}

fn value(parameter: &str, given: &str, allowed: Vec<&'static str>) -> Problem {
    let detail =
        format!("“{}” is no {parameter} that we know. Use one of {}.", shortened(given), listed(&allowed));
    Problem::parameter("unknown-value", "Unknown value", detail, parameter, allowed)
}
