//! The header section as it came. hyper's header map puts fields of one name together; what stood in which order, and
//! how often, is read again from the bytes that went by.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes of a header section that are taken; browsers take about as many.
pub(super) const MAX_HEAD: usize = 128 * 1024;
/// Fields of a header section that are taken.
pub(super) const MAX_FIELDS: usize = 400;

/// The first bytes that came over a connection. Ends when it is taken.
#[derive(Debug, Clone)]
pub(super) struct Tape(Arc<Mutex<Option<Vec<u8>>>>);

impl Tape {
    /// The header fields of the response on the tape; `None` where they cannot be read. Nothing more is taped.
    pub(super) fn fields(&self) -> Option<Vec<(String, String)>> {
        let head = self.0.lock().ok()?.take()?;
        fields(&head)
    }
}

/// A connection whose first bytes are kept.
#[derive(Debug)]
pub(super) struct Taped<S> {
    inner: S,
    tape: Tape,
}

impl<S> Taped<S> {
    pub(super) fn new(inner: S) -> (Self, Tape) {
        let tape = Tape(Arc::new(Mutex::new(Some(Vec::new()))));
        (Self { inner, tape: tape.clone() }, tape)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if let Ok(mut tape) = self.tape.0.lock()
            && let Some(tape) = tape.as_mut()
        {
            let new = buffer.filled().get(before..).unwrap_or_default();
            let room = MAX_HEAD.saturating_sub(tape.len());
            tape.extend_from_slice(new.get(..room).unwrap_or(new));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// How leniently a response is read: as leniently as browsers read it. What they show is not broken.
pub(super) fn lenient() -> hyper::client::conn::http1::Builder {
    let mut builder = hyper::client::conn::http1::Builder::new();
    builder
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_FIELDS)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    builder
}

/// The fields of the first response that is not an interim one (RFC 9110 section 15.2).
fn fields(mut head: &[u8]) -> Option<Vec<(String, String)>> {
    let mut config = httparse::ParserConfig::default();
    config
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    loop {
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        let Ok(httparse::Status::Complete(length)) = config.parse_response(&mut response, head) else {
            return None;
        };
        match response.code {
            Some(100 | 102..=199) => head = head.get(length..)?,
            _ => {
                let field =
                    |field: &httparse::Header<'_>| (field.name.to_owned(), text(field.name, field.value));
                return Some(response.headers.iter().map(field).collect());
            }
        }
    }
}

/// The value of the field `name` as text: UTF-8 where it is, otherwise an octet a character (ISO 8859-1, as fetch has it). Where an
/// address is not UTF-8, its octets are percent-encoded, as browsers send them on. The line breaks of an obsolete folded value
/// become blanks (RFC 9112 section 5.2).
pub(super) fn text(name: &str, value: &[u8]) -> String {
    let text = match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) if name.eq_ignore_ascii_case("location") => {
            let octet = |octet: &u8| match octet {
                0..=0x7f => char::from(*octet).to_string(),
                _ => format!("%{octet:02X}"),
            };
            value.iter().map(octet).collect()
        }
        Err(_) => value.iter().copied().map(char::from).collect(),
    };
    if text.contains(['\r', '\n']) {
        text.split(['\r', '\n']).map(str::trim).collect::<Vec<_>>().join(" ").replace("  ", " ")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_their_number_and_their_spelling() {
        let head = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-One: 1\r\nset-cookie: b=2\r\nX-Name: caf\xe9\r\nLocation: /caf\xe9\r\nX-Folded: a\r\n  b\r\n\r\nbody: no\r\n\r\n";
        let fields = fields(head).unwrap();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected = [
            ("Set-Cookie", "a=1"),
            ("X-One", "1"),
            ("set-cookie", "b=2"),
            ("X-Name", "café"),
            ("Location", "/caf%E9"),
            ("X-Folded", "a b"),
        ];
        assert_eq!(fields, expected);
    }
}
