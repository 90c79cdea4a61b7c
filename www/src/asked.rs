//! What somebody asks the service about, and how that stands in an address.

use web_sys::UrlSearchParams;

/// A question to the service, in the words of whoever asks. It is the service that judges them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// What was typed as a domain, without blanks around it.
    pub domain: String,
    /// The id of a segment; empty where it was not said.
    pub segment: String,
    /// The id of a use of mail; empty where it was not said.
    pub mail: String,
}

impl Asked {
    /// What the query of the page's own address asks for; `None` without a domain in it.
    #[must_use]
    pub fn from_query(query: &str) -> Option<Self> {
        let fields = UrlSearchParams::new_with_str(query).ok()?;
        let field = |name| fields.get(name).unwrap_or_default().trim().to_owned();
        let asked = Self { domain: field("domain"), segment: field("segment"), mail: field("mail") };
        (!asked.domain.is_empty()).then_some(asked)
    }

    /// The query that asks for it, of the page's address and of the service's.
    #[must_use]
    pub fn query(&self) -> String {
        let Ok(fields) = UrlSearchParams::new() else { return String::new() };
        fields.set("domain", &self.domain);
        for (name, value) in [("segment", &self.segment), ("mail", &self.mail)] {
            if !value.is_empty() {
                fields.set(name, value);
            }
        }
        fields.to_string().into()
    }

    /// Where the service answers it.
    #[must_use]
    pub fn report_address(&self) -> String {
        format!("/api/v1/report?{}", self.query())
    }
}
