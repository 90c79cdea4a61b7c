//! What the HTML of a page says about itself, from one pass of a WHATWG tokenizer.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::answer::Body;

/// A page, as far as checks look at it. Everything in it was written by strangers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The first `<title>`, blanks folded.
    pub title: Option<String>,
    /// `content` of every `<meta name=robots>` and `<meta name=googlebot>`, with the name in lower case.
    pub robots: Vec<(String, String)>,
    /// `href` of every `<link rel=canonical>`.
    pub canonical: Vec<String>,
    /// `content` of every `<meta http-equiv=content-security-policy>`.
    pub content_security_policies: Vec<String>,
}

impl Page {
    /// Reads as much as is there.
    #[must_use]
    pub fn parse(body: &Body) -> Self {
        let mut page = Self::default();
        let mut in_title = false;
        let mut emitter = DefaultEmitter::default();
        // What stands inside <script>, <style> and <textarea> is text.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(body.bytes.as_slice(), emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let attribute = |name: &str| {
                        tag.attributes.get(name.as_bytes()).map(|value| {
                            String::from_utf8_lossy(value).trim().chars().take(MAX_TEXT).collect::<String>()
                        })
                    };
                    match &**tag.name {
                        b"title" => in_title = page.title.is_none(),
                        b"meta" => {
                            page.meta(attribute("name"), attribute("http-equiv"), attribute("content"));
                        }
                        b"link" => {
                            let is_canonical = |rel: &String| {
                                rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("canonical"))
                            };
                            if attribute("rel").as_ref().is_some_and(is_canonical)
                                && page.canonical.len() < MAX_REPEATS
                            {
                                page.canonical.extend(attribute("href"));
                            }
                        }
                        _ => {}
                    }
                }
                Token::String(text) if in_title => {
                    let text = String::from_utf8_lossy(&text);
                    let folded: Vec<&str> = text.split_whitespace().collect();
                    page.title = Some(folded.join(" ").chars().take(MAX_TEXT).collect());
                    in_title = false;
                }
                Token::EndTag(_) => in_title = false,
                _ => {}
            }
        }
        page
    }

    fn meta(&mut self, name: Option<String>, http_equiv: Option<String>, content: Option<String>) {
        let Some(content) = content else { return };
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if matches!(name.as_str(), "robots" | "googlebot") && self.robots.len() < MAX_REPEATS {
            self.robots.push((name, content));
        } else if http_equiv.is_some_and(|value| value.eq_ignore_ascii_case("content-security-policy"))
            && self.content_security_policies.len() < MAX_REPEATS
        {
            self.content_security_policies.push(content);
        }
    }
}

/// Characters of one attribute or title that are kept.
const MAX_TEXT: usize = 4096;
/// How many of one repeated element are kept.
const MAX_REPEATS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page::parse(&Body { bytes: html.into(), cut: None })
    }

    #[test]
    fn reads_what_the_page_says_about_itself() {
        let page = page(
            r#"<!doctype html><HTML><head><title> Launch
               Ready </title><META NAME="Robots" content="NoIndex, follow">
               <link rel="alternate canonical" href=https://example.com/><title>second</title>"#,
        );
        assert_eq!(page.title.as_deref(), Some("Launch Ready"));
        assert_eq!(page.robots, [("robots".to_owned(), "NoIndex, follow".to_owned())]);
        assert_eq!(page.canonical, ["https://example.com/"]);
    }

    #[test]
    fn what_stands_in_comments_scripts_and_text_is_not_markup() {
        let page = page(
            r#"<!-- <meta name=robots content=noindex> --><script>"<meta name=robots content=noindex>"</script>
               <textarea><meta name=robots content=noindex></textarea>&lt;meta name=robots content=noindex>"#,
        );
        assert_eq!(page.robots, []);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = Page::parse(&Body { bytes, cut: None });
        }
    }
}
