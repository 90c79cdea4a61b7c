//! DNS panels: where to click, how the boxes are called, and how each wants a name and a value to be written.

use super::instructions::{Entry, FixInstructions, Lines};
use crate::dns::CharacterString;

/// A provider's panel.
#[derive(Debug)]
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
    /// What to do with the time to live.
    ttl: Option<Ttl>,
    /// What else there is to know about a record type: every type where it is empty.
    notes: &'static [(&'static str, &'static str)],
    /// Where this was read; tested to be there.
    pub source: &'static str,
}

#[derive(Debug)]
struct Ttl {
    label: &'static str,
    value: &'static str,
}

/// How a panel wants data to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As people read it: a text without quotes, names without the dot at their end.
    Plain,
    /// A text in quotes, in pieces of at most 255 characters; names without the dot at their end.
    Quoted,
    /// As in a zone file: quotes, and a dot at the end of names.
    Zone,
}

/// The lines of a zone file, for those who keep one.
pub const ZONE_FILE: &str = "zone-file";

/// The panel with that id; for one that is not known, and for none, the general one.
#[must_use]
pub fn of(id: Option<&str>) -> &'static Panel {
    PANELS.iter().find(|panel| Some(panel.id) == id).unwrap_or(&OTHER)
}

/// The ids that can be chosen.
pub fn ids() -> impl Iterator<Item = &'static str> {
    PANELS.iter().map(|panel| panel.id).chain([OTHER.id])
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
            boxes.extend(panel.ttl.as_ref().map(|ttl| entry(ttl.label, ttl.value)));
        }
    }
    let mut notes: Vec<String> = panel.notes_on(record_type).map(str::to_owned).collect();
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
    if panel.style == Style::Quoted {
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

    fn notes_on(&self, record_type: &str) -> impl Iterator<Item = &'static str> {
        let about = move |(of, _): &&(&str, &str)| of.is_empty() || *of == record_type;
        self.notes.iter().filter(about).map(|(_, note)| *note)
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
const PRIORITY_BOX: Option<&str> = Some("Priority");
const ADD: &str = "add a record";
const TTL_LEAVE: Option<Ttl> = Some(Ttl { label: "TTL", value: "leave it as it is, or 3600" });

/// For panels of which it is not known what they want.
const ANY_NAME: (&str, &str) = (
    "",
    "Most panels add the domain to the name by themselves: where yours shows names in full, type the full name.",
);
const ANY_TEXT: (&str, &str) =
    ("TXT", "Type the text without quotes, unless the panel's other texts stand in quotes.");

/// What is said where nobody knows the panel.
static OTHER: Panel = Panel {
    id: "other",
    name: "another DNS provider",
    place: "Where your DNS records are kept, the list of records",
    add: ADD,
    name_box: NAME_BOX,
    root: "@",
    value_box: VALUE_BOX,
    style: Style::Plain,
    priority_box: PRIORITY_BOX,
    ttl: TTL_LEAVE,
    notes: &[ANY_NAME, ANY_TEXT],
    source: "general: no provider in particular",
};

/// What stands in quotation marks as a menu, a button or a box is what the provider's documentation calls it, at the address
/// and on the day of `source`. Where it could not be read, the row is in general words and says so: “general”.
static PANELS: &[Panel] = &[
    Panel {
        id: "cloudflare",
        name: "Cloudflare",
        place: "Cloudflare dashboard → your domain → DNS → Records",
        add: "Add record",
        name_box: "Name",
        root: "@",
        value_box: "Content (for a CNAME “Target”, for an A “IPv4 address”)",
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: Some(Ttl { label: "TTL", value: "Auto" }),
        notes: &[
            (
                "CNAME",
                "Proxy status: leave “Proxied” on for your site; switch it to “DNS only” for names that a mail or other service asked for.",
            ),
            (
                "CAA",
                "The panel may ask for the record's parts in boxes of their own: 0, the word in the middle, the name in quotes.",
            ),
        ],
        source: "developers.cloudflare.com/dns/manage-dns-records/how-to/create-dns-records and reference/dns-record-types; read 2026-11-26",
    },
    Panel {
        id: "amazon-route-53",
        name: "Amazon Route 53",
        place: "Route 53 console → Hosted zones → your domain",
        add: "Create record",
        name_box: "Record name",
        root: "",
        value_box: "Value",
        style: Style::Quoted,
        priority_box: None,
        ttl: Some(Ttl { label: "TTL (in seconds)", value: "300" }),
        notes: &[(
            "TXT",
            "Route 53 keeps all texts of a name in one record: where there is a TXT record of this name already, edit it and add this as a line of its own. Keep the quotes.",
        )],
        source: "docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-creating.html and ResourceRecordTypes.html; read 2026-11-26",
    },
    Panel {
        id: "namecheap",
        name: "Namecheap",
        place: "Namecheap → Domain List → Manage, the domain's DNS records",
        add: ADD,
        name_box: "Host",
        root: "@",
        value_box: "Value",
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: TTL_LEAVE,
        notes: &[
            ("", "Namecheap adds the domain to the name by itself: type only the part before it."),
            ANY_TEXT,
            ("MX", "Records for mail may stand in a part of their own on that page."),
        ],
        source: "namecheap.com/support/knowledgebase/article.aspx/9646/10/how-can-i-set-up-a-cname-record-for-my-domain; read 2026-11-26; mail and TTL general",
    },
    Panel {
        id: "godaddy",
        name: "GoDaddy",
        place: "GoDaddy Domain Portfolio → your domain → DNS",
        add: "Add New Record",
        name_box: "Name",
        root: "@",
        value_box: "Value",
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: Some(Ttl { label: "TTL", value: "1 Hour (the default)" }),
        notes: &[],
        source: "godaddy.com/help/add-a-txt-record-19232; read 2026-11-26",
    },
    Panel {
        id: "squarespace",
        name: "Squarespace",
        place: "Squarespace, your domain's DNS settings, the records of your own",
        add: ADD,
        name_box: NAME_BOX,
        root: "@",
        value_box: VALUE_BOX,
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: None,
        notes: &[ANY_NAME, ANY_TEXT],
        source: "general: Squarespace's help (support.squarespace.com) could not be read, 2026-11-26",
    },
    Panel {
        id: "google-cloud-dns",
        name: "Google Cloud DNS",
        place: "In Google Cloud: Cloud DNS → your zone. Domains that were bought at Google Domains are at Squarespace now: your domain's DNS settings there",
        add: ADD,
        name_box: "DNS name (at Squarespace Name or Host)",
        root: "(leave it empty; at Squarespace @)",
        value_box: VALUE_BOX,
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: TTL_LEAVE,
        notes: &[
            (
                "",
                "Type the part before the domain only. In Google Cloud a host name in the data ends with a dot: mail.example.com.",
            ),
            ANY_TEXT,
        ],
        source: "cloud.google.com/dns/docs/records and records/json-record; read 2026-11-26; Squarespace general",
    },
    Panel {
        id: "vercel",
        name: "Vercel",
        place: "Vercel, the DNS records of your domain",
        add: ADD,
        name_box: NAME_BOX,
        root: "@",
        value_box: VALUE_BOX,
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: TTL_LEAVE,
        notes: &[ANY_TEXT],
        source: "vercel.com/docs/cli/dns (what a record consists of); read 2026-11-26; the dashboard's words general",
    },
    Panel {
        id: "netlify",
        name: "Netlify",
        place: "Netlify, the DNS records of your domain",
        add: ADD,
        name_box: NAME_BOX,
        root: "@",
        value_box: VALUE_BOX,
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: TTL_LEAVE,
        notes: &[ANY_NAME, ANY_TEXT],
        source: "general: Netlify's page on DNS records (docs.netlify.com) could not be read, 2026-11-26",
    },
    Panel {
        id: "porkbun",
        name: "Porkbun",
        place: "Porkbun, the DNS records of your domain",
        add: ADD,
        name_box: NAME_BOX,
        root: "(leave it empty, or @)",
        value_box: VALUE_BOX,
        style: Style::Plain,
        priority_box: PRIORITY_BOX,
        ttl: TTL_LEAVE,
        notes: &[ANY_NAME, ANY_TEXT],
        source: "general: Porkbun's help (kb.porkbun.com) could not be read, 2026-11-26",
    },
    Panel {
        id: "hetzner",
        name: "Hetzner",
        place: "Hetzner Console, the records of your DNS zone",
        add: ADD,
        name_box: "Name",
        root: "@",
        value_box: "Value",
        style: Style::Zone,
        priority_box: None,
        ttl: None,
        notes: &[(
            "",
            "Keep the dot at the end of names and the quotes around texts: without the dot, the zone is added to the name.",
        )],
        source: "docs.hetzner.com/networking/dns/faq/records; texts by Hetzner's own tools (github.com/hetznercloud); read 2026-11-26",
    },
    Panel {
        id: ZONE_FILE,
        name: "a zone file",
        place: "The zone file",
        add: "add a line",
        name_box: "",
        root: "@",
        value_box: "",
        style: Style::Zone,
        priority_box: None,
        ttl: None,
        notes: &[],
        source: "RFC 1035 section 5; read 2026-11-26",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_where_and_when_it_was_read_or_is_in_general_words() {
        for panel in PANELS {
            let read = panel.source.contains("; read 20");
            assert!(read || panel.source.starts_with("general: "), "{}: {}", panel.id, panel.source);
            // What was not read is said in the words of the general row.
            if !read {
                assert_eq!(
                    (panel.add, panel.name_box, panel.value_box),
                    (ADD, NAME_BOX, VALUE_BOX),
                    "{}",
                    panel.id
                );
                assert!(!panel.place.contains('→'), "{}: a way through menus that nobody read", panel.id);
            }
        }
    }
}
