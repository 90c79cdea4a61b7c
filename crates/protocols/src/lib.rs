//! What the RFCs say about a domain: records, headers, certificates and redirects, parsed and evaluated.
//!
//! - [`email`]: SPF ([RFC 7208](https://www.rfc-editor.org/rfc/rfc7208)), DKIM keys, DMARC (RFC 9989), MTA-STS, TLS-RPT, BIMI.
//! - [`dns`]: records, the wire format, address ranges.
//! - [`http`]: redirect chains, HSTS, CSP, cookies, caching, robots, and HTML as far as a report looks at it.
//! - [`tls`]: the first flight of a handshake, and X.509.
//! - [`rdap`], [`csv`], [`secrets`], [`idna`], [`date`].
//!
//! Parsers never fail: they give the value and the [diagnostics](diagnostic) of what a receiver would refuse, with spans.
//! Nothing here opens a connection. Evaluators that need answers (SPF, DMARC discovery, redirect chains) ask them of
//! [`answers::Resolve`] and [`answers::Fetch`]; [`answers::Table`] implements both from lines of a zone file.

pub mod answers;
pub mod csv;
pub mod date;
pub mod diagnostic;
pub mod dns;
pub mod email;
pub mod http;
pub mod idna;
pub mod rdap;
pub mod secrets;
pub mod tls;
