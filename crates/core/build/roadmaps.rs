//! Reads `roadmaps/*.toml` into the statics of `src/roadmap/data.rs`. What does not fit together does not build, and says
//! in which file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Deserialize;
use toml::Spanned;

/// The files, by name, with their text.
pub(crate) type Files = BTreeMap<String, String>;
/// Every check's id with the codes of its outcomes.
pub(crate) type Checks = BTreeMap<String, BTreeSet<String>>;

/// The segments' files, in the order in which a person should be offered them, with the names of their variants.
const SEGMENTS: [(&str, &str); 5] = [
    ("creator-platform", "CreatorPlatform"),
    ("mobile-app", "MobileApp"),
    ("internal-tool", "InternalTool"),
    ("ai-tool", "AiTool"),
    ("coach", "Coach"),
];

/// What can be lost, with the names of the variants.
const LOSSES: [(&str, &str); 6] = [
    ("downtime", "Downtime"),
    ("sign-ups", "SignUps"),
    ("mail", "Mail"),
    ("exposure", "Exposure"),
    ("search-traffic", "SearchTraffic"),
    ("control", "Control"),
];

/// Kinds of AI cases, with the names of the variants, and how many of all kinds there have to be.
const KINDS: [(&str, &str); 4] = [
    ("injection", "Injection"),
    ("exfiltration", "Exfiltration"),
    ("tool-use", "ToolUse"),
    ("escalation", "Escalation"),
];
const CASES: usize = 20;

/// On what a step of the demo path is walked, with the names of the variants.
const DEVICES: [(&str, &str); 3] = [("both", "Both"), ("phone", "Phone"), ("once", "Once")];

