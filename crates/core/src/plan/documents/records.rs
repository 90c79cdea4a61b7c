//! The DNS map as a document; its rows are made in [`crate::report::dns_map`].

use super::Document;
use super::DocumentContext;
use super::model::{code, gap, plain};

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    let Some(rows) = material.dns else {
        sheet.paragraph(gap("No records yet: check the domain, then create this sheet again."));
        return sheet;
    };
    sheet.paragraph(
        "Every record that the check saw. Names it did not query are missing: compare with the list at your DNS provider.",
    );
    match material.dns_provider() {
        Some(provider) => sheet.paragraph(plain("The zone is kept at ").plain(provider).plain(".")),
        None => {
            sheet.paragraph(plain("The zone is kept at ").gap("where DNS records are changed").plain("."));
        }
    }
    if rows.is_empty() {
        sheet.paragraph("No records seen.");
        return sheet;
    }
    let rows = rows.iter().map(|row| {
        let provider = if row.provider.is_empty() { plain("") } else { plain(&row.provider) };
        let purpose = match row.purpose.as_str() {
            unknown if unknown.starts_with("not known") => gap(unknown),
            known => plain(known),
        };
        vec![
            code(&row.name),
            plain(&row.record_type),
            code(&row.value),
            provider,
            purpose,
            plain(row.ttl.to_string()),
        ]
    });
    sheet.table(&["Name", "Type", "Points to", "Run by", "For", "TTL"], rows.collect());
    sheet
}
