//! A line to copy.

use std::time::Duration;

use js_sys::Reflect;
use js_sys::futures::JsFuture;
use leptos::html::Code;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::icon::Icon;
use crate::state::Store;

/// How long the button says that it has copied.
const SAID_FOR: Duration = Duration::from_secs(2);

/// A line with a button that puts it on the clipboard. Where the browser does not allow that, the line is selected
/// instead, and the button says so.
#[component]
pub(super) fn Line(store: Store, text: String, what: String) -> impl IntoView {
    let said = RwSignal::new("Copy");
    let code = NodeRef::<Code>::new();
    let line = text.clone();
    let copy = move |_| {
        let line = line.clone();
        spawn_local(async move {
            let words = if write(&line).await.is_ok() {
                store.announce("Copied.");
                "Copied"
            } else {
                select(code);
                store.announce("The line is selected: copy it with your keyboard.");
                "Selected"
            };
            // The line may be gone by now.
            let _ = said.try_set(words);
            let restore = move || {
                let _ = said.try_set("Copy");
            };
            set_timeout(restore, SAID_FOR);
        });
    };
    view! {
        <div class="line">
            <code node_ref=code>{text}</code>
            <button type="button" class="copy" on:click=copy>
                <Icon id="i-copy" />
                {said}
                <span class="visually-hidden">" the line: "{what}</span>
            </button>
        </div>
    }
    .into_any()
}

async fn write(text: &str) -> Result<(), JsValue> {
    let navigator = window().navigator();
    // Outside of secure contexts there is none.
    if Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(drop)
}

fn select(code: NodeRef<Code>) {
    let selection = window().get_selection().ok().flatten();
    if let (Some(selection), Some(code)) = (selection, code.get_untracked()) {
        // The line can still be selected by hand.
        let _ = selection.select_all_children(&code);
    }
}
