//! What somebody asks the service about, and how that stands in an address.

use web_sys::UrlSearchParams;

use crate::typed;

/// Where the service answers.
pub const REPORT: &str = "/api/v1/report";

/// Where recorded reports are shown, and of which domain they are.
const SAMPLE: &str = "/sample/";
const SAMPLE_DOMAIN: &str = "example.com";

/// A question to the service, in the words of whoever asks. It is the service that judges them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// What was typed as a domain, without blanks around it.
    pub domain: String,
    /// The id of a segment; empty where it was not said.
    pub segment: String,
    /// The id of a use of mail; empty where it was not said.
    pub mail: String,
    /// DKIM selectors, separated by commas or blanks.
    pub selectors: String,
    /// Paths of the site, separated by commas or blanks.
    pub paths: String,
}

impl Asked {
    /// What the query of the page's own address asks for; `None` without a domain in it.
    #[must_use]
    pub fn from_query(query: &str) -> Option<Self> {
        let fields = UrlSearchParams::new_with_str(query).ok()?;
        let field = |name| fields.get(name).unwrap_or_default().trim().to_owned();
        let all = |name| {
            let values = fields.get_all(name);
            values
                .iter()
                .filter_map(|value| value.as_string())
                .collect::<Vec<_>>()
                .join(" ")
                .trim()
                .to_owned()
        };
        let asked = Self {
            domain: field("domain"),
            segment: field("segment"),
            mail: field("mail"),
            selectors: all("selector"),
            paths: all("path"),
        };
        (!asked.domain.is_empty()).then_some(asked)
    }

    /// What the path of a page about one domain asks for: `/r/example.com`; or that of a recorded report, `/sample/ready`.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        if path.starts_with(SAMPLE) {
            return Some(Self { domain: SAMPLE_DOMAIN.to_owned(), ..Self::default() });
        }
        let domain = path.strip_prefix("/r/").filter(|domain| !domain.is_empty() && !domain.contains('/'))?;
        Some(Self { domain: domain.to_owned(), ..Self::default() })
    }

    /// The fields of the query that asks for it, of the page's address and of the service's.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let once = [("domain", &self.domain), ("segment", &self.segment), ("mail", &self.mail)];
        let once = once.into_iter().map(|(name, value)| (name, value.as_str()));
        let several = [("selector", &self.selectors), ("path", &self.paths)];
        let several = several
            .into_iter()
            .flat_map(|(name, values)| typed::several(values).map(move |value| (name, value)));
        once.filter(|(_, value)| !value.is_empty()).chain(several)
    }

    /// The query itself.
    #[must_use]
    pub fn query(&self) -> String {
        let Ok(query) = UrlSearchParams::new() else { return String::new() };
        self.fields().for_each(|(name, value)| query.append(name, value));
        query.to_string().into()
    }

    /// The file with the recorded answer, where the page at `path` is a sample and this is what it asks for.
    #[must_use]
    pub fn recorded(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(SAMPLE).filter(|_| Self::from_path(path).as_ref() == Some(self))?;
        Some(format!("/samples/{name}.ndjson"))
    }

    /// Where the service answers it.
    #[must_use]
    pub fn report_address(&self) -> String {
        format!("{REPORT}?{}", self.query())
    }
}
