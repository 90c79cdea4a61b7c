//! All documents as files, and as one file to download.
//!
//! `rawzip` (MIT, kept since 2022, no dependencies) writes the archive; the `zip` crate brings a hash map and a type for
//! paths for what is a list of names here. Stored and not compressed: documents are small, and a compressor would weigh
//! more than they do.

use std::io::Write;

use super::{Document, html, json, markdown};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name: `risk-list.md`.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Every document in its three forms.
#[must_use]
pub fn files(documents: &[Document]) -> Vec<File> {
    let mut files = Vec::with_capacity(documents.len() * 3);
    for document in documents {
        let mut add = |extension: &str, text: String| {
            files.push(File { name: format!("{}.{extension}", document.id), text });
        };
        add("md", markdown(document));
        add("html", html(document));
        add("json", json(document));
    }
    files
}

/// The files as a ZIP archive, in a folder of that name.
///
/// # Errors
/// Where the archive would be larger than its format allows.
pub fn zip(folder: &str, files: &[File]) -> Result<Vec<u8>, rawzip::Error> {
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for file in files {
        let name = format!("{folder}/{}", file.name);
        let (mut entry, config) =
            archive.new_file(&name).compression_method(rawzip::CompressionMethod::STORE).start()?;
        let mut writer = config.wrap(&mut entry);
        writer.write_all(file.text.as_bytes())?;
        let (_, descriptor) = writer.finish()?;
        entry.finish(descriptor)?;
    }
    archive.finish()?;
    Ok(out)
}
