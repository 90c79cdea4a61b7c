//! Sheets saved as text: cells between commas, semicolons, tabs or bars, in quotes or not (RFC 4180), with a heading or without.

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::arrows::spaced_arrow;
use super::cells::{Cells, Style, address, status};
use super::headings::{Role, role, says_url, speaks_of_addresses};
use crate::redirect_pattern::Pattern;
use crate::redirect_rule::Kind;

/// Lines that one quoted cell may have: a stray quotation mark takes no more of the list with it.
const MAX_CELL_LINES: usize = 20;

/// What WordPress's Redirection tells visitors apart by (its source, `match_type`, read 2026-11).
const MATCHES: [&str; 10] =
    ["login", "referrer", "agent", "cookie", "header", "custom", "role", "server", "ip", "language"];

/// Rows that are looked at to understand the columns.
const SAMPLE: usize = 50;

/// What is asked where a heading does not tell the two columns apart.
pub(super) const WHICH_COLUMN: &str = "Which column holds the old address, and which one the target? Name them \"old\" and \"new\" in the first line.";

const UNCLEAR: &str = "it is not clear which column is the old address and which the target";

/// One row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row<'t> {
    /// The line that it begins on, from 1.
    pub line: usize,
    /// The line as it stands.
    pub text: &'t str,
    /// Its cells, without quotes.
    pub cells: Vec<String>,
}

/// The rows of a text, without blank ones and comments.
pub(super) struct Rows<'t> {
    rest: &'t str,
    line: usize,
    separator: char,
}

impl<'t> Rows<'t> {
    pub(super) fn of(text: &'t str, separator: char) -> Self {
        Self { rest: text, line: 1, separator }
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        while !self.rest.is_empty() {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            let first = &self.rest[..end];
            let line = self.line;
            // The line below the heading of a table in Markdown.
            let ruled =
                self.separator == '|' && first.contains("--") && first.chars().all(|c| "|-: ".contains(c));
            if first.trim().is_empty() || first.trim_start().starts_with('#') || ruled {
                self.rest = self.rest.get(end + 1..).unwrap_or_default();
                self.line += 1;
                continue;
            }
            let (cells, length) = row(self.rest, self.separator).unwrap_or_else(|| {
                // A quotation mark that nothing closes is a character like others.
                (first.split(self.separator).map(|cell| cell.trim().to_owned()).collect(), end)
            });
            self.line += self.rest[..length].matches('\n').count() + 1;
            self.rest = self.rest.get(length + 1..).unwrap_or_default();
            return Some(Row { line, text: first, cells });
        }
        None
    }
}

/// The cells of the row at the beginning of a text, and its bytes; `None` where a quoted cell is not closed within some lines.
fn row(text: &str, separator: char) -> Option<(Vec<String>, usize)> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len();
        if rest[skipped..].starts_with('"') {
            let (cell, length) = quoted(&rest[skipped + 1..])?;
            let after = &rest[skipped + 1 + length..];
            // What follows the closing mark belongs to the cell, as spreadsheets read it.
            let end = after.find(['\n', separator]).unwrap_or(after.len());
            cells.push(format!("{}{}", cell, after[..end].trim_end()).trim().to_owned());
            at += skipped + 1 + length + end;
        } else {
            let end = rest.find(['\n', separator]).unwrap_or(rest.len());
            cells.push(rest[..end].trim().to_owned());
            at += end;
        }
        match text[at..].chars().next() {
            Some(c) if c == separator => at += c.len_utf8(),
            _ => return Some((cells, at)),
        }
    }
}

/// A quoted cell without its marks, and its bytes with the closing one.
fn quoted(text: &str) -> Option<(String, usize)> {
    let (mut cell, mut lines) = (String::new(), 1);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if matches!(chars.peek(), Some((_, '"'))) => {
                chars.next();
                cell.push('"');
            }
            '"' => return Some((cell, at + 1)),
            '\n' => {
                lines += 1;
                if lines > MAX_CELL_LINES {
                    return None;
                }
                cell.push(' ');
            }
            c => cell.push(c),
        }
    }
    None
}

/// Whether a cell of the first line names a column.
pub(super) fn is_heading(cell: &str) -> bool {
    // `URL/Path` is a heading, and `shop/page` a path.
    let has_path = cell.contains(['/', ':'])
        && (cell.starts_with('/') || cell.contains("//") || !speaks_of_addresses(cell));
    !cell.is_empty() && !has_path && address(cell).is_none() && cell.chars().count() <= 60
}

/// Which columns matter.
struct Columns {
    old: usize,
    new: usize,
    status: Vec<usize>,
    matching: Option<usize>,
    enabled: Option<usize>,
    format: ListFormat,
}

