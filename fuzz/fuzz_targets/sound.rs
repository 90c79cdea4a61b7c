// What holds for every parser, whatever it is given.

use launch_ready_core::diagnostic::Diagnostic;

/// Issues and their edits point into the text, on character boundaries.
fn assert_in_bounds(text: &str, issues: &[Diagnostic]) {
    for issue in issues {
        for span in std::iter::once(issue.span).chain(issue.edit.iter().map(|edit| edit.span)) {
            assert!(text.get(span.start..span.end).is_some(), "{issue:?}");
        }
    }
}
