//! `robots.txt` (RFC 9309), and what pages and headers say to crawlers.
//!
//! ```
//! use launch_ready_protocols::http::robots::Robots;
//!
//! let robots = Robots::parse("User-agent: *\nDisallow: /private/\nAllow: /private/open");
//! assert!(robots.rule_for("Googlebot", "/private/open").is_some());
//! assert!(robots.rule_for("Googlebot", "/").is_none());
//! ```

use crate::date::{Day, Time};

/// A `robots.txt`: who may fetch what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    groups: Vec<Group>,
    /// The `Sitemap` lines (no part of the RFC; sitemaps.org).
    pub sitemaps: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Group {
    agents: Vec<String>,
    rules: Vec<Rule>,
}

/// One line that allows or disallows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Whether it allows.
    pub allow: bool,
    /// The path pattern, with `*` and `$`.
    pub pattern: String,
    /// The line as it stands in the file.
    pub line: String,
}

impl Robots {
    /// Reads a file as Google's reference parser does (github.com/google/robotstxt, read 2026-11), which is what RFC 9309 was written
    /// from: keys are known by how they begin, in its accepted misspellings too, a blank may stand for a colon that was forgotten, and
    /// lines that are none of its records are skipped (section 2.2). What is beyond 500 KiB need not be read (section 2.5), and is not.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut robots = Self::default();
        let mut in_agents = false;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for line in text.split(['\n', '\r']).take(MAX_LINES) {
            let record = line.split('#').next().unwrap_or_default().trim();
            let Some((key, value)) = pair(record) else { continue };
            match Key::of(key) {
                Some(Key::UserAgent) => {
                    if !in_agents {
                        robots.groups.push(Group::default());
                    }
                    in_agents = true;
                    if let Some(group) = robots.groups.last_mut() {
                        group.agents.push(product(value).to_ascii_lowercase());
                    }
                }
                Some(key @ (Key::Allow | Key::Disallow)) => {
                    in_agents = false;
                    // An empty pattern matches nothing: `Disallow:` allows all.
                    if let Some(group) = robots.groups.last_mut().filter(|_| !value.is_empty()) {
                        let line = line.trim().to_owned();
                        group.rules.push(Rule { allow: key == Key::Allow, pattern: value.to_owned(), line });
                    }
                }
                Some(Key::Sitemap) => robots.sitemaps.push(value.to_owned()),
                None => {}
            }
        }
        robots
    }

    /// The rule that decides whether `agent` may fetch `path`; `None` where nothing forbids it. The groups of the
    /// agent's own name are taken together, those for `*` only where it has none; the longest pattern wins, and
    /// allowing wins a tie (sections 2.2.1 and 2.2.2).
    #[must_use]
    pub fn rule_for(&self, agent: &str, path: &str) -> Option<&Rule> {
        let agent = agent.to_ascii_lowercase();
        let named = |name: &str| {
            self.groups.iter().filter(|g| g.agents.iter().any(|a| a == name)).collect::<Vec<_>>()
        };
        let own = named(&agent);
        let groups = if own.is_empty() { named("*") } else { own };
        let path = escaped(path);
        let rules = groups.into_iter().flat_map(|group| &group.rules);
        let matching = rules.filter_map(|rule| {
            let pattern = escaped(&rule.pattern);
            if matches(&pattern, &path) {
                return Some((rule, pattern.len()));
            }
            // It counts as the folder's own pattern, however long it is.
            let folder = index_of(&rule.pattern).filter(|_| rule.allow).map(|folder| escaped(&folder))?;
            matches(&folder, &path).then_some((rule, folder.len()))
        });
        matching.max_by_key(|(rule, length)| (*length, rule.allow)).map(|(rule, _)| rule)
    }

    /// The rule that keeps `agent` out of paths that no rule names, whatever single ones are let in; `None` where there is none.
    #[must_use]
    pub fn closing_rule(&self, agent: &str) -> Option<&Rule> {
        let mut rules = UNNAMED.iter().map(|path| self.rule_for(agent, path).filter(|rule| !rule.allow));
        let first = rules.next()??;
        rules.all(|rule| rule.is_some()).then_some(first)
    }
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Allow,
    Disallow,
    Sitemap,
    UserAgent,
}

