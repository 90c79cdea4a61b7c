//! Which sprint is suggested first, and why.

use launch_ready_core::report::score::Decision;

use crate::message::BriefReply;

/// The sprint that fits: what stops the launch first, or the launch itself where nothing does.
pub(crate) fn of(brief: &BriefReply) -> &'static str {
    match (brief.decision, brief.area.as_deref()) {
        (None, _) | (Some(Decision::NoVerdict), None) => "review",
        (_, Some("email")) => "mail",
        (_, Some("domain" | "redirects" | "tls" | "search")) => "domain",
        (_, Some("security")) => "security",
        // Reports of before have the names of before.
        (_, Some("performance" | "operations" | "speed" | "operation")) => "operation",
        _ => "launch-day",
    }
}

/// A sprint's name, and why it is suggested.
pub(crate) fn words(id: &str) -> (&'static str, &'static str) {
    match id {
        "mail" => ("Mail that arrives", "The first thing your report wants fixed is e-mail on your domain."),
        "domain" => {
            ("Domain and HTTPS", "The first thing your report wants fixed is how people reach your site.")
        }
        "security" => {
            ("Security basics", "The first thing your report wants fixed is a protection that is missing.")
        }
        "operation" => (
            "Fast and watched",
            "The first thing your report wants fixed is speed, or how you notice trouble.",
        ),
        "launch-day" => {
            ("Launch day", "Nothing in your report stands in the way: what is left is the day itself.")
        }
        _ => ("Readiness review", "There is no full report of your domain yet: we look at it together."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stops_the_launch_first_is_done_first() {
        let brief = |decision, area: Option<&str>| BriefReply {
            report: None,
            decision,
            area: area.map(str::to_owned),
            segment: None,
        };
        for (decision, area, sprint) in [
            (None, None, "review"),
            (Some(Decision::NoVerdict), None, "review"),
            (Some(Decision::NoVerdict), Some("email"), "mail"),
            (Some(Decision::NoGo), Some("tls"), "domain"),
            (Some(Decision::NoGo), Some("speed"), "operation"),
            (Some(Decision::Go), Some("accessibility"), "launch-day"),
            (Some(Decision::Go), None, "launch-day"),
        ] {
            assert_eq!(of(&brief(decision, area)), sprint, "{decision:?} {area:?}");
        }
    }
}
