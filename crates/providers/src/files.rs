//! The files in `data/`: read, and refused with file and line where something is wrong in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use ipnet::IpNet;

use super::model::{ClaimSign, How, Key, KeyKind, OpenHostServes, Proof, Provider, Sign, Source};
use super::shape::{Piece, Shape};

/// What is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's name.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "data/{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Every provider of a folder, in the order of their ids.
///
/// # Errors
/// Everything that is wrong in the files, if anything is.
pub fn read_folder(folder: &Path) -> Result<Vec<Provider>, Vec<Problem>> {
    let wrong = |what: String| vec![Problem { file: folder.display().to_string(), line: 1, what }];
    let mut files = BTreeMap::new();
    let entries = std::fs::read_dir(folder).map_err(|error| wrong(error.to_string()))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            let text = std::fs::read_to_string(entry.path()).map_err(|error| wrong(error.to_string()))?;
            files.insert(name, text);
        }
    }
    read(&files)
}

/// Every provider of these files, by name and text.
///
/// # Errors
/// Everything that is wrong in them, if anything is.
pub fn read(files: &BTreeMap<String, String>) -> Result<Vec<Provider>, Vec<Problem>> {
    let mut check = Check { files, problems: Vec::new() };
    let mut providers = Vec::new();
    for (file, text) in files {
        match toml::from_str::<Provider>(text) {
            Ok(mut provider) => {
                let id = file.strip_suffix(".toml").unwrap_or(file);
                if !provider.id.is_empty() {
                    check.problem(file, "id", "the id is the name of the file".to_owned());
                }
                if id.is_empty()
                    || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                {
                    check.problem(
                        file,
                        "name",
                        "a file's name is small letters, digits and hyphens".to_owned(),
                    );
                }
                id.clone_into(&mut provider.id);
                for service in &mut provider.mail {
                    if service.id.is_empty() {
                        service.id.clone_from(&provider.id);
                    }
                    if service.name.is_empty() {
                        service.name.clone_from(&provider.name);
                    }
                }
                providers.push(provider);
            }
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let line = text.get(..at).unwrap_or(text).matches('\n').count() + 1;
                check.problems.push(Problem { file: file.clone(), line, what: error.message().to_owned() });
            }
        }
    }
    // The names of files end in a dot, which is not where a hyphen is.
    providers.sort_by(|a, b| a.id.cmp(&b.id));
    for provider in &providers {
        check.sources(provider);
        check.claims(provider);
        check.marks(provider);
        check.hosting(provider);
        check.mail(provider);
        check.keys(provider);
        check.tables(provider);
    }
    check.overlaps(&providers);
    check.twice(&providers);
    check.ranges(&providers);
    if check.problems.is_empty() { Ok(providers) } else { Err(check.problems) }
}

