//! The rules, from each provider's documentation, as of 2026-11. A format that no provider documents, and that
//! anything else could have, is left out: a false alarm costs more than a miss.

use crate::dns::name::{is_public_host, is_within};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::Class::{Alphanumeric, Base64, Hex, Word, WordDot};
use super::{
    Class, Hit, Kind, MASK, MAX_AUTHORITY, Read, Rule, begins_word, end_of, ends_word, genuine, is_masked,
    is_word, run,
};

/// Every rule.
pub const RULES: &[Rule] = &[
    // Payment.
    secret(
        "stripe-secret-key",
        "Stripe (or Clerk) live secret key",
        "It can charge, refund and read every customer, or sign anybody in.",
        &["sk_live_"],
        Read::Run { class: Alphanumeric, min: 20, max: 250 },
    ),
    secret(
        "stripe-restricted-key",
        "Stripe live restricted key",
        "It can do in the Stripe account whatever it was allowed.",
        &["rk_live_"],
        Read::Run { class: Alphanumeric, min: 20, max: 250 },
    ),
    secret(
        "webhook-signing-secret",
        "Webhook signing secret (Stripe, Svix, Clerk, Resend)",
        "Anybody can forge webhooks, such as \"payment succeeded\".",
        &["whsec_"],
        Read::Run { class: Base64, min: 32, max: 100 },
    ),
    public(
        "stripe-publishable-key",
        "Stripe (or Clerk) publishable key",
        "Made for browsers: it can only create tokens.",
        &["pk_live_", "pk_test_"],
        Read::Run { class: Base64, min: 16, max: 250 },
    ),
    public(
        "stripe-test-key",
        "Stripe (or Clerk) test key",
        "It moves no money, but a test key on a live site means that the live one is not in use.",
        &["sk_test_", "rk_test_"],
        Read::Run { class: Alphanumeric, min: 20, max: 250 },
    ),
    secret(
        "square-secret",
        "Square application secret",
        "It can act for every seller that is connected.",
        &["sq0csp-"],
        Read::Run { class: Word, min: 43, max: 43 },
    ),
    // AI.
    secret(
        "anthropic-key",
        "Anthropic API key",
        "It spends your credit.",
        &["sk-ant-api03-", "sk-ant-admin01-", "sk-ant-oat01-"],
        Read::Run { class: Word, min: 80, max: 140 },
    ),
    secret(
        "openai-key",
        "OpenAI API key",
        "It spends your credit and can read files and conversations kept with the account.",
        &["sk-"],
        Read::With(openai),
    ),
    secret(
        "openrouter-key",
        "OpenRouter API key",
        "It spends your credit.",
        &["sk-or-v1-"],
        Read::Run { class: Hex, min: 64, max: 64 },
    ),
    secret(
        "groq-key",
        "Groq API key",
        "It spends your credit.",
        &["gsk_"],
        Read::Run { class: Alphanumeric, min: 52, max: 52 },
    ),
    secret(
        "xai-key",
        "xAI API key",
        "It spends your credit.",
        &["xai-"],
        Read::Run { class: Word, min: 80, max: 80 },
    ),
    secret(
        "huggingface-token",
        "Hugging Face token",
        "It can read private models and data, and often write.",
        &["hf_"],
        Read::Run { class: Alphanumeric, min: 34, max: 34 },
    ),
    secret(
        "replicate-token",
        "Replicate API token",
        "It spends your credit.",
        &["r8_"],
        Read::Run { class: Word, min: 37, max: 37 },
    ),
    secret(
        "perplexity-key",
        "Perplexity API key",
        "It spends your credit.",
        &["pplx-"],
        Read::Run { class: Alphanumeric, min: 48, max: 48 },
    ),
    secret(
        "pinecone-key",
        "Pinecone API key",
        "It can read and delete your vectors.",
        &["pcsk_"],
        Read::Run { class: Word, min: 60, max: 80 },
    ),
    secret(
        "langfuse-secret-key",
        "Langfuse secret key",
        "It can read every recorded conversation.",
        &["sk-lf-"],
        Read::Run { class: Word, min: 36, max: 36 },
    ),
    // Code and hosting.
    secret(
        "github-token",
        "GitHub token",
        "It can read or change your repositories.",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        Read::Checksummed,
    ),
    // Since 2026-04-27: GitHub, "Generating an installation access token for a GitHub App".
    secret(
        "github-app-token",
        "GitHub App installation token",
        "It can read or change the repositories that the app was given.",
        &["ghs_"],
        Read::With(github_app),
    ),
    secret(
        "github-fine-grained-token",
        "GitHub fine-grained token",
        "It can read or change your repositories.",
        &["github_pat_"],
        Read::Run { class: Word, min: 82, max: 82 },
    ),
    secret(
        "gitlab-token",
        "GitLab personal access token",
        "It can read or change your repositories.",
        &["glpat-"],
        Read::Run { class: WordDot, min: 20, max: 120 },
    ),
    secret(
        "npm-token",
        "npm access token",
        "It can publish packages in your name.",
        &["npm_"],
        Read::Checksummed,
    ),
    secret(
        "pypi-token",
        "PyPI upload token",
        "It can publish packages in your name.",
        &["pypi-AgEIcHlwaS5vcmc"],
        Read::Run { class: Word, min: 50, max: 500 },
    ),
    secret(
        "cloudflare-token",
        "Cloudflare API credential",
        "It can change your DNS, your Workers or your account.",
        &["cfk_", "cfut_", "cfat_"],
        Read::Run { class: Alphanumeric, min: 48, max: 48 },
    ),
    secret(
        "digitalocean-token",
        "DigitalOcean token",
        "It can change or delete your servers.",
        &["dop_v1_", "doo_v1_", "dor_v1_"],
        Read::Run { class: Hex, min: 64, max: 64 },
    ),
    secret(
        "vercel-token",
        "Vercel personal token",
        "It can read and change your projects, their environment variables among them.",
        &["vcp_"],
        Read::Run { class: Word, min: 56, max: 56 },
    ),
    secret(
        "neon-key",
        "Neon API key",
        "It can read, change and delete your databases.",
        &["napi_"],
        Read::Run { class: Alphanumeric, min: 64, max: 64 },
    ),
    secret(
        "vercel-blob-token",
        "Vercel Blob read-write token",
        "It can read, replace and delete your files.",
        &["vercel_blob_rw_"],
        Read::Run { class: Word, min: 40, max: 80 },
    ),
    secret(
        "doppler-token",
        "Doppler token",
        "It can read your other secrets.",
        &["dp.pt.", "dp.st.", "dp.sa."],
        Read::Run { class: WordDot, min: 40, max: 80 },
    ),
    secret(
        "tailscale-key",
        "Tailscale key",
        "It can join your private network.",
        &["tskey-auth-", "tskey-api-", "tskey-client-"],
        Read::Run { class: Word, min: 30, max: 80 },
    ),
    secret(
        "databricks-token",
        "Databricks token",
        "It can read your data.",
        &["dapi"],
        Read::Run { class: Hex, min: 32, max: 32 },
    ),
    secret(
        "aws-access-key",
        "AWS access key with its secret",
        "It can do in the AWS account whatever its user may.",
        &["AKIA"],
        Read::With(aws_pair),
    ),
    public(
        "aws-access-key-id",
        "AWS access key id",
        "Alone it opens nothing; signed links carry it.",
        &["AKIA"],
        Read::With(aws_id),
    ),
    secret(
        "azure-storage-key",
        "Azure storage account key",
        "It can read, replace and delete everything in the account.",
        &["AccountKey="],
        Read::With(azure),
    ),
    secret(
        "google-oauth-secret",
        "Google OAuth client secret",
        "It can stand in for your app when people sign in with Google.",
        &["GOCSPX-"],
        Read::Run { class: Word, min: 28, max: 28 },
    ),
    public(
        "google-api-key",
        "Google API key",
        "Fit for browsers only where it is limited to your site (HTTP referrers) and to the APIs in use; unlimited, others spend your quota, and since Gemini uses the same keys, your money.",
        &["AIza"],
        Read::Run { class: Word, min: 35, max: 35 },
    ),
    secret(
        "gemini-key",
        "Gemini API key",
        "It spends your money.",
        &["AQ.Ab8RN6"],
        Read::Run { class: Word, min: 44, max: 44 },
    ),
    secret(
        "private-key",
        "Private key",
        "Whoever holds it can stand in for its owner.",
        &["-----BEGIN "],
        Read::With(pem),
    ),
    // Data.
    secret(
        "supabase-service-role",
        "Supabase service_role key",
        "It goes past row level security: everything in the database can be read, changed and deleted.",
        &["eyJ"],
        Read::With(service_role),
    ),
    public(
        "supabase-anon-key",
        "Supabase anon key",
        "Made for browsers: row level security decides what it may do, on every table.",
        &["eyJ"],
        Read::With(anon),
    ),
    secret(
        "supabase-secret-key",
        "Supabase secret key",
        "It goes past row level security: everything in the database can be read, changed and deleted.",
        &["sb_secret_"],
        Read::Run { class: Word, min: 20, max: 80 },
    ),
    public(
        "supabase-publishable-key",
        "Supabase publishable key",
        "Made for browsers: row level security decides what it may do.",
        &["sb_publishable_"],
        Read::Run { class: Word, min: 20, max: 80 },
    ),
    secret(
        "database-url",
        "Database address with its password",
        "Whoever reaches the server can read and delete the data.",
        &["://"],
        Read::With(database),
    ),
    secret(
        "planetscale-secret",
        "PlanetScale password or token",
        "It opens the database.",
        &["pscale_pw_", "pscale_tkn_", "pscale_oauth_"],
        Read::Run { class: WordDot, min: 32, max: 64 },
    ),
    secret(
        "airtable-token",
        "Airtable personal access token",
        "It can read and change your bases.",
        &["pat"],
        Read::With(airtable),
    ),
    secret(
        "notion-token",
        "Notion integration token",
        "It can read and change the shared pages.",
        &["ntn_"],
        Read::Run { class: Alphanumeric, min: 40, max: 60 },
    ),
    secret(
        "linear-key",
        "Linear API key",
        "It can read and change your issues.",
        &["lin_api_"],
        Read::Run { class: Alphanumeric, min: 40, max: 40 },
    ),
    secret(
        "contentful-management-token",
        "Contentful management token",
        "It can change your content.",
        &["CFPAT-"],
        Read::Run { class: Word, min: 43, max: 43 },
    ),
    secret(
        "shopify-token",
        "Shopify access token or secret",
        "It can read customers and orders.",
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        Read::Run { class: Hex, min: 32, max: 32 },
    ),
    // Mail and messages.
    secret(
        "sendgrid-key",
        "SendGrid API key",
        "It can send mail in your name.",
        &["SG."],
        Read::With(sendgrid),
    ),
    secret("resend-key", "Resend API key", "It can send mail in your name.", &["re_"], Read::With(resend)),
    secret(
        "mailgun-key",
        "Mailgun API key",
        "It can send mail in your name and read what was sent.",
        &["key-"],
        Read::With(mailgun),
    ),
    secret(
        "brevo-key",
        "Brevo API key",
        "It can send mail in your name and read your contacts.",
        &["xkeysib-"],
        Read::Run { class: Word, min: 81, max: 81 },
    ),
    secret(
        "twilio-auth-token",
        "Twilio account with its auth token",
        "It can send messages and calls on your bill.",
        &["AC"],
        Read::With(twilio),
    ),
    secret(
        "slack-token",
        "Slack token",
        "It can read or write in your workspace.",
        &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-1-"],
        Read::With(slack),
    ),
    secret(
        "slack-webhook",
        "Slack incoming webhook",
        "Anybody can post into your channel.",
        &["hooks.slack.com/services/T"],
        Read::With(slack_webhook),
    ),
    secret(
        "discord-webhook",
        "Discord webhook",
        "Anybody can post into your channel.",
        &["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
        Read::With(discord_webhook),
    ),
    secret(
        "discord-bot-token",
        "Discord bot token",
        "It can act as your bot on every server it is on.",
        &["M", "N", "O"],
        Read::With(discord_bot),
    ),
    secret(
        "telegram-bot-token",
        "Telegram bot token",
        "It can read and send as your bot.",
        &[":AA"],
        Read::With(telegram),
    ),
    // Watching and maps.
    secret(
        "sentry-token",
        "Sentry auth token",
        "It can read errors and change releases.",
        &["sntrys_", "sntryu_"],
        Read::Run { class: Base64, min: 60, max: 500 },
    ),
    public(
        "sentry-dsn",
        "Sentry DSN",
        "Made for browsers: it can only send errors.",
        &["@o"],
        Read::With(sentry_dsn),
    ),
    secret(
        "posthog-personal-key",
        "PostHog personal API key",
        "It can read all of your analytics.",
        &["phx_"],
        Read::Run { class: Word, min: 40, max: 60 },
    ),
    public(
        "posthog-project-key",
        "PostHog project key",
        "Made for browsers: it can only send events.",
        &["phc_"],
        Read::Run { class: Alphanumeric, min: 40, max: 60 },
    ),
    secret(
        "new-relic-key",
        "New Relic user key",
        "It can read and change your account.",
        &["NRAK-"],
        Read::Run { class: Alphanumeric, min: 27, max: 27 },
    ),
    secret(
        "mapbox-secret-token",
        "Mapbox secret token",
        "It can change your account.",
        &["sk.eyJ"],
        Read::Run { class: WordDot, min: 60, max: 300 },
    ),
    public(
        "mapbox-public-token",
        "Mapbox public token",
        "Made for browsers; limit it to your site's URLs.",
        &["pk.eyJ"],
        Read::Run { class: WordDot, min: 60, max: 300 },
    ),
];

const fn secret(
    id: &'static str,
    name: &'static str,
    note: &'static str,
    anchors: &'static [&'static str],
    read: Read,
) -> Rule {
    Rule { id, name, kind: Kind::Secret, note, anchors, read }
}

