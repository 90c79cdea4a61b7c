//! Text of strangers, before a template makes markup of it.

/// The same without what no document may hold, and without what turns the direction of the text around it. Templates escape the rest.
pub(crate) fn plain(text: &str) -> String {
    let plain = |character: char| match character {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        '\t' | '\n' => character,
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    };
    text.chars().map(plain).collect()
}

/// At most so many characters, with a sign that something is left out.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Puts `new` between the first `open` and the `close` behind it.
pub(crate) fn between(html: &str, open: &str, close: &str, new: &str) -> String {
    let Some((before, rest)) = html.split_once(open) else { return html.to_owned() };
    let Some((_, after)) = rest.split_once(close) else { return html.to_owned() };
    [before, open, new, close, after].concat()
}

/// Puts `new` before the first `mark`.
pub(crate) fn before(html: &str, mark: &str, new: &str) -> String {
    match html.split_once(mark) {
        Some((before, after)) => [before, new, mark, after].concat(),
        None => html.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_text_around_or_is_no_text_is_replaced() {
        assert_eq!(plain("a\u{202e}b\u{2066}c\u{0}d\te\nf<ü>"), "a\u{fffd}b\u{fffd}c\u{fffd}d\te\nf<ü>");
    }

    #[test]
    fn what_is_too_long_ends_with_a_sign() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("äbcd", 3), "äb…");
    }
}
