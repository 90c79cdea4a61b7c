//! The settings of wrangler.toml: bindings, variables and secrets, each read by its name.
//!
//! Every variable has a default that is safe; what has none is a binding. What is missing, or is no value at all, is said by
//! name before anything is answered, and `/api/v1/health` says it, too.

use std::cell::Cell;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

/// A variable that is a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    name: &'static str,
    default: u32,
}

/// Seconds for which a report answers the next one who asks. Zero scans every time.
pub(crate) const REPORT_SECONDS: Number = Number { name: "REPORT_SECONDS", default: 600 };
/// The same for a report that lacks answers because the resolvers failed: soon they may do better. Never longer than any other
/// report.
pub(crate) const UNHEARD_SECONDS: Number = Number { name: "UNHEARD_SECONDS", default: 60 };
/// Seconds between two scans of the same question, even where somebody asks for a fresh one.
pub(crate) const FRESH_SECONDS: Number = Number { name: "FRESH_SECONDS", default: 20 };
/// Seconds for which a domain's owner is not asked again whether he has opted out, where something stored is shown.
pub(crate) const OWNER_SECONDS: Number = Number { name: "OWNER_SECONDS", default: 3600 };
/// Whole scans of one domain in an hour, whoever asks for them: what a site's owner has to put up with. Each scan counts for
/// the requests that it sends.
pub(crate) const DOMAIN_HOURLY: Number = Number { name: "DOMAIN_HOURLY", default: 60 };
/// Percent that one client may use of what the others have left of a domain's hour.
pub(crate) const DOMAIN_SHARE: Number = Number { name: "DOMAIN_SHARE", default: 25 };
/// Whole scans that one client may cause in a day; each counts for the requests that it sends.
pub(crate) const DAILY_SCANS: Number = Number { name: "DAILY_SCANS", default: 200 };
/// Of those, the ones that ask for a fresh report although there is one.
pub(crate) const DAILY_FRESH: Number = Number { name: "DAILY_FRESH", default: 60 };
/// Different domains that one client may have scanned in a day.
pub(crate) const DAILY_DOMAINS: Number = Number { name: "DAILY_DOMAINS", default: 50 };

/// Requests for a call in a day that nobody has confirmed yet: each is a mail to whoever was named.
pub(crate) const DAILY_UNCONFIRMED: Number = Number { name: "DAILY_UNCONFIRMED", default: 50 };
/// Days for which a request for a call is kept.
pub(crate) const LEAD_DAYS: Number = Number { name: "LEAD_DAYS", default: 365 };

const NUMBERS: &[Number] = &[
    REPORT_SECONDS,
    UNHEARD_SECONDS,
    FRESH_SECONDS,
    OWNER_SECONDS,
    DOMAIN_HOURLY,
    DOMAIN_SHARE,
    DAILY_SCANS,
    DAILY_FRESH,
    DAILY_DOMAINS,
    DAILY_UNCONFIRMED,
    LEAD_DAYS,
];

/// The static files.
pub(crate) const ASSETS: &str = "ASSETS";
/// Durable Objects, one for each domain.
pub(crate) const DOMAINS: &str = "DOMAINS";
/// Durable Objects, one for each client and day.
pub(crate) const VISITORS: &str = "VISITORS";
/// The limit of scans at a burst.
pub(crate) const SCAN_RATE: &str = "SCAN_RATE";

/// The limit of requests for a call at a burst.
pub(crate) const INTAKE_RATE: &str = "INTAKE_RATE";
/// The database of requests for a call.
pub(crate) const DB: &str = "DB";
/// The queue that brings them to the owner.
pub(crate) const LEADS: &str = "LEADS";

const BINDINGS: &[&str] = &[ASSETS, DOMAINS, VISITORS, SCAN_RATE, INTAKE_RATE, DB, LEADS];

