//! Providers: how each is recognised, and what it does.

pub mod certificate_authorities;
pub mod claims;
pub mod mail_services;
pub mod networks;
pub mod platforms;
pub mod receivers;
pub mod third_party;
