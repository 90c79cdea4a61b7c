//! What a problem costs the business, how long it takes to put right, and who can do it. Each check declares it once;
//! an outcome for which it is different declares its own.

use serde::{Deserialize, Serialize};

/// What is lost, what it takes, and who can do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequences {
    /// What the business loses while the problem stays.
    pub loses: BusinessImpact,
    /// How long it takes somebody who knows how.
    pub effort: Effort,
    /// Who can put it right.
    pub who: Who,
}

impl Consequences {
    /// The three in one line.
    #[must_use]
    pub const fn new(loses: BusinessImpact, effort: Effort, who: Who) -> Self {
        Self { loses, effort, who }
    }
}

/// What the business loses. In the order in which losses weigh: nothing works while a site is down; a visitor who turns
/// away is gone today; mail that does not arrive is gone tomorrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BusinessImpact {
    /// Nobody reaches the site, or it is about to go down, or nobody notices when it does.
    Downtime,
    /// Visitors turn away before they sign up or buy.
    SignUps,
    /// Mail from or to the domain is not delivered, or nobody learns that it was not.
    Mail,
    /// Others read, take over or forge what is the founder's or the users'.
    Exposure,
    /// People who search do not find the site.
    SearchTraffic,
    /// The founder depends on somebody else.
    Control,
}

impl BusinessImpact {
    /// Every loss, in order.
    pub const ALL: [Self; 6] =
        [Self::Downtime, Self::SignUps, Self::Mail, Self::Exposure, Self::SearchTraffic, Self::Control];

    /// The words for people, as in "this costs you …".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Downtime => "downtime",
            Self::SignUps => "lost sign-ups",
            Self::Mail => "lost mail",
            Self::Exposure => "exposure",
            Self::SearchTraffic => "lost search traffic",
            Self::Control => "lost control",
        }
    }
}

/// How long a fix takes somebody who knows how, waiting for caches not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// Some minutes: a line to copy.
    Minutes,
    /// About an hour: a setting to find, a file to change and deploy.
    Hour,
    /// A day or more: something to build or to wait for.
    Day,
}

impl Effort {
    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hour => "an hour",
            Self::Day => "a day",
        }
    }
}

/// Who can put something right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The founder, where the domain's DNS records are kept.
    DnsPanel,
    /// The founder, where the domain was bought.
    Registrar,
    /// Whoever can sign in to what the site runs on.
    Host,
    /// Whoever can sign in to the services that send or take the domain's mail.
    MailService,
    /// Whoever changes the site's code.
    Developer,
}

impl Who {
    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::DnsPanel => "you, in the DNS panel",
            Self::Registrar => "you, at the registrar",
            Self::Host => "your hosting admin",
            Self::MailService => "your email admin",
            Self::Developer => "a developer",
        }
    }
}
