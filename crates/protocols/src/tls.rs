//! TLS as far as a certificate can be seen: the hello of a client, what a server says to it, and X.509.
//!
//! `fetch` at the edge shows no certificate, so the edge reads it from a connection of its own: a [hello](client_hello)
//! that offers TLS 1.2, in which the server's certificates come in clear (RFC 5246 section 7.4.2), and a [reader](Reader)
//! that stops behind them. Nothing is encrypted and nothing is verified on the way; what was not verified says so
//! ([`Trust`]). No I/O in here: a host sends and receives.

mod certificate;
mod hello;
mod reader;
pub mod renewal;
mod reply;

pub use certificate::{Certificate, Key, MAX_NAMES, Name, Signature};
pub use hello::{CLOSE_NOTIFY, client_hello};
pub use reader::{MAX_BYTES, MAX_CERTIFICATES, Reader};
pub use reply::{Der, TlsReply, Trust, Version, alert_name};
