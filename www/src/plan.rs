//! The program behind the plan, loaded when somebody opens it. It runs as WebAssembly only; compiled for anything else it
//! does nothing.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
#[allow(unreachable_pub, reason = "what JavaScript calls")]
mod exports {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Shows the plan for a report, as JSON.
    #[wasm_bindgen]
    pub fn open(report: &str) {
        launch_ready_page::view::plan::open(report);
    }
}
