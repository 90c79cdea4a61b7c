//! The account and access list: who owns what, how to get back in, and when keys are replaced. Never a password.

use launch_ready_providers::model::Purpose;
use launch_ready_providers::{Provider, meant_by};

use super::DocumentContext;
use super::model::{gap, known_or_gap, plain};
use super::stages;
use super::{Document, Text};
use crate::plan::roadmap::Account;

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.paragraph("Keep passwords and recovery codes in a password manager, never on this sheet.");
    let accounts = listed(material);
    if accounts.is_empty() {
        sheet.paragraph(gap("No accounts listed yet."));
    } else {
        sheet.table(
            &["Service", "For", "Owner", "Registered with", "Who else"],
            accounts.iter().map(|account| row(account)).collect(),
        );
        sheet.table(
            &["Service", "Who pays", "Recovery", "Key rotation"],
            accounts
                .iter()
                .map(|account| {
                    vec![
                        plain(account.service.trim()),
                        known_or_gap(&account.billing, "who pays"),
                        known_or_gap(&account.recovery, "second factor, codes"),
                        known_or_gap(&account.rotation, "when, how"),
                    ]
                })
                .collect(),
        );
    }
    let seen = unlisted(material);
    if !seen.is_empty() {
        sheet.heading("Seen in the records, but not listed");
        sheet.paragraph("The domain's records point to these services, so someone has an account there.");
        sheet.table(
            &["Service", "For", "Owner"],
            seen.into_iter()
                .map(|(name, purposes)| vec![plain(name), plain(purposes), gap("owner")])
                .collect(),
        );
    }
    sheet.heading("Often forgotten");
    let missing: Vec<Text> = USUAL
        .iter()
        .filter(|(words, what)| {
            !accounts.iter().any(|account| {
                let text = format!("{} {}", account.service, account.purpose).to_ascii_lowercase();
                words.iter().any(|word| text.contains(word))
                    || meant_by(&account.service).any(|provider| is_at(provider, what))
            })
        })
        .map(|(_, what)| gap(*what))
        .collect();
    if missing.is_empty() {
        sheet.paragraph("None of the usual ones is missing.");
    } else {
        sheet.list(missing);
    }
    sheet.heading("Who can help");
    let contacts: Vec<Vec<Text>> = material
        .answers
        .contacts
        .iter()
        .filter(|contact| !contact.name.trim().is_empty())
        .map(|contact| {
            vec![
                plain(contact.name.trim()),
                known_or_gap(&contact.role, "for what"),
                known_or_gap(&contact.reach, "how to reach"),
            ]
        })
        .collect();
    if contacts.is_empty() {
        sheet.paragraph(gap("No one is named."));
    } else {
        sheet.table(&["Who", "For what", "How to reach"], contacts);
    }
    let stages = material.assessment.map(|assessment| assessment.stages.as_slice()).unwrap_or_default();
    let about: Vec<_> = stages
        .iter()
        .flat_map(|stage| &stage.items)
        .filter(|item| ABOUT.contains(&item.id))
        .map(stages::item)
        .collect();
    if !about.is_empty() {
        sheet.heading("What your roadmap asks about access");
        sheet.ticks(about);
    }
    sheet
}

/// Accounts that say which service they are at.
pub(crate) fn listed<'a>(material: &DocumentContext<'a>) -> Vec<&'a Account> {
    material.answers.accounts.iter().filter(|account| !account.service.trim().is_empty()).collect()
}

/// Services that the records lead to and that no account names.
pub(crate) fn unlisted(material: &DocumentContext<'_>) -> Vec<(String, String)> {
    let accounts = listed(material);
    let known = |name: &str| {
        let first = name.split(' ').next().unwrap_or(name).to_ascii_lowercase();
        accounts.iter().any(|account| account.service.to_ascii_lowercase().contains(&first))
    };
    let providers = material.providers().into_iter().filter(|(name, _)| !known(name));
    providers.map(|(name, purposes)| (name.to_owned(), purposes.join(", "))).collect()
}

fn row(account: &Account) -> Vec<Text> {
    vec![
        plain(account.service.trim()),
        known_or_gap(&account.purpose, "for what"),
        known_or_gap(&account.owner, "owner"),
        known_or_gap(&account.login, "address"),
        known_or_gap(&account.access, "who else"),
    ]
}

/// Whether an account at this provider is of that kind, by what is known of it.
fn is_at(provider: &Provider, what: &str) -> bool {
    let has =
        |purposes: &[Purpose]| provider.scripts.iter().any(|scripts| purposes.contains(&scripts.purpose));
    match what {
        CODE => provider.code.is_some(),
        PAYMENTS => has(&[Purpose::Payment]),
        MONITORING => has(&[Purpose::Errors, Purpose::Vitals]),
        _ => false,
    }
}

const CODE: &str = "Repository: where the code is";
const PAYMENTS: &str = "Payments";
const MONITORING: &str = "Monitoring and error tracking";

/// Accounts that every launch has, with words that tell them.
static USUAL: &[(&[&str], &str)] = &[
    (&["registrar", "registration", "domain"], "Registrar: where the domain was bought"),
    (&["dns"], "DNS: where its records are changed"),
    (&["host", "deploy"], "Host: where the product runs"),
    (&["repository", "code"], CODE),
    (&["database"], "Database"),
    (&["mail"], "Mail: the team's mailboxes, and the service that sends"),
    (&["pay", "billing"], PAYMENTS),
    (&["monitor", "uptime", "error"], MONITORING),
    (&["analytics"], "Analytics"),
    (&["password"], "Password manager"),
];

/// Items of the roadmaps that are about access.
const ABOUT: [&str; 8] = [
    "access-documented",
    "account-owners",
    "accounts-owned",
    "billing-known",
    "credentials-handed-over",
    "domain-owned",
    "keys-least-privilege",
    "vendors-listed",
];
