//! Bodies: read up to a limit and a time, and decoded.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use launch_ready_core::engine::timeouts::BODY_TIME;
use launch_ready_core::http::{Body, Cut};
use ruzstd::decoding::StreamingDecoder;
use tokio::time::Instant;

/// Codings on top of each other that are taken off. Nobody sends two.
const MAX_CODINGS: usize = 3;
/// The codings that can be taken off, for `Accept-Encoding`.
pub(super) const CODINGS: &str = "gzip, deflate, br, zstd";

/// As much of a body as may be read, decoded.
pub(super) async fn read(mut incoming: Incoming, codings: &[String], limit: usize) -> Body {
    if limit == 0 {
        let cut = (!incoming.is_end_stream()).then_some(Cut::Limit);
        return Body { bytes: Vec::new(), cut };
    }
    let deadline = Instant::now() + BODY_TIME;
    let mut raw = Vec::new();
    // Coded bytes are counted like decoded ones: a coding that makes a body longer is not worth more time.
    let cut = loop {
        match tokio::time::timeout_at(deadline, incoming.frame()).await {
            Err(_) => break Some(Cut::Time),
            Ok(None) => break None,
            Ok(Some(Err(_))) => break Some(Cut::Broken),
            Ok(Some(Ok(frame))) => {
                let Ok(data) = frame.into_data() else { continue };
                let room = limit - raw.len();
                raw.extend_from_slice(data.get(..room).unwrap_or(&data));
                if data.len() > room {
                    break Some(Cut::Limit);
                }
            }
        }
    };
    decoded(codings, raw, cut, limit)
}

/// A body without its codings, which are given in the order in which they were applied. What was decoded before
/// something went wrong is kept.
fn decoded(codings: &[String], raw: Vec<u8>, mut cut: Option<Cut>, limit: usize) -> Body {
    let mut bytes = raw;
    for coding in codings.iter().rev().take(MAX_CODINGS) {
        if bytes.is_empty() {
            break;
        }
        let input = bytes.as_slice();
        let read = match coding.as_str() {
            "gzip" | "x-gzip" => up_to(limit, MultiGzDecoder::new(input)),
            // RFC 9110 section 8.4.1.2: some senders leave the zlib wrapper away.
            "deflate" if input.first().is_some_and(|first| first & 0x0f == 8) => {
                up_to(limit, ZlibDecoder::new(input))
            }
            "deflate" => up_to(limit, DeflateDecoder::new(input)),
            "br" => up_to(limit, Decompressor::new(input, 4096)),
            "zstd" => match StreamingDecoder::new(input) {
                Ok(decoder) => up_to(limit, decoder),
                Err(_) => (Vec::new(), Some(Cut::Broken)),
            },
            // Not ours to judge: the bytes stay as they are.
            _ => break,
        };
        // A coded body that was cut breaks off when it is decoded; why it was cut is what matters.
        cut = match read.1 {
            Some(Cut::Limit) => Some(Cut::Limit),
            other => cut.or(other),
        };
        bytes = read.0;
    }
    Body { bytes, cut }
}

fn up_to(limit: usize, mut reader: impl Read) -> (Vec<u8>, Option<Cut>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return (bytes, None),
            Ok(read) => {
                let room = limit - bytes.len();
                bytes.extend_from_slice(buffer.get(..read.min(room)).unwrap_or_default());
                if read > room {
                    return (bytes, Some(Cut::Limit));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return (bytes, Some(Cut::Broken)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn body(coding: &str, raw: &[u8], limit: usize) -> (String, Option<Cut>) {
        let body = decoded(&[coding.to_owned()], raw.to_vec(), None, limit);
        (String::from_utf8(body.bytes).unwrap(), body.cut)
    }

    #[test]
    fn every_coding_that_is_asked_for_is_taken_off() {
        let page = "<h1>Launch</h1>".repeat(20);
        let whole = (page.clone(), None);
        assert_eq!(body("gzip", &gzip(page.as_bytes()), 4096), whole);
        assert_eq!(body("deflate", &zlib(page.as_bytes()), 4096), whole);
        let bare = zlib(page.as_bytes());
        assert_eq!(body("deflate", &bare[2..bare.len() - 4], 4096), whole, "without the zlib wrapper");
        let zstd =
            ruzstd::encoding::compress_to_vec(page.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
        assert_eq!(body("zstd", &zstd, 4096), whole);
        // "hello" by the reference encoder.
        assert_eq!(body("br", b"\x0b\x02\x80hello\x03", 4096), ("hello".to_owned(), None));
        assert_eq!(body("identity", page.as_bytes(), 4096), whole);
    }

    #[test]
    fn a_small_file_that_grows_without_end_stops_at_the_limit() {
        let bomb = gzip(&vec![b'a'; 10_000_000]);
        assert!(bomb.len() < 20_000);
        assert_eq!(body("gzip", &bomb, 1000), ("a".repeat(1000), Some(Cut::Limit)));
    }

    #[test]
    fn what_came_before_the_line_broke_is_kept() {
        let page: String = (0..2000).map(|n| format!("<p>{}</p>", n * 7919 % 1000)).collect();
        let coded = gzip(page.as_bytes());
        let (text, cut) = body("gzip", &coded[..coded.len() / 2], 1 << 20);
        assert_eq!(cut, Some(Cut::Broken));
        assert!(!text.is_empty() && page.starts_with(&text));
        assert_eq!(body("gzip", b"<h1>not coded at all</h1>", 4096), (String::new(), Some(Cut::Broken)));
        let late = decoded(&["gzip".to_owned()], coded[..coded.len() / 2].to_vec(), Some(Cut::Time), 1 << 20);
        assert_eq!(late.cut, Some(Cut::Time), "why it was cut is not forgotten");
    }
}
