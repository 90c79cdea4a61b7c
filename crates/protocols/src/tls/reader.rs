//! What a server says to our hello, read as it comes: records (RFC 5246 section 6.2) that may come in any pieces, and in them
//! messages (section 7.4) that may be spread over records or share one.

use super::{Der, TlsReply, Trust, Version};
use crate::answers::{Cause, Failure};

/// Bytes that are read from a server at most: far more than chains have, which are of four to eight thousand.
pub const MAX_BYTES: usize = 64 * 1024;
/// Certificates that are kept; browsers build no longer chains.
pub const MAX_CERTIFICATES: usize = 10;

/// Reads a server's part of a handshake until its certificates are there. No input makes it fail or panic, and in what
/// pieces the input comes changes nothing.
#[derive(Debug, Default)]
pub struct Reader {
    /// What came and is not a whole record yet.
    record: Vec<u8>,
    /// What the records held and is not a whole message yet.
    messages: Vec<u8>,
    /// What an alert record held; an alert has two bytes.
    alert: Vec<u8>,
    /// Bytes that came.
    taken: usize,
    reply: TlsReply,
    ended: Option<Ended>,
}

/// Why nothing more needs to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// What was wanted is there, or the server says that it will not come.
    Done,
    /// It is more than is read.
    Full,
    /// It is not what a server of TLS says.
    Fault(&'static str),
}

impl Reader {
    /// Takes what came next. `false` when nothing more is needed: the connection can be closed.
    pub fn read(&mut self, bytes: &[u8]) -> bool {
        if self.ended.is_some() {
            return false;
        }
        let room = MAX_BYTES - self.taken;
        let bytes = bytes.get(..room).unwrap_or(bytes);
        self.taken += bytes.len();
        self.record.extend_from_slice(bytes);
        let mut at = 0;
        while self.ended.is_none()
            && let Some((kind, content)) = self.record.get(at..).and_then(|rest| self.next_record(rest))
        {
            at += RECORD_HEADER + content;
            let content = self.record.get(at - content..at).unwrap_or_default();
            match kind {
                HANDSHAKE => {
                    self.messages.extend_from_slice(content);
                    self.take_messages();
                }
                _ => {
                    self.alert.extend_from_slice(content);
                    self.take_alerts();
                }
            }
        }
        self.record.drain(..at);
        if self.ended.is_none()
            && let Some(fault) = fault_in(&self.record)
        {
            self.ended = Some(Ended::Fault(fault));
        }
        if self.ended.is_none() && self.taken == MAX_BYTES {
            self.ended = Some(Ended::Full);
        }
        self.ended.is_none()
    }

    /// The answer: what was read until now, at `read_at` (seconds since 1970), after `elapsed_ms` milliseconds. `broken` is
    /// what ended the connection, where that was not us: it is the answer where nothing was read before it.
    ///
    /// # Errors
    /// How the handshake failed, where no certificate was read.
    pub fn answer(
        mut self,
        broken: Option<Failure>,
        read_at: u64,
        elapsed_ms: u32,
    ) -> Result<TlsReply, Failure> {
        if matches!(self.ended, None | Some(Ended::Full)) {
            self.take_unfinished();
        }
        let failure = match self.ended {
            Some(Ended::Fault(fault)) => Failure::new(Cause::Malformed).detailed(fault),
            Some(Ended::Full) if self.reply.chain.is_empty() => {
                Failure::new(Cause::Malformed).detailed("the server says too much before its certificate")
            }
            None if self.reply.chain.is_empty() => broken.unwrap_or_else(|| {
                Failure::new(Cause::Unreachable).detailed("the connection broke off in the TLS handshake")
            }),
            _ => {
                return Ok(TlsReply { read_at, elapsed_ms, trust: Trust::NotVerified, ..self.reply });
            }
        };
        Err(failure.after(elapsed_ms))
    }

    /// The kind of the record that `bytes` begin with, and how long its content is; `None` until all of it is there.
    fn next_record(&self, bytes: &[u8]) -> Option<(u8, usize)> {
        if fault_in(bytes).is_some() {
            return None;
        }
        let [kind, _, _, high, low, rest @ ..] = bytes else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        (rest.len() >= length).then_some((*kind, length))
    }

