//! The query of `/api/v1/report`: what is to be checked.

use launch_ready_core::domain::Domain;
use launch_ready_core::target::{MailUse, Segment, Target};
use worker::Url;

use crate::js;
use crate::problem::Problem;

/// Every parameter.
const PARAMETERS: [&str; 6] = ["domain", "segment", "mail", "deep", "selector", "path"];

/// What the query asks for. Nothing is guessed and nothing ignored: a parameter that is misspelt would otherwise
/// give a report that looks right and is not.
///
/// # Errors
/// The first thing that cannot be understood.
pub(crate) fn target(url: &Url) -> Result<Target, Problem> {
    let mut values: [Option<String>; 4] = [None, None, None, None];
    // These two may stand there several times.
    let (mut selectors, mut paths) = (Vec::new(), Vec::new());
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
            _ => {}
        }
        let place = PARAMETERS.iter().zip(&mut values).find(|(known, _)| **known == name);
        let Some((_, place)) = place else { return Err(unknown(&name)) };
        if place.is_some() {
            return Err(repeated(&name));
        }
        *place = Some(value.into_owned());
    }
    let [domain, segment, mail, deep] = values;
    let Some(domain) = domain else { return Err(missing()) };
    let domain =
        Domain::parse_with(&domain, &js::unicode_to_ascii).map_err(|error| Problem::domain(&error))?;
    let mut target = Target::new(domain);
    if let Some(id) = segment {
        let known = Segment::from_id(&id);
        target.segment =
            Some(known.ok_or_else(|| value("segment", &id, Segment::ALL.map(Segment::id).to_vec()))?);
    }
    if let Some(id) = mail {
        let known = MailUse::from_id(&id);
        target.mail = Some(known.ok_or_else(|| value("mail", &id, MailUse::ALL.map(MailUse::id).to_vec()))?);
    }
    target.deep = match deep.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return Err(value("deep", other, vec!["true", "false"])),
    };
    for selector in selectors {
        target.add_selector(&selector).map_err(|detail| unusable("selector", detail))?;
    }
    for path in paths {
        target.add_path(&path).map_err(|detail| unusable("path", detail))?;
    }
    Ok(target)
}

fn unusable(parameter: &str, detail: String) -> Problem {
    Problem::parameter("unusable-value", "Unusable value", detail, parameter, Vec::new())
}

fn missing() -> Problem {
    let detail = "Name the domain to check, such as /api/v1/report?domain=example.com.".to_owned();
    Problem::parameter("missing-parameter", "A parameter is missing", detail, "domain", Vec::new())
}

fn repeated(name: &str) -> Problem {
    let detail = format!("“{}” stands in the address more than once. Give it one value.", shortened(name));
    Problem::parameter("repeated-parameter", "A parameter is repeated", detail, name, Vec::new())
}

fn unknown(name: &str) -> Problem {
    let detail = format!("There is no parameter “{}”. There are {}.", shortened(name), listed(&PARAMETERS));
    Problem::parameter(
        "unknown-parameter",
        "Unknown parameter",
        detail,
        &shortened(name),
        PARAMETERS.to_vec(),
    )
}

fn value(parameter: &str, given: &str, allowed: Vec<&'static str>) -> Problem {
    let detail =
        format!("“{}” is no {parameter} that we know. Use one of {}.", shortened(given), listed(&allowed));
    Problem::parameter("unknown-value", "Unknown value", detail, parameter, allowed)
}

fn listed(values: &[&str]) -> String {
    match values {
        [rest @ .., before, last] => {
            let rest: String = rest.iter().flat_map(|value| [value, ", "]).collect();
            format!("{rest}{before} and {last}")
        }
        _ => values.concat(),
    }
}

/// An error never echoes a book.
fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let short: String = characters.by_ref().take(40).collect();
    if characters.next().is_some() { short + "…" } else { short }
}
