//! How each host takes a release back, from its documentation.

use launch_ready_providers::meant_by;
use launch_ready_providers::model::Rollback;

/// The way back at a host, by its name as founders or records say it: of several that are meant, the one with the longest
/// name, so that a product comes before the house that it belongs to.
pub(crate) fn way_back(host: &str) -> Option<&'static Rollback> {
    let known = meant_by(host).filter_map(|provider| Some((provider.id.len(), provider.rollback.as_ref()?)));
    known.max_by_key(|(len, _)| *len).map(|(_, rollback)| rollback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_name_within_what_is_said() {
        let beware = |host: &str| way_back(host).map(|way| way.beware.as_str()).unwrap_or_default();
        assert!(beware("Vercel (production)").contains("cron jobs"));
        assert!(beware("Cloudflare Workers").contains("one of the last 100 versions"));
        assert!(!beware("Cloudflare Pages").contains("versions"));
        assert!(beware("Fly.io").contains("fly.toml") && beware("fly").contains("fly.toml"));
        assert!(way_back("Butterfly").is_none() && way_back("").is_none());
    }
}
