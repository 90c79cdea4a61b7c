//! A check: one pure function from a target and the evidence to a finding.

use serde::{Deserialize, Serialize};

use crate::answers::Stop;
use crate::checks::consequences::Consequences;
use crate::checks::finding::Finding;
use crate::checks::finding::Outcome;
use crate::engine::evidence::Evidence;
use crate::target::Target;

/// One thing that is judged. There is one in every file of `checks/`.
#[derive(Debug)]
pub struct Check {
    /// Names the thing, never changes, part of the API: `dmarc-policy`.
    pub id: &'static str,
    /// Where it belongs.
    pub area: Area,
    /// What it means for a launch.
    pub impact: Weight,
    /// What a problem that it finds costs, and what it takes to put right.
    pub stakes: Consequences,
    /// Everything it can say. The engine adds "not measured".
    pub outcomes: &'static [&'static Outcome],
    /// Plan and judgement in one: asks the evidence for all it can before its first `?`, and is run again from the
    /// top whenever something it asked for has come.
    pub run: fn(&Target, &Evidence) -> Result<Finding, Stop>,
}

/// What a check means for a launch. It weighs the score and ranks the risks; see [`crate::report::score`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// A must-have: a failure stops the launch, and without an answer nobody can say "ready".
    Critical,
    /// A failure costs visitors, mail or trust.
    Important,
    /// Good practice.
    Minor,
}

/// Where a check belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// Names, addresses, name servers.
    Domain,
    /// How every way in reaches the site.
    Redirects,
    /// Certificates, and whether browsers keep to https.
    Tls,
    /// Mail from and to the domain.
    Email,
    /// How fast it answers.
    Performance,
    /// What protects the site and its visitors.
    Security,
    /// Whether it can be found.
    Search,
    /// Whether somebody notices when it breaks.
    Operations,
}

impl Area {
    /// Every area, in the order in which a person should read them.
    pub const ALL: [Self; 8] = [
        Self::Domain,
        Self::Redirects,
        Self::Tls,
        Self::Email,
        Self::Performance,
        Self::Security,
        Self::Search,
        Self::Operations,
    ];

    /// The heading for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Domain => "Domain and DNS",
            Self::Redirects => "Redirects",
            Self::Tls => "Certificates and HTTPS",
            Self::Email => "Email",
            Self::Performance => "Speed",
            Self::Security => "Security",
            Self::Search => "Search engines",
            Self::Operations => "Operation",
        }
    }
}
