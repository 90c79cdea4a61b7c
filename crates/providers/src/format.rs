//! The files and lists in which hosts are told headers and redirects. Who writes a format is code; which host takes it is
//! data.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A host's way to write headers and redirects down. Read from each host's documentation, 2026-11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines for `.htaccess` or a virtual host.
    Apache,
    /// A `Caddyfile`.
    Caddy,
    /// A list for Cloudflare's Bulk Redirects, as its dashboard imports it.
    CloudflareBulk,
    /// A `_redirects` file for Cloudflare Pages or Workers.
    CloudflareRedirects,
    /// `fly.toml`; only for https.
    FlyToml,
    /// `_headers` of Netlify, Cloudflare Pages and Workers.
    HeadersFile,
    /// A `_redirects` file for Netlify.
    Netlify,
    /// `map` and `if`, or a server block, for nginx.
    Nginx,
    /// `.replit`; only headers.
    Replit,
    /// `vercel.json`.
    Vercel,
}

impl Format {
    /// Every format in which a whole redirect map can be said, in the order in which a person should be offered them.
    pub const ALL: [Self; 6] = [
        Self::CloudflareRedirects,
        Self::CloudflareBulk,
        Self::Netlify,
        Self::Vercel,
        Self::Nginx,
        Self::Apache,
    ];

    /// Those in which a header or a single redirect can be said, and no map.
    const OTHERS: [Self; 4] = [Self::Caddy, Self::FlyToml, Self::HeadersFile, Self::Replit];

    /// The name used in the API, on the command line and in data.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Apache => "apache",
            Self::Caddy => "caddy",
            Self::CloudflareBulk => "cloudflare-bulk",
            Self::CloudflareRedirects => "cloudflare-redirects",
            Self::FlyToml => "fly-toml",
            Self::HeadersFile => "headers-file",
            Self::Netlify => "netlify",
            Self::Nginx => "nginx",
            Self::Replit => "replit",
            Self::Vercel => "vercel",
        }
    }

    /// How people are offered it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Apache => "Apache",
            Self::Caddy => "Caddy",
            Self::CloudflareBulk => "Cloudflare, Bulk Redirects",
            Self::CloudflareRedirects => "Cloudflare Pages or Workers",
            Self::FlyToml => "Fly.io",
            Self::HeadersFile => "a _headers file",
            Self::Netlify => "Netlify",
            Self::Nginx => "nginx",
            Self::Replit => "Replit",
            Self::Vercel => "Vercel",
        }
    }

    /// The format of a redirect map with that [id](Self::id); `cloudflare` alone means Bulk Redirects, which work for every
    /// zone there.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        if id == CLOUDFLARE {
            return Some(Self::CloudflareBulk);
        }
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// What can be typed for a redirect map.
    pub fn typed() -> impl Iterator<Item = &'static str> {
        std::iter::once(CLOUDFLARE).chain(Self::ALL.into_iter().map(Self::id))
    }

    /// Where the rules of a redirect map go.
    #[must_use]
    pub fn place(self) -> &'static str {
        match self {
            Self::Apache => ".htaccess in the site's folder, or the virtual host",
            Self::CloudflareBulk => "Cloudflare dashboard, Bulk Redirects, import as CSV",
            Self::Nginx => "the http block (map) and the server block (if)",
            _ => self.file(),
        }
    }

    /// The file that headers and redirects go to, and where it is.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Apache => ".htaccess in the site's folder, or the virtual host",
            Self::Caddy => "Caddyfile",
            Self::CloudflareBulk => "the list of Bulk Redirects",
            Self::CloudflareRedirects | Self::Netlify => "_redirects in the folder that is published",
            Self::FlyToml => "fly.toml",
            Self::HeadersFile => "_headers in the folder that is published",
            Self::Nginx => "nginx's configuration of your site",
            Self::Replit => ".replit at the top of the app (static deployments)",
            Self::Vercel => "vercel.json at the top of the project",
        }
    }

    /// What is added to [`file`](Self::file) where it is a header that goes there, and what to know about it.
    #[must_use]
    pub fn header_place(self) -> (&'static str, &'static str) {
        match self {
            Self::Apache => (
                ".htaccess in the site's folder, or the virtual host (mod_headers), behind other lines about the header",
                "Where the module is off, the lines do nothing: turn it on with a2enmod headers.",
            ),
            Self::Caddy => (
                "Caddyfile, in the block of your site",
                "Put them in place of other lines about the header; a line that begins with @ may be there once.",
            ),
            Self::Nginx => (
                "nginx, in the server block of your site",
                "Put the lines in place of those about the same header: each add_header sends it once more. Where a map for the header is there already, add to it what this one has more. A location that has an add_header or a …_hide_header of its own takes over none of these: repeat the lines there.",
            ),
            Self::Replit => (
                self.file(),
                "An app with a server of its own sends the header from its code instead. Publish again afterwards.",
            ),
            Self::Vercel => (
                self.file(),
                "Where the file has a “headers” list already, add the entry to it, in place of one for the same source and key. Deploy afterwards.",
            ),
            Self::HeadersFile
            | Self::CloudflareBulk
            | Self::CloudflareRedirects
            | Self::Netlify
            | Self::FlyToml => (
                Self::HeadersFile.file(),
                "Where the file has a block for the same path already, add the lines to that block, in place of those about the same header. It is for the files of the site; what functions answer, they send themselves.",
            ),
        }
    }

    /// Where a redirect of a whole name goes.
    #[must_use]
    pub fn redirect_place(self) -> &'static str {
        match self {
            Self::Apache => {
                ".htaccess in the site's folder, or the virtual host (mod_rewrite), before other rules"
            }
            Self::Caddy => "Caddyfile, as a block of its own",
            Self::Nginx => "nginx, as a server block of its own",
            _ => self.file(),
        }
    }

    /// What to know about the lines of a redirect where others are there already.
    #[must_use]
    pub fn redirect_note(self) -> Option<&'static str> {
        match self {
            Self::Nginx => Some(
                "Where the map and the “if” are there already, add the lines in the map to that map, and nothing else.",
            ),
            Self::Vercel => Some(
                "Where the file has a “redirects” list already, add the entries to it. Deploy afterwards.",
            ),
            Self::CloudflareRedirects | Self::Netlify => {
                Some("Put the lines above others that are about more: the first one that fits counts.")
            }
            _ => None,
        }
    }

    /// How many rules of a redirect map the host takes.
    #[must_use]
    pub fn most(self) -> Option<usize> {
        match self {
            // Pages, "Redirects": 2,000 static ones in a file.
            Self::CloudflareRedirects => Some(2_000),
            // Bulk Redirects on the Free plan.
            Self::CloudflareBulk => Some(10_000),
            // "Redirects" in vercel.json; Bulk Redirects take more.
            Self::Vercel => Some(2_048),
            _ => None,
        }
    }
}

