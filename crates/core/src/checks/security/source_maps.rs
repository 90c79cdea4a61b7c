//! # Source maps (`source-maps`)
//!
//! ## What it checks
//! Whether the site's own scripts carry their source code along, or name a file that does. Such files are not fetched.
//!
//! ## Why it matters
//! A source map shows the code as it was written, comments included. Code in a browser can be read anyway, but
//! rarely this easily.
//!
//! ## How to fix it
//! Let the production build write no source maps, or upload them to your error tracker only.
//!
//! ## Sources
//! ECMA-426 (source map format, 2024), "Linking generated code to source maps".
//!
//! ## Covers
//! S2, S9
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! | run()
//! => none
//! ```
//! Whether the file is there was not tried.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! | run()
//! | //# sourceMappingURL=app.js.map
//! => named
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! | run()
//! | //# sourceMappingURL=data:application/json;base64,eyJ9
//! => inside
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <b>no scripts</b>
//! => no-scripts
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "source-maps",
    area: Area::Security,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&NONE, &NAMED, &INSIDE, &NO_SCRIPTS],
    run,
};

static NONE: Outcome = Outcome::pass("none", "The scripts expose no source maps");
static NAMED: Outcome = Outcome::pass("named", "The scripts reference source maps; we did not request them");
static INSIDE: Outcome = Outcome::warn("inside", "The scripts embed their source code");
static NO_SCRIPTS: Outcome = Outcome::not_applicable("no-scripts", "The page loads no scripts of its own");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_SCRIPTS.found().detail(why)),
    };
    let scripts = home.fetch_scripts(target, evidence)?;
    if scripts.read.is_empty() {
        return match scripts.gaps.into_iter().next() {
            Some(gap) => Err(Stop::NotMeasured(gap)),
            None => Ok(NO_SCRIPTS.found()),
        };
    }
    let mut named = Vec::new();
    for (url, reply) in &scripts.read {
        let text = reply.body.text();
        // The comment stands on the last line that is not empty.
        let last = text.trim_end().rsplit(['\n', '\r']).next().unwrap_or_default();
        let comment = last.rsplit_once("//# sourceMappingURL=").map(|(_, map)| map.trim().to_owned());
        let map = reply.headers.first("sourcemap").map(str::to_owned).or(comment);
        named.extend(map.map(|map| (url.as_str(), map)));
    }
    let inside = named.iter().any(|(_, map)| map.starts_with("data:"));
    let outcome = match (inside, named.is_empty()) {
        (true, _) => &INSIDE,
        (false, false) => &NAMED,
        _ => &NONE,
    };
    let mut finding = outcome.found();
    for (url, map) in &named {
        finding =
            finding.with_evidence(format!("source map of {url}"), map.chars().take(80).collect::<String>());
    }
    if named.is_empty() {
        let read: Vec<&str> = scripts.read.iter().map(|(url, _)| url.as_str()).collect();
        finding = finding.with_evidence("read", read.join(", "));
    }
    Ok(if inside {
        finding.fix(Fix::step("Switch inline source maps off in the production build."))
    } else {
        finding
    })
}
