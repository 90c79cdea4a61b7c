//! Every check, in the order in which a person should read them. This file lists them and does nothing else.

use crate::check::Check;

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
mod redirects {
    pub(super) mod entry_points;
    pub(super) mod hsts;
    pub(super) mod https_redirect;
    pub(super) mod named_paths;
    pub(super) mod redirect_length;
    pub(super) mod redirect_loop;
    pub(super) mod redirect_method;
    pub(super) mod redirect_path;
}
mod search {
    pub(super) mod robots_indexing;
}
mod security {
    pub(super) mod security_headers;
}
mod speed {
    pub(super) mod home_response_time;
}

/// Every check.
pub static ALL: &[&Check] = &[
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
    &redirects::https_redirect::CHECK,
    &redirects::entry_points::CHECK,
    &redirects::redirect_loop::CHECK,
    &redirects::redirect_path::CHECK,
    &redirects::redirect_length::CHECK,
    &redirects::redirect_method::CHECK,
    &redirects::named_paths::CHECK,
    &redirects::hsts::CHECK,
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
    &speed::home_response_time::CHECK,
    &security::security_headers::CHECK,
    &search::robots_indexing::CHECK,
];
