//! Lists as people write them: an address, something between, an address; each line by itself.

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::arrows::{ARROWS, sides, spaced_arrow};
use super::cells::{Cells, Style, address, status};
use super::redirects_file;
use super::table::{Rows, WHICH_COLUMN, is_heading};
use crate::redirect_rule::{Kind, OldQuery, RedirectRule};

/// Rows that are looked at to see which way round a list is.
const SAMPLE: usize = 5_000;

/// Reads the lines.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    let columns = columns(text);
    let unclear = match columns {
        Columns::TooMany => Some(MANY),
        _ if seems_reversed(text) => Some(REVERSED),
        _ => None,
    };
    if unclear.is_some() {
        lines.ask(WHICH_COLUMN);
    }
    let (mut arrows, mut statuses, mut bulk, mut all) = (0, 0, 0, 0);
    let mut first = true;
    // What is quoted may have several lines; everything else is one.
    for row in Rows::of(text, separator(text)) {
        let is_first = std::mem::take(&mut first);
        let parted = match columns {
            Columns::At(old, new) if row.cells.get(old).is_some_and(|cell| is_cell(cell)) => {
                let mut cells = vec![row.cells[old].clone(), row.cells.get(new).cloned().unwrap_or_default()];
                cells.extend(
                    row.cells
                        .iter()
                        .enumerate()
                        .filter(|(at, _)| *at != old && *at != new)
                        .map(|(_, cell)| cell.clone()),
                );
                Parted { cells, way: Way::Sheet }
            }
            _ => part(row.text, &row.cells),
        };
        if is_first && parted.cells.len() > 1 && parted.cells.iter().take(2).all(|cell| is_heading(cell)) {
            continue;
        }
        all += 1;
        arrows += usize::from(parted.way == Way::Arrow);
        statuses += usize::from(
            parted.way == Way::Arrow && parted.cells.get(2).is_some_and(|cell| status(cell).is_some()),
        );
        bulk += usize::from(parted.is_bulk());
        let read = unclear.map_or_else(|| parted.rule(row.line), Err);
        lines.take(row.line, row.text, read);
    }
    match () {
        () if all > 0 && bulk * 2 > all => ListFormat::CloudflareBulk,
        () if statuses * 2 > all => ListFormat::Squarespace,
        () if arrows * 2 > all => ListFormat::Arrows,
        () => ListFormat::Columns,
    }
}

/// Where a sheet without a heading has its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    /// In the first two, or in no columns at all.
    First,
    /// In two others.
    At(usize, usize),
    /// In more than two.
    TooMany,
}

/// Which columns hold addresses on most lines.
fn columns(text: &str) -> Columns {
    let mut counts: Vec<usize> = Vec::new();
    let mut all = 0;
    for row in Rows::of(text, separator(text)).take(100) {
        all += 1;
        // The columns of a sheet; what stands further on is not looked at.
        counts.resize(counts.len().max(row.cells.len().min(40)), 0);
        for (count, cell) in counts.iter_mut().zip(&row.cells) {
            *count += usize::from(address(cell).is_some());
        }
    }
    let held: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] * 2 > all).collect();
    match held.as_slice() {
        [old, new] if (*old, *new) != (0, 1) => Columns::At(*old, *new),
        [_, _, _, ..] => Columns::TooMany,
        _ => Columns::First,
    }
}

const MANY: &str = "more than two columns hold addresses, and no heading says which are meant";

const REVERSED: &str =
    "it is not clear which column is the old address: the first one repeats, and the second one does not";

/// Whether the first column looks like the target: few addresses, each on many lines, and all of the second different.
fn seems_reversed(text: &str) -> bool {
    let separator = separator(text);
    let mut rows = Rows::of(text, separator).take(SAMPLE).filter_map(|row| match row.cells.as_slice() {
        [from, to, ..] if address(from).is_some() && address(to).is_some() => {
            Some((from.clone(), to.clone()))
        }
        _ => None,
    });
    let (mut firsts, mut seconds) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut all = 0;
    for (from, to) in &mut rows {
        all += 1;
        firsts.insert(from);
        seconds.insert(to);
    }
    all >= 3 && firsts.len() * 2 <= all && seconds.len() == all
}

fn is_switch(cell: &str) -> bool {
    matches!(cell.to_ascii_lowercase().as_str(), "true" | "false")
}

/// The separator of most lines.
fn separator(text: &str) -> char {
    let mut best = (0, ',');
    for separator in ['\t', ';', ',', '|'] {
        let rows = Rows::of(text, separator).take(100);
        // A cell with half a pair of quotation marks was cut inside of them.
        let is_whole = |cell: &String| cell.matches('"').count().is_multiple_of(2);
        let parted = rows.filter(|row| {
            row.cells.iter().all(is_whole)
                && row.cells.iter().filter(|cell| address(cell).is_some()).count() > 1
        });
        let count = parted.count();
        if count > best.0 {
            best = (count, separator);
        }
    }
    best.1
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Arrow,
    Sheet,
    Blanks,
}

/// A line in its parts.
struct Parted {
    cells: Vec<String>,
    way: Way,
}

