//! What is known of a provider: the fields of a file in `data/`, and the rows of the embedded table.
//!
//! A file is read by the same types that the table is made of, so that a field is written down once. Names are in lower
//! case and without a dot at their end.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::format::{Format, General};

/// A provider: whoever a founder has an account with, or whose software runs the site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its id in reports, on the command line and in data: the name of its file. It never changes.
    #[serde(default)]
    pub id: String,
    /// How it calls itself.
    pub name: String,
    /// Words by which founders name it beside its id, in lower case.
    #[serde(default)]
    pub also: Vec<String>,
    /// Where it says whether it is up.
    #[serde(default)]
    pub status_page: Option<StatusPage>,
    /// Name servers that keep its customers' zones.
    #[serde(default)]
    pub name_servers: Vec<NameServers>,
    /// Names that its customers' CNAME records lead to.
    #[serde(default)]
    pub aliases: Vec<Aliases>,
    /// Addresses that its customers' sites are at.
    #[serde(default)]
    pub addresses: Vec<Addresses>,
    /// What marks its answers.
    #[serde(default)]
    pub answers: Vec<Answers>,
    /// What it is to a site that its names and addresses lead to.
    #[serde(default)]
    pub site: Option<Site>,
    /// Whether and how it stands in front of a site and filters attacks.
    #[serde(default)]
    pub protection: Option<Protection>,
    /// Names that it hands out to customers.
    #[serde(default)]
    pub platform: Vec<Platform>,
    /// Names that are there for a while only: tunnels, previews of a branch.
    #[serde(default)]
    pub temporary: Vec<Temporary>,
    /// How a name shows that leads to it and that no customer uses any more.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Pages that are not the customer's own: challenges, placeholders.
    #[serde(default)]
    pub page_marks: Vec<PageMark>,
    /// Its panel for DNS records.
    #[serde(default)]
    pub panel: Option<Panel>,
    /// How headers and redirects are done there.
    #[serde(default)]
    pub hosting: Option<Hosting>,
    /// The list in which a whole redirect map goes, where it is another one than the file of `hosting.path`.
    #[serde(default)]
    pub redirect_map: Option<RedirectMap>,
    /// How a release is taken back.
    #[serde(default)]
    pub rollback: Option<Rollback>,
    /// The services by which it takes or sends mail for its customers' domains.
    #[serde(default)]
    pub mail: Vec<MailService>,
    /// Hosts that pages load its scripts and files from.
    #[serde(default)]
    pub scripts: Vec<Scripts>,
    /// Hosts to which sites send their visitors to sign in, to pay or to book.
    #[serde(default)]
    pub hand_over: Vec<HandOver>,
    /// Hosts of scripts that open a window of the provider's.
    #[serde(default)]
    pub pop_ups: Vec<PopUp>,
    /// What it is as a certificate authority.
    #[serde(default)]
    pub authority: Vec<Authority>,
}

/// Where something was read or seen, and on which day. Exactly one of the days is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Where: an address, or what was looked at.
    pub at: String,
    /// The day on which the provider's own documentation was read, or a report or list that others can reproduce.
    #[serde(default)]
    pub read: Option<String>,
    /// The day on which it was seen at customers or in public lists: not documented, and no rule that fails anybody.
    #[serde(default)]
    pub seen: Option<String>,
    /// The day on which nothing was found to check it against.
    #[serde(default)]
    pub unchecked: Option<String>,
}

/// Where a provider says whether it is up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusPage {
    /// The address.
    pub url: String,
    /// Where that was read.
    pub source: Source,
}

/// Name servers that keep customers' zones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameServers {
    /// Its servers lie below one of these names.
    #[serde(default)]
    pub suffixes: Vec<String>,
    /// Or their second label begins with one of these: `awsdns` for `ns-1.awsdns-07.org`.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Providers that keep their customers' zones on these servers, too, by id.
    #[serde(default)]
    pub shared_with: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// Names that customers' CNAME records lead to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aliases {
    /// They are one of these names or lie below it; the longest one counts.
    pub suffixes: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// Addresses that customers' sites are at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// Networks; no two providers have one in common.
    pub ranges: Vec<IpNet>,
    /// Where that was read.
    pub source: Source,
}