const fn public(
    id: &'static str,
    name: &'static str,
    note: &'static str,
    anchors: &'static [&'static str],
    read: Read,
) -> Rule {
    Rule { id, name, kind: Kind::Public, note, anchors, read }
}

/// All keys of OpenAI hold "OpenAI" in base64 in their middle.
fn openai(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Word, 40..=250)?;
    let body = &text[hit.secret_start..hit.secret_end];
    let marked = body.windows(OPENAI.len()).any(|window| window == OPENAI);
    (is_masked(body) || marked && genuine(body)).then_some(hit)
}

const OPENAI: &[u8] = b"T3BlbkFJ";

/// The app's number, an underscore and a JSON Web Token of three parts: about 520 characters.
fn github_app(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, WordDot, 80..=1_000)?;
    let body = &text[hit.secret_start..hit.secret_end];
    if is_masked(body) {
        return Some(hit);
    }
    let number = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let token = body.get(number..)?.strip_prefix(b"_")?;
    let parts = token.split(|byte| *byte == b'.').filter(|part| !part.is_empty()).count();
    (number > 0 && token.starts_with(b"eyJ") && parts == 3).then_some(hit)
}

/// An access key id, and within the next few words the forty characters that belong to it.
fn aws_pair(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let id = aws_id(text, at, anchor)?;
    let (start, end) = near(text, id.end, Base64, 40, |body| {
        let mixed = body.iter().any(u8::is_ascii_uppercase)
            && body.iter().any(u8::is_ascii_lowercase)
            && body.iter().any(u8::is_ascii_digit);
        is_masked(body) || mixed && genuine(body)
    })?;
    Some(Hit { start: id.start, end, secret_start: start, secret_end: end })
}

