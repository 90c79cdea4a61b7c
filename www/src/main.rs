//! The program that the browser starts. It runs as WebAssembly only; compiled for anything else it does nothing.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
#[allow(unreachable_pub, reason = "what JavaScript calls")]
mod exports {
    use js_sys::Function;
    use launch_ready_page::view;
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::MessagePort;

    /// Takes over the page. `load` loads the program on demand, and has `loaded` called when it is.
    #[wasm_bindgen]
    pub fn start(load: Function) {
        view::mount(load);
    }

    /// The end of the channel (`launch_ready_page::channel`) that the program on demand gets.
    #[wasm_bindgen]
    pub fn port() -> Option<MessagePort> {
        view::port()
    }

    /// The program on demand is there.
    #[wasm_bindgen]
    pub fn loaded() {
        view::loaded();
    }

    /// Does what a button stands for, once the program on demand is loaded.
    #[wasm_bindgen]
    pub fn act(does: &str, check: &str) {
        view::act(does, check);
    }
}
