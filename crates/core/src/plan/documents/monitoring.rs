//! The monitoring sheet: what is watched, from when on it calls, whom, and what comes first.

use launch_ready_providers::meant_by;

use super::DocumentContext;
use super::deployment::health;
use super::model::{code, gap, known_or_gap, plain};
use super::{Document, Text};
use crate::plan::roadmap::Monitor;
use crate::target::Segment;

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    let monitoring = &material.answers.monitoring;
    sheet.table(
        &["What", "Where"],
        vec![
            vec![plain("Tools"), known_or_gap(&monitoring.tools, "what watches")],
            vec![plain("Alerts go to"), known_or_gap(&monitoring.channel, "channel")],
            vec![
                plain("Called first, and second"),
                known_or_gap(&monitoring.paged, "two names with numbers"),
            ],
            vec![plain("Logs"), known_or_gap(&monitoring.logs, "where they are")],
            vec![plain("Status page"), known_or_gap(&monitoring.status_page, "address, or “none”")],
        ],
    );
    let monitors: Vec<&Monitor> =
        monitoring.monitors.iter().filter(|monitor| !monitor.what.trim().is_empty()).collect();
    if monitors.is_empty() {
        sheet.heading("What should be watched");
        sheet.paragraph(gap("You have not listed what is monitored. These are suggestions from the checks and your roadmap; none of them may be set up."));
        let rows = proposals(material).into_iter().map(|(what, every, threshold, action)| {
            vec![what, plain(every), plain(threshold), gap("who"), plain(action)]
        });
        sheet.table(COLUMNS, rows.collect());
    } else {
        sheet.heading("What is watched");
        let rows = monitors.iter().map(|monitor| {
            let paged = if monitor.paged.trim().is_empty() { &monitoring.paged } else { &monitor.paged };
            vec![
                plain(monitor.what.trim()),
                known_or_gap(&monitor.every, "how often"),
                known_or_gap(&monitor.threshold, "threshold"),
                known_or_gap(paged, "who"),
                known_or_gap(&monitor.first_action, "first action"),
            ]
        });
        sheet.table(COLUMNS, rows.collect());
    }
    sheet.heading("What the checks recognised");
    sheet.list(
        ["observability", "health-endpoint", "request-id", "edge-protection"]
            .into_iter()
            .filter_map(|check| material.finding(check))
            .map(|finding| plain(super::context::sentence(finding)))
            .collect(),
    );
    if material.finding("observability").is_none() {
        sheet.paragraph(gap("This scan did not look for monitoring; a deep one does."));
    }
    let services = services_in_use(material);
    if !services.is_empty() {
        sheet.heading("Is it them, or you?");
        sheet.paragraph("Look here first: the status pages of the services that this domain runs on.");
        sheet.list(services);
    }
    sheet.heading("Keeping alerts useful");
    sheet.list(vec![
        plain("An alert is for something to act on now. Everything else is a chart."),
        plain("Confirm from a second place, or a second time, before calling anybody at night."),
        plain("Say when it is over, in the same channel."),
        plain("After each alert ask: was it right, did it come early enough, did the first action help?"),
    ]);
    sheet
}

/// The status pages of the providers in use, as far as somebody vouches for their addresses.
fn services_in_use(material: &DocumentContext<'_>) -> Vec<Text> {
    let host = material.host();
    let names = material.providers().into_iter().map(|(name, _)| name).chain(host.as_deref());
    let mut pages: Vec<(&str, &str)> = names
        .flat_map(meant_by)
        .filter_map(|provider| Some((provider.name.as_str(), provider.status_page.as_ref()?)))
        .filter(|(_, page)| page.source.unchecked.is_none())
        .map(|(name, page)| (name, page.url.as_str()))
        .collect();
    pages.sort_unstable();
    pages.dedup();
    pages.into_iter().map(|(name, url)| plain(format!("{name}: ")).code(url)).collect()
}

const COLUMNS: &[&str] = &["What", "How often", "Calls when", "Calls whom", "First action"];

type Proposal = (Text, String, String, &'static str);

fn proposals(material: &DocumentContext<'_>) -> Vec<Proposal> {
    let domain = material.domain();
    let every = match material.segment() {
        Some(Segment::MobileApp) => "every minute",
        _ => "every 1 to 5 minutes",
    };
    let p95 = match material.segment() {
        Some(Segment::Coach) => "above 400 ms for 15 minutes",
        Some(Segment::AiTool) => "above 500 ms for light requests, 1 s behind the login, for 15 minutes",
        Some(Segment::MobileApp) => "above 300 ms for reads, 700 ms for heavy ones, for 15 minutes",
        Some(Segment::CreatorPlatform | Segment::InternalTool) => {
            "above 300 ms for reads, 800 ms for heavy ones, for 15 minutes"
        }
        None => "above the target for 15 minutes",
    };
    let row = |what: Text, every: &str, threshold: &str, action: &'static str| {
        (what, every.to_owned(), threshold.to_owned(), action)
    };
    vec![
        row(
            code(format!("https://{domain}/")),
            every,
            "twice not 200, from two places",
            "Open it yourself; then runbook “Broken deployment”",
        ),
        row(
            plain("The app and its login: ").gap("address"),
            every,
            "twice not 200",
            "Sign in yourself; was something released in the last hour?",
        ),
        row(
            plain("The API's health: ").and(health(material)),
            every,
            "twice not healthy",
            "Read what it says: database, queue or another service",
        ),
        row(
            plain("The way back from a login elsewhere: ").gap("address"),
            every,
            "twice an error",
            "Try it; compare the addresses allowed at the provider",
        ),
        row(
            plain("Error rate"),
            "all the time",
            "above 1 % for 5 minutes",
            "Was something released? Then go back",
        ),
        row(
            plain("95th percentile of the main requests"),
            "all the time",
            p95,
            "Slow queries, queue, outage of another service, in this order",
        ),
        row(
            plain("Certificate"),
            "daily",
            "less than a quarter of its lifetime left: of 90 days 22, of 47 days 11, of 6 days one and a half",
            "Runbook “Expired certificate”",
        ),
        row(
            plain("Registration of ").code(domain),
            "weekly",
            "fewer than 45 days left",
            "Runbook “Domain about to expire”",
        ),
        row(
            plain("DNS records and redirects"),
            "hourly",
            "any change",
            "Who changed it? Compare with the DNS map",
        ),
        row(
            plain("Mail that was not delivered"),
            "all the time",
            "more than 5 in an hour",
            "Runbook “Mail fails authentication”",
        ),
    ]
}
