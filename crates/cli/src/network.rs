//! The network that the command line names.

use url::Url;

use crate::Refused;
use crate::args::NetworkArgs;
use crate::host::{Network, Proxy, Roots};

/// With what the host reaches the internet.
pub(crate) fn of(args: &NetworkArgs) -> Result<Network, Refused> {
    let mut network = Network::default();
    if let Some(doh) = &args.doh {
        let url = Url::parse(doh).map_err(|error| Refused::usage(&format!("--doh {doh}: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::usage(&format!("--doh {doh}: a resolver is given as https://host/path")));
        }
        network.doh = Some(url);
    }
    if let Some(proxy) = &args.proxy {
        let parsed =
            Proxy::parse(proxy).map_err(|error| Refused::usage(&format!("--proxy {proxy}: {error}")))?;
        network.proxy = Some(parsed);
    }
    if let Some(file) = &args.ca_file {
        let pem = std::fs::read(file).map_err(|error| Refused::file(file, &error))?;
        network.roots = Roots::default().with_pem(&pem).map_err(|error| Refused::file(file, &error))?;
    }
    Ok(network)
}
