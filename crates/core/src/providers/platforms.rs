//! Hosting platforms that hand out names below one of their own: `x.vercel.app`, `x.github.io`.
//!
//! A founder who launches on such a name controls the site, not the zone: mail, name servers and registration are
//! the platform's. The list is our own, from each platform's documentation; it names what founders launch on, and
//! does not try to be the public suffix list.

/// A platform that hands out names.
#[derive(Debug, PartialEq, Eq)]
pub struct Platform {
    /// What is handed out lies below this name.
    pub suffix: &'static str,
    /// How the platform calls itself.
    pub name: &'static str,
}

/// The platform that handed `name` out; `None` for the platform's own name.
#[must_use]
pub fn hosting(name: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| {
        name.strip_suffix(platform.suffix).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
    })
}

const fn platform(suffix: &'static str, name: &'static str) -> Platform {
    Platform { suffix, name }
}

/// As of 2026-11; longer suffixes before the ones they end in.
static PLATFORMS: &[Platform] = &[
    platform("amplifyapp.com", "AWS Amplify"),
    platform("appspot.com", "Google App Engine"),
    platform("azurestaticapps.net", "Azure Static Web Apps"),
    platform("azurewebsites.net", "Azure App Service"),
    platform("base44.app", "Base44"),
    platform("bolt.host", "Bolt"),
    platform("bubbleapps.io", "Bubble"),
    platform("carrd.co", "Carrd"),
    platform("cloudfront.net", "Amazon CloudFront"),
    platform("deno.dev", "Deno Deploy"),
    platform("fastly.net", "Fastly"),
    platform("firebaseapp.com", "Firebase Hosting"),
    platform("fly.dev", "Fly.io"),
    platform("framer.ai", "Framer"),
    platform("framer.app", "Framer"),
    platform("framer.media", "Framer"),
    platform("framer.website", "Framer"),
    platform("github.io", "GitHub Pages"),
    platform("gitlab.io", "GitLab Pages"),
    platform("glide.page", "Glide"),
    platform("herokuapp.com", "Heroku"),
    platform("hf.space", "Hugging Face Spaces"),
    platform("lovable.app", "Lovable"),
    platform("myshopify.com", "Shopify"),
    platform("netlify.app", "Netlify"),
    platform("ngrok-free.app", "ngrok"),
    platform("ngrok.app", "ngrok"),
    platform("notion.site", "Notion"),
    platform("ondigitalocean.app", "DigitalOcean App Platform"),
    platform("onrender.com", "Render"),
    platform("pages.dev", "Cloudflare Pages"),
    platform("railway.app", "Railway"),
    platform("repl.co", "Replit"),
    platform("replit.app", "Replit"),
    platform("replit.dev", "Replit"),
    platform("run.app", "Google Cloud Run"),
    platform("softr.app", "Softr"),
    platform("squarespace.com", "Squarespace"),
    platform("streamlit.app", "Streamlit"),
    platform("supabase.co", "Supabase"),
    platform("surge.sh", "Surge"),
    platform("trycloudflare.com", "Cloudflare Tunnel"),
    platform("v0.app", "v0"),
    platform("vercel.app", "Vercel"),
    platform("web.app", "Firebase Hosting"),
    platform("webflow.io", "Webflow"),
    platform("wixsite.com", "Wix"),
    platform("wordpress.com", "WordPress.com"),
    platform("workers.dev", "Cloudflare Workers"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_below_a_platform_is_the_platforms() {
        assert_eq!(hosting("my-app.vercel.app").map(|p| p.name), Some("Vercel"));
        assert_eq!(hosting("a.b.pages.dev").map(|p| p.name), Some("Cloudflare Pages"));
        assert_eq!(hosting("vercel.app"), None);
        assert_eq!(hosting("notvercel.app"), None);
    }
}
