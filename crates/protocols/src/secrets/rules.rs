//! The rules, from each provider's documentation, as of 2026-11. A format that no provider documents, and that
//! anything else could have, is left out: a false alarm costs more than a miss.

use crate::dns::name::{is_public_host, is_within};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::Class::{Alphanumeric, Base64, Hex, Word, WordDot};
use super::{
    Class, Hit, Kind, MASK, MAX_AUTHORITY, Read, Rule, begins_word, end_of, ends_word, genuine,
    is_abbreviated, is_masked, is_word, names_file, run,
};

/// Every rule.
pub const RULES: &[Rule] = &[
    // Payment.
    secret(
        "stripe-secret-key",
        "Stripe (or Clerk) live secret key",
        "It can charge, refund and read every customer, or sign anybody in.",
        &["sk_live_", "sk_org_live_"],
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
        &["pk_live_"],
        Read::Run { class: Base64, min: 16, max: 250 },
    ),
    public(
        "clerk-development-key",
        "Clerk development key",
        "Made for browsers, but for a development instance: sign-ups are limited. Production has a key of its own.",
        &["pk_test_"],
        Read::With(clerk_development),
    ),
    in_test_mode(public(
        "stripe-test-publishable-key",
        "Stripe (or Paystack) publishable key in test mode",
        "Made for browsers, but it takes no money: the live key begins with pk_live_.",
        &["pk_test_"],
        Read::Run { class: Alphanumeric, min: 16, max: 250 },
    )),
    in_test_mode(secret(
        "stripe-test-key",
        "Stripe (or Clerk) test key",
        "It is a server's key, so the live one would stand here next; it reads every test customer already.",
        &["sk_test_", "rk_test_", "sk_org_test_"],
        Read::Run { class: Alphanumeric, min: 20, max: 250 },
    )),
    in_test_mode(public(
        "razorpay-test-key",
        "Razorpay key in test mode",
        "Made for browsers, but it takes no money: the live key begins with rzp_live_.",
        &["rzp_test_"],
        Read::Run { class: Alphanumeric, min: 14, max: 14 },
    )),
    in_test_mode(public(
        "square-sandbox-id",
        "Square application in the sandbox",
        "Made for browsers, but it takes no money: the live one begins with sq0idp-.",
        &["sandbox-sq0idb-"],
        Read::Run { class: Word, min: 22, max: 22 },
    )),
    in_test_mode(public(
        "flutterwave-test-key",
        "Flutterwave public key in test mode",
        "Made for browsers, but it takes no money: the live key begins with FLWPUBK-.",
        &["FLWPUBK_TEST-"],
        Read::Run { class: Alphanumeric, min: 30, max: 40 },
    )),
    secret(
        "square-secret",
        "Square application secret",
        "It can act for every seller that is connected.",
        &["sq0csp-"],
        Read::Run { class: Word, min: 43, max: 43 },
    ),
    secret(
        "square-access-token",
        "Square access token",
        "It can charge and read customers of the seller.",
        &["EAAA"],
        Read::Run { class: Word, min: 60, max: 60 },
    ),
    secret(
        "square-access-token",
        "Square access token",
        "It can charge and read customers of the seller.",
        &["sq0atp-"],
        Read::Run { class: Word, min: 22, max: 22 },
    ),
    // AI.
    secret(
        "anthropic-key",
        "Anthropic API key",
        "It spends your credit.",
        &[
            "sk-ant-api01-",
            "sk-ant-api02-",
            "sk-ant-api03-",
            "sk-ant-admin01-",
            "sk-ant-oat01-",
            "sk-ant-ort01-",
            "sk-ant-sid01-",
        ],
        Read::Run { class: Word, min: 80, max: 160 },
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
        &["hf_", "api_org_"],
        Read::Run { class: Alphanumeric, min: 34, max: 40 },
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
        Read::Run { class: Alphanumeric, min: 48, max: 56 },
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
        "GitLab token",
        "It can read or change your repositories.",
        &[
            "glpat-", "gldt-", "glrt-", "glrtr-", "glptt-", "glcbt-", "glsoat-", "glimt-", "glagent-",
            "glft-", "gloas-", "glffct-",
        ],
        Read::Run { class: WordDot, min: 20, max: 300 },
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
        &["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"],
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
        "cloudflare-token",
        "Cloudflare Origin CA key",
        "It can issue and revoke certificates for your zones.",
        &["v1.0-"],
        Read::With(cloudflare_origin),
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
        "vercel-token",
        "Vercel token",
        "It can deploy and read settings in your account, or spend your AI credit.",
        &["vcp_", "vci_", "vca_", "vcr_", "vck_"],
        Read::Run { class: Alphanumeric, min: 40, max: 100 },
    ),
    secret(
        "doppler-token",
        "Doppler token",
        "It can read your other secrets.",
        &["dp.pt.", "dp.st.", "dp.sa.", "dp.ct.", "dp.scim.", "dp.audit."],
        Read::Run { class: WordDot, min: 40, max: 80 },
    ),
    secret(
        "tailscale-key",
        "Tailscale key",
        "It can join your private network.",
        &["tskey-auth-", "tskey-api-", "tskey-client-", "tskey-scim-", "tskey-webhook-", "tskey-"],
        Read::Run { class: Word, min: 20, max: 80 },
    ),
    secret(
        "databricks-token",
        "Databricks token",
        "It can read your data.",
        &["dapi", "dose"],
        Read::With(databricks),
    ),
    secret(
        "aws-access-key",
        "AWS access key with its secret",
        "It can do in the AWS account whatever its user may.",
        &["AKIA", "ASIA"],
        Read::With(aws_pair),
    ),
    public(
        "aws-access-key-id",
        "AWS access key id",
        "Alone it opens nothing; signed links carry it.",
        &["AKIA", "ASIA"],
        Read::With(aws_id),
    ),
    secret(
        "aws-bedrock-key",
        "Amazon Bedrock API key",
        "It spends your credit.",
        &["ABSKQmVkcm9ja0FQSUtleS"],
        Read::Run { class: Base64, min: 90, max: 300 },
    ),
    secret(
        "azure-storage-key",
        "Azure storage account key",
        "It can read, replace and delete everything in the account.",
        &["AccountKey="],
        Read::With(azure),
    ),
    secret(
        "azure-shared-key",
        "Azure Service Bus or Event Hubs key",
        "It can read and send messages of your app.",
        &["SharedAccessKey="],
        Read::With(azure_shared),
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
    secret(
        "private-key",
        "Private key, in base64",
        "Whoever holds it can stand in for its owner.",
        &["LS0tLS1CRUdJTi"],
        Read::With(encoded_pem),
    ),
    secret(
        "google-service-account",
        "Google service account, in base64",
        "It holds a private key: whoever has it acts as the account.",
        &["eyJ0eXBlIjoi", "eyJ0eXBlIjog", "ewogICJ0eXBlIjog", "ewogICAgInR5cGUiOi"],
        Read::With(service_account),
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
    secret(
        "supabase-access-token",
        "Supabase access token",
        "It can change or delete your projects.",
        &["sbp_oauth_", "sbp_v0_", "sbp_"],
        Read::Run { class: Hex, min: 40, max: 40 },
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
        "database-url",
        "Database address with its token",
        "Whoever has it can read and delete the data.",
        &["prisma://", "prisma+postgres://", "libsql://"],
        Read::With(database_token),
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
        "notion-token",
        "Notion integration token",
        "It can read and change the shared pages.",
        &["secret_"],
        Read::Run { class: Alphanumeric, min: 43, max: 43 },
    ),
    secret(
        "linear-key",
        "Linear API key",
        "It can read and change your issues.",
        &["lin_api_", "lin_oauth_", "lin_wh_"],
        Read::Run { class: Alphanumeric, min: 40, max: 64 },
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
        &["shpat_", "shpca_", "shppa_", "shpss_", "shpua_"],
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
        "mailgun-key",
        "Mailgun API key",
        "It can send mail in your name and read what was sent.",
        &["-"],
        Read::With(mailgun_triple),
    ),
    secret(
        "mailchimp-key",
        "Mailchimp API key",
        "It can read your contacts and send mail in your name.",
        &["-us"],
        Read::With(mailchimp),
    ),
    secret(
        "brevo-key",
        "Brevo API key",
        "It can send mail in your name and read your contacts.",
        &["xkeysib-", "xsmtpsib-"],
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
        &[
            "xoxb-",
            "xoxp-",
            "xoxa-",
            "xoxr-",
            "xoxs-",
            "xoxc-",
            "xoxe-",
            "xoxe.xoxp-",
            "xoxe.xoxb-",
            "xapp-1-",
        ],
        Read::With(slack),
    ),
    secret(
        "slack-webhook",
        "Slack incoming webhook",
        "Anybody can post into your channel.",
        &["hooks.slack.com/services/T", "hooks.slack.com/workflows/T", "hooks.slack.com/triggers/T"],
        Read::With(slack_webhook),
    ),
    secret(
        "discord-webhook",
        "Discord webhook",
        "Anybody can post into your channel.",
        &[
            "discord.com/api/webhooks/",
            "discordapp.com/api/webhooks/",
            "discord.com/api/v10/webhooks/",
            "discord.com/api/v9/webhooks/",
        ],
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
        &["sntrys_", "sntryu_", "sntryi_", "sntrya_"],
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
        &["phx_", "phs_"],
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
        "new-relic-key",
        "New Relic insert key",
        "It can send data at your cost.",
        &["NRII-"],
        Read::Run { class: Word, min: 32, max: 32 },
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
    Rule { id, name, kind: Kind::Secret, note, anchors, read, is_test: false }
}

const fn public(
    id: &'static str,
    name: &'static str,
    note: &'static str,
    anchors: &'static [&'static str],
    read: Read,
) -> Rule {
    Rule { id, name, kind: Kind::Public, note, anchors, read, is_test: false }
}

/// The same for an account that moves no money.
const fn in_test_mode(rule: Rule) -> Rule {
    Rule { is_test: true, ..rule }
}

/// Clerk's publishable keys hold the address of its API in base64; that of a development instance lies below `accounts.dev`.
fn clerk_development(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Base64, 16..=250)?;
    let body = hit.secret(text);
    let address = STANDARD_NO_PAD.decode(body.trim_ascii_end().strip_suffix(b"=").unwrap_or(&body)).ok()?;
    address.ends_with(b".accounts.dev$").then_some(hit)
}

/// All keys of OpenAI hold "OpenAI" in base64 in their middle.
fn openai(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Word, 40..=250)?;
    let body = hit.secret(text);
    let marked = body.windows(OPENAI.len()).any(|window| window == OPENAI);
    (is_masked(&body) || marked && genuine(&body)).then_some(hit)
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

/// Thirty-two digits, and for some tokens a hyphen and one digit more. `dose` begins the secrets of OAuth clients.
fn databricks(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let with_suffix = text.get(at + anchor + 32) == Some(&b'-');
    if !with_suffix {
        let hit = run(text, at, anchor, Hex, 32..=32)?;
        return genuine(&hit.secret(text)).then_some(hit);
    }
    let hit = run(text, at, anchor, Word, 34..=34)?;
    let body = hit.secret(text);
    let suffix = body.last().is_some_and(|byte| byte.is_ascii_digit() || *byte == MASK);
    let digits = &body[..32];
    let fits = is_masked(digits) || digits.iter().all(|byte| Hex.holds(*byte)) && genuine(digits);
    (fits && suffix).then_some(Hit { secret_end: hit.secret_start + 32, ..hit })
}

/// Twenty-four digits, a hyphen, and some 146 more.
fn cloudflare_origin(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    parts(text, at, anchor, &[(Hex, 24..=24), (Hex, 140..=150)], b'-', 1)
}

/// An access key id, and within a few words before or behind it the forty characters that belong to it.
fn aws_pair(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let id = aws_id(text, at, anchor)?;
    let fits = |body: &[u8]| {
        let mixed = body.iter().any(u8::is_ascii_uppercase)
            && body.iter().any(u8::is_ascii_lowercase)
            && body.iter().any(u8::is_ascii_digit);
        is_masked(body) || mixed && genuine(body)
    };
    let (start, end) = near(text, id.end, Base64, 40, fits).or_else(|| before(text, at, Base64, 40, fits))?;
    Some(Hit::whole(id.start.min(start), id.end.max(end), start, end))
}

fn aws_id(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Alphanumeric, 16..=16)?;
    let body = &*hit.secret(text);
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

/// The same in the words before `to`, the nearest first.
fn before(
    text: &[u8],
    to: usize,
    class: Class,
    length: usize,
    fits: impl Fn(&[u8]) -> bool,
) -> Option<(usize, usize)> {
    let mut at = to.saturating_sub(NEAR);
    let mut found = None;
    while at < to {
        let end = end_of(text, at, class, NEAR);
        if end - at == length
            && end <= to
            && begins_word(text, at)
            && ends_word(text, end)
            && fits(&text[at..end])
        {
            found = Some((at, end));
        }
        at = end + 1;
    }
    found
}

/// How far the second half of a pair may be from the first.
const NEAR: usize = 200;

fn azure(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    padded(text, at, anchor, 86, 88)
}

fn azure_shared(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    padded(text, at, anchor, 43, 44)
}

/// So many characters of base64, and the padding that follows from that.
fn padded(text: &[u8], at: usize, anchor: usize, letters: usize, length: usize) -> Option<Hit> {
    let start = at + anchor;
    let end = end_of(text, start, Base64, length + 1);
    let body = &text[start..end];
    let is_padded = || body[letters..].iter().all(|byte| *byte == b'=') && genuine(&body[..letters]);
    let fits = body.len() == length && ends_word(text, end) && (is_masked(body) || is_padded());
    fits.then_some(Hit::whole(at, end, start, end))
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
    // A line end may stand there as such, or escaped in a string, and each line in a string of its own.
    let in_body = |byte: &u8| Base64.holds(*byte) && *byte != b'-' || b"\r\n\t \\~\"',`".contains(byte);
    let length = rest.iter().take_while(|byte| in_body(byte)).count();
    // What closes the last string is no part of it.
    let last = rest[..length].iter().rposition(|byte| Base64.holds(*byte) || *byte == MASK)?;
    let length = last + 1;
    let body = &rest[..length];
    // Words in strings have no lines.
    let is_line = body.split(|byte| !Base64.holds(*byte)).any(|line| line.len() >= MIN_LINE);
    let letters: Vec<u8> = body.iter().copied().filter(|byte| Base64.holds(*byte)).collect();
    let fits = is_masked(body) && body.len() >= MIN_PEM
        || is_line && letters.len() >= MIN_PEM && genuine_block(&letters);
    let end = start + length;
    fits.then_some(Hit::whole(at, end, start, end))
}

/// A PEM block as one run of base64, as settings hold it that may have no line ends. Its label stays readable.
fn encoded_pem(text: &[u8], at: usize, _: usize) -> Option<Hit> {
    encoded(text, at, b"PRIVATE KEY")
}

/// A service account's JSON as one run of base64: it begins with its type.
fn service_account(text: &[u8], at: usize, _: usize) -> Option<Hit> {
    encoded(text, at, b"service_account")
}

/// A run of base64 that begins at `at`, in whose first octets `mark` stands; what follows the mark is secret.
fn encoded(text: &[u8], at: usize, mark: &[u8]) -> Option<Hit> {
    if !begins_word(text, at) {
        return None;
    }
    let end = end_of(text, at, Base64, MAX_PEM);
    let beginning = text.get(at..end.min(at + ENCODED_LABEL))?;
    let beginning = beginning.split(|byte| *byte == MASK).next()?;
    let whole = &beginning[..beginning.len() / 4 * 4];
    let decoded = STANDARD_NO_PAD.decode(whole).or_else(|_| URL_SAFE_NO_PAD.decode(whole)).ok()?;
    let behind = decoded.windows(mark.len()).position(|window| window == mark)? + mark.len();
    // Three octets are four characters.
    let start = at + behind.div_ceil(3) * 4;
    let body = text.get(start..end)?;
    let fits = body.len() >= MIN_PEM
        && (is_masked(body) || !body.contains(&MASK) && super::entropy(body) >= 4.0)
        && ends_word(text, end);
    fits.then_some(Hit::whole(at, end, start, end))
}

/// Characters of base64 in which a label is looked for.
const ENCODED_LABEL: usize = 64;
/// Characters of one line of a block, at least; PEM has 64 (RFC 7468 section 2).
const MIN_LINE: usize = 40;

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
    jwt(text, at, &["service_role", "supabase_admin"])
}

