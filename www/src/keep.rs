//! The last report, kept in the tab: a reload while the service cannot be reached does not lose it.

use web_sys::Storage;

use crate::asked::Asked;

/// The one entry: what was asked, a line break, the line that brought the report.
const KEY: &str = "report";

/// Keeps the line that brought a report. A browser that keeps nothing is no error.
pub fn keep(asked: &Asked, line: &str) {
    if let Some(storage) = storage() {
        // Where there is no room, none is better than that of something else.
        let _ = storage.remove_item(KEY);
        let _ = storage.set_item(KEY, &format!("{}\n{line}", asked.query()));
    }
}

/// The line that was kept for the same question.
#[must_use]
pub fn line(asked: &Asked) -> Option<String> {
    let kept = storage()?.get_item(KEY).ok()??;
    let (query, line) = kept.split_once('\n')?;
    (query == asked.query()).then(|| line.to_owned())
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
