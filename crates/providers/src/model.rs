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
    /// What a template or builder puts there, and what nobody has changed who still has it.
    #[serde(default)]
    pub unedited: Vec<Unedited>,
    /// What it leaves on pages in development, and never in production.
    #[serde(default)]
    pub left_overs: Vec<LeftOvers>,
    /// Files by which its scripts are known, whatever host they are on.
    #[serde(default)]
    pub script_files: Vec<ScriptFiles>,
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
    /// The keys that it gives its customers.
    #[serde(default)]
    pub keys: Vec<Key>,
    /// Cookies that it sets in front of its customers' sites.
    #[serde(default)]
    pub cookies: Vec<Cookies>,
    /// Hosts from which a script of anybody's choice can be loaded.
    #[serde(default)]
    pub open_hosts: Vec<OpenHost>,
    /// Whether teams keep their code there.
    #[serde(default)]
    pub code: Option<CodeHost>,
    /// Lists of redirects as it exports or takes them.
    #[serde(default)]
    pub lists: Vec<RedirectList>,
    /// SPF records that list the addresses of all of its customers.
    #[serde(default)]
    pub shared_senders: Vec<SharedSenders>,
    /// What it asks of those who send to its mailboxes.
    #[serde(default)]
    pub receiver: Option<Receiver>,
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
    /// Whether customers' own mail servers may stand at its addresses, which otherwise take no mail.
    #[serde(default)]
    pub lets_mail_in: bool,
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

/// A page that is the provider's and not the customer's: it is one where all of its signs are there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageMark {
    /// What the page is.
    pub shows: Shows,
    /// What it is told by, all of it.
    pub signs: Vec<Sign>,
    /// Where that was read.
    pub source: Source,
}

/// What a page is that is not the site's own. The order is that in which marks are tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// A question or a refusal of a protection, meant for robots.
    Challenge,
    /// A list of files.
    FileList,
    /// The error of a program, in the place of a page.
    Crash,
    /// A page for a domain that leads nowhere yet: its registrar's, or an advertiser's.
    Parked,
    /// What a web server, a panel, a framework or a host shows before there is a site.
    #[default]
    Placeholder,
    /// The account is not paid, or was suspended.
    Suspended,
    /// The name leads to the provider, and no site of a customer's is connected to it.
    NotConnected,
    /// A page of a shop's or builder's that keeps visitors out until somebody opens it.
    Locked,
    /// The site is announced.
    ComingSoon,
    /// There is work going on.
    Maintenance,
    /// The page of a service where people sign in.
    SignIn,
}

impl Shows {
    /// For people, in a list.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Challenge => "a question or refusal meant for robots",
            Self::FileList => "a list of files",
            Self::Crash => "a program's error",
            Self::Parked => "a parked domain",
            Self::Placeholder => "what is there before there is a site",
            Self::Suspended => "a suspended account",
            Self::NotConnected => "a name that it does not know",
            Self::Locked => "a locked site",
            Self::ComingSoon => "an announced site",
            Self::Maintenance => "maintenance",
            Self::SignIn => "its sign-in",
        }
    }
}

/// Something that a page is told by. Words are compared whatever the case, and as what visitors read: no markup and no script is
/// searched. Those of the body count only where a page says little.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Sign {
    /// The reply has one of these statuses.
    Status(Vec<u16>),
    /// The reply has this header field.
    Header(HeaderMark),
    /// The page is on this host or below it.
    Host(String),
    /// The page's path begins so.
    Path(String),
    /// The title is this.
    Title(String),
    /// The title begins so.
    TitleBegins(String),
    /// The title ends so.
    TitleEnds(String),
    /// The first heading (`h1`) is this.
    Heading(String),
    /// The first heading begins so.
    HeadingBegins(String),
    /// `<meta name=generator>` begins so.
    Generator(String),
    /// These words are among the few that the page shows.
    Says(String),
    /// These words are all that the page shows.
    SaysOnly(String),
    /// A block of the few that the page shows begins so.
    Sentence(String),
    /// The page's text begins so.
    Begins(String),
    /// A script, a frame, an image or a style sheet is loaded from this host or from below it.
    Loads(String),
    /// A script, a frame, an image or a style sheet is loaded from a path that begins so.
    LoadsPath(String),
    /// A script that stands in the page names this.
    Script(String),
    /// A link of the page leads to this host or below it.
    LinksTo(String),
    /// The page shows next to nothing before a script has run.
    Bare,
}