fn anon(text: &[u8], at: usize, _: usize) -> Option<Hit> {
    jwt(text, at, &["anon"])
}

/// A JSON Web Token (RFC 7519) with one of these roles, whoever issued it: who hosts it himself has an issuer of his own. Only the
/// signature is secret: without it the token opens nothing, and the role stays readable.
fn jwt(text: &[u8], at: usize, roles: &[&str]) -> Option<Hit> {
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
    let fits =
        claim("role").is_some_and(|role| roles.contains(&role)) && claim("iss") != Some("supabase-demo");
    let secret = &text[payload + 1..signature];
    let signed =
        secret.len() >= 40 && ends_word(text, signature) && (is_masked(secret) || !secret.contains(&MASK));
    (fits && signed).then_some(Hit::whole(at, signature, payload + 1, signature))
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
fn database_token(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    if !begins_word(text, at) {
        return None;
    }
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
    let end = end_of(text, start, WordDot, MAX_TOKEN);
    let body = &text[start..end];
    let fits = body.len() >= MIN_TOKEN && ends_word(text, end) && !is_abbreviated(text, end) && genuine(body);
    fits.then_some(Hit::whole(at, end, start, end))
}

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
    let fits = ends_word(text, position)
        && !is_abbreviated(text, position)
        && !names_file(text, secret_start, position)
        && genuine(&text[secret_start..position]);
    fits.then_some(Hit::whole(at, position, secret_start, position))
}

