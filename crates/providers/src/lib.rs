//! What is known of providers: hosts, DNS providers, registrars, mail services, platforms, networks in front of sites,
//! certificate authorities, and whose scripts pages load. **One provider, one file**, in `data/`, each block with its source
//! and the day on which it was read; `model` explains the fields.
//!
//! The files are checked and packed when this crate is built. A program that asks for a provider carries the whole table;
//! one that does not, nothing of it. It is unpacked once, when somebody asks first.

use std::fmt;
use std::net::IpAddr;
use std::sync::OnceLock;

use ipnet::IpNet;

#[cfg(any(test, feature = "files"))]
pub mod files;
pub mod format;
pub mod model;
#[cfg(feature = "schema")]
mod schema;
pub mod shape;

pub use format::{Format, General};
pub use model::Provider;

use model::{
    Claim, HeaderMark, Key, LeftOvers, MailService, PageMark, PopUp, Publish, Receiver, Scripts, Shows, Sign,
    Source, Temporary, Unedited,
};

/// A provider's id: one that is in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(&'static str);

impl ProviderId {
    /// The id that is written like this, if there is such a provider.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        get(id).map(Provider::id)
    }

    /// As it stands in reports and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Provider {
    /// Its id.
    #[must_use]
    pub fn id(&'static self) -> ProviderId {
        ProviderId(&self.id)
    }

    /// Whether it stands in front of a server of the founder's.
    #[must_use]
    pub fn is_proxy(&self) -> bool {
        self.site.as_ref().is_some_and(|site| site.proxy)
    }

    /// Whether it rents out servers, so that its address says nothing about what stands there.
    #[must_use]
    pub fn rents_servers(&self) -> bool {
        self.site.as_ref().is_some_and(|site| site.rents_servers)
    }

    /// The names in CAA records of the authorities that it orders certificates from; empty where that is not known.
    #[must_use]
    pub fn issuers(&self) -> &[String] {
        self.site.as_ref().map(|site| site.issuers.as_slice()).unwrap_or_default()
    }

    /// What it is here, from what is known of it.
    #[must_use]
    pub fn kinds(&self) -> Vec<&'static str> {
        let kinds = [
            (self.hosting.is_some() || self.site.is_some() || !self.addresses.is_empty(), "host"),
            (!self.platform.is_empty(), "platform"),
            (!self.name_servers.is_empty() || self.panel.is_some(), "DNS provider"),
            (self.protection.is_some() || self.shows(&[Shows::Challenge]), "protection in front"),
            (!self.mail.is_empty(), "mail"),
            (self.receiver.is_some(), "mailboxes of your customers"),
            (!self.scripts.is_empty(), "scripts"),
            (
                !self.hand_over.is_empty() || !self.pop_ups.is_empty() || self.shows(&[Shows::SignIn]),
                "sign-in, payment or booking",
            ),
            (!self.authority.is_empty(), "certificate authority"),
            (!self.keys.is_empty(), "keys"),
            (self.shows(&[Shows::Parked]) && self.name_servers.is_empty(), "parking"),
            (
                self.shows(&[Shows::Crash, Shows::FileList, Shows::Placeholder])
                    && self.hosting.is_none()
                    && self.site.is_none()
                    && self.addresses.is_empty()
                    || !self.unedited.is_empty()
                    || !self.left_overs.is_empty(),
                "server, panel, framework or builder",
            ),
        ];
        let known: Vec<&'static str> = kinds.iter().filter(|(is, _)| *is).map(|(_, kind)| *kind).collect();
        if known.is_empty() { vec!["service"] } else { known }
    }

    /// Whether a page of its own is one of these.
    fn shows(&self, wanted: &[Shows]) -> bool {
        self.page_marks.iter().any(|mark| wanted.contains(&mark.shows))
    }

    /// Whether founders mean it by this name: its id, its name or a word of them that stands for it alone.
    fn is_meant_by(&self, words: &[&str]) -> bool {
        let is = |name: &str| {
            let name: Vec<String> = words_of(name);
            !name.is_empty() && words.windows(name.len()).any(|window| window == name.as_slice())
        };
        is(&self.name) || is(&self.id) || self.also.iter().any(|word| is(word))
    }
}

impl MailService {
    /// The service of that id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<&'static Self> {
        mail_services().find(|service| service.id == id)
    }

    /// The selectors that its documentation asks every customer to publish, where there are no others.
    #[must_use]
    pub fn fixed_selectors(&self) -> Vec<&str> {
        let owners = self.records.iter().filter_map(|record| record.owner.strip_suffix("._domainkey"));
        if self.selectors_are_fixed { owners.collect() } else { Vec::new() }
    }

    /// Whether the service signs with the customer's domain where it is set up as its documentation says.
    #[must_use]
    pub fn signs(&self) -> bool {
        self.records.iter().any(|record| record.owner.split('.').any(|label| label == "_domainkey"))
    }
}

