//! DNS panels: where to click, how the boxes are called, and how each wants a name and a value to be written.

use launch_ready_providers::model::Style;
use launch_ready_providers::{Provider, all, get, model};

use super::instructions::{Entry, FixInstructions, Lines};
use crate::dns::CharacterString;

/// A provider's panel, with general words for what is not known of it.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Its id in reports and on the command line: that of the recognised service.
    pub id: &'static str,
    /// How it calls itself.
    pub name: &'static str,
    /// The way to the list of records.
    place: &'static str,
    /// The button for a new one.
    add: &'static str,
    /// The box for the name.
    name_box: &'static str,
    /// What stands there for the zone itself: `@`, or nothing.
    root: &'static str,
    /// The box for the data.
    value_box: &'static str,
    /// How the data is written.
    style: Style,
    /// The box for the preference of an MX record; where there is none it stands before the server.
    priority_box: Option<&'static str>,
    /// What to do with the time to live: the box, and what to choose.
    ttl: Option<(&'static str, &'static str)>,
    /// Whether people have to be told that most panels add the domain to the name.
    any_name: bool,
    /// Whether people have to be told that texts go without quotes.
    any_text: bool,
    /// Whether all values of a name and type are one record.
    record_sets: bool,
    /// What else there is to know about a record type: every type where it is empty.
    notes: &'static [(String, String)],
}

/// The lines of a zone file, for those who keep one.
pub const ZONE_FILE: &str = "zone-file";

/// The panel with that id; for one that is not known, and for none, the general one.
#[must_use]
pub fn of(id: Option<&str>) -> Panel {
    let known = id.and_then(get).and_then(|provider| Some(Panel::known(provider, provider.panel.as_ref()?)));
    known.unwrap_or(if id == Some(ZONE_FILE) { OWN_ZONE } else { OTHER })
}

/// The ids that can be chosen.
pub fn ids() -> impl Iterator<Item = &'static str> {
    let panels = all().iter().filter(|provider| provider.panel.is_some());
    panels.map(|provider| provider.id.as_str()).chain([OWN_ZONE.id, OTHER.id])
}

/// A record to publish.
pub(crate) fn record(
    panel: &Panel,
    zone: Option<&str>,
    (name, record_type): (&str, &str),
    value: &str,
    replaces: Option<&str>,
) -> FixInstructions {
    if panel.id == ZONE_FILE {
        return zone_line(name, record_type, value, replaces);
    }
    let place = match replaces {
        None => format!("{} → {}", panel.place, panel.add),
        Some(_) => format!("{} → edit the record below", panel.place),
    };
    let mut boxes = vec![entry("Type", record_type), panel.name_entry(zone, name)];
    match replaces {
        // FixInstructions as the panel shows it, so that the row can be found.
        Some(old) => {
            boxes.push(entry("Old value", &panel.written(record_type, old)));
            boxes.extend(panel.value_entries(record_type, value));
        }
        None => {
            boxes.extend(panel.value_entries(record_type, value));
            boxes.extend(panel.ttl.map(|(label, value)| entry(label, value)));
        }
    }
    let mut notes: Vec<String> = Vec::new();
    if panel.record_sets {
        notes.push(match replaces {
            None => format!("{} keeps all {record_type} values of a name in one record: where that is there already, edit it, add this value on a line of its own, and leave the others.", panel.name),
            Some(_) => "Where the record holds several values, change this line of it only.".to_owned(),
        });
    }
    notes.extend(panel.notes_on(record_type).map(str::to_owned));
    if record_type == "CNAME" && zone == Some(name) {
        notes.push("A CNAME cannot stand at the domain itself in every panel; where this one refuses it, take the type ALIAS or ANAME, or the address that the target leads to.".to_owned());
    }
    FixInstructions { place, boxes, lines: None, notes }
}

/// A record to take away.
pub(crate) fn removal(
    panel: &Panel,
    zone: Option<&str>,
    (name, record_type): (&str, &str),
    value: &str,
) -> FixInstructions {
    if panel.id == ZONE_FILE {
        let text = format!("{name}. {record_type} {value}\n");
        return FixInstructions {
            place: "Delete from the zone file".to_owned(),
            lines: Some(lines(text)),
            ..serial()
        };
    }
    let mut boxes = vec![entry("Type", record_type), panel.name_entry(zone, name)];
    boxes.push(entry(panel.value_box, &panel.written(record_type, value)));
    let mut notes = Vec::new();
    if panel.record_sets {
        notes.push("Where the record holds several values, delete this line of it only.".to_owned());
    }
    FixInstructions { place: format!("{} → delete this record", panel.place), boxes, lines: None, notes }
}