fn aws_id(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Alphanumeric, 16..=16)?;
    let body = &text[hit.secret_start..hit.secret_end];
    let base32 = body.iter().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(byte));
    (base32 && !body.ends_with(b"EXAMPLE") && genuine(body)).then_some(hit)
}

/// The first run of exactly `length` characters of `class` in the next few words that `fits`.
fn near(
    text: &[u8],
    from: usize,
    class: Class,
    length: usize,
    fits: impl Fn(&[u8]) -> bool,
) -> Option<(usize, usize)> {
    let mut at = from;
    let limit = text.len().min(from + NEAR);
    while at < limit {
        let end = end_of(text, at, class, NEAR);
        if end - at == length && begins_word(text, at) && ends_word(text, end) && fits(&text[at..end]) {
            return Some((at, end));
        }
        at = end + 1;
    }
    None
}

/// How far the second half of a pair may be from the first.
const NEAR: usize = 200;

fn azure(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let start = at + anchor;
    let end = end_of(text, start, Base64, 90);
    let body = &text[start..end];
    let fits = body.len() == 88
        && ends_word(text, end)
        && (is_masked(body) || body.ends_with(b"==") && genuine(&body[..86]));
    fits.then_some(Hit { start: at, end, secret_start: start, secret_end: end })
}

