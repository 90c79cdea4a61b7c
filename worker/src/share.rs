//! What is passed on: the summary page, its picture, the badge. They are made from what the domain's Durable Object says of a report.
//! Whatever a stranger wrote is text.

pub(crate) mod badge;
pub(crate) mod canvas;
pub(crate) mod card;
pub(crate) mod markup;
pub(crate) mod page;
pub(crate) mod sample;
pub(crate) mod typeface;
pub(crate) mod words;