impl Publish {
    /// Whether the record is complete: nothing in it is known to the service alone.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.owner.contains('<') && !self.value.contains('<')
    }

    /// The owner's whole name for `domain`.
    #[must_use]
    pub fn name(&self, domain: &str) -> String {
        if self.owner == "@" { domain.to_owned() } else { format!("{}.{domain}", self.owner) }
    }

    /// The data for `domain`.
    #[must_use]
    pub fn data(&self, domain: &str) -> String {
        self.value.replace("{domain}", domain).replace("{dashed}", &domain.replace('.', "-"))
    }
}

impl Source {
    /// Where and when, in the words of a list of sources.
    #[must_use]
    pub fn words(&self) -> String {
        let how = match (&self.read, &self.seen, &self.unchecked) {
            (Some(day), ..) => format!("read {day}"),
            (_, Some(day), _) => format!("seen {day}"),
            (_, _, Some(day)) => format!("nothing found to check it against, {day}"),
            _ => String::new(),
        };
        format!("{}, {how}", self.at)
    }
}

impl HeaderMark {
    /// Whether a field of this name with this value is meant.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        let begins = |wanted: &String| {
            value.trim().get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
        };
        self.name.eq_ignore_ascii_case(name) && self.value.as_ref().is_none_or(begins)
    }
}

/// Every provider, in the order of their ids.
#[must_use]
pub fn all() -> &'static [Provider] {
    // What the build wrote is read back; a test holds that it is all there.
    TABLE.get_or_init(|| postcard::from_bytes(BYTES).unwrap_or_default())
}

/// The provider with that id.
#[must_use]
pub fn get(id: &str) -> Option<&'static Provider> {
    all().binary_search_by(|provider| provider.id.as_str().cmp(id)).ok().and_then(|at| all().get(at))
}

/// The provider that keeps the zones on a name server.
#[must_use]
pub fn by_name_server(name: &str) -> Option<&'static Provider> {
    let label = || {
        let second = name.split('.').nth(1)?;
        let begins = |provider: &&Provider| {
            provider
                .name_servers
                .iter()
                .flat_map(|servers| &servers.labels)
                .any(|label| second.starts_with(label.as_str()))
        };
        all().iter().find(begins)
    };
    below(&index().name_servers, name).or_else(label)
}

/// The provider that an alias leads to: the host name that a CNAME record points to.
#[must_use]
pub fn by_alias(name: &str) -> Option<&'static Provider> {
    longest(&index().aliases, name)
}

/// The provider whose service takes the mail that goes to this server.
#[must_use]
pub fn by_mail_server(name: &str) -> Option<&'static Provider> {
    longest(&index().mail_servers, name)
}

/// The provider that an address belongs to.
#[must_use]
pub fn by_address(address: IpAddr) -> Option<&'static Provider> {
    index().ranges.iter().find(|(net, _)| net.contains(&address)).map(|(_, provider)| *provider)
}

/// The provider that handed a name out, and the name below which it lies; `None` for the provider's own name.
#[must_use]
pub fn by_platform(name: &str) -> Option<(&'static Provider, &'static str)> {
    below(&index().platforms, name)
}

/// What shows that a name is there for a while only, whoever it belongs to.
pub fn temporary(name: &str) -> impl Iterator<Item = &'static Temporary> {
    index().temporary.iter().copied().filter(move |temporary| {
        let first = name.split('.').next().unwrap_or_default();
        let marked = temporary.mark.as_ref().is_none_or(|mark| first.contains(mark.as_str()));
        marked && temporary.suffixes.iter().any(|suffix| lies_below(name, suffix))
    })
}

/// The ways in which a name shows that leads to `alias` and that nobody uses any more, each with its provider.
pub fn claims(alias: &str) -> impl Iterator<Item = (&'static Provider, &'static Claim)> {
    index().claims.iter().copied().filter(move |(_, claim)| {
        let is = |label: &str, word: &str| {
            label.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        lies_below(alias, &claim.suffix)
            && claim.label.as_ref().is_none_or(|word| alias.split('.').any(|label| is(label, word)))
    })
}

/// Whose scripts and files a host has, and what they are for.
#[must_use]
pub fn by_script_host(host: &str) -> Option<(&'static Provider, &'static Scripts)> {
    longest(&index().scripts, host)
}

/// Whether sites send their visitors to this host to sign in, to pay or to book.
#[must_use]
pub fn takes_over(host: &str) -> bool {
    longest(&index().hand_over, host).is_some()
}

/// What a window is for that scripts of this host open, and that reports to the page that opened it.
#[must_use]
pub fn pop_up(host: &str) -> Option<&'static str> {
    let opens = index().pop_ups.iter().find(|pop_up| pop_up.hosts.iter().any(|own| own == host));
    opens.map(|pop_up| pop_up.name.as_str())
}