/// Names of one kind of block that may stand in one place only.
type Names = (&'static str, fn(&Provider) -> Vec<&str>);

struct Check<'f> {
    files: &'f BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    /// Notes a problem at the last place of a file that has this word in quotes or as a key.
    fn problem(&mut self, file: &str, word: &str, what: String) {
        let text = self.files.get(file).map(String::as_str).unwrap_or_default();
        let quoted = format!("\"{word}\"");
        let literal = format!("'{word}'");
        let here = |line: &str| {
            line.contains(&quoted) || line.contains(&literal) || line.trim_start().starts_with(word)
        };
        let lines: Vec<&str> = text.lines().collect();
        let line = lines.iter().rposition(|line| here(line)).unwrap_or(0) + 1;
        self.problems.push(Problem { file: file.to_owned(), line, what });
    }

    fn sources(&mut self, provider: &Provider) {
        let file = format!("{}.toml", provider.id);
        for source in sources(provider) {
            let days: Vec<&String> =
                [&source.read, &source.seen, &source.unchecked].into_iter().flatten().collect();
            if source.at.trim().is_empty() {
                self.problem(&file, "", "a source says where it is".to_owned());
            }
            match days.as_slice() {
                [day] if is_day(day) => {}
                [day] => self.problem(&file, day, format!("`{day}` is no day: 2026-11-30")),
                _ => self.problem(
                    &file,
                    &source.at,
                    "a source is `read`, `seen` or `unchecked`, with the day".to_owned(),
                ),
            }
        }
        if sources(provider).next().is_none() {
            self.problem(&file, "name", "nothing is known of this provider".to_owned());
        }
        for (kind, names) in NAMES {
            for name in names(provider) {
                let plain = !name.is_empty() && !name.starts_with('.') && !name.ends_with('.');
                if !plain || name != name.to_ascii_lowercase() {
                    self.problem(
                        &file,
                        name,
                        format!("`{name}` ({kind}) is a name in small letters without a dot at its ends"),
                    );
                }
            }
        }
    }

    /// What a source does not settle fails nobody.
    fn claims(&mut self, provider: &Provider) {
        let file = format!("{}.toml", provider.id);
        for claim in &provider.claims {
            if claim.proof == Proof::Claimable && claim.source.read.is_none() {
                self.problem(&file, &claim.suffix, "only what was read is claimable".to_owned());
            }
            if let ClaimSign::Page { text, .. } = &claim.sign
                && text.is_empty()
            {
                self.problem(&file, &claim.suffix, "a page without a text marks every page".to_owned());
            }
        }
        if let Some(site) = provider.site.as_ref().filter(|site| !site.issuers.is_empty())
            && site.source.read.is_none()
        {
            self.problem(&file, "issuers", "only what was read says who issues certificates".to_owned());
        }
        for authority in provider.authority.iter().filter(|authority| authority.source.read.is_none()) {
            self.problem(
                &file,
                &authority.source.at,
                "only what was read says which names an authority goes by".to_owned(),
            );
        }
    }

    /// What marks a page marks no other: one word of its own, or a status with one.
    fn marks(&mut self, provider: &Provider) {
        let file = format!("{}.toml", provider.id);
        for mark in &provider.page_marks {
            let says = mark.signs.iter().any(|sign| sign.word().is_some());
            if !says {
                self.problem(
                    &file,
                    &mark.source.at,
                    "a mark without a word or a field marks every page".to_owned(),
                );
            }
            for word in mark.signs.iter().filter_map(Sign::word) {
                if word.trim().chars().count() < MIN_MARK {
                    self.problem(&file, word, format!("`{word}` is too little to mark a page"));
                }
            }
            for sign in &mark.signs {
                match sign {
                    Sign::Host(host) | Sign::Loads(host) | Sign::LinksTo(host) if !is_name(host) => {
                        self.problem(&file, host, format!("`{host}` is no name of a host"));
                    }
                    Sign::Path(path) | Sign::LoadsPath(path) if !path.starts_with('/') => {
                        self.problem(&file, path, format!("`{path}` is no path"));
                    }
                    Sign::Header(header) if header.name != header.name.to_ascii_lowercase() => {
                        self.problem(&file, &header.name, "fields are written in small letters".to_owned());
                    }
                    _ => {}
                }
            }
        }
        for block in &provider.unedited {
            let texts = [
                &block.titles,
                &block.title_ends,
                &block.descriptions,
                &block.picture_hosts,
                &block.picture_files,
            ];
            for text in texts.into_iter().flatten() {
                if text.trim() != text || text.is_empty() || *text != text.to_lowercase() {
                    self.problem(&file, text, format!("`{text}` is written in small letters"));
                }
            }
        }
        for block in &provider.left_overs {
            let signs = [&block.markup, &block.traces, &block.printed, &block.scripts, &block.script_parts];
            for sign in signs.into_iter().flatten().filter(|sign| sign.trim().len() < MIN_MARK) {
                self.problem(&file, sign, format!("`{sign}` is too little to mark a page"));
            }
        }
        for path in provider.script_files.iter().flat_map(|block| block.added.iter().chain(&block.hashed)) {
            if !path.starts_with('/') {
                self.problem(&file, path, format!("`{path}` is no path"));
            }
        }
    }

    /// A row that nobody read leads through no menus and writes no file.
    fn hosting(&mut self, provider: &Provider) {
        let file = format!("{}.toml", provider.id);
        if let Some(hosting) = provider.hosting.as_ref().filter(|hosting| hosting.source.read.is_none()) {
            for how in [&hosting.header, &hosting.https, &hosting.name_redirect, &hosting.path] {
                let general = match how {
                    How::General(_) => true,
                    How::Say(sentence) => !sentence.contains('→'),
                    How::File(_) | How::Form(_) | How::Rule(_) => false,
                };
                if !general {
                    self.problem(
                        &file,
                        &hosting.source.at,
                        "a menu or a file is there only where it was read".to_owned(),
                    );
                }
            }
        }
        if let Some(panel) = provider.panel.as_ref().filter(|panel| panel.source.read.is_none()) {
            let named = [&panel.add, &panel.name_box, &panel.value_box].into_iter().any(Option::is_some);
            if named || panel.place.contains('→') {
                self.problem(
                    &file,
                    &panel.source.at,
                    "what a panel calls its boxes is there only where it was read".to_owned(),
                );
            }
        }
    }

    fn mail(&mut self, provider: &Provider) {
        let file = format!("{}.toml", provider.id);
        for service in &provider.mail {
            for record in &service.records {
                if !matches!(record.record_type.as_str(), "CNAME" | "MX" | "NS" | "TXT") {
                    self.problem(
                        &file,
                        &record.owner,
                        format!("`{}` is no type of a record", record.record_type),
                    );
                }
                let exact = !record.owner.contains('<') && !record.value.contains('<');
                if exact && service.source.unchecked.is_some() {
                    self.problem(
                        &file,
                        &record.owner,
                        "a service that nobody checked names no record exactly".to_owned(),
                    );
                }
            }
        }
    }

    /// Every shape can match, and every key says what it opens and where it is taken back.
    fn keys(&mut self, provider: &Provider) {
        let file = format!("{}.toml", provider.id);
        for key in &provider.keys {
            let known = [!key.shapes.is_empty(), key.claim.is_some(), key.encoded.is_some()];
            if known.iter().filter(|is| **is).count() != 1 {
                self.problem(
                    &file,
                    &key.id,
                    "a key is known by its shapes, or a claim, or as a file in base64".to_owned(),
                );
            }
            for shape in &key.shapes {
                match Shape::parse(shape) {
                    Err(what) => self.problem(&file, shape, what),
                    Ok(parsed) => {
                        let (_, most) = parsed.length(parsed.secret.clone());
                        if key.holds.as_ref().is_some_and(|mark| mark.len() > most) {
                            self.problem(
                                &file,
                                shape,
                                "nothing can match: it is shorter than what it holds".to_owned(),
                            );
                        }
                    }
                }
            }
            if let Some(partner) = &key.partner {
                let shape = Shape::parse_half(&partner.shape);
                let is_run = matches!(shape.as_ref().map(|shape| shape.pieces.as_slice()),
                    Ok([Piece::Run { min, max, .. }]) if min == max);
                if !is_run {
                    self.problem(
                        &file,
                        &partner.shape,
                        "a pair's second half is one run of one length".to_owned(),
                    );
                }
            }
            if key.opens.trim().is_empty() {
                self.problem(&file, &key.id, "a key says what it opens".to_owned());
            }
            if key.kind == KeyKind::Secret && key.revoke.trim().is_empty() {
                self.problem(&file, &key.id, "a secret says where it is taken back".to_owned());
            }
            if key.kind == KeyKind::Secret && key.source.read.is_none() {
                self.problem(
                    &file,
                    &key.id,
                    "only what was read makes a leak of what looks like it".to_owned(),
                );
            }
            let ways = key.near.iter().chain(&key.called);
            for word in ways.filter(|word| word.len() < 4) {
                self.problem(&file, word, format!("`{word}` is too short to say whose key it is"));
            }
            if let Some(live) = &key.test_of
                && !provider.keys.iter().any(|other| other.id == *live)
            {
                self.problem(&file, live, format!("no key of this provider is called `{live}`"));
            }
        }
    }

    /// Two kinds of keys are told apart by what can be read of them when they are masked.
    fn overlaps(&mut self, providers: &[Provider]) {
        let told = |key: &Key| !key.near.is_empty() || !key.called.is_empty() || key.partner.is_some();
        let mut known: Vec<(&str, &Key, Shape)> = Vec::new();
        let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
        for provider in providers {
            let file = format!("{}.toml", provider.id);
            for key in &provider.keys {
                let before = *ids.entry(&key.id).or_insert(&provider.id);
                if before != provider.id {
                    self.problem(
                        &file,
                        &key.id,
                        format!("`{}` (keys.id) stands in {before}.toml already", key.id),
                    );
                }
                for (text, shape) in
                    key.shapes.iter().filter_map(|text| Some((text, Shape::parse(text).ok()?)))
                {
                    let public =
                        |other: &Key| key.kind == KeyKind::Publishable && other.kind == KeyKind::Publishable;
                    let clash = known.iter().find(|(_, other, before)| {
                        key.id != other.id
                            && !told(key)
                            && !told(other)
                            && !public(other)
                            && before.overlaps(&shape)
                    });
                    if let Some((before, other, _)) = clash {
                        let what = format!("`{text}` may be a `{}` of {before}.toml as well", other.id);
                        self.problem(&file, text, what);
                    }
                    known.push((&provider.id, key, shape));
                }
            }
        }
    }

    /// Names and addresses that checks compare as they stand.
    fn tables(&mut self, provider: &Provider) {
        let file = format!("{}.toml", provider.id);
        for cookies in &provider.cookies {
            if cookies.names.is_empty() && cookies.beginnings.is_empty() {
                self.problem(&file, &cookies.source.at, "a cookie has a name".to_owned());
            }
        }
        for open in &provider.open_hosts {
            let needs = matches!(
                open.serves,
                OpenHostServes::Callback | OpenHostServes::Files | OpenHostServes::Containers
            );
            if needs && open.allow.is_empty() {
                self.problem(
                    &file,
                    &open.host,
                    "what is used of it cannot be kept elsewhere: say what to allow".to_owned(),
                );
            }
        }
    }

    /// A name shows one provider.
    fn twice(&mut self, providers: &[Provider]) {
        let ids: BTreeSet<&str> = providers.iter().map(|provider| provider.id.as_str()).collect();
        for provider in providers {
            for id in provider.name_servers.iter().flat_map(|servers| &servers.shared_with) {
                if !ids.contains(id.as_str()) {
                    self.problem(
                        &format!("{}.toml", provider.id),
                        id,
                        format!("no provider is called `{id}`"),
                    );
                }
            }
        }
        for (kind, names) in NAMES {
            let mut known: BTreeMap<&str, &str> = BTreeMap::new();
            for provider in providers {
                for name in names(provider) {
                    if let Some(before) = known.insert(name, &provider.id) {
                        let what = format!("`{name}` ({kind}) stands in {before}.toml already");
                        self.problem(&format!("{}.toml", provider.id), name, what);
                    }
                }
            }
        }
        // A resource that is gone may show in several ways, at one provider.
        let mut known: BTreeMap<&str, &str> = BTreeMap::new();
        for provider in providers {
            for claim in &provider.claims {
                let before = known.entry(&claim.suffix).or_insert(&provider.id);
                if *before != provider.id {
                    let what = format!("`{}` (claims) stands in {before}.toml already", claim.suffix);
                    self.problem(&format!("{}.toml", provider.id), &claim.suffix, what);
                }
            }
        }
    }

    fn ranges(&mut self, providers: &[Provider]) {
        let mut all: Vec<(IpNet, &str)> = Vec::new();
        for provider in providers {
            for range in provider.addresses.iter().flat_map(|addresses| &addresses.ranges) {
                let overlaps = |(other, _): &&(IpNet, &str)| other.contains(range) || range.contains(other);
                if let Some((other, by)) = all.iter().find(overlaps) {
                    let what = format!("{range} overlaps with {other} in {by}.toml");
                    self.problem(&format!("{}.toml", provider.id), &range.to_string(), what);
                }
                if range.addr() != range.network() {
                    let what = format!("{range} has bits behind its length: {}", range.trunc());
                    self.problem(&format!("{}.toml", provider.id), &range.to_string(), what);
                }
                all.push((*range, &provider.id));
            }
        }
    }
}

