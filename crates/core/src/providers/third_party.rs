//! Whose scripts a page loads. Our own table, from the services' documentation of their snippets; as of 2026-11.

/// A service that pages load scripts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Its hosts are this name and those below it.
    pub host: &'static str,
    /// Who runs it.
    pub owner: &'static str,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a third party is on a page for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Advertising and its measurement.
    Ads,
    /// Counts visitors and what they do.
    Analytics,
    /// Chat and support.
    Chat,
    /// Asks for consent.
    Consent,
    /// Delivers libraries, fonts, files.
    Delivery,
    /// Reports errors in the browser.
    Errors,
    /// Sign-in and forms, bot protection.
    Forms,
    /// Payment.
    Payment,
    /// Loads other scripts.
    Tags,
    /// Measures real visitors' speed and availability.
    Vitals,
}

impl Purpose {
    /// For people, after "for".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ads => "advertising",
            Self::Analytics => "analytics",
            Self::Chat => "chat",
            Self::Consent => "consent",
            Self::Delivery => "delivery of files",
            Self::Errors => "error tracking",
            Self::Forms => "forms and sign-in",
            Self::Payment => "payment",
            Self::Tags => "loading other scripts",
            Self::Vitals => "performance monitoring",
        }
    }
}

/// The service that runs `host`.
#[must_use]
pub fn service(host: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| {
        host.strip_suffix(service.host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// The services whose addresses stand in `text`, a script: only hosts behind `//` count, so that `notsentry.io` is not
/// `sentry.io`, and a property called `a.b` is no host.
pub fn named_in(text: &str) -> impl Iterator<Item = &'static Service> {
    text.match_indices("//").filter_map(|(at, slashes)| {
        let rest = text.get(at + slashes.len()..)?;
        let end = rest
            .bytes()
            .take(MAX_HOST)
            .take_while(|b| b.is_ascii_alphanumeric() || b".-@".contains(b))
            .count();
        let authority = rest.get(..end)?;
        // The address of a Sentry project has its key in front of the host.
        service(authority.rsplit('@').next().unwrap_or(authority))
    })
}

/// Octets of an address that are looked at: a name and a key before it.
const MAX_HOST: usize = 120;

const fn service_of(host: &'static str, owner: &'static str, purpose: Purpose) -> Service {
    Service { host, owner, purpose }
}

/// Longer names before those they end in.
static SERVICES: &[Service] = &[
    service_of("ads-twitter.com", "X", Purpose::Ads),
    service_of("ads.linkedin.com", "LinkedIn", Purpose::Ads),
    service_of("adservice.google.com", "Google", Purpose::Ads),
    service_of("bat.bing.com", "Microsoft", Purpose::Ads),
    service_of("connect.facebook.net", "Meta", Purpose::Ads),
    service_of("doubleclick.net", "Google", Purpose::Ads),
    service_of("googleadservices.com", "Google", Purpose::Ads),
    service_of("googlesyndication.com", "Google", Purpose::Ads),
    service_of("licdn.com", "LinkedIn", Purpose::Ads),
    service_of("redditstatic.com", "Reddit", Purpose::Ads),
    service_of("analytics.tiktok.com", "TikTok", Purpose::Ads),
    service_of("amplitude.com", "Amplitude", Purpose::Analytics),
    service_of("cdn.usefathom.com", "Fathom", Purpose::Analytics),
    service_of("clarity.ms", "Microsoft Clarity", Purpose::Analytics),
    service_of("cloud.umami.is", "Umami", Purpose::Analytics),
    service_of("fullstory.com", "Fullstory", Purpose::Analytics),
    service_of("google-analytics.com", "Google Analytics", Purpose::Analytics),
    service_of("heap-api.com", "Heap", Purpose::Analytics),
    service_of("heapanalytics.com", "Heap", Purpose::Analytics),
    service_of("hotjar.com", "Hotjar", Purpose::Analytics),
    service_of("logrocket.com", "LogRocket", Purpose::Errors),
    service_of("lr-ingest.io", "LogRocket", Purpose::Errors),
    service_of("mixpanel.com", "Mixpanel", Purpose::Analytics),
    service_of("mxpnl.com", "Mixpanel", Purpose::Analytics),
    service_of("plausible.io", "Plausible", Purpose::Analytics),
    service_of("posthog.com", "PostHog", Purpose::Analytics),
    service_of("segment.com", "Segment", Purpose::Analytics),
    service_of("simpleanalyticscdn.com", "Simple Analytics", Purpose::Analytics),
    service_of("crisp.chat", "Crisp", Purpose::Chat),
    service_of("hs-scripts.com", "HubSpot", Purpose::Chat),
    service_of("intercom.io", "Intercom", Purpose::Chat),
    service_of("intercomcdn.com", "Intercom", Purpose::Chat),
    service_of("tawk.to", "tawk.to", Purpose::Chat),
    service_of("tidio.co", "Tidio", Purpose::Chat),
    service_of("zdassets.com", "Zendesk", Purpose::Chat),
    service_of("consent.cookiebot.com", "Cookiebot", Purpose::Consent),
    service_of("cookielaw.org", "OneTrust", Purpose::Consent),
    service_of("cookieyes.com", "CookieYes", Purpose::Consent),
    service_of("iubenda.com", "iubenda", Purpose::Consent),
    service_of("termly.io", "Termly", Purpose::Consent),
    service_of("usercentrics.eu", "Usercentrics", Purpose::Consent),
    service_of("ajax.googleapis.com", "Google", Purpose::Delivery),
    service_of("cdn.jsdelivr.net", "jsDelivr", Purpose::Delivery),
    service_of("cdn.tailwindcss.com", "Tailwind", Purpose::Delivery),
    service_of("cdnjs.cloudflare.com", "cdnjs", Purpose::Delivery),
    service_of("code.jquery.com", "jQuery", Purpose::Delivery),
    service_of("esm.sh", "esm.sh", Purpose::Delivery),
    service_of("fonts.googleapis.com", "Google Fonts", Purpose::Delivery),
    service_of("fonts.gstatic.com", "Google Fonts", Purpose::Delivery),
    service_of("kit.fontawesome.com", "Font Awesome", Purpose::Delivery),
    service_of("unpkg.com", "unpkg", Purpose::Delivery),
    service_of("use.typekit.net", "Adobe Fonts", Purpose::Delivery),
    service_of("browser-intake-datadoghq.com", "Datadog", Purpose::Vitals),
    service_of("bugsnag.com", "Bugsnag", Purpose::Errors),
    service_of("datadoghq-browser-agent.com", "Datadog", Purpose::Errors),
    service_of("honeybadger.io", "Honeybadger", Purpose::Errors),
    service_of("highlight.io", "Highlight", Purpose::Errors),
    service_of("rollbar.com", "Rollbar", Purpose::Errors),
    service_of("sentry-cdn.com", "Sentry", Purpose::Errors),
    service_of("sentry.io", "Sentry", Purpose::Errors),
    service_of("trackjs.com", "TrackJS", Purpose::Errors),
    service_of("challenges.cloudflare.com", "Cloudflare Turnstile", Purpose::Forms),
    service_of("clerk.accounts.dev", "Clerk", Purpose::Forms),
    service_of("hcaptcha.com", "hCaptcha", Purpose::Forms),
    service_of("recaptcha.net", "reCAPTCHA", Purpose::Forms),
    service_of("typeform.com", "Typeform", Purpose::Forms),
    service_of("calendly.com", "Calendly", Purpose::Forms),
    service_of("js.stripe.com", "Stripe", Purpose::Payment),
    service_of("paddle.com", "Paddle", Purpose::Payment),
    service_of("paypal.com", "PayPal", Purpose::Payment),
    service_of("googletagmanager.com", "Google Tag Manager", Purpose::Tags),
    service_of("js-agent.newrelic.com", "New Relic", Purpose::Vitals),
    service_of("rum.betterstack.com", "Better Stack", Purpose::Vitals),
    service_of("speedcurve.com", "SpeedCurve", Purpose::Vitals),
    service_of("static.cloudflareinsights.com", "Cloudflare Web Analytics", Purpose::Analytics),
    service_of("va.vercel-scripts.com", "Vercel Analytics", Purpose::Analytics),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_whole_labels() {
        assert_eq!(service("o1.ingest.sentry.io").map(|s| s.owner), Some("Sentry"));
        assert_eq!(service("notsentry.io"), None);
        assert_eq!(service("sentry.io.evil.net"), None);
        let text = "load('https://us.i.posthog.com/static','//notmixpanel.com');x='https://ab@o1.ingest.sentry.io/2'";
        assert_eq!(named_in(text).map(|s| s.owner).collect::<Vec<_>>(), ["PostHog", "Sentry"]);
    }
}
