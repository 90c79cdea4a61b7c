//! For the bench "Reading bodies": how long the search for keys takes beside `memchr` over the same bytes, and a page beside one of
//! twice the size. Prints JSON; every row holds one number for each run, in nanoseconds, taken in turns.

use std::hint::black_box;
use std::time::Instant;

use launch_ready_core::http::{Body, Page};
use launch_ready_core::providers::keys::rules;

/// Bytes of the bundle that is searched: what a paid plan reads of one body.
const BUNDLE: usize = 2 * 1024 * 1024;
/// Bytes of the smaller page: the larger one is read to its end, too.
const PAGE: usize = 64 * 1024;

fn main() {
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(20);
    let bundle = repeated(SCRIPT, BUNDLE);
    let half = Body { bytes: repeated(MARKUP, PAGE), cut: None };
    let whole = Body { bytes: repeated(MARKUP, 2 * PAGE), cut: None };
    let mut rows = [const { Vec::new() }; 4];
    for _ in 0..runs {
        let taken = [
            timed(|| rules().scan(black_box(&bundle)).len()),
            timed(|| memchr::memchr(b'\0', black_box(&bundle)).unwrap_or(0)),
            timed(|| Page::parse(black_box(&half)).links.len()),
            timed(|| Page::parse(black_box(&whole)).links.len()),
        ];
        for (row, taken) in rows.iter_mut().zip(taken) {
            row.push(taken);
        }
    }
    let [search, memchr, half, whole] = rows;
    println!(
        "{}",
        serde_json::json!({ "bytes": BUNDLE, "search": search, "memchr": memchr, "half": half, "whole": whole })
    );
}

fn repeated(unit: &str, length: usize) -> Vec<u8> {
    unit.bytes().cycle().take(length).collect()
}

fn timed(work: impl Fn() -> usize) -> u128 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_nanos()
}

/// As bundlers write code.
const SCRIPT: &str = r#"function Ze(e,t){if(!t||!t.defaultProps)return e;let n=Object.assign({},t.defaultProps);for(let r in n)e[r]===void 0&&(e[r]=n[r]);return e}const Qt=Symbol.for("react.element"),{useState:Rr,useEffect:Nn}=P;var jt=({className:e="flex items-center justify-between px-4 py-2 text-sm",onClick:t,disabled:n=!1})=>y.jsx("button",{type:"button",className:e,onClick:t,disabled:n,children:"Save changes"});async function mn(e,{signal:t,...n}={}){const r=await fetch(`${Er}/api/v1/items/${encodeURIComponent(e)}?limit=20`,{headers:{"content-type":"application/json"},signal:t,...n});if(!r.ok)throw new Error(`Request failed: ${r.status}`);return r.json()}"#;
/// As builders write pages.
const MARKUP: &str = r#"<div class="card flex rounded-lg p-4"><a href="/product/blue-shoes-42" class="link"><img src="/img/42.jpg" alt="Blue shoes" width="400" height="300" loading="lazy"><h3 class="text-lg">Blue shoes</h3></a><p>Fresh shoes made by hand in Porto, sent within two days. 89 euros, with everything.</p><script>track("view",{id:"a17",price:89,currency:"EUR",tags:["shoes","blue","new"]})</script></div>"#;