/// What pages are told by that are not a customer's, each with its provider: by what they show, and of one kind those first that
/// are told by more than words.
#[must_use]
pub fn page_marks() -> &'static [(&'static Provider, &'static PageMark)] {
    &index().page_marks
}

/// What templates and builders put on a site that nobody has changed, each with who put it there.
pub fn unedited() -> impl Iterator<Item = (&'static Provider, &'static Unedited)> {
    all().iter().flat_map(|provider| provider.unedited.iter().map(move |block| (provider, block)))
}

/// What programs leave on pages in development, each with its program.
pub fn left_overs() -> impl Iterator<Item = (&'static Provider, &'static LeftOvers)> {
    all().iter().flat_map(|provider| provider.left_overs.iter().map(move |block| (provider, block)))
}

/// Folders whose files get new names with every build.
pub fn hashed_folders() -> impl Iterator<Item = &'static str> {
    all()
        .iter()
        .flat_map(|provider| &provider.script_files)
        .flat_map(|block| &block.hashed)
        .map(String::as_str)
}

/// Whether files of a library are called so, up to the first dot, hyphen or underscore.
#[must_use]
pub fn is_library(stem: &str) -> bool {
    let mut blocks = all().iter().flat_map(|provider| &provider.script_files);
    blocks.any(|block| block.libraries.iter().any(|name| name == stem))
}

/// Whether a host adds the script at this path to its customers' pages.
#[must_use]
pub fn is_added(path: &str) -> bool {
    let mut blocks = all().iter().flat_map(|provider| &provider.script_files);
    blocks.any(|block| block.added.iter().any(|start| path.starts_with(start.as_str())))
}

/// Receivers of mail with requirements for senders, the one with the most mailboxes first.
pub fn receivers() -> impl Iterator<Item = &'static Receiver> {
    let mut receivers: Vec<&Receiver> =
        all().iter().filter_map(|provider| provider.receiver.as_ref()).collect();
    receivers.sort_by_key(|receiver| receiver.place);
    receivers.into_iter()
}

/// Every mail service: mailboxes, forwarding, what apps send with, campaigns, support; of a kind in the order of their ids.
pub fn mail_services() -> impl Iterator<Item = &'static MailService> {
    index().mail.iter().copied()
}

/// The names in CAA records by which the authority takes itself to be meant whose certificates name this organisation; empty
/// where that is not known.
#[must_use]
pub fn caa_names(organisation: &str) -> &'static [String] {
    let mut known = all().iter().flat_map(|provider| &provider.authority);
    let named = known
        .find(|authority| authority.organisations.iter().any(|name| organisation.starts_with(name.as_str())));
    named.map(|authority| authority.caa.as_slice()).unwrap_or_default()
}

/// The providers that founders mean by a name as they say it: "Vercel (production)".
pub fn meant_by(name: &str) -> impl Iterator<Item = &'static Provider> {
    let words = words_of(name);
    all().iter().filter(move |provider| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        provider.is_meant_by(&words)
    })
}

/// Every kind of key.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    all().iter().flat_map(|provider| &provider.keys)
}

/// What the list of redirects is called that has this id among the formats of lists.
#[must_use]
pub fn list_name(id: &str) -> Option<&'static str> {
    let mut lists = all().iter().flat_map(|provider| &provider.lists);
    lists.find(|list| list.id == id).map(|list| list.name.as_str())
}

/// Fields that name one request.
pub fn request_id_fields() -> impl Iterator<Item = &'static str> {
    all()
        .iter()
        .flat_map(|provider| &provider.answers)
        .flat_map(|answers| &answers.request_ids)
        .map(String::as_str)
}

/// Fields that only one provider's cache obeys.
pub fn cache_control_fields() -> impl Iterator<Item = &'static str> {
    all()
        .iter()
        .flat_map(|provider| &provider.answers)
        .flat_map(|answers| &answers.cache_control)
        .map(String::as_str)
}

