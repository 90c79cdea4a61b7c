//! Reads `roadmaps/*.toml` into the one JSON document that `src/plan/roadmap/data.rs` reads. What does not fit together
//! does not build, and says in which file and line.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use toml::Spanned;

/// The files, by name, with their text.
pub(crate) type Files = BTreeMap<String, String>;

/// The segments' files, in the order in which a person should be offered them.
const SEGMENTS: [&str; 5] = ["creator-platform", "mobile-app", "internal-tool", "ai-tool", "coach"];

/// What can be lost.
const LOSSES: [&str; 6] = ["downtime", "sign-ups", "mail", "exposure", "search-traffic", "control"];

/// Kinds of AI cases, and how many of all kinds there have to be.
const KINDS: [&str; 4] = ["injection", "exfiltration", "tool-use", "escalation"];
const CASES: usize = 20;

/// On what a step of the demo path is walked.
const DEVICES: [&str; 3] = ["both", "phone", "once"];

/// The documents that a deliverable may name; a test holds them to `plan::documents::KINDS`.
pub(crate) const DOCUMENTS: [&str; 14] = [
    "roadmap",
    "risk-list",
    "backlog",
    "dns-map",
    "redirect-map",
    "environment",
    "deployment",
    "monitoring",
    "accounts",
    "runbooks",
    "latency",
    "demo-path",
    "ai-cases",
    "handover",
];

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

#[derive(Deserialize, Serialize)]
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

/// The roadmaps, the demo path and the AI cases as one document, or every problem as `file:line: sentence`.
///
/// # Errors
/// Unknown items, signals, deliverables and documents; ids that stand twice; parts that are missing or that nothing uses;
/// what is no TOML. That checks and outcomes exist is held by `tests/roadmap_data.rs`: only the built crate knows them.
pub(crate) fn read(files: &Files) -> Result<Value, Vec<String>> {
    let mut reader = Reader { files, problems: Vec::new() };
    let document = reader.all();
    if reader.problems.is_empty() { Ok(document) } else { Err(reader.problems) }
}

