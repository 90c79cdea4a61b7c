//! The page: takes over the form that `index.html` carries, asks the service, and shows the report while it comes.
//!
//! It judges nothing: what is typed, what is found and what it means all come from the service, in the core's own
//! types. Parsing domains here would cost more bytes than everything else together.

pub mod channel;
pub mod handoff;
pub mod lines;
pub mod lookalike;
pub mod outline;
pub mod pieces;
pub mod problem;
pub mod typed;
pub mod words;

pub use launch_ready_core::report::remedy;

#[cfg(target_arch = "wasm32")]
pub mod asked;
#[cfg(target_arch = "wasm32")]
pub mod copying;
#[cfg(target_arch = "wasm32")]
pub mod decode;
#[cfg(target_arch = "wasm32")]
pub mod dom;
#[cfg(target_arch = "wasm32")]
pub mod keep;
#[cfg(target_arch = "wasm32")]
pub mod moment;
#[cfg(target_arch = "wasm32")]
pub mod state;
#[cfg(target_arch = "wasm32")]
pub mod stream;
#[cfg(target_arch = "wasm32")]
pub mod view;
