//! Who may take requests out: whoever knows the owner's token.

use subtle::ConstantTimeEq;

use crate::call::Call;
use crate::rate::RateLimits;
use crate::request::client;
use crate::response::problem::Problem;
use crate::{config, objects};

/// Lets the owner through: who knows the secret `OWNER_TOKEN`. Who sends wrong ones is soon told nothing more, so that nobody
/// finds it by trying; the owner still gets in from every other address.
pub(crate) async fn authorize(call: &Call<'_>) -> Result<(), Problem> {
    let Some(token) = config::text(call.env, config::OWNER_TOKEN) else {
        return Err(Problem::not_configured("The secret OWNER_TOKEN is not set.".to_owned()));
    };
    let given = call.header("authorization").unwrap_or_default();
    let given = given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let given = given.map(|(_, given)| given.trim()).unwrap_or_default();
    if given.is_empty() {
        // Nothing was tried.
        return Err(Problem::unauthorized());
    }
    // Hashes are of one length, and a hash that is nearly right tells nothing about the secret.
    let (ours, theirs) = (client::hash(&token), client::hash(given));
    let is_right = bool::from(ours.as_bytes().ct_eq(theirs.as_bytes()));
    // Counted and judged in one step: of many that come at once, not one more is answered.
    let client = client::key(call.request, call.env).await?;
    match objects::owner_token(call.env, &client, !is_right).await? {
        None if is_right => Ok(()),
        None => Err(Problem::unauthorized()),
        Some(seconds) => {
            let seconds = seconds.get();
            let minutes = seconds.div_ceil(60);
            let plural = if minutes == 1 { "" } else { "s" };
            let detail = format!(
                "Five wrong owner tokens came from this address within an hour. Try again in {minutes} minute{plural}, or from another address."
            );
            Err(Problem::limited(&detail, seconds, RateLimits::default()))
        }
    }
}
