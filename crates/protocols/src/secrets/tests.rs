//! Keys in here are put together when the tests run, so that nobody's scanner takes this file for a leak.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

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
    let payload = part(format!(r#"{{"iss":"{issuer}","ref":"abcdefghijklmnopqrst","role":"{role}"}}"#));
    format!("{header}.{payload}.{}", drawn(43, LETTERS))
}

/// One genuine-looking key for each rule.
fn keys() -> Vec<(&'static str, String)> {
    let l = |n| drawn(n, LETTERS);
    let h = |n| drawn(n, HEX);
    let digits = |n| drawn(n, "0123456789");
    vec![
        ("stripe-secret-key", format!("sk_live_{}", l(24))),
        ("stripe-restricted-key", format!("rk_live_{}", l(99))),
        ("webhook-signing-secret", format!("whsec_{}", l(32))),
        ("stripe-secret-key", format!("sk_org_live_{}", l(60))),
        ("stripe-publishable-key", format!("pk_live_{}", l(24))),
        ("stripe-test-publishable-key", format!("pk_test_{}", l(24))),
        (
            "clerk-development-key",
            format!("pk_test_{}", STANDARD_NO_PAD.encode("bold-cat-12.clerk.accounts.dev$")),
        ),
        ("stripe-test-key", format!("sk_test_{}", l(24))),
        ("razorpay-test-key", format!("rzp_test_{}", l(14))),
        ("square-sandbox-id", format!("sandbox-sq0idb-{}", l(22))),
        ("flutterwave-test-key", format!("FLWPUBK_TEST-{}", h(32))),
        ("square-secret", format!("sq0csp-{}", l(43))),
        ("square-access-token", format!("EAAA{}", l(60))),
        ("square-access-token", format!("sq0atp-{}", l(22))),
        ("anthropic-key", format!("sk-ant-api03-{}AA", l(93))),
        ("anthropic-key", format!("sk-ant-admin01-{}AA", l(93))),
        ("openai-key", format!("sk-proj-{}T3BlbkFJ{}", l(74), l(74))),
        ("openai-key", format!("sk-{}T3BlbkFJ{}", l(20), l(20))),
        ("openrouter-key", format!("sk-or-v1-{}", h(64))),
        ("groq-key", format!("gsk_{}", l(52))),
        ("xai-key", format!("xai-{}", l(80))),
        ("xai-key", format!("xai-{}_{}", l(40), l(39))),
        ("huggingface-token", format!("hf_{}", l(34))),
        ("replicate-token", format!("r8_{}", l(37))),
        ("perplexity-key", format!("pplx-{}", l(48))),
        ("pinecone-key", format!("pcsk_{}_{}", l(6), l(63))),
        ("langfuse-secret-key", format!("sk-lf-{}-{}-{}-{}-{}", h(8), h(4), h(4), h(4), h(12))),
        ("github-token", checksummed("ghp_")),
        ("github-fine-grained-token", format!("github_pat_{}_{}", l(22), l(59))),
        ("gitlab-token", format!("glpat-{}", l(20))),
        ("npm-token", checksummed("npm_")),
        ("pypi-token", format!("pypi-AgEIcHlwaS5vcmc{}", l(150))),
        ("gitlab-token", format!("glrt-{}.01.{}", l(27), l(9))),
        ("cloudflare-token", format!("cfut_{}{}", l(40), h(8))),
        ("cloudflare-token", format!("v1.0-{}-{}", h(24), h(146))),
        ("vercel-token", format!("vck_{}", l(56))),
        ("digitalocean-token", format!("dop_v1_{}", h(64))),
        ("vercel-blob-token", format!("vercel_blob_rw_{}_{}", l(16), l(30))),
        ("doppler-token", format!("dp.pt.{}", l(43))),
        ("tailscale-key", format!("tskey-auth-{}-{}", l(17), l(32))),
        ("databricks-token", format!("dapi{}", h(32))),
        ("databricks-token", format!("dapi{}-2", h(32))),
        (
            "aws-access-key",
            format!("{}\",accessKeyId:\"AKIA{}", l(40), drawn(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")),
        ),
        ("aws-bedrock-key", format!("ABSKQmVkcm9ja0FQSUtleS{}", l(110))),
        (
            "aws-access-key",
            format!("AKIA{}\",secretAccessKey:\"{}", drawn(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), l(40)),
        ),
        ("aws-access-key-id", format!("AKIA{}", drawn(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))),
        ("azure-storage-key", format!("AccountKey={}==", l(86))),
        ("azure-shared-key", format!("SharedAccessKey={}=", l(43))),
        ("google-oauth-secret", format!("GOCSPX-{}", l(28))),
        ("google-api-key", format!("AIza{}", l(35))),
        ("private-key", format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n{}", l(64), l(64))),
        ("private-key", format!("-----BEGIN PRIVATE KEY-----\\n{}\\n{}", l(64), l(30))),
        ("private-key", format!("-----BEGIN PRIVATE KEY-----\\n\",\"{}\",\"{}", l(64), l(30))),
        ("private-key", STANDARD_NO_PAD.encode(format!("-----BEGIN EC PRIVATE KEY-----\n{}\n", l(120)))),
        (
            "google-service-account",
            STANDARD_NO_PAD
                .encode(format!("{{\"type\": \"service_account\", \"private_key\": \"{}\"}}", l(120))),
        ),
        ("supabase-service-role", jwt("service_role", "supabase")),
        ("supabase-service-role", jwt("service_role", "supabase.api.acme.dev")),
        ("supabase-access-token", format!("sbp_{}", h(40))),
        ("supabase-anon-key", jwt("anon", "supabase")),
        ("supabase-secret-key", format!("sb_secret_{}_{}", l(22), l(8))),
        ("supabase-publishable-key", format!("sb_publishable_{}_{}", l(22), l(8))),
        ("database-url", format!("postgresql://postgres.ref:{}@aws-0.pooler.supabase.com:6543", l(16))),
        ("database-url", format!("mongodb+srv://app:{}@cluster0.ab1cd.mongodb.net", l(12))),
        ("database-url", format!("prisma://accelerate.prisma-data.net/?api_key=eyJ{}.{}", l(60), l(43))),
        ("planetscale-secret", format!("pscale_pw_{}", l(43))),
        ("airtable-token", format!("pat{}.{}", l(14), h(64))),
        ("notion-token", format!("ntn_{}", l(46))),
        ("notion-token", format!("secret_{}", l(43))),
        ("linear-key", format!("lin_api_{}", l(40))),
        ("contentful-management-token", format!("CFPAT-{}", l(43))),
        ("shopify-token", format!("shpat_{}", h(32))),
        ("sendgrid-key", format!("SG.{}.{}", l(22), l(43))),
        ("resend-key", format!("re_{}_{}", l(8), l(24))),
        ("mailgun-key", format!("key-{}", h(32))),
        ("mailgun-key", format!("{}-{}-{}", h(32), drawn(8, "fedcba9876543210"), h(8))),
        ("mailchimp-key", format!("{}-us21", h(32))),
        ("brevo-key", format!("xkeysib-{}-{}", h(64), l(16))),
        ("twilio-auth-token", format!("AC{}\",authToken:\"{}", drawn(32, "fedcba9876543210"), h(32))),
        ("twilio-auth-token", format!("{}\",accountSid:\"AC{}", drawn(32, "fedcba9876543210"), h(32))),
        ("slack-token", format!("xoxb-{}-{}-{}", digits(12), digits(13), l(24))),
        ("slack-webhook", format!("hooks.slack.com/services/T{}/B{}/{}", l(8), l(10), l(24))),
        ("discord-webhook", format!("discord.com/api/webhooks/{}/{}", digits(18), l(68))),
        (
            "discord-bot-token",
            format!("{}.{}.{}", STANDARD_NO_PAD.encode(format!("1{}", digits(17))), l(6), l(38)),
        ),
        ("telegram-bot-token", format!("{}:AA{}", digits(10), l(33))),
        ("sentry-token", format!("sntryu_{}", h(64))),
        ("sentry-dsn", format!("https://{}@o123456.ingest.us.sentry.io", h(32))),
        ("posthog-personal-key", format!("phx_{}", l(43))),
        ("posthog-personal-key", format!("phx_{}_{}", l(20), l(22))),
        ("github-app-token", format!("ghs_{}_{}", digits(7), jwt("app", "github"))),
        ("vercel-token", format!("vcp_{}", l(56))),
        ("neon-key", format!("napi_{}", l(64))),
        ("gemini-key", format!("AQ.Ab8RN6{}", l(44))),
        ("posthog-project-key", format!("phc_{}", l(43))),
        ("new-relic-key", format!("NRAK-{}", l(27))),
        ("new-relic-key", format!("NRII-{}", l(32))),
        ("mapbox-secret-token", format!("sk.eyJ{}.{}", l(70), l(22))),
        ("mapbox-public-token", format!("pk.eyJ{}.{}", l(70), l(22))),
    ]
}

/// The key as it would stand in a bundle, with what its rule wants to see beside it.
fn shipped(rule: &str, key: &str) -> String {
    match rule {
        "mailgun-key" => format!("const mailgun={{key:\"{key}\"}};"),
        "twilio-auth-token" => format!("const a={{authToken:\"{key}\"}};"),
        "slack-webhook" | "discord-webhook" => format!("fetch(\"https://{key}\")"),
        _ => format!("const a={{key:\"{key}\"}};"),
    }
}

#[test]
fn every_rule_finds_its_key_and_nothing_else() {
    for (rule, key) in keys() {
        let text = shipped(rule, &key);
        let found = scan(text.as_bytes());
        assert_eq!(found.iter().map(|f| f.rule.id).collect::<Vec<_>>(), [rule], "{rule}");
        assert_eq!(found[0].span.of(&text), key, "{rule}");
    }
    let tried: std::collections::BTreeSet<&str> = keys().into_iter().map(|(rule, _)| rule).collect();
    let untried: Vec<&str> = RULES.iter().map(|rule| rule.id).filter(|id| !tried.contains(id)).collect();
    assert_eq!(untried, Vec::<&str>::new());
}

#[test]
fn a_masked_text_holds_no_secret_and_gives_the_same_findings() {
    for (rule, key) in keys() {
        let text = shipped(rule, &key);
        let raw = scan(text.as_bytes());
        let mut masked = text.clone().into_bytes();
        mask(&mut masked);
        let again = scan(&masked);
        assert_eq!(masked.len(), text.len());
        assert_eq!(
            again.iter().map(|f| (f.rule.id, f.span, f.secret, &f.redacted)).collect::<Vec<_>>(),
            raw.iter().map(|f| (f.rule.id, f.span, f.secret, &f.redacted)).collect::<Vec<_>>(),
            "{rule}"
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
    for text in [
        // Placeholders of templates and manuals.
        format!("sk_live_{}", "x".repeat(24)),
        "sk_live_YOUR_SECRET_KEY_GOES_HERE".to_owned(),
        "sk_live_1234567890abcdefghijklmn".to_owned(),
        "sk_live_************************".to_owned(),
        format!("AKIA{}EXAMPLE", "IOSFODNN7"),
        "postgres://user:password@db.host.com/app".to_owned(),
        "postgres://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres".to_owned(),
        "postgres://app:${DB_PASSWORD}@db.host.com/app".to_owned(),
        format!("postgres://app:{}@localhost:5432/app", drawn(16, LETTERS)),
        format!("redis://app:{}@redis:6379", drawn(16, LETTERS)),
        // A manual's, somebody who counted, one of which a part was left out, one that is a file's name.
        "postgresql://alex:AbC123dEf@ep-cool-darkness-123456.us-east-2.aws.neon.tech/dbname".to_owned(),
        "postgres://acmeapp:acmeapp@db.acme.dev/app".to_owned(),
        ["sk_test", "_4eC39HqLyjWDarjtT1zdp7dc"].concat(),
        "sk_live_ABCDEFGHIJKLMNOPQRSTUVWX".to_owned(),
        "sk_live_Zk3a1b2c3d4e5f6g7h8Qp0Lw".to_owned(),
        "sk_live_51HQ9876543210ZkLpQwMnVb".to_owned(),
        format!("sk_live_{}...", drawn(24, LETTERS)),
        format!("sk_live_{}••••", drawn(24, LETTERS)),
        format!("/fonts/hf_{}.woff2", drawn(34, LETTERS)),
        format!("/img/dapi{hex}.png"),
        format!("glpat-{}.js", drawn(24, LETTERS)),
        // Identifiers and their like beside each other.
        format!("{}-{}", drawn(32, HEX), drawn(8, HEX)),
        format!("secret_{}", drawn(20, LETTERS)),
        // A wrong checksum; no marker; part of a longer word.
        format!("ghp_{}", drawn(36, LETTERS)),
        format!("sk-{}", drawn(48, LETTERS)),
        format!("task_live_{}", drawn(24, LETTERS)),
        format!("disk-ant-api03-{}", drawn(95, LETTERS)),
        // Hashes, class names, identifiers.
        format!("key-{hex}"),
        format!("AC{hex}, {hex}"),
        format!("commit {}", drawn(40, HEX)),
        format!("sha256-{l40}"),
        "re_renders_all_of_the_components_below".to_owned(),
        "hf_some_feature_flag_name_that_is_long_ok".to_owned(),
        // Libraries that know how a key begins.
        "\"-----BEGIN RSA PRIVATE KEY-----\",\"-----END RSA PRIVATE KEY-----\"".to_owned(),
        format!("-----BEGIN CERTIFICATE-----\n{}\n", drawn(64, LETTERS)),
        format!("-----BEGIN PUBLIC KEY-----\n{}\n", drawn(64, LETTERS)),
        // Other people's tokens, the keys of a local installation.
        jwt("authenticated", "https://auth.example.com"),
        jwt("service_role", "supabase-demo"),
        format!("12:AA{}", drawn(33, LETTERS)),
        format!("MODULE.exports.{}", drawn(38, LETTERS)),
    ] {
        let found = scan(text.as_bytes());
        assert!(found.is_empty(), "{text}: {:?}", found.iter().map(|f| f.rule.id).collect::<Vec<_>>());
    }
}

#[test]
fn a_key_that_is_joined_from_strings_is_found_and_what_joins_it_stays() {
    let key = drawn(24, LETTERS);
    for text in [
        format!("a=\"sk_live_\"+\"{key}\";"),
        format!("a='sk_live_{}' + '{}';", &key[..9], &key[9..]),
        format!("a=\"sk_live_{}\".concat(\"{}\");", &key[..9], &key[9..]),
        format!("a=`sk_live_{}`\n  + \"{}\";", &key[..9], &key[9..]),
    ] {
        let found = scan(text.as_bytes());
        assert_eq!(found.iter().map(|f| f.rule.id).collect::<Vec<_>>(), ["stripe-secret-key"], "{text}");
        let mut masked = text.clone().into_bytes();
        mask(&mut masked);
        let masked = String::from_utf8_lossy(&masked).into_owned();
        assert!(!masked.contains(&key[9..]) && masked.contains('+') == text.contains('+'), "{masked}");
        assert_eq!(scan(masked.as_bytes())[0].span, found[0].span);
    }
    // What is whole is not joined to what follows.
    let text = format!("a=\"sk_live_{key}\"+\"suffix\"");
    assert_eq!(scan(text.as_bytes())[0].span.of(&text), format!("sk_live_{key}"));
}

#[test]
fn an_escape_before_a_key_is_no_letter_of_a_word() {
    let key = format!("sk_live_{}", drawn(24, LETTERS));
    for text in [format!("\"KEY\\n{key}\""), format!("\"\\t{key}\\n\"")] {
        assert_eq!(scan(text.as_bytes()).len(), 1, "{text}");
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
    let key = format!("\"sk_live_{}\" ", drawn(24, LETTERS));
    let mut text = key.repeat(200).into_bytes();
    assert_eq!(scan(&text).len(), MAX_FOUND);
    mask(&mut text);
    assert!(!String::from_utf8_lossy(&text).contains(&drawn(24, LETTERS)));
}

#[test]
fn a_password_in_an_address_is_masked_whoever_it_is_for_and_is_no_finding() {
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
        assert!(scan_and_mask(&mut masked).is_empty(), "{text}");
        let stars = if behind.is_empty() { password.to_owned() } else { "*".repeat(password.len()) };
        assert_eq!(String::from_utf8_lossy(&masked), format!("a=\"{before}{stars}{behind}\" b=1"));
        assert!(scan(&masked).is_empty(), "{text}");
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
        mask(&mut masked);
        assert_eq!(String::from_utf8_lossy(&masked), text);
    }
}

/// Texts full of beginnings of keys, keys and halves of them.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let anchors: Vec<String> =
        RULES.iter().flat_map(|rule| rule.anchors).map(|anchor| (*anchor).to_owned()).collect();
    let keys: Vec<String> = keys().into_iter().map(|(_, key)| key).collect();
    let piece = prop_oneof![
        prop::sample::select(anchors),
        prop::sample::select(keys),
        "[a-zA-Z0-9_\\-]{0,50}",
        "[\"'~.:/@= \n]{1,3}",
        "\\PC{0,5}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        let _ = scan(&bytes);
    }

    #[test]
    fn masking_changes_no_finding_and_masking_again_changes_nothing(text in pieces()) {
        let before: Vec<_> =
            scan(&text).into_iter().map(|f| (f.rule.id, f.span, f.secret, f.redacted)).collect();
        let mut masked = text.clone();
        mask(&mut masked);
        let after: Vec<_> =
            scan(&masked).into_iter().map(|f| (f.rule.id, f.span, f.secret, f.redacted)).collect();
        prop_assert_eq!(&after, &before, "{}", String::from_utf8_lossy(&text));
        prop_assert_eq!(std::str::from_utf8(&masked).is_ok(), std::str::from_utf8(&text).is_ok());
        let once = masked.clone();
        mask(&mut masked);
        prop_assert_eq!(masked, once);
    }
}
