//! The keys that providers give their customers, made ready for searching.

use std::sync::OnceLock;

use launch_ready_providers::keys;
use launch_ready_providers::model::{Key, KeyKind};
use launch_ready_providers::shape;

use crate::secrets::{Form, Kind, Partner, Piece, Rule, Rules, Set, Shape, Shaped};

/// The rules of every provider: made once, when somebody asks first.
#[must_use]
pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::new(keys().map(rule).collect()))
}

fn rule(key: &Key) -> Rule {
    let form = match (&key.claim, &key.encoded) {
        (Some(claim), _) => Form::Token {
            claim: claim.name.clone(),
            values: claim.values.clone(),
            except: claim.except.clone(),
        },
        (None, Some(file)) => Form::Encoded { beginnings: file.beginnings.clone(), mark: file.mark.clone() },
        (None, None) => Form::Shaped(Shaped {
            shapes: key.shapes.iter().filter_map(|text| parsed(text)).collect(),
            holds: key.holds.clone(),
            decoded_end: key.decoded_end.clone(),
            is_checksummed: key.checksum,
            near: key.near.clone(),
            called: key.called.clone(),
            partner: key.partner.as_ref().and_then(|partner| {
                let shape = taken(shape::Shape::parse_half(&partner.shape).ok()?);
                let [Piece::Run { set, min, .. }] = shape.pieces.as_slice() else { return None };
                Some(Partner { set: *set, length: *min, called: partner.called.clone() })
            }),
            examples: key.examples.clone(),
        }),
    };
    Rule {
        kind: match key.kind {
            KeyKind::Secret => Kind::Secret,
            KeyKind::Publishable => Kind::Public,
        },
        note: key.opens.clone(),
        revoke: key.revoke.clone(),
        is_test: key.test_of.is_some(),
        live: key.test_of.clone(),
        ..Rule::new(&key.id, &key.name, form)
    }
}

/// What is written as a shape. The build refuses what cannot be read.
fn parsed(text: &str) -> Option<Shape> {
    shape::Shape::parse(text).ok().map(taken)
}

/// A shape as the search takes it.
fn taken(shape: shape::Shape) -> Shape {
    let pieces = shape.pieces.into_iter().map(|piece| match piece {
        shape::Piece::Text(text) => Piece::Text(text),
        shape::Piece::Run { set, min, max } => Piece::Run { set: Set(set), min, max },
    });
    Shape { pieces: pieces.collect(), secret: shape.secret }
}

#[cfg(test)]
mod tests {
    //! Keys in here are put together when the tests run, so that nobody's scanner takes this file for a leak.

    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use super::*;
    use crate::secrets::Found;

    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
    const HEX: &str = "0123456789abcdef";
    const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// Characters that look drawn at random, always the same ones for one seed.
    fn drawn(length: usize, alphabet: &str) -> String {
        let mut state = 0x2545_f491_4f6c_dd1d_u64 ^ (length as u64) << 40 ^ alphabet.len() as u64;
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
        let crc = !random.bytes().fold(u32::MAX, |crc, byte| {
            (0..8).fold(
                crc ^ u32::from(byte),
                |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
            )
        });
        let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut rest = crc;
        let mut checksum = Vec::new();
        for _ in 0..6 {
            checksum.insert(0, digits[(rest % 62) as usize]);
            rest /= 62;
        }
        format!("{prefix}{random}{}", String::from_utf8(checksum).unwrap())
    }