/// Names that may stand in one place only, by the kind of their block.
const NAMES: [Names; 10] = [
    ("name_servers", |p| {
        p.name_servers.iter().flat_map(|b| b.suffixes.iter().chain(&b.labels)).map(String::as_str).collect()
    }),
    ("aliases", |p| p.aliases.iter().flat_map(|b| &b.suffixes).map(String::as_str).collect()),
    ("platform", |p| p.platform.iter().flat_map(|b| &b.suffixes).map(String::as_str).collect()),
    ("answers.fields", |p| p.answers.iter().flat_map(|b| &b.fields).map(String::as_str).collect()),
    ("scripts", |p| p.scripts.iter().flat_map(|b| &b.hosts).map(String::as_str).collect()),
    ("hand_over", |p| p.hand_over.iter().flat_map(|b| &b.hosts).map(String::as_str).collect()),
    ("mail.id", |p| p.mail.iter().map(|b| b.id.as_str()).collect()),
    ("mail.dkim_targets", |p| p.mail.iter().flat_map(|b| &b.dkim_targets).map(String::as_str).collect()),
    ("open_hosts", |p| p.open_hosts.iter().map(|b| b.host.as_str()).collect()),
    ("pop_ups", |p| p.pop_ups.iter().flat_map(|b| &b.hosts).map(String::as_str).collect()),
];

