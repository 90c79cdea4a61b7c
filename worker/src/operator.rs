//! Who runs this instance, as its settings say. Everything that names somebody is made from here: pages, mails, the User-Agent,
//! security.txt. What is not set is not made up: the pages say that it is not set.

use std::cell::OnceCell;
use std::rc::Rc;

use launch_ready_core::engine::user_agent;
use worker::Env;

use crate::config;
use crate::site::brand::Colour;

/// The operator's settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Operator {
    /// Who runs it: a company or a person.
    pub(crate) name: Option<String>,
    /// Who they are, in a paragraph or several, apart by blank lines.
    pub(crate) about: Option<String>,
    /// Where to write to.
    pub(crate) contact: Option<Contact>,
    /// What they say about privacy, beside what the software keeps.
    pub(crate) privacy: Option<Legal>,
    /// Their terms.
    pub(crate) terms: Option<Legal>,
    /// Where calls are booked; the built-in form where it is not set.
    pub(crate) call_url: Option<String>,
    /// The colour of buttons and links.
    pub(crate) brand: Option<Colour>,
    /// Our own address without a slash at its end: `https://check.example`.
    pub(crate) public_url: Option<String>,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Contact {
    /// An email address.
    Email(String),
    /// A page.
    Page(String),
}

/// A legal text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Legal {
    /// Where it stands.
    At(String),
    /// The text itself, its paragraphs apart by blank lines.
    Text(String),
}

thread_local! {
    /// Settings do not change under a running isolate.
    static KNOWN: OnceCell<Rc<Operator>> = const { OnceCell::new() };
}

impl Operator {
    /// Looks at the operator's settings.
    ///
    /// # Errors
    /// A sentence that names the first one that cannot be used.
    pub(crate) fn check(env: &Env) -> Result<(), String> {
        Self::read(&|name| config::text(env, name)).map(drop)
    }

    /// The operator of this instance. [`Self::check`] has judged the settings; one that cannot be used counts as not set.
    pub(crate) fn of(env: &Env) -> Rc<Self> {
        let read = || Rc::new(Self::read(&|name| config::text(env, name)).unwrap_or_default());
        KNOWN.with(|known| known.get_or_init(read).clone())
    }

    /// Reads the settings.
    ///
    /// # Errors
    /// A sentence that names the first one that cannot be used.
    pub(crate) fn read(setting: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let address = |name: &str, taken: fn(&str) -> bool, wanted: &str| match setting(name) {
            Some(text) if taken(&text) => Ok(Some(text)),
            Some(_) => Err(format!("The variable {name} must be {wanted}.")),
            None => Ok(None),
        };
        let legal = |name: &str| {
            setting(name).map(|text| if is_web(&text) { Legal::At(text) } else { Legal::Text(text) })
        };
        let contact = address(
            config::OPERATOR_CONTACT,
            |text| is_web(text) || is_email(text),
            "an email address or the https address of a page",
        )?;
        let brand = match setting(config::BRAND_COLOR) {
            None => None,
            Some(text) => Some(Colour::parse(&text).ok_or_else(|| {
                format!("The variable {} must be a color such as #2540d9.", config::BRAND_COLOR)
            })?),
        };
        let public_url = address(
            config::PUBLIC_URL,
            is_origin,
            "an address without a path, such as https://check.example",
        )?;
        Ok(Self {
            name: setting(config::OPERATOR_NAME),
            about: setting(config::OPERATOR_ABOUT),
            contact: contact
                .map(|text| if is_web(&text) { Contact::Page(text) } else { Contact::Email(text) }),
            privacy: legal(config::OPERATOR_PRIVACY),
            terms: legal(config::OPERATOR_TERMS),
            call_url: address(config::CALL_URL, is_web, "the https address of a page")?,
            brand,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        })
    }

    /// Under which name this instance asks.
    pub(crate) fn user_agent(&self) -> String {
        let page = self.public_url.as_ref().map(|url| format!("{url}/opt-out"));
        user_agent::of_service(page.as_deref(), self.contact.as_ref().map(Contact::text))
    }
}

impl Contact {
    /// As people read it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Email(text) | Self::Page(text) => text,
        }
    }

    /// As a link, and as security.txt takes it.
    pub(crate) fn href(&self) -> String {
        match self {
            Self::Email(address) => format!("mailto:{address}"),
            Self::Page(address) => address.clone(),
        }
    }
}

/// Whether it is the address of a page: it goes into links, so it is https and has no blanks.
fn is_web(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains(is_odd))
}

/// Whether it is a scheme, a host and perhaps a port. Plain http is for this machine.
fn is_origin(text: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1"];
    let scheme = text.starts_with("https://") || local.iter().any(|start| text.starts_with(start));
    let rest = text.split_once("://").map_or("", |(_, rest)| rest.strip_suffix('/').unwrap_or(rest));
    scheme && !rest.is_empty() && !rest.contains(|c| is_odd(c) || matches!(c, '/' | '?' | '#' | '@'))
}

/// Whether it can stand in a header field and in a mailto link.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !text.contains(|c| is_odd(c) || matches!(c, ';' | '(' | ')' | '?' | '&'))
    })
}

/// Nothing of these belongs into an address, a header field or an attribute.
fn is_odd(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || !character.is_ascii()
        || matches!(character, '"' | '<' | '>' | '\'' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Operator, String> {
        Operator::read(&|name| {
            settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_settings_nobody_is_named() {
        let nobody = read(&[]).unwrap();
        assert_eq!(nobody, Operator::default());
        assert_eq!(nobody.user_agent(), "LaunchReady/0.1");
    }

    #[test]
    fn the_user_agent_is_made_of_the_address_and_the_contact() {
        let known =
            read(&[("PUBLIC_URL", "https://check.example/"), ("OPERATOR_CONTACT", "hello@check.example")])
                .unwrap();
        assert_eq!(
            known.user_agent(),
            "LaunchReady/0.1 (+https://check.example/opt-out; hello@check.example)"
        );
    }

    #[test]
    fn a_legal_text_is_a_text_or_its_address() {
        let known = read(&[
            ("OPERATOR_TERMS", "https://a.example/terms"),
            ("OPERATOR_PRIVACY", "We keep\n\nlittle."),
        ])
        .unwrap();
        assert_eq!(known.terms, Some(Legal::At("https://a.example/terms".to_owned())));
        assert_eq!(known.privacy, Some(Legal::Text("We keep\n\nlittle.".to_owned())));
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named() {
        for (name, value) in [
            ("PUBLIC_URL", "check.example"),
            ("PUBLIC_URL", "https://check.example/path"),
            ("PUBLIC_URL", "http://check.example"),
            ("OPERATOR_CONTACT", "call me"),
            ("OPERATOR_CONTACT", "javascript:alert(1)"),
            ("OPERATOR_CONTACT", "a@b.example; evil"),
            ("CALL_URL", "http://a.example"),
            ("CALL_URL", "https://a.example/\"x"),
            ("BRAND_COLOR", "blue"),
        ] {
            let refused = read(&[(name, value)]).unwrap_err();
            assert!(refused.contains(name), "{value}: {refused}");
        }
    }
}
