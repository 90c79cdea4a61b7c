//! The form for a call, as HTML that needs no scripts: what was typed, what is wrong beside its field, and what the report says.

use std::collections::BTreeMap;

use launch_ready_core::report::score::Decision;
use launch_ready_core::target::Segment;
use maud::{Markup, html};

use crate::intake::sprint;
use crate::message::{BriefReply, ReportSummary};
use crate::share::markup::plain;
use crate::share::words;

/// What is agreed to, and since when it is worded like this. Another wording is another version: each request is kept with the one that
/// stood on its page.
pub(crate) const CONSENT: &str = "You may keep what I entered and email me about this call.";
/// See [`CONSENT`].
pub(crate) const CONSENT_VERSION: &str = "2026-11-30";

/// Risks that are named beside the form.
const RISKS: usize = 3;

/// The kinds of business, as the first page names them.
pub(crate) fn segment_name(segment: Segment) -> &'static str {
    match segment {
        Segment::CreatorPlatform => "Creator platform",
        Segment::MobileApp => "Mobile-first app",
        Segment::InternalTool => "Internal operations tool",
        Segment::AiTool => "AI tool",
        Segment::Coach => "Coach or consultant",
    }
}

/// A field of the form.
struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    /// For browsers that fill it in: WHATWG HTML, "autofill".
    autocomplete: &'static str,
    most: u32,
    is_required: bool,
}

const NAME: Field = Field {
    name: "name",
    label: "Your name",
    kind: "text",
    autocomplete: "name",
    most: 100,
    is_required: true,
};
const EMAIL: Field = Field {
    name: "email",
    label: "Your email",
    kind: "email",
    autocomplete: "email",
    most: 254,
    is_required: true,
};
const DOMAIN: Field = Field {
    name: "domain",
    label: "Domain you are launching",
    kind: "text",
    autocomplete: "off",
    most: 2000,
    is_required: true,
};
const COMPANY: Field = Field {
    name: "company",
    label: "Company",
    kind: "text",
    autocomplete: "organization",
    most: 100,
    is_required: false,
};
const GOAL: Field = Field {
    name: "goal",
    label: "What should the launch achieve?",
    kind: "text",
    autocomplete: "off",
    most: 500,
    is_required: false,
};
const LAUNCH_DATE: Field = Field {
    name: "launch_date",
    label: "Launch date",
    kind: "date",
    autocomplete: "off",
    most: 40,
    is_required: false,
};

/// Every field whose value is shown again, by name.
pub(crate) const SHOWN: [&str; 8] =
    ["name", "email", "domain", "company", "segment", "goal", "launch_date", "message"];

/// The form, and what goes with it.
#[derive(Default)]
pub(crate) struct CallForm {
    /// What was typed, or is known from the report.
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) has_consent: bool,
    /// Why a field cannot be used, by its name.
    pub(crate) faults: BTreeMap<String, String>,
    /// Why the whole was not accepted.
    pub(crate) refusal: Option<(String, String)>,
    /// The id of the report that it is about.
    pub(crate) report: Option<String>,
    /// What that report says.
    pub(crate) known: Option<(BriefReply, ReportSummary)>,
    /// By which a repetition is known.
    pub(crate) key: String,
    /// What Turnstile knows us by, where it is set up.
    pub(crate) turnstile: Option<String>,
}

impl CallForm {
    fn value(&self, name: &str) -> String {
        plain(self.values.get(name).map(String::as_str).unwrap_or_default())
    }

    /// The page's body.
    pub(crate) fn markup(&self) -> Markup {
        html! {
            h1 { "Book a call" }
            p class="lede" { "Tell us what you are launching. We read your report first, and reply by email within one working day. The call is free." }
            @if self.refusal.is_some() || !self.faults.is_empty() { (self.trouble()) }
            div class="call" {
                (self.form())
                @if let Some((brief, summary)) = &self.known { (beside(brief, summary)) }
            }
        }
    }

    /// What went wrong, with links to the fields. What was typed is still there.
    fn trouble(&self) -> Markup {
        html! {
            div class="card trouble" role="alert" {
                @match &self.refusal {
                    Some((title, detail)) => { h2 { (plain(title)) } p { (plain(detail)) } }
                    None => {
                        h2 { "Not sent yet" }
                        p { "Please check " (if self.faults.len() == 1 { "this field" } else { "these fields" }) ":" }
                    }
                }
                @if !self.faults.is_empty() {
                    ul { @for (name, fault) in &self.faults { li { a href={ "#call-" (name) } { (plain(fault)) } } } }
                }
            }
        }
    }

