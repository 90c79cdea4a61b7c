//! The redirect map: a pasted list of old addresses, looked over at every change and written as rules for a host. All of that
//! happens here; the service is asked only when somebody wants the addresses tried on the site.

use std::cell::RefCell;

use js_sys::futures::spawn_local;
use launch_ready_core::http::ARROW;
use launch_ready_core::plan::redirect_map;
use launch_ready_core::plan::redirect_map::{
    Asked, Format, List, MAX_TRIED, RedirectReport, RedirectRow, Tried,
};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{Element, HtmlDivElement};

use super::again::say;
use super::state::Plan;
use super::trying::{self, CameOut};
use crate::copying::copying;
use crate::dom::add;

/// What stands there before there is a list.
const NOTHING: &str = "Paste the list to see it as a table. One move per line, old URL first.";

/// Rows that are shown; the rules hold all of them.
const MAX_ROWS: usize = 200;

thread_local! {
    /// How moves came out that were tried.
    static CAME_OUT: RefCell<Vec<CameOut>> = const { RefCell::new(Vec::new()) };
}

/// The list, what is wrong with it, and the rules.
#[component]
pub(super) fn Redirects(plan: Plan) -> impl IntoView {
    let chosen = RwSignal::new(None::<Format>);
    let format = move || chosen.get().unwrap_or_else(|| of_host(plan));
    let options = Format::ALL
        .map(|one| {
            let selected = move || format() == one;
            view! { <option value=one.id() selected=selected>{one.name()}</option> }
        })
        .into_iter()
        .collect_view();
    let (place, trying) = (NodeRef::<Div>::new(), NodeRef::<Div>::new());
    // By hand: see `super::steps`. What is drawn already stays when another answer changes.
    let drawn = RefCell::new(None);
    Effect::new(move |_| {
        let (Some(place), Some(trying)) = (place.get(), trying.get()) else { return };
        let text = plan.answers.with(|answers| answers.redirects.clone());
        let list = Some((domain(plan), text, format()));
        if drawn.replace(list.clone()) != list
            && let Some((domain, text, format)) = list
        {
            show(&place, &trying, &read(&domain, &text, format));
        }
    });
    let click = move |_| {
        if let (Some(place), Some(trying)) = (place.get_untracked(), trying.get_untracked()) {
            let list = move || {
                let text = plan.answers.with_untracked(|answers| answers.redirects.clone());
                read(&untrack(|| domain(plan)), &text, untrack(format))
            };
            try_them(place, trying, untrack(|| domain(plan)), list);
        }
    };
    view! {
        <section class="plan-moves" aria-labelledby="plan-moves-title">
            <h3 id="plan-moves-title">"Redirect map"</h3>
            <p class="plan-hint">"Moving an existing site? List where each old URL should go. CSV works, so do two columns copied from a sheet, or lines such as "<code>"/old -> /new"</code>". It becomes one of the documents below."</p>
            <div class="plan-fields">
                <label class="plan-lines">
                    <span>"Old and new URLs"</span>
                    <textarea
                        rows="6"
                        spellcheck="false"
                        placeholder="/pricing.html,/pricing"
                        prop:value=move || plan.answers.with(|answers| answers.redirects.clone())
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            plan.answers.update(|answers| answers.redirects = text);
                        }
                    ></textarea>
                </label>
                <label>
                    <span>"Rules for"</span>
                    <select on:change=move |event| chosen.set(Format::from_id(&event_target_value(&event)))>{options}</select>
                </label>
            </div>
            <div class="plan-try" node_ref=trying hidden>
                <button type="button" on:click=click>"Test them on the site"</button>
                <p class="plan-hint">{format!("This sends the first {MAX_TRIED} lines to the service, which requests each old URL. It counts as one check.")}</p>
            </div>
            <div class="plan-map" node_ref=place></div>
        </section>
    }
    .into_any()
}

/// A list as far as it can be read; `None` where there is none.
type Pasted = Option<Result<Asked, String>>;

/// Draws what there is to say of the list, and the button where there is something to try.
fn show(place: &Element, trying: &Element, list: &Pasted) {
    place.set_text_content(None);
    let _ = match list {
        None => add(place, "p", "plan-hint", NOTHING).map(drop),
        Some(Err(sentence)) => add(place, "p", "plan-evidence fail", sentence).map(drop),
        Some(Ok(asked)) => draw(place, &CAME_OUT.with_borrow(|came_out| laid_out(asked, came_out))),
    };
    let possible = matches!(list, Some(Ok(asked)) if !asked.moves.is_empty());
    let _ = trying.toggle_attribute_with_force("hidden", !possible);
    // What was said was said of another list.
    if let (false, Ok(Some(said))) = (trying.has_attribute("aria-busy"), trying.query_selector(".said")) {
        said.remove();
    }
}

