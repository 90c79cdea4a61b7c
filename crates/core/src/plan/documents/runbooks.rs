//! Runbooks: what to do when something usual breaks. Each begins on a sheet of its own, so that it can hang on a wall.

use super::DocumentContext;
use super::deployment::contact;
use super::model::{cut, gap, known_or_gap, plain, strong};
use super::rollback::way_back;
use super::{Document, Text};
use crate::checks::check::Area;
use crate::checks::finding::Level;
use crate::checks::fix::Fix;
use crate::report::FindingReport;

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.paragraph("One sheet for each. First stop the damage, then look for the reason. Write down what you did, with times.");
    sheet.paragraph(
        plain("Call first: ")
            .and(known_or_gap(&material.answers.monitoring.paged, "two names with numbers"))
            .plain(" Logs: ")
            .and(known_or_gap(&material.answers.monitoring.logs, "where they are")),
    );
    for (index, book) in
        [certificate, deployment, mail, secret, variable, domain, traffic].into_iter().enumerate()
    {
        if index > 0 {
            sheet.new_page();
        }
        book(material, &mut sheet);
    }
    sheet
}

fn certificate(material: &DocumentContext<'_>, sheet: &mut Document) {
    let domain = material.domain();
    begin(
        sheet,
        "Expired certificate",
        "Browsers show a full-page warning. Apps and webhooks fail with TLS errors.",
    );
    sheet.paragraph(
        plain("Certificates come from: ")
            .and(host_or_gap(material, "the host, the network in front, or a program on the server")),
    );
    sheet.steps(vec![
        plain("See what is served: ").code(format!("openssl s_client -connect {domain}:443 -servername {domain} </dev/null | openssl x509 -noout -dates -issuer")),
        plain("Look at the certificate's page at the host or the network in front: what does it say about renewal?"),
        plain("Common causes: DNS no longer points to where the certificate is issued; a CAA record blocks the authority; the HTTP validation is redirected or blocked; a payment failed."),
        plain("CAA, as it was measured: ").and(material.checked("caa", "not checked")),
        plain("Repair the reason, then ask for a new certificate by hand: the host's button, or ").code("certbot renew").plain(" on a server."),
        plain("Never ask people to click the warning away. If it takes longer, put up a page at another working address and say so."),
    ]);
    ends(
        sheet,
        "Both the domain and www show the new end date, in a private window and from a phone. An alert is set for when less than a quarter of its lifetime is left.",
    );
}

fn deployment(material: &DocumentContext<'_>, sheet: &mut Document) {
    begin(
        sheet,
        "Broken deployment",
        "Errors or a white page since a release; sign-in, payment or upload fails.",
    );
    let way = material.host().as_deref().and_then(way_back);
    let mut steps = vec![
        plain(
            "Was there a release, a changed setting or a database change in the last hour? If so, go back now and ask later.",
        ),
        match way {
            Some(way) => plain(way.text.as_str()),
            None => plain("Take the release back: ")
                .gap("how, at your host")
                .plain(" (deployment sheet, “Rollback in ten minutes”)."),
        },
        plain("Database: old code on a changed database can do harm. ")
            .and(known_or_gap(&material.answers.deploy.migrations, "how a database change is taken back")),
        plain("Run the smoke test of the deployment sheet."),
    ];
    if material.answers.deploy.rollback.is_empty() && way.is_none() {
        steps.push(gap("The steps back are not written down."));
    }
    sheet.steps(steps);
    if let Some(way) = way.filter(|way| !way.command.is_empty()) {
        sheet.code(way.command.as_str());
    }
    sheet.paragraph(plain("If there was no release: look at the host's status page, at the database, and at services that the product waits for, in this order."));
    ends(
        sheet,
        "The smoke test passes, the error rate is as before, and the team knows that the next release waits for the reason.",
    );
}

