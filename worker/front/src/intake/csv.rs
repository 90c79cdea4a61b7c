//! CSV (RFC 4180) that a spreadsheet may open.

/// One cell. What a spreadsheet would take for a formula is text there: a stranger typed it (OWASP, "CSV Injection",
/// 2026-11).
pub(crate) fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = text.replace('"', "\"\"");
    if is_formula { format!("\"'{quoted}\"") } else { format!("\"{quoted}\"") }
}
