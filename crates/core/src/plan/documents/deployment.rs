//! The deployment and rollback sheet: how production is deployed, and how to be back within ten minutes.

use super::DocumentContext;
use super::model::{code, gap, known_or_gap, plain, strong};
use super::rollback::way_back;
use super::{Document, Text};

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    let deploy = &material.answers.deploy;
    let host = material.host();
    sheet.heading("Production");
    let host_said = match (&host, deploy.host.trim().is_empty()) {
        (Some(host), true) => plain(host).plain(" (told by the DNS records)"),
        (Some(host), false) => plain(host),
        (None, _) => gap("where production runs"),
    };
    let domain = material.domain();
    sheet.table(
        &["What", "Where and how"],
        vec![
            vec![plain("Address"), code(format!("https://{domain}/"))],
            vec![plain("Host"), host_said],
            vec![plain("Code"), known_or_gap(&deploy.repository, "repository")],
            vec![plain("What is deployed"), known_or_gap(&deploy.branch, "branch or tag")],
            vec![
                plain("Database changes"),
                known_or_gap(&deploy.migrations, "how they are made, and taken back"),
            ],
            vec![
                plain("Backups"),
                known_or_gap(&deploy.backups, "where they are, and when one was last restored"),
            ],
            vec![plain("Staging"), known_or_gap(&deploy.staging, "how it is kept apart")],
        ],
    );
    sheet.heading("Deploy");
    if deploy.steps.is_empty() {
        sheet.paragraph(gap("The deployment steps are not written down. Until they are, only people who know them by heart can deploy."));
    } else {
        sheet.steps(deploy.steps.iter().map(|step| plain(step.trim())).collect());
    }
    sheet.subheading("Smoke test after every deployment");
    sheet.ticks(smoke_test(material).into_iter().map(|text| super::Tick { done: false, text }).collect());

    sheet.new_page();
    sheet.heading("Rollback in ten minutes");
    sheet.paragraph(
        plain("When: ")
            .and(known_or_gap(&deploy.rollback_when, "the rule: an error rate, a broken step"))
            .plain(" Who decides: ")
            .and(known_or_gap(&deploy.rollback_who, "a name, and a second one")),
    );
    let way = host.as_deref().and_then(way_back);
    let mut back: Vec<Text> = deploy.rollback.iter().map(|step| plain(step.trim())).collect();
    if back.is_empty() {
        back.push(match way {
            Some(way) => plain(way.text.as_str()),
            None => gap("how the host takes a release back: a button, a command, or the last good version deployed again"),
        });
    }
    let minute = |minutes: &str, what: Text| vec![plain(minutes), what];
    let mut rows = vec![
        minute("0", plain("Decide. If customers cannot sign in, pay or reach the site since the release, go back; find the reason afterwards.")),
        minute("0–1", plain("Tell the team: “Rolling back the release of …, back in ten minutes.” No other deployments meanwhile.")),
        minute("1–2", plain("Look whether the release changed the database. If it did, and the old version cannot work with it: ").and(if deploy.migrations.trim().is_empty() { gap("how a database change is taken back") } else { plain(deploy.migrations.trim()) })),
    ];
    for (index, step) in back.into_iter().enumerate() {
        rows.push(minute(if index == 0 { "2–6" } else { "" }, step));
    }
    rows.push(minute(
        "6–8",
        plain("Run the smoke test above, in a private window, and once past the cache."),
    ));
    rows.push(minute("8–9", plain("Look at the error rate and the log: both as before the release?")));
    rows.push(minute("9–10", plain("Say that it is back, and when the reason will be known. Write down what happened while you remember.")));
    sheet.table(&["Minute", "What"], rows);
    if let Some(way) = way {
        if !way.command.is_empty() {
            sheet.code(way.command.as_str());
        }
        sheet.paragraph(strong("Beware:").plain(" ").plain(way.beware.as_str()));
    }
    sheet.subheading("If it is not back after ten minutes");
    sheet.steps(vec![
        plain("Put up a page that says so, at the network in front if the host does not answer."),
        plain("Call: ").and(contact(material)),
        plain("Restore the last backup only when data was damaged, into a new database first. ")
            .and(known_or_gap(&deploy.backups, "where backups are")),
    ]);
    sheet.subheading("Tried");
    sheet.paragraph(plain("The way back was last walked on: ").and(tried(material)));
    sheet
}

/// What to try after a deployment.
pub(crate) fn smoke_test(material: &DocumentContext<'_>) -> Vec<Text> {
    let said = &material.answers.deploy.smoke_test;
    if !said.is_empty() {
        return said.iter().map(|what| code(what.trim())).collect();
    }
    let domain = material.domain();
    vec![
        code(format!("https://{domain}/")).plain(" shows the home page"),
        plain("Sign in with a test account: ").gap("address of the login"),
        plain("The health endpoint says that all is well: ").and(health(material)),
        plain("The first thing that counts works: ").gap("book, post, upload, buy"),
    ]
}

/// The health endpoint, if one was found.
pub(crate) fn health(material: &DocumentContext<'_>) -> Text {
    let found = material.finding("health-endpoint").filter(|finding| finding.outcome == "found");
    match found.and_then(|finding| finding.seen.first()) {
        Some(seen) => code(&seen.label),
        None => gap("its address"),
    }
}

/// Who can help, or a gap.
pub(crate) fn contact(material: &DocumentContext<'_>) -> Text {
    let known = material.answers.contacts.iter().find(|contact| !contact.name.trim().is_empty());
    match known {
        Some(contact) => {
            let parts = [&contact.name, &contact.role, &contact.reach].map(|part| part.trim().to_owned());
            plain(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
        }
        None => gap("a name and a number"),
    }
}

fn tried(material: &DocumentContext<'_>) -> Text {
    use crate::plan::roadmap::Word;
    let said = material.answers.said("rollback-tested").or_else(|| material.answers.said("rollback-path"));
    match said.filter(|said| said.answer == Some(Word::Yes) && !said.date.is_empty()) {
        Some(said) => plain(&said.date),
        None => gap("date, and how long it took"),
    }
}
