//! Documents that are written from the evidence.

pub mod dns_map;