impl Sign {
    /// The word that it looks for, where there is one.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Status(_) | Self::Bare => None,
            Self::Header(header) => Some(&header.name),
            Self::Host(word)
            | Self::Path(word)
            | Self::Title(word)
            | Self::TitleBegins(word)
            | Self::TitleEnds(word)
            | Self::Heading(word)
            | Self::HeadingBegins(word)
            | Self::Generator(word)
            | Self::Says(word)
            | Self::SaysOnly(word)
            | Self::Sentence(word)
            | Self::Begins(word)
            | Self::Loads(word)
            | Self::LoadsPath(word)
            | Self::Script(word)
            | Self::LinksTo(word) => Some(word),
        }
    }

    /// Whether it is told by what the page says, which anybody could write.
    #[must_use]
    pub fn is_words(&self) -> bool {
        matches!(
            self,
            Self::Title(_)
                | Self::TitleBegins(_)
                | Self::TitleEnds(_)
                | Self::Heading(_)
                | Self::HeadingBegins(_)
                | Self::Says(_)
                | Self::Sentence(_)
                | Self::SaysOnly(_)
                | Self::Begins(_)
                | Self::LinksTo(_)
                | Self::Bare
        )
    }

    /// For people: how a page is told.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Status(codes) => {
                let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
                format!("the status {}", codes.join(" or "))
            }
            Self::Header(HeaderMark { name, value: None }) => format!("the header {name}"),
            Self::Header(HeaderMark { name, value: Some(start) }) => format!("the header {name}: {start}"),
            Self::Host(host) => format!("the host {host}"),
            Self::Path(path) => format!("the path {path}"),
            Self::Title(title) | Self::TitleBegins(title) | Self::TitleEnds(title) => {
                format!("the title \"{title}\"")
            }
            Self::Heading(heading) | Self::HeadingBegins(heading) => format!("the heading \"{heading}\""),
            Self::Generator(name) => format!("the generator {name}"),
            Self::Says(words) | Self::SaysOnly(words) | Self::Sentence(words) | Self::Begins(words) => {
                format!("the words \"{words}\"")
            }
            Self::Loads(host) => format!("a script, frame or image from {host}"),
            Self::LoadsPath(path) => format!("a script, frame or image from {path}"),
            Self::Script(word) => format!("a script that names {word}"),
            Self::LinksTo(host) => format!("a link to {host}"),
            Self::Bare => "nothing else to see".to_owned(),
        }
    }
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