/// Has the list tried as it is now, and draws it with what came of it as it is then.
fn try_them(
    place: HtmlDivElement,
    trying: HtmlDivElement,
    domain: String,
    list: impl Fn() -> Pasted + 'static,
) {
    // A second click while it runs asks nothing.
    let (Some(Ok(asked)), false) = (list(), trying.has_attribute("aria-busy")) else { return };
    let _ = trying.set_attribute("aria-busy", "true");
    say(&trying, "", "Testing…", "");
    spawn_local(async move {
        let (tone, strong, more) = match trying::ask(&domain, &asked.site, &asked.moves).await {
            Ok(outcomes) => {
                let told = summary(&outcomes, asked.moves.len());
                CAME_OUT.set(outcomes);
                show(&place, &trying, &list());
                told
            }
            Err((title, detail)) => {
                ("fail", format!("{title}."), format!("{detail} The table stays as it is."))
            }
        };
        say(&trying, tone, &strong, &more);
        let _ = trying.remove_attribute("aria-busy");
    });
}

/// What came of it, counted.
fn summary(outcomes: &[CameOut], of: usize) -> (&'static str, String, String) {
    let count = |is: fn(&Tried) -> bool| outcomes.iter().filter(|(.., tried)| is(tried)).count();
    let (tried, good) = (outcomes.len(), count(|tried| matches!(tried, Tried::Good)));
    let wrong = count(|tried| matches!(tried, Tried::Wrong { .. }));
    let more = [
        ("End somewhere else", wrong),
        ("Take extra steps", count(|tried| matches!(tried, Tried::Roundabout { .. }))),
        ("Couldn't check", count(|tried| matches!(tried, Tried::NotMeasured { .. }))),
        ("Not tested", of.saturating_sub(tried)),
    ];
    let more: Vec<String> = more
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(words, number)| format!("{words}: {number}."))
        .collect();
    let tone = match () {
        () if wrong > 0 => "fail",
        () if good == tried => "pass",
        () => "warn",
    };
    (tone, format!("{good} of {tried} tested arrive in one permanent redirect."), more.join(" "))
}

/// The domain that the list is about.
fn domain(plan: Plan) -> String {
    let of_report = plan.report.with(|report| report.as_ref().map(|report| report.domain.clone()));
    of_report.unwrap_or_else(|| plan.answers.with(|answers| answers.domain.clone()))
}

/// Reads the list.
fn read(domain: &str, text: &str, format: Format) -> Pasted {
    if text.trim().is_empty() {
        return None;
    }
    let Ok(site) = url::Url::parse(&format!("https://{domain}/")) else {
        return Some(Err(
            "Enter your domain under “Details for the documents” first: paths belong to a site.".to_owned(),
        ));
    };
    let whole = redirect_map::parse_whole(text).map_err(|too_many| too_many.to_string());
    let formats = vec![format];
    Some(whole.map(|List { moves, unread, read_as }| Asked { site, moves, unread, read_as, formats }))
}

/// The list as a sheet, with what came out where a move was tried: it is known by its addresses, so that it is not taken for
/// another when lines are put in or changed.
fn laid_out(asked: &Asked, came_out: &[CameOut]) -> RedirectReport {
    let outcome = |a_move: &redirect_map::RedirectRule| {
        let (from, to) = a_move.on(&asked.site)?;
        let found = came_out.iter().find(|(of, target, _)| (of, target) == (&from, &to));
        found.map(|(.., tried)| (a_move.line, tried.clone()))
    };
    let outcomes: Vec<(usize, Tried)> = match came_out {
        [] => Vec::new(),
        _ => asked.moves.iter().filter_map(outcome).collect(),
    };
    asked.laid_out((!outcomes.is_empty()).then_some(&outcomes), &asked.formats)
}

