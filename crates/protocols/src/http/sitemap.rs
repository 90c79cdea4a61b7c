//! Sitemaps (sitemaps.org, "Sitemaps XML format").
//!
//! ```
//! use launch_ready_protocols::http::sitemap;
//!
//! let listed = sitemap::addresses(b"<urlset><url><loc>https://example.com/</loc></url></urlset>");
//! assert_eq!(listed, ["https://example.com/"]);
//! ```

use super::page::read_xml;
use super::page::{Attributes, Sink};

/// The addresses that a sitemap, or an index of sitemaps, lists: the text of each `<loc>`, in order, at most [`MAX_ADDRESSES`]. Those of
/// extensions (`<image:loc>`) are of no pages, and what stands in a comment is not listed.
#[must_use]
pub fn addresses(sitemap: &[u8]) -> Vec<String> {
    let mut locations = Locations::default();
    read_xml(sitemap, &mut locations);
    locations
        .found
        .into_iter()
        .map(|found| String::from_utf8_lossy(found.trim_ascii()).into_owned())
        .collect()
}

/// Addresses of a sitemap that are looked at.
pub const MAX_ADDRESSES: usize = 1_000;
/// Octets of one address that are kept: an address "must be less than 2,048 characters".
const MAX_LENGTH: usize = 2_048;

/// Keeps what stands between `<loc>` and whatever tag comes next.
#[derive(Default)]
struct Locations {
    found: Vec<Vec<u8>>,
    is_inside: bool,
}

impl Sink for Locations {
    fn start(&mut self, name: &[u8], _: &Attributes) {
        self.is_inside = name == b"loc";
        if self.is_inside {
            self.found.push(Vec::new());
        }
    }

    fn end(&mut self, _: &[u8]) {
        self.is_inside = false;
    }

    fn text(&mut self, text: &[u8]) {
        if let Some(last) = self.found.last_mut().filter(|_| self.is_inside) {
            let room = MAX_LENGTH.saturating_sub(last.len());
            last.extend_from_slice(text.get(..room).unwrap_or(text));
        }
    }

    fn end_of_text(&mut self) {}

    fn has_enough(&self) -> bool {
        self.found.len() >= MAX_ADDRESSES && !self.is_inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_the_text_of_loc() {
        let sitemap = r#"<?xml version="1.0" encoding="UTF-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
              <!-- <url><loc>https://old.example.com/</loc></url> -->
              <url><loc> https://example.com/a?b=1&amp;c=2 </loc><lastmod>2026-11-01</lastmod>
                <image:image><image:loc>https://cdn.example.com/a.png</image:loc></image:image></url>
              <url><loc><![CDATA[https://example.com/b?c=1&d=<e>]]></loc></url>
              <url><loc>https://example.com/<!-- here -->c</loc><title><loc>https://example.com/d</loc></title></url>
              <url><locale>de</locale><loc/><loc></loc></url>
            </urlset>"#;
        assert_eq!(
            addresses(sitemap.as_bytes()),
            [
                "https://example.com/a?b=1&c=2",
                "https://example.com/b?c=1&d=<e>",
                "https://example.com/c",
                "https://example.com/d",
                "",
                ""
            ]
        );
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let long = format!("<loc>{}</loc>", "a".repeat(MAX_LENGTH + 1)).repeat(MAX_ADDRESSES + 1);
        let found = addresses(long.as_bytes());
        assert_eq!((found.len(), found[0].len()), (MAX_ADDRESSES, MAX_LENGTH));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = addresses(&bytes);
        }

        #[test]
        fn no_markup_panics(xml in "(</?loc/?>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|&amp;|\\PC){0,20}") {
            let _ = addresses(xml.as_bytes());
        }
    }
}
