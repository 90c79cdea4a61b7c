//! Answers: what an evaluator asks for, what it gets, how that fails, and "not yet".
//!
//! SPF, DMARC discovery and redirect chains need answers from outside, and open no connection themselves. They ask
//! [`Resolve`] for DNS and [`Fetch`] for HTTP. Where an answer is not there yet they stop with [`Stop::Pending`] and are
//! run again from the top, so one straight-line function is both the plan and the evaluation. [`Table`] implements both
//! traits from lines of text:
//!
//! ```
//! use launch_ready_protocols::answers::Table;
//! use launch_ready_protocols::email::spf::evaluate::{Session, SpfResult, check_host};
//!
//! let table = Table::parse("example.com. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"").unwrap();
//! let session = Session::new("192.0.2.7".parse().unwrap(), "news@example.com", "mail.example.com");
//! assert_eq!(check_host(&table, &session).unwrap().result, SpfResult::Pass);
//! ```

mod stop;
pub(crate) mod table;

use url::Url;

pub use stop::{Cause, Failure, Refusal, Stop, Unmeasured, Unreachable, if_measured};
pub use table::{Table, TableError};

use crate::dns::{Lookup, RecordType};
use crate::http::{HttpReply, HttpRequest};

/// Whatever can say what DNS holds.
pub trait Resolve {
    /// What DNS says about `name`, aliases followed.
    ///
    /// # Errors
    /// Pending while the answer is not there yet; not measured where it could not be had.
    fn lookup(&self, name: &str, record_type: RecordType) -> Result<Lookup<'_>, Stop>;
}

/// Whatever can say what web servers reply.
pub trait Fetch {
    /// `url` in normal form and without fragment, if something may be sent to it.
    ///
    /// # Errors
    /// Why nothing is sent there.
    fn admit(&self, url: &str) -> Result<Url, Refusal>;

    /// Why nothing can be sent to `host`, as DNS says: it has no address, or one that is not on the public internet.
    ///
    /// # Errors
    /// Pending while that is not known yet; not measured where it cannot be known.
    fn unreachable(&self, host: &str) -> Result<Option<Unreachable>, Stop>;

    /// The reply to one request, redirects not followed; or how it failed.
    ///
    /// # Errors
    /// Pending while the answer is not there yet.
    fn fetch(&self, request: HttpRequest) -> Result<Result<&HttpReply, Failure>, Stop>;
}
