//! How each host takes a release back, from its documentation. As of 2026-11.

/// A host's way back.
#[derive(Debug)]
pub(crate) struct WayBack {
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
pub(crate) fn way_back(host: &str) -> Option<&'static WayBack> {
    let host = host.to_ascii_lowercase();
    WAYS.iter().find(|way| host.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == way.host))
}

/// Read 2026-11-26: vercel.com/docs/deployments/instant-rollback; docs.netlify.com/site-deploys/manage-deploys;
/// developers.cloudflare.com/pages/platform/rollbacks and workers/configuration/versions-and-deployments/rollbacks;
/// render.com/docs/rollbacks; fly.io/docs/blueprints/rollback-guide; docs.railway.com/deployments/deployment-actions;
/// devcenter.heroku.com/articles/releases.
static WAYS: &[WayBack] = &[
    WayBack {
        host: "vercel",
        text: "On the project's overview, at the production deployment, choose Instant Rollback and the last good deployment.",
        command: "",
        beware: "Settings, environment variables and cron jobs are those of the old deployment. On the free plan it goes back to the one before only.",
    },
    WayBack {
        host: "netlify",
        text: "In Deploys open the last good one, and Publish deploy.",
        command: "",
        beware: "While auto publishing is on, the next push puts its own deploy in the place of this one: stop auto publishing first.",
    },
    WayBack {
        host: "cloudflare",
        text: "In Workers & Pages open the project's Deployments, and in the menu of the last good one choose Rollback; for a Worker also by command.",
        command: "npx wrangler rollback",
        beware: "What is connected, such as databases and storage, is not rolled back; a Worker goes back ten versions at most.",
    },
    WayBack {
        host: "render",
        text: "In the service's Events find the last good deploy, and Rollback.",
        command: "",
        beware: "This switches automatic deploys off; switch them on again afterwards, in the service's Settings.",
    },
    WayBack {
        host: "fly",
        text: "List the images of earlier releases and deploy the last good one.",
        command: "fly releases --image\nfly deploy --image IMAGE_OF_THE_LAST_GOOD_RELEASE",
        beware: "Only the image goes back: not the database, not fly.toml, not environment variables and secrets. Old images are not kept for ever.",
    },
    WayBack {
        host: "railway",
        text: "In the service's Deployments open the menu (three dots) of the last good one, choose Rollback, and confirm.",
        command: "",
        beware: "The variables of that deployment come back with it. Deployments that are older than your plan keeps them cannot be rolled back to.",
    },
    WayBack {
        host: "heroku",
        text: "List the releases and go back to the last good one.",
        command: "heroku releases\nheroku rollback RELEASE",
        beware: "A change of a config var is a release like a deployment, so its settings go back, too. Across a change of add-ons, such as a database, it may refuse; their data does not go back.",
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