/// Every source of a provider, block by block.
pub fn sources(provider: &Provider) -> impl Iterator<Item = &Source> {
    let p = provider;
    let single = [
        p.status_page.as_ref().map(|b| &b.source),
        p.site.as_ref().map(|b| &b.source),
        p.protection.as_ref().map(|b| &b.source),
        p.panel.as_ref().map(|b| &b.source),
        p.hosting.as_ref().map(|b| &b.source),
        p.redirect_map.as_ref().map(|b| &b.source),
        p.rollback.as_ref().map(|b| &b.source),
        p.code.as_ref().map(|b| &b.source),
        p.receiver.as_ref().map(|b| &b.source),
    ];
    single
        .into_iter()
        .flatten()
        .chain(p.name_servers.iter().map(|b| &b.source))
        .chain(p.aliases.iter().map(|b| &b.source))
        .chain(p.addresses.iter().map(|b| &b.source))
        .chain(p.answers.iter().map(|b| &b.source))
        .chain(p.platform.iter().map(|b| &b.source))
        .chain(p.temporary.iter().map(|b| &b.source))
        .chain(p.claims.iter().map(|b| &b.source))
        .chain(p.page_marks.iter().map(|b| &b.source))
        .chain(p.unedited.iter().map(|b| &b.source))
        .chain(p.left_overs.iter().map(|b| &b.source))
        .chain(p.script_files.iter().map(|b| &b.source))
        .chain(p.mail.iter().map(|b| &b.source))
        .chain(p.scripts.iter().map(|b| &b.source))
        .chain(p.hand_over.iter().map(|b| &b.source))
        .chain(p.pop_ups.iter().map(|b| &b.source))
        .chain(p.authority.iter().map(|b| &b.source))
        .chain(p.keys.iter().map(|b| &b.source))
        .chain(p.cookies.iter().map(|b| &b.source))
        .chain(p.open_hosts.iter().map(|b| &b.source))
        .chain(p.lists.iter().map(|b| &b.source))
        .chain(p.shared_senders.iter().map(|b| &b.source))
}

