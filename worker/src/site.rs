//! The pages around the check: who runs this instance, what is stored, the terms, how to get in touch and how to opt out. Files of
//! www/ are dressed with the operator's settings on their way out; what is made of settings alone is written here.

pub(crate) mod brand;
pub(crate) mod pages;
pub(crate) mod shell;