/// A PEM block of a private key (RFC 7468) with a body; libraries ship the first line without one.
fn pem(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let label_end = end_of_label(text, at + anchor)?;
    let label = &text[at + anchor..label_end];
    if !(label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK")) {
        return None;
    }
    let start = label_end + DASHES.len();
    let rest = text.get(start..text.len().min(start + MAX_PEM))?;
    // A line end may stand there as such, or escaped in a string.
    let in_body = |byte: &u8| Base64.holds(*byte) && *byte != b'-' || b"\r\n\t \\~".contains(byte);
    let length = rest.iter().take_while(|byte| in_body(byte)).count();
    let body = &rest[..length];
    let letters: Vec<u8> = body.iter().copied().filter(|byte| Base64.holds(*byte)).collect();
    let fits =
        is_masked(body) && body.len() >= MIN_PEM || letters.len() >= MIN_PEM && genuine_block(&letters);
    let end = start + length;
    fits.then_some(Hit { start: at, end, secret_start: start, secret_end: end })
}

/// Long bodies repeat letters by chance (a zero integer is a row of A), so only their spread is looked at.
fn genuine_block(letters: &[u8]) -> bool {
    super::entropy(letters) >= 4.0 && !letters.contains(&MASK)
}

fn end_of_label(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..text.len().min(start + 40))?;
    Some(start + rest.windows(DASHES.len()).position(|window| window == DASHES)?)
}