/// Draws a sheet.
fn draw(place: &Element, sheet: &RedirectReport) -> Option<()> {
    let wrong = sheet.rows.iter().filter(|row| row.problem.is_some()).count();
    let read = if sheet.rows.len() == 1 {
        "1 line read".to_owned()
    } else {
        format!("{} lines read", sheet.rows.len())
    };
    let words = format!("{read}, {wrong} with a problem, {} not readable.", sheet.unread.len());
    add(place, "p", "plan-counted", &words);
    let unread = add(place, "ul", "plan-unread", "")?;
    for line in sheet.unread.iter().take(MAX_ROWS) {
        let item = add(&unread, "li", "", "")?;
        add(&item, "strong", "", &format!("Line {} is not readable: {}. ", line.line, line.reason));
        add(&item, "code", "", &line.text);
    }
    if !sheet.rows.is_empty() {
        table(place, sheet);
    }
    for rules in sheet.rules.iter().filter(|rules| !rules.text.trim().is_empty()) {
        add(place, "h4", "", rules.place.as_str());
        copying(place, rules.text.trim_end(), &format!("the rules for {}", rules.format.name()));
        let told = add(place, "ul", "plan-unread", "")?;
        let left_out = rules.left_out.iter().map(|left| (left, "is left out"));
        let partly = rules.partly.iter().map(|left| (left, "is written in part"));
        for (left, how) in left_out.chain(partly).take(MAX_ROWS) {
            let item = add(&told, "li", "", "")?;
            add(&item, "code", "", &left.from);
            add(&item, "span", "", &format!(" {how}: {}.", left.reason));
        }
    }
    for sentence in &sheet.left_out {
        add(place, "p", "plan-hint", sentence);
    }
    Some(())
}

/// Every move, what is wrong with it, and how it came out where any was tried.
fn table(place: &Element, sheet: &RedirectReport) -> Option<()> {
    let around = add(place, "div", "sheet-table", "")?;
    // A box that scrolls has to be reachable by keyboard.
    for (name, value) in [("tabindex", "0"), ("role", "region"), ("aria-label", "The moves")] {
        around.set_attribute(name, value).ok()?;
    }
    let table = add(&around, "table", "plan-table", "")?;
    let head = add(&add(&table, "thead", "", "")?, "tr", "", "")?;
    let any_tried = sheet.rows.iter().any(|row| row.tried.is_some());
    for title in ["Line", "Old URL", "New URL", "Note"].into_iter().chain(any_tried.then_some("Result")) {
        add(&head, "th", "", title)?.set_attribute("scope", "col").ok()?;
    }
    let body = add(&table, "tbody", "", "")?;
    // What is wrong comes first: nobody finds it in row 180.
    let is_bad = |row: &&RedirectRow| {
        let tried_well = matches!(row.tried, None | Some(Tried::Good | Tried::NotMeasured { .. }));
        row.problem.is_some() || !tried_well
    };
    let (bad, good): (Vec<&RedirectRow>, Vec<&RedirectRow>) = sheet.rows.iter().partition(is_bad);
    for row in bad.into_iter().chain(good).take(MAX_ROWS) {
        let line = add(&body, "tr", "", "")?;
        add(&line, "td", "", &row.line.to_string());
        for address in [&row.from, &row.to] {
            add(&add(&line, "td", "", "")?, "code", "", address);
        }
        add(&line, "td", if row.problem.is_some() { "fail" } else { "" }, &row.words);
        if any_tried {
            outcome(&line, row.tried.as_ref());
        }
    }
    if let Some(more @ 1..) = sheet.rows.len().checked_sub(MAX_ROWS) {
        add(place, "p", "plan-hint", &format!("{more} more are in the rules."));
    }
    Some(())
}

/// How a move came out, with the way that it took.
fn outcome(line: &Element, tried: Option<&Tried>) -> Option<()> {
    let (tone, words, chain) = match tried {
        None => ("", "Not tested.".to_owned(), ""),
        Some(Tried::Good) => ("pass", "Arrives in one permanent redirect.".to_owned(), ""),
        Some(Tried::Roundabout { chain }) => {
            ("warn", "Arrives, but not in one permanent redirect:".to_owned(), chain.as_str())
        }
        Some(Tried::Wrong { chain }) => ("fail", "Ends somewhere else:".to_owned(), chain.as_str()),
        Some(Tried::NotMeasured { why }) => ("unknown", format!("Couldn't check: {why}."), ""),
    };
    let cell = add(line, "td", tone, &words)?;
    if chain.is_empty() {
        return None;
    }
    // An address and its answer on each line.
    let way = add(&cell, "ul", "plan-way", "")?;
    for hop in chain.split(ARROW).collect::<Vec<_>>().chunks(2) {
        let item = add(&way, "li", "", "")?;
        add(&item, "code", "", hop.first()?);
        if let Some(answer) = hop.get(1) {
            add(&item, "span", "", &format!("{ARROW}{answer}"));
        }
    }
    Some(())
}

/// The format of the host in use, as far as it was recognised; else the one that most servers take.
fn of_host(plan: Plan) -> Format {
    let id = plan.report.with(|report| {
        let host = report.as_ref().and_then(|report| report.in_use.host.as_ref());
        host.map(|host| host.id.clone()).unwrap_or_default()
    });
    redirect_map::format_of(&id).unwrap_or(Format::Nginx)
}