impl Key {
    fn of(key: &str) -> Option<Self> {
        let key = key.to_ascii_lowercase();
        let begins = |names: &[&str]| names.iter().any(|name| key.starts_with(name));
        if begins(&["user-agent", "useragent", "user agent"]) {
            Some(Self::UserAgent)
        } else if begins(&["allow"]) {
            Some(Self::Allow)
        } else if begins(&["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"]) {
            Some(Self::Disallow)
        } else if begins(&["sitemap", "site-map"]) {
            Some(Self::Sitemap)
        } else {
            None
        }
    }
}

/// Key and value of a line. Without a colon a blank separates them, where there are two words and no more.
fn pair(record: &str) -> Option<(&str, &str)> {
    let (key, value) = record.split_once(':').or_else(|| {
        let (key, value) = record.split_once([' ', '\t'])?;
        (!value.trim().contains([' ', '\t'])).then_some((key, value))
    })?;
    let key = key.trim();
    (!key.is_empty()).then_some((key, value.trim()))
}

/// The name of a crawler: the letters, hyphens and underscores that an agent begins with (`Googlebot/2.1`), or `*`.
fn product(agent: &str) -> &str {
    if let Some(rest) = agent.strip_prefix('*')
        && (rest.is_empty() || rest.starts_with(char::is_whitespace))
    {
        return "*";
    }
    let end = agent.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_')).unwrap_or(agent.len());
    agent.get(..end).unwrap_or_default()
}

/// A path or pattern in the form in which they are compared: octets outside ASCII escaped, escapes in capitals.
fn escaped(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(path.len());
    for (at, byte) in bytes.iter().enumerate() {
        let is_digit_of_escape = (1..=2).any(|back| {
            let percent = at.checked_sub(back).and_then(|percent| bytes.get(percent..percent + 3));
            percent.is_some_and(|escape| {
                escape[0] == b'%' && escape[1].is_ascii_hexdigit() && escape[2].is_ascii_hexdigit()
            })
        });
        match byte {
            0x80.. => out.push_str(&format!("%{byte:02X}")),
            byte if is_digit_of_escape => out.push(char::from(byte.to_ascii_uppercase())),
            byte => out.push(char::from(*byte)),
        }
    }
    out
}

/// Paths that stand for all that no rule names: of one part, of two, and of a file.
const UNNAMED: [&str; 3] = ["/q7x", "/q7x/w4", "/q7x.html"];

/// The pattern of a folder that a pattern for its index stands for: `/$` for `/index.html`.
fn index_of(pattern: &str) -> Option<String> {
    let slash = pattern.rfind('/')?;
    let is_index = pattern.get(slash..).is_some_and(|file| file.starts_with("/index.htm"));
    pattern.get(..=slash).filter(|_| is_index).map(|folder| format!("{folder}$"))
}

/// Whether a pattern matches the beginning of a path; `*` is any run of octets, `$` at the end is the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, anchored) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (n, part) in parts.iter().enumerate() {
        if anchored && n + 1 == parts.len() {
            return rest.ends_with(part);
        }
        // The leftmost match leaves the most for the parts behind it.
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    !anchored || rest.is_empty()
}

/// One directive of a robots meta tag or an `X-Robots-Tag` (Google, "Robots meta tag … specifications", read 2026-11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The crawler that it is for, in lower case; `None` for all of them.
    pub agent: Option<String>,
    /// In lower case: `noindex`.
    pub name: String,
    /// Behind its colon: the date of `unavailable_after`.
    pub value: Option<String>,
}

impl Directive {
    /// Whether it keeps a page out of the index at `now`.
    #[must_use]
    pub fn forbids_indexing(&self, now: Option<Time>) -> bool {
        match self.name.as_str() {
            "noindex" | "none" => true,
            "unavailable_after" => self.ends().zip(now).is_some_and(|(end, now)| end <= now),
            _ => false,
        }
    }

