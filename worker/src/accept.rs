//! Which of our two forms a client takes: RFC 9110 section 12.5.1.

/// How a report is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One JSON document, when the scan has ended.
    Document,
    /// One line of JSON for each thing that happens, the report last.
    Lines,
}

impl Form {
    /// Every form's media type.
    pub(crate) const MEDIA_TYPES: [&str; 2] = ["application/json", "application/x-ndjson"];

    /// The media type.
    pub(crate) fn media_type(self) -> &'static str {
        let [document, lines] = Self::MEDIA_TYPES;
        match self {
            Self::Document => document,
            Self::Lines => lines,
        }
    }

    /// The form that an `Accept` field asks for; `None` if it takes neither. The document is what everybody gets
    /// who does not ask for lines by name, or prefers something else to them.
    pub(crate) fn preferred(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
            return Some(Self::Document);
        };
        let (document, lines) = (weight(accept, Self::Document), weight(accept, Self::Lines));
        let by_name = |weight: &Weight| weight.specificity == 2;
        if lines.quality == 0 && document.quality == 0 {
            return None;
        }
        // Of two that are named and weigh the same, the one that stands first.
        let even = by_name(&lines) && (!by_name(&document) || lines.position < document.position);
        let lines_win = lines.quality > document.quality || (lines.quality == document.quality && even);
        Some(if lines_win { Self::Lines } else { Self::Document })
    }
}

/// What an `Accept` field says about one media type.
struct Weight {
    /// In thousandths; zero is "not acceptable".
    quality: u16,
    /// 2 for its name, 1 for `application/*`, 0 for `*/*`: the most specific range counts.
    specificity: u8,
    /// Where the range stands.
    position: usize,
}

fn weight(accept: &str, form: Form) -> Weight {
    let mut found = Weight { quality: 0, specificity: 0, position: usize::MAX };
    for (position, range) in accept.split(',').enumerate() {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let specificity = match name {
            _ if name.eq_ignore_ascii_case(form.media_type()) => 2,
            _ if name.eq_ignore_ascii_case("application/*") => 1,
            "*/*" => 0,
            _ => continue,
        };
        if found.position != usize::MAX && specificity <= found.specificity {
            continue;
        }
        let quality = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))?
        });
        // What is no weight asks for nothing special.
        let quality = quality.unwrap_or(1000);
        found = Weight { quality, specificity, position };
    }
    found
}

/// `0.5` is 500: RFC 9110 section 12.4.2. Read by hand: the standard library's numbers cost 7 KB.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 {
        return None;
    }
    let thousandths: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}