const DASHES: &[u8] = b"-----";
const MIN_PEM: usize = 64;
const MAX_PEM: usize = 16 * 1024;

fn service_role(text: &[u8], at: usize, _: usize) -> Option<Hit> {
    jwt(text, at, "service_role")
}

fn anon(text: &[u8], at: usize, _: usize) -> Option<Hit> {
    jwt(text, at, "anon")
}

/// A JSON Web Token (RFC 7519) that Supabase issued, with that role. Only the signature is secret: without it the token
/// opens nothing, and the role stays readable.
fn jwt(text: &[u8], at: usize, role: &str) -> Option<Hit> {
    if !begins_word(text, at) || at > 0 && text[at - 1] == b'.' {
        return None;
    }
    let header = end_of(text, at, Word, 200);
    if text.get(header) != Some(&b'.') {
        return None;
    }
    let payload = end_of(text, header + 1, Word, 1000);
    if text.get(payload) != Some(&b'.') {
        return None;
    }
    let signature = end_of(text, payload + 1, Word, 200);
    let decoded = URL_SAFE_NO_PAD.decode(&text[header + 1..payload]).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&decoded).ok()?;
    let claim = |name: &str| claims.get(name).and_then(serde_json::Value::as_str);
    // "supabase-demo" is what every local installation uses.
    let fits = claim("role") == Some(role) && claim("iss") == Some("supabase");
    let secret = &text[payload + 1..signature];
    let signed =
        secret.len() >= 40 && ends_word(text, signature) && (is_masked(secret) || !secret.contains(&MASK));
    (fits && signed).then_some(Hit {
        start: at,
        end: signature,
        secret_start: payload + 1,
        secret_end: signature,
    })
}

