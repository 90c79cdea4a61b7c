use proptest::prelude::*;

use super::*;

fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3][..], &length, content].concat()
}

fn message(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[kind], &u32::try_from(content.len()).unwrap().to_be_bytes()[1..], content].concat()
}

/// A hello of this version, with the last bytes of its random and its extensions.
fn hello(version: u16, end: &[u8; 8], extensions: &[(u16, &[u8])]) -> Vec<u8> {
    let mut listed = Vec::new();
    for (number, content) in extensions {
        listed.extend(number.to_be_bytes());
        listed.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        listed.extend(*content);
    }
    let length = u16::try_from(listed.len()).unwrap().to_be_bytes();
    let session = [&[32][..], &[9; 32]].concat();
    let content =
        [&version.to_be_bytes()[..], &[5; 24], end, &session, &[0xc0, 0x2b, 0], &length, &listed].concat();
    message(SERVER_HELLO, &content)
}

fn chain(certificates: &[Vec<u8>]) -> Vec<u8> {
    let sized = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[1..], bytes].concat();
    let list: Vec<u8> = certificates.iter().flat_map(|certificate| sized(certificate)).collect();
    message(CERTIFICATE, &sized(&list))
}

/// A server's whole first flight.
fn flight() -> Vec<u8> {
    let hello = hello(0x0303, b"DOWNGRD\x01", &[(0xff01, &[0]), (ALPN, &[0, 3, 2, b'h', b'2'])]);
    let chain = chain(&[vec![1; 1200], vec![2; 900]]);
    let rest = [message(12, &[3; 300]), message(SERVER_HELLO_DONE, &[])].concat();
    [record(HANDSHAKE, &hello), record(HANDSHAKE, &chain), record(HANDSHAKE, &rest)].concat()
}

fn read(bytes: &[u8]) -> Result<TlsReply, Failure> {
    let mut reader = Reader::default();
    reader.read(bytes);
    reader.answer(None, 1_764_000_000, 40)
}

/// The same, in pieces that end where `cuts` say.
fn read_in_pieces(bytes: &[u8], cuts: &[usize]) -> Result<TlsReply, Failure> {
    let mut reader = Reader::default();
    let mut rest = bytes;
    for cut in cuts.iter().chain([&usize::MAX]) {
        let (piece, after) = rest.split_at((*cut).min(rest.len()));
        if !reader.read(piece) {
            break;
        }
        rest = after;
    }
    reader.answer(None, 1_764_000_000, 40)
}

fn reply(answer: Result<TlsReply, Failure>) -> TlsReply {
    match answer {
        Ok(reply) => reply,
        other => panic!("no reply: {other:?}"),
    }
}

fn failure(answer: Result<TlsReply, Failure>) -> (Cause, String) {
    match answer {
        Err(failure) => (failure.cause, failure.detail),
        other => panic!("no failure: {other:?}"),
    }
}

#[test]
fn a_flight_is_read_to_its_certificates_and_no_further() {
    let mut reader = Reader::default();
    let flight = flight();
    let wanted = flight.len() - 5 - 304 - 4;
    assert!(reader.read(&flight[..wanted - 1]));
    assert!(!reader.read(&flight[wanted - 1..wanted]), "what follows is not waited for");
    let reply = reply(reader.answer(None, 1_764_000_000, 40));
    assert_eq!((reply.version, reply.newer), (Some(Version::Tls12), true));
    assert_eq!((reply.cipher, reply.alpn.as_deref()), (Some(0xc02b), Some("h2")));
    assert_eq!(reply.chain, [Der(vec![1; 1200]), Der(vec![2; 900])]);
    assert_eq!((reply.cut, reply.alert, &reply.trust), (false, None, &Trust::NotVerified));
    assert_eq!((reply.read_at, reply.elapsed_ms), (1_764_000_000, 40));
}

#[test]
fn messages_share_a_record_and_records_share_a_message() {
    let expected = reply(read(&flight()));
    let messages = [
        hello(0x0303, b"DOWNGRD\x01", &[(ALPN, &[0, 3, 2, b'h', b'2'])]),
        chain(&[vec![1; 1200], vec![2; 900]]),
    ]
    .concat();
    assert_eq!(reply(read(&record(HANDSHAKE, &messages))), expected);
    for size in [1, 2, 3, 7, 100, 1500] {
        let spread: Vec<u8> = messages.chunks(size).flat_map(|piece| record(HANDSHAKE, piece)).collect();
        assert_eq!(reply(read(&spread)), expected, "{size}");
    }
    // Empty records are not allowed, and hurt nobody.
    let spread: Vec<u8> = messages
        .chunks(50)
        .flat_map(|piece| [record(HANDSHAKE, &[]), record(HANDSHAKE, piece)].concat())
        .collect();
    assert_eq!(reply(read(&spread)), expected);
}

