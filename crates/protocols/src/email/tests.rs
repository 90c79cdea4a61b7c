//! What the tests of all parsers share.

use crate::diagnostic::Diagnostic;

/// The codes of `issues`, in order.
pub(crate) fn codes(issues: &[Diagnostic]) -> Vec<&'static str> {
    issues.iter().map(|issue| issue.code).collect()
}

/// Every place an issue points at, or would change, lies in `text` on character boundaries.
pub(crate) fn assert_in_bounds(text: &str, issues: &[Diagnostic]) {
    for issue in issues {
        let edit = issue.edit.as_ref().map(|edit| edit.span);
        for span in std::iter::once(issue.span).chain(edit) {
            assert!(text.get(span.start..span.end).is_some(), "{issue:?} in {text:?}");
        }
    }
}

/// What holds for every parser, whatever strangers write: issues lie in the text, and what is printed reads the same again.
/// `read` gives the text as it is printed, whether receivers take it, and the issues.
pub(crate) fn assert_sound(text: &str, read: impl Fn(&str) -> (String, bool, Vec<Diagnostic>)) {
    let (printed, is_valid, issues) = read(text);
    assert_in_bounds(text, &issues);
    let (again, is_still_valid, _) = read(&printed);
    assert_eq!(again, printed, "from {text:?}");
    assert_eq!(is_still_valid, is_valid, "{printed:?} from {text:?}");
}

/// The lines of a file of records from the wild; none, and a loud word, where the files are absent.
pub(crate) fn corpus(file: &str) -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(file);
    match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect(),
        Err(error) => {
            eprintln!("NOT TESTED against records from the wild: {}: {error}", path.display());
            Vec::new()
        }
    }
}
