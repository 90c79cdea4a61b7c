//! How each host takes a release back, from its documentation. As of 2026-11.

/// A host's way back.
#[derive(Debug)]
pub(super) struct WayBack {
    /// A word of the host's name, in lower case.
    pub host: &'static str,
    /// What to do.
    pub text: &'static str,
    /// A command, where there is one.
    pub command: &'static str,
    /// What it does not take back.
    pub beware: &'static str,
}

/// The way back at a host, by its name as founders or records say it.
pub(super) fn way_back(host: &str) -> Option<&'static WayBack> {
    let host = host.to_ascii_lowercase();
    WAYS.iter().find(|way| host.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == way.host))
}

/// Sources: vercel.com/docs/instant-rollback; docs.netlify.com, "Manage deploys"; developers.cloudflare.com, "Rollbacks" of
/// Workers; render.com/docs/rollbacks; fly.io/docs/blueprints/rollback-guide; docs.railway.com, "Deployment actions";
/// devcenter.heroku.com, "Releases".
static WAYS: &[WayBack] = &[
    WayBack {
        host: "vercel",
        text: "In the project's deployments choose the last good one, and Instant Rollback; or use the command.",
        command: "vercel rollback",
        beware: "Settings are those of the old deployment. New pushes are not put into production until you promote one.",
    },
    WayBack {
        host: "netlify",
        text: "In Deploys open the last good one, and Publish deploy.",
        command: "",
        beware: "Environment variables stay as they are now.",
    },
    WayBack {
        host: "cloudflare",
        text: "In Workers & Pages open the project's deployments, choose the last good one, and Rollback; for a Worker also by command.",
        command: "npx wrangler rollback",
        beware: "Databases, storage and secrets are not rolled back.",
    },
    WayBack {
        host: "render",
        text: "In the service's Events find the last good deploy, and Rollback.",
        command: "",
        beware: "This switches automatic deploys off; switch them on again afterwards.",
    },
    WayBack {
        host: "fly",
        text: "List the images of earlier releases and deploy the last good one.",
        command: "fly releases --image\nfly deploy --image IMAGE_OF_THE_LAST_GOOD_RELEASE",
        beware: "Only the image goes back: not the database, not fly.toml.",
    },
    WayBack {
        host: "railway",
        text: "In the service's deployments open the menu of the last good one, and Rollback.",
        command: "",
        beware: "Databases are not rolled back.",
    },
    WayBack {
        host: "heroku",
        text: "List the releases and go back to the last good one.",
        command: "heroku releases\nheroku rollback RELEASE",
        beware: "The settings of that release come back with it; the database does not.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_a_word_of_its_name() {
        assert_eq!(way_back("Vercel (production)").map(|way| way.host), Some("vercel"));
        assert_eq!(way_back("Cloudflare Pages").map(|way| way.host), Some("cloudflare"));
        assert_eq!(way_back("Fly.io").map(|way| way.host), Some("fly"));
        assert!(way_back("Butterfly").is_none() && way_back("").is_none());
    }
}
