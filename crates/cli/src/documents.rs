//! `launch-ready check --answers … --out …`: the founder's answers in, the documents out. And `launch-ready answers`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use launch_ready_core::fixes::ProviderOverride;
use launch_ready_core::plan::documents;
use launch_ready_core::plan::documents::{DocumentContext, KINDS};
use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::Answers;
use launch_ready_core::report::Report;
use launch_ready_core::report::dns_map::Row;
use launch_ready_core::report::markdown::visible;
use launch_ready_core::target::Segment;

use crate::exit::{Exit, Refused};
use crate::files::{self, Existing};
use crate::terminal::print;

/// The forms of a document in a folder.
const EXTENSIONS: [&str; 3] = ["md", "html", "json"];

/// What is said about documents on the command line.
#[derive(Debug, Default, Args)]
pub struct DocumentsArgs {
    /// The founder's answers: what `launch-ready answers` prints, filled in, or what the page exports.
    #[arg(long, value_name = "FILE", help_heading = "Documents")]
    pub answers: Option<PathBuf>,
    /// Writes all documents to this folder, each as Markdown, as a page to print and as JSON.
    #[arg(long, value_name = "DIR", help_heading = "Documents")]
    pub out: Option<PathBuf>,
    /// Writes all documents into one archive.
    #[arg(long, value_name = "FILE", help_heading = "Documents")]
    pub zip: Option<PathBuf>,
    /// A recording of an earlier scan, for latency before and after.
    #[arg(long, value_name = "FILE", help_heading = "Documents")]
    pub before: Option<PathBuf>,
}

impl DocumentsArgs {
    /// The answers in the file that was named; none where none was. What whoever gave it should know goes to standard
    /// error.
    pub(crate) fn read_answers(&self) -> Result<Answers, Refused> {
        let Some(file) = &self.answers else { return Ok(Answers::default()) };
        let text = std::fs::read_to_string(file).map_err(|error| Refused::file(file, &error))?;
        let reading = Answers::read(&text).map_err(|problem| Refused::file(file, &problem))?;
        for note in &reading.notes {
            say(&format!("{}: {note}", file.display()));
        }
        Ok(reading.answers)
    }

    /// Whether the documents may be written where they are wanted; asked before the scan.
    pub(crate) fn may_write(&self, existing: Existing) -> Result<(), Refused> {
        if let Some(folder) = &self.out {
            for kind in &KINDS {
                for extension in EXTENSIONS {
                    files::may_write(&folder.join(format!("{}.{extension}", kind.id)), existing)?;
                }
            }
        }
        self.zip.as_deref().map_or(Ok(()), |archive| files::may_write(archive, existing))
    }

    /// Writes the documents, where they are wanted: the fixes in the words of what is in use, or of what the reader says is.
    pub(crate) fn write(
        &self,
        report: &Report,
        dns: &[Row],
        before: Option<&Report>,
        (answers, chosen): (&Answers, ProviderOverride<'_>),
        existing: Existing,
    ) -> Result<(), Refused> {
        if self.out.is_none() && self.zip.is_none() {
            return Ok(());
        }
        let segment = report.segment.or(answers.known_segment());
        let assessment = segment.map(|segment| roadmap::assess(segment, Some(report), answers));
        let material = DocumentContext {
            report: Some(report),
            before,
            dns: Some(dns),
            answers,
            assessment: assessment.as_ref(),
            chosen,
        };
        let papers = documents::files(&documents::all(&material));
        if let Some(folder) = &self.out {
            std::fs::create_dir_all(folder).map_err(|error| Refused::file(folder, &error))?;
            for file in &papers {
                files::write(&folder.join(&file.name), file.text.as_bytes(), existing)?;
            }
            say(&format!("{} files were written to {}.", papers.len(), folder.display()));
        }
        if let Some(archive) = &self.zip {
            let folder = format!("launch-papers-{}", report.domain);
            let zip = documents::zip(&folder, &papers).map_err(|error| Refused::file(archive, &error))?;
            files::write(archive, &zip, existing)?;
            say(&format!("{} files were put into {}.", papers.len(), archive.display()));
        }
        if segment.is_none() {
            say(
                "No kind of business was given, so the roadmap is empty: add --segment, or \"segment\" to the answers.",
            );
        }
        Ok(())
    }
}

/// `launch-ready answers SEGMENT`: a file with every question and no answer.
pub(crate) fn blank(segment: &str) -> Result<Exit, Refused> {
    let known = Segment::from_id(segment);
    let segment = known.ok_or_else(|| Refused::usage(&format!("there is no kind of business {segment}")))?;
    print(&roadmap::blank(segment).write())?;
    Ok(Exit::Ready)
}

/// Says something beside the report, which may be read by a program.
fn say(sentence: &str) {
    let _ = writeln!(io::stderr(), "launch-ready: {}", visible(sentence));
}
