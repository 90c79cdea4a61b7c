//! HTML: no bytes panic, what is kept is bounded, and what is cut says so.
#![no_main]

use launch_ready_core::http::{Body, Cut};
use launch_ready_core::http::page::{Page, srcset_urls};
use launch_ready_core::http::page::css::css_addresses;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let body = Body { bytes: bytes.to_vec(), cut: None };
    let page = Page::parse(&body);
    // The same page broken off says the same, that it is cut, and claims no redirect by script.
    let broken = Page::parse(&Body { cut: Some(Cut::Limit), ..body });
    assert!(broken.cut);
    assert_eq!((&page.title, page.elements, &page.links), (&broken.title, broken.elements, &broken.links));
    for image in &page.images {
        let _ = image.srcset.as_deref().map(|srcset| srcset_urls(srcset).count());
    }
    let _ = css_addresses(bytes);
});
