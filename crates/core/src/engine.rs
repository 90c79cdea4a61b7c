//! The engine: one question to the outside is a probe, what came back an answer, all of them the evidence. A scan decides
//! what is asked next, and a transport asks it.

pub mod answer;
pub mod chain;
pub mod edge;
pub mod evidence;
pub mod guard;
pub mod limits;
pub mod lookup;
pub mod owner_word;
pub mod probe;
pub mod scan;
pub mod task;
pub mod timeouts;
pub mod transport;
pub mod user_agent;