    fn take_messages(&mut self) {
        let mut at = 0;
        while self.ended.is_none()
            && let Some([kind, a, b, c, rest @ ..]) = self.messages.get(at..)
        {
            let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
            let Some(content) = rest.get(..length) else { break };
            at += MESSAGE_HEADER + length;
            match *kind {
                SERVER_HELLO => match server_hello(content, &mut self.reply) {
                    Some(()) if self.reply.version == Some(Version::Tls13) => self.ended = Some(Ended::Done),
                    Some(()) => {}
                    None => self.ended = Some(Ended::Fault("the server's hello cannot be read")),
                },
                CERTIFICATE => {
                    certificates(content, &mut self.reply);
                    self.ended = Some(Ended::Done);
                }
                SERVER_HELLO_DONE => self.ended = Some(Ended::Done),
                // HelloRequest, CertificateStatus and the like say nothing that is wanted.
                _ => {}
            }
        }
        self.messages.drain(..at);
    }

    /// Fatal alerts end it, and so does close_notify; other warnings do not (RFC 5246 section 7.2).
    fn take_alerts(&mut self) {
        while let [level, description, ..] = self.alert[..] {
            self.alert.drain(..2);
            if level != WARNING || description == 0 {
                self.reply.alert = Some(description);
                self.ended = Some(Ended::Done);
                return;
            }
        }
    }

    /// What can be had from a certificate message that did not come to its end: the certificates that did.
    fn take_unfinished(&mut self) {
        if let [HANDSHAKE, _, _, _, _, content @ ..] = self.record.as_slice()
            && fault_in(&self.record).is_none()
        {
            self.messages.extend_from_slice(content);
        }
        if let [CERTIFICATE, _, _, _, content @ ..] = self.messages.as_slice() {
            certificates(content, &mut self.reply);
            self.reply.cut = true;
        }
    }
}

const RECORD_HEADER: usize = 5;
const MESSAGE_HEADER: usize = 4;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const WARNING: u8 = 1;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_HELLO_DONE: u8 = 14;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;
/// The content of a record: 2^14 bytes, and what old servers add to it (RFC 5246 section 6.2.3).
const MAX_RECORD: usize = (1 << 14) + 2048;
/// The last bytes of the random of a server that would have spoken TLS 1.3, or that speaks 1.1 or older and would have
/// spoken 1.2 (RFC 8446 section 4.1.3).
const DOWNGRADE: [&[u8]; 2] = [b"DOWNGRD\x01", b"DOWNGRD\x00"];

/// What is wrong with the beginning of a record, as far as it is there.
fn fault_in(record: &[u8]) -> Option<&'static str> {
    match record {
        [] | [ALERT | HANDSHAKE] | [ALERT | HANDSHAKE, 3] | [ALERT | HANDSHAKE, 3, 0..=4] => None,
        [ALERT | HANDSHAKE, 3, 0..=4, _] => None,
        [ALERT | HANDSHAKE, 3, 0..=4, high, low, ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            (length > MAX_RECORD).then_some("the server sends records longer than TLS allows")
        }
        _ if record.starts_with(b"HTTP/") => Some("the server speaks plain HTTP on port 443"),
        _ if b"HTTP/".starts_with(record) => None,
        _ => Some("what the server says is not TLS"),
    }
}

/// ServerHello, RFC 5246 section 7.4.1.3.
fn server_hello(content: &[u8], reply: &mut TlsReply) -> Option<()> {
    let mut bytes = Bytes(content);
    let mut version = bytes.u16()?;
    let random = bytes.take(32)?;
    bytes.block(1)?;
    reply.cipher = Some(bytes.u16()?);
    bytes.take(1)?;
    let mut extensions = Bytes(bytes.block(2).unwrap_or_default());
    while let (Some(number), Some(content)) = (extensions.u16(), extensions.block(2)) {
        let mut content = Bytes(content);
        match number {
            ALPN => {
                let name = content.block(2).and_then(|list| Bytes(list).block(1)).unwrap_or_default();
                reply.alpn = Some(String::from_utf8_lossy(name).into_owned());
            }
            SUPPORTED_VERSIONS => version = content.u16().unwrap_or(version),
            _ => {}
        }
    }
    reply.version = Some(Version::from_code(version)?);
    reply.newer = random.get(24..).is_some_and(|end| DOWNGRADE.contains(&end));
    Some(())
}

/// Certificate, RFC 5246 section 7.4.2: as many as there are whole.
fn certificates(content: &[u8], reply: &mut TlsReply) {
    let mut list = Bytes(content);
    // How long the list is; it may be cut.
    let _ = list.take(3);
    while let Some(certificate) = list.block(3) {
        if reply.chain.len() == MAX_CERTIFICATES {
            reply.cut = true;
            return;
        }
        reply.chain.push(Der(certificate.to_vec()));
    }
}

/// Bytes that are taken from the front.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    /// What stands behind its length, which has `count` bytes.
    fn block(&mut self, count: usize) -> Option<&'b [u8]> {
        let length = self.take(count)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        self.take(length)
    }
}

#[cfg(test)]
mod tests;