/// Fields in which one provider's cache says what it did.
pub fn cache_status_fields() -> impl Iterator<Item = &'static str> {
    all()
        .iter()
        .flat_map(|provider| &provider.answers)
        .flat_map(|answers| &answers.cache_status)
        .map(String::as_str)
}

/// Takes these providers instead of those that were embedded; `false` where somebody has asked for one already.
#[cfg(feature = "files")]
#[must_use]
pub fn begin_with(providers: Vec<Provider>) -> bool {
    TABLE.set(providers).is_ok()
}

/// The words of a name, in lower case.
fn words_of(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

fn lies_below(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/providers.bin"));
static TABLE: OnceLock<Vec<Provider>> = OnceLock::new();
static INDEX: OnceLock<Index> = OnceLock::new();

/// What is looked up: by name and sorted by name, or looked through.
#[derive(Default)]
struct Index {
    name_servers: Vec<(&'static str, &'static Provider)>,
    aliases: Vec<(&'static str, &'static Provider)>,
    platforms: Vec<(&'static str, (&'static Provider, &'static str))>,
    scripts: Vec<(&'static str, (&'static Provider, &'static Scripts))>,
    hand_over: Vec<(&'static str, &'static Provider)>,
    ranges: Vec<(IpNet, &'static Provider)>,
    temporary: Vec<&'static Temporary>,
    claims: Vec<(&'static Provider, &'static Claim)>,
    pop_ups: Vec<&'static PopUp>,
    mail: Vec<&'static MailService>,
    mail_servers: Vec<(&'static str, &'static Provider)>,
    page_marks: Vec<(&'static Provider, &'static PageMark)>,
}

fn index() -> &'static Index {
    INDEX.get_or_init(|| {
        let mut index = Index::default();
        for provider in all() {
            let names = provider.name_servers.iter().flat_map(|block| &block.suffixes);
            index.name_servers.extend(names.map(|name| (name.as_str(), provider)));
            let names = provider.aliases.iter().flat_map(|block| &block.suffixes);
            index.aliases.extend(names.map(|name| (name.as_str(), provider)));
            let names = provider.platform.iter().flat_map(|block| &block.suffixes);
            index.platforms.extend(names.map(|name| (name.as_str(), (provider, name.as_str()))));
            for block in &provider.scripts {
                index.scripts.extend(block.hosts.iter().map(|name| (name.as_str(), (provider, block))));
            }
            let names = provider.hand_over.iter().flat_map(|block| &block.hosts);
            index.hand_over.extend(names.map(|name| (name.as_str(), provider)));
            let ranges = provider.addresses.iter().flat_map(|block| &block.ranges);
            index.ranges.extend(ranges.map(|range| (*range, provider)));
            index.temporary.extend(&provider.temporary);
            index.claims.extend(provider.claims.iter().map(|claim| (provider, claim)));
            index.pop_ups.extend(&provider.pop_ups);
            index.page_marks.extend(provider.page_marks.iter().map(|mark| (provider, mark)));
            index.mail.extend(&provider.mail);
            let names = provider.mail.iter().flat_map(|service| &service.mx);
            index.mail_servers.extend(names.map(|name| (name.as_str(), provider)));
        }
        index.name_servers.sort_by_key(|(name, _)| *name);
        index.aliases.sort_by_key(|(name, _)| *name);
        index.platforms.sort_by_key(|(name, _)| *name);
        index.scripts.sort_by_key(|(name, _)| *name);
        index.hand_over.sort_by_key(|(name, _)| *name);
        index.mail_servers.sort_by_key(|(name, _)| *name);
        // Of two that say the same, the one with more signs is the narrower one.
        index.page_marks.sort_by_key(|(_, mark)| {
            (mark.shows, mark.signs.iter().all(Sign::is_words), usize::MAX - mark.signs.len())
        });
        index.mail.sort_by_key(|service| (service.kind, service.id.as_str()));
        index
    })
}

/// What stands at the longest name that `name` is or lies below.
fn longest<T: Copy>(sorted: &[(&'static str, T)], name: &str) -> Option<T> {
    exact(sorted, name).or_else(|| below(sorted, name))
}

/// What stands at the longest name that `name` lies below.
fn below<T: Copy>(sorted: &[(&'static str, T)], name: &str) -> Option<T> {
    let dots = name.match_indices('.').filter(|(at, _)| *at > 0);
    dots.filter_map(|(at, _)| name.get(at + 1..)).find_map(|suffix| exact(sorted, suffix))
}

fn exact<T: Copy>(sorted: &[(&'static str, T)], name: &str) -> Option<T> {
    let at = sorted.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    sorted.get(at).map(|(_, found)| *found)
}
