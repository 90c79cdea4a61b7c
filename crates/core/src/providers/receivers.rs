//! Receivers that publish what they ask of everybody who sends to their mailboxes.

pub use launch_ready_providers::model::{Receiver, SenderRule};
pub use launch_ready_providers::receivers;
