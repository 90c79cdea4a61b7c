//! Lists of things with more to them than fits on a line: accounts, environment variables. Each entry is a form of its own.

use launch_ready_core::plan::roadmap::{Account, Answers, Variable};
use leptos::html::Button;
use leptos::prelude::*;

use super::state::Plan;

/// A field of an entry.
struct Field<T: 'static> {
    label: &'static str,
    get: fn(&T) -> &String,
    set: fn(&mut T) -> &mut String,
}

/// A list of entries.
struct List<T: 'static> {
    id: &'static str,
    title: &'static str,
    hint: &'static str,
    /// One entry, as in "Add an account".
    one: &'static str,
    get: fn(&Answers) -> &Vec<T>,
    set: fn(&mut Answers) -> &mut Vec<T>,
    /// The first one names the entry.
    fields: &'static [Field<T>],
    /// What else an entry has.
    further: fn(Plan, usize) -> AnyView,
}

/// Every list.
pub(super) fn lists(plan: Plan) -> AnyView {
    (list(plan, &ACCOUNTS), list(plan, &VARIABLES)).into_any()
}

fn list<T: Clone + Default + 'static>(plan: Plan, list: &'static List<T>) -> AnyView {
    let count = Memo::new(move |_| plan.answers.with(|answers| (list.get)(answers).len()));
    let adding = NodeRef::<Button>::new();
    let add = move |_| {
        plan.answers.update(|answers| (list.set)(answers).push(T::default()));
        plan.say(format!("Added {}.", list.one));
    };
    let entries = move || (0..count.get()).map(|at| entry(plan, list, at, adding)).collect_view();
    view! {
        <div class="plan-entries" id=list.id>
            <h4>{list.title}</h4>
            <p class="plan-hint">{list.hint}</p>
            {entries}
            <p class="plan-buttons"><button type="button" node_ref=adding on:click=add>"Add "{list.one}</button></p>
        </div>
    }
    .into_any()
}

fn entry<T: 'static>(plan: Plan, list: &'static List<T>, at: usize, adding: NodeRef<Button>) -> AnyView {
    let value = move |field: &Field<T>| {
        plan.answers.with(|answers| {
            (list.get)(answers).get(at).map(|entry| (field.get)(entry).clone()).unwrap_or_default()
        })
    };
    let fields = list.fields.iter().map(|field| {
        view! {
            <label>
                <span>{field.label}</span>
                <input
                    type="text"
                    prop:value=move || value(field)
                    on:change=move |event| {
                        let text = event_target_value(&event);
                        plan.answers.update(|answers| {
                            if let Some(entry) = (list.set)(answers).get_mut(at) {
                                text.trim().clone_into((field.set)(entry));
                            }
                        });
                    }
                />
            </label>
        }
    });
    let name = move || match list.fields.first().map(value).unwrap_or_default() {
        name if name.is_empty() => "Not named yet".to_owned(),
        name => name,
    };
    let remove = move |_| {
        plan.answers.update(|answers| {
            let entries = (list.set)(answers);
            if at < entries.len() {
                entries.remove(at);
            }
        });
        plan.say("Removed.");
        // What was clicked may be gone, and the focus with it.
        if let Some(button) = adding.get_untracked() {
            let _ = button.focus();
        }
    };
    view! {
        <fieldset class="plan-entry">
            <legend>{name}</legend>
            <div class="plan-fields">{fields.collect_view()} {(list.further)(plan, at)}</div>
            <button type="button" on:click=remove>"Remove"<span class="visually-hidden">": "{name}</span></button>
        </fieldset>
    }
    .into_any()
}

/// Whether the value of a variable is a secret.
fn secrecy(plan: Plan, at: usize) -> AnyView {
    let said =
        move || plan.answers.with(|answers| answers.environment.get(at).and_then(|variable| variable.secret));
    let choices =
        [("", "Not specified", None), ("yes", "Yes", Some(true)), ("no", "No, it is public", Some(false))];
    let options = choices.map(|(value, words, secret)| {
        view! { <option value=value selected=move || said() == secret>{words}</option> }
    });
    let change = move |event| {
        let value = event_target_value(&event);
        let secret = choices.iter().find(|(known, ..)| *known == value).and_then(|(.., secret)| *secret);
        plan.answers.update(|answers| {
            if let Some(variable) = answers.environment.get_mut(at) {
                variable.secret = secret;
            }
        });
    };
    view! {
        <label>
            <span>"Is it a secret?"</span>
            <select on:change=change>{options.into_iter().collect_view()}</select>
        </label>
    }
    .into_any()
}

static ACCOUNTS: List<Account> = List {
    id: "plan-accounts",
    title: "Accounts",
    hint: "Registrar, DNS, host, email, payments: who owns each, who pays, and how to recover access. Say where codes and passwords are kept, never the codes.",
    one: "an account",
    get: |answers| &answers.accounts,
    set: |answers| &mut answers.accounts,
    fields: &[
        Field { label: "Service", get: |it| &it.service, set: |it| &mut it.service },
        Field { label: "For what", get: |it| &it.purpose, set: |it| &mut it.purpose },
        Field { label: "Owner", get: |it| &it.owner, set: |it| &mut it.owner },
        Field { label: "Registered with", get: |it| &it.login, set: |it| &mut it.login },
        Field { label: "Who else may do what", get: |it| &it.access, set: |it| &mut it.access },
        Field { label: "Who pays, and how", get: |it| &it.billing, set: |it| &mut it.billing },
        Field { label: "Recovery and second factor", get: |it| &it.recovery, set: |it| &mut it.recovery },
        Field { label: "Key rotation", get: |it| &it.rotation, set: |it| &mut it.rotation },
    ],
    further: |_, _| ().into_any(),
};

static VARIABLES: List<Variable> = List {
    id: "plan-variables",
    title: "Environment variables",
    hint: "Names, never values.",
    one: "a variable",
    get: |answers| &answers.environment,
    set: |answers| &mut answers.environment,
    fields: &[
        Field { label: "Name", get: |it| &it.name, set: |it| &mut it.name },
        Field { label: "For what", get: |it| &it.purpose, set: |it| &mut it.purpose },
        Field { label: "Set where", get: |it| &it.place, set: |it| &mut it.place },
        Field { label: "Owner", get: |it| &it.owner, set: |it| &mut it.owner },
        Field { label: "Steps when it changes", get: |it| &it.change, set: |it| &mut it.change },
    ],
    further: secrecy,
};
