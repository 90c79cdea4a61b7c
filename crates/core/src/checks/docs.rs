//! What each check is about, in words: taken from the module documentation of its file when this crate is built, so
//! the page, the API and the generated documentation say the same.

/// A check explained.
#[derive(Debug, PartialEq, Eq)]
pub struct CheckDocs {
    /// The check's id.
    pub id: &'static str,
    /// The check's name for people.
    pub name: &'static str,
    /// What it checks.
    pub what: &'static str,
    /// Why it matters to a founder.
    pub why: &'static str,
    /// How to put it right.
    pub fix: &'static str,
    /// Where the rules and numbers come from.
    pub sources: &'static str,
    /// The rows of the requirements that it covers.
    pub covers: &'static str,
    /// Its evidence examples, as they stand in the file.
    pub examples: &'static str,
    /// Its file below `src/checks/`.
    pub file: &'static str,
}

/// What a report says about a check. Apart from the rest, which a Worker then need not carry: for thirteen checks that
/// is 30 KB.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary {
    /// The check's id.
    pub id: &'static str,
    /// The check's name for people.
    pub name: &'static str,
    /// Why it matters to a founder.
    pub why: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/explanations.rs"));

/// The explanation of the check with that id.
#[must_use]
pub fn of(id: &str) -> Option<&'static CheckDocs> {
    CHECK_DOCS.iter().find(|explanation| explanation.id == id)
}

/// What a report says about the check with that id.
#[must_use]
pub fn words(id: &str) -> Option<&'static Summary> {
    WORDS.iter().find(|words| words.id == id)
}
