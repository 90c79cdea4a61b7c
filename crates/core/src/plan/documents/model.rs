//! One model for every document: what is on the sheet, without how it looks. Rendered as [Markdown](super::markdown),
//! as a [page to print](super::html), and, by its own serialisation, as JSON.

use serde::Serialize;

use crate::providers::keys::rules;
use crate::report::markdown::visible;

/// The version of a document's JSON; it changes when a field changes its meaning or goes away.
pub const DOCUMENT_SCHEMA: u32 = 1;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Document {
    /// [`DOCUMENT_SCHEMA`].
    pub schema: u32,
    /// Its id, and the name of its file: `risk-list`.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What it is about: the domain.
    pub subject: String,
    /// From when and where its evidence is; empty where it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub made: String,
    /// Whether it has to fit on one sheet of paper.
    pub one_page: bool,
    /// What is on it.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Block {
    /// A heading: level 2 for parts, 3 for their parts.
    Heading {
        /// 2 or 3.
        level: u8,
        /// The words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// The words.
        text: Text,
    },
    /// A list.
    List {
        /// Whether the order matters.
        ordered: bool,
        /// Its items.
        items: Vec<Text>,
    },
    /// Boxes to tick.
    Ticks {
        /// Its boxes.
        items: Vec<Tick>,
    },
    /// A table.
    Table {
        /// The headings of its columns.
        columns: Vec<String>,
        /// Its rows, each with a cell for each column.
        rows: Vec<Vec<Text>>,
    },
    /// Lines to copy.
    Code {
        /// The lines.
        text: String,
    },
    /// The next part begins on a new sheet of paper.
    NewPage,
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tick {
    /// Whether it is ticked.
    pub done: bool,
    /// What for.
    pub text: Text,
}

/// A line of words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Text(pub Vec<Span>);

/// A run of words that look alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// How it looks.
    pub style: Style,
    /// The words.
    pub text: String,
}

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Like text.
    Plain,
    /// To be seen first.
    Strong,
    /// As it stands in a file, a record or an address.
    Code,
    /// Not known: to be filled in.
    Unmeasured,
}

/// Words.
pub(crate) fn plain(text: impl Into<String>) -> Text {
    Text::default().plain(text)
}

/// Words to be seen first.
pub(crate) fn strong(text: impl Into<String>) -> Text {
    Text::default().with(Style::Strong, text)
}

/// As it stands in a file, a record or an address.
pub(crate) fn code(text: impl Into<String>) -> Text {
    Text::default().code(text)
}

/// Something that is not known, and has to be filled in.
pub(crate) fn gap(text: impl Into<String>) -> Text {
    Text::default().with(Style::Unmeasured, text)
}

/// A text of ours, in which backticks stand around code.
pub(crate) fn prose(text: &str) -> Text {
    text.split('`').enumerate().fold(Text::default(), |line, (index, part)| {
        if index % 2 == 1 { line.code(part) } else { line.plain(part) }
    })
}

/// What the founder said, or a gap where they did not.
pub(crate) fn known_or_gap(said: &str, missing: &str) -> Text {
    if said.trim().is_empty() { gap(missing) } else { plain(said.trim()) }
}

impl Text {
    /// The same with more words.
    #[must_use]
    pub(crate) fn plain(self, text: impl Into<String>) -> Self {
        self.with(Style::Plain, text)
    }

    /// The same with something as it stands in a file.
    #[must_use]
    pub(crate) fn code(self, text: impl Into<String>) -> Self {
        self.with(Style::Code, text)
    }

    /// The same with something that is not known.
    #[must_use]
    pub(crate) fn gap(self, text: impl Into<String>) -> Self {
        self.with(Style::Unmeasured, text)
    }

    /// The same with other words behind it.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn with(mut self, style: Style, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(Span { style, text });
        }
        self
    }

    /// The words alone.
    #[must_use]
    pub fn words(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        plain(text)
    }
}

impl Document {
    pub(crate) fn new(id: &'static str, title: &'static str, subject: String, made: String) -> Self {
        Self { schema: DOCUMENT_SCHEMA, id, title, subject, made, one_page: false, blocks: Vec::new() }
    }

    pub(crate) fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading { level: 2, text: text.into() });
    }

    pub(crate) fn subheading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading { level: 3, text: text.into() });
    }

    pub(crate) fn paragraph(&mut self, text: impl Into<Text>) {
        self.blocks.push(Block::Paragraph { text: text.into() });
    }

    pub(crate) fn list(&mut self, items: Vec<Text>) {
        if !items.is_empty() {
            self.blocks.push(Block::List { ordered: false, items });
        }
    }

    pub(crate) fn steps(&mut self, items: Vec<Text>) {
        if !items.is_empty() {
            self.blocks.push(Block::List { ordered: true, items });
        }
    }

    pub(crate) fn ticks(&mut self, items: Vec<Tick>) {
        if !items.is_empty() {
            self.blocks.push(Block::Ticks { items });
        }
    }

    pub(crate) fn table(&mut self, columns: &[&str], rows: Vec<Vec<Text>>) {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        self.blocks.push(Block::Table { columns, rows });
    }

    pub(crate) fn code(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Code { text: text.into() });
    }

    pub(crate) fn new_page(&mut self) {
        self.blocks.push(Block::NewPage);
    }

    /// The document as it may leave the core: secrets masked, and every character one that can be seen.
    pub(crate) fn finished(mut self) -> Self {
        clean(&mut self.subject);
        clean(&mut self.made);
        for block in &mut self.blocks {
            match block {
                Block::Heading { text, .. } => clean(text),
                Block::Code { text } => {
                    *text = masked(text).split('\n').map(visible).collect::<Vec<_>>().join("\n");
                }
                Block::Paragraph { text } => clean_text(text),
                Block::List { items, .. } => items.iter_mut().for_each(clean_text),
                Block::Ticks { items } => items.iter_mut().for_each(|tick| clean_text(&mut tick.text)),
                Block::Table { rows, .. } => rows.iter_mut().flatten().for_each(clean_text),
                Block::NewPage => {}
            }
        }
        self
    }
}

fn clean_text(text: &mut Text) {
    for span in &mut text.0 {
        clean(&mut span.text);
    }
}

fn clean(text: &mut String) {
    *text = visible(&masked(text));
}

fn masked(text: &str) -> String {
    let mut octets = text.as_bytes().to_vec();
    rules().mask(&mut octets);
    String::from_utf8_lossy(&octets).into_owned()
}

/// At most so many characters of a text; what is cut says so.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(std::iter::once('…')).collect()
}
