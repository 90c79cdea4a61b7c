//! The map as rules for a host, each format escaped by its own rules. What a format cannot say is left out and said so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use launch_ready_providers::format::VERCEL_SCHEMA;
use launch_ready_providers::model::How;
use launch_ready_providers::{Provider, get};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::{Position, Url};

use super::redirect_ends::{End, ends};
use crate::csv;
use crate::http::address;
use crate::redirect_pattern::{Part, Pattern, Piece};
use crate::redirect_rule::{Kind, Manner, OldQuery, REWRITE, RedirectRule, canonical};

pub use launch_ready_providers::Format;

/// The formats in which a host takes a whole redirect map, the best one first; none where that is not known.
#[must_use]
pub fn formats_of(host: &Provider) -> Vec<Format> {
    if let Some(map) = &host.redirect_map {
        return map.formats.clone();
    }
    match host.hosting.as_ref().map(|hosting| &hosting.path) {
        Some(How::File(format)) if Format::ALL.contains(format) => vec![*format],
        _ => Vec::new(),
    }
}

/// The format in which the host with that id takes a whole redirect map best.
#[must_use]
pub fn format_of(host: &str) -> Option<Format> {
    formats_of(get(host)?).first().copied()
}

/// Rules and what they leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The text to copy.
    pub text: String,
    /// The moves that this format cannot say.
    pub left_out: Vec<Left>,
    /// The lines that are written, but not with all that they say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partly: Vec<Left>,
}

/// A move that a format cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Left {
    /// The old address.
    pub from: String,
    /// Why.
    pub reason: String,
    /// The line of the list, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// One address that leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'u> {
    /// The line of the list, from 1.
    pub line: usize,
    /// The old address.
    pub from: &'u Url,
    /// Where it leads.
    pub to: &'u Url,
    /// The status of the redirect.
    pub status: u16,
    /// How it compares addresses and treats queries.
    pub manner: Manner,
    /// What the line sets beside, and no rule does.
    pub beside: &'u [&'static str],
}

/// What is to be written as rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted<'u> {
    /// The moves, led straight to their ends.
    pub steps: Vec<Step<'u>>,
    /// The lines that are no moves.
    pub others: Vec<&'u RedirectRule>,
    /// What no host is given, and why.
    pub left: Vec<Left>,
}

/// Patterns that are written; `_redirects` of Cloudflare takes as many.
pub const MAX_PATTERNS: usize = 100;

/// Comparisons that are made to see whether patterns lead round in a circle.
const MAX_COMPARISONS: usize = 400_000;

/// Addresses on a way through patterns; a longer one counts as a circle.
const MAX_WAY: usize = 10;

/// Characters of one parameter of an nginx configuration (its buffer has 4,096 bytes).
const NGINX_PARAMETER: usize = 4_000;

/// Writes permanent moves, as [`straightened`](super::straightened) gives them, for a host. The addresses are what the URL standard
/// serialises: ASCII without blanks, quotes or control characters in path and query.
#[must_use]
pub fn render(moves: &[(Url, Url)], site: &Url, format: Format) -> Rules {
    let steps = moves.iter().enumerate().map(|(at, (from, to))| Step {
        line: at + 1,
        from,
        to,
        status: 301,
        manner: Manner::default(),
        beside: &[],
    });
    let wanted = Wanted { steps: steps.collect(), ..Wanted::default() };
    let mut rules = render_within(&wanted, site, format, usize::MAX).unwrap_or_default();
    for left in &mut rules.left_out {
        left.line = None;
    }
    rules
}

/// A move that a format can say, and how.
#[derive(Debug, Clone, Copy)]
struct Rule<'u> {
    from: &'u Url,
    to: &'u Url,
    status: u16,
    manner: Manner,
    /// Only without a query, because with one it would lead to itself.
    bare: bool,
    /// On the host with `www` and without.
    both_hosts: bool,
}

