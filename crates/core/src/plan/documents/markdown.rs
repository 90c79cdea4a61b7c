//! A document as Markdown: tables and boxes to tick as GitHub writes them.

use super::{Block, Document, Style, Text};
use crate::report::markdown::{code_span, escaped};

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
                out.push_str(&format!("{marks} {}\n", within_a_line(text)));
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
    let heads: Vec<String> = columns.iter().map(|column| within_a_line(column)).collect();
    out.push_str(&format!("| {} |\n|{}\n", heads.join(" | "), " --- |".repeat(columns.len())));
    for row in rows {
        // In a table a bar ends a cell even inside of a code span.
        let cells: Vec<String> = row.iter().map(line_in_table).collect();
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
    let cell = spans(text, |code| if code.contains('|') { escaped(code) } else { code_span(code) });
    // A number with a point begins a list in a line of its own, and not in a cell.
    match text.0.first() {
        Some(first) if first.style == Style::Plain && text.0.len() == 1 => within_a_line(first.text.trim()),
        _ => cell,
    }
}

fn spans(text: &Text, code: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for span in &text.0 {
        let body = span.text.trim();
        // Marks hold only where no blank stands inside of them.
        if span.text.starts_with(' ') {
            out.push(' ');
        }
        if !body.is_empty() {
            let words = if out.is_empty() { escaped(body) } else { within_a_line(body) };
            match span.style {
                Style::Plain => out.push_str(&words),
                Style::Strong => out.push_str(&format!("**{words}**")),
                Style::Code => out.push_str(&code(body)),
                Style::Unmeasured if body == "open" => out.push_str("**[open]**"),
                Style::Unmeasured => out.push_str(&format!("**[open: {words}]**")),
            }
        }
        if span.text.len() > 1 && span.text.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Text that does not begin a line: what means something only there stays as it is.
fn within_a_line(text: &str) -> String {
    escaped(&format!("x{text}")).chars().skip(1).collect()
}
