//! Requests for a discovery call: read, kept, brought to the owner, and given out to nobody else.
//!
//! A request and the note that somebody must be told of it are written in one transaction; only then is it accepted. From
//! there a queue brings it to the owner, and whatever falls out of the queue is found by a sweep. So nothing that was
//! accepted is lost, whatever dies in between; and the same request, sent again, is the same one.
//!
//! No line of the log holds anything personal.

pub(crate) mod acceptance;
pub(crate) mod confirmation;
pub(crate) mod cursor;
pub(crate) mod database;
pub(crate) mod delivery;
pub(crate) mod form;
pub(crate) mod log;
pub(crate) mod mail;
pub(crate) mod owner;
pub(crate) mod queue;
pub(crate) mod sprint;
pub(crate) mod submission;
pub(crate) mod turnstile;
