//! robots.txt and robots directives: no file panics, every pattern ends.
#![no_main]

use launch_ready_core::http::robots::{Robots, forbids_indexing, split_agent};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = String::from_utf8_lossy(bytes);
    let robots = Robots::parse(&file);
    let path = file.lines().next().unwrap_or("/");
    for agent in ["Googlebot", "*", path] {
        if let Some(rule) = robots.rule_for(agent, path) {
            assert!(file.contains(rule.pattern.as_str()));
        }
    }
    let (_, directives) = split_agent(&file);
    let _ = forbids_indexing(directives);
});
