//! Errors of the network libraries → causes. Errors are told apart by their types, never by their words.

use std::error::Error;
use std::io;

use launch_ready_core::answers::{Cause, Failure};
use rustls::CertificateError;

/// A failure on its way through a library that wants an error.
#[derive(Debug)]
pub(super) struct Carried(pub(super) Failure);

impl std::fmt::Display for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Carried {}

/// The failure behind an error: the first of its sources that tells.
pub(super) fn of(error: &(dyn Error + 'static)) -> Failure {
    let mut next = Some(error);
    let mut said = None;
    while let Some(error) = next {
        if let Some(carried) = error.downcast_ref::<Carried>() {
            return carried.0.clone();
        }
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return of_tls(tls);
        }
        if let Some(io) = error.downcast_ref::<io::Error>() {
            // An I/O error's source is what its inner error comes from, not the inner error.
            if let Some(inner) = io.get_ref() {
                next = Some(inner);
                said.get_or_insert_with(|| of_kind(io));
                continue;
            }
            return of_kind(io);
        }
        if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
            let cause = if hyper.is_timeout() {
                Some(Cause::Timeout)
            } else if hyper.is_parse() || hyper.is_incomplete_message() {
                Some(Cause::Malformed)
            } else if hyper.is_closed() || hyper.is_canceled() {
                Some(Cause::Unreachable)
            } else {
                None
            };
            if let Some(cause) = cause {
                return Failure::new(cause).detailed(&hyper.to_string());
            }
        }
        next = error.source();
    }
    said.unwrap_or_else(|| Failure::new(Cause::Malformed).detailed(&error.to_string()))
}

fn of_kind(error: &io::Error) -> Failure {
    let cause = match error.kind() {
        io::ErrorKind::TimedOut => Cause::Timeout,
        // It was connected, and then there was nothing, or nothing that could be read.
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Cause::Malformed,
        // Refused, reset, no route, and whatever else keeps an operating system from connecting.
        _ => Cause::Unreachable,
    };
    // The kind's own words: those of the system differ between systems.
    Failure::new(cause).detailed(&error.kind().to_string())
}

/// Only what the server has sent can prove a fault of its TLS.
fn of_tls(error: &rustls::Error) -> Failure {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(reason) => Failure::new(Cause::TlsUntrusted).detailed(&why_untrusted(reason)),
        Tls::NoCertificatesPresented => {
            Failure::new(Cause::TlsUntrusted).detailed("the server sent no certificate")
        }
        other => Failure::new(Cause::TlsHandshake).detailed(&other.to_string()),
    }
}

/// Why a certificate is not trusted, as the end of a sentence about it.
pub(super) fn why_untrusted(reason: &CertificateError) -> String {
    use CertificateError as Bad;
    match reason {
        Bad::Expired | Bad::ExpiredContext { .. } => "it has expired".to_owned(),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => "it is not valid yet".to_owned(),
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => "it is for another name".to_owned(),
        Bad::UnknownIssuer => {
            "nobody whom browsers trust has signed it, or an intermediate certificate is not sent".to_owned()
        }
        Bad::Revoked => "it has been revoked".to_owned(),
        other => other.to_string(),
    }
}

/// The failure of a TLS handshake. A connection that breaks off says nothing about TLS: that may be the network.
pub(super) fn of_handshake(error: &io::Error) -> Failure {
    let failure = of(error);
    match failure.cause {
        Cause::Malformed => {
            Failure::new(Cause::Unreachable).detailed("the connection broke off in the TLS handshake")
        }
        _ => failure,
    }
}

/// The number of the alert with which a server ended a handshake, where it did.
pub(super) fn alert(error: &io::Error) -> Option<u8> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(description) => Some((*description).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(error: &(dyn Error + 'static)) -> Cause {
        of(error).cause
    }

    #[test]
    fn a_certificate_is_told_from_a_handshake_and_a_handshake_from_a_broken_line() {
        let wrapped = |tls| io::Error::new(io::ErrorKind::InvalidData, tls);
        let untrusted = wrapped(rustls::Error::InvalidCertificate(CertificateError::Expired));
        assert_eq!(
            (cause(&untrusted), of(&untrusted).detail.as_str()),
            (Cause::TlsUntrusted, "it has expired")
        );
        let alert = wrapped(rustls::Error::AlertReceived(rustls::AlertDescription::HandshakeFailure));
        assert_eq!(of_handshake(&alert).cause, Cause::TlsHandshake);
        let eof = io::Error::new(io::ErrorKind::UnexpectedEof, "tls handshake eof");
        assert_eq!(of_handshake(&eof).cause, Cause::Unreachable);
        assert_eq!(of_handshake(&io::Error::from(io::ErrorKind::ConnectionReset)).cause, Cause::Unreachable);
    }

    #[test]
    fn a_line_that_cannot_be_had_is_told_from_silence() {
        assert_eq!(cause(&io::Error::from(io::ErrorKind::ConnectionRefused)), Cause::Unreachable);
        assert_eq!(cause(&io::Error::from(io::ErrorKind::HostUnreachable)), Cause::Unreachable);
        assert_eq!(cause(&io::Error::from(io::ErrorKind::TimedOut)), Cause::Timeout);
    }

    #[test]
    fn a_failure_of_ours_comes_through_other_libraries_as_it_was() {
        let ours = Failure::new(Cause::PrivateAddress).detailed("10.0.0.1");
        assert_eq!(of(&io::Error::other(Carried(ours.clone()))), ours);
    }
}