    /// The day after which the page is to leave the index, where it names one that can be read.
    #[must_use]
    pub fn ends(&self) -> Option<Time> {
        if self.name != "unavailable_after" {
            return None;
        }
        let value = self.value.as_deref()?;
        // "widely adopted formats including RFC 822, RFC 850, and ISO 8601".
        let day_alone =
            || Day::from_rfc3339(value).filter(|_| value.len() == 10).map(|day| Time { day, seconds: 0 });
        Time::from_rfc3339(value).or_else(day_alone).or_else(|| Time::from_cookie(value))
    }
}

/// The directives of one value, in order. In a header a crawler's name and a colon may stand before some of them, and hold up to the
/// next one: `googlebot: nofollow, otherbot: noindex`.
#[must_use]
pub fn directives(value: &str) -> Vec<Directive> {
    let mut found: Vec<Directive> = Vec::new();
    let mut agent = None;
    for part in value.split(',') {
        let mut part = part.trim();
        // The date of the directive before it has a comma of its own: "Friday, 25-Jun-10 15:00:00 UTC".
        let is_rest_of_date = found.last().is_some_and(|last| {
            last.name == "unavailable_after" && last.ends().is_none() && !is_directive(part)
        });
        if is_rest_of_date && let Some(Directive { value: Some(date), .. }) = found.last_mut() {
            date.push_str(", ");
            date.push_str(part);
            continue;
        }
        while let Some((name, rest)) = part.split_once(':') {
            let name = name.trim().to_ascii_lowercase();
            if VALUED.contains(&name.as_str()) {
                break;
            }
            agent = Some(name);
            part = rest.trim();
        }
        let (name, value) = match part.split_once(':') {
            Some((name, value)) => (name, Some(value.trim().to_owned())),
            None => (part, None),
        };
        let name = name.trim().to_ascii_lowercase();
        if !name.is_empty() {
            found.push(Directive { agent: agent.clone(), name, value });
        }
    }
    found
}

fn is_directive(part: &str) -> bool {
    let name = part.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
    KNOWN.contains(&name.as_str()) || VALUED.contains(&name.as_str())
}