/// What marks a provider's answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Fields that it puts on every answer of a site that runs there, and nobody else does.
    #[serde(default)]
    pub fields: Vec<String>,
    /// What it calls itself in `Server` (RFC 9110 section 10.2.4): a product's name, whatever the case.
    #[serde(default)]
    pub servers: Vec<String>,
    /// Fields that name one request.
    #[serde(default)]
    pub request_ids: Vec<String>,
    /// Fields in which its cache says what it did (`HIT`, `MISS`).
    #[serde(default)]
    pub cache_status: Vec<String>,
    /// Fields that only its cache obeys (RFC 9213).
    #[serde(default)]
    pub cache_control: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// What a provider is to a site that its names and addresses lead to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Whether it stands in front of a server of the founder's: what the server's own address is must then not be seen.
    #[serde(default)]
    pub proxy: bool,
    /// Whether it rents out servers, so that its address says nothing about what stands there.
    #[serde(default)]
    pub rents_servers: bool,
    /// The names in CAA records of the authorities that it orders certificates from, as its documentation says; empty where
    /// that is not known.
    #[serde(default)]
    pub issuers: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// How a provider stands in front of a site and filters attacks. Its [`Addresses`] show it, or these fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// Fields that only its answers have, where others than the recognised host's pass through it.
    #[serde(default)]
    pub fields: Vec<String>,
    /// How it is switched on, where its name servers keep a zone without standing in front of the site.
    #[serde(default)]
    pub switch: Option<String>,
    /// Where that was read.
    pub source: Source,
}

/// Names that a platform hands out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// What is handed out lies below one of these names: the customer has the site, and not the zone.
    pub suffixes: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// Names that are there for a while only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Temporary {
    /// They lie below one of these names.
    pub suffixes: Vec<String>,
    /// Only those whose first label has this in it: `-git-` for the preview of a branch.
    #[serde(default)]
    pub mark: Option<String>,
    /// Where that was read.
    pub source: Source,
}

/// How a name shows that leads to a provider, and that no customer uses any more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Names below this one are meant.
    pub suffix: String,
    /// Only those of which a label is this word, or begins with it and a hyphen: `s3`.
    #[serde(default)]
    pub label: Option<String>,
    /// What shows it.
    pub sign: ClaimSign,
    /// How sure it is that a stranger can take the name.
    pub proof: Proof,
    /// Whether the resource has to be called like the name that leads to it.
    #[serde(default)]
    pub named_like_the_host: bool,
    /// A TXT record with which a customer keeps the name: `{name}` is the name, `{domain}` the domain, `{account}` the label
    /// before the suffix.
    #[serde(default)]
    pub kept_by: Option<String>,
    /// Where that was read.
    pub source: Source,
}

/// What shows that a resource is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ClaimSign {
    /// The name that the alias leads to does not exist.
    #[default]
    NoSuchName,
    /// It answers with this status and a page that holds this text.
    Page {
        /// The status.
        status: u16,
        /// What only its page for unknown names says.
        text: String,
    },
    /// It redirects to one of these hosts.
    RedirectTo(Vec<String>),
}

/// How sure it is that a stranger can claim a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Documented: whoever creates the resource gets the name.
    Claimable,
    /// Nobody uses the name there; whether a stranger could is not documented, or the provider asks for proof.
    #[default]
    Unclaimed,
}

/// A page that is the provider's and not the customer's. Everything that is given has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageMark {
    /// What kind of page it is.
    pub kind: PageKind,
    /// The statuses it comes with; any where there are none.
    #[serde(default)]
    pub status: Vec<u16>,
    /// A field that it comes with.
    #[serde(default)]
    pub header: Option<HeaderMark>,
    /// What its title is, or begins with.
    #[serde(default)]
    pub title: Option<String>,
    /// What its source holds.
    #[serde(default)]
    pub text: Option<String>,
    /// Where that was read.
    pub source: Source,
}

