//! The formats in which people have lists of old addresses: one file for each family, recognised by what only it has.

mod apache;
mod cells;
mod headings;
mod json;
mod list;
mod nginx;
mod redirects_file;
mod table;
mod yaml;

use serde::{Deserialize, Serialize};

use super::parse::Lines;
use crate::redirect_rule::RedirectRule;
use cells::{Cells, Style};

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
    /// `vercel.json`.
    VercelJson,
    /// nginx: `map`, `rewrite`, `return`.
    Nginx,
    /// Apache: `Redirect`, `RedirectMatch`, `RewriteRule`.
    Apache,
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
    pub const ALL: [Self; 21] = [
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
        Self::VercelJson,
        Self::Nginx,
        Self::Apache,
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
            Self::Squarespace => "Squarespace URL mappings",
            Self::Shopify => "Shopify URL redirects",
            Self::Webflow => "Webflow 301 redirects",
            Self::WordpressRedirection => "WordPress Redirection",
            Self::Yoast => "Yoast redirects",
            Self::RankMath => "Rank Math redirections",
            Self::Magento => "Magento URL rewrites",
            Self::Crawler => "Crawler export",
            Self::CloudflareBulk => "Cloudflare Bulk Redirects",
            Self::Netlify => "Netlify _redirects",
            Self::RedirectsFile => "_redirects (Netlify or Cloudflare)",
            Self::VercelJson => "vercel.json",
            Self::Nginx => "nginx",
            Self::Apache => "Apache",
            Self::Jekyll => "Front matter (Jekyll, Hugo)",
            Self::Yaml => "YAML",
            Self::JsonObject => "JSON object",
            Self::JsonList => "JSON list",
        }
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
            Self::VercelJson => {
                "{\n  \"redirects\": [\n    {\"source\": \"/old\", \"destination\": \"/new\", \"permanent\": true},\n    {\"source\": \"/was\", \"destination\": \"/is\", \"permanent\": false}\n  ]\n}\n"
            }
            Self::Nginx => {
                "map $request_uri $moved {\n    /old /new;\n    ~^/diary/(.*)$ /journal/$1;\n}\nrewrite ^/was$ /is redirect;\n"
            }
            Self::Apache => {
                "Redirect 301 /old /new\nRewriteRule ^was$ /is [R=302,L]\nRedirectMatch 301 ^/diary/(.*)$ /journal/$1\n"
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

/// Reads a list, whatever its format.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    if let Some(document) = json::recognise(text) {
        return document.read(text, lines);
    }
    if apache::recognise(text) {
        return apache::read(text, lines);
    }
    if nginx::recognise(text) {
        return nginx::read(text, lines);
    }
    if let Some(table) = table::recognise(text) {
        return table.read(lines);
    }
    if let Some(format) = yaml::recognise(text) {
        return yaml::read(format, text, lines);
    }
    if redirects_file::recognise(text) {
        return redirects_file::read(text, lines);
    }
    list::read(text, lines)
}

/// Two addresses that come apart already.
///
/// # Errors
/// Why they are no rule.
pub(super) fn pair(line: usize, from: &str, to: &str) -> Result<RedirectRule, &'static str> {
    Cells { line, from, to, status: None }.rule(Style::Any)
}

#[cfg(test)]
mod tests {
    use super::super::{parse_whole, problems};
    use super::*;

    #[test]
    fn each_format_is_recognised_and_its_lines_are_read() {
        let site = url::Url::parse("https://example.com/").unwrap();
        for format in ListFormat::ALL {
            let read = parse_whole(format.example()).unwrap();
            let said = read.read_as.clone().unwrap();
            assert_eq!(said.format, format, "{format:?}: {read:?}");
            assert_eq!((read.unread.len(), said.question), (0, None), "{format:?}: {:?}", read.unread);
            let old = read.moves.iter().find(|rule| rule.from.ends_with("/old")).unwrap();
            let (from, to) = old.on(&site).unwrap();
            assert_eq!((from.path(), to.path(), old.redirect_status()), ("/old", "/new", 301), "{format:?}");
            if let Some(was) = read.moves.iter().find(|rule| rule.from.ends_with("/was")) {
                let gone = matches!(
                    format,
                    ListFormat::Shopify | ListFormat::Webflow | ListFormat::Arrows | ListFormat::Yaml
                );
                assert_eq!(was.status.is_none(), gone, "{format:?}");
                assert!(was.to.ends_with("/is"), "{format:?}");
            }
            assert!(problems(&read.moves, &site).is_empty(), "{format:?}");
            assert!(serde_json::to_value(format).unwrap().is_string());
        }
    }