/// A line that is no move, and that a format can say.
#[derive(Debug, Clone, Copy)]
enum Other<'u> {
    Pattern(&'u Pattern, u16, Manner),
    /// A path that is answered with an error, and whether in any case.
    Gone(&'u str, u16, bool),
    /// A line of `_redirects` about one address, which stands above the moves.
    Above(&'u str),
    /// A line of `_redirects` about many.
    Below(&'u str),
}

/// The same with temporary moves, patterns and what else a list has; `None` where the text would have more than `most` bytes.
pub(crate) fn render_within(wanted: &Wanted<'_>, site: &Url, format: Format, most: usize) -> Option<Rules> {
    let steps = &wanted.steps;
    // A thousand lines may lead to one long address in the end: then there is nothing to begin with.
    if steps.iter().map(|step| step.to[Position::BeforePath..].len()).sum::<usize>() > most {
        return None;
    }
    let mut left_out = wanted.left.clone();
    let by_name = View::of(steps, format, sees_www(format));
    let both = if sees_www(format) { Some(View::of(steps, format, false)) } else { None };
    let ways = Ways { steps, view: both.as_ref().unwrap_or(&by_name), format, site };
    let (others, refused, mut partly) = others(wanted, format, &ways);
    let patterns: Vec<&Pattern> = others
        .iter()
        .filter_map(|other| if let Other::Pattern(pattern, ..) = other { Some(*pattern) } else { None })
        .collect();
    let mut fuel = MAX_COMPARISONS;
    let mut rules: Vec<Rule<'_>> = Vec::new();
    for (at, &Step { line, from, to, status, manner, beside }) in steps.iter().enumerate() {
        let bare = by_name.leads_to_itself(at);
        let reason = (!Format::ALL.contains(&format))
            .then_some("this file cannot hold a list of redirects")
            .or_else(|| by_name.reason(at))
            .or_else(|| reason(format, from, to, site, bare))
            .or_else(|| {
                let caught = patterns.iter().any(|pattern| ways.catches(pattern, to, &mut fuel));
                let unknown = fuel == 0 && !patterns.is_empty();
                (unknown || (caught && ways.is_circle(to, &patterns, &mut fuel)))
                    .then_some("it would loop with a pattern in the list")
            })
            .or_else(|| {
                let full = format.most().is_some_and(|most| rules.len() + others.len() >= most);
                full.then_some("the host's limit of rules is reached")
            });
        match reason {
            Some(reason) => left_out.push(left(line, from.as_str(), reason)),
            None => {
                let both_hosts = both.as_ref().is_some_and(|both| both.reason(at).is_none());
                let missing = missing(format, manner, status, (from.query().is_some(), to.query().is_some()));
                for missing in missing.into_iter().flatten().chain(beside.iter().copied()) {
                    partly.push(left(line, from.as_str(), missing));
                }
                rules.push(Rule { from, to, status, manner, bare, both_hosts });
            }
        }
    }
    left_out.extend(refused);
    // A rule without a query matches with one, too: those with one stand above.
    rules.sort_by_key(|rule| rule.from.query().is_none());
    let mut text = Bounded { text: String::new(), most };
    let written = match format {
        Format::Apache => apache(&mut text, &rules, &others, site),
        Format::CloudflareBulk => bulk(&mut text, &rules, &others, site),
        Format::CloudflareRedirects => lines(&mut text, &rules, &others, site, false),
        Format::Netlify => lines(&mut text, &rules, &others, site, true),
        Format::Nginx => nginx(&mut text, &rules, &others, site),
        Format::Vercel => vercel(&mut text, &rules, &others, site),
        // These take headers, or one redirect at a time.
        Format::Caddy | Format::FlyToml | Format::HeadersFile | Format::Replit => Ok(()),
    };
    written.ok().map(|()| Rules { text: text.text, left_out, partly })
}

/// What a format cannot say of a rule that it has. `queries`: whether the old address has one, and the target.
fn missing(
    format: Format,
    manner: Manner,
    status: u16,
    (old_query, new_query): (bool, bool),
) -> [Option<&'static str>; 4] {
    let servers = matches!(format, Format::Nginx | Format::Apache);
    let case = manner.any_case && !servers;
    let carries = matches!(format, Format::Netlify | Format::Vercel | Format::CloudflareRedirects);
    let query = match manner.query {
        Some(OldQuery::Dropped) if carries && !old_query && !new_query => {
            Some("the list drops the old query, and this host carries it on")
        }
        Some(OldQuery::Added) if new_query && !servers && format != Format::Vercel => {
            Some("the list adds the old query to the target's, and this host does not")
        }
        _ => None,
    };
    let status = match (format, status) {
        (Format::Netlify | Format::CloudflareBulk, 303) => Some("written with 302: this host has no 303"),
        (Format::Netlify, 307) => Some("written with 302, which is as temporary as 307"),
        (Format::Netlify, 308) => Some("written with 301, which is as permanent as 308"),
        _ => None,
    };
    let subdomains = manner.subdomains && format != Format::CloudflareBulk;
    [
        case.then_some("the list matches upper and lower case, and this host only the case as written"),
        query,
        status,
        subdomains.then_some("the list is about subdomains, too, and this rule about one host"),
    ]
}

/// The same for a line that is no move.
fn partly_written(rule: &RedirectRule, other: &Other<'_>, format: Format) -> Vec<Left> {
    let said = match other {
        Other::Pattern(pattern, status, manner) => {
            missing(format, *manner, *status, (false, pattern.target_text().contains('?')))
        }
        Other::Gone(..) | Other::Above(_) | Other::Below(_) => missing(format, rule.manner, 0, (true, false)),
    };
    let all = said.into_iter().flatten().chain(rule.beside.iter().copied());
    all.map(|missing| left(rule.line, &rule.from, missing)).collect()
}

fn left(line: usize, from: &str, reason: &str) -> Left {
    Left { from: from.to_owned(), reason: reason.to_owned(), line: Some(line) }
}

/// Whether a format's rules tell a host from the one with `www`.
fn sees_www(format: Format) -> bool {
    matches!(format, Format::CloudflareBulk | Format::Nginx)
}

/// The moves as the rules of one format see them.
struct View {
    /// What the rules see of old address and target.
    seen: Vec<(Seen, Seen)>,
    /// Of two with the same old address the first counts.
    firsts: BTreeMap<String, usize>,
    ends: Vec<End>,
}

/// What rules see of an address.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    whole: String,
    /// Without its query: rules without one match any.
    bare: String,
}

impl View {
    fn of(steps: &[Step<'_>], format: Format, www: bool) -> Self {
        let seen: Vec<(Seen, Seen)> =
            steps.iter().map(|step| (seen(format, step.from, www), seen(format, step.to, www))).collect();
        let mut firsts: BTreeMap<String, usize> = BTreeMap::new();
        for (at, (from, _)) in seen.iter().enumerate() {
            firsts.entry(from.whole.clone()).or_insert(at);
        }
        let ends = ends(steps.len(), &mut |at| {
            let to = &seen[at].1;
            firsts.get(&to.whole).or_else(|| firsts.get(&to.bare)).copied().filter(|next| *next != at)
        });
        Self { seen, firsts, ends }
    }

    /// Whether a rule that matches any query would lead to itself.
    fn leads_to_itself(&self, at: usize) -> bool {
        let (from, to) = &self.seen[at];
        from.whole == from.bare && from.whole != to.whole && from.bare == to.bare
    }

    fn reason(&self, at: usize) -> Option<&'static str> {
        let (from, to) = &self.seen[at];
        if from == to {
            return Some(
                "these rules ignore scheme and www, and some ignore a trailing slash: use your host's settings for HTTPS and the main domain",
            );
        }
        if self.firsts.get(&from.whole) != Some(&at) {
            return Some("another line covers the same URL");
        }
        matches!(self.ends[at], End::Circle { .. })
            .then_some("these rules ignore the scheme, so it would loop")
    }
}

/// What a format's rules see of an address: none sees the scheme, and those that are for one site do not tell its name from the
/// one with `www`. Netlify overlooks a slash at the end.
fn seen(format: Format, url: &Url, www: bool) -> Seen {
    let host = if www { url.host_str().unwrap_or_default() } else { bare_host(url) };
    let path = canonical(url.path(), false);
    let path = if format == Format::Netlify { path.trim_end_matches('/') } else { &path };
    let bare = format!("{host}{path}");
    let whole =
        url.query().map_or_else(|| bare.clone(), |query| format!("{bare}?{}", canonical(query, true)));
    Seen { whole, bare }
}

/// Where rules and patterns lead together.
struct Ways<'w, 'u> {
    steps: &'w [Step<'u>],
    view: &'w View,
    format: Format,
    site: &'w Url,
}

impl Ways<'_, '_> {
    /// Whether a pattern is about an address.
    fn catches(&self, pattern: &Pattern, url: &Url, fuel: &mut usize) -> bool {
        bare_host(url) == self.host_of(pattern) && pattern.apply(url.path(), fuel).is_some()
    }

    /// The host that a pattern is about, without `www`.
    fn host_of<'p>(&'p self, pattern: &'p Pattern) -> &'p str {
        pattern.host.as_deref().map_or_else(|| bare_host(self.site), without_www)
    }

    /// An address that a pattern is about.
    fn sample(&self, pattern: &Pattern) -> Option<Url> {
        let path = pattern.sample();
        match &pattern.host {
            Some(host) => Url::parse(&format!("https://{host}{path}")).ok(),
            None => address::join(self.site, &path),
        }
    }

    /// The line of a move that stands above a line about the same address and takes every visitor with it.
    fn moved_above(&self, rule: &RedirectRule) -> Option<usize> {
        let from = address::join(self.site, rule.from.split('?').next().unwrap_or_default())?;
        let at = self.view.firsts.get(&seen(self.format, &from, false).bare)?;
        self.steps.get(*at).map(|step| step.line).filter(|line| *line < rule.line)
    }

    /// Whether an address is led on and on.
    fn is_circle(&self, start: &Url, patterns: &[&Pattern], fuel: &mut usize) -> bool {
        let mut at = start.clone();
        for _ in 0..MAX_WAY {
            let address = seen(self.format, &at, false);
            let firsts = &self.view.firsts;
            let step = firsts.get(&address.whole).or_else(|| firsts.get(&address.bare));
            let next = match step {
                Some(step) => Some(self.steps[*step].to.clone()),
                None => {
                    let host = bare_host(&at);
                    let about = patterns.iter().filter(|pattern| self.host_of(pattern) == host);
                    let target = about.filter_map(|pattern| pattern.apply(at.path(), fuel)).next();
                    target.and_then(|target| address::join(self.site, &target))
                }
            };
            match next {
                Some(next) if *fuel > 0 => at = next,
                Some(_) => return true,
                None => return false,
            }
        }
        true
    }
}

/// Why a host cannot have a move; `None` where it can.
fn reason(format: Format, from: &Url, to: &Url, site: &Url, bare: bool) -> Option<&'static str> {
    let path = from.path();
    let lone = |text: &str| {
        text.split('%')
            .skip(1)
            .any(|rest| !rest.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit())))
    };
    let query = from.query();
    let any_host = matches!(format, Format::CloudflareBulk | Format::Netlify | Format::Nginx);
    let name =
        |text: &str| text.split("/:").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    match format {
        _ if lone(path) => Some("servers reject a URL with a % that encodes nothing"),
        _ if path.contains("%00") => Some("servers reject this URL"),
        _ if !any_host && bare_host(from) != bare_host(site) => {
            Some("these rules cover one host: add this one where the old host is served")
        }
        Format::CloudflareRedirects | Format::CloudflareBulk if query.is_some() => {
            Some("these rules cannot match a query: they apply to the URL with any query")
        }
        _ if query == Some("") && !matches!(format, Format::Nginx | Format::Apache) => {
            Some("these rules cannot tell an empty query from none")
        }
        Format::CloudflareRedirects | Format::CloudflareBulk | Format::Netlify if bare => {
            Some("these rules match any query, so it would redirect to itself")
        }
        Format::Netlify | Format::Vercel
            if query.is_some() && seen(format, from, false).bare == seen(format, to, false).whole =>
        {
            Some("this host keeps the query, so it would redirect to itself")
        }
        Format::CloudflareRedirects | Format::Netlify if path.contains(['*', ':']) => {
            Some("* and : are placeholders in this file")
        }
        Format::CloudflareRedirects | Format::Netlify if name(&to[Position::BeforePath..]) => {
            Some("a : in the target is a placeholder in this file")
        }
        Format::Netlify if from.query_pairs().any(|(name, value)| !plain(&name) || !plain(&value)) => {
            Some("this query cannot be written in this file")
        }
        Format::Vercel if from.query_pairs().any(|(name, value)| name.is_empty() || value.is_empty()) => {
            Some("this file cannot tell an empty value from any other")
        }
        // @vercel/routing-utils, `replaceSegments` (read 2026-11): the target is compiled as a pattern, too.
        Format::Vercel if is_reference(&to[Position::BeforePath..]) => {
            Some("a $, a brace or a backslash in the target has a meaning in this file")
        }
        Format::Vercel if bare && to.query_pairs().next().is_none() => {
            Some("these rules match any query, so it would redirect to itself")
        }
        Format::CloudflareRedirects if from.as_str().len() + to.as_str().len() + 5 > 1_000 => {
            Some("a line can have at most 1,000 characters")
        }
        Format::CloudflareBulk if from.port().is_some() => Some("Bulk Redirects ignore ports"),
        Format::CloudflareBulk if [from, to].iter().any(|url| csv::hides_formula(url.as_str())) => {
            Some("a spreadsheet would read part of it as a formula: add this one in the dashboard")
        }
        Format::Apache if path.to_ascii_uppercase().contains("%2F") => {
            Some("the server rejects an encoded slash unless AllowEncodedSlashes is on")
        }
        Format::Apache if path.contains("//") => Some("the server treats two slashes as one"),
        Format::Apache if decoded(path).iter().any(u8::is_ascii_control) => {
            Some("a control character cannot be written in this file")
        }
        Format::Nginx if is_too_long_for_nginx(from, to) => {
            Some("the server reads at most 4,000 characters at once")
        }
        _ => None,
    }
}

