//! `robots.txt` (RFC 9309), and what pages and headers say to crawlers.
//!
//! ```
//! use launch_ready_protocols::http::robots::Robots;
//!
//! let robots = Robots::parse("User-agent: *\nDisallow: /private/\nAllow: /private/open");
//! assert!(robots.rule_for("Googlebot", "/private/open").is_some());
//! assert!(robots.rule_for("Googlebot", "/").is_none());
//! ```

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
    /// Reads a file; lines that are none of its records are skipped (section 2.2). What is beyond 500 KiB need not
    /// be read (section 2.5), and is not.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut robots = Self::default();
        let mut in_agents = false;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for line in text.split(['\n', '\r']).take(MAX_LINES) {
            let record = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = record.split_once(':') else { continue };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if !in_agents {
                        robots.groups.push(Group::default());
                    }
                    in_agents = true;
                    if let Some(group) = robots.groups.last_mut() {
                        group.agents.push(value.to_ascii_lowercase());
                    }
                }
                key @ ("allow" | "disallow") => {
                    in_agents = false;
                    // An empty pattern matches nothing: `Disallow:` allows all.
                    if let Some(group) = robots.groups.last_mut().filter(|_| !value.is_empty()) {
                        let line = line.trim().to_owned();
                        group.rules.push(Rule { allow: key == "allow", pattern: value.to_owned(), line });
                    }
                }
                "sitemap" => robots.sitemaps.push(value.to_owned()),
                _ => {}
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
        let matching =
            groups.into_iter().flat_map(|group| &group.rules).filter(|rule| matches(&rule.pattern, path));
        matching.max_by_key(|rule| (rule.pattern.len(), rule.allow))
    }
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

/// Whether a list of robots directives, from a `<meta>` or the part of `X-Robots-Tag` behind the agent, keeps a
/// page out of the index (Google, "Robots meta tag … specifications", read 2026-11).
#[must_use]
pub fn forbids_indexing(directives: &str) -> bool {
    directives.split(',').any(|directive| {
        let directive = directive.trim();
        directive.eq_ignore_ascii_case("noindex") || directive.eq_ignore_ascii_case("none")
    })
}

/// The agent an `X-Robots-Tag` value is for, if it names one, and its directives: `googlebot: noindex`.
#[must_use]
pub fn split_agent(value: &str) -> (Option<&str>, &str) {
    match value.split_once(':') {
        // Directives with a value of their own are not agents.
        Some((name, rest))
            if !name.contains(',')
                && !VALUED.iter().any(|directive| name.trim().eq_ignore_ascii_case(directive)) =>
        {
            (Some(name.trim()), rest)
        }
        _ => (None, value),
    }
}

const VALUED: [&str; 4] = ["max-image-preview", "max-snippet", "max-video-preview", "unavailable_after"];
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
    fn directives_are_words_not_substrings() {
        assert!(forbids_indexing("NOINDEX, nofollow"));
        assert!(forbids_indexing("none"));
        assert!(!forbids_indexing("noindexing, nonesuch, index"));
        assert_eq!(split_agent("googlebot: noindex"), (Some("googlebot"), " noindex"));
        assert_eq!(split_agent("unavailable_after: 25 Jun 2030 15:00:00 PST").0, None);
        assert_eq!(split_agent("noindex").0, None);
    }

    proptest::proptest! {
        #[test]
        fn no_file_panics(file in "\\PC{0,200}", path in "\\PC{0,40}") {
            let _ = Robots::parse(&file).rule_for("a", &path);
        }

        #[test]
        fn any_pattern_ends(pattern in "[/a*$é]{0,30}", path in "[/aé]{0,60}") {
            let _ = matches(&pattern, &path);
        }
    }
}
