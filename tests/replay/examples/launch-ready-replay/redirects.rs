//! A redirect map answered as the API does, without its requests.

use launch_ready_core::plan::redirect_map::most_of_answer;
use launch_ready_core::plan::redirect_map::parse_whole;
use launch_ready_core::plan::redirect_map::{Asked, Format, List};

/// The site that the lists are about.
const SITE: &str = "https://example.com/";

/// The sheet with the rules of every format, as JSON.
pub(crate) fn answer(list: &str) -> Result<Vec<u8>, String> {
    let site = SITE.parse().map_err(|error| format!("{SITE}: {error}"))?;
    let List { moves, unread, read_as } = parse_whole(list).map_err(|too_many| too_many.to_string())?;
    let asked = Asked { site, moves, unread, read_as, formats: Format::ALL.to_vec() };
    let sheet = asked.laid_out(None, &asked.formats).within(most_of_answer(list.len()));
    serde_json::to_vec(&sheet).map_err(|error| error.to_string())
}