/// `scheme://user:password@host` for a server on the internet, with a password that nobody wrote into a manual.
fn database(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let before = &text[at.saturating_sub(16)..at];
    let scheme = SCHEMES.iter().find(|scheme| {
        before
            .strip_suffix(scheme.as_bytes())
            .is_some_and(|rest| rest.last().is_none_or(|b| !is_word(*b) && *b != b'+'))
    })?;
    let rest = text.get(at + anchor..text.len().min(at + anchor + MAX_AUTHORITY))?;
    let authority = super::authority(rest);
    let sign = authority.iter().rposition(|byte| *byte == b'@')?;
    let colon = authority[..sign].iter().position(|byte| *byte == b':')?;
    let (password, host) = (&authority[colon + 1..sign], &authority[sign + 1..]);
    let host: &[u8] = host.split(|byte| *byte == b':').next().unwrap_or_default();
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let host = host.split(',').next().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host);
    let public_host = is_public_host(host) && !is_within(host, "example.com") && !host.starts_with("your");
    let lower = String::from_utf8_lossy(password).to_ascii_lowercase();
    let real = is_masked(password)
        || password.len() >= 6
            && password.iter().all(|byte| byte.is_ascii_graphic() && !b"${}[]()*~".contains(byte))
            && !PASSWORDS.contains(&lower.as_str())
            && !["password", "your", "example", "xxxx"].iter().any(|word| lower.contains(word));
    let (secret_start, secret_end) = (at + anchor + colon + 1, at + anchor + sign);
    (public_host && real).then_some(Hit {
        start: at - scheme.len(),
        end: at + anchor + authority.len(),
        secret_start,
        secret_end,
    })
}

const SCHEMES: &[&str] = &[
    "amqp",
    "amqps",
    "libsql",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "mysql",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
];
/// What manuals write where a password belongs.
const PASSWORDS: &[&str] = &["changeme", "passwd", "postgres", "secret", "username", "123456", "qwerty"];

fn airtable(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    parts(text, at, anchor, &[(Alphanumeric, 14..=14), (Hex, 64..=64)], b'.', 1)
}

fn sendgrid(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    parts(text, at, anchor, &[(Word, 22..=22), (Word, 43..=43)], b'.', 1)
}

fn resend(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    parts(text, at, anchor, &[(Alphanumeric, 8..=8), (Alphanumeric, 24..=24)], b'_', 1)
}

fn slack_webhook(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let three = [(Alphanumeric, 8..=14), (Alphanumeric, 8..=14), (Alphanumeric, 20..=28)];
    let before = at.checked_sub(1).and_then(|at| text.get(at));
    (before == Some(&b'/')).then(|| parts_anywhere(text, at, anchor, &three, b'/', 2)).flatten()
}

fn discord_webhook(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let two = [(Alphanumeric, 17..=20), (Word, 60..=80)];
    let id = text.get(at + anchor..at + anchor + 17)?;
    id.iter().all(u8::is_ascii_digit).then(|| parts_anywhere(text, at, anchor, &two, b'/', 1)).flatten()
}

type Part = (Class, std::ops::RangeInclusive<usize>);

/// Runs with a separator between them, nothing word-like before the anchor; the secret is part `from` and those behind.
fn parts(text: &[u8], at: usize, anchor: usize, parts: &[Part], separator: u8, from: usize) -> Option<Hit> {
    if !begins_word(text, at) {
        return None;
    }
    parts_anywhere(text, at, anchor, parts, separator, from)
}

