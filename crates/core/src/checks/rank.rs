//! How urgent something is: said by each outcome, by one rule.

use serde::{Deserialize, Serialize};

/// How urgent something is to fix. What its check weighs in the score says nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// Do not launch with this.
    Blocker,
    /// Fix it in the launch week.
    Important,
    /// Worth doing when there is time.
    Optional,
}

impl Rank {
    /// Every rank, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Blocker, Self::Important, Self::Optional];

    /// The word for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::Important => "important",
            Self::Optional => "optional",
        }
    }

    /// When an outcome has this rank: the rule by which every outcome of every check is ranked.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Blocker => {
                "On launch day visitors cannot use the site, mail is lost or refused, data, money or sessions are exposed, or the name is about to go."
            }
            Self::Important => "It costs customers within weeks.",
            Self::Optional => "Good practice: worth doing when there is time.",
        }
    }
}
