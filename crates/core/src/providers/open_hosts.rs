//! Hosts from which a script of anybody's choice can be loaded, although a policy names them.

use std::sync::OnceLock;

use launch_ready_providers::all;
use launch_ready_providers::model::OpenHostServes;

use crate::http::csp::{Open, OpenHost};

/// Every one that is known.
#[must_use]
pub fn open_hosts() -> &'static [OpenHost<'static>] {
    static HOSTS: OnceLock<Vec<OpenHost<'static>>> = OnceLock::new();
    HOSTS.get_or_init(|| {
        let known = all().iter().flat_map(|provider| &provider.open_hosts);
        let open = known.map(|open| {
            let part = |why| Open::Service { why, allow: &open.allow };
            let how = match open.serves {
                OpenHostServes::Packages => Open::Packages,
                OpenHostServes::Callback => part("answers with a callback of the caller's choice"),
                OpenHostServes::Files => part("serves the files of all its customers"),
                OpenHostServes::Containers => part("loads the container of anybody who has one"),
                OpenHostServes::Names => Open::Names,
            };
            OpenHost { host: &open.host, how }
        });
        open.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::csp;

    #[test]
    fn services_that_cannot_be_kept_elsewhere_are_limited_and_not_moved() {
        let open = |value: &str| csp::parse(value).0[0].open_hosts(open_hosts()).len();
        assert_eq!(open("script-src 'self' https://cdn.jsdelivr.net unpkg.com"), 2);
        assert_eq!(open("script-src https://cdn.jsdelivr.net/npm/vue@3.5.0/dist/vue.js"), 0);
        assert_eq!(open("script-src https://*.googleapis.com:443"), 1, "some answer with a callback");
        assert_eq!(open("script-src *.vercel.app *.github.io *.com *.r2.dev"), 4);
        assert_eq!(open("script-src https://shop.vercel.app https://js.stripe.com"), 0);
        assert_eq!(
            open("script-src https://www.google.com/recaptcha/ https://accounts.google.com/gsi/client"),
            0
        );
        assert_eq!(open("script-src https://www.google.com https://accounts.google.com/"), 2);
    }
}
