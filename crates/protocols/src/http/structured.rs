//! Structured fields (RFC 9651, 2024), as far as the header fields that checks read need them: dictionaries, and lists of
//! items inside of them. A field with one mistake in it is ignored as a whole (section 4.2).
//!
//! ```
//! use launch_ready_protocols::http::structured;
//!
//! let (members, diagnostics) = structured::dictionary("geolocation=(), camera=(self)");
//! assert_eq!(members[1].key, "camera");
//! assert!(diagnostics.is_empty());
//! ```

use crate::diagnostic::{Diagnostic, Span};

/// One member of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its key, in lower case.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where it stands, parameters included.
    pub span: Span,
}

/// The value of a member; parameters are read and left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One item; a key alone is the token `?1`.
    Item(Item),
    /// `( … )`.
    List(Vec<Item>),
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `"text"`, without quotes and escapes.
    Text(String),
    /// A token, number, boolean, byte sequence or date, as written.
    Token(String),
}

/// Reads a dictionary (section 4.2.2). Where it cannot be read there is nothing, and an issue that shows from where on.
#[must_use]
pub fn dictionary(text: &str) -> (Vec<Member>, Vec<Diagnostic>) {
    let mut reader = Reader { text, at: 0 };
    match reader.members() {
        Some(members) => (members, Vec::new()),
        None => {
            let at = reader.at.min(text.len());
            let span = Span::new(at, text.len());
            let message = "From here on this is not in the form of a structured field (RFC 9651), so browsers ignore the whole header.";
            (Vec::new(), vec![Diagnostic::error("structured-field-syntax", span, message)])
        }
    }
}

/// Reads one item (section 4.2.3), its parameters left out; `None` where it is none.
#[must_use]
pub fn item(text: &str) -> Option<Item> {
    let mut reader = Reader { text, at: 0 };
    reader.skip(b" ");
    let item = reader.item()?;
    reader.skip(b" ");
    reader.peek().is_none().then_some(item)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, blanks: &[u8]) {
        while self.peek().is_some_and(|byte| blanks.contains(&byte)) {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn run(&mut self, holds: impl Fn(u8) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&holds) {
            self.at += 1;
        }
        // Only ASCII was passed.
        self.text.get(start..self.at).unwrap_or_default().to_owned()
    }

    fn members(&mut self) -> Option<Vec<Member>> {
        let mut members: Vec<Member> = Vec::new();
        self.skip(b" ");
        while self.peek().is_some() {
            let start = self.at;
            let key = self.key()?;
            let value = if self.take(b'=') {
                self.value()?
            } else {
                self.parameters()?;
                Value::Item(Item::Token("?1".to_owned()))
            };
            let span = Span::new(start, self.at);
            // The last one of a key counts.
            members.retain(|member| member.key != key);
            members.push(Member { key, value, span });
            self.skip(b" \t");
            if self.peek().is_none() {
                return Some(members);
            }
            let comma = self.at;
            if !self.take(b',') {
                return None;
            }
            self.skip(b" \t");
            if self.peek().is_none() {
                self.at = comma;
                return None;
            }
        }
        Some(members)
    }

    fn key(&mut self) -> Option<String> {
        self.peek().filter(|byte| byte.is_ascii_lowercase() || *byte == b'*')?;
        Some(self.run(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)))
    }

    fn value(&mut self) -> Option<Value> {
        if !self.take(b'(') {
            return self.item().map(Value::Item);
        }
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.take(b')') {
                self.parameters()?;
                return Some(Value::List(items));
            }
            items.push(self.item()?);
            self.peek().filter(|byte| matches!(byte, b' ' | b')'))?;
        }
    }

    fn item(&mut self) -> Option<Item> {
        let item = self.bare_item()?;
        self.parameters()?;
        Some(item)
    }

    fn parameters(&mut self) -> Option<()> {
        while self.take(b';') {
            self.skip(b" ");
            self.key()?;
            if self.take(b'=') {
                self.bare_item()?;
            }
        }
        Some(())
    }

    fn bare_item(&mut self) -> Option<Item> {
        let token = match self.peek()? {
            b'"' => return self.string().map(Item::Text),
            b'*' | b'a'..=b'z' | b'A'..=b'Z' => {
                self.run(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte))
            }
            b'-' | b'0'..=b'9' | b'@' => self.run(|byte| byte.is_ascii_digit() || b"-.@".contains(&byte)),
            b'?' => self.run(|byte| matches!(byte, b'?' | b'0' | b'1')),
            b':' => self.run(|byte| byte.is_ascii_alphanumeric() || b":+/=".contains(&byte)),
            _ => return None,
        };
        Some(Item::Token(token))
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Some(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(char::from(self.peek().filter(|byte| matches!(byte, b'"' | b'\\'))?));
                }
                Some(byte @ 0x20..=0x7e) => text.push(char::from(byte)),
                _ => {
                    self.at = start;
                    return None;
                }
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionaries_are_read_as_browsers_do() {
        let (members, issues) =
            dictionary(r#"camera=(), a=(self "https://x.com";p=1 *);q, b=?0;x, c, *d=:aGk=:, e=-1.5, c=1"#);
        assert_eq!(issues, []);
        let keys: Vec<&str> = members.iter().map(|member| member.key.as_str()).collect();
        assert_eq!(keys, ["camera", "a", "b", "*d", "e", "c"], "the last of two counts");
        let token = |text: &str| Item::Token(text.to_owned());
        assert_eq!(members[0].value, Value::List(vec![]));
        assert_eq!(
            members[1].value,
            Value::List(vec![token("self"), Item::Text("https://x.com".into()), token("*")])
        );
        assert_eq!(members[5].value, Value::Item(token("1")));
    }

    #[test]
    fn one_mistake_spoils_the_field_and_is_shown() {
        for (text, rest) in [
            ("camera 'none'", "'none'"),
            ("camera=(self https//x", ""),
            ("camera=(),", ","),
            ("Camera=()", "Camera=()"),
            ("a=(\"x)", "\"x)"),
            ("a=1, b=é", "é"),
        ] {
            let (members, issues) = dictionary(text);
            assert_eq!((members, issues.len(), issues[0].span.of(text)), (vec![], 1, rest), "{text}");
        }
        assert_eq!(item(" same-origin; report-to=\"x\" "), Some(Item::Token("same-origin".into())));
        assert_eq!(item("same-origin, same-origin"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_spans_lie_in_it(text in "[a-z=(),;\" \\\\*:?é0-9-]{0,60}") {
            let (members, issues) = dictionary(&text);
            let _ = item(&text);
            for span in members.iter().map(|member| member.span).chain(issues.iter().map(|issue| issue.span)) {
                proptest::prop_assert!(text.get(span.start..span.end).is_some());
            }
        }
    }
}
