//! The program on demand: the plan, the steps of a fix, a check asked again. It runs as WebAssembly only; compiled for
//! anything else it does nothing.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
#[allow(unreachable_pub, reason = "what JavaScript calls")]
mod exports {
    use launch_ready_page::view::plan;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Takes the report over that the page shows, as JSON; none where it is empty.
    #[wasm_bindgen]
    pub fn know(report: &str) {
        plan::know(report);
    }

    /// Shows the plan.
    #[wasm_bindgen]
    pub fn open() {
        plan::open();
    }

    /// Shows the steps that put right what a check found, or puts them away.
    #[wasm_bindgen]
    pub fn steps(check: &str) {
        plan::steps(check);
    }

    /// Has a check asked again, about what the query of the report's address names.
    #[wasm_bindgen]
    pub fn again(check: &str, query: &str) {
        plan::again(check, query);
    }
}
