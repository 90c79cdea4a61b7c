//! Keys with a structure of their own, whoever hands them out: JSON Web Tokens, private keys, addresses of databases.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::genuine::{entropy, genuine, is_masked};
use super::hit::Hit;
use super::shape::Set;
use super::words::{MASK, MAX_AUTHORITY, authority, begins_word, ends_word, is_abbreviated, is_word};
use crate::dns::name::{is_public_host, is_within};

/// Base64 in either alphabet, with padding.
const BASE64: Set = Set::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_");
/// Base64 for addresses, without padding.
const BASE64URL: Set = Set::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
/// The same and dots.
const TOKEN: Set = Set::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

/// Behind the characters of `set` (or the mask) that begin at `start`; looks at no more than `most`.
fn end_of(text: &[u8], start: usize, set: Set, most: usize) -> usize {
    let rest = text.get(start..text.len().min(start.saturating_add(most))).unwrap_or_default();
    start + rest.iter().take_while(|byte| set.holds(**byte) || **byte == MASK).count()
}

/// How a PEM block begins.
pub(super) const PEM: &str = "-----BEGIN ";

/// A PEM block of a private key (RFC 7468) with a body; libraries ship the first line without one.
pub(super) fn pem(text: &[u8], at: usize) -> Option<Hit> {
    let anchor = PEM.len();
    let label_end = end_of_label(text, at + anchor)?;
    let label = &text[at + anchor..label_end];
    if !(label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK")) {
        return None;
    }
    let start = label_end + DASHES.len();
    let rest = text.get(start..text.len().min(start + MAX_PEM))?;
    // A line end may stand there as such, or escaped in a string, and each line in a string of its own.
    let in_body = |byte: &u8| BASE64.holds(*byte) && *byte != b'-' || b"\r\n\t \\~\"',`".contains(byte);
    let length = rest.iter().take_while(|byte| in_body(byte)).count();
    // What closes the last string is no part of it.
    let last = rest[..length].iter().rposition(|byte| BASE64.holds(*byte) || *byte == MASK)?;
    let length = last + 1;
    let body = &rest[..length];
    // Words in strings have no lines.
    let is_line = body.split(|byte| !BASE64.holds(*byte)).any(|line| line.len() >= MIN_LINE);
    let letters: Vec<u8> = body.iter().copied().filter(|byte| BASE64.holds(*byte)).collect();
    let fits = is_masked(body) && body.len() >= MIN_PEM
        || is_line && letters.len() >= MIN_PEM && genuine_block(&letters);
    let end = start + length;
    fits.then_some(Hit::whole(at, end, start, end))
}

/// A run of base64 that begins at `at`, in whose first octets `mark` stands; what follows the mark is secret.
pub(super) fn encoded(text: &[u8], at: usize, mark: &[u8]) -> Option<Hit> {
    if !begins_word(text, at) {
        return None;
    }
    let end = end_of(text, at, BASE64, MAX_PEM);
    let beginning = text.get(at..end.min(at + ENCODED_LABEL))?;
    let beginning = beginning.split(|byte| *byte == MASK).next()?;
    let whole = &beginning[..beginning.len() / 4 * 4];
    let decoded = STANDARD_NO_PAD.decode(whole).or_else(|_| URL_SAFE_NO_PAD.decode(whole)).ok()?;
    let behind = decoded.windows(mark.len()).position(|window| window == mark)? + mark.len();
    // Three octets are four characters.
    let start = at + behind.div_ceil(3) * 4;
    let body = text.get(start..end)?;
    let fits = body.len() >= MIN_PEM
        && (is_masked(body) || !body.contains(&MASK) && entropy(body) >= 4.0)
        && ends_word(text, end);
    fits.then_some(Hit::whole(at, end, start, end))
}

/// Characters of base64 in which a label is looked for.
const ENCODED_LABEL: usize = 64;
/// Characters of one line of a block, at least; PEM has 64 (RFC 7468 section 2).
const MIN_LINE: usize = 40;

/// Long bodies repeat letters by chance (a zero integer is a row of A), so only their spread is looked at.
fn genuine_block(letters: &[u8]) -> bool {
    entropy(letters) >= 4.0 && !letters.contains(&MASK)
}

fn end_of_label(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..text.len().min(start + 40))?;
    Some(start + rest.windows(DASHES.len()).position(|window| window == DASHES)?)
}

const DASHES: &[u8] = b"-----";
const MIN_PEM: usize = 64;
const MAX_PEM: usize = 16 * 1024;

/// A JSON Web Token (RFC 7519) in whose claims this one has one of these values, and which not one of those that are left out. Only
/// the signature is secret: without it the token opens nothing, and its claims stay readable.
pub(super) fn jwt(text: &[u8], at: usize, claim: &str, values: &[String], except: &[String]) -> Option<Hit> {
    if !begins_word(text, at) || at > 0 && text.get(at - 1) == Some(&b'.') {
        return None;
    }
    let header = end_of(text, at, BASE64URL, MAX_HEADER);
    if text.get(header) != Some(&b'.') {
        return None;
    }
    let payload = end_of(text, header + 1, BASE64URL, MAX_CLAIMS);
    if text.get(payload) != Some(&b'.') {
        return None;
    }
    let signature = end_of(text, payload + 1, BASE64URL, MAX_SIGNATURE);
    let decoded = URL_SAFE_NO_PAD.decode(text.get(header + 1..payload)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&decoded).ok()?;
    let has = |text: &str| values.iter().any(|value| value == text);
    let fits = match claims.get(claim)? {
        serde_json::Value::String(text) => has(text),
        serde_json::Value::Array(list) => list.iter().filter_map(serde_json::Value::as_str).any(has),
        _ => false,
    };
    let issuer = claims.get("iss").and_then(serde_json::Value::as_str);
    let left_out = issuer.is_some_and(|issuer| except.iter().any(|known| known == issuer));
    let secret = text.get(payload + 1..signature)?;
    let signed =
        secret.len() >= 40 && ends_word(text, signature) && (is_masked(secret) || !secret.contains(&MASK));
    (fits && !left_out && signed).then_some(Hit::whole(at, signature, payload + 1, signature))
}

