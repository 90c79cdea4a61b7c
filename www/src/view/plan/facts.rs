//! What only the founder knows about how the product is run, for the papers: short fields, forms for what has more to it, and
//! lists with an entry on each line.

use launch_ready_core::plan::roadmap::{Answers, Contact, Endpoint, Monitor, Variable};
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

use super::entries;
use super::state::Plan;

/// Reads a field of the answers.
type Get = fn(&Answers) -> String;
/// Writes one.
type Set = fn(&mut Answers, &str);

/// The form for the papers.
#[component]
pub(super) fn Facts(plan: Plan) -> impl IntoView {
    let short = |(label, get, set): (&'static str, Get, Set)| {
        view! {
            <label>
                <span>{label}</span>
                <input
                    type="text"
                    prop:value=move || plan.answers.with(get)
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        plan.answers.update(|answers| set(answers, value.trim()));
                    }
                />
            </label>
        }
    };
    let lines = |(label, hint, get, set): (&'static str, &'static str, Get, Set)| {
        view! {
            <label class="plan-lines">
                <span>{label}" "<small>{hint}</small></span>
                <textarea
                    rows="3"
                    spellcheck="false"
                    prop:value=move || plan.answers.with(get)
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        plan.answers.update(|answers| set(answers, &value));
                        // A field that keeps nothing is empty again.
                        event_target::<HtmlTextAreaElement>(&event).set_value(&plan.answers.with_untracked(get));
                    }
                ></textarea>
            </label>
        }
    };
    view! {
        <details class="plan-part" id="plan-facts">
            <summary>"Details for the documents"</summary>
            <p class="plan-hint">"Everything is optional: what is missing is marked in the documents. Never enter a password or a key."</p>
            <div class="plan-fields">{SHORT.map(short).into_iter().collect_view()}</div>
            {entries::lists(plan)}
            <div class="plan-fields">{LINES.map(lines).into_iter().collect_view()}</div>
        </details>
    }
    .into_any()
}

static SHORT: [(&str, Get, Set); 14] = [
    ("Host", |a| a.deploy.host.clone(), |a, v| a.deploy.host = v.into()),
    ("Repository", |a| a.deploy.repository.clone(), |a, v| a.deploy.repository = v.into()),
    ("Branch or tag", |a| a.deploy.branch.clone(), |a, v| a.deploy.branch = v.into()),
    ("Roll back when", |a| a.deploy.rollback_when.clone(), |a, v| a.deploy.rollback_when = v.into()),
    ("Who decides", |a| a.deploy.rollback_who.clone(), |a, v| a.deploy.rollback_who = v.into()),
    ("Database changes", |a| a.deploy.migrations.clone(), |a, v| a.deploy.migrations = v.into()),
    ("Backups", |a| a.deploy.backups.clone(), |a, v| a.deploy.backups = v.into()),
    ("Staging", |a| a.deploy.staging.clone(), |a, v| a.deploy.staging = v.into()),
    ("Monitoring tools", |a| a.monitoring.tools.clone(), |a, v| a.monitoring.tools = v.into()),
    ("Alerts go to", |a| a.monitoring.channel.clone(), |a, v| a.monitoring.channel = v.into()),
    ("Who gets alerts", |a| a.monitoring.paged.clone(), |a, v| a.monitoring.paged = v.into()),
    ("Logs", |a| a.monitoring.logs.clone(), |a, v| a.monitoring.logs = v.into()),
    ("Status page", |a| a.monitoring.status_page.clone(), |a, v| a.monitoring.status_page = v.into()),
    ("Domain", |a| a.domain.clone(), |a, v| a.domain = v.into()),
];

static LINES: [(&str, &str, Get, Set); 7] = [
    (
        "Names of environment variables",
        "one per line; anything after = is dropped",
        |_| String::new(),
        |a, v| {
            for name in each(v).iter().map(|line| line.trim_start_matches("export ")) {
                // Whoever pastes a whole line keeps its value to themselves.
                let name = name.split('=').next().unwrap_or_default().trim();
                let known = a.environment.iter().any(|variable| variable.name == name);
                if !known && !name.is_empty() && !name.starts_with('#') {
                    a.environment.push(Variable { name: name.to_owned(), ..Variable::default() });
                }
            }
        },
    ),
    ("Steps of a deployment", "one per line", |a| a.deploy.steps.join("\n"), |a, v| a.deploy.steps = each(v)),
    ("Rollback steps", "one per line", |a| a.deploy.rollback.join("\n"), |a, v| a.deploy.rollback = each(v)),
    (
        "Smoke test after a deployment",
        "one URL per line",
        |a| a.deploy.smoke_test.join("\n"),
        |a, v| a.deploy.smoke_test = each(v),
    ),
    (
        "What is monitored",
        "what; how often; alert when; alert whom; first action",
        |a| {
            rows(&a.monitoring.monitors, |it| {
                vec![&it.what, &it.every, &it.threshold, &it.paged, &it.first_action]
            })
        },
        |a, v| {
            a.monitoring.monitors = read(
                v,
                &a.monitoring.monitors,
                |it: &Monitor| &it.what,
                |[what, every, threshold, paged, first_action], known| Monitor {
                    what,
                    every,
                    threshold,
                    paged,
                    first_action,
                    ..known
                },
            );
        },
    ),
    (
        "Who can help",
        "name; for what; how to reach",
        |a| rows(&a.contacts, |it| vec![&it.name, &it.role, &it.reach]),
        |a, v| {
            a.contacts = read(
                v,
                &a.contacts,
                |it: &Contact| &it.name,
                |[name, role, reach, ..], known| Contact { name, role, reach, ..known },
            );
        },
    ),
    (
        "Measured latency",
        "endpoint; before in ms; after in ms; note",
        |a| {
            let number = |value: Option<u32>| value.map(|ms| ms.to_string()).unwrap_or_default();
            let lines = a.latency.iter().map(|it| {
                [it.name.clone(), number(it.before_p95_ms), number(it.after_p95_ms), it.note.clone()]
                    .join("; ")
            });
            lines.collect::<Vec<_>>().join("\n")
        },
        |a, v| {
            a.latency = read(
                v,
                &a.latency,
                |it: &Endpoint| &it.name,
                |[name, before, after, note, _], known| Endpoint {
                    name,
                    before_p95_ms: before.parse().ok(),
                    after_p95_ms: after.parse().ok(),
                    note,
                    ..known
                },
            );
        },
    ),
];

fn each(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Entries as lines; empty fields at the end of a line are left out.
fn rows<T>(entries: &[T], fields: fn(&T) -> Vec<&String>) -> String {
    let line = |entry: &T| {
        let text = fields(entry).into_iter().map(String::as_str).collect::<Vec<_>>().join("; ");
        text.trim_end_matches([' ', ';']).to_owned()
    };
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Lines as entries. What this form does not show stays with the entry of the same name.
fn read<T: Clone + Default>(
    text: &str,
    known: &[T],
    name: fn(&T) -> &String,
    make: fn([String; 5], T) -> T,
) -> Vec<T> {
    each(text)
        .into_iter()
        .map(|line| {
            let mut fields = [const { String::new() }; 5];
            for (field, part) in fields.iter_mut().zip(line.splitn(5, ';')) {
                part.trim().clone_into(field);
            }
            let same = known.iter().find(|entry| *name(entry) == fields[0]).cloned().unwrap_or_default();
            make(fields, same)
        })
        .collect()
}
