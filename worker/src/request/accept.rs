//! Which of our forms a client takes: RFC 9110 section 12.5.1.

use serde::{Deserialize, Serialize};

/// How a report is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        let [document, lines] = Self::MEDIA_TYPES.map(|media_type| Weight::of(accept, media_type));
        if lines.quality == 0.0 && document.quality == 0.0 {
            return None;
        }
        // Of two that are named and weigh the same, the one that stands first.
        let even = lines.is_by_name() && (!document.is_by_name() || lines.position < document.position);
        let lines_win = lines.quality > document.quality || (lines.quality == document.quality && even);
        Some(if lines_win { Self::Lines } else { Self::Document })
    }
}

/// Which of some media types, in our order, an `Accept` field prefers; `None` if it takes none of them.
pub(crate) fn preferred(accept: Option<&str>, media_types: &[&'static str]) -> Option<&'static str> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return media_types.first().copied();
    };
    let mut best: Option<(&'static str, f32)> = None;
    for media_type in media_types {
        let quality = Weight::of(accept, media_type).quality;
        if quality > best.map_or(0.0, |(_, quality)| quality) {
            best = Some((media_type, quality));
        }
    }
    best.map(|(media_type, _)| media_type)
}

/// What an `Accept` field says about one media type.
struct Weight {
    /// From 0, which is "not acceptable", to 1.
    quality: f32,
    /// 3 for its name, 2 for `application/*`, 1 for `*/*`: the most specific range counts.
    specificity: u8,
    /// Where the range stands.
    position: usize,
}

impl Weight {
    fn of(accept: &str, media_type: &str) -> Self {
        let mut found = Self { quality: 0.0, specificity: 0, position: 0 };
        let family = media_type.split_once('/').map_or(media_type, |(family, _)| family);
        for (position, range) in accept.split(',').enumerate() {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let specificity = match name.strip_suffix("/*") {
                Some("*") => 1,
                Some(other) if other == family => 2,
                None if name == media_type => 3,
                _ => continue,
            };
            if specificity <= found.specificity {
                continue;
            }
            let quality = parts.find_map(|part| {
                let (name, value) = part.split_once('=')?;
                name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
            });
            // What is no weight asks for nothing special.
            let quality = quality.filter(|quality| (0.0..=1.0).contains(quality)).unwrap_or(1.0);
            found = Self { quality, specificity, position };
        }
        found
    }

    fn is_by_name(&self) -> bool {
        self.specificity == 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_for_those_who_ask_for_them_by_name() {
        for (accept, form) in [
            (None, Some(Form::Document)),
            (Some(""), Some(Form::Document)),
            (Some("*/*"), Some(Form::Document)),
            (Some("application/*"), Some(Form::Document)),
            (Some("application/x-ndjson"), Some(Form::Lines)),
            (Some("Application/X-NDJSON; q=0.9, */*; q=0.1"), Some(Form::Lines)),
            (Some("application/x-ndjson, application/json"), Some(Form::Lines)),
            (Some("application/json, application/x-ndjson"), Some(Form::Document)),
            (Some("application/x-ndjson;q=0.5, application/json;q=0.8"), Some(Form::Document)),
            (Some("application/x-ndjson;q=0, */*"), Some(Form::Document)),
            (Some("text/html"), None),
            (Some("application/json;q=0"), None),
        ] {
            assert_eq!(Form::preferred(accept), form, "{accept:?}");
        }
    }

    #[test]
    fn of_several_forms_the_first_of_ours_is_taken_where_none_is_preferred() {
        const OURS: [&str; 3] = ["application/json", "text/markdown", "application/zip"];
        for (accept, form) in [
            (None, Some("application/json")),
            (Some("text/*"), Some("text/markdown")),
            (Some("application/zip;q=0.2, text/markdown;q=0.3"), Some("text/markdown")),
            (Some("application/json;q=0, */*;q=0.1"), Some("text/markdown")),
            (Some("application/zip"), Some("application/zip")),
            (Some("image/png"), None),
        ] {
            assert_eq!(preferred(accept, &OURS), form, "{accept:?}");
        }
    }
}
