//! Lines of the log about requests for a call. None holds anything personal: the id is all that they name.

use serde::Serialize;

/// One line of JSON.
#[derive(Serialize)]
pub(crate) struct LogLine<'l> {
    event: &'static str,
    lead: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'l str>,
}

impl<'l> LogLine<'l> {
    /// A request was accepted.
    pub(crate) fn accepted(lead: &'l str) -> Self {
        Self { event: "intake", lead, retry_seconds: None, reason: None }
    }

    /// The owner could not be told, and will be after so many seconds.
    pub(crate) fn retried(lead: &'l str, retry_seconds: u32, reason: &'l str) -> Self {
        Self { event: "lead-delivery", lead, retry_seconds: Some(retry_seconds), reason: Some(reason) }
    }

    /// The owner could not be told, however often it was tried.
    pub(crate) fn undelivered(lead: &'l str) -> Self {
        Self { event: "lead-undelivered", lead, retry_seconds: None, reason: None }
    }

    /// Writes the line; what went wrong as an error.
    pub(crate) fn write(&self) {
        match serde_json::to_string(self) {
            Ok(line) if self.event == "intake" => worker::console_log!("{line}"),
            Ok(line) => worker::console_error!("{line}"),
            Err(error) => worker::console_error!("{error}"),
        }
    }
}