type Table<T> = BTreeMap<Spanned<String>, T>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemRow {
    text: String,
    #[serde(default)]
    evidence: Vec<Spanned<String>>,
    #[serde(default)]
    refutes: Vec<Spanned<String>>,
    by: Option<Spanned<String>>,
    loses: Spanned<String>,
    #[serde(default)]
    how: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignalRow {
    text: String,
    #[serde(default)]
    seen: Vec<Spanned<String>>,
    #[serde(default)]
    items: Vec<Spanned<String>>,
    #[serde(default)]
    blocks: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliverableRow {
    text: String,
    document: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SegmentFile {
    segment: Spanned<String>,
    journey: String,
    summary: String,
    bar: Vec<Spanned<String>>,
    targets: Vec<TargetRow>,
    stage: Vec<StageRow>,
    automate: Vec<AdviceRow>,
    not_yet: Vec<AdviceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetRow {
    id: Spanned<String>,
    text: String,
    #[serde(default)]
    evidence: Vec<Spanned<String>>,
    must: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageRow {
    id: Spanned<String>,
    title: String,
    goal: String,
    checks: Vec<Spanned<Use>>,
    deliverables: Vec<Spanned<String>>,
    signals: Vec<Spanned<String>>,
}

/// An item as a stage uses it: by its id, or with words of its own.
#[derive(Deserialize)]
#[serde(untagged)]
enum Use {
    Id(String),
    Worded(Worded),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worded {
    id: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdviceRow {
    what: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepRow {
    title: String,
    #[serde(rename = "do")]
    action: String,
    see: String,
    fails: String,
    on: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseRow {
    kind: Spanned<String>,
    title: String,
    #[serde(default)]
    setup: String,
    #[serde(rename = "type")]
    typed: String,
    never: String,
    then: String,
}

/// The Rust source of the statics, or every problem as `file:line: sentence`.
///
/// # Errors
/// Unknown checks, outcomes, items, signals, deliverables and documents; ids that stand twice; parts that are missing or that
/// nothing uses; what is no TOML.
pub(crate) fn generate(files: &Files, checks: &Checks, documents: &[&str]) -> Result<String, Vec<String>> {
    let mut reader = Reader { files, checks, documents, problems: Vec::new() };
    let out = reader.all();
    if reader.problems.is_empty() { Ok(out) } else { Err(reader.problems) }
}

struct Reader<'a> {
    files: &'a Files,
    checks: &'a Checks,
    documents: &'a [&'a str],
    problems: Vec<String>,
}

impl Reader<'_> {
    fn all(&mut self) -> String {
        let items: Table<ItemRow> = self.read("items.toml").unwrap_or_default();
        let signals: Table<SignalRow> = self.read("signals.toml").unwrap_or_default();
        let deliverables: Table<DeliverableRow> = self.read("deliverables.toml").unwrap_or_default();
        self.catalogues(&items, &signals, &deliverables);
        let mut used = Used::default();
        let mut out = String::from(
            "/// Every roadmap, in the order of [`Segment::ALL`].\npub static ROADMAPS: [Roadmap; 5] = [\n",
        );
        for (segment, variant) in SEGMENTS {
            let name = format!("{segment}.toml");
            if let Some(file) = self.read::<SegmentFile>(&name) {
                if file.segment.get_ref() != segment {
                    self.problem(&name, &file.segment, &format!("the segment of this file is \"{segment}\""));
                }
                let text = self.roadmap(&name, variant, &file, (&items, &signals, &deliverables), &mut used);
                out.push_str(&text);
            }
        }
        out.push_str("];\n");
        for (id, _) in items.iter().filter(|(id, _)| !used.items.contains(id.get_ref())) {
            self.problem("items.toml", id, &format!("no roadmap uses the item \"{}\"", id.get_ref()));
        }
        for (id, _) in signals.iter().filter(|(id, _)| !used.signals.contains(id.get_ref())) {
            self.problem("signals.toml", id, &format!("no roadmap uses the sign \"{}\"", id.get_ref()));
        }
        for (id, _) in deliverables.iter().filter(|(id, _)| !used.deliverables.contains(id.get_ref())) {
            let problem = format!("no roadmap uses the deliverable \"{}\"", id.get_ref());
            self.problem("deliverables.toml", id, &problem);
        }
        out.push_str(&self.steps());
        out.push_str(&self.cases());
        out
    }

    /// What the catalogues name must exist.
    fn catalogues(
        &mut self,
        items: &Table<ItemRow>,
        signals: &Table<SignalRow>,
        deliverables: &Table<DeliverableRow>,
    ) {
        for (id, row) in items {
            let file = "items.toml";
            self.texts(file, id, &[&row.text]);
            self.evidence(file, &row.evidence);
            self.evidence(file, &row.refutes);
            self.one_of(file, &row.loses, &LOSSES);
            match (&row.by, row.evidence.is_empty()) {
                (None, false) => {
                    self.problem(file, id, "say who has the last word: by = \"evidence\" or \"both\"");
                }
                (Some(by), true) => self.problem(file, by, "without evidence there is no \"by\""),
                (Some(by), false) if !matches!(by.get_ref().as_str(), "evidence" | "both") => {
                    self.problem(file, by, "by is \"evidence\" or \"both\"");
                }
                _ => {}
            }
        }
        for (id, row) in signals {
            let file = "signals.toml";
            self.texts(file, id, &[&row.text]);
            self.evidence(file, &row.seen);
            for item in row.items.iter().filter(|item| !known(items, item.get_ref())) {
                self.problem(file, item, &format!("there is no item \"{}\"", item.get_ref()));
            }
        }
        for (id, row) in deliverables {
            let file = "deliverables.toml";
            self.texts(file, id, &[&row.text]);
            if let Some(document) = &row.document
                && !self.documents.contains(&document.get_ref().as_str())
            {
                self.problem(file, document, &format!("there is no document \"{}\"", document.get_ref()));
            }
        }
    }

    fn roadmap(
        &mut self,
        name: &str,
        variant: &str,
        file: &SegmentFile,
        (items, signals, deliverables): (&Table<ItemRow>, &Table<SignalRow>, &Table<DeliverableRow>),
        used: &mut Used,
    ) -> String {
        let head = &file.segment;
        self.texts(name, head, &[&file.journey, &file.summary]);
        for (part, len) in [
            ("stage", file.stage.len()),
            ("targets", file.targets.len()),
            ("bar", file.bar.len()),
            ("automate", file.automate.len()),
            ("not_yet", file.not_yet.len()),
        ] {
            if len == 0 {
                self.problem(name, head, &format!("\"{part}\" is empty"));
            }
        }
        let mut out = format!(
            "Roadmap {{ segment: Segment::{variant}, journey: {:?}, summary: {:?}, stages: &[\n",
            file.journey, file.summary
        );
        // What is asked has one id in one roadmap: items, targets, signs and deliverables are answered in one list.
        let mut asked = BTreeSet::new();
        let mut stages = BTreeSet::new();
        let mut in_stages = BTreeSet::new();
        let bar: BTreeSet<&str> = file.bar.iter().map(|id| id.get_ref().as_str()).collect();
        for stage in &file.stage {
            if !stages.insert(stage.id.get_ref()) {
                self.problem(name, &stage.id, &format!("there are two stages \"{}\"", stage.id.get_ref()));
            }
            self.texts(name, &stage.id, &[&stage.title, &stage.goal]);
            for (part, empty) in [
                ("checks", stage.checks.is_empty()),
                ("deliverables", stage.deliverables.is_empty()),
                ("signals", stage.signals.is_empty()),
            ] {
                if empty {
                    self.problem(name, &stage.id, &format!("this stage has no {part}"));
                }
            }
            let _ = writeln!(
                out,
                "Stage {{ id: {:?}, title: {:?}, goal: {:?}, items: &[",
                stage.id.get_ref(),
                stage.title,
                stage.goal
            );
            for usage in &stage.checks {
                let (id, words) = match usage.get_ref() {
                    Use::Id(id) => (id, None),
                    Use::Worded(worded) => (&worded.id, Some(&worded.text)),
                };
                let Some(row) = find(items, id) else {
                    self.problem(name, usage, &format!("there is no item \"{id}\" in items.toml"));
                    continue;
                };
                self.once(name, usage, id, &mut asked);
                in_stages.insert(id.as_str());
                used.items.insert(id.clone());
                let text = words.unwrap_or(&row.text);
                let by = row.by.as_ref().map_or("founder", |by| by.get_ref().as_str());
                let loses = row.loses.get_ref();
                let checks = (row.evidence.as_slice(), row.refutes.as_slice());
                out.push_str(&item(id, text, &row.how, checks, by, loses, bar.contains(id.as_str())));
            }
            out.push_str("], deliverables: &[\n");
            for id in &stage.deliverables {
                let Some(row) = find(deliverables, id.get_ref()) else {
                    let problem =
                        format!("there is no deliverable \"{}\" in deliverables.toml", id.get_ref());
                    self.problem(name, id, &problem);
                    continue;
                };
                self.once(name, id, id.get_ref(), &mut asked);
                used.deliverables.insert(id.get_ref().clone());
                let document = row.document.as_ref().map(Spanned::get_ref);
                let _ = writeln!(
                    out,
                    "Deliverable {{ id: {:?}, text: {:?}, document: {document:?} }},",
                    id.get_ref(),
                    row.text
                );
            }
            out.push_str("], signals: &[\n");
            for id in &stage.signals {
                let Some(row) = find(signals, id.get_ref()) else {
                    self.problem(name, id, &format!("there is no sign \"{}\" in signals.toml", id.get_ref()));
                    continue;
                };
                self.once(name, id, id.get_ref(), &mut asked);
                used.signals.insert(id.get_ref().clone());
                let seen = strings(row.seen.iter().map(Spanned::get_ref));
                let items = strings(row.items.iter().map(Spanned::get_ref));
                let _ = writeln!(
                    out,
                    "Signal {{ id: {:?}, text: {:?}, seen: &[{seen}], items: &[{items}], blocks: {} }},",
                    id.get_ref(),
                    row.text,
                    row.blocks
                );
            }
            out.push_str("] },\n");
        }
        for id in file.bar.iter().filter(|id| !in_stages.contains(id.get_ref().as_str())) {
            self.problem(name, id, &format!("no stage has the item \"{}\" of the bar", id.get_ref()));
        }
        out.push_str("], targets: &[\n");
        for target in &file.targets {
            self.texts(name, &target.id, &[&target.text]);
            self.evidence(name, &target.evidence);
            self.once(name, &target.id, target.id.get_ref(), &mut asked);
            if known(items, target.id.get_ref()) {
                self.problem(name, &target.id, "an item has this id: one answer would stand for both");
            }
            let by = if target.evidence.is_empty() { "founder" } else { "both" };
            let (id, text) = (target.id.get_ref(), &target.text);
            let checks = (target.evidence.as_slice(), [].as_slice());
            out.push_str(&item(id, text, "", checks, by, "sign-ups", target.must));
        }
        out.push_str("], automate: &[\n");
        out.push_str(&advice(&file.automate));
        out.push_str("], not_yet: &[\n");
        out.push_str(&advice(&file.not_yet));
        out.push_str("] },\n");
        out
    }

    fn steps(&mut self) -> String {
        let name = "demo-path.toml";
        let mut steps: Vec<(Spanned<String>, StepRow)> =
            self.read::<Table<StepRow>>(name).unwrap_or_default().into_iter().collect();
        steps.sort_by_key(|(id, _)| id.span().start);
        let mut out = String::from("/// The walk along the demo path.\npub static DEMO_PATH: &[Step] = &[\n");
        for (id, row) in &steps {
            self.texts(name, id, &[&row.title, &row.action, &row.see, &row.fails]);
            let on = self.one_of(name, &row.on, &DEVICES);
            let _ = writeln!(
                out,
                "Step {{ id: {:?}, title: {:?}, action: {:?}, see: {:?}, fails: {:?}, on: Devices::{on} }},",
                id.get_ref(),
                row.title,
                row.action,
                row.see,
                row.fails
            );
        }
        out.push_str("];\n");
        out
    }

    fn cases(&mut self) -> String {
        let name = "ai-cases.toml";
        let mut cases: Vec<(Spanned<String>, CaseRow)> =
            self.read::<Table<CaseRow>>(name).unwrap_or_default().into_iter().collect();
        cases.sort_by_key(|(id, _)| id.span().start);
        if let Some((last, _)) = cases.last()
            && cases.len() != CASES
        {
            self.problem(name, last, &format!("there are {} cases, and {CASES} are promised", cases.len()));
        }
        let mut out = String::from(
            "/// The cases to run by hand against a product with AI features.\npub static AI_CASES: &[Case] = &[\n",
        );
        for (id, row) in &cases {
            self.texts(name, id, &[&row.title, &row.typed, &row.never, &row.then]);
            let kind = self.one_of(name, &row.kind, &KINDS);
            let _ = writeln!(
                out,
                "Case {{ id: {:?}, kind: Kind::{kind}, title: {:?}, setup: {:?}, typed: {:?}, never: {:?}, then: {:?} }},",
                id.get_ref(),
                row.title,
                row.setup,
                row.typed,
                row.never,
                row.then
            );
        }
        out.push_str("];\n");
        out
    }

    fn read<T: for<'de> Deserialize<'de>>(&mut self, name: &str) -> Option<T> {
        let Some(text) = self.files.get(name) else {
            self.problems.push(format!("roadmaps/{name}: the file is missing"));
            return None;
        };
        match toml::from_str(text) {
            Ok(read) => Some(read),
            Err(error) => {
                let line = line_of(text, error.span().map_or(0, |span| span.start));
                self.problems.push(format!("roadmaps/{name}:{line}: {}", error.message()));
                None
            }
        }
    }

    /// `check` or `check/outcome`.
    fn evidence(&mut self, file: &str, references: &[Spanned<String>]) {
        for reference in references {
            let (check, outcome) = match reference.get_ref().split_once('/') {
                Some((check, outcome)) => (check, Some(outcome)),
                None => (reference.get_ref().as_str(), None),
            };
            match (self.checks.get(check), outcome) {
                (None, _) => self.problem(file, reference, &format!("there is no check \"{check}\"")),
                (Some(codes), Some(outcome)) if !codes.contains(outcome) => {
                    self.problem(
                        file,
                        reference,
                        &format!("the check \"{check}\" has no outcome \"{outcome}\""),
                    );
                }
                _ => {}
            }
        }
    }

    fn one_of<'v>(&mut self, file: &str, value: &Spanned<String>, known: &[(&str, &'v str)]) -> &'v str {
        match known.iter().find(|(name, _)| *name == value.get_ref()) {
            Some((_, variant)) => variant,
            None => {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                let problem = format!("\"{}\" is none of {}", value.get_ref(), names.join(", "));
                self.problem(file, value, &problem);
                ""
            }
        }
    }

    fn once<'s, T>(&mut self, file: &str, at: &Spanned<T>, id: &'s str, asked: &mut BTreeSet<&'s str>) {
        if !asked.insert(id) {
            self.problem(file, at, &format!("\"{id}\" stands in this roadmap twice"));
        }
    }

    fn texts<T>(&mut self, file: &str, at: &Spanned<T>, texts: &[&str]) {
        if texts.iter().any(|text| text.trim().is_empty()) {
            self.problem(file, at, "a text is empty");
        }
    }

    fn problem<T>(&mut self, file: &str, at: &Spanned<T>, sentence: &str) {
        let text = self.files.get(file).map_or("", String::as_str);
        self.problems.push(format!("roadmaps/{file}:{}: {sentence}", line_of(text, at.span().start)));
    }
}

/// What the roadmaps use of the catalogues.
#[derive(Default)]
struct Used {
    items: BTreeSet<String>,
    signals: BTreeSet<String>,
    deliverables: BTreeSet<String>,
}

fn find<'t, T>(table: &'t Table<T>, id: &str) -> Option<&'t T> {
    table.iter().find(|(key, _)| key.get_ref() == id).map(|(_, row)| row)
}