fn mail(material: &DocumentContext<'_>, sheet: &mut Document) {
    let domain = material.domain();
    begin(
        sheet,
        "Mail fails authentication",
        "Mail lands in spam or comes back; headers say spf=fail, dkim=fail or dmarc=fail.",
    );
    sheet.steps(vec![
        plain("Send a message to a Gmail address, open “Show original”, and read SPF, DKIM and DMARC there."),
        plain("SPF, as it was measured: ").and(material.checked("spf-record", "not checked")),
        plain("DKIM: ").and(material.checked("dkim-keys", "not checked")),
        plain("DMARC: ").and(material.checked("dmarc-policy", "not checked")),
        plain("Did someone change DNS, add a sending service, or replace a key? Compare with the DNS map."),
        plain("A service that sends is missing in SPF: add its include; not more than ten lookups in all, and one record only."),
        plain("A DKIM key is gone or cut off: publish again what the sending service shows, in one record."),
        plain("While it is broken, do not lower DMARC to p=none without need: forged mail would pass, too. Pause campaigns instead."),
    ]);
    // Several checks may ask for the same record.
    let (mut add, mut remove): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let findings = material.report.map(|report| report.findings.as_slice()).unwrap_or_default();
    let failed = |finding: &&FindingReport| finding.area == Area::Email && finding.level == Level::Fail;
    for shown in findings.iter().filter(failed).flat_map(|finding| &finding.fixes) {
        let list = match shown.fix {
            Fix::Record { .. } => &mut add,
            Fix::RemoveRecord { .. } => &mut remove,
            _ => continue,
        };
        if !list.contains(&shown.line.as_str()) {
            list.push(&shown.line);
        }
    }
    for (what, lines) in [("take away", remove), ("publish", add)] {
        if !lines.is_empty() {
            sheet.paragraph(format!("Records that the checks ask to {what}:"));
            sheet.code(lines.iter().map(|line| cut(line, 600)).collect::<Vec<_>>().join("\n"));
        }
    }
    sheet.code(format!("dig +short TXT {domain}\ndig +short TXT _dmarc.{domain}"));
    ends(
        sheet,
        "A fresh message passes all three at Gmail, and one to Outlook and Yahoo lands in the inbox.",
    );
}

fn secret(material: &DocumentContext<'_>, sheet: &mut Document) {
    begin(
        sheet,
        "Leaked secret",
        "A key is in code, a page, a log, a chat or a screenshot; a provider warns; a bill jumps.",
    );
    sheet.paragraph(
        plain("In the page, as it was measured: ").and(material.checked("leaked-secrets", "not checked")),
    );
    sheet.steps(vec![
        plain("Treat it as used already. Deleting the message or the commit does not help: replace the key."),
        plain("Make a new key at the provider, with as few rights as will do."),
        plain("Put it where the old one was set (environment inventory), production included, and deploy."),
        plain("Revoke the old key. If something breaks now, the key was used somewhere you did not know of: find it."),
        plain("Read the provider's log for the time since the leak: sign-ins, calls, addresses, cost."),
        plain("If personal data could be read: note when you learned of it. In the EU and the UK the authority has to be told within 72 hours where people are at risk (GDPR, article 33)."),
        plain("Clean the history of the repository afterwards, if at all, and set a scan for secrets at every push."),
    ]);
    sheet.paragraph(
        plain("Secrets and their owners: the environment inventory. Help: ").and(contact(material)),
    );
    ends(
        sheet,
        "The old key is refused when you try it, the product works, and the provider's log shows nothing strange after the change.",
    );
}

fn variable(material: &DocumentContext<'_>, sheet: &mut Document) {
    begin(
        sheet,
        "Changed environment variable",
        "Something fails at the start or in one place only, after a setting was changed, renamed or forgotten.",
    );
    sheet.steps(vec![
        plain("Read the first error of the log after the last start: it often names the variable."),
        plain("Compare the names at the host with .env.example, letter by letter; a blank or a quotation mark at the end counts."),
        plain("Look whether it is set for production, not only for preview or development."),
        plain("Put the last good value back, and deploy again: a running program does not see the change."),
        plain("A value that browsers get is fixed at build time: build again, do not only restart."),
        plain("If a provider ended the key, this is the runbook “Leaked secret” from its second step on."),
    ]);
    let listed =
        material.answers.environment.iter().filter(|variable| !variable.name.trim().is_empty()).count();
    sheet.paragraph(match listed {
        0 => gap("The inventory of variables is empty, so there is nothing to compare with."),
        n => plain(format!("The inventory lists {n} variables, with their owners.")),
    });
    ends(
        sheet,
        "The smoke test passes, the inventory says the new state, and the build stops from now on when that variable is missing.",
    );
}