/// What stands on a site that nobody has changed after a template or builder put it there. In small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unedited {
    /// Titles.
    #[serde(default)]
    pub titles: Vec<String>,
    /// What titles end in.
    #[serde(default)]
    pub title_ends: Vec<String>,
    /// Descriptions, themselves or what they begin with.
    #[serde(default)]
    pub descriptions: Vec<String>,
    /// Hosts of pictures for shared links, themselves or names below.
    #[serde(default)]
    pub picture_hosts: Vec<String>,
    /// Files of pictures: the last part of their paths.
    #[serde(default)]
    pub picture_files: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// Files by which a library or a host's own script is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptFiles {
    /// What files of a library are called, up to the first dot, hyphen or underscore.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// What paths begin with at which a host serves scripts that it adds to its customers' pages.
    #[serde(default)]
    pub added: Vec<String>,
    /// Folders whose files get new names with every build.
    #[serde(default)]
    pub hashed: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// What a program leaves on pages in development, or when it fails in debug mode, and never in production.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOvers {
    /// Markup of errors on a screen and of debug toolbars.
    #[serde(default)]
    pub markup: Vec<String>,
    /// What error pages say in debug mode and at no other time.
    #[serde(default)]
    pub traces: Vec<String>,
    /// What is printed before a page, in plain text, where the program fails or warns.
    #[serde(default)]
    pub printed: Vec<String>,
    /// What paths of scripts end in that only its development server sends.
    #[serde(default)]
    pub scripts: Vec<String>,
    /// Parts of the addresses of such scripts.
    #[serde(default)]
    pub script_parts: Vec<String>,
    /// The setting that switches its lists of files off.
    #[serde(default)]
    pub listings_off: Option<String>,
    /// Where that was read.
    pub source: Source,
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
    /// The longest RSA key it issues, in bits, where that is less than what is recommended.
    #[serde(default)]
    pub longest_key: Option<u16>,
    /// Selectors of which it leaves one empty until its keys change for the first time: an alias without a key is normal there
    /// while another one has a key.
    #[serde(default)]
    pub spare_selectors: Vec<String>,
    /// The id of the service of which this is a data centre with records of its own; the same for all of them.
    #[serde(default)]
    pub data_centre_of: Option<String>,
    /// Selectors worth a guess where nothing shows the service, each with its place in the order of all guesses: a default
    /// scan makes few of them.
    #[serde(default)]
    pub guesses: Vec<(String, u8)>,
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
    /// Whether its certificates come by ACME (RFC 8555) or from the host that serves the site, and in no other way.
    #[serde(default)]
    pub automatic: bool,
    /// Where that was read.
    pub source: Source,
}

/// A kind of key that the provider gives its customers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Stable name: `stripe-secret-key`.
    pub id: String,
    /// What it is, for people: `Stripe secret key`.
    pub name: String,
    /// Whether it has to stay secret.
    #[serde(default)]
    pub kind: KeyKind,
    /// For a key in test mode, the id of the one that takes its place when the site is live.
    #[serde(default)]
    pub test_of: Option<String>,
    /// How it is written; `shape` explains the signs. A key with `claim` or `encoded` has none.
    #[serde(default)]
    pub shapes: Vec<String>,
    /// What the secret part holds somewhere.
    #[serde(default)]
    pub holds: Option<String>,
    /// What the secret part, decoded from base64, ends with.
    #[serde(default)]
    pub decoded_end: Option<String>,
    /// Whether the last six characters are the CRC-32 of the others in base 62.
    #[serde(default)]
    pub checksum: bool,
    /// Words of which one stands near it, because others write keys in the same way.
    #[serde(default)]
    pub near: Vec<String>,
    /// Words of which one stands right before it: its header field, variable or option.
    #[serde(default)]
    pub called: Vec<String>,
    /// The second half of a pair, which is the secret one.
    #[serde(default)]
    pub partner: Option<KeyPartner>,
    /// By which of its claims it is known, where it is a JSON Web Token.
    #[serde(default)]
    pub claim: Option<KeyClaim>,
    /// What a run of base64 begins with, and what stands there: where it is a file in base64.
    #[serde(default)]
    pub encoded: Option<KeyFile>,
    /// Ends of keys that its manuals print: they open nothing.
    #[serde(default)]
    pub examples: Vec<String>,
    /// For a secret, what somebody can do with it; for a public key, what keeps it harmless.
    pub opens: String,
    /// Where it is taken back and a new one is made. A public key needs none.
    #[serde(default)]
    pub revoke: String,
    /// Where its format was read.
    pub source: Source,
}

/// Whether a key has to stay secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// Whoever reads it can act in the owner's name.
    #[default]
    Secret,
    /// Meant to be shipped to browsers.
    Publishable,
}

/// The second half of a pair.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPartner {
    /// Its shape: so many characters of one set.
    pub shape: String,
    /// Words of which one stands between the two where it is not the very next string.
    #[serde(default)]
    pub called: Vec<String>,
}

