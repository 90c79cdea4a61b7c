//! The environment inventory: every setting that production needs, who looks after it and what has to be done when it
//! changes. Never a value.

use super::DocumentContext;
use super::model::{code, gap, known_or_gap, plain};
use super::stages;
use super::{Document, Text};
use crate::plan::roadmap::Variable;

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.paragraph("Names, purposes and owners. Values stand in the host's settings or a secret manager, and never on this sheet.");
    let variables: Vec<&Variable> =
        material.answers.environment.iter().filter(|variable| !variable.name.trim().is_empty()).collect();
    if variables.is_empty() {
        sheet.paragraph(gap("No variable is listed yet. Take the names from .env.example or from the host's settings, and fill in the lines."));
        let blank = || {
            (0..BLANK_LINES).map(|_| vec![plain(" "), plain(""), plain(""), plain(""), plain(""), plain("")])
        };
        sheet.table(COLUMNS, blank().collect());
    } else {
        sheet.table(COLUMNS, variables.iter().map(|variable| row(variable)).collect());
        let open = variables.iter().filter(|variable| variable.owner.trim().is_empty()).count();
        if open > 0 {
            sheet.paragraph(gap(format!("{open} of {} have no owner.", variables.len())));
        }
    }
    let state = material.assessment.map(|assessment| assessment.stages.as_slice()).unwrap_or_default();
    let about: Vec<_> = state
        .iter()
        .flat_map(|stage| &stage.items)
        .filter(|item| ABOUT.contains(&item.id))
        .map(stages::item)
        .collect();
    if !about.is_empty() {
        sheet.heading("What your roadmap asks about settings and secrets");
        sheet.ticks(about);
    }
    sheet.heading("When a setting changes");
    sheet.steps(vec![
        plain("Write the new value into the host's settings for every environment that needs it, production last."),
        plain("Deploy: most hosts give a running program its settings at the start only."),
        plain("Run the smoke test of the deployment sheet."),
        plain("For a secret: withdraw the old value at the provider, and only then call it done."),
        plain("Note it here: date, who, why."),
    ]);
    sheet.heading("For every deployment to come");
    sheet.ticks(
        [
            "The build stops when a variable of .env.example is missing.",
            "A scan for secrets runs at every push.",
            "Nothing secret has a name that a framework ships to browsers (NEXT_PUBLIC_, VITE_, REACT_APP_, PUBLIC_).",
            "Development, staging and production have different keys.",
        ]
        .map(|text| super::Tick { done: false, text: plain(text) })
        .into(),
    );
    sheet
}

fn row(variable: &Variable) -> Vec<Text> {
    let kind = match variable.secret {
        Some(true) => plain("secret"),
        Some(false) => plain("public"),
        None => gap("secret?"),
    };
    vec![
        // Whoever wrote the whole line gets the name alone.
        code(variable.name.split('=').next().unwrap_or_default().trim()),
        kind,
        known_or_gap(&variable.purpose, "purpose"),
        known_or_gap(&variable.place, "place"),
        known_or_gap(&variable.owner, "owner"),
        plain(variable.change.trim()),
    ]
}

const COLUMNS: &[&str] = &["Name", "Kind", "For", "Set where", "Owner", "When it changes"];

/// Lines to fill in by hand.
const BLANK_LINES: usize = 8;

/// Items of the roadmaps that are about settings and secrets.
const ABOUT: [&str; 10] = [
    "config-not-local",
    "deploy-keeps-config",
    "env-documented",
    "env-separated",
    "env-set-production",
    "keys-least-privilege",
    "secrets-in-store",
    "secrets-not-in-frontend",
    "secrets-out-of-code",
    "secrets-rotate",
];