    fn token(claims: &str, signature: usize) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(claims), drawn(signature, LETTERS))
    }

    fn uuid() -> String {
        let h = |n| drawn(n, HEX);
        format!("{}-{}-4{}-a{}-{}", h(8), h(4), h(3), &h(5)[..3], h(12))
    }

    /// Genuine-looking keys by their rule, each as it stands in a bundle: old shapes and new ones.
    #[allow(clippy::too_many_lines, reason = "a list")]
    fn shipped() -> Vec<(&'static str, String)> {
        let l = |n| drawn(n, LETTERS);
        let s = |n| drawn(n, LOWER);
        let h = |n| drawn(n, HEX);
        let digits = |n| drawn(n, "123456789");
        let sid = format!("AC{}", drawn(32, "fedcba9876543210"));
        let id = format!("AKIA{}", drawn(16, BASE32));
        let bot = STANDARD_NO_PAD.encode(format!("1{}", digits(17)));
        let supabase = |role: &str| {
            token(&format!(r#"{{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"{role}"}}"#), 43)
        };
        let lemon = r#"{"aud":"94d59cef-dbb8-4ea5-b178-d2540fcd6919","jti":"a8","sub":"1","scopes":[]}"#;
        let account = format!("{{\n  \"type\": \"service_account\",\n  \"private_key\": \"{}\"}}", l(120));
        let quoted = |id, key: String| (id, format!("const a={{key:\"{key}\"}};"));
        vec![
            quoted("stripe-secret-key", format!("sk_live_{}", l(24))),
            quoted("stripe-secret-key", format!("sk_live_51{}", l(97))),
            quoted("stripe-secret-key", format!("sk_org_live_{}", l(60))),
            quoted("stripe-restricted-key", format!("rk_live_{}", l(99))),
            quoted("stripe-publishable-key", format!("pk_live_{}", l(24))),
            quoted("stripe-test-publishable-key", format!("pk_test_{}", l(24))),
            quoted("stripe-test-key", format!("sk_test_{}", l(24))),
            quoted("stripe-test-key", format!("rk_test_{}", l(99))),
            quoted("webhook-signing-secret", format!("whsec_{}", l(32))),
            quoted("webhook-signing-secret", format!("whsec_{}", STANDARD.encode(l(24)))),
            quoted(
                "clerk-development-key",
                format!("pk_test_{}", STANDARD.encode("bold-cat-12.clerk.accounts.dev$")),
            ),
            quoted("razorpay-test-key", format!("rzp_test_{}", l(14))),
            quoted("razorpay-key", format!("rzp_live_{}", l(14))),
            quoted("square-secret", format!("sq0csp-{}", l(43))),
            quoted("square-access-token", format!("EAAA{}", l(60))),
            quoted("square-access-token", format!("sq0atp-{}", l(22))),
            quoted("square-sandbox-id", format!("sandbox-sq0idb-{}", l(22))),
            quoted("square-application-id", format!("sq0idp-{}", l(22))),
            quoted("flutterwave-test-key", format!("FLWPUBK_TEST-{}-X", h(32))),
            quoted("flutterwave-key", format!("FLWPUBK-{}-X", h(32))),
            quoted("flutterwave-secret-key", format!("FLWSECK-{}-X", h(32))),
            quoted("flutterwave-secret-key", format!("FLWSECK_TEST-{}-X", h(32))),
            quoted("paddle-key", format!("pdl_live_apikey_{}_{}_{}", s(26), l(22), l(3))),
            quoted("paddle-sandbox-key", format!("pdl_sdbx_apikey_{}_{}_{}", s(26), l(22), l(3))),
            quoted("paddle-webhook-secret", format!("pdl_ntfset_{}_{}", s(26), l(32))),
            quoted("polar-token", format!("polar_oat_{}", l(43))),
            quoted("polar-token", format!("polar_pat_{}", l(43))),
            quoted("lemon-squeezy-key", token(lemon, 683)),
            ("mollie-key", format!("createMollieClient({{apiKey:\"live_{}\"}})", l(30))),
            ("mollie-test-key", format!("createMollieClient({{apiKey:\"test_{}\"}})", l(30))),
            quoted("paypal-token", format!("access_token$production${}${}", s(16), h(32))),
            quoted("anthropic-key", format!("sk-ant-api03-{}AA", l(93))),
            quoted("anthropic-key", format!("sk-ant-admin01-{}AA", l(93))),
            quoted("openai-key", format!("sk-proj-{}T3BlbkFJ{}", l(74), l(74))),
            quoted("openai-key", format!("sk-svcacct-{}T3BlbkFJ{}", l(58), l(58))),
            quoted("openai-key", format!("sk-{}T3BlbkFJ{}", l(20), l(20))),
            quoted("openrouter-key", format!("sk-or-v1-{}", h(64))),
            quoted("deepseek-key", format!("sk-{}", h(32))),
            ("deepseek-key", format!("fetch(u,{{headers:{{Authorization:\"Bearer sk-{}\"}}}})", h(32))),
            quoted("groq-key", format!("gsk_{}", l(52))),
            quoted("xai-key", format!("xai-{}", l(80))),
            quoted("xai-key", format!("xai-{}_{}", l(40), l(39))),
            quoted("huggingface-token", format!("hf_{}", l(34))),
            quoted("replicate-token", format!("r8_{}", l(37))),
            quoted("perplexity-key", format!("pplx-{}", l(48))),
            quoted("pinecone-key", format!("pcsk_{}_{}", l(6), l(63))),
            quoted("langfuse-secret-key", format!("sk-lf-{}", uuid())),
            quoted("elevenlabs-key", format!("sk_{}", h(48))),
            ("elevenlabs-key", format!("fetch(u,{{headers:{{\"xi-api-key\":\"{}\"}}}})", h(32))),
            ("fireworks-key", format!("fetch(\"https://api.fireworks.ai/v1\",{{key:\"fw_{}\"}})", l(24))),
            quoted("tavily-key", format!("tvly-dev-{}", l(32))),
            quoted("cerebras-key", format!("csk-{}", s(48))),
            ("fal-key", format!("fal.config({{credentials:\"{}:{}\"}})", uuid(), h(32))),
            ("deepgram-key", format!("new Deepgram(\"{}\")", h(40))),
            ("assemblyai-key", format!("new AssemblyAI({{apiKey:\"{}\"}})", h(32))),
            ("cohere-key", format!("new CohereClient({{token:\"{}\"}})", l(40))),
            ("mistral-key", format!("{{VITE_MISTRAL_API_KEY:\"{}\"}}", l(32))),
            quoted("together-key", format!("tgp_v1_{}", l(43))),
            quoted("gemini-key", format!("AQ.Ab8RN6{}", l(44))),
            (
                "gemini-key",
                format!(
                    "fetch(\"https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent?key=AIza{}\")",
                    l(35)
                ),
            ),
            ("gemini-key", format!("new GoogleGenerativeAI(\"AIza{}\")", l(35))),
            ("gemini-key", format!("{{VITE_GEMINI_API_KEY:\"AIza{}\"}}", l(35))),
            ("google-api-key", format!("initializeApp({{apiKey:\"AIza{}\"}})", l(35))),
            quoted("google-oauth-secret", format!("GOCSPX-{}", l(28))),
            quoted("google-service-account", STANDARD.encode(account)),
            quoted("github-token", checksummed("ghp_")),
            quoted("github-token", checksummed("gho_")),
            quoted("github-app-token", format!("ghs_{}_{}", digits(7), token("{\"iss\":\"github\"}", 342))),
            quoted("github-fine-grained-token", format!("github_pat_{}_{}", l(22), l(59))),
            quoted("gitlab-token", format!("glpat-{}", l(20))),
            quoted("gitlab-token", format!("glrt-{}.01.{}", l(27), s(9))),
            quoted("npm-token", checksummed("npm_")),
            quoted("pypi-token", format!("pypi-AgEIcHlwaS5vcmc{}", l(150))),
            quoted("cloudflare-token", format!("cfut_{}{}", l(40), h(8))),
            quoted("cloudflare-token", format!("v1.0-{}-{}", h(24), h(146))),
            quoted("digitalocean-token", format!("dop_v1_{}", h(64))),
            quoted("vercel-token", format!("vcp_{}", l(56))),
            quoted("vercel-token", format!("vck_{}", l(56))),
            quoted("vercel-blob-token", format!("vercel_blob_rw_{}_{}", l(16), l(30))),
            quoted("neon-key", format!("napi_{}", s(64))),
            quoted("doppler-token", format!("dp.pt.{}", l(43))),
            quoted("doppler-token", format!("dp.st.prd.{}", l(43))),
            quoted("tailscale-key", format!("tskey-auth-{}-{}", l(17), l(32))),
            quoted("databricks-token", format!("dapi{}", h(32))),
            quoted("databricks-token", format!("dapi{}-2", h(32))),
            ("aws-access-key", format!("{{accessKeyId:\"{id}\",secretAccessKey:\"{}\"}}", l(40))),
            ("aws-access-key", format!("{{secretAccessKey:\"{}\",accessKeyId:\"{id}\"}}", l(40))),
            quoted("aws-access-key-id", id.clone()),
            quoted("aws-bedrock-key", format!("ABSKQmVkcm9ja0FQSUtleS{}", l(110))),
            quoted("azure-storage-key", format!("AccountName=a;AccountKey={}==;EndpointSuffix=b", l(86))),
            quoted("azure-shared-key", format!("SharedAccessKey={}=", l(43))),
            ("azure-openai-key", format!("{{VITE_AZURE_OPENAI_KEY:\"{}\"}}", h(32))),
            quoted("supabase-service-role", supabase("service_role")),
            quoted("supabase-anon-key", supabase("anon")),
            quoted("supabase-secret-key", format!("sb_secret_{}_{}", l(22), l(8))),
            quoted("supabase-publishable-key", format!("sb_publishable_{}_{}", l(22), l(8))),
            quoted("supabase-access-token", format!("sbp_{}", h(40))),
            quoted("planetscale-secret", format!("pscale_pw_{}", l(43))),
            (
                "upstash-token",
                format!(
                    "new Redis({{url:\"https://fine-coral-19065.upstash.io\",token:\"AUp5AAIncD{}\"}})",
                    l(46)
                ),
            ),
            quoted("qstash-token", format!("eyJVc2VySUQiOiI{}", l(90))),
            quoted("airtable-token", format!("pat{}.{}", l(14), h(64))),
            quoted("notion-token", format!("ntn_{}", l(46))),
            quoted("notion-token", format!("secret_{}", l(43))),
            quoted("linear-key", format!("lin_api_{}", l(40))),
            quoted("contentful-management-token", format!("CFPAT-{}", l(43))),
            quoted("shopify-token", format!("shpat_{}", h(32))),
            quoted("sendgrid-key", format!("SG.{}.{}", l(22), l(43))),
            quoted("resend-key", format!("re_{}_{}", l(8), l(24))),
            ("mailgun-key", format!("const mailgun={{key:\"key-{}\"}};", h(32))),
            quoted("mailgun-key", format!("{}-{}-{}", h(32), drawn(8, "fedcba9876543210"), h(8))),
            quoted("mailchimp-key", format!("{}-us21", h(32))),
            ("mailchimp-transactional-key", format!("mandrill.init(\"md-{}\")", l(22))),
            quoted("brevo-key", format!("xkeysib-{}-{}", h(64), l(16))),
            ("postmark-token", format!("{{headers:{{\"X-Postmark-Server-Token\":\"{}\"}}}}", uuid())),
            ("postmark-token", format!("new postmark.ServerClient(\"{}\")", uuid())),
            quoted("mailersend-key", format!("mlsn.{}", h(64))),
            quoted("klaviyo-key", format!("pk_{}", h(34))),
            ("sparkpost-key", format!("new SparkPost(\"{}\")", h(40))),
            ("loops-key", format!("new LoopsClient(\"{}\")", h(32))),
            ("mailjet-key", format!("{{MAILJET_SECRET_KEY:\"{}\"}}", h(32))),
            ("plunk-key", format!("fetch(\"https://api.useplunk.com/v1/send\",{{key:\"sk_{}\"}})", h(48))),
            ("twilio-auth-token", format!("{{accountSid:\"{sid}\",authToken:\"{}\"}}", h(32))),
            ("twilio-auth-token", format!("{{authToken:\"{}\",accountSid:\"{sid}\"}}", h(32))),
            ("twilio-auth-token", format!("twilio(\"{sid}\",\"{}\")", h(32))),
            ("twilio-auth-token", format!("btoa(\"{sid}:{}\")", h(32))),
            ("twilio-key", format!("{{key:\"SK{}\",secret:\"{}\"}}", drawn(32, "fedcba9876543210"), l(32))),
            quoted("slack-token", format!("xoxb-{}-{}-{}", digits(12), digits(13), l(24))),
            quoted("slack-token", format!("xoxp-{}-{}-{}-{}", digits(12), digits(13), digits(11), h(32))),
            quoted("slack-token", format!("xapp-1-A{}-{}-{}", drawn(10, BASE32), digits(13), h(64))),
            quoted("slack-webhook", format!("hooks.slack.com/services/T{}/B{}/{}", l(8), l(10), l(24))),
            quoted("discord-webhook", format!("discord.com/api/webhooks/{}/{}", digits(18), l(68))),
            quoted("discord-bot-token", format!("{bot}.{}.{}", l(6), l(38))),
            quoted("telegram-bot-token", format!("{}:AA{}", digits(10), l(33))),
            (
                "telegram-bot-token",
                format!("fetch(\"https://api.telegram.org/bot{}:AA{}/send\")", digits(10), l(33)),
            ),
            quoted("sentry-token", format!("sntryu_{}", h(64))),
            quoted("sentry-token", format!("sntrys_{}==_{}", l(120), l(43))),
            quoted("sentry-dsn", format!("https://{}@o123456.ingest.us.sentry.io/1", h(32))),
            quoted("posthog-personal-key", format!("phx_{}", l(43))),
            quoted("posthog-personal-key", format!("phx_{}_{}", l(20), l(22))),
            quoted("posthog-project-key", format!("phc_{}", l(43))),
            quoted("new-relic-key", format!("NRAK-{}", drawn(27, BASE32))),
            quoted("new-relic-key", format!("NRII-{}", l(32))),
            quoted("mapbox-secret-token", format!("sk.eyJ{}.{}", l(70), l(22))),
            quoted("mapbox-public-token", format!("pk.eyJ{}.{}", l(70), l(22))),
        ]
    }

    fn ids<'r>(found: &[Found<'r>]) -> Vec<&'r str> {
        found.iter().map(|found| found.rule.id.as_str()).collect()
    }

    #[test]
    fn every_kind_of_key_is_found_in_a_bundle_and_nothing_else() {
        let wrong: Vec<String> = shipped()
            .into_iter()
            .filter_map(|(id, text)| {
                let found = rules().scan(text.as_bytes());
                (ids(&found) != [id]).then(|| format!("{id}: {:?} in {text}", ids(&found)))
            })
            .collect();
        assert_eq!(wrong, Vec::<String>::new());
        let tried: std::collections::BTreeSet<&str> = shipped().into_iter().map(|(id, _)| id).collect();
        let untried: Vec<&str> = keys().map(|key| key.id.as_str()).filter(|id| !tried.contains(id)).collect();
        assert_eq!(untried, Vec::<&str>::new());
    }

    #[test]
    fn a_masked_bundle_holds_no_secret_and_gives_the_same_findings() {
        for (id, text) in shipped() {
            let raw = rules().scan(text.as_bytes());
            let mut masked = text.clone().into_bytes();
            rules().mask(&mut masked);
            let again = rules().scan(&masked);
            let seen = |found: &[Found<'_>]| -> Vec<_> {
                found.iter().map(|f| (f.rule.id.clone(), f.span, f.secret, f.redacted.clone())).collect()
            };
            assert_eq!(seen(&again), seen(&raw), "{text}");
            let secret = raw[0].secret.of(&text);
            let masked = String::from_utf8_lossy(&masked).into_owned();
            assert_eq!(masked.contains(secret), raw[0].rule.kind == Kind::Public, "{id}: {masked}");
        }
    }

    #[test]
    fn keys_side_by_side_are_all_found() {
        let all = shipped();
        for pair in all.windows(2) {
            let text = format!("{};\n{}", pair[0].1, pair[1].1);
            let found = ids(&rules().scan(text.as_bytes()));
            // A word that belongs to one may stand near the other as well.
            assert_eq!(found.len(), 2, "{text}: {found:?}");
        }
    }

    #[test]
    fn a_key_that_is_joined_from_strings_is_found() {
        for (id, text) in shipped() {
            let found = rules().scan(text.as_bytes());
            let joins = matches!(found[0].rule.form, Form::Shaped(ref shaped) if shaped.partner.is_none());
            let secret = found[0].secret;
            // Two halves of at least fifteen characters are always seen; of the shortest keys the longer half may not be.
            let is_secret = found[0].rule.kind == Kind::Secret;
            if is_secret && joins && found[0].span.end - found[0].span.start >= 30 {
                let (before, behind) = text.split_at(secret.start + (secret.end - secret.start) / 2);
                let joined = format!("{before}\"+\"{behind}");
                assert_eq!(ids(&rules().scan(joined.as_bytes())), [id], "{joined}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_a_key_is_none() {
        let hex = drawn(32, HEX);
        for text in [
            // Manuals' own examples.
            ["sk_test", "_4eC39HqLyjWDarjtT1zdp7dc"].concat(),
            ["pk_test", "_TYooMQauvdEDq54NiTphI7jx"].concat(),
            ["pdl_live_apikey", "_01gtgztp8f4kek3yd4g1wrksa3_q6TGTJyvoIz7LDtXT65bX7_AQO"].concat(),
            format!("AKIA{}EXAMPLE", "IOSFODNN7"),
            "postgresql://alex:AbC123dEf@ep-cool-darkness-123456.us-east-2.aws.neon.tech/dbname".to_owned(),
            // Redacted, counted up, left out.
            "sk-ant-api03-................................................................................"
                .to_owned(),
            format!("re_{}_************************", drawn(8, LETTERS)),
            format!("sk_live_{}…", drawn(24, LETTERS)),
            "SG.abcdefghijklmnopqrstuv.ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg".to_owned(),
            "re_12345678_abcdefghijklmnopqrstuvwx".to_owned(),
            "re_xxxxxxxx_xxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".to_owned(),
            // Files that begin like a key.
            format!("/fonts/hf_{}.woff2", drawn(34, LETTERS)),
            format!("/img/dapi{hex}.png"),
            format!("/assets/sk_{}.js", drawn(48, HEX)),
            format!("/_next/static/chunks/sk-{hex}.js"),
            format!("url(/media/re_{}_{}.webp)", drawn(8, LETTERS), drawn(24, LETTERS)),
            format!("glpat-{}.js", drawn(24, LETTERS)),
            // Identifiers, hashes, class names.
            format!("{hex}-{}", drawn(8, HEX)),
            format!("{{id:\"{}\"}}", uuid()),
            format!("{{hash:\"{hex}\"}}"),
            format!("key-{hex}"),
            format!("AC{hex}, {hex}"),
            format!("{{sid:\"AC{hex}\"}}"),
            format!("commit {}", drawn(40, HEX)),
            format!("sha256-{}=", drawn(43, LETTERS)),
            format!("secret_{}", drawn(20, LETTERS)),
            format!("live_{}", drawn(30, LETTERS)),
            "md-card-media-actions-bar".to_owned(),
            "fw_theQuickBrownFoxJumpsOverIt".to_owned(),
            format!("{}:{}", uuid(), drawn(32, HEX)),
            "re_renders_all_of_the_components_below".to_owned(),
            "hf_some_feature_flag_name_that_is_long_ok".to_owned(),
            "sk-circle-fade-dot-and-some-more-class-names-of-it".to_owned(),
            format!("MODULE.exports.{}", drawn(38, LETTERS)),
            format!("12:AA{}", drawn(33, LETTERS)),
            format!("data:image/png;base64,A{}", drawn(200, LETTERS)),
            // A wrong checksum; no marker.
            format!("ghp_{}", drawn(36, LETTERS)),
            format!("sk-{}", drawn(48, LETTERS)),
            // Other people's tokens, and those of every local installation.
            token(r#"{"role":"authenticated","iss":"https://auth.example.com"}"#, 43),
            token(r#"{"role":"service_role","iss":"supabase-demo"}"#, 43),
        ] {
            let found = rules().scan(text.as_bytes());
            assert!(found.is_empty(), "{text}: {:?}", ids(&found));
        }
    }

    #[test]
    fn the_search_sees_every_shape() {
        let unseen: Vec<&str> = rules().unseen().map(|rule| rule.id.as_str()).collect();
        assert_eq!(unseen, Vec::<&str>::new(), "shapes need a row of characters that hold no other sign");
    }

    #[test]
    fn every_key_in_test_mode_knows_the_live_one() {
        for rule in rules().all().filter(|rule| rule.is_test) {
            let live = rule.live.as_deref().unwrap_or_default();
            let known = rules().all().find(|other| other.id == live);
            assert!(known.is_some_and(|live| !live.is_test && live.kind == rule.kind), "{}", rule.id);
        }
    }
}
