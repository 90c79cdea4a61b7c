//! What came back for a probe. A failure is an answer like any other: it is kept, replayed and shown; it never stops a
//! scan.

use serde::{Deserialize, Serialize};

use crate::answers::Failure;
use crate::dns::DnsReply;
use crate::http::HttpReply;
use crate::tls::TlsReply;

/// What came back for one probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Answer {
    /// A resolver's reply, whatever its response code.
    Dns(DnsReply),
    /// A server's reply, whatever its status.
    Http(HttpReply),
    /// What a server showed in a TLS handshake, alerts included.
    Tls(TlsReply),
    /// Nothing that could be read.
    Failed(Failure),
}

impl From<Result<DnsReply, Failure>> for Answer {
    fn from(read: Result<DnsReply, Failure>) -> Self {
        read.map_or_else(Self::Failed, Self::Dns)
    }
}

impl From<Result<TlsReply, Failure>> for Answer {
    fn from(read: Result<TlsReply, Failure>) -> Self {
        read.map_or_else(Self::Failed, Self::Tls)
    }
}
