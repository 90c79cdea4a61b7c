//! The program on demand: the plan, the steps of a fix, a check asked again, what changed. It runs as WebAssembly only;
//! compiled for anything else it does nothing.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
#[allow(unreachable_pub, reason = "what JavaScript calls")]
mod exports {
    use launch_ready_page::view::plan;
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::MessagePort;

    /// Does from now on what the page says at the other end (`launch_ready_page::channel`).
    #[wasm_bindgen]
    pub fn connect(page: MessagePort) {
        plan::connect(page);
    }

    /// Shows the plan.
    #[wasm_bindgen]
    pub fn open() {
        plan::open();
    }
}