#[test]
fn an_alert_is_an_answer_and_a_warning_is_not_the_end() {
    let old = reply(read(&record(ALERT, &[2, 70])));
    assert_eq!((old.alert, old.chain.len(), old.version), (Some(70), 0, None));
    let halves = [record(ALERT, &[2]), record(ALERT, &[40])].concat();
    assert_eq!(reply(read(&halves)).alert, Some(40));
    // "I do not know that name" with a certificate behind it (RFC 6066 section 3).
    let warned = reply(read(&[record(ALERT, &[1, 112]), flight()].concat()));
    assert_eq!((warned.alert, warned.chain.len()), (None, 2));
    assert_eq!(reply(read(&record(ALERT, &[1, 0]))).alert, Some(0), "close_notify ends it");
}

#[test]
fn other_versions_say_which_they_are() {
    let ancient = reply(read(
        &[record(HANDSHAKE, &hello(0x0301, b"DOWNGRD\x00", &[])), record(HANDSHAKE, &chain(&[vec![1; 10]]))]
            .concat(),
    ));
    assert_eq!((ancient.version, ancient.newer, ancient.chain.len()), (Some(Version::Tls10), true, 1));
    // We do not offer it; whoever takes it all the same shows no certificate in clear.
    let newest = reply(read(&record(HANDSHAKE, &hello(0x0303, &[0; 8], &[(SUPPORTED_VERSIONS, &[3, 4])]))));
    assert_eq!((newest.version, newest.chain.len()), (Some(Version::Tls13), 0));
}

#[test]
fn what_is_no_tls_is_malformed_and_says_what_it_is() {
    let not_tls = (Cause::Malformed, "what the server says is not TLS".to_owned());
    assert_eq!(failure(read(b"220 mail.example.com ESMTP\r\n")), not_tls);
    assert_eq!(failure(read(b"HELO")), not_tls);
    assert_eq!(failure(read(&[22, 3, 9, 0, 1, 0])), not_tls);
    assert_eq!(failure(read(&record(20, &[1]))), not_tls);
    assert_eq!(failure(read(b"HTTP/1.1 400 Bad Request\r\n")).1, "the server speaks plain HTTP on port 443");
    assert_eq!(failure(read(&[22, 3, 3, 0xff, 0xff])).0, Cause::Malformed);
    assert_eq!(failure(read(&record(HANDSHAKE, &message(SERVER_HELLO, &[3, 3, 0])))).0, Cause::Malformed);
}

#[test]
fn a_connection_that_breaks_off_is_no_answer_but_a_certificate_that_came_is() {
    assert_eq!(failure(read(&[])).0, Cause::Unreachable);
    let flight = flight();
    assert_eq!(failure(read(&flight[..60])).0, Cause::Unreachable);
    let mut reader = Reader::default();
    reader.read(&flight[..60]);
    let late = Failure::new(Cause::Timeout);
    assert_eq!(failure(reader.answer(Some(late), 0, 0)).0, Cause::Timeout);
    // In the middle of the second certificate.
    let broken = reply(read(&flight[..1700]));
    assert_eq!((broken.chain.len(), broken.cut), (1, true));
}

#[test]
fn what_is_too_much_is_cut_and_says_so() {
    let many = chain(&vec![vec![7; 500]; 30]);
    let read_many =
        reply(read(&[record(HANDSHAKE, &hello(0x0303, &[0; 8], &[])), record(HANDSHAKE, &many)].concat()));
    assert_eq!((read_many.chain.len(), read_many.cut), (MAX_CERTIFICATES, true));
    // A first certificate and one that never ends.
    let endless = chain(&[vec![7; 500], vec![8; 200_000]]);
    let mut bytes = record(HANDSHAKE, &hello(0x0303, &[0; 8], &[]));
    bytes.extend(endless.chunks(16_000).flat_map(|piece| record(HANDSHAKE, piece)));
    let read_endless = reply(read(&bytes));
    assert_eq!((read_endless.chain.len(), read_endless.cut), (1, true));
    // Nothing but words.
    let words: Vec<u8> =
        std::iter::repeat_with(|| record(HANDSHAKE, &message(0, &[]))).take(20_000).flatten().collect();
    assert_eq!(failure(read(&words)).0, Cause::Malformed);
}

/// Flights with some bytes changed, and bytes of no meaning.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let changed = (prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), 0usize..2600)
        .prop_map(|(changes, length)| {
            let mut bytes = flight();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(length.max(1));
            bytes
        });
    prop_oneof![changed, any::<Vec<u8>>()]
}

proptest! {
    #[test]
    fn in_what_pieces_it_comes_changes_nothing(bytes in input(), cuts in prop::collection::vec(0usize..400, 0..40)) {
        let whole = read(&bytes);
        prop_assert_eq!(read_in_pieces(&bytes, &cuts), whole.clone());
        prop_assert_eq!(read_in_pieces(&bytes, &vec![1; bytes.len()]), whole);
    }
}
