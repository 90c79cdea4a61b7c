//! A document as Markdown: tables and boxes to tick as GitHub writes them.

use super::model::{Block, Document, Style, Text};
use crate::markdown::{code_span, escaped};

/// The document. What strangers wrote is text.
#[must_use]
pub fn markdown(document: &Document) -> String {
    let mut out = format!("# {}: {}\n", document.title, escaped(&document.subject));
    if !document.made.is_empty() {
        out.push_str(&format!("\n{}\n", escaped(&document.made)));
    }
    for block in &document.blocks {
        out.push('\n');
        match block {
            Block::Heading { level, text } => {
                let marks = "#".repeat(usize::from((*level).clamp(2, 6)));
                out.push_str(&format!("{marks} {}\n", escaped(text)));
            }
            Block::Paragraph { text } => out.push_str(&format!("{}\n", line(text))),
            Block::List { ordered, items } => {
                for (index, item) in items.iter().enumerate() {
                    let mark = if *ordered { format!("{}.", index + 1) } else { "-".to_owned() };
                    out.push_str(&format!("{mark} {}\n", line(item)));
                }
            }
            Block::Ticks { items } => {
                for tick in items {
                    let mark = if tick.done { 'x' } else { ' ' };
                    out.push_str(&format!("- [{mark}] {}\n", line(&tick.text)));
                }
            }
            Block::Table { columns, rows } => table(&mut out, columns, rows),
            Block::Code { text } => out.push_str(&fenced(text.trim_end_matches('\n'))),
            Block::NewPage => out.push_str("---\n"),
        }
    }
    out
}

fn table(out: &mut String, columns: &[String], rows: &[Vec<Text>]) {
    let heads: Vec<String> = columns.iter().map(|column| escaped(column)).collect();
    out.push_str(&format!("| {} |\n|{}\n", heads.join(" | "), " --- |".repeat(columns.len())));
    for row in rows {
        // In a table a bar ends a cell even inside of a code span.
        let cells: Vec<String> = row.iter().map(|cell| line_in_table(cell)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

/// A block of lines, behind a fence that is longer than any inside.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{text}\n{fence}\n")
}

fn line(text: &Text) -> String {
    spans(text, code_span)
}

fn line_in_table(text: &Text) -> String {
    spans(text, |code| if code.contains('|') { escaped(code) } else { code_span(code) })
}

fn spans(text: &Text, code: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for span in &text.0 {
        match span.style {
            Style::Plain => out.push_str(&inline(&span.text)),
            Style::Strong => out.push_str(&format!("**{}**", escaped(span.text.trim()))),
            Style::Code => out.push_str(&code(&span.text)),
            Style::Gap => out.push_str(&format!("**[open: {}]**", escaped(span.text.trim()))),
        }
    }
    out
}

/// Words with the blanks around them.
fn inline(text: &str) -> String {
    let body = text.trim();
    if body.is_empty() {
        return " ".to_owned();
    }
    let (before, after) = (text.starts_with(' '), text.ends_with(' '));
    format!("{}{}{}", if before { " " } else { "" }, escaped(body), if after { " " } else { "" })
}
