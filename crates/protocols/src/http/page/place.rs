//! Where in a document something stands: in text that people read, in code that runs, or between the two.

use memchr::{memchr, memmem};

/// Where in an HTML document an octet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In text that visitors see, or that is the page's title.
    Text,
    /// In a script that runs.
    Code,
    /// In data for a script: JSON, and what frameworks send along of what the server has drawn.
    Data,
    /// In a tag, a comment or a style sheet.
    Markup,
}

/// Where the octet at `at` stands. Looks at the document up to there, once.
#[must_use]
pub fn place_of(html: &[u8], at: usize) -> Place {
    let mut from = 0;
    loop {
        let Some(open) = find(html, from, b"<").filter(|open| *open <= at) else { return Place::Text };
        let rest = &html[open..];
        if rest.starts_with(b"<!--") {
            let end = find(html, open + 4, b"-->").map_or(html.len(), |end| end + 3);
            if at < end {
                return Place::Markup;
            }
            from = end;
            continue;
        }
        if !matches!(rest.get(1), Some(b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?')) {
            from = open + 1;
            continue;
        }
        let tag_end = end_of_tag(html, open);
        if at < tag_end {
            return Place::Markup;
        }
        from = tag_end;
        let Some(raw) = RAW.iter().find(|name| is_tag(rest, name)) else { continue };
        let end = end_of_raw(html, tag_end, raw);
        if at < end {
            return match *raw {
                b"script" if is_data(&html[open..tag_end], &html[tag_end..end]) => Place::Data,
                b"script" => Place::Code,
                b"style" => Place::Markup,
                _ => Place::Text,
            };
        }
        from = end;
    }
}

/// Elements whose content is no markup.
const RAW: [&[u8]; 4] = [b"script", b"style", b"textarea", b"title"];
/// What scripts begin with that hold nothing but data: of Next.js, Nuxt, Remix, SvelteKit, Apollo and Redux, read 2026-11.
const HYDRATION: [&str; 8] = [
    "self.__next_f",
    "(self.__next_f",
    "window.__NUXT__",
    "window.__remixContext",
    "window.__reactRouterContext",
    "window.__INITIAL_STATE__",
    "window.__APOLLO_STATE__",
    "window.__PRELOADED_STATE__",
];

fn find(html: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = html.get(from..)?;
    let found = match what {
        [one] => memchr(*one, rest),
        _ => memmem::find(rest, what),
    };
    found.map(|found| from + found)
}

fn is_tag(rest: &[u8], name: &[u8]) -> bool {
    rest.get(1..=name.len()).is_some_and(|read| read.eq_ignore_ascii_case(name))
        && rest.get(name.len() + 1).is_none_or(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte))
}

/// Behind the `>` that ends the tag at `open`; one in a quoted value does not.
fn end_of_tag(html: &[u8], open: usize) -> usize {
    let mut quote = None;
    for (at, byte) in html.iter().enumerate().skip(open) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    html.len()
}

/// Where the end tag of `name` begins.
fn end_of_raw(html: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(found) = find(html, at, b"</") {
        let read = html.get(found + 2..found + 2 + name.len()).unwrap_or_default();
        if read.eq_ignore_ascii_case(name) {
            return found;
        }
        at = found + 2;
    }
    html.len()
}

fn is_data(tag: &[u8], content: &[u8]) -> bool {
    let holds_json = tag.windows(4).any(|window| window.eq_ignore_ascii_case(b"json"));
    let content = content.trim_ascii_start();
    holds_json || HYDRATION.iter().any(|begin| content.starts_with(begin.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_code_data_and_markup() {
        for (html, place) in [
            ("<p>KEY</p>", Place::Text),
            ("<pre><code>a &lt; b > KEY</code></pre>", Place::Text),
            ("a < b KEY", Place::Text),
            ("<title>KEY</title>", Place::Text),
            ("<textarea><b>KEY</textarea>", Place::Text),
            ("<script>if (a < b) { use('KEY') }</script>", Place::Code),
            ("<SCRIPT type=module>'</style>KEY'</SCRIPT>", Place::Code),
            ("<script>1</script><b>KEY", Place::Text),
            ("<script type=\"application/json\">{\"a\":\"KEY\"}</script>", Place::Data),
            ("<script>self.__next_f.push([1,\"KEY\"])</script>", Place::Data),
            ("<meta content='a > b KEY'>", Place::Markup),
            ("<!-- KEY -->", Place::Markup),
            ("<!-- > --><i>KEY", Place::Text),
            ("<style>KEY", Place::Markup),
        ] {
            let at = html.find("KEY").unwrap();
            assert_eq!(place_of(html.as_bytes(), at), place, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(html in "(<|>|</?script|</?title|<!--|-->|\"|'|\\PC){0,30}", at in 0usize..80) {
            let _ = place_of(html.as_bytes(), at);
        }
    }
}
