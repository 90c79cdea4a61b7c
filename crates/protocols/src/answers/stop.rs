//! Why there is no answer: not yet, not at all, or nothing was asked.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub cause: Cause,
    /// What the host's own error said, shortened; empty where it said nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Milliseconds from having a place to giving up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub elapsed_ms: u32,
}

impl Failure {
    /// A failure of that cause, with nothing more to say.
    #[must_use]
    pub fn new(cause: Cause) -> Self {
        Self { cause, detail: String::new(), elapsed_ms: 0 }
    }

    /// The same with what the host's error said, cut to a bearable length.
    #[must_use]
    pub fn detailed(mut self, detail: &str) -> Self {
        self.detail = detail.chars().filter(|c| !c.is_control()).take(200).collect();
        self
    }

    /// The same after `elapsed_ms` milliseconds.
    #[must_use]
    pub fn after(mut self, elapsed_ms: u32) -> Self {
        self.elapsed_ms = elapsed_ms;
        self
    }
}

/// What kind of failure it was. Only some of them say something about the site; see [`Cause::proves_tls_fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The scan had asked as many questions as it may.
    Budget,
    /// A protection in front of the site answered instead of it.
    Challenged,
    /// The scan's time was up.
    Deadline,
    /// The answer broke off or was not in the form its protocol asks for.
    Malformed,
    /// No resolver of ours gave an answer that could be used, and that is theirs and not the domain's doing.
    NoResolver,
    /// The host's name did not resolve where the request was sent from.
    NoSuchHost,
    /// A recorded scan does not hold this answer.
    NotRecorded,
    /// What answered is not the site: work going on, or another company's page.
    NotTheSite,
    /// The owner of the host has opted out; nothing was sent.
    OptedOut,
    /// Whether the owner of the host has opted out could not be found out; nothing was sent.
    OwnerUnknown,
    /// The name leads to an address that is not on the public internet; nothing was sent.
    PrivateAddress,
    /// Nothing came within the time one question has.
    Timeout,
    /// No TLS session could be agreed on.
    TlsHandshake,
    /// The certificate is not one that browsers trust for this name at this time.
    TlsUntrusted,
    /// No connection: refused, reset, no route.
    Unreachable,
}

impl Cause {
    /// Whether the failure itself shows that visitors cannot make a trusted TLS connection.
    #[must_use]
    pub fn proves_tls_fault(self) -> bool {
        matches!(self, Self::TlsHandshake | Self::TlsUntrusted)
    }

    /// Whether the failure is our own restraint: nothing was sent, so it says nothing about the site.
    #[must_use]
    pub fn is_ours(self) -> bool {
        matches!(
            self,
            Self::Budget
                | Self::Deadline
                | Self::NoResolver
                | Self::NotRecorded
                | Self::OptedOut
                | Self::OwnerUnknown
        )
    }

    /// What happened, as the rest of a sentence that begins with what was asked.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Budget => "was left out: the scan had used up its requests",
            Self::Challenged => "was answered by a bot protection, not by the site",
            Self::Deadline => "was still open when the scan's time was up",
            Self::Malformed => "was answered with something that could not be read",
            Self::NoResolver => "got no answer: the resolvers that we ask failed",
            Self::NoSuchHost => "was not sent: the host name does not resolve",
            Self::NotRecorded => "is not in the recorded evidence",
            Self::NotTheSite => "was answered by something that is not the site's page",
            Self::OptedOut => "was not sent: the owner has opted this host out of checks",
            Self::OwnerUnknown => {
                "was not sent: we could not find out whether the owner allows checks of this host"
            }
            Self::PrivateAddress => "was not sent: the name leads to a private address",
            Self::Timeout => "got no answer in time",
            Self::TlsHandshake => "got no TLS connection from the server",
            Self::TlsUntrusted => "was not sent: the certificate is not trusted",
            Self::Unreachable => "got no connection from the server",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cause.words())?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        Ok(())
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Why a check did not come to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Something it needs could not be had, and will not be.
    NotMeasured(Unmeasured),
    /// Something it asked for has not come yet.
    Pending,
}

/// What was asked for, where it could be had; `None` where it could not, for a check that goes on without it.
///
/// # Errors
/// Pending until the answer is there.
pub fn if_measured<T>(asked: Result<T, Stop>) -> Result<Option<T>, Stop> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(Stop::NotMeasured(_)) => Ok(None),
        Err(Stop::Pending) => Err(Stop::Pending),
    }
}

/// What could not be had, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmeasured {
    /// What was asked: `MX example.com`, `GET https://example.com/`.
    pub asked: String,
    /// How that failed.
    pub failure: Failure,
}

/// Why nothing is sent to a URL. `Display` ends a sentence that begins with the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It carries a user name or password.
    Credentials,
    /// Its host is an address, not a name.
    IpLiteral,
    /// It is no absolute URL.
    NotAUrl,
    /// Its host is no public name.
    NotPublic,
    /// It names a port other than its scheme's own.
    Port(u16),
    /// It is neither http nor https.
    Scheme,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credentials => f.write_str("carries a user name or password"),
            Self::IpLiteral => f.write_str("names an IP address, not a host"),
            Self::NotAUrl => f.write_str("is not a web address"),
            Self::NotPublic => f.write_str("is not on the public internet"),
            Self::Port(port) => write!(f, "names port {port}"),
            Self::Scheme => f.write_str("is neither http nor https"),
        }
    }
}

/// Why nothing can be sent to a host, as DNS says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreachable {
    /// It has no address.
    NoAddress,
    /// It leads to an address that is not on the public internet.
    PrivateAddress {
        /// The address.
        address: IpAddr,
        /// The range it lies in.
        range: &'static str,
    },
}