    fn form(&self) -> Markup {
        html! {
            form action="/call" method="post" class="fields" {
                input type="hidden" name="key" value=(self.key);
                input type="hidden" name="consent_version" value=(CONSENT_VERSION);
                @if let Some(report) = &self.report { input type="hidden" name="report" value=(report); }
                (self.field(&NAME, None))
                (self.field(&EMAIL, Some("We reply to this address.")))
                (self.field(&DOMAIN, None))
                div {
                    label for="call-segment" { "What are you launching?" (optional()) }
                    select id="call-segment" name="segment" aria-invalid=[self.faults.contains_key("segment").then_some("true")] {
                        option value="" { "Not specified" }
                        @for segment in Segment::ALL {
                            option value=(segment.id()) selected[self.value("segment") == segment.id()] { (segment_name(segment)) }
                        }
                    }
                }
                (self.field(&COMPANY, None))
                (self.field(&LAUNCH_DATE, None))
                (self.field(&GOAL, None))
                div class="wide" {
                    label for="call-message" { "Anything else we should know?" (optional()) }
                    textarea id="call-message" name="message" rows="4" maxlength="5000" aria-describedby="call-message-hint" aria-invalid=[self.faults.contains_key("message").then_some("true")] { (self.value("message")) }
                    p class="said" id="call-message-hint" { "Never enter a password or a key." }
                    (self.fault("message"))
                }
                // Nobody sees this one: what fills it in is a program.
                div class="trap" aria-hidden="true" {
                    label for="call-website" { "Leave this empty" }
                    input id="call-website" name="website" type="text" tabindex="-1" autocomplete="off";
                }
                div class="wide" {
                    label class="tick" for="call-consent" {
                        input id="call-consent" name="consent" type="checkbox" value="yes" required checked[self.has_consent]
                            aria-invalid=[self.faults.contains_key("consent").then_some("true")]
                            aria-describedby=[self.faults.contains_key("consent").then_some("call-consent-fault")];
                        span { (CONSENT) }
                    }
                    p class="said" { "What happens to it is on the " a href="/privacy" { "privacy page" } "." }
                    (self.fault("consent"))
                }
                @if let Some(key) = &self.turnstile { div class="cf-turnstile wide" data-sitekey=(key) {} }
                div class="wide" { button type="submit" { "Request the call" } }
            }
        }
    }

    fn field(&self, field: &Field, hint: Option<&str>) -> Markup {
        let Field { name, label, kind, autocomplete, most, is_required } = field;
        let has_fault = self.faults.contains_key(*name);
        let described = match (has_fault, hint) {
            (true, _) => Some(format!("call-{name}-fault")),
            (false, Some(_)) => Some(format!("call-{name}-hint")),
            (false, None) => None,
        };
        html! {
            div {
                label for={ "call-" (name) } { (label) @if !is_required { (optional()) } }
                input id={ "call-" (name) } name=(name) type=(kind) value=(self.value(name)) autocomplete=(autocomplete)
                    maxlength=[(*kind != "date").then_some(most)] required[*is_required]
                    aria-invalid=[has_fault.then_some("true")] aria-describedby=[described];
                @if let (Some(hint), false) = (hint, has_fault) { p class="said" id={ "call-" (name) "-hint" } { (hint) } }
                (self.fault(name))
            }
        }
    }

    fn fault(&self, name: &str) -> Markup {
        html! {
            @if let Some(fault) = self.faults.get(name) {
                p class="said fail" id={ "call-" (name) "-fault" } { (plain(fault)) }
            }
        }
    }
}

fn optional() -> Markup {
    html! { span class="optional" { " (optional)" } }
}

/// What the report says, beside the form: what the call will be about.
fn beside(brief: &BriefReply, summary: &ReportSummary) -> Markup {
    let (title, why) = sprint::words(sprint::of(brief));
    let tone = words::id(summary.decision);
    html! {
        aside class="beside" aria-labelledby="beside-title" {
            h2 id="beside-title" { "What we already know" }
            p class={ "pill " (tone) } { (words::verdict(summary.decision)) }
            p { (words::measure(summary)) }
            @if !summary.risks.is_empty() {
                h3 { @if summary.decision == Decision::Go { "Worth fixing" } @else { "Fix first" } }
                ul { @for risk in summary.risks.iter().take(RISKS) { li { (plain(&risk.title)) } } }
            }
            h3 { "Suggested first step: " (title) }
            p { (why) }
            @if let Some(report) = &brief.report { p { a href={ "/report/" (report) } { "See the report" } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_text_and_what_is_wrong_stands_beside_its_field() {
        let mut form = CallForm { key: "k".to_owned(), ..CallForm::default() };
        form.values.insert("name".to_owned(), "\"><script>".to_owned());
        form.faults.insert("email".to_owned(), "Enter the email address to write to.".to_owned());
        let markup = form.markup().into_string();
        assert!(!markup.contains("<script>"), "{markup}");
        assert!(markup.contains("value=\"&quot;&gt;&lt;script&gt;\""), "{markup}");
        assert!(markup.contains("aria-describedby=\"call-email-fault\""), "{markup}");
        assert!(markup.contains("<p class=\"said fail\" id=\"call-email-fault\">"), "{markup}");
        assert!(markup.contains("<a href=\"#call-email\">"), "{markup}");
    }
}
