//! Every check, in the order in which a person should read them. This file lists them and does nothing else.

use crate::checks::check::Check;
use crate::target::Target;

pub mod chart;
pub mod check;
pub mod consequences;
pub mod docs;
pub mod finding;
pub mod fix;
pub(crate) mod header_value;
mod mail_outcomes;
pub mod mail_records;
mod published_records;
pub mod rank;
pub mod scan;
mod single_record;

mod domain {
    pub(super) mod apex_address;
    pub(super) mod caa;
    pub(super) mod dangling;
    pub(super) mod dnssec;
    pub(super) mod name_servers;
    pub(super) mod origin_leak;
    pub(super) mod registration;
    pub(super) mod staging;
    pub(super) mod subdomains;
    pub(super) mod test_addresses;
    pub(super) mod ttl;
    pub(super) mod wildcard_dns;
    pub(super) mod www_address;
}
mod email {
    pub(super) mod bimi;
    pub(super) mod dkim_keys;
    pub(super) mod dkim_strength;
    pub(super) mod dmarc_policy;
    pub(super) mod dmarc_reports;
    pub(super) mod mail_alignment;
    pub(super) mod mta_sts;
    pub(super) mod mx;
    pub(super) mod non_sending;
    pub(super) mod sender_requirements;
    pub(super) mod spf_ending;
    pub(super) mod spf_lookups;
    pub(super) mod spf_record;
    pub(super) mod spf_senders;
    pub(super) mod tls_rpt;
}
mod operations {
    pub(super) mod edge_protection;
    pub(super) mod health_endpoint;
    pub(super) mod observability;
    pub(super) mod request_id;
}
mod redirects {
    pub(super) mod entry_points;
    pub(super) mod home_page;
    pub(super) mod named_paths;
    pub(super) mod redirect_length;
    pub(super) mod redirect_loop;
    pub(super) mod redirect_method;
    pub(super) mod redirect_path;
}
mod search {
    pub(super) mod canonical_url;
    pub(super) mod page_basics;
    pub(super) mod robots_indexing;
}
mod security {
    pub(super) mod cookies;
    pub(super) mod cors;
    pub(super) mod cross_origin_policy;
    pub(super) mod debug_page;
    pub(super) mod leaked_secrets;
    pub(super) mod mixed_content;
    pub(super) mod permissions_policy;
    pub(super) mod private_caching;
    pub(super) mod script_integrity;
    pub(super) mod security_headers;
    pub(super) mod security_txt;
    pub(super) mod source_maps;
    pub(super) mod version_leak;
}
mod performance {
    pub(super) mod cache_assets;
    pub(super) mod cache_pages;
    pub(super) mod compression;
    pub(super) mod endpoint_response_time;
    pub(super) mod home_response_time;
    pub(super) mod http3;
    pub(super) mod images;
    pub(super) mod page_weight;
    pub(super) mod render_blocking;
    pub(super) mod resource_hints;
    pub(super) mod third_party_scripts;
}

mod tls {
    pub(super) mod certificate;
    pub(super) mod hsts;
    pub(super) mod https_redirect;
    pub(super) mod subdomain_https;
}

/// What every scan checks.
pub static DEFAULT: &[&Check] = &[
    &domain::apex_address::CHECK,
    &domain::www_address::CHECK,
    &domain::name_servers::CHECK,
    &domain::dnssec::CHECK,
    &domain::caa::CHECK,
    &domain::ttl::CHECK,
    &domain::wildcard_dns::CHECK,
    &domain::registration::CHECK,
    &domain::subdomains::CHECK,
    &domain::dangling::CHECK,
    &domain::origin_leak::CHECK,
    &domain::staging::CHECK,
    &domain::test_addresses::CHECK,
    &tls::https_redirect::CHECK,
    &tls::certificate::CHECK,
    &redirects::home_page::CHECK,
    &redirects::entry_points::CHECK,
    &redirects::redirect_loop::CHECK,
    &redirects::redirect_path::CHECK,
    &redirects::redirect_length::CHECK,
    &redirects::redirect_method::CHECK,
    &redirects::named_paths::CHECK,
    &tls::hsts::CHECK,
    &tls::subdomain_https::CHECK,
    &email::mx::CHECK,
    &email::spf_record::CHECK,
    &email::spf_lookups::CHECK,
    &email::spf_senders::CHECK,
    &email::spf_ending::CHECK,
    &email::dkim_keys::CHECK,
    &email::dkim_strength::CHECK,
    &email::dmarc_policy::CHECK,
    &email::dmarc_reports::CHECK,
    &email::mail_alignment::CHECK,
    &email::sender_requirements::CHECK,
    &email::non_sending::CHECK,
    &email::mta_sts::CHECK,
    &email::tls_rpt::CHECK,
    &email::bimi::CHECK,
    &performance::home_response_time::CHECK,
    &performance::cache_assets::CHECK,
    &performance::compression::CHECK,
    &performance::page_weight::CHECK,
    &performance::render_blocking::CHECK,
    &performance::resource_hints::CHECK,
    &performance::third_party_scripts::CHECK,
    &performance::images::CHECK,
    &performance::http3::CHECK,
    &security::leaked_secrets::CHECK,
    &security::security_headers::CHECK,
    &security::mixed_content::CHECK,
    &security::cookies::CHECK,
    &security::script_integrity::CHECK,
    &security::permissions_policy::CHECK,
    &security::cross_origin_policy::CHECK,
    &security::private_caching::CHECK,
    &security::source_maps::CHECK,
    &security::version_leak::CHECK,
    &security::debug_page::CHECK,
    &search::robots_indexing::CHECK,
    &search::canonical_url::CHECK,
    &search::page_basics::CHECK,
    &operations::edge_protection::CHECK,
    &operations::observability::CHECK,
    &operations::request_id::CHECK,
];

/// What a deep scan checks on top: each of them asks questions of its own, more than the default budget has room for.
pub static DEEP: &[&Check] = &[
    &performance::endpoint_response_time::CHECK,
    &performance::cache_pages::CHECK,
    &security::cors::CHECK,
    &security::security_txt::CHECK,
    &operations::health_endpoint::CHECK,
];

/// Every check.
pub fn all() -> impl Iterator<Item = &'static Check> + Clone {
    DEFAULT.iter().chain(DEEP).copied()
}

/// The checks that a scan of `target` takes.
#[must_use]
pub fn of(target: &Target) -> Vec<&'static Check> {
    if target.deep { all().collect() } else { DEFAULT.to_vec() }
}