    /// Each line that was read, as `line from to`, with its kind where it is no move and its status where one is named.
    fn shown(text: &str) -> Vec<String> {
        let one = |rule: &RedirectRule| {
            let kind = serde_json::to_value(rule.kind).unwrap().as_str().unwrap().replace("move", "");
            let status = rule.status.map(|status| status.to_string()).unwrap_or_default();
            let words = [rule.line.to_string(), rule.from.clone(), rule.to.clone(), kind, status];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let read = parse_whole(text).unwrap();
        let unread = read.unread.iter().map(|line| format!("{} unread: {}", line.line, line.reason));
        read.moves.iter().map(one).chain(unread).collect()
    }

    #[test]
    fn sheets_are_read_by_their_headings_and_cells_may_have_several_lines() {
        assert_eq!(
            shown("Old URL,Notes,New URL\n/a,\"first line\nsecond, line\",/b\n/c,\"x\",/d\n"),
            ["2 /a /b", "4 /c /d"]
        );
        assert_eq!(shown("Type,From,To\n301,/a,/b\n302,/c,/d\n"), ["2 /a /b 301", "3 /c /d 302"]);
        assert_eq!(shown("| Old | New |\n|---|---|\n| /a | /b |\n"), ["3 /a /b"]);
        assert_eq!(shown("Current URL,New URL\n/a,/b\n"), ["2 /a /b"]);
        assert_eq!(shown("Old URL,Current URL\n/a,/b\n"), ["2 /a /b"]);
        assert_eq!(shown("Old Path,Manual URL/Path\n/a,/b\n"), ["2 /a /b"]);
        assert_eq!(
            shown("Original URL,Destination URL,Redirect style\n/a,/b,Permanent\n/c,/d,Temporary\n"),
            ["2 /a /b 301", "3 /c /d 302"]
        );
        assert_eq!(shown("/a\"b,/c\n/d,/e # moved in May\n"), ["1 /a\"b /c", "2 /d /e"], "no quoted cell");
        assert_eq!(
            shown(
                "old_url,old_path,new_url,new_path\nhttps://www.example.com/a,/a,https://example.com/b,/b\n"
            ),
            ["2 https://www.example.com/a https://example.com/b"]
        );
    }

    #[test]
    fn exports_of_plugins_say_which_rows_are_no_moves() {
        assert_eq!(
            shown(
                "source,target,regex,code,type,hits,title,status\n/a,/b,0,301,url,1,,active\n^/blog/(.*)$,/news/$1,1,301,url,0,,active\n/x,,0,410,url,0,,active\n/off,/y,0,301,url,0,,disabled\n"
            ),
            ["2 /a /b 301", "3 ^/blog/(.*)$ /news/$1 pattern 301", "4 /x gone 410", "5 /off /y disabled 301"]
        );
        assert_eq!(
            shown(
                "Origin,Target,Type,Format\nold-page,new-page,307,plain\ngone,,410,plain\n^blog/(.*),news/$1,301,regex\n"
            ),
            ["2 /old-page /new-page 307", "3 /gone gone 410", "4 ^blog/(.*) /news/$1 pattern 301"]
        );
        assert_eq!(
            shown(
                "id,source,matching,destination,type,category,status\n1,old,exact,https://example.com/new,301,,active\n2,shop,start,/store,302,,active\n3,x,exact,/y,301,,inactive\n"
            ),
            ["2 /old https://example.com/new 301", "3 /shop /store pattern 302", "4 /x /y disabled 301"]
        );
        let crawl = "Address,Status Code,Redirect URL\nhttps://example.com/a,301,https://example.com/b\nhttps://example.com/,200,\nhttps://example.com/lost,404,\n";
        assert_eq!(shown(crawl), ["2 https://example.com/a https://example.com/b 301"]);
        assert_eq!(parse_whole(crawl).unwrap().read_as.unwrap().passed_over, 2);
        assert_eq!(
            shown("example.com/a,https://example.com/b,301,TRUE,FALSE,TRUE,TRUE\n"),
            ["1 https://example.com/a https://example.com/b pattern 301"]
        );
    }

    #[test]
    fn files_of_servers_are_read_statement_by_statement() {
        assert_eq!(
            shown(
                "server {\n  listen 80;\n  location = /old { return 301 /new; }\n  location /dir/ {\n    return 301 /other/;\n  }\n  rewrite ^/a$ /b permanent;\n  rewrite ^/c/(.*)$ /d/$1 redirect;\n  rewrite ^/e$ /f last;\n  if ($request_uri = \"/q?x=1\") { return 302 /q1; }\n}\n"
            ),
            [
                "3 /old /new 301",
                "5 /dir/ /other/ pattern 301",
                "7 /a /b 301",
                "8 ^/c/(.*)$ /d/$1 pattern 302",
                "9 /e /f rewrite 200",
                "10 /q?x=1 /q1 302",
            ]
        );
        assert_eq!(
            shown(
                "# moved\n/tea /drinks/tea;\n/list /catalogue?tags=tea,coffee;\n\"/two words\" /two;\n~^/diary/(.*)$ /journal/$1;\ndefault \"\";\n"
            ),
            [
                "2 /tea /drinks/tea",
                "3 /list /catalogue?tags=tea,coffee",
                "4 /two%20words /two",
                "5 ^/diary/(.*)$ /journal/$1 pattern"
            ]
        );
        assert_eq!(
            shown(
                "map $host$request_uri $new {\n  example.com/old /new;\n}\nserver { if ($new) { return 302 $new; } }\n"
            ),
            ["2 https://example.com/old /new 302"]
        );
        assert_eq!(
            shown(
                "Redirect /t /u\nRedirect permanent \"/with space\" /ws\nRedirectMatch 301 ^/exact\\.html$ /exact\nRewriteCond %{QUERY_STRING} ^id=5$\nRewriteRule ^item\\.php$ /item/five? [R=301,L]\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^(.*)$ index.php?q=$1 [L,QSA]\nRewriteCond %{HTTP:Accept-Language} ^de\nRewriteRule ^$ /de/ [R=302,L]\nRewriteRule ^a/?$ /b [R=301,L]\n"
            ),
            [
                "1 /t /u 302",
                "2 /with%20space /ws 301",
                "3 /exact.html /exact 301",
                "5 /item.php?id=5 /item/five 301",
                "7 ^/(.*)$ index.php?q=$1 rewrite 200",
                "9 / /de/ conditional 302",
                "10 ^/a/?$ /b pattern 301",
            ]
        );
    }

    #[test]
    fn json_and_yaml_are_read_in_the_shapes_that_people_write() {
        assert_eq!(
            shown(
                "{\"hosting\": {\"redirects\": [{\"source\": \"/a\", \"destination\": \"/b\", \"type\": 301}]}}"
            ),
            ["1 /a /b 301"]
        );
        assert_eq!(shown("[[\"/a\", \"/b\"],\n [\"/c\", \"/d\", 302]]"), ["1 /a /b", "2 /c /d 302"]);
        assert_eq!(
            shown("{\"/a\": \"/b\",\n \"/c\" \"/d\"}"),
            ["2 unread: the JSON breaks off or is malformed here"]
        );
        assert_eq!(
            shown(
                "{\"redirects\": [\n {\"id\": 1, \"url\": \"/a\", \"action_code\": 301, \"action_data\": {\"url\": \"/b\"}, \"enabled\": true},\n {\"url\": \"/c\", \"action_code\": 302, \"action_data\": {\"url\": \"/d\"}, \"enabled\": false}]}"
            ),
            ["2 /a /b 301", "3 /c /d disabled 302"]
        );
        assert_eq!(
            shown("- from: /a\n  to: /b\n- from: \"/c\"\n  to: /d\n  status: 302\n"),
            ["1 /a /b", "3 /c /d 302"]
        );
        assert_eq!(
            shown(
                "---\npermalink: /new/\nredirect_from:\n  - /old/\n  - \"/older.html\"\n---\ntext\n---\nredirect_to: https://example.org/x\npermalink: /gone/\n---\n"
            ),
            ["4 /old/ /new/", "5 /older.html /new/", "9 /gone/ https://example.org/x"]
        );
        assert_eq!(shown("url: /new\naliases: [/a, \"/b\"]\n"), ["2 /a /new", "2 /b /new"]);
    }

    #[test]
    fn braces_of_another_kind_of_pattern_are_not_translated() {
        let read = parse_whole("/c{,/**} /d 301\n/old /new 301\n").unwrap();
        assert!(read.moves[0].kind == crate::redirect_rule::Kind::Pattern && read.moves[0].pattern.is_none());
    }
}
