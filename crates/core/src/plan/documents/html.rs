//! A document as a page to print: one file without scripts or anything from elsewhere, for A4 and Letter.
//!
//! The size of the paper is the printer's to say; margins and lengths are such that both work. Tables repeat their head on
//! every sheet and break between rows, and a heading stays with what follows it.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::{Block, Document, Style, Text};

/// What the page looks like: part of it, because a file that somebody keeps loads nothing.
const STYLE: &str = include_str!("print.css");

/// The page. What strangers wrote is text.
#[must_use]
pub fn html(document: &Document) -> String {
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    let before = std::iter::once(None).chain(document.blocks.iter().map(Some));
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { (document.title) ": " (document.subject) }
                style { (PreEscaped(STYLE)) }
            }
            body .one-page[document.one_page] {
                header {
                    p.kind { "Launch Ready" }
                    h1 { (document.title) }
                    p.subject { (document.subject) }
                    @if !document.made.is_empty() { p.made { (document.made) } }
                }
                main {
                    @for (shown, before) in document.blocks.iter().zip(before) {
                        (block(shown, matches!(before, Some(Block::NewPage))))
                    }
                }
            }
        }
    };
    page.into_string()
}

/// One block, at the top of a new page or where the one before it ended.
fn block(block: &Block, new_page: bool) -> Markup {
    markup! {
        @match block {
            Block::Heading { level: ..=2, text } => h2 .new-page[new_page] { (text) },
            Block::Heading { level: 3, text } => h3 .new-page[new_page] { (text) },
            Block::Heading { text, .. } => h4 .new-page[new_page] { (text) },
            Block::Paragraph { text } => p .new-page[new_page] { (line(text)) },
            Block::List { ordered: true, items } => ol .new-page[new_page] {
                @for item in items { li { (line(item)) } }
            },
            Block::List { items, .. } => ul .new-page[new_page] {
                @for item in items { li { (line(item)) } }
            },
            Block::Ticks { items } => ul .ticks .new-page[new_page] {
                @for tick in items {
                    li .done[tick.done] .todo[!tick.done] {
                        span.box role="img" aria-label=(if tick.done { "done" } else { "to do" }) {}
                        span { (line(&tick.text)) }
                    }
                }
            },
            Block::Table { columns, rows } => table .new-page[new_page] {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody {
                    @for row in rows { tr { @for cell in row { td { (line(cell)) } } } }
                }
            },
            Block::Code { text } => pre .new-page[new_page] { code { (text.trim_end_matches('\n')) } },
            Block::NewPage => {},
        }
    }
}

fn line(text: &Text) -> Markup {
    markup! {
        @for span in &text.0 {
            @match span.style {
                Style::Plain => (span.text),
                Style::Strong => strong { (span.text) },
                Style::Code => code { (span.text) },
                Style::Unmeasured => em.gap { (span.text) },
            }
        }
    }
}
