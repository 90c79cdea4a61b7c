//! `docs/providers/`: a page for each provider, from the table that the checks use.

use std::collections::BTreeMap;
use std::fmt::Write;

use launch_ready_providers::model::{ClaimSign, Envelope, How, KeyKind, PageMark, Sign, Source};
use launch_ready_providers::{Provider, all};

/// Every page by its path in the folder.
pub(crate) fn pages(generated: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> =
        all().iter().map(|own| (format!("providers/{}.md", own.id), page(own, generated))).collect();
    files.insert("providers/README.md".to_owned(), index(generated));
    files
}

fn index(generated: &str) -> String {
    let mut out = generated.to_owned();
    out.push_str(
        "# Providers\n\nWhat Launch Ready knows of hosts, DNS providers, mail services and others. Each is a file in \
         `crates/providers/data/`; CONTRIBUTING.md says how one is added.\n\n| Provider | What it is here |\n| --- | --- |\n",
    );
    for provider in all() {
        let _ = writeln!(
            out,
            "| [{}]({}.md) | {} |",
            cell(&provider.name),
            provider.id,
            provider.kinds().join(", ")
        );
    }
    out
}

fn page(provider: &Provider, generated: &str) -> String {
    let mut page = Page(generated.to_owned());
    page.line(&format!("# {} (`{}`)\n", provider.name, provider.id));
    page.line(&format!("{} · [all providers](README.md)", provider.kinds().join(", ")));
    if let Some(status) = &provider.status_page {
        page.block("Status page", &status.source);
        page.item("Address", &status.url);
    }
    recognition(&mut page, provider);
    for claim in &provider.claims {
        page.block("A name that nobody uses", &claim.source);
        page.names("Names below", std::slice::from_ref(&claim.suffix));
        page.item(
            "Shows by",
            &match &claim.sign {
                ClaimSign::NoSuchName => "the name does not exist".to_owned(),
                ClaimSign::Page { status, text } => format!("status {status} and `{text}`"),
                ClaimSign::RedirectTo(hosts) => format!("a redirect to {}", hosts.join(" or ")),
            },
        );
        page.item("A stranger can take it", &format!("{:?}", claim.proof).to_lowercase());
        page.item("Kept by", claim.kept_by.as_deref().unwrap_or_default());
    }
    for mark in &provider.page_marks {
        page.block("A page of its own", &mark.source);
        page.item("Shows", mark.shows.words());
        page.item("Told by", &marks(mark));
    }
    for block in &provider.unedited {
        page.block("What nobody has changed", &block.source);
        page.names("Titles", &block.titles);
        page.names("Ends of titles", &block.title_ends);
        page.names("Descriptions", &block.descriptions);
        page.names("Hosts of pictures", &block.picture_hosts);
        page.names("Files of pictures", &block.picture_files);
    }
    for block in &provider.left_overs {
        page.block("Left on pages in development", &block.source);
        page.names("Markup", &block.markup);
        page.names("Error pages", &block.traces);
        page.names("Printed first", &block.printed);
        page.names("Ends of scripts' paths", &block.scripts);
        page.names("Parts of scripts' addresses", &block.script_parts);
        page.item("Lists of files are switched off by", block.listings_off.as_deref().unwrap_or_default());
    }
    for block in &provider.script_files {
        page.block("Files of scripts", &block.source);
        page.names("Libraries", &block.libraries);
        page.names("Added to pages at", &block.added);
        page.names("Folders with new names for every build", &block.hashed);
    }
    ways(&mut page, provider);
    mail(&mut page, provider);
    for scripts in &provider.scripts {
        page.block("Scripts", &scripts.source);
        page.names("Hosts", &scripts.hosts);
        page.item("For", scripts.purpose.words());
    }
    for hosts in &provider.hand_over {
        page.block("Visitors sign in, pay or book at", &hosts.source);
        page.names("Hosts", &hosts.hosts);
    }
    for pop_up in &provider.pop_ups {
        page.block("Opens a window", &pop_up.source);
        page.names("Scripts at", &pop_up.hosts);
        page.item("For", &pop_up.name);
    }
    for authority in &provider.authority {
        page.block("Certificate authority", &authority.source);
        page.names("Organisation begins with", &authority.organisations);
        page.names("Names in CAA records", &authority.caa);
    }
    keys(&mut page, provider);
    for cookies in &provider.cookies {
        page.block("Cookies", &cookies.source);
        page.names("Names", &cookies.names);
        page.names("Names begin with", &cookies.beginnings);
        page.item("For", &format!("{:?}", cookies.purpose).to_lowercase());
    }
    for open in &provider.open_hosts {
        page.block("In a script policy it lets anybody's script in", &open.source);
        page.names("Host", std::slice::from_ref(&open.host));
        page.item("Serves", &format!("{:?}", open.serves).to_lowercase());
        page.item("Allow instead", &open.allow);
    }
    if let Some(code) = &provider.code {
        page.block("Teams keep their code there", &code.source);
    }
    for list in &provider.lists {
        page.block("List of redirects", &list.source);
        page.item("Called", &format!("{} (`{}`)", list.name, list.id));
    }
    for shared in &provider.shared_senders {
        page.block("An SPF record of all its customers", &shared.source);
        page.names("Name", std::slice::from_ref(&shared.spf));
    }
    page.line(&format!("\nThe data: `crates/providers/data/{}.toml`.", provider.id));
    page.0
}

