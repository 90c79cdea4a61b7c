//! What stands on the pages about the service.

use maud::{Markup, html};

use super::shell::{about as operator_about, contact, paragraphs};
use crate::operator::{Legal, Operator};
use crate::share::markup::plain;

/// What the settings say about how long something is kept.
pub(crate) struct Kept {
    /// Days of a request for a call.
    pub(crate) lead_days: u32,
    /// Seconds for which an opt-out may take to be seen.
    pub(crate) owner_seconds: u32,
    /// Scans of a client in a day.
    pub(crate) daily_scans: u32,
    /// Scans of a domain in an hour.
    pub(crate) domain_hourly: u32,
}

/// Who runs it, and what it is.
pub(crate) fn about(operator: &Operator) -> Markup {
    html! {
        h1 { "About" }
        (operator_about(operator))
        p { "Launch Ready checks whether a domain can go live: DNS, redirects, certificates, email, speed, security and search. It answers " strong { "Ready" } ", " strong { "Not ready" } " or " strong { "Not enough data" } ", and lists what to fix, in order, with the line to paste." }
        h2 { "How it works" }
        ul {
            li { "It looks from outside only, as any visitor could: public DNS records and your public pages." }
            li { "It changes nothing, signs in nowhere and tries no attacks." }
            li { "What got no answer is shown as not checked. It is never counted as a pass or as a failure." }
            li { "Each finding links to " a href="/docs/checks" { "how we check it" } ", with its source." }
        }
        h2 { "Get in touch" }
        p { a href="/call" { "Book a call" } " about your launch, or see " a href="/contact" { "contact" } "." }
    }
}

/// What is stored, and how it goes.
pub(crate) fn privacy(operator: &Operator, kept: &Kept) -> Markup {
    let Kept { lead_days, owner_seconds, .. } = kept;
    html! {
        h1 { "Privacy" }
        p { "This page says what this service stores, for how long, and how it is deleted. There are no cookies, no analytics and no advertising." }
        @match &operator.privacy {
            Some(Legal::At(address)) => { p { "The operator's own privacy notice: " a href=(address) { (plain(address)) } "." } }
            Some(Legal::Text(text)) => { h2 { "From the operator" } (paragraphs(text)) }
            None => { p class="notice" { "The operator of this instance has not published a privacy notice of their own. The facts below are true of the software." } }
        }
        h2 { "What is stored" }
        div class="table" role="region" aria-label="What is stored" tabindex="0" {
            table {
                thead { tr { th scope="col" { "What" } th scope="col" { "Why" } th scope="col" { "For how long" } } }
                tbody {
                    tr {
                        th scope="row" { "Reports of domains" }
                        td { "To show them without checking again, and to compare with earlier ones. They hold public data about the domain, and what you added for your check." }
                        td { "The last 50 of each domain. Reports that were opened by their link stay. An opt-out deletes all." }
                    }
                    tr {
                        th scope="row" { "A hash of your network address" }
                        td { "To count checks against the limits. It is made with a random salt and cannot be turned back into an address." }
                        td { "The current day (UTC). The salt is destroyed with the day." }
                    }
                    tr {
                        th scope="row" { "Requests for a call" }
                        td { "To prepare and arrange the call: your name, email address, and what else you entered, with the consent you gave." }
                        td { (lead_days) " days, or until you ask for deletion. A request that is not confirmed by email goes after 7 days." }
                    }
                    tr {
                        th scope="row" { "Log lines" }
                        td { "To find faults. They name the domain that was checked and how it went, and no visitor." }
                        td { "As long as the platform keeps its logs, days at most." }
                    }
                }
            }
        }
        p { "What you write into the launch plan stays in your browser." }
        h2 { "Backups" }
        p { "The service runs on Cloudflare Workers. Its storage can be restored to an earlier moment, for up to 30 days. So what is deleted is gone from the service at once, and from these copies after 30 days at most." }
        h2 { "How to have it deleted" }
        ul {
            li { strong { "A request for a call: " } @match contact(operator) { Some(link) => { "write to " (link) " from the address you gave." } None => { "ask the operator. This instance names no contact." } } }
            li { strong { "Reports of your domain: " } "publish the record of the " a href="/opt-out" { "opt-out" } ". Within " (minutes(*owner_seconds)) " everything stored about the domain is deleted." }
        }
        h2 { "Who else sees something" }
        ul {
            li { "Public resolvers (Cloudflare, Google, Quad9) get the DNS questions about the domain, without your address." }
            li { "The checked site sees a request from this service. It carries a User-Agent that links to " a href="/opt-out" { "this page" } "." }
            li { "Anyone who has the link to a report can read it. Reports made without details are also shown at " code { "/r/" } " and the domain." }
        }
    }
}

