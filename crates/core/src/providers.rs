//! Providers: how each is recognised, and what it does.

pub mod certificate_authorities;
pub mod claims;
pub mod cookies;
pub mod keys;
pub mod mail_services;
pub mod networks;
pub mod open_hosts;
pub mod platforms;
pub mod receivers;
pub mod third_party;
