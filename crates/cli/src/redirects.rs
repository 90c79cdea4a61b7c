//! `launch-ready redirects`.

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

use launch_ready_core::checks::finding::Level;
use launch_ready_core::domain::Domain;
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word;
use launch_ready_core::engine::owner_word::Word;
use launch_ready_core::plan::redirect_map::parse_whole;
use launch_ready_core::plan::redirect_map::{
    Asked, Format, Kind, List, Permanence, RedirectReport, RedirectRow, RedirectRule, Tried, decode,
};
use launch_ready_core::report::markdown::visible;
use launch_ready_core::target::Target;
use url::Url;

use crate::args::RedirectsArgs;
use crate::exit::{Exit, Refused};
use crate::terminal::print;
use crate::terminal::{Paint, json_in_print};

/// Bytes of a list that are read; more than any list of as many lines as are looked at has.
const MAX_FILE: u64 = 8 * 1024 * 1024;

/// What is said where there is no line to read.
const EMPTY: &str = "holds no redirects: write an old address and its target on each line, such as /old,/new";

pub(crate) fn run(args: &RedirectsArgs, paint: Paint) -> Result<Exit, Refused> {
    let list = parse_whole(&read(&args.file)?).map_err(|too_many| Refused::file(&args.file, &too_many))?;
    if list.is_empty() {
        return Err(Refused::file(&args.file, EMPTY));
    }
    let List { moves, unread, read_as } = list;
    let site = site(args.domain.as_deref(), &moves)?;
    let formats = args.rules.iter().filter_map(|id| Format::from_id(id)).collect();
    let asked = Asked { site, moves, unread, read_as, formats };
    let sheet = if args.offline {
        asked.sheet(None).map_err(|_| Refused::io("the list needs a network"))?
    } else {
        let host = asked.site.host_str().unwrap_or_default().to_owned();
        let owned = Domain::from_host(&host).filter(|_| args.mine);
        let evidence = owned.map(|owned| Evidence::about(&Target { mine: true, ..Target::new(owned) }));
        let tried = args.network.ask_with(evidence.unwrap_or_default(), Limits::deep(), |evidence| {
            match owner_word::word(evidence, &host)? {
                Word::OptedOut { record } => Ok(Err(record)),
                Word::Free | Word::Unknown { .. } => asked.sheet(Some(evidence)).map(Ok),
            }
        })?;
        tried
            .map_err(|gap| Refused::io(&format!("{} {}", gap.asked, gap.failure)))?
            .map_err(|record| Refused::opted_out(&host, &record))?
    };
    let printed = if args.json {
        let json = serde_json::to_string_pretty(&sheet).map_err(|error| Refused::io(&error))?;
        json_in_print(&json) + "\n"
    } else {
        text(&sheet, paint)
    };
    print(&printed)?;
    Ok(if sheet.is_good() {
        Exit::Ready
    } else if sheet.is_unmeasured() {
        Exit::NoVerdict
    } else {
        Exit::NotReady
    })
}

fn read(file: &Path) -> Result<String, Refused> {
    let failed = |error| Refused::file(file, &error);
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(file)
            .map_err(failed)?
            .take(MAX_FILE + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    }
    if bytes.len() as u64 > MAX_FILE {
        return Err(Refused::file(file, "is larger than 8 MB; split the list"));
    }
    Ok(decode(&bytes))
}

/// The site that paths are on.
fn site(domain: Option<&str>, moves: &[RedirectRule]) -> Result<Url, Refused> {
    let host = match domain {
        Some(typed) => Domain::parse(typed).map_err(|error| Refused::usage(&error))?,
        None => moves
            .iter()
            .find_map(|a_move| Domain::from_host(Url::parse(&a_move.from).ok()?.host_str()?))
            .ok_or_else(|| {
                Refused::usage(
                    "the list names paths alone; say which site they are on, such as --domain example.com",
                )
            })?,
    };
    Url::parse(&format!("https://{host}/")).map_err(|error| Refused::usage(&error))
}

/// The sheet for people on a terminal.
fn text(sheet: &RedirectReport, paint: Paint) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_sheet(&mut out, sheet, paint);
    out
}

fn write_sheet(out: &mut String, sheet: &RedirectReport, paint: Paint) -> std::fmt::Result {
    let (read, unread) = (sheet.rows.len(), sheet.unread.len());
    writeln!(
        out,
        "{}  {read} of {} lines could be read",
        paint.strong(&visible(&sheet.site)),
        read + unread
    )?;
    if let Some(read_as) = &sheet.read_as {
        writeln!(out, "{}", paint.quiet(&format!("Read as: {}", read_as.name)))?;
        for told in [&read_as.question, &read_as.note].into_iter().flatten() {
            writeln!(out, "{told}")?;
        }
    }
    for row in &sheet.rows {
        let (level, word) = state(row);
        let temporary = if row.permanence == Some(Permanence::Temporary) { " (temporary)" } else { "" };
        let moved = format!("{} → {}{temporary}", visible(&row.from), visible(&row.to));
        writeln!(out, "{:>6}  {}  {moved}", row.line, paint.level(level, &format!("{word:12}")))?;
        if !row.words.is_empty() {
            writeln!(out, "{:22}{}", "", visible(&row.words))?;
        }
        match &row.tried {
            Some(Tried::Roundabout { chain } | Tried::Wrong { chain }) => {
                writeln!(out, "{:22}{}", "", paint.quiet(&visible(chain)))?;
            }
            Some(Tried::NotMeasured { why }) => {
                writeln!(out, "{:22}{}", "", paint.quiet(&visible(why)))?;
            }
            Some(Tried::Good) | None => {}
        }
    }
    if sheet.untried > 0 {
        writeln!(out, "The last {} lines were not tried: more than fit into one go.", sheet.untried)?;
    }
    if unread > 0 {
        writeln!(out, "\n{}", paint.strong("Could not be read"))?;
        for line in &sheet.unread {
            writeln!(out, "{:>6}  {}: {}", line.line, visible(&line.reason), visible(&line.text))?;
        }
    }
    for rules in &sheet.rules {
        writeln!(
            out,
            "\n{} {}",
            paint.strong(rules.format.id()),
            paint.quiet(&format!("({})", rules.place))
        )?;
        writeln!(out, "{}", rules.text.trim_end())?;
        for left in &rules.left_out {
            writeln!(out, "Left out: {}: {}", visible(&left.from), visible(&left.reason))?;
        }
        for left in &rules.partly {
            writeln!(out, "Written in part: {}: {}", visible(&left.from), visible(&left.reason))?;
        }
    }
    for sentence in &sheet.left_out {
        writeln!(out, "\n{sentence}")?;
    }
    Ok(())
}

/// A row in one word.
fn state(row: &RedirectRow) -> (Level, &'static str) {
    match (&row.problem, &row.tried) {
        (_, Some(Tried::Wrong { .. })) => (Level::Fail, "wrong"),
        (Some(_), _) => (Level::Fail, "look at it"),
        (None, Some(Tried::Roundabout { .. })) => (Level::Warn, "roundabout"),
        (None, Some(Tried::NotMeasured { .. })) => (Level::NotMeasured, "not measured"),
        (None, Some(Tried::Good)) => (Level::Pass, "good"),
        (None, None) if row.kind != Kind::Move => (Level::NotApplicable, "no move"),
        (None, None) => (Level::NotApplicable, "not tried"),
    }
}