/// What holds between operator and visitor.
pub(crate) fn terms(operator: &Operator, kept: &Kept) -> Markup {
    html! {
        h1 { "Terms" }
        @match &operator.terms {
            Some(Legal::At(address)) => { p { "The operator's terms: " a href=(address) { (plain(address)) } "." } }
            Some(Legal::Text(text)) => { (paragraphs(text)) }
            None => { p class="notice" { "The operator of this instance has not published terms." } }
        }
        h2 { "Fair use" }
        ul {
            li { "Up to " (kept.daily_scans) " checks a day from one address, and " (kept.domain_hourly) " checks an hour of one domain. Reports that exist are free to read." }
            li { "Check any public domain. Owners can " a href="/opt-out" { "opt out" } "." }
        }
        h2 { "What a report is" }
        p { "A report says what could be seen from outside at one moment. It is not a security audit, and no promise that nothing will break." }
        p { "The software comes under the MIT or the Apache-2.0 license, without warranty." }
    }
}

/// How to reach the operator.
pub(crate) fn contact_page(operator: &Operator) -> Markup {
    html! {
        h1 { "Contact" }
        @if let Some(name) = &operator.name { p { (plain(name)) } }
        @match contact(operator) {
            Some(link) => {
                p { "Write to " (link) "." }
                p { "For a security problem in this service, use the same contact. It is also in " a href="/.well-known/security.txt" { "security.txt" } "." }
            }
            None => { p class="notice" { "The operator of this instance has not set a contact." } }
        }
        p { "To talk about your launch, " a href="/call" { "book a call" } "." }
    }
}

/// How the owner of a domain keeps us away.
pub(crate) fn opt_out(user_agent: &str, kept: &Kept) -> Markup {
    html! {
        h1 { "Opt out" }
        p { "You own a domain and don't want it checked here? Add one DNS record. It covers the domain and all its subdomains." }
        p class="verb" { "Add this record" }
        div class="line" { code id="record" { "_launch-ready.example.com. TXT \"launch-ready=opt-out\"" } button type="button" data-copy="record" { "Copy" } }
        p { "Replace " code { "example.com" } " with your domain. From then on this service sends no request to your servers. Within " (minutes(kept.owner_seconds)) " it deletes every stored report of the domain; links to them answer \"410 Gone\"." }
        h2 { "How to recognize our requests" }
        p { "Every request carries this User-Agent:" }
        div class="line" { code { (user_agent) } }
        p { "A check sends up to 48 requests, most of them DNS questions to public resolvers. One domain is checked at most " (kept.domain_hourly) " times an hour, whoever asks." }
        h2 { "Came here from your log?" }
        p { "Somebody entered your domain to see whether it can go live. We look at public pages and records only, and change nothing. " a href="/about" { "About this service" } "." }
    }
}

/// Nothing is at that address.
pub(crate) fn not_found(title: &str, detail: &str) -> Markup {
    html! {
        h1 { (plain(title)) }
        p { (plain(detail)) }
        ul {
            li { a href="/" { "Check a domain" } }
            li { a href="/plan" { "Open the launch plan" } }
            li { a href="/docs" { "Read the docs" } }
        }
    }
}

/// "1 hour", "20 minutes".
fn minutes(seconds: u32) -> String {
    let counted = |number: u32, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match seconds.div_ceil(60) {
        minutes if minutes % 60 == 0 && minutes > 0 => counted(minutes / 60, "hour"),
        minutes => counted(minutes, "minute"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_unit_that_fits() {
        for (seconds, said) in [(3600, "1 hour"), (7200, "2 hours"), (300, "5 minutes"), (30, "1 minute")] {
            assert_eq!(minutes(seconds), said);
        }
    }
}
