//! A document as a page to print: one file without scripts or anything from elsewhere, for A4 and Letter.
//!
//! The size of the paper is the printer's to say; margins and lengths are such that both work. Tables repeat their head on
//! every sheet and break between rows, and a heading stays with what follows it.

use super::{Block, Document, Style, Text};

/// The page. What strangers wrote is text.
#[must_use]
pub fn html(document: &Document) -> String {
    let (title, subject) = (escaped(document.title), escaped(&document.subject));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}: {subject}</title>\n<style>{STYLE}</style>\n</head>\n<body{}>\n\
         <header>\n<p class=\"kind\">Launch Ready</p>\n<h1>{title}</h1>\n<p class=\"subject\">{subject}</p>\n",
        if document.one_page { " class=\"one-page\"" } else { "" }
    );
    if !document.made.is_empty() {
        out.push_str(&format!("<p class=\"made\">{}</p>\n", escaped(&document.made)));
    }
    out.push_str("</header>\n<main>\n");
    let mut new_page = false;
    for block in &document.blocks {
        let class = if std::mem::take(&mut new_page) { " class=\"new-page\"" } else { "" };
        match block {
            Block::Heading { level, text } => {
                let level = (*level).clamp(2, 6);
                out.push_str(&format!("<h{level}{class}>{}</h{level}>\n", escaped(text)));
            }
            Block::Paragraph { text } => out.push_str(&format!("<p{class}>{}</p>\n", line(text))),
            Block::List { ordered, items } => {
                let tag = if *ordered { "ol" } else { "ul" };
                let items: String = items.iter().map(|item| format!("<li>{}</li>\n", line(item))).collect();
                out.push_str(&format!("<{tag}{class}>\n{items}</{tag}>\n"));
            }
            Block::Ticks { items } => {
                let class = if class.is_empty() { "ticks" } else { "ticks new-page" };
                out.push_str(&format!("<ul class=\"{class}\">\n"));
                for tick in items {
                    let (class, word) = if tick.done { ("done", "done") } else { ("todo", "to do") };
                    let text = line(&tick.text);
                    out.push_str(&format!(
                        "<li class=\"{class}\"><span class=\"box\" role=\"img\" aria-label=\"{word}\"></span><span>{text}</span></li>\n"
                    ));
                }
                out.push_str("</ul>\n");
            }
            Block::Table { columns, rows } => table(&mut out, class, columns, rows),
            Block::Code { text } => {
                out.push_str(&format!(
                    "<pre{class}><code>{}</code></pre>\n",
                    escaped(text.trim_end_matches('\n'))
                ));
            }
            Block::NewPage => new_page = true,
        }
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn table(out: &mut String, class: &str, columns: &[String], rows: &[Vec<Text>]) {
    let heads: String =
        columns.iter().map(|column| format!("<th scope=\"col\">{}</th>", escaped(column))).collect();
    out.push_str(&format!("<table{class}>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"));
    for row in rows {
        let cells: String = row.iter().map(|cell| format!("<td>{}</td>", line(cell))).collect();
        out.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    out.push_str("</tbody>\n</table>\n");
}

fn line(text: &Text) -> String {
    let span = |span: &super::Span| {
        let words = escaped(&span.text);
        match span.style {
            Style::Plain => words,
            Style::Strong => format!("<strong>{words}</strong>"),
            Style::Code => format!("<code>{words}</code>"),
            Style::Unmeasured => format!("<em class=\"gap\">{words}</em>"),
        }
    };
    text.0.iter().map(span).collect()
}

/// Text in which nothing is markup, between tags and in quoted values.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Points for paper. Letter is 6 mm wider and 18 mm shorter than A4: with these margins both give the same 178 mm of
/// width or more.
const STYLE: &str = "
@page { margin: 14mm 16mm 15mm; }
:root { color-scheme: light; --ink: #16181d; --soft: #555b66; --line: #c9c6bd; --sunk: #f3f1ea; --gap: #8a3b00; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { color: var(--ink); background: #fff; font: 10pt/1.45 system-ui, -apple-system, \"Segoe UI\", Roboto, \"Liberation Sans\", Arial, sans-serif; margin: 0 auto; max-width: 178mm; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
header { border-bottom: 1.5pt solid var(--ink); margin-bottom: 5mm; padding-bottom: 2.5mm; display: grid; grid-template-columns: 1fr auto; column-gap: 6mm; align-items: end; }
header p { margin: 0; }
header .kind { grid-column: 1 / -1; color: var(--soft); font-size: 8pt; letter-spacing: .06em; text-transform: uppercase; }
h1 { font-size: 19pt; line-height: 1.1; letter-spacing: -.01em; margin: 1mm 0 0; }
header .subject { font-size: 11pt; font-weight: 600; text-align: right; }
header .made { grid-column: 1 / -1; color: var(--soft); font-size: 8.5pt; margin-top: 1.5mm; }
h2 { font-size: 12.5pt; line-height: 1.2; margin: 6mm 0 2mm; }
h3 { font-size: 10.5pt; line-height: 1.25; margin: 4mm 0 1.2mm; }
h2, h3 { break-after: avoid; break-inside: avoid; }
p { margin: 0 0 2mm; orphans: 3; widows: 3; }
ul, ol { margin: 0 0 2.5mm; padding-left: 5.5mm; }
li { margin: 0 0 1mm; break-inside: avoid; }
li::marker { color: var(--soft); }
.ticks { list-style: none; padding: 0; }
.ticks li { display: grid; grid-template-columns: 3.6mm 1fr; column-gap: 2.4mm; margin-bottom: 1.4mm; }
.box { border: .9pt solid var(--ink); border-radius: .6mm; width: 3.4mm; height: 3.4mm; margin-top: .7mm; position: relative; }
.done .box::after { content: \"\"; position: absolute; left: .85mm; top: .1mm; width: 1.1mm; height: 1.9mm; border: solid var(--ink); border-width: 0 1.3pt 1.3pt 0; transform: rotate(42deg); }
table { border-collapse: collapse; width: 100%; margin: 0 0 3.5mm; font-size: 8.8pt; line-height: 1.35; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th { text-align: left; vertical-align: bottom; border-bottom: 1pt solid var(--ink); padding: 1mm 2.4mm 1mm 0; font-weight: 600; white-space: nowrap; overflow-wrap: normal; }
td { vertical-align: top; border-bottom: .5pt solid var(--line); padding: 1.1mm 2.4mm 1.1mm 0; min-width: 14mm; }
th:last-child, td:last-child { padding-right: 0; }
code, pre { font-family: ui-monospace, \"SF Mono\", \"Cascadia Code\", \"Liberation Mono\", Menlo, Consolas, monospace; font-size: .9em; font-variant-ligatures: none; unicode-bidi: isolate; }
pre { background: var(--sunk); border: .5pt solid var(--line); border-radius: 1mm; margin: 0 0 3mm; padding: 1.8mm 2.4mm; white-space: pre-wrap; break-inside: avoid; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.gap { color: var(--gap); font-style: normal; border-bottom: .8pt dashed currentColor; }
.new-page { break-before: page; }
.one-page { font-size: 8.6pt; line-height: 1.34; }
.one-page header { margin-bottom: 2.5mm; padding-bottom: 1.5mm; }
.one-page h1 { font-size: 15pt; }
.one-page h2 { font-size: 9.8pt; margin: 2.6mm 0 1mm; }
.one-page p { margin-bottom: 1mm; }
.one-page table { font-size: 7.8pt; margin-bottom: 1.2mm; }
.one-page td, .one-page th { padding-top: .5mm; padding-bottom: .5mm; }
.one-page td:nth-child(odd) { white-space: nowrap; overflow-wrap: normal; }
.one-page main > p:last-child { margin-top: 5mm; }
.one-page .ticks { columns: 2; column-gap: 7mm; margin-bottom: 1mm; }
.one-page .ticks li { margin-bottom: .7mm; }
.one-page .box { width: 3mm; height: 3mm; margin-top: .4mm; }
.one-page .done .box::after { left: .7mm; top: 0; }
@media screen { body { padding: 10mm 6mm 20mm; } }
@media screen and (max-width: 600px) { table { display: block; overflow-x: auto; } .one-page .ticks { columns: 1; } }
";