fn keys(page: &mut Page, provider: &Provider) {
    for key in &provider.keys {
        page.block(&format!("{} (`{}`)", key.name, key.id), &key.source);
        page.item(
            "Kind",
            match (key.kind, &key.test_of) {
                (KeyKind::Secret, None) => "secret",
                (KeyKind::Secret, Some(_)) => "secret, in test mode",
                (KeyKind::Publishable, None) => "made for browsers",
                (KeyKind::Publishable, Some(_)) => "made for browsers, in test mode",
            },
        );
        page.names("Written as", &key.shapes);
        page.names("Beside one of", &key.near);
        page.names("Behind one of", &key.called);
        if let Some(claim) = &key.claim {
            page.item("JSON Web Token with", &format!("`{}`: `{}`", claim.name, claim.values.join("`, `")));
        }
        page.item("What it opens", &key.opens);
        page.item("Taken back at", &key.revoke);
    }
}

fn recognition(page: &mut Page, provider: &Provider) {
    for servers in &provider.name_servers {
        page.block("Name servers", &servers.source);
        page.names("Below", &servers.suffixes);
        page.names("Second label begins with", &servers.labels);
        page.names("Shared with", &servers.shared_with);
    }
    for aliases in &provider.aliases {
        page.block("CNAME targets", &aliases.source);
        page.names("Names", &aliases.suffixes);
    }
    for addresses in &provider.addresses {
        page.block("Addresses", &addresses.source);
        page.names("Ranges", &addresses.ranges.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    for answers in &provider.answers {
        page.block("Answers", &answers.source);
        page.names("Fields that only it sends", &answers.fields);
        page.names("`Server`", &answers.servers);
        page.names("Fields that name a request", &answers.request_ids);
        page.names("Fields of its cache", &answers.cache_status);
        page.names("Fields that its cache obeys", &answers.cache_control);
    }
    if let Some(site) = &provider.site {
        page.block("To a site", &site.source);
        page.item("Stands in front of the founder's server", yes(site.proxy));
        page.item("Rents out servers", yes(site.rents_servers));
        page.item("Customers' mail servers may stand there", yes(site.lets_mail_in));
        page.names("Orders certificates from", &site.issuers);
    }
    if let Some(protection) = &provider.protection {
        page.block("Filters attacks", &protection.source);
        page.names("Shown by", &protection.fields);
        page.item("Switched on by", protection.switch.as_deref().unwrap_or_default());
    }
    for platform in &provider.platform {
        page.block("Hands out names", &platform.source);
        page.names("Below", &platform.suffixes);
    }
    for temporary in &provider.temporary {
        page.block("Names for a while only", &temporary.source);
        page.names("Below", &temporary.suffixes);
        page.item("With", temporary.mark.as_deref().unwrap_or_default());
    }
}

fn ways(page: &mut Page, provider: &Provider) {
    if let Some(panel) = &provider.panel {
        page.block("DNS panel", &panel.source);
        page.item("Place", &panel.place);
        page.item("New record", panel.add.as_deref().unwrap_or_default());
        page.item("Name", panel.name_box.as_deref().unwrap_or_default());
        page.item("Value", panel.value_box.as_deref().unwrap_or_default());
    }
    if let Some(hosting) = &provider.hosting {
        page.block("Headers and redirects", &hosting.source);
        for (what, how) in [
            ("Header", &hosting.header),
            ("http to https", &hosting.https),
            ("One name to the other", &hosting.name_redirect),
            ("A path", &hosting.path),
        ] {
            page.item(
                what,
                &match how {
                    How::File(format) => format!("in {}", format.file()),
                    How::Form(place) | How::Rule(place) => place.clone(),
                    How::Say(sentence) => sentence.clone(),
                    How::General(general) => general.words().to_owned(),
                },
            );
        }
    }
    if let Some(map) = &provider.redirect_map {
        page.block("Redirect maps", &map.source);
        page.item("As", &map.formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(", "));
    }
    if let Some(rollback) = &provider.rollback {
        page.block("Rollback", &rollback.source);
        page.item("How", &rollback.text);
        page.item("Command", &rollback.command.replace('\n', "; "));
        page.item("Beware", &rollback.beware);
    }
}

fn mail(page: &mut Page, provider: &Provider) {
    for service in &provider.mail {
        page.block(&format!("Mail: {} (`{}`)", service.name, service.id), &service.source);
        page.names("SPF names", &service.spf);
        page.names("Mail servers", &service.mx);
        page.names("TXT records", &service.tokens);
        page.names("DKIM targets", &service.dkim_targets);
        page.names("DKIM selectors", &service.selectors);
        page.item(
            "Bounces go to",
            &match &service.envelope {
                Envelope::Below(label) if label.is_empty() => "a name below the domain".to_owned(),
                Envelope::Below(label) => format!("`{label}` below the domain"),
                Envelope::Domain => "the domain itself".to_owned(),
                Envelope::Service => "the service's own domain".to_owned(),
            },
        );
        page.item("SPF record includes", service.include.as_deref().unwrap_or_default());
        for record in &service.records {
            page.item("Record", &format!("`{} {} {}`", record.owner, record.record_type, record.value));
        }
        let bits = service.longest_key.map(|bits| format!("{bits} bits")).unwrap_or_default();
        page.item("Longest key", &bits);
        page.names("Selectors that may be empty", &service.spare_selectors);
        page.item("Data center of", service.data_centre_of.as_deref().unwrap_or_default());
        let guesses: Vec<String> = service.guesses.iter().map(|(selector, _)| selector.clone()).collect();
        page.names("Selectors guessed", &guesses);
    }
    if let Some(receiver) = &provider.receiver {
        page.block(&format!("Requirements for senders: {}", receiver.mailboxes), &receiver.source);
        for (rule, since) in &receiver.asks {
            page.item(rule.words(), &format!("since {since}"));
        }
        page.item("Complaints shown in", receiver.complaints_shown_in.as_deref().unwrap_or_default());
    }
}

fn marks(mark: &PageMark) -> String {
    let parts: Vec<String> = mark.signs.iter().map(Sign::words).collect();
    parts.join(", ")
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "" }
}

/// A text as a cell of a table takes it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A page that is being written.
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.0, "{text}");
    }

    fn block(&mut self, title: &str, source: &Source) {
        self.line(&format!("\n## {title}\n\nSource: {}.\n", source.words()));
    }

    /// What is not known is not listed.
    fn item(&mut self, what: &str, text: &str) {
        if !text.is_empty() {
            self.line(&format!("- {what}: {text}"));
        }
    }

    fn names(&mut self, what: &str, names: &[String]) {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        self.item(what, &names.join(", "));
    }
}