fn known<T>(table: &Table<T>, id: &str) -> bool {
    find(table, id).is_some()
}

fn item(
    id: &str,
    text: &str,
    how: &str,
    (evidence, refutes): (&[Spanned<String>], &[Spanned<String>]),
    by: &str,
    loses: &str,
    must: bool,
) -> String {
    let by = match by {
        "evidence" => "Evidence",
        "both" => "Both",
        _ => "Founder",
    };
    let loses = LOSSES.iter().find(|(name, _)| *name == loses).map_or("Control", |(_, variant)| variant);
    let evidence = strings(evidence.iter().map(Spanned::get_ref));
    let refutes = strings(refutes.iter().map(Spanned::get_ref));
    format!(
        "Item {{ id: {id:?}, text: {text:?}, how: {how:?}, evidence: &[{evidence}], refutes: &[{refutes}], by: By::{by}, loses: BusinessImpact::{loses}, must: {must} }},\n"
    )
}

fn advice(rows: &[AdviceRow]) -> String {
    rows.iter().map(|row| format!("Advice {{ what: {:?}, why: {:?} }},\n", row.what, row.why)).collect()
}

fn strings<'s>(texts: impl Iterator<Item = &'s String>) -> String {
    texts.map(|text| format!("{text:?}, ")).collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}