/// `key-` and a hash is also how programs name list items: only beside the provider's name.
fn mailgun(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Hex, 32..=32)?;
    let around = &text[at.saturating_sub(NEAR)..text.len().min(hit.end + NEAR)];
    (mentions(around, b"mailgun") && genuine(&hit.secret(text))).then_some(hit)
}

/// Thirty-two, eight and eight digits with hyphens between them, which nothing else has; `at` is the first hyphen.
fn mailgun_triple(text: &[u8], at: usize, _: usize) -> Option<Hit> {
    let tail = text.get(at + 1..at + 18)?;
    let digits = |part: &[u8]| part.iter().all(|byte| Hex.holds(*byte)) || is_masked(part);
    if tail[8] != b'-' || !digits(&tail[..8]) || !digits(&tail[9..]) || !ends_word(text, at + 18) {
        return None;
    }
    let (start, body) = hex_before(text, at)?;
    genuine(body).then_some(Hit::whole(start, at + 18, start, at))
}

/// Thirty-two digits, and behind a hyphen the data centre.
fn mailchimp(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let (start, body) = hex_before(text, at)?;
    let rest = &text[at + anchor..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = at + anchor + digits;
    ((1..=2).contains(&digits) && ends_word(text, end) && genuine(body))
        .then_some(Hit::whole(start, end, start, at))
}

/// The thirty-two hexadecimal digits that end at `end`, with nothing word-like before them.
fn hex_before(text: &[u8], end: usize) -> Option<(usize, &[u8])> {
    let start = end.checked_sub(32)?;
    let body = text.get(start..end)?;
    let fits = body.iter().all(|byte| Hex.holds(*byte)) || is_masked(body);
    (fits && begins_word(text, start)).then_some((start, body))
}

fn mentions(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// The account id is no secret; the thirty-two digits before or behind it that are called its auth token are.
fn twilio(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let id = run(text, at, anchor, Hex, 32..=32)?;
    let behind =
        near(text, id.end, Hex, 32, genuine).filter(|(start, _)| mentions(&text[id.end..*start], b"auth"));
    let (start, end) = behind.or_else(|| {
        before(text, at, Hex, 32, genuine)
            .filter(|(start, _)| mentions(&text[start.saturating_sub(NEAR / 4)..*start], b"auth"))
    })?;
    Some(Hit::whole(id.start.min(start), id.end.max(end), start, end))
}

/// Numbers of workspace and user, then the secret; all of it masked.
fn slack(text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    let hit = run(text, at, anchor, Word, 30..=260)?;
    let body = &*hit.secret(text);
    let is_example = super::EXAMPLES.iter().any(|example| body.ends_with(example.as_bytes()));
    let numbered = body
        .split(|byte| *byte == b'-')
        .filter(|part| part.len() >= 9)
        .take(3)
        .any(|part| part.iter().all(u8::is_ascii_digit));
    let drawn = numbered && !is_example && !body.contains(&MASK) && super::entropy(body) >= 3.0;
    (is_masked(body) || drawn).then_some(hit)
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
    fits.then_some(Hit::whole(start, end, at + anchor, end))
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
    fits.then_some(Hit::whole(start, host, at - 32, at))
}
