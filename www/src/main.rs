//! The page: a component mounted into the `<main>` that `index.html` already carries.
//!
//! It runs in the browser, as WebAssembly only.

use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What `GET /api/v1/health` says.
#[derive(Clone, Deserialize)]
struct Health {
    status: String,
    version: String,
}

fn main() {
    console_error_panic_hook::set_once();
    let root = document().get_element_by_id("app").and_then(|element| element.dyn_into::<HtmlElement>().ok());
    // Without its place in the document there is nothing to mount; what the HTML says by itself stays.
    if let Some(root) = root {
        root.set_inner_html("");
        mount_to(root, App).forget();
    }
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let health = RwSignal::new(None::<Result<Health, String>>);
    spawn_local(async move {
        let answer = async { Request::get("/api/v1/health").send().await?.json::<Health>().await };
        health.set(Some(answer.await.map_err(|error| error.to_string())));
    });
    let status = move || match health.get() {
        None => "Asking the service …".to_owned(),
        Some(Ok(health)) => format!("The service is {} (version {}).", health.status, health.version),
        Some(Err(reason)) => format!("The service could not be reached: {reason}"),
    };
    view! {
        <h1>"Launch Ready"</h1>
        <p role="status">{status}</p>
    }
}
