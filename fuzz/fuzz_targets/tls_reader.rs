//! What a server says to a hello: no input panics, and in what pieces it comes changes nothing.
#![no_main]

use launch_ready_core::engine::answer::Answer;
use launch_ready_core::tls::{MAX_CERTIFICATES, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first byte says how long the pieces are.
    let Some((size, bytes)) = bytes.split_first() else { return };
    let mut whole = Reader::default();
    whole.read(bytes);
    let mut pieces = Reader::default();
    for piece in bytes.chunks(usize::from(*size).max(1)) {
        if !pieces.read(piece) {
            break;
        }
    }
    let answer = whole.answer(None, 0, 0);
    if let Answer::Tls(reply) = &answer {
        assert!(reply.chain.len() <= MAX_CERTIFICATES);
    }
    assert_eq!(pieces.answer(None, 0, 0), answer);
});
