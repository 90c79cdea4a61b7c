//! The formats in which people have lists of old addresses: one file for each family, recognised by what only it has.

mod apache;
mod arrows;
mod caddyfile;
mod cells;
mod headings;
mod json;
mod list;
mod netlify_toml;
mod nginx;
mod redirects_file;
mod table;
mod yaml;

use super::lines::Lines;
use super::list_format::ListFormat;
use crate::redirect_rule::RedirectRule;
use cells::{Cells, Style};

/// Reads a list, whatever its format.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    if let Some(document) = json::recognise(text) {
        return document.read(text, lines);
    }
    if netlify_toml::recognise(text) {
        return netlify_toml::read(text, lines);
    }
    if caddyfile::recognise(text) {
        return caddyfile::read(text, lines);
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
