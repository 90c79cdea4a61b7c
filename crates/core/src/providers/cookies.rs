//! Cookies that hosts and protections set in front of a site, and those in which sign-in services keep a session.

use launch_ready_providers::all;
use launch_ready_providers::model::CookiePurpose;

use crate::http::cookies::Cookie;

/// Whether it is set in front of the site, for itself: the site can do nothing about it.
#[must_use]
pub fn is_of_proxy(cookie: &Cookie) -> bool {
    cookie.is_of_balancer()
        || is_of(&cookie.name, |purpose| {
            matches!(purpose, CookiePurpose::Balancing | CookiePurpose::Protection)
        })
}

/// Whether the name is one that lets somebody in. A hint: a cookie may be called anything.
#[must_use]
pub fn looks_like_session(cookie: &Cookie) -> bool {
    cookie.looks_like_session()
        || is_of(&cookie.name.to_ascii_lowercase(), |purpose| purpose == CookiePurpose::Session)
}

fn is_of(name: &str, meant: fn(CookiePurpose) -> bool) -> bool {
    let known = all().iter().flat_map(|provider| &provider.cookies).filter(|cookies| meant(cookies.purpose));
    known.into_iter().any(|cookies| {
        cookies.names.iter().any(|known| known == name)
            || cookies.beginnings.iter().any(|begin| name.starts_with(begin.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::cookies::parse;

    #[test]
    fn what_stands_in_front_of_a_site_is_told_from_the_site() {
        for name in
            ["__cf_bm", "AWSALBCORS", "ARRAffinity", "SERVERID123", "incap_ses_1_2", "datadome", "GCLB"]
        {
            assert!(is_of_proxy(&parse(&format!("{name}=1")).0), "{name}");
        }
        assert!(!is_of_proxy(&parse("server=1").0));
        assert!(looks_like_session(&parse("wordpress_logged_in_a1=1").0));
        assert!(looks_like_session(&parse("PHPSESSID=1").0));
        assert!(!looks_like_session(&parse("theme=1").0));
    }
}
