//! Redirects that a page makes instead of the server: `<meta http-equiv=refresh>` and a script that is nothing else.

/// A redirect that stands in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRedirect {
    /// How it is made.
    pub how: How,
    /// Where it leads, as written.
    pub target: String,
}

/// How a page redirects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// `<meta http-equiv=refresh>` (HTML standard, section 4.2.5.3).
    Refresh,
    /// The `Refresh` header of the reply.
    RefreshHeader,
    /// A script that sets `location`, on a page that shows nothing else.
    Script,
}

/// Seconds within which a refresh is a redirect: a longer one leaves the page to be read. WCAG technique H76 and Google
/// ("Redirects and Google Search", read 2026-11) both tell instant ones from delayed ones.
const INSTANT: u32 = 5;
/// The redirect that a refresh tag makes, by its `content`; `None` where it reloads, or leaves the page to be read first.
pub(crate) fn refresh_redirect(content: &str) -> Option<PageRedirect> {
    let (delay, target) = refresh_target(content)?;
    (delay <= INSTANT).then_some(PageRedirect { how: How::Refresh, target })
}

/// The redirect that a `Refresh` header makes, which browsers read as such a tag's `content` (HTML standard, "The `Refresh`
/// header").
pub(crate) fn refresh_header(value: &str) -> Option<PageRedirect> {
    let redirect = refresh_redirect(value)?;
    Some(PageRedirect { how: How::RefreshHeader, ..redirect })
}

/// Seconds and target of a refresh, to the letter of the HTML standard's "shared declarative refresh steps"; `None` where browsers
/// do nothing, or only reload.
fn refresh_target(content: &str) -> Option<(u32, String)> {
    let blanks: &[char] = &[' ', '\t', '\n', '\r', '\u{c}'];
    let content = content.trim_start_matches(blanks);
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let (delay, rest) = content.split_at(digits);
    if delay.is_empty() && !rest.starts_with('.') {
        return None;
    }
    // More digits than fit are a very long time.
    let delay = if delay.is_empty() { 0 } else { delay.parse().unwrap_or(u32::MAX) };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !rest.starts_with([';', ',']) && !rest.starts_with(blanks) {
        return None;
    }
    let rest = rest.trim_start_matches(blanks);
    let rest = rest.strip_prefix([';', ',']).unwrap_or(rest).trim_start_matches(blanks);
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url"));
    let named = named.and_then(|_| rest.get(3..)?.trim_start_matches(blanks).strip_prefix('='));
    let rest = named.map_or(rest, |rest| rest.trim_start_matches(blanks));
    let target = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
        _ => rest,
    };
    let target = target.trim_matches(|c: char| c <= ' ');
    // A script is not navigated to.
    let is_script = target.get(..11).is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript:"));
    (!target.is_empty() && !is_script).then(|| (delay, target.to_owned()))
}

/// The target of a script that does nothing but set `location` to a text. What decides, calls back or waits is none.
pub(crate) fn script_target(script: &str) -> Option<String> {
    if ["function", "=>", "if(", "if (", "?", "addEventListener"].iter().any(|word| script.contains(word)) {
        return None;
    }
    script.split([';', '\n']).find_map(|statement| {
        let statement = statement.trim();
        let mut rest = statement;
        for prefix in ["window.", "document.", "self.", "top.", "parent."] {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        let rest = rest.strip_prefix("location")?;
        let called = rest.strip_prefix(".replace(").or_else(|| rest.strip_prefix(".assign("));
        let value = match called {
            Some(argument) => argument.trim_start(),
            None => {
                let rest = rest.strip_prefix(".href").unwrap_or(rest).trim_start();
                rest.strip_prefix('=').filter(|rest| !rest.starts_with('='))?.trim_start()
            }
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let target = value[1..].split(quote).next()?;
        (!target.is_empty()).then(|| target.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::page::Page;
    use crate::http::{Body, Headers, HttpReply};

    fn found(html: &str) -> Option<(How, String)> {
        let redirect = Page::parse(&Body { bytes: html.into(), cut: None }).redirect?;
        Some((redirect.how, redirect.target))
    }

    #[test]
    fn pages_that_only_redirect_are_known() {
        for html in [
            r#"<meta http-equiv="refresh" content="0; url=/next">"#,
            r#"<META HTTP-EQUIV=Refresh CONTENT="0;URL='/next'">"#,
            r#"<meta http-equiv="refresh" content="3,/next">"#,
            r#"<meta http-equiv="refresh" content="0.5; url = /next">"#,
            r#"<meta http-equiv="refresh" content=" .5 url='/next' ">"#,
            r#"<meta http-equiv="refresh" content="0;/next">"#,
            r#"<meta http-equiv="refresh" content="nonsense"><meta http-equiv="refresh" content="0 /next">"#,
        ] {
            assert_eq!(found(html), Some((How::Refresh, "/next".into())), "{html}");
        }
        for html in [
            "<script>window.location.href = '/next'</script>",
            "<html><title>Moving</title><body>Moving …<script>location.replace(\"/next\");</script></body></html>",
            "<script>document.location='/next'</script>",
        ] {
            assert_eq!(found(html), Some((How::Script, "/next".into())), "{html}");
        }
    }

    #[test]
    fn pages_are_not_mistaken_for_redirects() {
        for html in [
            r#"<meta http-equiv="refresh" content="300">"#,
            r#"<meta http-equiv="refresh" content="30; url=/news">"#,
            r#"<noscript><meta http-equiv="refresh" content="0; url=/nojs"></noscript>"#,
            r#"<meta name="refresh" content="0; url=/next">"#,
            r#"<meta http-equiv="refresh" content="; url=/next">"#,
            r#"<meta http-equiv="refresh" content="0url=/next">"#,
            r#"<meta http-equiv="refresh" content="0; url=javascript:go()">"#,
            "<div id=root></div><script src=/app.js></script><script>location.href='/x'</script>",
            "<script>if (!window.token) { location.href = '/login' }</script>",
            "<script>function go() { location.href = '/x' }</script>",
            "<script>if(location.href=='/x'){}</script>",
            "<img src=a.png><script>location.href='/x'</script>",
        ] {
            assert_eq!(found(html), None, "{html}");
        }
    }

    #[test]
    fn a_refresh_header_comes_before_the_page() {
        let reply = HttpReply {
            status: 200,
            headers: Headers::new([("Refresh".to_owned(), "0; url=/header".to_owned())]),
            body: Body { bytes: b"<meta http-equiv=refresh content='0;/tag'>".to_vec(), cut: None },
            headers_ms: 1,
            body_ms: 0,
        };
        let redirect = Page::of(&reply).redirect.unwrap();
        assert_eq!((redirect.how, redirect.target.as_str()), (How::RefreshHeader, "/header"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, content in "\\PC*") {
            let _ = Page::parse(&Body { bytes, cut: None });
            let _ = refresh_target(&content);
            let _ = script_target(&content);
        }
    }
}