/// Directives with a value of their own, which are no crawlers.
const VALUED: [&str; 4] = ["max-image-preview", "max-snippet", "max-video-preview", "unavailable_after"];
/// Directives without.
const KNOWN: [&str; 11] = [
    "all",
    "index",
    "follow",
    "noindex",
    "nofollow",
    "none",
    "noarchive",
    "nosnippet",
    "notranslate",
    "noimageindex",
    "indexifembedded",
];
/// Lines that are read; no honest file comes near.
const MAX_LINES: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(file: &str, agent: &str, path: &str) -> bool {
        Robots::parse(file).rule_for(agent, path).is_none_or(|rule| rule.allow)
    }

    #[test]
    fn the_longest_rule_of_the_agents_own_group_decides() {
        let file = "User-agent: *\nDisallow: /\n\nUser-Agent: Googlebot\nUser-agent: bingbot\nDisallow: /private\nAllow: /private/press # see\n";
        assert!(!allows(file, "duckduckbot", "/"));
        assert!(allows(file, "Googlebot", "/"));
        assert!(!allows(file, "bingbot", "/private/x"));
        assert!(allows(file, "bingbot", "/private/press/1"));
    }

    #[test]
    fn an_empty_disallow_allows_all_and_a_tie_allows() {
        assert!(allows("User-agent: *\nDisallow:", "a", "/"));
        assert!(allows("User-agent: *\nDisallow: /a\nAllow: /a", "a", "/a"));
        assert!(allows("Disallow: /", "a", "/"), "a rule outside any group is no rule");
        assert!(allows("<html>User-agent: *</html>", "a", "/"));
    }

    #[test]
    fn patterns_have_stars_and_an_end() {
        for (pattern, path, matched) in [
            ("/", "/", true),
            ("/*.pdf$", "/a/b.pdf", true),
            ("/*.pdf$", "/a/b.pdf?x", false),
            ("/a*b*c", "/a--b--c--", true),
            ("/a*b*c", "/a--c--b", false),
            ("/fish*", "/fish", true),
            ("/$", "/", true),
            ("/$", "/a", false),
            ("*", "/any", true),
            ("/é*", "/é", true),
        ] {
            assert_eq!(matches(pattern, path), matched, "{pattern} {path}");
        }
    }

    #[test]
    fn a_file_may_let_the_home_page_in_and_nothing_else() {
        let closed = |file: &str| Robots::parse(file).closing_rule("Googlebot").is_some();
        for file in [
            "Disallow: /*\nAllow: /$",
            "Disallow: /\nAllow: /index.html",
            "Disallow: *\nAllow: /$",
            "Disallow: /\nAllow: /blog/",
        ] {
            let file = format!("User-agent: *\n{file}");
            assert!(closed(&file), "{file}");
        }
        for file in [
            "Disallow: /*?",
            "Disallow: /*.pdf$",
            "Disallow: /$",
            "Disallow: /private/",
            "Disallow: /\nAllow: /*",
            "Disallow:",
        ] {
            let file = format!("User-agent: *\n{file}");
            assert!(!closed(&file), "{file}");
        }
    }

    #[test]
    fn the_file_is_read_as_the_reference_parser_does() {
        assert!(!allows("User-agent: Googlebot/2.1 (+http://x)\nDisallow: /", "Googlebot", "/"));
        assert!(!allows("User agent: *\nDisallow /", "a", "/"), "a forgotten colon");
        assert!(allows("User-agent: *\nDisallow / all", "a", "/"), "three words are no record");
        for typo in ["Dissallow", "disalow", "Diasllow", "disallaw", "DISALLOW"] {
            assert!(!allows(&format!("useragent: *\n{typo}: /"), "a", "/"), "{typo}");
        }
        assert!(!allows("User-agent: * # all\nDisallow: /", "a", "/"));
        assert!(!allows("User-agent: *\nCrawl-delay: 3\nSitemap: x\nUser-agent: b\nDisallow: /", "a", "/"));
        assert_eq!(Robots::parse("site-map: https://a.com/s.xml").sitemaps, ["https://a.com/s.xml"]);
        assert!(allows("User-agent: *\nDisallow: /\nAllow: /index.html", "a", "/"));
        assert!(
            !allows("User-agent: *\nDisallow: /*$\nAllow: /index.html", "a", "/"),
            "it is as long as `/$`"
        );
        assert!(!allows("User-agent: *\nDisallow: /caf%c3%a9", "a", "/café"));
        assert!(!allows("User-agent: *\nDisallow: /café", "a", "/caf%C3%A9"));
    }

    /// Whether Google's crawler is kept out at noon of 2026-11-30.
    fn forbidden(value: &str) -> bool {
        let now = Time::from_http("Mon, 30 Nov 2026 12:00:00 GMT");
        let own = |d: &Directive| d.agent.as_deref().is_none_or(|agent| agent == "googlebot");
        directives(value).iter().filter(|d| own(d)).any(|d| d.forbids_indexing(now))
    }

    #[test]
    fn directives_are_words_and_belong_to_the_crawler_before_them() {
        for value in [
            "NOINDEX, nofollow",
            "none",
            "googlebot: noindex",
            "otherbot: nofollow, googlebot: noindex",
            "unavailable_after: 25 Jun 2010 15:00:00 PST",
            "unavailable_after: Friday, 25-Jun-10 15:00:00 UTC, noarchive",
            "unavailable_after: 2026-11-29",
            "max-snippet: 20, noindex",
        ] {
            assert!(forbidden(value), "{value}");
        }
        for value in [
            "",
            "noindexing, nonesuch, index",
            "otherbot: noindex, nofollow",
            "googlebot: nofollow, otherbot: noindex",
            "unavailable_after: 25 Jun 2040 15:00:00 GMT",
            "max-image-preview: large",
        ] {
            assert!(!forbidden(value), "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_file_panics(file in "\\PC{0,200}", path in "\\PC{0,40}") {
            let _ = Robots::parse(&file).rule_for("a", &path);
            let _ = directives(&file);
        }

        #[test]
        fn any_pattern_ends(pattern in "[/a*$é]{0,30}", path in "[/aé]{0,60}") {
            let _ = matches(&pattern, &path);
        }
    }
}