fn domain(material: &DocumentContext<'_>, sheet: &mut Document) {
    let domain = material.domain();
    begin(
        sheet,
        "Domain about to expire",
        "A reminder of the registrar; or site, mail and logins stop together.",
    );
    sheet.paragraph(
        plain("Registration, as it was measured: ").and(material.checked("registration", "not checked")),
    );
    sheet.steps(vec![
        plain("See the dates: ").code(format!("whois {domain}")).plain(" or the registrar's page."),
        plain("Sign in at the registrar and renew, for several years. Account: ").and(registrar(material)),
        plain("Look at the card that is on file, and switch automatic renewal and the transfer lock on."),
        plain("Already expired: renew immediately. Within the grace period, often 30 days, it comes back within hours. After that it costs a fee, and later anyone can buy it."),
        plain("Mail to the domain is lost meanwhile: tell customers by another way, and do not rely on password resets to this domain."),
        plain("Watch out for letters and mail that are no reminders but offers of strangers: renew only where the domain is registered."),
    ]);
    ends(
        sheet,
        "The registry shows the new date, and two people get the next reminder, one of them at an address of another domain.",
    );
}

fn traffic(material: &DocumentContext<'_>, sheet: &mut Document) {
    begin(
        sheet,
        "Traffic spike",
        "Slow pages or timeouts with many concurrent visitors: a viral post, a campaign, or an attack.",
    );
    sheet.paragraph(
        plain("In front, as it was measured: ")
            .and(material.checked("edge-protection", "which CDN is in front"))
            .plain(" Caching of the home page: ")
            .and(material.checked("cache-pages", "not checked")),
    );
    sheet.steps(vec![
        plain("Visitors or attackers? Look at addresses, paths and countries of the last ten minutes. Many paths and browsers are visitors; one path from everywhere is an attack."),
        plain("Attack: switch on the network's protection (in its settings often “Under Attack”), and limit the path that is hit."),
        plain("Visitors: let the cache answer public pages, for five minutes at least. Never cache pages with a session."),
        plain("Switch off what costs and is not needed: heavy search, reports, AI features, large images."),
        plain("Make the host larger before making it cleverer: more instances, a larger database."),
        plain("Look at the queue and at limits of services for mail and AI; raise them or slow down sign-ups with a waiting line."),
        plain("Say on the status page and where the visitors come from that it is slow, and that you are on it."),
    ]);
    sheet.paragraph(
        plain("Status page: ").and(known_or_gap(&material.answers.monitoring.status_page, "address")),
    );
    ends(
        sheet,
        "Error rate below 1 %, response times as before; note how many visitors it took to get there: that is your known limit.",
    );
}

fn begin(sheet: &mut Document, title: &str, signs: &str) {
    sheet.heading(title);
    sheet.paragraph(strong("Signs:").plain(" ").plain(signs));
}

fn ends(sheet: &mut Document, when: &str) {
    sheet.paragraph(strong("It is over when:").plain(" ").plain(when));
    sheet.paragraph(plain("Started ________  Ended ________  By ________"));
}

fn host_or_gap(material: &DocumentContext<'_>, missing: &str) -> Text {
    match material.host() {
        Some(host) => plain(host).plain("."),
        None => gap(missing),
    }
}

fn registrar(material: &DocumentContext<'_>) -> Text {
    let told = material.answers.accounts.iter().find(|account| {
        let text = format!("{} {}", account.service, account.purpose).to_ascii_lowercase();
        text.contains("registrar") || text.contains("registration") || text.contains("domain")
    });
    match told {
        Some(account) => {
            plain(account.service.trim()).plain(", owner: ").and(known_or_gap(&account.owner, "owner"))
        }
        None => match material.registrar() {
            Some(registrar) => {
                plain(cut(registrar, 160)).plain(" (told by the registry), owner: ").gap("owner")
            }
            None => gap("registrar and owner"),
        },
    }
}