struct Reader<'a> {
    files: &'a Files,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn all(&mut self) -> Value {
        let items: Table<ItemRow> = self.parsed("items.toml").unwrap_or_default();
        let signals: Table<SignalRow> = self.parsed("signals.toml").unwrap_or_default();
        let deliverables: Table<DeliverableRow> = self.parsed("deliverables.toml").unwrap_or_default();
        self.catalogues(&items, &signals, &deliverables);
        let mut used = Used::default();
        let mut roadmaps = Vec::new();
        for segment in SEGMENTS {
            let name = format!("{segment}.toml");
            if let Some(file) = self.parsed::<SegmentFile>(&name) {
                if file.segment.get_ref() != segment {
                    self.problem(&name, &file.segment, &format!("the segment of this file is \"{segment}\""));
                }
                roadmaps.push(self.roadmap(&name, &file, (&items, &signals, &deliverables), &mut used));
            }
        }
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
        json!({ "roadmaps": roadmaps, "demo_path": self.steps(), "ai_cases": self.cases() })
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
            for item in row.items.iter().filter(|item| !known(items, item.get_ref())) {
                self.problem(file, item, &format!("there is no item \"{}\"", item.get_ref()));
            }
        }
        for (id, row) in deliverables {
            let file = "deliverables.toml";
            self.texts(file, id, &[&row.text]);
            if let Some(document) = &row.document
                && !DOCUMENTS.contains(&document.get_ref().as_str())
            {
                self.problem(file, document, &format!("there is no document \"{}\"", document.get_ref()));
            }
        }
    }

    fn roadmap(
        &mut self,
        name: &str,
        file: &SegmentFile,
        (items, signals, deliverables): (&Table<ItemRow>, &Table<SignalRow>, &Table<DeliverableRow>),
        used: &mut Used,
    ) -> Value {
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
        let mut written = Vec::new();
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
            let (mut stage_items, mut stage_deliverables, mut stage_signals) = (vec![], vec![], vec![]);
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
                let must = bar.contains(id.as_str());
                let checks = (row.evidence.as_slice(), row.refutes.as_slice());
                stage_items.push(item(id, text, &row.how, checks, by, loses, must));
            }
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
                stage_deliverables
                    .push(json!({ "id": id.get_ref(), "text": row.text, "document": document }));
            }
            for id in &stage.signals {
                let Some(row) = find(signals, id.get_ref()) else {
                    self.problem(name, id, &format!("there is no sign \"{}\" in signals.toml", id.get_ref()));
                    continue;
                };
                self.once(name, id, id.get_ref(), &mut asked);
                used.signals.insert(id.get_ref().clone());
                stage_signals.push(json!({
                    "id": id.get_ref(),
                    "text": row.text,
                    "seen": texts(&row.seen),
                    "items": texts(&row.items),
                    "blocks": row.blocks,
                }));
            }
            written.push(json!({
                "id": stage.id.get_ref(),
                "title": stage.title,
                "goal": stage.goal,
                "items": stage_items,
                "deliverables": stage_deliverables,
                "signals": stage_signals,
            }));
        }
        for id in file.bar.iter().filter(|id| !in_stages.contains(id.get_ref().as_str())) {
            self.problem(name, id, &format!("no stage has the item \"{}\" of the bar", id.get_ref()));
        }
        let mut targets = Vec::new();
        for target in &file.targets {
            self.texts(name, &target.id, &[&target.text]);
            self.once(name, &target.id, target.id.get_ref(), &mut asked);
            if known(items, target.id.get_ref()) {
                self.problem(name, &target.id, "an item has this id: one answer would stand for both");
            }
            let by = if target.evidence.is_empty() { "founder" } else { "both" };
            let (id, text) = (target.id.get_ref(), &target.text);
            let checks = (target.evidence.as_slice(), [].as_slice());
            targets.push(item(id, text, "", checks, by, "sign-ups", target.must));
        }
        json!({
            "segment": file.segment.get_ref(),
            "journey": file.journey,
            "summary": file.summary,
            "stages": written,
            "targets": targets,
            "automate": file.automate,
            "not_yet": file.not_yet,
        })
    }

    fn steps(&mut self) -> Value {
        let name = "demo-path.toml";
        let mut steps = Vec::new();
        for (id, row) in in_their_order(self.parsed::<Table<StepRow>>(name).unwrap_or_default()) {
            self.texts(name, &id, &[&row.title, &row.action, &row.see, &row.fails]);
            self.one_of(name, &row.on, &DEVICES);
            steps.push(json!({
                "id": id.get_ref(),
                "title": row.title,
                "action": row.action,
                "see": row.see,
                "fails": row.fails,
                "on": row.on.get_ref(),
            }));
        }
        Value::Array(steps)
    }

    fn cases(&mut self) -> Value {
        let name = "ai-cases.toml";
        let rows = in_their_order(self.parsed::<Table<CaseRow>>(name).unwrap_or_default());
        if let Some((last, _)) = rows.last()
            && rows.len() != CASES
        {
            self.problem(name, last, &format!("there are {} cases, and {CASES} are promised", rows.len()));
        }
        let mut cases = Vec::new();
        for (id, row) in rows {
            self.texts(name, &id, &[&row.title, &row.typed, &row.never, &row.then]);
            self.one_of(name, &row.kind, &KINDS);
            cases.push(json!({
                "id": id.get_ref(),
                "kind": row.kind.get_ref(),
                "title": row.title,
                "setup": row.setup,
                "typed": row.typed,
                "never": row.never,
                "then": row.then,
            }));
        }
        Value::Array(cases)
    }

    fn parsed<T: for<'de> Deserialize<'de>>(&mut self, name: &str) -> Option<T> {
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

    fn one_of(&mut self, file: &str, value: &Spanned<String>, known: &[&str]) {
        if !known.contains(&value.get_ref().as_str()) {
            let problem = format!("\"{}\" is none of {}", value.get_ref(), known.join(", "));
            self.problem(file, value, &problem);
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
) -> Value {
    let (evidence, refutes) = (texts(evidence), texts(refutes));
    json!({
        "id": id, "text": text, "how": how, "evidence": evidence, "refutes": refutes, "by": by, "loses": loses, "must": must,
    })
}

fn texts(of: &[Spanned<String>]) -> Vec<&str> {
    of.iter().map(|text| text.get_ref().as_str()).collect()
}

/// Rows as they stand in the file: a table has lost that order.
fn in_their_order<T>(rows: Table<T>) -> Vec<(Spanned<String>, T)> {
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(id, _)| id.span().start);
    rows
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}