fn zone_line(name: &str, record_type: &str, value: &str, replaces: Option<&str>) -> FixInstructions {
    let text = format!("{name}. 3600 IN {record_type} {value}\n");
    let place = match replaces {
        None => "Add to the zone file".to_owned(),
        Some(old) => format!("In the zone file, in place of the {record_type} record {old}"),
    };
    FixInstructions { place, lines: Some(lines(text)), ..serial() }
}

fn lines(text: String) -> Lines {
    Lines { file: "zone file".to_owned(), text }
}

fn serial() -> FixInstructions {
    let notes = vec!["Raise the serial number of the SOA record, then reload the zone.".to_owned()];
    FixInstructions { notes, ..FixInstructions::default() }
}

fn entry(label: &str, value: &str) -> Entry {
    Entry { label: label.to_owned(), value: value.to_owned() }
}

impl Panel {
    fn known(provider: &'static Provider, panel: &'static model::Panel) -> Self {
        let ttl = panel.ttl.as_ref().map(|(label, value)| (label.as_str(), value.as_str()));
        Self {
            id: &provider.id,
            name: &provider.name,
            place: &panel.place,
            add: panel.add.as_deref().unwrap_or(ADD),
            name_box: panel.name_box.as_deref().unwrap_or(NAME_BOX),
            root: &panel.root,
            value_box: panel.value_box.as_deref().unwrap_or(VALUE_BOX),
            style: panel.style,
            priority_box: panel.priority_box.as_deref(),
            ttl,
            any_name: panel.any_name,
            any_text: panel.any_text,
            record_sets: panel.record_sets,
            notes: &panel.notes,
        }
    }

    /// The name as the panel wants it: below the zone, or whole where it is not known what the zone is.
    fn name_entry(&self, zone: Option<&str>, name: &str) -> Entry {
        let below = zone.and_then(|zone| name.strip_suffix(zone));
        let value = match below {
            Some("") if self.root.is_empty() => "(leave it empty)",
            Some("") => self.root,
            Some(below) => below.strip_suffix('.').unwrap_or(name),
            None => name,
        };
        entry(self.name_box, value)
    }

    /// The data in the panel's boxes.
    fn value_entries(&self, record_type: &str, value: &str) -> Vec<Entry> {
        let label = match (record_type, self.priority_box) {
            ("MX", Some(priority)) => {
                let (preference, server) = value.split_once(' ').unwrap_or(("", value));
                return vec![entry(self.value_box, &self.host_name(server)), entry(priority, preference)];
            }
            _ => self.value_box,
        };
        vec![entry(label, &self.written(record_type, value))]
    }

    /// Data in zone-file notation as the panel wants it.
    fn written(&self, record_type: &str, value: &str) -> String {
        match (record_type, self.style) {
            (_, Style::Zone) => value.to_owned(),
            ("TXT", Style::Plain) => text_of(value),
            ("TXT", Style::Quoted) => value.to_owned(),
            ("MX", _) => match value.split_once(' ') {
                Some((preference, server)) => format!("{preference} {}", self.host_name(server)),
                None => value.to_owned(),
            },
            ("CNAME" | "NS", _) => self.host_name(value),
            _ => value.to_owned(),
        }
    }

    fn host_name(&self, name: &str) -> String {
        match name.strip_suffix('.') {
            Some(bare) if self.style != Style::Zone && !bare.is_empty() => bare.to_owned(),
            _ => name.to_owned(),
        }
    }

    fn notes_on<'t>(&self, record_type: &'t str) -> impl Iterator<Item = &'static str> + use<'t> {
        let about = move |of: &str| of.is_empty() || of == record_type;
        let general = [(self.any_name, ANY_NAME), (self.any_text, ANY_TEXT)];
        let general = general.into_iter().filter(|(wanted, _)| *wanted).map(|(_, note)| note);
        let known = self.notes.iter().map(|(of, note)| (of.as_str(), note.as_str()));
        known.chain(general).filter(move |(of, _)| about(of)).map(|(_, note)| note)
    }
}