/// A claim of a JSON Web Token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyClaim {
    /// Its name.
    pub name: String,
    /// The values that are meant.
    pub values: Vec<String>,
    /// Issuers that are not: manuals and local installations use them.
    #[serde(default)]
    pub except: Vec<String>,
}

/// A file in base64.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// How the run may begin.
    pub beginnings: Vec<String>,
    /// What the beginning of the file holds.
    pub mark: String,
}

/// Cookies that are the provider's and not the site's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cookies {
    /// What they are for.
    pub purpose: CookiePurpose,
    /// Their names, as they are written.
    #[serde(default)]
    pub names: Vec<String>,
    /// What their names begin with.
    #[serde(default)]
    pub beginnings: Vec<String>,
    /// Where that was read.
    pub source: Source,
}

/// What a provider's cookie is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CookiePurpose {
    /// Sends a visitor to the same machine again.
    #[default]
    Balancing,
    /// Tells visitors from robots.
    Protection,
    /// Lets somebody in: it is what frameworks and sign-in services keep a session in. Its name in small letters.
    Session,
}

/// A host from which a script of anybody's choice can be loaded although a policy names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenHost {
    /// The host; with `any_below`, everybody can have a name below it.
    pub host: String,
    /// Why.
    pub serves: OpenHostServes,
    /// What to allow instead of all of it.
    #[serde(default)]
    pub allow: String,
    /// Where that was read.
    pub source: Source,
}

/// What of a host lets anybody's script in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenHostServes {
    /// Every package that anybody publishes.
    #[default]
    Packages,
    /// An answer with a callback of the caller's choice.
    Callback,
    /// The files of all its customers.
    Files,
    /// The container of anybody who has one.
    Containers,
    /// Names below it, which anybody can have.
    Names,
}

/// An SPF record that lists the addresses of every customer of a cloud.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedSenders {
    /// Its name.
    pub spf: String,
    /// What the cloud is called.
    pub cloud: String,
    /// Where that was read.
    pub source: Source,
}

/// A place where teams keep their code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeHost {
    /// Where that was read.
    pub source: Source,
}

/// A list of redirects as a provider exports or takes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectList {
    /// Its id among the formats of lists: `netlify`.
    pub id: String,
    /// How it is called.
    pub name: String,
    /// Where that was read.
    pub source: Source,
}

/// A receiver of mail with published requirements for everybody who sends to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// What its mailboxes are called: `Gmail`.
    pub mailboxes: String,
    /// Its place where receivers are listed, the one with the most mailboxes first.
    pub place: u8,
    /// What it asks for, each with the month since which it does. Where it asks more of those who send much, theirs.
    pub asks: Vec<(SenderRule, String)>,
    /// Where senders see how many of their messages are complained about.
    #[serde(default)]
    pub complaints_shown_in: Option<String>,
    /// Where it says so.
    pub source: Source,
}

/// What a receiver asks of senders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SenderRule {
    /// An SPF record that receivers can read.
    Spf,
    /// A DKIM signature.
    Dkim,
    /// A DMARC record, `p=none` at least.
    Dmarc,
    /// SPF or DKIM with the domain of the visible sender.
    Alignment,
    /// Reverse DNS of the sending servers.
    ReverseDns,
    /// TLS when sending.
    Tls,
    /// One-click unsubscribe in newsletters (RFC 8058).
    Unsubscribe,
    /// Complaints below 0.3 %.
    Complaints,
    /// Messages that are well formed (RFC 5322).
    WellFormed,
}

impl SenderRule {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC record, p=none at least",
            Self::Alignment => "SPF or DKIM with your own domain",
            Self::ReverseDns => "Reverse DNS of the sending servers",
            Self::Tls => "TLS when sending",
            Self::Unsubscribe => "One-click unsubscribe in newsletters",
            Self::Complaints => "Complaints below 0.3 %",
            Self::WellFormed => "Well-formed messages",
        }
    }
}