/// Whether a target holds what `vercel.json` would put something else for.
fn is_reference(target: &str) -> bool {
    let dollar = target.split('$').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    let after_path = target.find(['?', '#']).map_or("", |at| &target[at..]);
    let decoded = percent_decode_str(after_path).decode_utf8_lossy();
    dollar || decoded.contains(['{', '}', '\\'])
}

/// Whether one of the two parameters of a map's entry would be longer than nginx reads.
fn is_too_long_for_nginx(from: &Url, to: &Url) -> bool {
    // One character becomes at most fifteen: `(?:%2[Bb]|\\\\+)`.
    let long = |url: &Url| url.as_str().len() * 15 > NGINX_PARAMETER;
    (long(from) && nginx_quoted(&nginx_key(from, true, false)).len() > NGINX_PARAMETER)
        || (long(to) && nginx_quoted(&to.as_str().replace('$', "%24")).len() + 40 > NGINX_PARAMETER)
}

/// The lines that are no moves: those that a host can have, why it cannot have the others, and what it has in part.
fn others<'u>(
    wanted: &Wanted<'u>,
    format: Format,
    ways: &Ways<'_, '_>,
) -> (Vec<Other<'u>>, Vec<Left>, Vec<Left>) {
    let (mut kept, mut refused, mut partly) = (Vec::new(), Vec::new(), Vec::new());
    let mut patterns: Vec<&Pattern> = Vec::new();
    let mut lines = 0;
    let mut fuel = MAX_COMPARISONS;
    for rule in &wanted.others {
        let found = other(rule, format, ways.site).and_then(|other| {
            match other {
                Other::Pattern(..) if patterns.len() >= MAX_PATTERNS => {
                    return Err("only the first 100 patterns are written".to_owned());
                }
                Other::Pattern(pattern, ..) => {
                    patterns.push(pattern);
                    let begin = ways.sample(pattern);
                    if begin.is_none_or(|begin| ways.is_circle(&begin, &patterns, &mut fuel)) {
                        patterns.pop();
                        return Err("it would loop".to_owned());
                    }
                }
                Other::Above(_) => {
                    if let Some(line) = ways.moved_above(rule) {
                        return Err(format!(
                            "line {line} sends every visitor of this address somewhere else"
                        ));
                    }
                }
                Other::Gone(..) | Other::Below(_) => {}
            }
            lines += 1;
            match format.most() {
                Some(most) if lines > most => Err("the host's limit of rules is reached".to_owned()),
                _ => Ok(other),
            }
        });
        match found {
            Ok(other) => {
                partly.extend(partly_written(rule, &other, format));
                kept.push(other);
            }
            Err(reason) => refused.push(left(rule.line, &rule.from, &reason)),
        }
    }
    (kept, refused, partly)
}

