//! The redirect map: a pasted list of old addresses, looked over at every change and written as rules for a host. All of it
//! happens here; nothing is sent anywhere.

use launch_ready_core::redirect_map::{self, Asked, Format, Sheet, SheetRow};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::Element;

use super::super::picture::add;
use super::copying::copying;
use super::state::Plan;

/// What stands there before there is a list.
const NOTHING: &str = "Paste the list to see it as a table: one move on each line, old address first.";

/// Rows that are shown; the rules hold all of them.
const MAX_ROWS: usize = 200;

/// The list, what is wrong with it, and the rules.
#[component]
pub(super) fn Redirects(plan: Plan) -> impl IntoView {
    let chosen = RwSignal::new(None::<Format>);
    let format = move || chosen.get().unwrap_or_else(|| of_host(plan));
    let sheet = Memo::new(move |_| read(plan, format()));
    let options = Format::ALL
        .map(|one| {
            let selected = move || format() == one;
            view! { <option value=one.id() selected=selected>{name(one)}</option> }
        })
        .into_iter()
        .collect_view();
    let place = NodeRef::<Div>::new();
    // Drawn by hand: see `super::steps`.
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        place.set_text_content(None);
        let _ = match sheet.get() {
            None => add(&place, "p", "plan-hint", NOTHING).map(drop),
            Some(Err(sentence)) => add(&place, "p", "plan-evidence fail", sentence).map(drop),
            Some(Ok(sheet)) => draw(&place, &sheet),
        };
    });
    view! {
        <section class="plan-moves" aria-labelledby="plan-moves-title">
            <h3 id="plan-moves-title">"Redirect map"</h3>
            <p class="plan-hint">"For a site that was somewhere else before: where every old address should lead. A sheet saved as CSV will do, two columns copied from one, or a list such as "<code>"/old -> /new"</code>". It becomes one of the papers below."</p>
            <div class="plan-fields">
                <label class="plan-lines">
                    <span>"Old and new addresses"</span>
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
            <div class="plan-map" node_ref=place></div>
        </section>
    }
    .into_any()
}

/// The list as a sheet; `None` where there is no list.
fn read(plan: Plan, format: Format) -> Option<Result<Sheet, &'static str>> {
    plan.answers.with(|answers| {
        if answers.redirects.trim().is_empty() {
            return None;
        }
        let of_report = plan.report.with(|report| report.as_ref().map(|report| report.domain.clone()));
        let domain = of_report.unwrap_or_else(|| answers.domain.clone());
        let Ok(site) = url::Url::parse(&format!("https://{domain}/")) else {
            return Some(Err(
                "Say which domain this is about, under “What only you know”: paths need a site to be on.",
            ));
        };
        let (moves, unread) = redirect_map::parse(&answers.redirects);
        // Trying the addresses takes the network: without evidence, nothing is tried.
        let sheet = Asked { site, moves, unread, formats: vec![format] }.sheet(None);
        Some(sheet.map_err(|_| "The list could not be looked over."))
    })
}

/// Draws a sheet.
fn draw(place: &Element, sheet: &Sheet) -> Option<()> {
    let wrong = sheet.rows.iter().filter(|row| row.problem.is_some()).count();
    let read = if sheet.rows.len() == 1 {
        "1 line was read".to_owned()
    } else {
        format!("{} lines were read", sheet.rows.len())
    };
    let words =
        format!("{read}, {wrong} with something wrong, and {} could not be read.", sheet.unread.len());
    add(place, "p", "plan-counted", &words);
    let unread = add(place, "ul", "plan-unread", "")?;
    for line in sheet.unread.iter().take(MAX_ROWS) {
        let item = add(&unread, "li", "", "")?;
        add(&item, "strong", "", &format!("Line {} was not read: {}. ", line.line, line.reason));
        add(&item, "code", "", &line.text);
    }
    if !sheet.rows.is_empty() {
        table(place, sheet);
    }
    for rules in sheet.rules.iter().filter(|rules| !rules.text.trim().is_empty()) {
        add(place, "h4", "", rules.place.as_str());
        copying(place, rules.text.trim_end(), &format!("the rules for {}", name(rules.format)));
        let left_out = add(place, "ul", "plan-unread", "")?;
        for left in rules.left_out.iter().take(MAX_ROWS) {
            let item = add(&left_out, "li", "", "")?;
            add(&item, "code", "", &left.from);
            add(&item, "span", "", &format!(" is left out: {}.", left.reason));
        }
    }
    Some(())
}

/// Every move and what is wrong with it. What comes of trying the addresses belongs into a column of its own (`SheetRow::tried`).
fn table(place: &Element, sheet: &Sheet) -> Option<()> {
    let around = add(place, "div", "sheet-table", "")?;
    // A box that scrolls has to be reachable by keyboard.
    for (name, value) in [("tabindex", "0"), ("role", "region"), ("aria-label", "The moves")] {
        around.set_attribute(name, value).ok()?;
    }
    let table = add(&around, "table", "plan-table", "")?;
    let head = add(&add(&table, "thead", "", "")?, "tr", "", "")?;
    for title in ["Line", "Old address", "Leads to", "To look at"] {
        add(&head, "th", "", title)?.set_attribute("scope", "col").ok()?;
    }
    let body = add(&table, "tbody", "", "")?;
    // What is wrong comes first: nobody finds it in row 180.
    let (bad, good): (Vec<&SheetRow>, Vec<&SheetRow>) =
        sheet.rows.iter().partition(|row| row.problem.is_some());
    for row in bad.into_iter().chain(good).take(MAX_ROWS) {
        let line = add(&body, "tr", if row.problem.is_some() { "fail" } else { "" }, "")?;
        add(&line, "td", "", &row.line.to_string());
        for address in [&row.from, &row.to] {
            add(&add(&line, "td", "", "")?, "code", "", address);
        }
        add(&line, "td", "", &row.words);
    }
    if let Some(more @ 1..) = sheet.rows.len().checked_sub(MAX_ROWS) {
        add(place, "p", "plan-hint", &format!("{more} more are in the rules."));
    }
    Some(())
}

/// The format of the host in use, as far as it was recognised; else the one that most servers take.
fn of_host(plan: Plan) -> Format {
    let id = plan.report.with(|report| {
        let host = report.as_ref().and_then(|report| report.in_use.host.as_ref());
        host.map(|host| host.id.clone()).unwrap_or_default()
    });
    match id.as_str() {
        "cloudflare-pages" | "cloudflare-workers" => Format::CloudflareRedirects,
        id => Format::from_id(id).unwrap_or(Format::Nginx),
    }
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Apache => "Apache",
        Format::CloudflareBulk => "Cloudflare, Bulk Redirects",
        Format::CloudflareRedirects => "Cloudflare Pages or Workers",
        Format::Netlify => "Netlify",
        Format::Nginx => "nginx",
        Format::Vercel => "Vercel",
    }
}