/// What a provider's own page is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// It asks visitors to prove that they are no robot, or refuses those that look like one.
    Challenge,
    /// What is there before anybody has put up a site.
    #[default]
    Placeholder,
    /// The domain is for sale, or shows advertising.
    Parked,
    /// The site is announced.
    ComingSoon,
    /// The site is locked behind a password.
    Locked,
    /// The account is not paid, or was suspended.
    Suspended,
    /// The name leads to the provider, and no site of a customer's is connected to it.
    NotConnected,
}

/// A header field that marks a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderMark {
    /// The field's name.
    pub name: String,
    /// What its value is, or begins with, whatever the case; any value where there is none.
    #[serde(default)]
    pub value: Option<String>,
}

/// A panel for DNS records. What is left out is said in general words, and nothing is left out of what was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// The way to the list of records.
    pub place: String,
    /// The button for a new one.
    #[serde(default)]
    pub add: Option<String>,
    /// The box for the name.
    #[serde(default)]
    pub name_box: Option<String>,
    /// What stands there for the zone itself: `@`, or nothing.
    pub root: String,
    /// The box for the data.
    #[serde(default)]
    pub value_box: Option<String>,
    /// How the data is written.
    pub style: Style,
    /// The box for the preference of an MX record; where there is none it stands before the server.
    #[serde(default)]
    pub priority_box: Option<String>,
    /// What to do with the time to live: the box, and what to choose.
    #[serde(default)]
    pub ttl: Option<(String, String)>,
    /// Whether people have to be told that most panels add the domain to the name.
    #[serde(default)]
    pub any_name: bool,
    /// Whether people have to be told that texts go without quotes.
    #[serde(default)]
    pub any_text: bool,
    /// Whether all values of a name and type are one record there (a set), which is edited instead of another one being added.
    #[serde(default)]
    pub record_sets: bool,
    /// What else there is to know about a record type: every type where the first is empty.
    #[serde(default)]
    pub notes: Vec<(String, String)>,
    /// Where that was read.
    pub source: Source,
}

/// How a panel wants data to be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// As people read it: a text without quotes, names without the dot at their end.
    #[default]
    Plain,
    /// A text in quotes, in pieces of at most 255 characters; names without the dot at their end.
    Quoted,
    /// As in a zone file: quotes, and a dot at the end of names.
    Zone,
}

/// How headers and redirects are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hosting {
    /// How a header is sent with every response.
    pub header: How,
    /// How http is sent on to https.
    pub https: How,
    /// How one name of the site is sent on to the other.
    pub name_redirect: How,
    /// How an old path is sent on to a new one.
    pub path: How,
    /// Where that was read.
    pub source: Source,
}

/// How something is done at a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// By lines in a file.
    File(Format),
    /// By a form at this place.
    Form(String),
    /// By a rule at this place: the requests that it is for are a filter expression, or a pattern whose `*` is `${1}` in the target.
    Rule(String),
    /// As this sentence says; also where the host cannot do it, with what to do instead.
    Say(String),
    /// In words that stay true whatever the host.
    General(General),
}

/// Where a whole redirect map goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectMap {
    /// The formats that the host takes, the best one first.
    pub formats: Vec<Format>,
    /// Where that was read.
    pub source: Source,
}

/// How a release is taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// What to do.
    pub text: String,
    /// A command, where there is one.
    #[serde(default)]
    pub command: String,
    /// What it does not take back.
    pub beware: String,
    /// Where that was read.
    pub source: Source,
}

/// A service that sends or takes mail for a domain, with the records that it asks for.
///
/// What it tells only in its own settings (a key, an account number) stands in angle brackets in its records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailService {
    /// Stable name: `google-workspace`. The provider's id where it is left out.
    #[serde(default)]
    pub id: String,
    /// How it calls itself. The provider's name where it is left out.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    pub kind: MailKind,
    /// Names in SPF records (`include`, `redirect`) that show it, themselves or names below.
    #[serde(default)]
    pub spf: Vec<String>,
    /// Names of mail servers that show it, themselves or names below.
    #[serde(default)]
    pub mx: Vec<String>,
    /// What TXT records for it look like, with `*` for what differs, and anything behind where there is none: proof that
    /// somebody set it up, not that it sends.
    #[serde(default)]
    pub tokens: Vec<String>,
    /// Names that its DKIM selectors are aliases of, themselves or names below.
    #[serde(default)]
    pub dkim_targets: Vec<String>,
    /// Selectors that it gives every customer. `{account}` stands for the first label of the SPF name.
    #[serde(default)]
    pub selectors: Vec<String>,
    /// Whether every customer has these selectors and no others: what stands at all of them is then all there is.
    #[serde(default)]
    pub selectors_are_fixed: bool,
    /// Which address its bounces go to, and so which domain SPF is checked for.
    #[serde(default)]
    pub envelope: Envelope,
    /// The name that the domain's own SPF record has to include, where it has to.
    #[serde(default)]
    pub include: Option<String>,
    /// Every record it asks for, but the SPF record.
    #[serde(default)]
    pub records: Vec<Publish>,
    /// Where it says so.
    pub source: Source,
}

