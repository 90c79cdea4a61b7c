//! The formats of lists, by name, each with an example.

use launch_ready_providers::list_name;
use serde::{Deserialize, Serialize};

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ListFormat {
    /// Two columns without a heading, old address first.
    Columns,
    /// A sheet whose heading names its columns.
    Sheet,
    /// A line with an arrow for each move.
    Arrows,
    /// Squarespace's URL mappings.
    Squarespace,
    /// Shopify's export of URL redirects.
    Shopify,
    /// Webflow's export of 301 redirects.
    Webflow,
    /// The export of WordPress's Redirection plugin, as CSV or JSON.
    WordpressRedirection,
    /// Yoast's export of redirects.
    Yoast,
    /// Rank Math's export of redirections, as CSV or JSON.
    RankMath,
    /// Magento's URL rewrites.
    Magento,
    /// The export of a crawler, such as Screaming Frog.
    Crawler,
    /// Cloudflare's list of Bulk Redirects.
    CloudflareBulk,
    /// `_redirects` with what only Netlify has.
    Netlify,
    /// `_redirects` as Netlify and Cloudflare read it.
    RedirectsFile,
    /// `netlify.toml`.
    NetlifyToml,
    /// `vercel.json`.
    VercelJson,
    /// nginx: `map`, `rewrite`, `return`.
    Nginx,
    /// Apache: `Redirect`, `RedirectMatch`, `RewriteRule`.
    Apache,
    /// A Caddyfile: `redir`, `rewrite`, `handle_path`.
    Caddyfile,
    /// Front matter of pages: `redirect_from` of Jekyll, `aliases` of Hugo.
    Jekyll,
    /// YAML.
    Yaml,
    /// A JSON object of old addresses and targets.
    JsonObject,
    /// A JSON list.
    JsonList,
}

impl ListFormat {
    /// Every format.
    pub const ALL: [Self; 23] = [
        Self::Columns,
        Self::Sheet,
        Self::Arrows,
        Self::Squarespace,
        Self::Shopify,
        Self::Webflow,
        Self::WordpressRedirection,
        Self::Yoast,
        Self::RankMath,
        Self::Magento,
        Self::Crawler,
        Self::CloudflareBulk,
        Self::Netlify,
        Self::RedirectsFile,
        Self::NetlifyToml,
        Self::VercelJson,
        Self::Nginx,
        Self::Apache,
        Self::Caddyfile,
        Self::Jekyll,
        Self::Yaml,
        Self::JsonObject,
        Self::JsonList,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Columns => "Two columns",
            Self::Sheet => "Sheet with a heading",
            Self::Arrows => "List with arrows",
            Self::Yoast => "Yoast redirects",
            Self::RankMath => "Rank Math redirections",
            Self::Crawler => "Crawler export",
            Self::Jekyll => "Front matter (Jekyll, Hugo)",
            Self::Yaml => "YAML",
            Self::JsonObject => "JSON object",
            Self::JsonList => "JSON list",
            // Those of providers are called as their files say.
            Self::Squarespace
            | Self::Shopify
            | Self::Webflow
            | Self::WordpressRedirection
            | Self::CloudflareBulk
            | Self::Netlify
            | Self::RedirectsFile
            | Self::Magento
            | Self::NetlifyToml
            | Self::VercelJson
            | Self::Nginx
            | Self::Apache
            | Self::Caddyfile => self.id().and_then(|id| list_name(&id)).unwrap_or_default(),
        }
    }

    /// As it stands in data.
    fn id(self) -> Option<String> {
        serde_json::to_value(self).ok()?.as_str().map(str::to_owned)
    }

    /// A list in this format, with two moves of `/old` and `/was` or one.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::Columns => "/old,/new\n/was,/is,302\n",
            Self::Sheet => "Neue Adresse;Alte Adresse;Code\n/new;/old;301\n/is;/was;302\n",
            Self::Arrows => "/old -> /new\n/was -> /is\n",
            Self::Squarespace => "/old -> /new 301\n/was -> /is 302\n/press/[name] -> /news/[name] 301\n",
            Self::Shopify => "Redirect from,Redirect to\n/old,/new\n/was,/is\n",
            Self::Webflow => "source,target\n/old,/new\n/was,/is\n",
            Self::WordpressRedirection => {
                "source,target,regex,code,type,hits,title,status\n/old,/new,0,301,url,7,,active\n/was,/is,0,302,url,0,,disabled\n"
            }
            Self::Yoast => "Origin,Target,Type,Format\nold,new,301,plain\nwas,is,302,plain\n",
            Self::RankMath => {
                "id,source,matching,destination,type,category,status\n1,old,exact,/new,301,,active\n2,was,exact,/is,302,,active\n"
            }
            Self::Magento => "Request Path,Target Path,Redirect Type\nold,/new,301\nwas,/is,302\n",
            Self::Crawler => {
                "Address,Content Type,Status Code,Status,Redirect URL,Redirect Type\nhttps://example.com/old,,301,Moved Permanently,https://example.com/new,HTTP Redirect\nhttps://example.com/,text/html,200,OK,,\n"
            }
            Self::CloudflareBulk => {
                "example.com/old,https://example.com/new,301,TRUE,FALSE,FALSE,FALSE\nexample.com/was,https://example.com/is,302,TRUE,FALSE,FALSE,FALSE\n"
            }
            Self::Netlify => {
                "/old  /new  301!\n/was  /is  302!\n/guides/*  /handbook/:splat  301\n/  /de/  302  Language=de\n"
            }
            Self::RedirectsFile => "/old /new 301\n/was /is 302\n/news/:slug /press/:slug 301\n",
            Self::NetlifyToml => {
                "[[redirects]]\n  from = \"/old\"\n  to = \"/new\"\n\n[[redirects]]\n  from = \"/was\"\n  to = \"/is\"\n  status = 302\n  force = true\n"
            }
            Self::VercelJson => {
                "{\n  \"redirects\": [\n    {\"source\": \"/old\", \"destination\": \"/new\", \"permanent\": true},\n    {\"source\": \"/was\", \"destination\": \"/is\", \"permanent\": false}\n  ]\n}\n"
            }
            Self::Nginx => {
                "map $request_uri $moved {\n    /old /new;\n    ~^/diary/(.*)$ /journal/$1;\n}\nrewrite ^/was$ /is redirect;\n"
            }
            Self::Apache => {
                "Redirect 301 /old /new\nRewriteRule ^was$ /is [R=302,L]\nRedirectMatch 301 ^/diary/(.*)$ /journal/$1\n"
            }
            Self::Caddyfile => {
                "example.com {\n    redir /old /new permanent\n    redir /was /is\n    handle_path /diary/* {\n        redir /journal{uri} 301\n    }\n}\n"
            }
            Self::Jekyll => "---\npermalink: /new\nredirect_from:\n  - /old\n---\n",
            Self::Yaml => "/old: /new\n/was: /is\n",
            Self::JsonObject => "{\"/old\": \"/new\",\n \"/was\": {\"to\": \"/is\", \"status\": 302}}\n",
            Self::JsonList => {
                "[{\"from\": \"/old\", \"to\": \"/new\"},\n {\"from\": \"/was\", \"to\": \"/is\", \"code\": 302}]\n"
            }
        }
    }
}
