//! The engine, with rules that are made up. Those of providers are tried where their table is.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::genuine::{BASE62, crc32};
use super::*;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &str = "0123456789abcdef";

/// Characters that look drawn at random, always the same ones.
fn drawn(length: usize, alphabet: &str) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        alphabet.as_bytes()[(state >> 33) as usize % alphabet.len()] as char
    };
    (0..length).map(|_| next()).collect()
}

fn checksummed(prefix: &str) -> String {
    let random = drawn(30, LETTERS);
    let mut rest = crc32(random.as_bytes());
    let mut checksum = Vec::new();
    for _ in 0..6 {
        checksum.insert(0, BASE62[(rest % 62) as usize]);
        rest /= 62;
    }
    format!("{prefix}{random}{}", String::from_utf8(checksum).unwrap())
}

fn jwt(role: &str, issuer: &str) -> String {
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let header = part(r#"{"alg":"HS256","typ":"JWT"}"#.to_owned());
    let payload = part(format!(r#"{{"iss":"{issuer}","role":"{role}","aud":["all"]}}"#));
    format!("{header}.{payload}.{}", drawn(43, LETTERS))
}

fn run(alphabet: &str, min: usize, max: usize) -> Piece {
    Piece::Run { set: Set::of(alphabet.as_bytes()), min, max }
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn rule(id: &str, kind: Kind, shaped: Shaped) -> Rule {
    Rule { kind, ..Rule::new(id, id, Form::Shaped(shaped)) }
}

/// One rule for everything that a rule can ask for.
fn rules() -> Rules {
    let one =
        |pieces: Vec<Piece>, secret| Shaped { shapes: vec![Shape { pieces, secret }], ..Shaped::default() };
    Rules::new(vec![
        rule("plain", Kind::Secret, one(vec![text("ak_live_"), run(LETTERS, 20, 250)], 1..2)),
        rule("public", Kind::Public, one(vec![text("pk_live_"), run(LETTERS, 20, 250)], 1..2)),
        rule(
            "parts",
            Kind::Secret,
            one(vec![text("SK."), run(LETTERS, 22, 22), text("."), run(LETTERS, 43, 43)], 3..4),
        ),
        rule(
            "digits-first",
            Kind::Secret,
            one(vec![run(HEX, 32, 32), text("-us"), run("0123456789", 1, 2)], 0..1),
        ),
        rule(
            "holding",
            Kind::Secret,
            Shaped {
                holds: Some("T3Bl".to_owned()),
                ..one(vec![text("sk-"), run(&format!("{LETTERS}-_"), 40, 250)], 1..2)
            },
        ),
        rule(
            "checksummed",
            Kind::Secret,
            Shaped { is_checksummed: true, ..one(vec![text("ghx_"), run(LETTERS, 36, 36)], 1..2) },
        ),
        rule(
            "near",
            Kind::Secret,
            Shaped { near: words(&["acme"]), ..one(vec![text("key-"), run(HEX, 32, 32)], 1..2) },
        ),
        rule(
            "called",
            Kind::Secret,
            Shaped {
                called: words(&["x-acme-token"]),
                ..one(vec![run(HEX, 8, 8), text("-"), run(HEX, 24, 24)], 0..3)
            },
        ),
        rule(
            "pair",
            Kind::Secret,
            Shaped {
                partner: Some(Partner { set: Set::of(HEX.as_bytes()), length: 32, called: words(&["auth"]) }),
                ..one(vec![text("AC"), run(HEX, 32, 32)], 1..2)
            },
        ),
        rule(
            "decoded",
            Kind::Public,
            Shaped {
                decoded_end: Some(".test$".to_owned()),
                ..one(vec![text("pk_dev_"), run(LETTERS, 16, 80)], 1..2)
            },
        ),
        Rule::new(
            "token",
            "token",
            Form::Token { claim: "role".to_owned(), values: words(&["admin"]), except: words(&["demo"]) },
        ),
        Rule::new(
            "account",
            "account",
            Form::Encoded { beginnings: words(&["eyJ0eXBl"]), mark: "service_account".to_owned() },
        ),
    ])
}

/// One genuine-looking key for each rule, as it stands in a script.
fn keys() -> Vec<(&'static str, String)> {
    let l = |n| drawn(n, LETTERS);
    let h = |n| drawn(n, HEX);
    let other = drawn(32, "fedcba9876543210");
    vec![
        ("plain", format!("a=\"ak_live_{}\"", l(24))),
        ("public", format!("a=\"pk_live_{}\"", l(24))),
        ("parts", format!("a=\"SK.{}.{}\"", l(22), l(43))),
        ("digits-first", format!("a=\"{}-us21\"", h(32))),
        ("holding", format!("a=\"sk-proj-{}T3Bl{}\"", l(30), l(30))),
        ("checksummed", format!("a=\"{}\"", checksummed("ghx_"))),
        ("near", format!("acme={{key:\"key-{}\"}}", h(32))),
        ("called", format!("{{\"X-Acme-Token\":\"{}-{}\"}}", h(8), h(24))),
        ("pair", format!("{{sid:\"AC{other}\",authToken:\"{}\"}}", h(32))),
        ("pair", format!("{{authToken:\"{}\",sid:\"AC{other}\"}}", h(32))),
        ("pair", format!("acme(\"AC{other}\",\"{}\")", h(32))),
        ("pair", format!("btoa(\"AC{other}:{}\")", h(32))),
        ("decoded", format!("a=\"pk_dev_{}\"", STANDARD_NO_PAD.encode("bold-cat-12.acme.test$"))),
        ("token", format!("a=\"{}\"", jwt("admin", "acme"))),
        (
            "account",
            format!(
                "a=\"{}\"",
                STANDARD_NO_PAD.encode(format!("{{\"type\": \"service_account\", \"key\": \"{}\"}}", l(120)))
            ),
        ),
        ("private-key", format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n{}", l(64), l(64))),
        ("private-key", format!("-----BEGIN PRIVATE KEY-----\\n{}\\n{}", l(64), l(30))),
        ("private-key", format!("-----BEGIN PRIVATE KEY-----\\n\",\"{}\",\"{}", l(64), l(30))),
        ("private-key", STANDARD_NO_PAD.encode(format!("-----BEGIN EC PRIVATE KEY-----\n{}\n", l(120)))),
        ("database-url", format!("postgresql://postgres.ref:{}@aws-0.pooler.acme.com:6543", l(16))),
        ("database-url", format!("mongodb+srv://app:{}@cluster0.ab1cd.acme.net", l(12))),
        ("database-url", format!("prisma://accelerate.acme.net/?api_key=eyJ{}.{}", l(60), l(43))),
    ]
}

fn ids<'r>(found: &[Found<'r>]) -> Vec<&'r str> {
    found.iter().map(|found| found.rule.id.as_str()).collect()
}

#[test]
fn every_rule_finds_its_key_and_nothing_else() {
    let rules = rules();
    for (rule, text) in keys() {
        assert_eq!(ids(&rules.scan(text.as_bytes())), [rule], "{text}");
    }
    let tried: std::collections::BTreeSet<&str> = keys().into_iter().map(|(rule, _)| rule).collect();
    let untried: Vec<&str> =
        rules.all().map(|rule| rule.id.as_str()).filter(|id| !tried.contains(id)).collect();
    assert_eq!(untried, Vec::<&str>::new());
}

#[test]
fn a_masked_text_holds_no_secret_and_gives_the_same_findings() {
    let rules = rules();
    for (rule, text) in keys() {
        let raw = rules.scan(text.as_bytes());
        let mut masked = text.clone().into_bytes();
        rules.mask(&mut masked);
        let again = rules.scan(&masked);
        assert_eq!(masked.len(), text.len());
        assert_eq!(
            again.iter().map(|f| (&f.rule.id, f.span, f.secret, &f.redacted)).collect::<Vec<_>>(),
            raw.iter().map(|f| (&f.rule.id, f.span, f.secret, &f.redacted)).collect::<Vec<_>>(),
            "{text}"
        );
        if raw[0].rule.kind == Kind::Secret {
            let secret = raw[0].secret.of(&text);
            assert!(secret.len() >= 8, "{rule} keeps nothing back");
            assert!(!String::from_utf8_lossy(&masked).contains(secret), "{rule}");
            assert!(!raw[0].redacted.contains(secret), "{rule}: {}", raw[0].redacted);
        } else {
            assert_eq!(masked, text.as_bytes(), "{rule} is public");
        }
    }
}

#[test]
fn what_only_looks_like_a_key_is_none() {
    let hex = drawn(32, HEX);
    let l40 = drawn(40, LETTERS);
    let rules = rules();
    for text in [
        // Placeholders of templates and manuals.
        format!("ak_live_{}", "x".repeat(24)),
        "ak_live_YOUR_SECRET_KEY_GOES_HERE".to_owned(),
        "ak_live_1234567890abcdefghijklmn".to_owned(),
        "ak_live_************************".to_owned(),
        "postgres://user:password@db.host.com/app".to_owned(),
        "postgres://postgres:[YOUR-PASSWORD]@db.abc.acme.co:5432/postgres".to_owned(),
        "postgres://app:${DB_PASSWORD}@db.host.com/app".to_owned(),
        format!("postgres://app:{}@localhost:5432/app", drawn(16, LETTERS)),
        format!("redis://app:{}@redis:6379", drawn(16, LETTERS)),
        // A manual's, somebody who counted, one of which a part was left out, one that is a file's name.
        "postgres://acmeapp:acmeapp@db.acme.dev/app".to_owned(),
        "ak_live_ABCDEFGHIJKLMNOPQRSTUVWX".to_owned(),
        "ak_live_Zk3a1b2c3d4e5f6g7h8Qp0Lw".to_owned(),
        "ak_live_51HQ9876543210ZkLpQwMnVb".to_owned(),
        format!("ak_live_{}...", drawn(24, LETTERS)),
        format!("ak_live_{}••••", drawn(24, LETTERS)),
        format!("ak_live_{}.woff2", drawn(34, LETTERS)),
        format!("ak_live_{}.js", drawn(24, LETTERS)),
        // A wrong checksum; no marker; part of a longer word; too long; no name beside it.
        format!("ghx_{}", drawn(36, LETTERS)),
        format!("sk-{}", drawn(48, LETTERS)),
        format!("task_live_{}", drawn(24, LETTERS)),
        format!("ak_live_{}", drawn(251, LETTERS)),
        format!("key-{hex}"),
        format!("{{\"X-Other\":\"{}-{}\"}}", drawn(8, HEX), drawn(24, HEX)),
        format!("AC{hex}, {hex}"),
        format!("commit {}", drawn(40, HEX)),
        format!("sha256-{l40}"),
        // Libraries that know how a key begins.
        "\"-----BEGIN RSA PRIVATE KEY-----\",\"-----END RSA PRIVATE KEY-----\"".to_owned(),
        format!("-----BEGIN CERTIFICATE-----\n{}\n", drawn(64, LETTERS)),
        format!("-----BEGIN PUBLIC KEY-----\n{}\n", drawn(64, LETTERS)),
        // Other people's tokens, the keys of a local installation.
        jwt("authenticated", "https://auth.example.com"),
        jwt("admin", "demo"),
    ] {
        let found = rules.scan(text.as_bytes());
        assert!(found.is_empty(), "{text}: {:?}", ids(&found));
    }
}

#[test]
fn a_key_that_is_joined_from_strings_is_found_and_what_joins_it_stays() {
    let rules = rules();
    let key = drawn(24, LETTERS);
    for text in [
        format!("a=\"ak_live_\"+\"{key}\";"),
        format!("a=\"ak_\"+\"live_\"+\"{key}\";"),
        format!("a=\"ak_li\" + \"ve_{}\" + \"{}\";", &key[..12], &key[12..]),
        format!("a='ak_live_{}' + '{}';", &key[..9], &key[9..]),
        format!("a=\"ak_live_{}\".concat(\"{}\");", &key[..9], &key[9..]),
        format!("a=`ak_live_{}`\n  + \"{}\";", &key[..9], &key[9..]),
        format!("a=[\"ak_live_\", \"{}\", \"{}\"].join(\"\");", &key[..9], &key[9..]),
    ] {
        let found = rules.scan(text.as_bytes());
        assert_eq!(ids(&found), ["plain"], "{text}");
        let mut masked = text.clone().into_bytes();
        rules.mask(&mut masked);
        let masked = String::from_utf8_lossy(&masked).into_owned();
        assert!(!masked.contains(&key[12..]) && masked.contains('+') == text.contains('+'), "{masked}");
        assert_eq!(rules.scan(masked.as_bytes())[0].span, found[0].span);
    }
    // What is whole is not joined to what follows, and a list of strings is no key.
    let text = format!("a=\"ak_live_{key}\"+\"suffix\"");
    assert_eq!(rules.scan(text.as_bytes())[0].span.of(&text), format!("ak_live_{key}"));
    let list = format!("a=[\"ak_live_\",\"{key}\"]");
    assert_eq!(ids(&rules.scan(list.as_bytes())), Vec::<&str>::new());
}

#[test]
fn keys_that_stand_side_by_side_are_all_found() {
    let rules = rules();
    let all = keys();
    for (first, a) in &all {
        for (second, b) in &all {
            let text = format!("f(\"\",{a} ); g(\"\",{b} );");
            let found = ids(&rules.scan(text.as_bytes()));
            assert!(found.contains(first) && found.contains(second), "{text}: {found:?}");
        }
    }
}

#[test]
fn an_escape_before_a_key_is_no_letter_of_a_word() {
    let key = format!("ak_live_{}", drawn(24, LETTERS));
    for text in [format!("\"KEY\\n{key}\""), format!("\"\\t{key}\\n\"")] {
        assert_eq!(rules().scan(text.as_bytes()).len(), 1, "{text}");
    }
}

#[test]
fn the_checksum_is_the_documented_one() {
    // From the package base62-token's documentation of the format, put together here.
    assert!(checksum_holds(["zQWBuTSOoRi4A9spHcVY5ncns", "DkxkJ0mLq17"].concat().as_bytes()));
    assert!(!checksum_holds(["zQWBuTSOoRi4A9spHcVY5ncns", "DkxkJ0mLq18"].concat().as_bytes()));
}

#[test]
fn what_is_listed_is_bounded_and_what_is_masked_is_not() {
    let rules = rules();
    let key = format!("\"ak_live_{}\" ", drawn(24, LETTERS));
    let mut text = key.repeat(200).into_bytes();
    assert_eq!(rules.scan(&text).len(), MAX_FOUND);
    rules.mask(&mut text);
    assert!(!String::from_utf8_lossy(&text).contains(&drawn(24, LETTERS)));
}

/// What makes a search work: text without keys, text full of beginnings, rows without an end, addresses.
#[test]
fn twice_the_text_takes_at_most_twice_the_work() {
    let rules = rules();
    let work = |text: &[u8]| rules.each(text, &mut |_, _| {});
    let script = "function a(e,t){return e.map((n)=>encodeURIComponent(n)).filter(Boolean).join(\"&\")}";
    for unit in [
        script.to_owned(),
        "ak_live_".to_owned(),
        "eyJ".to_owned(),
        "eyJ.".to_owned(),
        "a".to_owned(),
        "^".to_owned(),
        "aaaaaaaaaaaaaa^".to_owned(),
        "abcdefgh ".to_owned(),
        "://".to_owned(),
        "-----BEGIN ".to_owned(),
        "\"aaaaaaaaaaaaaaaaaaa\"+".to_owned(),
        format!("AC{} ", drawn(32, HEX)),
        format!("{}-us1 ", drawn(32, HEX)),
        keys().into_iter().map(|(_, key)| key + "\n").collect(),
    ] {
        let (once, twice) = (unit.repeat(2_000), unit.repeat(4_000));
        let (once, twice) = (work(once.as_bytes()), work(twice.as_bytes()));
        // What a key may need before its row is looked at again at the most.
        assert!(twice.looked <= 2 * once.looked + 400, "{unit}: {once:?}, {twice:?}");
        assert!(twice.places <= 2 * once.places + 2, "{unit}: {once:?}, {twice:?}");
        assert!(twice.looked <= 3 * unit.len() * 4_000, "{unit}: {twice:?}");
    }
}

#[test]
fn code_without_long_words_is_not_looked_at_one_by_one() {
    let script =
        "const r=await fetch(e,{method:\"POST\",body:t});if(!r.ok)throw new Error(r.status);".repeat(1_000);
    let work = rules().each(script.as_bytes(), &mut |_, _| {});
    assert!(work.looked * 4 < script.len(), "{work:?} of {}", script.len());
}

#[test]
fn a_password_in_an_address_is_masked_whoever_it_is_for_and_is_no_finding() {
    let rules = rules();
    for (before, password, behind) in [
        ("https://user:", "pw", "@intranet/x"),
        ("postgres://u:", "p", "@db:5432/x"),
        ("redis://:", "hunter22", "@cache"),
        ("ftp://deploy:", "s3cret-word", "@10.0.0.7:21/"),
        ("amqps://app:", "a:b@c", "@[fd00::5]:5671/vhost"),
        ("mongodb://app:", "p%40ss", "@one,two:27017/?x=1"),
        ("x-own+scheme://a:", "b", "@localhost"),
        ("https:\\/\\/user:", "pw", "@intranet\\/x"),
        ("\"smtp://mailer:", "longer password-free", ""),
        ("https://user:", "correct-horse", "@shop.acme.dev/"),
        ("postgres://user:", "password", "@db.host.com/app"),
    ] {
        let text = format!("a=\"{before}{password}{behind}\" b=1");
        let mut masked = text.clone().into_bytes();
        assert!(rules.scan_and_mask(&mut masked).is_empty(), "{text}");
        let stars = if behind.is_empty() { password.to_owned() } else { "*".repeat(password.len()) };
        assert_eq!(String::from_utf8_lossy(&masked), format!("a=\"{before}{stars}{behind}\" b=1"));
        assert!(rules.scan(&masked).is_empty(), "{text}");
    }
}

#[test]
fn what_is_no_password_stays() {
    for text in [
        "https://example.com/a:b@c",
        "https://user@example.com/",
        "https://user:@example.com/",
        "https://example.com:8443/@x",
        "mailto:a:b@example.com",
        "http://a b:c@d",
        "://",
        ":/",
    ] {
        let mut masked = text.as_bytes().to_vec();
        rules().mask(&mut masked);
        assert_eq!(String::from_utf8_lossy(&masked), text);
    }
}

/// Texts full of beginnings of keys, keys and halves of them.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let beginnings =
        ["ak_live_", "pk_live_", "SK.", "-us", "sk-", "ghx_", "key-", "AC", "eyJ", "://", "-----BEGIN "];
    // A block of a private key goes on up to what no block holds.
    let keys: Vec<String> = keys().into_iter().map(|(_, key)| format!(";{key}")).collect();
    let piece = prop_oneof![
        prop::sample::select(beginnings.to_vec()).prop_map(str::to_owned),
        prop::sample::select(keys),
        "[a-zA-Z0-9_\\-]{0,50}",
        "[\"'~.:/@= \n^]{1,3}",
        "\\PC{0,5}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Every key, looked for at every place: what the search must find.
fn found_everywhere(rules: &Rules, text: &[u8]) -> Vec<(String, Span)> {
    let (mut found, mut taken, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let hit = if rest.starts_with(b"://") {
            database(text, at).map(|hit| (&rules.database, hit))
        } else if rest.starts_with(b"-----BEGIN ") {
            pem(text, at).map(|hit| (&rules.private_key, hit))
        } else {
            rules.beginning(text, at, Word { length: 0, goes_on: true }, taken)
        };
        at += 1;
        if let Some((rule, hit)) = hit.filter(|(_, hit)| hit.start >= taken) {
            taken = hit.end;
            at = hit.end.max(at);
            found.push((rule.id.clone(), Span::new(hit.start, hit.end)));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        let _ = rules().scan(&bytes);
    }

    #[test]
    fn the_search_passes_over_no_key(text in pieces()) {
        let rules = rules();
        let found: Vec<_> = rules.scan(&text).into_iter().map(|f| (f.rule.id.clone(), f.span)).collect();
        prop_assert_eq!(found, found_everywhere(&rules, &text), "{}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn masking_changes_no_finding_and_masking_again_changes_nothing(text in pieces()) {
        let rules = rules();
        let of = |text: &[u8]| -> Vec<_> {
            rules.scan(text).into_iter().map(|f| (f.rule.id.clone(), f.span, f.secret, f.redacted)).collect()
        };
        let before = of(&text);
        let mut masked = text.clone();
        rules.mask(&mut masked);
        prop_assert_eq!(&of(&masked), &before, "{}", String::from_utf8_lossy(&text));
        prop_assert_eq!(std::str::from_utf8(&masked).is_ok(), std::str::from_utf8(&text).is_ok());
        let once = masked.clone();
        rules.mask(&mut masked);
        prop_assert_eq!(masked, once);
    }
}