/// What people type for [`Format::CloudflareBulk`].
const CLOUDFLARE: &str = "cloudflare";

/// The member of `vercel.json` that tells editors what may stand there.
pub const VERCEL_SCHEMA: &str = "https://openapi.vercel.sh/vercel.json";

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let mut all = Self::ALL.into_iter().chain(Self::OTHERS);
        all.find(|format| format.id() == id)
            .ok_or_else(|| serde::de::Error::custom(format!("`{id}` is no format that we write")))
    }
}

/// How something is done at a host, in words that stay true whatever the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum General {
    /// Headers: everywhere.
    Everywhere,
    /// Headers: the app sends them.
    InCode,
    /// Headers: no setting is known.
    NoHeaders,
    /// https: the host's documentation says that it redirects.
    ByItself,
    /// https: hosts of that kind do it, or have a switch.
    HttpsSomewhere,
    /// https: the app redirects.
    HttpsInCode,
    /// The other name: the setting for the main name.
    MainName,
    /// The other name: the app redirects.
    NameInCode,
    /// A path: the site's settings.
    SiteRedirects,
    /// A path: the app redirects.
    PathInCode,
}

impl General {
    /// The sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Everywhere => {
                "Send this header with every response: in the host's settings, the web server's configuration or the app itself."
            }
            Self::InCode => {
                "This host passes on what the app sends: send the header from the app itself, with every response (a middleware in most frameworks)."
            }
            Self::NoHeaders => {
                "We know of no setting for headers of your own at this host. Where you need the header, put a proxy that can before the site, such as Cloudflare (Rules → Response Header Transform Rules), or move the site to a host that can."
            }
            Self::ByItself => {
                "This host sends http on to https by itself. Where it does not, the certificate is missing or something before the host answers: look at the domain's entry in the host's settings, and remove it and add it again."
            }
            Self::HttpsSomewhere => {
                "Hosts like this one send http on to https by themselves, or have a switch for it. Look at the domain's entry in the host's settings: whether there is a certificate for it, and whether https is forced."
            }
            Self::HttpsInCode => {
                "The app has to redirect by itself: where a request came by http, which the host says in a header of the request (X-Forwarded-Proto at most), answer with this redirect. Most frameworks have a setting for it, such as “force SSL”."
            }
            Self::MainName => {
                "Look in the host's settings for the site's domains: make the name that is to stay the main one (hosts call it primary or default), and let the other one be redirected to it. Where there is no such setting, a proxy before the site can redirect."
            }
            Self::NameInCode => {
                "Add both names to the app at the host, then let the app answer requests for the first name with this redirect (a middleware in most frameworks)."
            }
            Self::SiteRedirects => {
                "Look in the site's settings for redirects, and add this one as a permanent redirect (301). Where there is no such setting, a proxy before the site can redirect."
            }
            Self::PathInCode => "Let the app answer requests for the old path with this redirect.",
        }
    }
}
