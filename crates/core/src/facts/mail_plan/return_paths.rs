//! Names below a domain that a service's bounces go to: SPF is checked there, and not at the domain itself.

use crate::answers::Stop;
use crate::dns::{RecordType, texts};
use crate::email::spf;
use crate::engine::evidence::Evidence;
use crate::facts::mail_profile::{MailProfile, spf_names};
use crate::providers::mail_services::{Kind, Published, Service, recognise};

/// Labels that services ask for, or that their guides use as the example: Resend, Amazon SES, Mailgun, Postmark. One question
/// each, and only where the domain itself has no SPF record that lets anybody send. As of 2026-11.
const USUAL: [&str; 5] = ["send", "mail", "bounce", "mg", "pm-bounces"];

/// A name that bounces go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath {
    /// The name.
    pub name: String,
    /// Whose servers its SPF record lets send.
    pub service: &'static Service,
}

/// The usual names below the domain whose SPF record lets a service send.
///
/// # Errors
/// Pending until the answers are there; not measured where none was found, and one of the names could not be asked about.
pub fn return_paths(evidence: &Evidence, profile: &MailProfile<'_>) -> Result<Vec<ReturnPath>, Stop> {
    // All of them before waiting for one.
    let asked: Vec<Result<Option<ReturnPath>, Stop>> =
        USUAL.iter().map(|label| ask(evidence, profile.zone.child(label))).collect();
    if asked.iter().any(|answer| matches!(answer, Err(Stop::Pending))) {
        return Err(Stop::Pending);
    }
    let mut gap = None;
    let mut found = Vec::new();
    for answer in asked {
        match answer {
            Ok(path) => found.extend(path),
            Err(stop) => gap = gap.or(Some(stop)),
        }
    }
    match gap {
        Some(stop) if found.is_empty() => Err(stop),
        _ => Ok(found),
    }
}

fn ask(evidence: &Evidence, name: String) -> Result<Option<ReturnPath>, Stop> {
    let lookup = evidence.lookup_any(&name, RecordType::Txt)?;
    let texts = texts(&lookup.records);
    let selected = spf::select(&texts);
    let Some(text) = selected.only() else { return Ok(None) };
    let mut names = spf_names(text);
    names.extend(lookup.aliases.iter().map(|alias| (*alias).to_owned()));
    let found = recognise(Published { spf: &names, ..Published::default() });
    // A server of one's own may have a record of the kind for its greeting.
    let sends = found.into_iter().find(|one| one.service.kind != Kind::Mailboxes);
    Ok(sends.map(|one| ReturnPath { name, service: one.service }))
}