fn parts_anywhere(
    text: &[u8],
    at: usize,
    anchor: usize,
    parts: &[Part],
    separator: u8,
    from: usize,
) -> Option<Hit> {
    let mut position = at + anchor;
    let mut secret_start = position;
    for (n, (class, length)) in parts.iter().enumerate() {
        if n > 0 {
            if text.get(position) != Some(&separator) {
                return None;
            }
            position += 1;
        }
        if n == from {
            secret_start = position;
        }
        let end = end_of(text, position, *class, length.end() + 1);
        if !length.contains(&(end - position)) {
            return None;
        }
        position = end;
    }
    (ends_word(text, position) && genuine(&text[secret_start..position])).then_some(Hit {
        start: at,
        end: position,
        secret_start,
        secret_end: position,
    })
}

/// `key-` and a hash is also how programs name list items: only beside the provider's name.
fn mailgun(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Hex, 32..=32)?;
    let around = &text[at.saturating_sub(NEAR)..text.len().min(hit.end + NEAR)];
    (mentions(around, b"mailgun") && genuine(&text[hit.secret_start..hit.secret_end])).then_some(hit)
}

fn mentions(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// The account id is no secret; the thirty-two digits that are called its auth token are.
fn twilio(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let id = run(text, at, anchor, Hex, 32..=32)?;
    let (start, end) = near(text, id.end, Hex, 32, genuine)?;
    let named = mentions(&text[id.end..start], b"auth");
    named.then_some(Hit { start: id.start, end, secret_start: start, secret_end: end })
}

/// Numbers of workspace and user, then the secret; all of it masked.
fn slack(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Word, 30..=260)?;
    let body = &text[hit.secret_start..hit.secret_end];
    let numbered = body
        .split(|byte| *byte == b'-')
        .filter(|part| part.len() >= 9)
        .take(3)
        .any(|part| part.iter().all(u8::is_ascii_digit));
    (is_masked(body) || numbered && !body.contains(&MASK) && super::entropy(body) >= 3.0).then_some(hit)
}

/// The first part is the bot's number in base64.
fn discord_bot(text: &[u8], at: usize, _: usize) -> Option<Hit> {
    let hit = parts(text, at, 0, &[(Word, 23..=28), (Word, 6..=6), (Word, 27..=40)], b'.', 2)?;
    let first = text[at..hit.end].split(|byte| *byte == b'.').next()?;
    let number = STANDARD_NO_PAD.decode(first).ok()?;
    (number.len() >= 17 && number.iter().all(u8::is_ascii_digit)).then_some(hit)
}

fn telegram(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let digits =
        text[at.saturating_sub(11)..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let start = at - digits;
    // The method URLs of the API write "bot" before the number.
    let before = &text[start.saturating_sub(4)..start];
    let bounded = before.ends_with(b"/bot") || begins_word(text, start);
    let end = end_of(text, at + anchor, Word, 34);
    let body = &text[at + anchor..end];
    let fits =
        (8..=10).contains(&digits) && bounded && body.len() == 33 && ends_word(text, end) && genuine(body);
    fits.then_some(Hit { start, end, secret_start: at + anchor, secret_end: end })
}

/// `https://<key>@o<number>.ingest.sentry.io/<project>`.
fn sentry_dsn(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let key = text.get(at.checked_sub(32)?..at)?;
    let start = at - 32 - b"https://".len().min(at - 32);
    let host = end_of(text, at + anchor, WordDot, 60);
    let named = [&b".sentry.io"[..], b".ingest.us.sentry.io", b".ingest.de.sentry.io"]
        .iter()
        .any(|name| text[at..host].ends_with(name));
    let fits = key.iter().all(|byte| Hex.holds(*byte)) && text[start..at - 32] == *b"https://" && named;
    fits.then_some(Hit { start, end: host, secret_start: at - 32, secret_end: at })
}