/// The text of quoted strings, as a panel without quotes takes it: joined, and without escapes.
fn text_of(value: &str) -> String {
    let mut octets = Vec::new();
    let mut rest = value.trim_start();
    while let Some(open) = rest.strip_prefix('"') {
        let mut escaped = false;
        let end = open.bytes().position(|b| {
            let closes = b == b'"' && !escaped;
            escaped = b == b'\\' && !escaped;
            closes
        });
        let end = end.unwrap_or(open.len());
        octets.extend(CharacterString::from_presentation(open.get(..end).unwrap_or_default()).0);
        rest = open.get(end + 1..).unwrap_or_default().trim_start();
    }
    if octets.is_empty() { value.to_owned() } else { String::from_utf8_lossy(&octets).into_owned() }
}

/// What a box is called where the provider's documentation does not say it, or could not be read: words that stay true.
const NAME_BOX: &str = "Name (or Host)";
const VALUE_BOX: &str = "Value (or Data, Content, Target)";
const ADD: &str = "add a record";

/// For panels of which it is not known what they want.
const ANY_NAME: (&str, &str) = (
    "",
    "Most panels add the domain to the name by themselves: where yours shows names in full, type the full name.",
);
const ANY_TEXT: (&str, &str) =
    ("TXT", "Type the text without quotes, unless the panel's other texts stand in quotes.");

/// What is said where nobody knows the panel.
const OTHER: Panel = Panel {
    id: "other",
    name: "another DNS provider",
    place: "Where your DNS records are kept, the list of records",
    add: ADD,
    name_box: NAME_BOX,
    root: "@",
    value_box: VALUE_BOX,
    style: Style::Plain,
    priority_box: Some("Priority"),
    ttl: Some(("TTL", "leave it as it is, or 3600")),
    any_name: true,
    any_text: true,
    record_sets: false,
    notes: &[],
};

/// For those who keep a zone file (RFC 1035 section 5).
const OWN_ZONE: Panel = Panel {
    id: ZONE_FILE,
    name: "a zone file",
    place: "The zone file",
    add: "add a line",
    name_box: "",
    value_box: "",
    style: Style::Zone,
    priority_box: None,
    ttl: None,
    any_name: false,
    any_text: false,
    ..OTHER
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_that_keeps_sets_of_values_says_so_for_every_type() {
        for id in ["amazon-route-53", "google-cloud-dns", "hetzner"] {
            for (record_type, value) in
                [("TXT", "\"a\""), ("MX", "10 mx.example.net."), ("CAA", "0 issue \"x\"")]
            {
                let one = ("example.com", record_type);
                let added = record(&of(Some(id)), Some("example.com"), one, value, None);
                assert!(added.notes[0].contains(&format!("all {record_type} values")), "{added:?}");
                let changed = record(&of(Some(id)), Some("example.com"), one, value, Some(value));
                assert!(changed.notes[0].contains("change this line"), "{changed:?}");
                let removed = removal(&of(Some(id)), Some("example.com"), one, value);
                assert!(removed.notes[0].contains("delete this line"), "{removed:?}");
            }
        }
    }

    #[test]
    fn each_panel_gets_a_text_as_it_wants_it() {
        let text = format!("\"{}\" \"b\"", "a".repeat(255));
        let shown = |id| {
            let one = ("example.com", "TXT");
            record(&of(Some(id)), Some("example.com"), one, &text, None).boxes[2].value.clone()
        };
        for id in ["google-cloud-dns", "amazon-route-53", "hetzner"] {
            assert_eq!(shown(id), text, "{id}");
        }
        for id in ["squarespace", "cloudflare", "other"] {
            assert_eq!(shown(id), format!("{}b", "a".repeat(255)), "{id}");
        }
    }

    #[test]
    fn every_panel_can_be_chosen_and_the_general_one_stands_for_the_rest() {
        for id in ids() {
            assert_eq!(of(Some(id)).id, id);
        }
        assert_eq!(
            (of(None).id, of(Some("vercel")).id, of(Some("somebody")).id),
            ("other", "vercel", "other")
        );
    }
}
