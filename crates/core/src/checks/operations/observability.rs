//! # Monitoring and analytics tools (`observability`)
//!
//! ## What it checks
//! Which tools for error tracking, analytics and performance the home page and the site's own scripts name.
//!
//! ## Why it matters
//! On launch day you want to know what breaks, and whether anyone comes, before customers write to you.
//!
//! ## How to fix it
//! Add one error tracker and one analytics tool to the page. Nothing is wrong with tools that run on the server: they cannot be
//! seen from here.
//!
//! ## Sources
//! Our own table of services by host, from their documentation, 2026-11.
//!
//! ## Covers
//! O6
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Fresh bread</h1><script src="https://js.sentry-cdn.com/abc.min.js"></script><script defer src="https://plausible.io/js/script.js"></script>
//! => recognised
//! ```
//! Tools that were built into the site's own script are found by their addresses.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! | posthog.init("phc_x",{api_host:"https://eu.i.posthog.com"})
//! => recognised
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <p>We compared sentry.io and others.</p>
//! => none-seen
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::providers::third_party::{Purpose, named_in, service};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "observability",
    area: Area::Operations,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Developer),
    outcomes: &[&RECOGNISED, &NONE_SEEN],
    run,
};

static RECOGNISED: Outcome = Outcome::pass("recognised", "Monitoring or analytics tools are in place");
static NONE_SEEN: Outcome =
    Outcome::not_applicable("none-seen", "No monitoring tools recognized; some cannot be seen from outside");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NONE_SEEN.found().detail(why)),
    };
    let scripts = home.fetch_scripts(target, evidence)?;
    let mut tools: Vec<(Purpose, &str)> = Vec::new();
    let hosts = home.page.scripts.iter().filter_map(|script| home.resolve(script.src.as_deref()?));
    tools.extend(hosts.filter_map(|url| service(url.host_str()?)).map(|tool| (tool.purpose, tool.owner)));
    for script in &home.page.scripts {
        tools.extend(named_in(&script.text).map(|tool| (tool.purpose, tool.owner)));
    }
    for (_, reply) in &scripts.read {
        tools.extend(named_in(&reply.body.text()).map(|tool| (tool.purpose, tool.owner)));
    }
    tools.retain(|(purpose, _)| {
        matches!(purpose, Purpose::Analytics | Purpose::Errors | Purpose::Tags | Purpose::Vitals)
    });
    tools.sort();
    tools.dedup();
    if tools.is_empty() {
        return match scripts.gaps.into_iter().next() {
            Some(gap) => Err(Stop::NotMeasured(gap)),
            None => Ok(NONE_SEEN.found().detail(home.cut_note().trim())),
        };
    }
    let finding = tools
        .iter()
        .fold(RECOGNISED.found(), |finding, (purpose, owner)| finding.with_evidence(purpose.words(), *owner));
    let errors = tools.iter().any(|(purpose, _)| *purpose == Purpose::Errors);
    Ok(if errors { finding } else { finding.detail("No error tracking was recognised among them.") })
}