/// A sheet whose first row names its columns.
pub(super) struct Table<'t> {
    text: &'t str,
    separator: char,
    /// `None` where the heading does not tell.
    columns: Option<Columns>,
}

/// Recognises a sheet with a heading.
pub(super) fn recognise(text: &str) -> Option<Table<'_>> {
    let mut unclear = None;
    for separator in ['\t', ';', ',', '|'] {
        let mut rows = Rows::of(text, separator);
        let heading = rows.next()?;
        let named = heading.cells.iter().filter(|cell| !cell.is_empty()).count();
        if named < 2 || !heading.cells.iter().all(|cell| cell.is_empty() || is_heading(cell)) {
            continue;
        }
        let sample: Vec<Row<'_>> = rows.take(SAMPLE).collect();
        let columns = columns(&heading, &sample);
        if columns.is_some() {
            return Some(Table { text, separator, columns });
        }
        // Prose above a list names no columns: a heading has as many cells as the rows.
        let alike = sample.iter().filter(|row| row.cells.len() == heading.cells.len()).count();
        let addresses =
            sample.iter().any(|row| row.cells.iter().filter(|cell| address(cell).is_some()).count() > 1);
        if unclear.is_none() && addresses && alike * 2 > sample.len() {
            unclear = Some(Table { text, separator, columns: None });
        }
    }
    unclear
}

fn columns(heading: &Row<'_>, sample: &[Row<'_>]) -> Option<Columns> {
    let roles: Vec<Role> = heading.cells.iter().map(|cell| role(cell)).collect();
    let cell =
        |row: &Row<'_>, at: usize| row.cells.get(at).map(String::as_str).unwrap_or_default().to_owned();
    let count = |at: usize, is: &dyn Fn(&str) -> bool| sample.iter().filter(|row| is(&cell(row, at))).count();
    let holds = |at: usize| sample.is_empty() || count(at, &|cell| address(cell).is_some()) > 0;
    let of = |wanted: Role| (0..roles.len()).filter(|at| roles[*at] == wanted).collect::<Vec<usize>>();
    // Of several, the one with whole web addresses; then the first.
    let best = |columns: &[usize]| {
        let whole = |at: &usize| {
            (
                count(*at, &|cell| address(cell).is_some_and(|address| !address.starts_with('/'))),
                says_url(&heading.cells[*at]),
            )
        };
        columns.iter().rev().max_by_key(|at| whole(at)).copied()
    };
    let some_hold = |columns: Vec<usize>| {
        let holding: Vec<usize> = columns.iter().copied().filter(|at| holds(*at)).collect();
        if holding.is_empty() { columns } else { holding }
    };
    let (mut olds, mut news) = (some_hold(of(Role::Old)), some_hold(of(Role::New)));
    let neutral = of(Role::Address).into_iter().filter(|at| holds(*at)).collect::<Vec<usize>>();
    // One of the two is named, and the other is the one that is left.
    let left = |named: &[usize]| {
        let others = (0..roles.len()).filter(|at| {
            !named.contains(at)
                && matches!(roles[*at], Role::Other | Role::Address)
                && holds(*at)
                && !sample.is_empty()
        });
        let others: Vec<usize> = others.collect();
        if others.len() == 1 { others } else { Vec::new() }
    };
    if olds.is_empty() && !news.is_empty() {
        olds = if neutral.is_empty() { left(&news) } else { neutral };
    } else if news.is_empty() && !olds.is_empty() {
        news = if neutral.is_empty() { left(&olds) } else { neutral };
    }
    let (old, new) = (best(&olds)?, best(&news)?);
    Some(Columns {
        old,
        new,
        status: of(Role::Status),
        matching: of(Role::Matching).first().copied(),
        enabled: of(Role::Enabled).first().copied(),
        format: named(heading),
    })
}

/// Which program wrote a sheet, by its heading.
fn named(heading: &Row<'_>) -> ListFormat {
    let names: Vec<String> = heading.cells.iter().map(|cell| cell.trim().to_lowercase()).collect();
    let all = |wanted: &[&str]| wanted.iter().all(|name| names.iter().any(|known| known == name));
    match () {
        () if all(&["redirect from", "redirect to"]) => ListFormat::Shopify,
        () if all(&["source", "matching", "destination"]) => ListFormat::RankMath,
        () if all(&["source", "target", "regex"]) => ListFormat::WordpressRedirection,
        () if all(&["origin", "target", "type"]) => ListFormat::Yoast,
        () if all(&["address", "status code"]) || all(&["url", "redirect url"]) => ListFormat::Crawler,
        () if all(&["old path", "redirect to page"]) => ListFormat::Webflow,
        () if names.len() == 2 && all(&["source", "target"]) => ListFormat::Webflow,
        () if all(&["request path", "target path"]) => ListFormat::Magento,
        () => ListFormat::Sheet,
    }
}