impl Parted {
    fn rule(&self, line: usize) -> Result<RedirectRule, &'static str> {
        let [from, to, rest @ ..] = self.cells.as_slice() else {
            return Err("there is only one address on this line");
        };
        if self.way == Way::Blanks {
            return redirects_file::line(line, &self.cells);
        }
        // An empty target with 410 says that a page is gone.
        let status = rest.iter().find_map(|cell| status(cell));
        let style = match self.way {
            // Cloudflare's list has no placeholders.
            _ if self.is_bulk() => Style::Literal,
            Way::Arrow if status.is_some() => Style::Brackets,
            _ => Style::Any,
        };
        let mut rule = Cells { line, from, to, status }.rule(style)?;
        if self.is_bulk() && rule.kind.is_move() {
            self.switches(&mut rule);
        }
        Ok(rule)
    }

    /// What Cloudflare's switches say: preserve the query, include subdomains, match all below the address, and keep what lies below.
    fn switches(&self, rule: &mut RedirectRule) {
        let is_on = |at: usize| self.cells.get(at).is_some_and(|cell| cell.eq_ignore_ascii_case("true"));
        let has_query = rule.to.contains('?');
        rule.manner.query = match (is_on(3), has_query) {
            (true, true) => Some(OldQuery::Added),
            (false, false) => Some(OldQuery::Dropped),
            _ => None,
        };
        rule.manner.subdomains = is_on(4);
        if is_on(5) {
            let rest = if is_on(6) { "/:splat" } else { "" };
            let (from, to) = (rule.from.trim_end_matches('/'), rule.to.trim_end_matches('/'));
            let (from, to) = (format!("{from}/*"), format!("{to}{rest}"));
            let cells = Cells { line: rule.line, from: &from, to: &to, status: rule.status };
            rule.kind = Kind::Pattern;
            rule.pattern = cells.rule(Style::Placeholders).ok().and_then(|rule| rule.pattern);
        }
    }

    /// Whether this is a line of Cloudflare's Bulk Redirects, with its four switches.
    fn is_bulk(&self) -> bool {
        self.cells.len() == 7 && self.cells[3..].iter().all(|cell| is_switch(cell))
    }
}

/// The parts of a line, by the first separator that divides it into addresses: what a sheet writes before what people write. `cells`
/// are those of the separator of the list.
fn part(line: &str, cells: &[String]) -> Parted {
    if let Some(cells) = spaced_arrow(line) {
        return Parted { cells, way: Way::Arrow };
    }
    let divides = |cells: &[String]| cells.len() > 1 && cells.iter().take(2).all(|cell| is_cell(cell));
    if divides(cells) {
        return Parted { cells: cells.to_vec(), way: Way::Sheet };
    }
    for separator in ['\t', ';', ',', '|'] {
        let cells = one_row(line, separator);
        if divides(&cells) {
            return Parted { cells, way: Way::Sheet };
        }
    }
    if let Some(cells) = tight_arrow(line) {
        return Parted { cells, way: Way::Arrow };
    }
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    if words.len() > 1 && is_cell(&words[0]) && words[1..].iter().any(|word| is_cell(word)) {
        return Parted { cells: words, way: Way::Blanks };
    }
    let by = ['\t', ';', ','].into_iter().find(|separator| line.contains(*separator)).unwrap_or(',');
    Parted { cells: one_row(line, by), way: Way::Sheet }
}

/// Whether a cell is an address or stands for several.
fn is_cell(cell: &str) -> bool {
    address(cell).is_some() || cell.starts_with("^/")
}

fn one_row(line: &str, separator: char) -> Vec<String> {
    Rows::of(line, separator).next().map(|row| row.cells).unwrap_or_default()
}

/// `/old->/new`: an arrow without blanks, where both sides are addresses.
fn tight_arrow(line: &str) -> Option<Vec<String>> {
    ARROWS.iter().find_map(|arrow| {
        let (from, to) = line.split_once(arrow)?;
        let sides = sides(from, to);
        (!from.trim().is_empty() && (is_cell(&sides[0]) || is_heading(&sides[0]))).then_some(sides)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::parse_whole;
    use super::*;

    #[test]
    fn a_list_that_could_be_either_way_round_is_a_question() {
        let read = parse_whole("/new,/a.html\n/new,/b.html\n/new,/c.html\n/other,/d.html\n").unwrap();
        assert!(read.moves.is_empty() && read.unread.len() == 4);
        assert_eq!(read.read_as.unwrap().question.as_deref(), Some(WHICH_COLUMN));
        let read = parse_whole("Page,Counterpart\n/a,/b\n/c,/d\n").unwrap();
        assert!(read.moves.is_empty() && read.read_as.unwrap().question.is_some());
        let read = parse_whole("https://a.example/x,/x,https://b.example/y,/y\n").unwrap();
        assert!(read.moves.is_empty() && read.read_as.unwrap().question.is_some());
        let read = parse_whole("1,/a,a note,/b,302\n2,/c,,/d,301\n").unwrap();
        let shown: Vec<(&str, &str, Option<u16>)> =
            read.moves.iter().map(|rule| (rule.from.as_str(), rule.to.as_str(), rule.status)).collect();
        assert_eq!(shown, [("/a", "/b", Some(302)), ("/c", "/d", Some(301))]);
        let read = parse_whole("new,old\n/b,/a\n").unwrap();
        assert_eq!((read.moves[0].from.as_str(), read.moves[0].to.as_str()), ("/a", "/b"));
    }

    #[test]
    fn notes_and_statuses_behind_a_target_are_no_part_of_it() {
        let read =
            parse_whole("/a -> /b 302\n/c -> /d e # moved in May\n/f => /g, 301\n/h,/i,307\n").unwrap();
        let shown: Vec<(&str, &str, Option<u16>)> =
            read.moves.iter().map(|rule| (rule.from.as_str(), rule.to.as_str(), rule.status)).collect();
        assert_eq!(
            shown,
            [
                ("/a", "/b", Some(302)),
                ("/c", "/d%20e", None),
                ("/f", "/g", Some(301)),
                ("/h", "/i", Some(307))
            ]
        );
    }
}