/// How a host can have a line that is no move.
fn other<'u>(rule: &'u RedirectRule, format: Format, site: &Url) -> Result<Other<'u>, String> {
    if let Some(line) =
        rule.netlify.as_deref().filter(|_| format == Format::Netlify && rule.pattern.is_none())
    {
        return own_line(rule, line);
    }
    let because = |otherwise: &str| Err(rule.because.clone().unwrap_or_else(|| otherwise.to_owned()));
    match rule.kind {
        Kind::Move => because("it is a redirect"),
        Kind::Disabled => because("it is disabled in the list"),
        Kind::Rewrite => rewrite(rule, format),
        Kind::Gone => match (format, rule.status.unwrap_or(410)) {
            (Format::Apache, 444) => {
                Err("this server cannot close a connection without an answer (444)".to_owned())
            }
            (Format::Nginx | Format::Apache, status) if is_plain_path(own_path(&rule.from, site)) => {
                Ok(Other::Gone(own_path(&rule.from, site), status, rule.manner.any_case))
            }
            (Format::Nginx | Format::Apache, _) => {
                Err(format!("{}, for a pattern, a query or another host: write it by hand", rule.answer()))
            }
            _ => Err(format!("it is not a redirect: {}", rule.answer())),
        },
        Kind::Conditional => because("it applies only to some visitors"),
        Kind::Pattern => match &rule.pattern {
            Some(pattern) => written(pattern, format, site)
                .map(|()| Other::Pattern(pattern, rule.redirect_status(), rule.manner))
                .map_err(str::to_owned),
            None => because("this pattern has no equivalent here: write it by hand"),
        },
    }
}

/// A line of `_redirects` for Netlify, as it stands.
fn own_line<'u>(rule: &'u RedirectRule, line: &'u str) -> Result<Other<'u>, String> {
    let is_redirect = matches!(rule.kind, Kind::Pattern | Kind::Conditional);
    let path = rule.from.split('?').next().unwrap_or_default();
    let target = rule.to.split(['?', '#']).next().unwrap_or_default();
    // A condition on the query that the target keeps would hold there, too.
    if is_redirect && path.trim_end_matches('/') == target.trim_end_matches('/') {
        return Err("it would lead to itself".to_owned());
    }
    let many = path.contains('*') || path.contains("/:");
    let last = many || matches!(rule.kind, Kind::Rewrite | Kind::Gone);
    Ok(if last { Other::Below(line) } else { Other::Above(line) })
}

/// A rewrite where `_redirects` of Cloudflare has it: within the site, for everybody.
fn rewrite(rule: &RedirectRule, format: Format) -> Result<Other<'_>, String> {
    let because = rule.because.as_deref().unwrap_or(REWRITE);
    let line = rule.netlify.as_deref().filter(|_| format == Format::CloudflareRedirects);
    let Some(line) = line else { return Err(format!("it is not a redirect: {because}")) };
    let words = line.split(' ').count();
    if words != 3 || line.ends_with('!') || !rule.from.starts_with('/') || !rule.to.starts_with('/') {
        return Err("this host rewrites only within the site, and without a condition".to_owned());
    }
    if rule.to.ends_with(".html") || rule.to.ends_with("/index") {
        return Err("this host ignores a rewrite to a page by the name of its file".to_owned());
    }
    Ok(Other::Below(line))
}

/// Whether a format can say a pattern.
///
/// # Errors
/// Why it cannot.
fn written(pattern: &Pattern, format: Format, site: &Url) -> Result<(), &'static str> {
    let elsewhere = pattern.host.as_deref().is_some_and(|host| without_www(host) != bare_host(site));
    match format {
        Format::CloudflareBulk if subpath(pattern, site).is_some() => Ok(()),
        Format::CloudflareBulk => Err(
            "Bulk Redirects do not support patterns but all that is below an address: add a redirect rule",
        ),
        Format::Apache | Format::CloudflareRedirects | Format::Vercel if elsewhere => {
            Err("these rules are for one host; put this one where the old host is served")
        }
        Format::Apache | Format::Nginx | Format::Vercel => Ok(()),
        Format::CloudflareRedirects | Format::Netlify => {
            let netlify = format == Format::Netlify;
            placeholders(pattern, netlify).map(drop).ok_or(match pattern.unsayable(netlify) {
                Some(reason) => reason,
                None => "this file cannot express this pattern",
            })
        }
        _ => Err("this file cannot hold a list of redirects"),
    }
}

/// The path of an address of the site; an address of another host as it stands.
fn own_path<'a>(address: &'a str, site: &Url) -> &'a str {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let Some((host, path)) = host.and_then(|rest| rest.find('/').map(|at| rest.split_at(at))) else {
        return address;
    };
    if without_www(host) == bare_host(site) { path } else { address }
}

/// Whether a text is a path in the characters of a URL.
fn is_plain_path(text: &str) -> bool {
    text.starts_with('/')
        && text.bytes().all(|b| b.is_ascii_graphic() && !b"\"'\\?#<>{}*".contains(&b))
        && !text.contains("/:")
}

/// A text that takes no more than so many bytes.
struct Bounded {
    text: String,
    most: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, more: &str) -> std::fmt::Result {
        if more.len() > self.most - self.text.len() {
            return Err(std::fmt::Error);
        }
        self.text.push_str(more);
        Ok(())
    }
}

/// A target as short as it can be said: a path on the same site, where the old address is on it, too.
fn target(from: &Url, to: &Url, site: &Url) -> String {
    if to.origin() == site.origin() && from.origin() == to.origin() {
        to[Position::BeforePath..].to_owned()
    } else {
        to.to_string()
    }
}

/// A target with what carries the old query on, which stands before the fragment.
fn carrying(target: &str, query: &str) -> String {
    match target.split_once('#') {
        Some((page, place)) => format!("{page}{query}#{place}"),
        None => format!("{target}{query}"),
    }
}

/// Whether the old query is carried on: where neither address has one, and the list does not drop it.
fn carries(rule: &Rule<'_>) -> bool {
    let dropped = rule.manner.query == Some(OldQuery::Dropped);
    rule.from.query().is_none() && rule.to.query().is_none() && !dropped
}

/// Whether the old query is added to the one of the target.
fn adds(rule: &Rule<'_>) -> bool {
    rule.from.query().is_none() && rule.to.query().is_some() && rule.manner.query == Some(OldQuery::Added)
}

fn plain(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
}

