//! The documents: previewed, printed, downloaded one by one or all at once. They are written in this browser.

use js_sys::{Array, Uint8Array};
use launch_ready_core::plan::documents;
use launch_ready_core::plan::documents::{Block, Document, KINDS, Kind, Style, Text, html, markdown};
use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

use super::state::Plan;
use crate::dom::{by_id, set};

/// Every document, with its buttons; the one that is looked at below them.
#[component]
pub(super) fn Papers(plan: Plan) -> impl IntoView {
    let all = move |_| {
        let name = plan.file_name("launch-documents");
        let files = untrack(|| documents::files(&plan.documents()));
        if let Ok(zip) = documents::zip(&name, &files) {
            save(&format!("{name}.zip"), "application/zip", &zip);
            plan.say(format!("{} files saved as one archive.", files.len()));
        }
    };
    let list = KINDS.iter().map(|kind| view! { <Paper plan kind /> }).collect_view();
    view! {
        <section class="plan-papers" aria-labelledby="plan-papers-title">
            <h3 id="plan-papers-title">"Documents"</h3>
            <p class="plan-hint">"Written from the checks and your answers; gaps are marked. They hold no keys and no passwords."</p>
            <p class="plan-buttons"><button type="button" class="primary" id="plan-zip" on:click=all>"Download all"</button></p>
            <ul class="plan-list">{list}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Paper(plan: Plan, kind: &'static Kind) -> impl IntoView {
    let shown = RwSignal::new(false);
    let as_file = move |extension: &'static str, media_type: &'static str, write: fn(&Document) -> String| {
        let click = move |_| {
            let text = untrack(|| write(&plan.document(kind)));
            save(&format!("{}.{extension}", kind.id), media_type, text.as_bytes());
            plan.say(format!("{} downloaded.", kind.title));
        };
        let label = match extension {
            "md" => "Markdown",
            "html" => "HTML",
            _ => "JSON",
        };
        view! {
            <button type="button" on:click=click data-form=extension>
                {label}
                <span class="visually-hidden">": "{kind.title}</span>
            </button>
        }
    };
    // What is printed is the preview; the style sheet leaves everything else out while the item says so.
    let print = move |_| {
        shown.set(true);
        request_animation_frame(move || {
            let Some(item) = by_id::<Element>(&format!("paper-{}", kind.id)) else { return };
            set(&item, "data-print", "");
            // Not every browser prints from a page; the file is there then.
            let _ = window().print();
            let _ = item.remove_attribute("data-print");
        });
    };
    view! {
        <li id=format!("paper-{}", kind.id)>
            <div class="plan-paper">
                <p><strong>{kind.title}</strong>" "<span>{kind.about}</span></p>
                <div class="plan-buttons">
                    <button type="button" aria-expanded=move || shown.get().to_string() on:click=move |_| shown.update(|shown| *shown = !*shown)>
                        {move || if shown.get() { "Close" } else { "Preview" }}
                        <span class="visually-hidden">": "{kind.title}</span>
                    </button>
                    <details class="plan-download" name="plan-download">
                        <summary>"Download"<span class="visually-hidden">": "{kind.title}</span></summary>
                        <span>
                            {as_file("md", "text/markdown", markdown)}
                            {as_file("html", "text/html", html)}
                            {as_file("json", "application/json", documents::json)}
                        </span>
                    </details>
                    <button type="button" on:click=print>"Print"<span class="visually-hidden">": "{kind.title}</span></button>
                </div>
            </div>
            {move || shown.get().then(|| sheet(&plan.document(kind)))}
        </li>
    }
    .into_any()
}

/// A document as part of the page.
fn sheet(document: &Document) -> AnyView {
    let blocks = document.blocks.iter().map(block).collect_view();
    view! {
        <article class="plan-sheet" aria-label=document.title>
            <h4 class="sheet-title">{document.title}<span>{document.subject.clone()}</span></h4>
            {(!document.made.is_empty()).then(|| view! { <p class="sheet-made">{document.made.clone()}</p> })}
            {blocks}
        </article>
    }
    .into_any()
}

fn block(block: &Block) -> AnyView {
    match block {
        Block::Heading { level: 2, text } => view! { <h5>{text.clone()}</h5> }.into_any(),
        Block::Heading { text, .. } => view! { <h6>{text.clone()}</h6> }.into_any(),
        Block::Paragraph { text } => view! { <p>{line(text)}</p> }.into_any(),
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| view! { <li>{line(item)}</li> }).collect_view();
            if *ordered {
                view! { <ol>{items}</ol> }.into_any()
            } else {
                view! { <ul>{items}</ul> }.into_any()
            }
        }
        Block::Ticks { items } => {
            let items = items.iter().map(|tick| {
                let (class, word) = if tick.done { ("done", "Done: ") } else { ("todo", "To do: ") };
                view! { <li class=class><span class="visually-hidden">{word}</span>{line(&tick.text)}</li> }
            });
            view! { <ul class="sheet-ticks">{items.collect_view()}</ul> }.into_any()
        }
        Block::Table { columns, rows } => {
            let heads =
                columns.iter().map(|column| view! { <th scope="col">{column.clone()}</th> }).collect_view();
            let rows = rows
                .iter()
                .map(|row| view! { <tr>{row.iter().map(|cell| view! { <td>{line(cell)}</td> }).collect_view()}</tr> })
                .collect_view();
            view! {
                // A group and no region: a page of landmarks would lead nowhere.
                <div class="sheet-table" tabindex="0" role="group" aria-label=format!("Table: {}", columns.join(", "))>
                    <table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            }
            .into_any()
        }
        Block::Code { text } => view! { <pre><code>{text.clone()}</code></pre> }.into_any(),
        Block::NewPage => view! { <hr /> }.into_any(),
    }
}

fn line(text: &Text) -> AnyView {
    let span = |span: &documents::Span| {
        let words = span.text.clone();
        match span.style {
            Style::Plain => words.into_any(),
            Style::Strong => view! { <strong>{words}</strong> }.into_any(),
            Style::Code => view! { <code>{words}</code> }.into_any(),
            Style::Unmeasured => view! { <em class="gap">{words}</em> }.into_any(),
        }
    };
    text.0.iter().map(span).collect_view().into_any()
}

/// Gives the browser a file to save.
pub(super) fn save(name: &str, media_type: &str, content: &[u8]) {
    let parts = Array::of1(&Uint8Array::from(content).into());
    let properties = BlobPropertyBag::new();
    properties.set_type(media_type);
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &properties) else { return };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
    if let Some(link) =
        document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok())
    {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The browser has the file by then.
    set_timeout(move || drop(Url::revoke_object_url(&address)), std::time::Duration::from_secs(60));
}
