//! What we say to a server: a ClientHello of TLS 1.2 (RFC 5246 section 7.4.1.2).

use crate::dns::name::is_public_host;

/// The record that opens a handshake with `host`; `None` where that is not a public name, to which nothing is sent.
///
/// It offers TLS 1.2 and nothing newer: from TLS 1.3 on the certificate is encrypted. What browsers offer comes first; behind
/// it stands what only old servers still take, because their certificates matter as well. `random` are 32 bytes of the
/// host's that nobody can guess.
#[must_use]
pub fn client_hello(host: &str, random: &[u8; 32]) -> Option<Vec<u8>> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if !is_public_host(&host) {
        return None;
    }
    let mut extensions = Vec::new();
    // RFC 6066 section 3: a list with one name of type host_name.
    extension(&mut extensions, SERVER_NAME, &sized(&[&[0][..], &sized(host.as_bytes())].concat()));
    extension(&mut extensions, SUPPORTED_GROUPS, &sized(&codes(GROUPS)));
    // RFC 8422 section 5.1.2: uncompressed points.
    extension(&mut extensions, EC_POINT_FORMATS, &[1, 0]);
    extension(&mut extensions, SIGNATURE_ALGORITHMS, &sized(&codes(SIGNATURES)));
    // RFC 7301 section 3.1.
    extension(&mut extensions, ALPN, &sized(b"\x02h2\x08http/1.1"));
    extension(&mut extensions, EXTENDED_MASTER_SECRET, &[]);

    let mut body = TLS_1_2.to_vec();
    body.extend_from_slice(random);
    // No session to go on with.
    body.push(0);
    body.extend(sized(&codes(CIPHERS)));
    // No compression.
    body.extend_from_slice(&[1, 0]);
    body.extend(sized(&extensions));

    // A message's length has three bytes, of which the first is zero: names are short.
    let message = [&[CLIENT_HELLO, 0][..], &sized(&body)].concat();
    // The version of the first record is TLS 1.0, for servers that look at it (RFC 5246 appendix E.1).
    Some([&[HANDSHAKE, 3, 1][..], &sized(&message)].concat())
}

/// The record with which a client takes its leave: a warning, close_notify (RFC 5246 section 7.2.1).
pub const CLOSE_NOTIFY: [u8; 7] = [21, 3, 3, 0, 2, 1, 0];

/// The bytes behind their number in two bytes. Everything in here is far shorter than that can count.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

fn extension(extensions: &mut Vec<u8>, number: u16, content: &[u8]) {
    extensions.extend_from_slice(&number.to_be_bytes());
    extensions.extend(sized(content));
}

fn codes(codes: &[u16]) -> Vec<u8> {
    codes.iter().flat_map(|code| code.to_be_bytes()).collect()
}

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const TLS_1_2: [u8; 2] = [3, 3];

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const EXTENDED_MASTER_SECRET: u16 = 23;

/// IANA, TLS Cipher Suites: ephemeral keys with AEAD, ephemeral keys with CBC, keys without ephemeral, and the mark that
/// says "safe renegotiation" (RFC 5746 section 3.3).
const CIPHERS: &[u16] = &[
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009e, 0x009f, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009c,
    0x009d, 0x002f, 0x0035, 0x000a, 0x00ff,
];
/// IANA, TLS Supported Groups: x25519, secp256r1, secp384r1, secp521r1.
const GROUPS: &[u16] = &[0x001d, 0x0017, 0x0018, 0x0019];
/// IANA, TLS SignatureScheme: ECDSA, RSA-PSS and RSA with SHA-2, Ed25519; with SHA-1 last.
const SIGNATURES: &[u16] =
    &[0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0807, 0x0203, 0x0201];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_add_up_and_the_name_is_in_it() {
        let hello = client_hello("www.example.com", &[7; 32]).unwrap();
        let length = |at: usize| usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
        assert_eq!(hello[..3], [22, 3, 1]);
        assert_eq!(length(3), hello.len() - 5);
        assert_eq!((hello[5], length(7)), (CLIENT_HELLO, hello.len() - 9));
        assert!(hello.windows(15).any(|window| window == b"www.example.com"));
        // Middleboxes of 2014 hang on hellos of 256 to 511 bytes (RFC 7685 section 1).
        assert!(hello.len() < 256, "{}", hello.len());
    }

    #[test]
    fn what_is_no_public_name_gets_no_hello() {
        for host in ["", "127.0.0.1", "[::1]", "localhost", "db.internal", "a b.com"] {
            assert_eq!(client_hello(host, &[0; 32]), None, "{host}");
        }
    }
}
