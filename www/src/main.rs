//! The program that the browser starts. It runs as WebAssembly only; compiled for anything else it does nothing.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        launch_ready_page::view::mount();
    }
}