/// Characters of a token's header, of its claims, and of a signature: that of an RSA key of 4,096 bits has 683.
const MAX_HEADER: usize = 200;
const MAX_CLAIMS: usize = 4_000;
const MAX_SIGNATURE: usize = 700;

/// An address with a password or a token; `at` is its `://`.
pub(super) fn database(text: &[u8], at: usize) -> Option<Hit> {
    database_password(text, at).or_else(|| database_token(text, at))
}

/// `scheme://user:password@host` for a server on the internet, with a password that nobody wrote into a manual.
fn database_password(text: &[u8], at: usize) -> Option<Hit> {
    let anchor = SEPARATOR.len();
    let before = &text[at.saturating_sub(MAX_SCHEME)..at];
    let scheme = SCHEMES.iter().find(|scheme| {
        before
            .strip_suffix(scheme.as_bytes())
            .is_some_and(|rest| rest.last().is_none_or(|b| !is_word(*b) && *b != b'+'))
    })?;
    let rest = text.get(at + anchor..text.len().min(at + anchor + MAX_AUTHORITY))?;
    let authority = authority(rest);
    let sign = authority.iter().rposition(|byte| *byte == b'@')?;
    let colon = authority[..sign].iter().position(|byte| *byte == b':')?;
    let (password, host) = (&authority[colon + 1..sign], &authority[sign + 1..]);
    let host: &[u8] = host.split(|byte| *byte == b':').next().unwrap_or_default();
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let host = host.split(',').next().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host);
    let public_host = is_public_host(host)
        && !["example.com", "example.net", "example.org", "host.com"]
            .iter()
            .any(|name| is_within(host, name))
        && !["your", "my-", "ep-cool-darkness-"].iter().any(|start| host.starts_with(start));
    let lower = String::from_utf8_lossy(password).to_ascii_lowercase();
    let is_user = authority[..colon].eq_ignore_ascii_case(password);
    let real = is_masked(password)
        || password.len() >= 6
            && password.iter().all(|byte| byte.is_ascii_graphic() && !b"${}[]()*~".contains(byte))
            && !is_user
            && !PASSWORDS.contains(&lower.as_str())
            && !["password", "passw0rd", "your", "example", "xxxx", "..."]
                .iter()
                .any(|word| lower.contains(word));
    let (secret_start, secret_end) = (at + anchor + colon + 1, at + anchor + sign);
    let end = at + anchor + authority.len();
    (public_host && real).then_some(Hit::whole(at - scheme.len(), end, secret_start, secret_end))
}

/// The token in the query of a database's address: `?api_key=…`, `?authToken=…`.
fn database_token(text: &[u8], at: usize) -> Option<Hit> {
    let anchor = SEPARATOR.len();
    let before = text.get(at.saturating_sub(MAX_SCHEME)..at)?;
    let scheme = TOKEN_SCHEMES.iter().find(|scheme| {
        before.strip_suffix(scheme.as_bytes()).is_some_and(|rest| rest.last().is_none_or(|b| !is_word(*b)))
    })?;
    let rest = text.get(at + anchor..text.len().min(at + anchor + MAX_AUTHORITY))?;
    let (name, offset) = ["api_key=", "authToken="].iter().find_map(|name| {
        let found = rest.windows(name.len()).position(|window| window == name.as_bytes())?;
        Some((name, found))
    })?;
    let address = &rest[..offset];
    if address.iter().any(|byte| byte.is_ascii_whitespace() || b"\"'`<>".contains(byte)) {
        return None;
    }
    let start = at + anchor + offset + name.len();
    let end = end_of(text, start, TOKEN, MAX_TOKEN);
    let body = &text[start..end];
    let fits = body.len() >= MIN_TOKEN && ends_word(text, end) && !is_abbreviated(text, end) && genuine(body);
    fits.then_some(Hit::whole(at - scheme.len(), end, start, end))
}

/// What stands behind an address's scheme.
pub(super) const SEPARATOR: &str = "://";
/// Characters of the longest scheme that is looked for, and some.
const MAX_SCHEME: usize = 24;
/// Schemes of addresses whose query holds a token.
const TOKEN_SCHEMES: &[&str] = &["prisma", "prisma+postgres", "libsql"];

/// Characters of such a token, at least and at most: a JSON Web Token, or a random one.
const MIN_TOKEN: usize = 40;
const MAX_TOKEN: usize = 1200;

const SCHEMES: &[&str] = &[
    "amqp",
    "amqps",
    "clickhouse",
    "cockroachdb",
    "libsql",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "mssql",
    "mysql",
    "mysql2",
    "nats",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "sqlserver",
];
/// What manuals write where a password belongs.
const PASSWORDS: &[&str] = &[
    "123456",
    "abc123def",
    "admin123",
    "changeme",
    "hunter2",
    "letmein",
    "mysecret",
    "pass1234",
    "passwd",
    "postgres",
    "qwerty",
    "root1234",
    "s3cret",
    "secret",
    "secret123",
    "supersecret",
    "username",
];