/// `_redirects`: source, for Netlify the query as `name=value`, target, status.
fn lines(
    out: &mut Bounded,
    rules: &[Rule<'_>],
    others: &[Other<'_>],
    site: &Url,
    netlify: bool,
) -> std::fmt::Result {
    // Netlify knows two ways to move; it serves a file of that name before it redirects, unless told with `!`.
    let code = |status: u16| match (netlify, status) {
        (true, 302 | 303 | 307) => "302!".to_owned(),
        (true, _) => "301!".to_owned(),
        (false, status) => status.to_string(),
    };
    for other in others {
        if let Other::Above(line) = other {
            writeln!(out, "{line}")?;
        }
    }
    for rule in rules {
        let Rule { from, to, status, .. } = rule;
        let own = bare_host(from) == bare_host(site);
        let source = match own {
            true => from.path().to_owned(),
            false => format!("{}{}", from.origin().ascii_serialization(), from.path()),
        };
        write!(out, "{source}")?;
        for (name, value) in from.query_pairs() {
            write!(out, " {name}={value}")?;
        }
        writeln!(out, " {} {}", target(from, to, site), code(*status))?;
    }
    for other in others {
        match other {
            Other::Pattern(pattern, status, _) => {
                if let Some((source, target)) = placeholders(pattern, netlify) {
                    let host =
                        pattern.host.as_ref().filter(|host| netlify && without_www(host) != bare_host(site));
                    let origin = host.map(|host| format!("https://{host}")).unwrap_or_default();
                    writeln!(out, "{origin}{source} {target} {}", code(*status))?;
                }
            }
            Other::Below(line) => writeln!(out, "{line}")?,
            Other::Gone(..) | Other::Above(_) => {}
        }
    }
    Ok(())
}

/// A pattern as `_redirects` says it: a splat at the end, and placeholders that are whole segments.
fn placeholders(pattern: &Pattern, netlify: bool) -> Option<(String, String)> {
    let mut source = String::new();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for (at, piece) in pattern.source.iter().enumerate() {
        let next = pattern.source.get(at + 1);
        match piece {
            Piece::Text(text) if text.contains(['*', ' ', ':', '?', '#']) => return None,
            Piece::Text(text) => source.push_str(text),
            Piece::Segment(name) => {
                let whole = match next {
                    None => true,
                    Some(Piece::Text(text)) => text.starts_with('/'),
                    Some(_) => false,
                };
                if !source.ends_with('/') || !whole {
                    return None;
                }
                let called = if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    name.clone()
                } else {
                    format!("p{name}")
                };
                source.push(':');
                source.push_str(&called);
                names.insert(name, format!(":{called}"));
            }
            Piece::Rest(name) => {
                if source.contains('*') || (netlify && next.is_some()) {
                    return None;
                }
                source.push('*');
                names.insert(name, ":splat".to_owned());
            }
            Piece::Class(..) => return None,
        }
    }
    let target =
        pattern.write_target(&mut str::to_owned, &mut |name| names.get(name).cloned().unwrap_or_default());
    let one_word = !target.is_empty() && !target.contains(char::is_whitespace);
    (one_word && source.len() + target.len() < 990).then_some((source, target))
}

/// Cloudflare's CSV: source without scheme, so that it matches both; target; status; then the switches that keep matching exact:
/// preserve query string, include subdomains, subpath matching, preserve path suffix.
fn bulk(out: &mut Bounded, rules: &[Rule<'_>], others: &[Other<'_>], site: &Url) -> std::fmt::Result {
    for rule in rules {
        let Rule { from, to, status, .. } = rule;
        let source = format!("{}{}", from.host_str().unwrap_or_default(), from.path());
        let keep = if carries(rule) { "TRUE" } else { "FALSE" };
        let subdomains = if rule.manner.subdomains { "TRUE" } else { "FALSE" };
        // It knows 301, 302, 307 and 308.
        let status = if *status == 303 { 302 } else { *status };
        writeln!(out, "{},{},{status},{keep},{subdomains},FALSE,FALSE", cell(&source), cell(to.as_str()))?;
    }
    for other in others {
        if let Other::Pattern(pattern, status, manner) = other
            && let Some((source, target, keeps)) = subpath(pattern, site)
        {
            let query = if target.contains('?') || manner.query == Some(OldQuery::Dropped) {
                "FALSE"
            } else {
                "TRUE"
            };
            let suffix = if keeps { "TRUE" } else { "FALSE" };
            let status = if *status == 303 { 302 } else { *status };
            writeln!(out, "{},{},{status},{query},FALSE,TRUE,{suffix}", cell(&source), cell(&target))?;
        }
    }
    Ok(())
}

/// A pattern as Bulk Redirects say it: all that is below an address, and whether that follows the target (developers.cloudflare.com,
/// Bulk Redirects, "URL redirect parameters": subpath matching, preserve path suffix; read 2026-11).
fn subpath(pattern: &Pattern, site: &Url) -> Option<(String, String, bool)> {
    let [Piece::Text(folder), Piece::Rest(rest)] = pattern.source.as_slice() else { return None };
    let folder = folder.strip_suffix('/').filter(|_| pattern.slash_may_miss)?;
    let (target, keeps) = match pattern.target.as_slice() {
        [Part::Text(target)] => (target.as_str(), false),
        [Part::Text(target), Part::Of(name)] if name == rest => (target.strip_suffix('/')?, true),
        _ => return None,
    };
    let target = address::join(site, if target.is_empty() { "/" } else { target })?;
    let target = if keeps { target.as_str().trim_end_matches('/') } else { target.as_str() };
    let host = pattern.host.as_deref().or(site.host_str())?;
    let source = format!("{host}{folder}/");
    let fits =
        ![source.as_str(), target].iter().any(|text| csv::hides_formula(text) || text.contains(['*', '#']));
    fits.then(|| (source.clone(), target.to_owned(), keeps))
}

/// A cell of RFC 4180. Not [`csv::cell`]: the dashboard takes what stands there for the address, and one that a spreadsheet would
/// run is left out.
fn cell(text: &str) -> String {
    if text.contains([',', '"', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A text with a backslash before each of some characters.
fn escaped(text: &str, special: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if special.contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// What means something in a source of `vercel.json` (path-to-regexp).
const VERCEL_SPECIAL: &str = "\\:()*+?{}.[]^$|!";

/// `redirects` of `vercel.json`, one on each line. Sources are path-to-regexp patterns: what means something there is escaped.
fn vercel(out: &mut Bounded, rules: &[Rule<'_>], others: &[Other<'_>], site: &Url) -> std::fmt::Result {
    let permanent = |status: u16| matches!(status, 301 | 308);
    let mut written: Vec<serde_json::Value> = Vec::new();
    for rule in rules {
        let Rule { from, to, status, bare, .. } = rule;
        let mut one = serde_json::json!({
            "source": escaped(from.path(), VERCEL_SPECIAL),
            // As it stands: what is no parameter of the source is taken literally, and a backslash for a slash.
            "destination": target(from, to, site),
            "permanent": permanent(*status),
        });
        let has: Vec<serde_json::Value> = from
            .query_pairs()
            .map(|(name, value)| serde_json::json!({"type": "query", "key": name, "value": regex(&value)}))
            .collect();
        if !has.is_empty() {
            one["has"] = serde_json::Value::Array(has);
        }
        if *bare {
            // As long as the query of the target is missing, nobody was led there.
            let missing = to.query_pairs().map(|(name, _)| serde_json::json!({"type": "query", "key": name}));
            one["missing"] = serde_json::Value::Array(missing.collect());
        }
        written.push(one);
    }
    for other in others {
        if let Other::Pattern(pattern, status, _) = other {
            let (source, destination) = parameters(pattern);
            written.push(serde_json::json!({"source": source, "destination": destination, "permanent": permanent(*status)}));
        }
    }
    writeln!(out, "{{\n  \"$schema\": \"{VERCEL_SCHEMA}\",\n  \"redirects\": [")?;
    for (at, rule) in written.iter().enumerate() {
        writeln!(out, "    {rule}{}", if at + 1 < written.len() { "," } else { "" })?;
    }
    writeln!(out, "  ]\n}}")
}

/// A pattern as `vercel.json` says it.
fn parameters(pattern: &Pattern) -> (String, String) {
    let mut source = String::new();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for (at, piece) in pattern.source.iter().enumerate() {
        let (name, form) = match piece {
            Piece::Text(text) => {
                source.push_str(&escaped(text, VERCEL_SPECIAL));
                continue;
            }
            Piece::Segment(name) => (name, "([^/]+)".to_owned()),
            Piece::Rest(name) => {
                let below = pattern.slash_may_miss && source.ends_with('/') && at + 1 == pattern.source.len();
                (name, if below { "*".to_owned() } else { "(.*)".to_owned() })
            }
            Piece::Class(name, class) => (name, format!("({class})")),
        };
        let called = if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name.clone()
        } else {
            format!("p{name}")
        };
        source.push_str(&format!(":{called}{form}"));
        names.insert(name, format!(":{called}{}", if form == "*" { "*" } else { "" }));
    }
    let target =
        pattern.write_target(&mut str::to_owned, &mut |name| names.get(name).cloned().unwrap_or_default());
    (source, target)
}

/// A `map` from scheme-less address to target, looked up once for each request. Keys are regular expressions: strings are compared
/// without regard to case, and long ones need a larger hash than nginx has. An old address without a query is found with any,
/// which is carried on; those with one stand above.
fn nginx(out: &mut Bounded, rules: &[Rule<'_>], others: &[Other<'_>], site: &Url) -> std::fmt::Result {
    let patterns = others
        .iter()
        .filter_map(|other| if let Other::Pattern(_, status, _) = other { Some(*status) } else { None });
    let statuses: BTreeSet<u16> = rules.iter().map(|rule| rule.status).chain(patterns).collect();
    let several = statuses.len() > 1;
    // The status stands before the target where there is more than one; a `return` can have no variable for it.
    let value = |status: u16, target: &str| {
        if several { nginx_quoted(&format!("{status}:{target}")) } else { nginx_quoted(target) }
    };
    writeln!(out, "# In the http block:\nmap $host$request_uri $moved_to {{\n    default \"\";")?;
    for rule in rules {
        // A `$` would begin a variable, for which nginx has no escape: percent-encoded it names the same page.
        let mut target = target(rule.from, rule.to, site).replace('$', "%24");
        if carries(rule) {
            target = carrying(&target, "$is_args$args");
        } else if adds(rule) {
            target = carrying(&target, "&$args");
        }
        let case = if rule.manner.any_case { "*" } else { "" };
        let key = format!("~{case}{}", nginx_key(rule.from, rule.both_hosts, rule.bare));
        writeln!(out, "    {} {};", nginx_quoted(&key), value(rule.status, &target))?;
    }
    let host = nginx_host(bare_host(site), true);
    for other in others {
        if let Other::Pattern(pattern, status, manner) = other {
            let numbers: BTreeMap<String, usize> = pattern.numbered().into_iter().collect();
            let number =
                |name: &str| numbers.get(name).map(|number| format!("${number}")).unwrap_or_default();
            let mut target =
                pattern.write_target(&mut |text| text.replace('$', "%24"), &mut |name| number(name));
            target = match (target.contains('?'), manner.query) {
                (false, Some(OldQuery::Dropped)) => target,
                (false, _) => carrying(&target, "$is_args$args"),
                (true, Some(OldQuery::Added)) => carrying(&target, "&$args"),
                (true, _) => target,
            };
            let elsewhere = pattern.host.as_deref().filter(|host| without_www(host) != bare_host(site));
            let host = elsewhere.map_or_else(|| host.clone(), |host| nginx_host(host, false));
            if elsewhere.is_some() && target.starts_with('/') {
                target = format!("{}{target}", site.origin().ascii_serialization());
            }
            let case = if manner.any_case { "*" } else { "" };
            let key = format!("~{case}^{host}{}(?:\\?|$)", path_regex(pattern, "[^?]*", "[^/?]+"));
            writeln!(out, "    {} {};", nginx_quoted(&key), value(*status, &target))?;
        }
    }
    writeln!(out, "}}")?;
    let gone: Vec<(&str, u16, bool)> = others
        .iter()
        .filter_map(|other| match other {
            Other::Gone(path, status, any_case) => Some((*path, *status, *any_case)),
            _ => None,
        })
        .collect();
    if !gone.is_empty() {
        writeln!(out, "map $host$request_uri $gone {{\n    default \"\";")?;
        for (path, status, any_case) in &gone {
            let case = if *any_case { "*" } else { "" };
            let key = format!("~{case}^{host}{}(?:\\?|$)", spelled(path));
            writeln!(out, "    {} {status};", nginx_quoted(&key))?;
        }
        writeln!(out, "}}")?;
    }
    writeln!(out, "# In the server block:")?;
    for status in gone.iter().map(|(_, status, _)| *status).collect::<BTreeSet<u16>>() {
        writeln!(out, "if ($gone = {status}) {{\n    return {status};\n}}")?;
    }
    if several {
        for status in statuses {
            writeln!(out, "if ($moved_to ~ \"^{status}:(.*)$\") {{\n    return {status} $1;\n}}")?;
        }
        return Ok(());
    }
    writeln!(out, "if ($moved_to) {{\n    return {} $moved_to;\n}}", statuses.first().copied().unwrap_or(301))
}

fn nginx_host(host: &str, both: bool) -> String {
    format!("{}{}", if both { "(?:www\\.)?" } else { "" }, regex(host))
}

/// The regular expression for an old address, host included.
fn nginx_key(from: &Url, both_hosts: bool, bare: bool) -> String {
    let host = if both_hosts { bare_host(from) } else { from.host_str().unwrap_or_default() };
    let end = match from.query() {
        Some(query) => format!("\\?{}$", spelled_query(query)),
        None if bare => "\\??$".to_owned(),
        None => "(?:\\?|$)".to_owned(),
    };
    format!("^{}{}{end}", nginx_host(host, both_hosts), spelled(from.path()))
}

/// A pattern's path as a regular expression for what a client sends.
fn path_regex(pattern: &Pattern, rest: &str, segment: &str) -> String {
    let mut out = String::new();
    let last = pattern.source.len() - 1;
    for (at, piece) in pattern.source.iter().enumerate() {
        match piece {
            Piece::Text(text) => out.push_str(&spelled(text)),
            Piece::Segment(_) => out.push_str(&format!("({segment})")),
            Piece::Rest(_) if pattern.slash_may_miss && at == last && out.ends_with('/') => {
                out.pop();
                out.push_str(&format!("(?:/({rest}))?"));
            }
            Piece::Rest(_) => out.push_str(&format!("({rest})")),
            Piece::Class(_, class) => out.push_str(&format!("({class})")),
        }
    }
    if pattern.slash_may_miss && !matches!(pattern.source.last(), Some(Piece::Rest(_))) {
        out.push_str("/?");
    }
    out
}

/// A regular expression for every way in which a client may write a path: what is percent-encoded in either case of its digits, and
/// what need not be as itself.
pub(crate) fn spelled(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        if let Some((run, length)) = encoded_run(rest) {
            let encoded: String = run.iter().map(|byte| either_case(*byte)).collect();
            let raw = match run.as_slice() {
                [byte] if byte.is_ascii_graphic() && !b"/?#%".contains(byte) => {
                    Some(regex(&char::from(*byte).to_string()))
                }
                bytes if bytes.iter().all(|byte| *byte >= 0x80) => String::from_utf8(run.clone()).ok(),
                _ => None,
            };
            match raw {
                Some(raw) => out.push_str(&format!("(?:{encoded}|{raw})")),
                None => out.push_str(&encoded),
            }
            rest = &rest[length..];
            continue;
        }
        let plain = c.is_ascii_alphanumeric() || "-._~/%".contains(c) || !c.is_ascii_graphic();
        let literal = regex(&c.to_string());
        match u8::try_from(c) {
            Ok(byte) if !plain => out.push_str(&format!("(?:{}|{literal})", either_case(byte))),
            _ => out.push_str(&literal),
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The same for a query, in which an encoded character is another than itself.
fn spelled_query(query: &str) -> String {
    let mut out = String::new();
    let mut rest = query;
    while let Some(c) = rest.chars().next() {
        if let Some(byte) = encoded_byte(rest) {
            out.push_str(&either_case(byte));
            rest = &rest[3..];
        } else {
            out.push_str(&regex(&c.to_string()));
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The byte that is percent-encoded at the beginning of a text.
fn encoded_byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// One encoded byte of ASCII, or all of those beside each other that are not; and the length of their text.
fn encoded_run(text: &str) -> Option<(Vec<u8>, usize)> {
    let first = encoded_byte(text)?;
    let mut run = vec![first];
    while first >= 0x80
        && let Some(byte) = text.get(3 * run.len()..).and_then(encoded_byte)
        && byte >= 0x80
    {
        run.push(byte);
    }
    let length = 3 * run.len();
    Some((run, length))
}

/// A percent-encoded byte as a regular expression.
fn either_case(byte: u8) -> String {
    let digit = |digit: char| match digit {
        'A'..='F' => format!("[{digit}{}]", digit.to_ascii_lowercase()),
        digit => digit.to_string(),
    };
    format!("%{}", format!("{byte:02X}").chars().map(digit).collect::<String>())
}

/// A quoted parameter.
fn nginx_quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `mod_rewrite`: conditions on the query where there is one, an exact match on the path. `NE` keeps percent signs, `QSD` drops the
/// old query where the target shall not have it.
fn apache(out: &mut Bounded, rules: &[Rule<'_>], others: &[Other<'_>], site: &Url) -> std::fmt::Result {
    writeln!(out, "RewriteEngine On")?;
    for other in others {
        if let Other::Gone(path, status, any_case) = other {
            let case = if *any_case { ",NC" } else { "" };
            let flag = match status {
                403 => "F".to_owned(),
                410 => "G".to_owned(),
                status => format!("R={status}"),
            };
            writeln!(out, "RewriteRule \"^/?{}$\" - [{flag},L{case}]", apache_path(path))?;
        }
    }
    for rule in rules {
        let Rule { from, to, status, bare, manner, .. } = rule;
        let path = apache_path(from.path());
        let case = if manner.any_case { ",NC" } else { "" };
        let to = apache_target(&target(from, to, site));
        if carries(rule) && to.contains('#') {
            let to = carrying(&to, "?%{QUERY_STRING}");
            writeln!(
                out,
                "RewriteCond %{{QUERY_STRING}} \".\"\nRewriteRule \"^/?{path}$\" \"{to}\" [R={status},L,NE{case}]"
            )?;
        }
        match from.query() {
            Some("") => writeln!(out, "RewriteCond %{{THE_REQUEST}} \"\\?\\s\"")?,
            Some(query) => writeln!(
                out,
                "RewriteCond %{{QUERY_STRING}} \"^{}$\"",
                spelled_query(query).replace('"', "\\x22")
            )?,
            None if *bare => writeln!(out, "RewriteCond %{{QUERY_STRING}} \"^$\"")?,
            None => {}
        }
        let dropped = to.split('#').next().is_some_and(|page| !page.contains('?'))
            && manner.query == Some(OldQuery::Dropped);
        let flags = match from.query() {
            Some(_) => "L,NE,QSD",
            None if dropped => "L,NE,QSD",
            None if adds(rule) => "L,NE,QSA",
            None => "L,NE",
        };
        writeln!(out, "RewriteRule \"^/?{path}$\" \"{to}\" [R={status},{flags}{case}]")?;
    }
    for other in others {
        if let Other::Pattern(pattern, status, manner) = other {
            // What a client sends, not what the server has decoded: so the target repeats it as it was.
            let numbers: BTreeMap<String, usize> = pattern.numbered().into_iter().collect();
            let number =
                |name: &str| numbers.get(name).map(|number| format!("%{number}")).unwrap_or_default();
            let target = pattern.write_target(&mut |text| apache_target(text), &mut |name| number(name));
            let path = path_regex(pattern, "[^?\\s]*", "[^/?\\s]+").replace('"', "\\x22");
            let case = if manner.any_case { " [NC]" } else { "" };
            let query = match manner.query {
                Some(OldQuery::Dropped) if !target.contains('?') => ",QSD",
                Some(OldQuery::Added) if target.contains('?') => ",QSA",
                _ => "",
            };
            writeln!(
                out,
                "RewriteCond %{{THE_REQUEST}} \"^\\S+\\s+{path}(?:[?\\s]|$)\"{case}\nRewriteRule ^ \"{target}\" [R={status},L,NE{query}]"
            )?;
        }
    }
    Ok(())
}

/// A path as Apache compares it, without its first slash, which `.htaccess` does not have. `mod_rewrite` parts its own words: it knows
/// no backslash before a quotation mark, so that is told by its number.
fn apache_path(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut out = String::new();
    for byte in decoded(path) {
        match byte {
            b'"' | b' ' | 0..=0x1f | 0x7f.. => out.push_str(&format!("\\x{byte:02X}")),
            byte => out.push_str(&regex(&char::from(byte).to_string())),
        }
    }
    out
}

/// A target in which nothing is a reference, and no `${NAME}` is a variable of the configuration.
fn apache_target(target: &str) -> String {
    let target = target.replace('\\', "\\\\").replace("${", "$%7B").replace('"', "%22");
    target.replace('$', "\\$").replace('%', "\\%")
}

/// Text that a regular expression takes literally.
pub(crate) fn regex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A path with its percent signs resolved.
pub(crate) fn decoded(path: &str) -> Vec<u8> {
    percent_decode_str(path).collect()
}

/// The host without a leading `www.`.
pub(crate) fn bare_host(url: &Url) -> &str {
    without_www(url.host_str().unwrap_or_default())
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Url {
        Url::parse("https://example.com/").unwrap()
    }

    #[test]
    fn what_rules_do_not_see_makes_no_circle() {
        let url = |text: &str| Url::parse(text).unwrap();
        let moves = [
            (url("http://example.com/"), url("https://example.com/")),
            (url("http://example.com/a"), url("https://example.com/b")),
            (url("http://example.com/b"), url("https://example.com/a")),
            (url("http://example.com/c"), url("https://example.com/d")),
            (url("https://example.com/c"), url("https://example.com/zz")),
            (url("https://www.example.com/f"), url("https://example.com/f")),
        ];
        for format in Format::ALL {
            let rules = render(&moves, &site(), format);
            let told = |path: &str| rules.left_out.iter().filter(|left| left.from.ends_with(path)).count();
            assert_eq!((told(".com/"), told("/a"), told("/b"), told("/c")), (1, 1, 1, 1), "{format:?}");
            assert!(rules.text.contains("/d") && !rules.text.contains("/zz"), "{format:?}: {}", rules.text);
            // From one name to the other: only where the rule says which name it is about.
            let by_name = matches!(format, Format::CloudflareBulk | Format::Nginx);
            assert_eq!(told("/f") == 0, by_name, "{format:?}");
        }
    }

    #[test]
    fn rules_end_at_their_bound_and_are_whole_or_not_there() {
        let url = |text: String| site().join(&text).unwrap();
        let moves: Vec<(Url, Url)> = (0..100).map(|n| (url(format!("/{n}")), url("/x".repeat(50)))).collect();
        let (manner, beside) = (Manner::default(), [].as_slice());
        let steps = moves.iter().map(|(from, to)| Step { line: 1, from, to, status: 301, manner, beside });
        let moves = Wanted { steps: steps.collect(), ..Wanted::default() };
        for format in Format::ALL {
            let whole = render_within(&moves, &site(), format, usize::MAX).unwrap();
            let size = whole.text.len();
            assert_eq!(render_within(&moves, &site(), format, size).as_ref(), Some(&whole), "{format:?}");
            assert_eq!(render_within(&moves, &site(), format, size - 1), None, "{format:?}");
        }
    }

    fn rendered(text: &str, format: Format) -> Rules {
        use crate::plan::redirect_map::{Asked, parse};

        let (moves, unread) = parse(text);
        let asked = Asked { site: site(), moves, unread, read_as: None, formats: vec![format] };
        let written = asked.laid_out(None, &[format]).rules.remove(0);
        Rules { text: written.text, left_out: written.left_out, partly: written.partly }
    }

    #[test]
    fn each_format_says_the_same() {
        let text = "/old -> /new\n/shop?id=7 -> https://shop.example.com/seven";
        assert_eq!(rendered(text, Format::CloudflareRedirects).text, "/old /new 301\n");
        assert_eq!(rendered(text, Format::CloudflareRedirects).left_out.len(), 1);
        assert_eq!(
            rendered(text, Format::Netlify).text,
            "/shop id=7 https://shop.example.com/seven 301!\n/old /new 301!\n",
            "what has a query stands above what has none"
        );
        assert_eq!(
            rendered(text, Format::CloudflareBulk).text,
            "example.com/old,https://example.com/new,301,TRUE,FALSE,FALSE,FALSE\n",
            "a source has no query there (developers.cloudflare.com, Supported URL components)"
        );
        let nginx = rendered(text, Format::Nginx).text;
        assert!(
            nginx.contains(r#""~^(?:www\\.)?example\\.com/old(?:\\?|$)" "/new$is_args$args";"#),
            "{nginx}"
        );
        assert!(
            nginx.contains(r#""~^(?:www\\.)?example\\.com/shop\\?id=7$" "https://shop.example.com/seven";"#),
            "{nginx}"
        );
        let apache = rendered(text, Format::Apache).text;
        assert!(apache.contains("RewriteCond %{QUERY_STRING} \"^id=7$\"\nRewriteRule \"^/?shop$\" \"https://shop.example.com/seven\" [R=301,L,NE,QSD]"), "{apache}");
        let vercel: serde_json::Value = serde_json::from_str(&rendered(text, Format::Vercel).text).unwrap();
        assert_eq!(vercel["redirects"][0]["has"][0]["value"], "7");
        assert_eq!(vercel["redirects"][1]["destination"], "/new");
    }

    #[test]
    fn what_means_something_in_a_format_is_escaped() {
        let text = "/a.b(c)+$d -> /new%20page\n/sp%20ace -> /x$1\n/q\"uote -> /y";
        let apache = rendered(text, Format::Apache).text;
        assert!(
            apache.contains(r#"RewriteRule "^/?a\.b\(c\)\+\$d$" "/new\%20page" [R=301,L,NE]"#),
            "{apache}"
        );
        assert!(apache.contains(r#"RewriteRule "^/?sp\x20ace$" "/x\$1" [R=301,L,NE]"#), "{apache}");
        assert!(apache.contains(r#"RewriteRule "^/?q\x22uote$" "/y" [R=301,L,NE]"#), "{apache}");
        let nginx = rendered(text, Format::Nginx).text;
        assert!(nginx.contains(r#"/a\\.b(?:%28|\\()c(?:%29|\\))(?:%2[Bb]|\\+)(?:%24|\\$)d(?:\\?|$)" "/new%20page$is_args$args";"#), "{nginx}");
        assert!(nginx.contains(r#" "/x%241$is_args$args";"#), "{nginx}");
        let vercel: serde_json::Value = serde_json::from_str(&rendered(text, Format::Vercel).text).unwrap();
        assert_eq!(vercel["redirects"][0]["source"], r"/a\.b\(c\)\+\$d");
        assert_eq!(
            rendered("/a,b -> /c", Format::CloudflareBulk).text.split(',').next(),
            Some("\"example.com/a")
        );
        assert_eq!(rendered("/a*b -> /c", Format::Netlify).left_out.len(), 1);
        assert_eq!(rendered("https://old.example.org/a -> /c", Format::Vercel).left_out.len(), 1);
        assert!(
            rendered("https://old.example.org/a -> /c", Format::Netlify)
                .text
                .starts_with("https://old.example.org/a https://example.com/c 301!")
        );
    }

    #[test]
    fn bulk_list_holds_no_formula_and_says_so() {
        let text = "/a;=1 -> /b\n/c -> /d;-1\n/e;x=1 -> /f";
        let rules = rendered(text, Format::CloudflareBulk);
        assert_eq!(
            rules.left_out.iter().map(|left| left.from.as_str()).collect::<Vec<_>>(),
            ["https://example.com/a;=1", "https://example.com/c"]
        );
        assert!(rules.left_out[0].reason.contains("in the dashboard"));
        assert_eq!(rules.text, "\"example.com/e;x=1\",https://example.com/f,301,TRUE,FALSE,FALSE,FALSE\n");
        assert!(rendered(text, Format::Nginx).left_out.is_empty());
    }

    #[test]
    fn ids_read_back() {
        for format in Format::ALL {
            assert_eq!(Format::from_id(format.id()), Some(format));
            assert_eq!(serde_json::to_value(format).unwrap(), format.id());
        }
    }

    proptest::proptest! {
        #[test]
        fn a_rule_stays_on_its_line(from in "\\PC{0,24}", to in "\\PC{0,24}", query in "\\PC{0,12}") {
            let from = site().join(&format!("/{from}?{query}"));
            let to = site().join(&format!("/{to}"));
            if let (Ok(from), Ok(to)) = (from, to) {
                let moves = [(from, to)];
                for format in Format::ALL {
                    let rules = render(&moves, &site(), format);
                    if format == Format::Vercel {
                        let file: serde_json::Value = serde_json::from_str(&rules.text).unwrap();
                        // Two slashes at the beginning name another host, which this file cannot.
                        let written = file["redirects"].as_array().map_or(0, Vec::len);
                        proptest::prop_assert_eq!(written + rules.left_out.len(), 1);
                        continue;
                    }
                    let lines = rules.text.lines().count();
                    let most = match format {
                        Format::Nginx => 9,
                        // With a fragment there are two rules: the old query stands in front of it.
                        Format::Apache => 5,
                        _ => 1,
                    };
                    proptest::prop_assert!(lines <= most, "{format:?}: {}", rules.text);
                }
            }
        }
    }
}
