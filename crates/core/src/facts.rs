//! Facts: what several checks need to know, each derived from the evidence in one place.

pub mod alignment;
pub mod dkim_selectors;
pub mod dmarc_places;
pub mod dmarc_rollout;
pub mod entry_points;
pub mod home_page;
pub mod https_hosts;
pub mod mail_plan;
pub mod mail_profile;
pub mod mail_servers;
pub mod ownership;
pub mod providers_in_use;
pub mod published_spf;
pub mod purpose;
pub mod scripts;
pub mod site_certificate;
pub mod subdomains;
pub mod wildcard;
