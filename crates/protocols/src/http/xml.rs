//! Whether a document is well-formed XML, as browsers ask of what comes as `application/xhtml+xml` (XML 1.0, fifth edition).

use roxmltree::{Document, Error, ParsingOptions};

/// Whether the document is well-formed. What cannot be told is no fault: entities that a document type declares elsewhere, encodings
/// other than UTF-8, and documents with more than [`MAX_NODES`] nodes.
///
/// # Errors
/// What is wrong, with line and column.
pub fn well_formed(document: &[u8]) -> Result<(), String> {
    let Ok(text) = std::str::from_utf8(document) else { return Ok(()) };
    // A blank before the declaration is a fault of its own, which the parser says.
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES };
    match Document::parse_with_options(text, options) {
        Ok(_) | Err(Error::NodesLimitReached) => Ok(()),
        // Those of XHTML stand in a file that is named and not fetched.
        Err(Error::UnknownEntityReference(..)) if text.contains("<!DOCTYPE") => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// Nodes of a document that are looked at.
pub const MAX_NODES: u32 = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_refuse_is_told_with_its_place() {
        let whole = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>a</title></head><body><p>b<br/></p></body></html>";
        assert_eq!(well_formed(whole.as_bytes()), Ok(()));
        assert_eq!(
            well_formed(format!("<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n{whole}").as_bytes()),
            Ok(())
        );
        for broken in [
            "<html><p>a<br></p></html>",
            "<html><p>Salt & pepper</p></html>",
            "<html><img src=a.png /></html>",
            "<html><p>a</html>",
            "<html><p>&nbsp;</p></html>",
            "<html></html><p>a</p>",
        ] {
            assert!(well_formed(broken.as_bytes()).is_err(), "{broken}");
        }
        assert!(well_formed(b"<html>\n<p>a</html>").unwrap_err().contains("2:"));
    }

    #[test]
    fn what_cannot_be_told_is_no_fault() {
        let public = "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\"><html><p>&nbsp;</p></html>";
        assert_eq!(well_formed(public.as_bytes()), Ok(()));
        assert_eq!(well_formed(b"<html>\xff</html>"), Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[<>&;/a!\\[\\]\"= -]{0,60}") {
            let _ = well_formed(text.as_bytes());
        }
    }
}
