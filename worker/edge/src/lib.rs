//! What the Worker's modules have in common: settings, requests and what is typed in them, answers and problems, and the way
//! to the Durable Objects. It knows no route.

pub mod address;
pub mod ask;
pub mod body;
pub mod client;
pub mod config;
pub mod facts;
pub mod headers;
pub mod js;
pub mod problem;
pub mod rate;
pub mod typed;
