//! Email authentication: the records that say who may send as a domain, and how receivers treat the rest.