/// What a mail service is for, in the order in which services are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    /// People's mailboxes, which send too.
    Mailboxes,
    /// Mail that is passed on to mailboxes elsewhere.
    Forwarding,
    /// Mail that an app sends: sign-ups, receipts.
    #[default]
    Transactional,
    /// Newsletters and campaigns.
    Marketing,
    /// Tickets and chats.
    Support,
}

/// The domain of the address that bounces go to (RFC 5321 `MAIL FROM`), which SPF is checked for
/// ([RFC 7208, 2.4](https://www.rfc-editor.org/rfc/rfc7208#section-2.4)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Envelope {
    /// A name below the domain that is set up apart, with SPF of its own: `send` for `send.example.com`; empty where
    /// the name differs from customer to customer.
    Below(String),
    /// The sender's own domain: its SPF record decides.
    Domain,
    /// The service's own domain, unless the customer sets up one below theirs. SPF passes there, and does not align.
    #[default]
    Service,
}

/// One record that a mail service asks for; in a file `["@", "MX", "10 mx.example.net."]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// Relative to the domain; `@` is the domain itself.
    pub owner: String,
    /// `TXT`, `CNAME`, `MX`.
    pub record_type: String,
    /// The data in zone-file notation. `{domain}` is the domain, `{dashed}` the domain with dashes for dots; what
    /// stands in angle brackets only the service knows.
    pub value: String,
}

/// Hosts that pages load scripts and files from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripts {
    /// These names and those below them.
    pub hosts: Vec<String>,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether what is there differs by browser or by the customer's settings, so that it has no one digest.
    #[serde(default)]
    pub made_to_order: bool,
    /// Where that was read.
    pub source: Source,
}

/// What a third party is on a page for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Advertising and its measurement.
    Ads,
    /// Counts visitors and what they do.
    Analytics,
    /// Chat and support.
    Chat,
    /// Asks for consent.
    Consent,
    /// Delivers libraries, fonts, files.
    #[default]
    Delivery,
    /// Reports errors in the browser.
    Errors,
    /// Sign-in and forms, bot protection.
    Forms,
    /// Payment.
    Payment,
    /// Loads other scripts.
    Tags,
    /// Measures real visitors' speed and availability.
    Vitals,
}

impl Purpose {
    /// For people, after "for".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ads => "advertising",
            Self::Analytics => "analytics",
            Self::Chat => "chat",
            Self::Consent => "consent",
            Self::Delivery => "delivery of files",
            Self::Errors => "error tracking",
            Self::Forms => "forms and sign-in",
            Self::Payment => "payment",
            Self::Tags => "loading other scripts",
            Self::Vitals => "performance monitoring",
        }
    }
}

/// Hosts to which sites send their visitors to sign in, to pay or to book.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// These names and those below them.
    pub hosts: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// Hosts of scripts that open a window which reports to the page that opened it: to sign in, to pay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopUp {
    /// The hosts.
    pub hosts: Vec<String>,
    /// What the window is for.
    pub name: String,
    /// Where that was read.
    pub source: Source,
}

/// A certificate authority.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// How the organisation's name in its certificates begins: `DigiCert` for "DigiCert Inc" and "DigiCert, Inc.".
    pub organisations: Vec<String>,
    /// The names by which it takes itself to be meant in CAA records. A list that is too short would raise false alarms, so it
    /// is whole or not there.
    pub caa: Vec<String>,
    /// Where that was read.
    pub source: Source,
}