/// Whether a text is the name of a host: small letters, with a dot inside.
fn is_name(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

/// Letters below which a word marks no page.
const MIN_MARK: usize = 3;

/// `2026-11-30`, or a month where the day was not kept.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [year, month] => digits(year, 4) && digits(month, 2),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name = \"A\"\n[[aliases]]\nsuffixes = [\"a.test\"]\nsource = { at = \"a.test/docs\", read = \"2026-11-30\" }\n";

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        read(&files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_embedded_table_is_what_the_files_say() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let read = read_folder(&folder).unwrap();
        assert!(!read.is_empty());
        assert_eq!(read, crate::all());
        for provider in &read {
            assert_eq!(crate::get(&provider.id).map(|found| &found.name), Some(&provider.name));
        }
    }

    #[test]
    fn a_good_file_is_read() {
        assert_eq!(problems(&[("a.toml", GOOD)]), Vec::<String>::new());
    }

    #[test]
    fn an_unknown_key_is_told_with_its_line() {
        let text =
            format!("{GOOD}\n[site]\nproxi = true\nsource = {{ at = \"a.test\", read = \"2026-11-30\" }}\n");
        let problems = problems(&[("a.toml", &text)]);
        assert!(problems[0].starts_with("data/a.toml:7: unknown field `proxi`"), "{problems:?}");
    }

    #[test]
    fn a_block_without_a_source_is_told_with_its_line() {
        let problems = problems(&[("a.toml", "name = \"A\"\n\n[[aliases]]\nsuffixes = [\"a.test\"]\n")]);
        assert!(problems[0].starts_with("data/a.toml:3: missing field `source`"), "{problems:?}");
    }

    #[test]
    fn a_source_has_one_day() {
        let none = GOOD.replace(", read = \"2026-11-30\"", "");
        assert!(problems(&[("a.toml", &none)])[0].starts_with("data/a.toml:4: a source is `read`"));
        let wrong = GOOD.replace("2026-11-30", "last week");
        assert!(problems(&[("a.toml", &wrong)])[0].starts_with("data/a.toml:4: `last week` is no day"));
    }

    #[test]
    fn a_suffix_of_two_providers_is_told_with_its_line() {
        let found = problems(&[("a.toml", GOOD), ("b.toml", &GOOD.replace("name = \"A\"", "name = \"B\""))]);
        assert_eq!(found, ["data/b.toml:3: `a.test` (aliases) stands in a.toml already"]);
    }

    #[test]
    fn ranges_that_overlap_are_told_with_their_line() {
        let with = |range: &str| {
            format!(
                "{}\n[[addresses]]\nranges = [\"{range}\"]\nsource = {{ at = \"a.test\", read = \"2026-11-30\" }}\n",
                GOOD.replace("a.test\"]", &format!("{}.test\"]", range.len()))
            )
        };
        let found = problems(&[("a.toml", &with("192.0.2.0/24")), ("b.toml", &with("192.0.2.128/25"))]);
        assert_eq!(found, ["data/b.toml:7: 192.0.2.128/25 overlaps with 192.0.2.0/24 in a.toml"]);
        let found = problems(&[("a.toml", &with("192.0.2.1/24"))]);
        assert_eq!(found, ["data/a.toml:7: 192.0.2.1/24 has bits behind its length: 192.0.2.0/24"]);
    }

    #[test]
    fn what_nobody_read_fails_nobody() {
        let claim = "[[claims]]\nsuffix = \"a.test\"\nsign = \"no-such-name\"\nproof = \"claimable\"\nsource = { at = \"a list\", seen = \"2026-11-30\" }\n";
        let found = problems(&[("a.toml", &format!("{GOOD}{claim}"))]);
        assert_eq!(found, ["data/a.toml:6: only what was read is claimable"]);
        let hosting = "[hosting]\nheader = { form = \"Menu → Headers\" }\nhttps = { general = \"by-itself\" }\nname_redirect = { general = \"main-name\" }\npath = { general = \"path-in-code\" }\nsource = { at = \"a guess\", unchecked = \"2026-11-30\" }\n";
        assert_eq!(problems(&[("a.toml", &format!("{GOOD}{hosting}"))]).len(), 1);
        let issuers =
            "[site]\nissuers = [\"ca.test\"]\nsource = { at = \"a list\", seen = \"2026-11-30\" }\n";
        assert_eq!(problems(&[("a.toml", &format!("{GOOD}{issuers}"))]).len(), 1);
    }

    #[test]
    fn what_is_wrong_with_a_key_is_told_with_its_line() {
        let with = |id: &str, rest: &str| {
            format!(
                "{GOOD}[[keys]]\nid = \"{id}\"\nname = \"A key\"\n{rest}opens = \"It spends money.\"\nrevoke = \"a.test/keys\"\nsource = {{ at = \"a.test\", read = \"2026-11-30\" }}\n"
            )
        };
        let one = |rest: &str| problems(&[("a.toml", &with("a-key", rest))]);
        assert_eq!(one("shapes = [\"ak_([a-z0-9]{20})\"]\n"), Vec::<String>::new());
        assert!(
            one("shapes = [\"ak_([a-z]{2,20}b[0-9]{20})\"]\n")[0]
                .starts_with("data/a.toml:8: nothing can match")
        );
        assert!(
            one("shape = \"ak_([a-z0-9]{20})\"\n")[0].starts_with("data/a.toml:8: unknown field `shape`")
        );
        assert!(one("")[0].starts_with("data/a.toml:6: a key is known by"));
        assert!(
            one("shapes = [\"ak_([a-z0-9]{20})\"]\ntest_of = \"b-key\"\n")[0]
                .starts_with("data/a.toml:9: no key")
        );
        let other = with("b-key", "shapes = [\"ak_([A-Z]{16,30})\"]\n").replace("a.test\"]", "b.test\"]");
        let both =
            problems(&[("a.toml", &with("a-key", "shapes = [\"ak_([a-z0-9]{20})\"]\n")), ("b.toml", &other)]);
        assert_eq!(both, ["data/b.toml:8: `ak_([A-Z]{16,30})` may be a `a-key` of a.toml as well"]);
        let secret =
            with("a-key", "shapes = [\"ak_([a-z0-9]{20})\"]\n").replace("revoke = \"a.test/keys\"\n", "");
        assert!(problems(&[("a.toml", &secret)])[0].contains("where it is taken back"));
        let seen = with("a-key", "shapes = [\"ak_([a-z0-9]{20})\"]\n");
        let seen = seen.replacen(
            "keys\"\nsource = { at = \"a.test\", read",
            "keys\"\nsource = { at = \"a.test\", seen",
            1,
        );
        assert!(problems(&[("a.toml", &seen)])[0].contains("only what was read"));
        let bare = with("a-key", "shapes = [\"ak_([a-z0-9]{20})\"]\n");
        let bare = bare
            .replace("revoke = \"a.test/keys\"\nsource = { at = \"a.test\", read = \"2026-11-30\" }\n", "");
        assert!(problems(&[("a.toml", &bare)])[0].contains("missing field `source`"));
    }

    #[test]
    fn a_provider_that_shares_name_servers_is_known() {
        let text = "name = \"A\"\n[[name_servers]]\nsuffixes = [\"a.test\"]\nshared_with = [\"nobody\"]\nsource = { at = \"a.test\", read = \"2026-11-30\" }\n";
        assert_eq!(problems(&[("a.toml", text)]), ["data/a.toml:4: no provider is called `nobody`"]);
    }
}
