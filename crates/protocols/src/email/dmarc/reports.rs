//! Whether the place that reports are sent to wants them: a receiver asks before it reports to a stranger
//! ([RFC 9990, 4](https://www.rfc-editor.org/rfc/rfc9990#section-4)).

use crate::answers::Resolve;
use crate::answers::{Stop, Unmeasured};
use crate::dns::{RecordType, texts};

use super::discover::organizational_domain;
use super::{parse, select};
use crate::email::uri::ReportUri;

/// Whether receivers send reports about one domain to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorisation {
    /// The host says that it takes them.
    Granted {
        /// Where it says so.
        name: String,
        /// What stands there.
        text: String,
        /// A place at another host that it names in the place of the domain's own; receivers do not follow that.
        stray: Option<String>,
    },
    /// Host and domain are one organization: nobody has to be asked.
    Internal,
    /// The host does not say so, as two resolvers agree: receivers send nothing.
    Missing {
        /// Where it would have to say so.
        name: String,
        /// What stands there instead.
        words: String,
    },
    /// Nobody knows.
    Unknown(Unmeasured),
}

/// Whether `host` may be sent reports about the record at `policy_domain`.
///
/// A host at or below the domain is taken for the same organization without asking. For any other the host's consent is
/// looked for first: one question, where the organizational domains of both would take several.
///
/// # Errors
/// Pending until the answers are there.
pub fn authorisation(answers: &dyn Resolve, policy_domain: &str, host: &str) -> Result<Authorisation, Stop> {
    let host = crate::dns::dns_name(host);
    if is_within(&host, policy_domain) {
        return Ok(Authorisation::Internal);
    }
    let name = format!("{policy_domain}._report._dmarc.{host}");
    // What cannot be asked cannot be granted.
    let words = if name.len() > MAX_NAME {
        "the name is longer than DNS allows".to_owned()
    } else {
        let lookup = match answers.lookup(&name, RecordType::Txt) {
            Ok(lookup) => lookup,
            Err(Stop::NotMeasured(gap)) => return Ok(Authorisation::Unknown(gap)),
            Err(Stop::Pending) => return Err(Stop::Pending),
        };
        if lookup.records.is_empty() && !lookup.is_missing() {
            return Ok(Authorisation::Unknown(lookup.gap()));
        }
        let texts = texts(&lookup.records);
        if let Some(text) = select(&texts).records.first() {
            let (record, _) = parse(text);
            let is_stray = |uri: &ReportUri<'_>| {
                !uri.destination.host().is_some_and(|to| to.eq_ignore_ascii_case(&host))
            };
            let stray = record.aggregate_reports.iter().find(is_stray).map(|uri| uri.text.to_owned());
            return Ok(Authorisation::Granted { name, text: text.to_string(), stray });
        }
        lookup.words()
    };
    let own = organizational_domain(answers, policy_domain);
    let theirs = organizational_domain(answers, &host);
    match (own, theirs) {
        (Err(Stop::Pending), _) | (_, Err(Stop::Pending)) => Err(Stop::Pending),
        (Err(Stop::NotMeasured(gap)), _) | (_, Err(Stop::NotMeasured(gap))) => {
            Ok(Authorisation::Unknown(gap))
        }
        (Ok(own), Ok(theirs)) if own.organizational_domain() == theirs.organizational_domain() => {
            Ok(Authorisation::Internal)
        }
        _ => Ok(Authorisation::Missing { name, words }),
    }
}

fn is_within(name: &str, above: &str) -> bool {
    name.strip_suffix(above).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Characters of a name as it is written: [RFC 1035, 2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)
const MAX_NAME: usize = 253;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Table;
    use crate::answers::table::Asked;

    /// What is said, and how many names were asked about.
    fn asked(zone: &[(&str, &str)], policy_domain: &str, host: &str) -> (Authorisation, usize) {
        let lines: Vec<String> = zone.iter().map(|(name, text)| format!("{name}. TXT \"{text}\"")).collect();
        let table = Table::parse(&lines.join("\n")).unwrap();
        let asked = Asked::of(&table);
        let value = authorisation(&asked, policy_domain, host).unwrap();
        (value, asked.names().len())
    }

    #[test]
    fn nobody_is_asked_within_one_organization() {
        assert_eq!(asked(&[], "example.com", "Example.COM"), (Authorisation::Internal, 0));
        assert_eq!(asked(&[], "example.com", "dmarc.example.com"), (Authorisation::Internal, 0));
        // Above it: the walk shows that both are one.
        let zone = [("_dmarc.example.com", "v=DMARC1; p=none"), ("_dmarc.a.example.com", "v=DMARC1; p=none")];
        assert_eq!(asked(&zone, "a.example.com", "example.com").0, Authorisation::Internal);
        assert_eq!(asked(&zone, "a.example.com", "b.example.com").0, Authorisation::Internal);
    }

    #[test]
    fn a_stranger_has_to_say_yes() {
        let name = "example.com._report._dmarc.reports.net";
        for text in ["v=DMARC1", "v=DMARC1;", "v=DMARC1; rua=mailto:x@reports.net"] {
            let granted =
                Authorisation::Granted { name: name.to_owned(), text: text.to_owned(), stray: None };
            assert_eq!(asked(&[(name, text)], "example.com", "reports.net"), (granted, 1), "{text}");
        }
        for zone in [&[][..], &[(name, "v=dmarc1")], &[(name, "rua=x; v=DMARC1")], &[(name, "ok")]] {
            let (answer, _) = asked(zone, "example.com", "reports.net");
            assert!(matches!(answer, Authorisation::Missing { .. }), "{zone:?}: {answer:?}");
        }
        assert!(matches!(asked(&[], "ample.com", "example.com").0, Authorisation::Missing { .. }));
        let several = [(name, "v=DMARC1"), (name, "v=DMARC1; rua=mailto:x@reports.net")];
        assert!(matches!(asked(&several, "example.com", "reports.net").0, Authorisation::Granted { .. }));
    }

    /// [RFC 9990, 4](https://www.rfc-editor.org/rfc/rfc9990#section-4): an address that the host names itself keeps the host.
    #[test]
    fn whoever_takes_reports_cannot_send_them_on_to_somebody_else() {
        let name = "example.com._report._dmarc.reports.net";
        for (text, expected) in [
            ("v=DMARC1; rua=mailto:x@reports.net", None),
            ("v=DMARC1; rua=mailto:x@Reports.NET,mailto:y@victim.org", Some("mailto:y@victim.org")),
        ] {
            let (answer, _) = asked(&[(name, text)], "example.com", "reports.net");
            let Authorisation::Granted { stray, .. } = answer else { panic!("{answer:?}") };
            assert_eq!(stray.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_name_that_is_too_long_can_not_be_asked() {
        let long = vec!["abcdefghi"; 20].join(".");
        let (answer, _) = asked(&[], &format!("{long}.com"), &format!("{long}.net"));
        assert!(matches!(answer, Authorisation::Missing { .. }), "{answer:?}");
    }
}