/// Who may take requests for a call out; a secret. Nobody may where it is not set.
pub(crate) const OWNER_TOKEN: &str = "OWNER_TOKEN";
/// Cloudflare Turnstile's secret. Nobody is checked where it is not set.
pub(crate) const TURNSTILE_SECRET: &str = "TURNSTILE_SECRET";
/// Where requests for a call are sent on to.
pub(crate) const WEBHOOK_URL: &str = "WEBHOOK_URL";
/// What the webhook knows us by; a secret.
pub(crate) const WEBHOOK_SECRET: &str = "WEBHOOK_SECRET";
/// The binding through which mail is sent.
pub(crate) const MAIL: &str = "MAIL";
/// From whom mail is sent.
pub(crate) const MAIL_FROM: &str = "MAIL_FROM";
/// And to whom.
pub(crate) const MAIL_TO: &str = "MAIL_TO";
/// Our own address, for links in mails, in previews and in the name under which we ask. `npm run deploy` wants it.
pub(crate) const PUBLIC_URL: &str = "PUBLIC_URL";
/// What Turnstile knows the form by; not a secret. Without it the form shows no Turnstile.
pub(crate) const TURNSTILE_SITE_KEY: &str = "TURNSTILE_SITE_KEY";

/// Who runs this instance; what each is, is said at `operator.rs`.
pub(crate) const OPERATOR_NAME: &str = "OPERATOR_NAME";
/// Who they are.
pub(crate) const OPERATOR_ABOUT: &str = "OPERATOR_ABOUT";
/// An email address or a page.
pub(crate) const OPERATOR_CONTACT: &str = "OPERATOR_CONTACT";
/// A text or its address.
pub(crate) const OPERATOR_PRIVACY: &str = "OPERATOR_PRIVACY";
/// A text or its address.
pub(crate) const OPERATOR_TERMS: &str = "OPERATOR_TERMS";
/// Where calls are booked.
pub(crate) const CALL_URL: &str = "CALL_URL";
/// `#2540d9`.
pub(crate) const BRAND_COLOR: &str = "BRAND_COLOR";

thread_local! {
    /// Settings do not change under a running isolate: they are looked at once.
    static SOUND: Cell<bool> = const { Cell::new(false) };
}

/// Looks at every setting.
///
/// # Errors
/// A sentence that names the first one that is missing or cannot be used.
pub(crate) fn check(env: &Env) -> Result<(), String> {
    if SOUND.get() {
        return Ok(());
    }
    for name in BINDINGS {
        if !value(env, name).is_object() {
            return Err(format!("The binding {name} is missing: see wrangler.toml."));
        }
    }
    for number in NUMBERS {
        if let Some(text) = text(env, number.name)
            && text.parse::<u32>().is_err()
        {
            return Err(format!("The variable {} must be a whole number.", number.name));
        }
    }
    if text(env, WEBHOOK_URL).is_some() && text(env, WEBHOOK_SECRET).is_none() {
        return Err("WEBHOOK_URL is set, and the secret WEBHOOK_SECRET is missing.".to_owned());
    }
    if text(env, MAIL_TO).is_some() {
        if text(env, MAIL_FROM).is_none() {
            return Err("MAIL_TO is set, and the variable MAIL_FROM is missing.".to_owned());
        }
        if !value(env, MAIL).is_object() {
            return Err("MAIL_TO is set, and the binding MAIL is missing.".to_owned());
        }
    }
    SOUND.set(true);
    Ok(())
}

impl Number {
    /// Its value here.
    pub(crate) fn read(self, env: &Env) -> u32 {
        text(env, self.name).and_then(|text| text.parse().ok()).unwrap_or(self.default)
    }
}

/// A variable or a secret; one that is empty is not there.
pub(crate) fn text(env: &Env, name: &str) -> Option<String> {
    value(env, name).as_string().filter(|text| !text.is_empty())
}

/// A binding, by its name in wrangler.toml. [`check`] has seen that it is there.
pub(crate) fn binding<T: JsCast>(env: &Env, name: &str) -> T {
    value(env, name).unchecked_into()
}

/// Whether a binding is there.
pub(crate) fn has(env: &Env, name: &str) -> bool {
    value(env, name).is_object()
}

fn value(env: &Env, name: &str) -> JsValue {
    Reflect::get(env, &JsValue::from_str(name)).unwrap_or_default()
}