impl Table<'_> {
    /// Reads the rows.
    pub(super) fn read(&self, lines: &mut Lines) -> ListFormat {
        let rows = Rows::of(self.text, self.separator).skip(1);
        let Some(columns) = &self.columns else {
            lines.ask(WHICH_COLUMN);
            for row in rows {
                lines.take(row.line, row.text, Err(UNCLEAR));
            }
            return ListFormat::Sheet;
        };
        for row in rows {
            columns.take(&row, lines);
        }
        columns.format
    }
}

impl Columns {
    fn take(&self, row: &Row<'_>, lines: &mut Lines) {
        let cell = |at: usize| row.cells.get(at).map(String::as_str).unwrap_or_default();
        let optional = |at: Option<usize>| at.map(cell).unwrap_or_default().to_lowercase();
        let (from, mut to) = (self.cell(cell(self.old)), self.cell(cell(self.new)));
        let said = self.status.iter().find_map(|at| status(cell(*at)));
        if self.format == ListFormat::Crawler
            && to.is_empty()
            && said.is_none_or(|said| !(300..400).contains(&said))
        {
            // A page of the crawl that led nowhere else.
            lines.pass_over();
            return;
        }
        // A crawl tells what the old site answers, not what the new one should: a redirect there is a move.
        let said = if self.format == ListFormat::Crawler {
            said.filter(|said| (300..400).contains(said))
        } else {
            said
        };
        let style = match optional(self.matching).as_str() {
            "1" | "true" | "yes" | "regex" | "regexp" => Style::Regex,
            "" | "0" | "false" | "no" | "plain" | "exact" | "url" => Style::Any,
            // `contains`, `start` and `end` of Rank Math: another way to say a pattern, which no host has.
            _ => Style::Regex,
        };
        let matching = optional(self.matching);
        let other = matches!(matching.as_str(), "contains" | "start" | "end");
        if style == Style::Regex
            && self.is_plugin()
            && !to.is_empty()
            && !to.starts_with(['/', '$'])
            && !to.contains("://")
        {
            to.insert(0, '/');
        }
        let mut read = Cells { line: row.line, from: &from, to: &to, status: said }.rule(style);
        if let Ok(rule) = &mut read {
            if other {
                let all = || Pattern::from_placeholders(&format!("{from}*"), &address(&to)?);
                rule.pattern = if matching == "start" && !from.contains('*') { all() } else { None };
            }
            // What WordPress's Redirection matches beside the address, or instead of it.
            let by = self
                .status
                .iter()
                .map(|at| cell(*at).to_lowercase())
                .find(|cell| MATCHES.contains(&cell.as_str()));
            if let Some(by) = by.filter(|_| self.format == ListFormat::WordpressRedirection)
                && matches!(rule.kind, Kind::Move | Kind::Pattern | Kind::Gone)
            {
                rule.kind = Kind::Conditional;
                rule.because = Some(format!("it holds only by {by}"));
            }
            let switched =
                self.status.iter().map(|at| cell(*at).to_lowercase()).chain([optional(self.enabled)]);
            let off = |cell: &String| {
                matches!(cell.as_str(), "disabled" | "inactive" | "inaktiv" | "trashed" | "off" | "draft")
            };
            let no =
                self.enabled.is_some() && matches!(optional(self.enabled).as_str(), "0" | "false" | "no");
            if no || switched.into_iter().any(|cell| off(&cell)) {
                rule.kind = Kind::Disabled;
            }
        }
        // A row with nothing where the two addresses are has something else to say.
        if from.is_empty() && to.is_empty() && row.cells.iter().all(String::is_empty) {
            return;
        }
        if row.cells.len() == 1 {
            // A line that somebody added by hand, with an arrow.
            read = match spaced_arrow(row.text).as_deref() {
                Some([from, to, rest @ ..]) => {
                    let said = rest.first().and_then(|said| status(said));
                    Cells { line: row.line, from, to, status: said }.rule(Style::Any)
                }
                _ => Err("there is only one address on this line"),
            };
        }
        lines.take(row.line, row.text, read);
    }

    /// Whether paths may lack their first slash.
    fn is_plugin(&self) -> bool {
        matches!(
            self.format,
            ListFormat::RankMath
                | ListFormat::Yoast
                | ListFormat::WordpressRedirection
                | ListFormat::Webflow
                | ListFormat::Magento
        )
    }

    /// A cell as an address: plugins keep paths without the first slash.
    fn cell(&self, cell: &str) -> String {
        let is_path = || {
            !cell.is_empty()
                && address(cell).is_none()
                && cell.chars().all(|c| c.is_alphanumeric() || "-_./%~+,?=&".contains(c))
        };
        if self.is_plugin() && is_path() { format!("/{cell}") } else { cell.to_owned() }
    }
}
