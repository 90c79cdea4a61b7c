//! docs/strings.md: every sentence that people see, in one place, to be read in one go. The sentences are the literals of the
//! sources, as they stand there: with `{}` where something is put in.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use launch_ready_core::checks;
use launch_ready_core::checks::docs;

/// The folders with sentences for people, and what people see them as, in the order of the list.
const PLACES: [(&str, &str); 10] = [
    ("crates/core/src/checks", "Findings"),
    ("crates/core/src/fixes", "Fixes"),
    ("crates/core/src/report", "Reports"),
    ("crates/core/roadmaps", "Roadmaps"),
    ("crates/core/src/plan", "Plan and documents"),
    ("crates/core/src", "The rest of the core"),
    ("crates/protocols/src", "What parsers find wrong"),
    ("crates/cli/src", "Command line"),
    ("worker/src", "Service"),
    ("www", "Page"),
];

/// The list, made from the repository at `root`.
///
/// # Errors
/// Where a source cannot be read.
pub fn page(root: &Path) -> std::io::Result<String> {
    let mut out = format!(
        "<!-- Generated: {} -->\n# Every sentence that people see\n\nTo be read in one go, and aloud. The place is the file that says it; \
         `{{}}` is where something is put in.\n",
        crate::docs::REGENERATE
    );
    out.push_str("\n## Checks\n\nName, why it matters, what it checks, how to fix it.\n");
    for check in checks::all() {
        let Some(explanation) = docs::of(check.id) else { continue };
        let _ = writeln!(out, "\n### {}\n", explanation.name);
        for text in [explanation.why, explanation.what, explanation.fix] {
            let _ = writeln!(out, "- {}", text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    let mut listed: Vec<PathBuf> = Vec::new();
    for (folder, title) in PLACES {
        let _ = writeln!(out, "\n## {title}");
        for path in sources(&root.join(folder))? {
            if listed.contains(&path) {
                continue;
            }
            let text = std::fs::read_to_string(&path)?;
            let all = sentences(&path, &text);
            if !all.is_empty() {
                let name = path.strip_prefix(root).unwrap_or(&path);
                let _ = writeln!(out, "\n### {}\n", name.display());
            }
            for sentence in all {
                let _ = writeln!(out, "- {}", in_markdown(&sentence));
            }
            listed.push(path);
        }
    }
    Ok(out)
}

/// Every source below a folder, by name. Tests and what is generated say nothing to people.
fn sources(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    const ELSEWHERE: [&str; 6] = ["tests", "target", "fixtures", "node_modules", "public", "openapi"];
    let mut all = Vec::new();
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !ELSEWHERE.contains(&name.as_str()) {
                all.extend(sources(&path)?);
            }
        } else if matches!(extension(&path), "rs" | "toml" | "html" | "js")
            && !matches!(name.as_str(), "tests.rs" | "build.rs" | "Cargo.toml" | "strings.rs")
        {
            all.push(path);
        }
    }
    Ok(all)
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// The sentences of a source, in its order, each once.
fn sentences(path: &Path, text: &str) -> Vec<String> {
    let literals = match extension(path) {
        "html" => html_texts(text),
        // Comments of TOML begin with the sign that attributes of Rust do; its literals are the same.
        "toml" => {
            literals(&text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n"))
        }
        _ => literals(text.split("#[cfg(test)]\nmod ").next().unwrap_or_default()),
    };
    let mut all: Vec<String> = Vec::new();
    for literal in literals {
        let words = literal.split_whitespace().collect::<Vec<_>>().join(" ");
        if is_sentence(&words) && !all.contains(&words) {
            all.push(words);
        }
    }
    all
}

/// Whether it is made of words for people: two words of letters side by side, and no query or address.
fn is_sentence(text: &str) -> bool {
    const QUERIES: [&str; 9] =
        ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ", "ALTER ", "PRAGMA ", "WITH "];
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '’'))
    };
    let words: Vec<&str> = text.split(' ').collect();
    let beside = words.windows(2).any(|pair| pair.iter().all(|word| is_word(word)));
    // Selectors and names of style classes.
    let is_style = text.starts_with('#') || text.starts_with("plan-");
    beside && !is_style && !QUERIES.iter().any(|query| text.starts_with(query))
}

/// The string literals of Rust, JavaScript and TOML: outside of comments, attributes and characters.
fn literals(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/', '\'', '#', '`']) {
        let (before, from) = rest.split_at(at);
        rest = if let Some(comment) = from.strip_prefix("//") {
            // The two slashes of an address within a literal never come here.
            comment.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = from.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else if let Some(attribute) = from.strip_prefix("#[").or_else(|| from.strip_prefix("#![")) {
            attribute.split_once("]\n").map_or("", |(_, after)| after)
        } else if let Some(raw) = from.strip_prefix("#\"").filter(|_| before.ends_with('r')) {
            let (literal, after) = raw.split_once("\"#").unwrap_or((raw, ""));
            all.push(literal.to_owned());
            after
        } else if let Some(literal) = from.strip_prefix('"') {
            let (literal, after) = until(literal, '"');
            all.push(literal);
            after
        } else if let Some(literal) = from.strip_prefix('`') {
            until(literal, '`').1
        } else if let Some(character) = from.strip_prefix('\'') {
            after_character(character)
        } else {
            from.get(1..).unwrap_or_default()
        };
    }
    all
}

/// A literal up to its end, with its escapes resolved, and what comes after it.
fn until(text: &str, end: char) -> (String, &str) {
    let mut literal = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n' | 't' | 'r')) => literal.push(' '),
                // The end of a line, and the blanks that the next one begins with, are no part of it.
                Some((_, '\n')) => literal.push(' '),
                Some((u, 'u')) if text.get(u + 1..).is_some_and(|rest| rest.starts_with('{')) => {
                    let code: String = chars.by_ref().map(|(_, c)| c).take_while(|c| *c != '}').collect();
                    let code = u32::from_str_radix(code.trim_start_matches('{'), 16);
                    literal.extend(code.ok().and_then(char::from_u32));
                }
                Some((_, other)) => literal.push(other),
                None => break,
            },
            c if c == end => return (literal, text.get(at + c.len_utf8()..).unwrap_or_default()),
            c => literal.push(c),
        }
    }
    (literal, "")
}

/// What comes after a quote that begins a character, or a lifetime.
fn after_character(text: &str) -> &str {
    let mut chars = text.char_indices();
    let first = chars.next();
    let after = match first {
        Some((_, '\\')) => text.get(2..).and_then(|rest| rest.split_once('\'')).map(|(_, after)| after),
        Some((_, c)) => text.get(c.len_utf8()..).and_then(|rest| rest.strip_prefix('\'')),
        None => None,
    };
    after.unwrap_or(text)
}

/// The texts of a page, and what its attributes say: element by element.
fn html_texts(text: &str) -> Vec<String> {
    const SAID: [&str; 5] = ["content=\"", "placeholder=\"", "aria-label=\"", "alt=\"", "title=\""];
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((words, tag)) = rest.split_once('<') {
        all.push(words.to_owned());
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        for said in SAID {
            if let Some((_, value)) = tag.split_once(said) {
                all.push(value.split('"').next().unwrap_or_default().to_owned());
            }
        }
        let is_code = ["script", "style"].into_iter().find(|name| tag.starts_with(name));
        rest = match is_code {
            Some(name) => after.split_once(&format!("</{name}")).map_or("", |(_, after)| after),
            None => after,
        };
    }
    all.push(rest.to_owned());
    all
}

/// As an item of a list: nothing in it is markup.
fn in_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '<' | '>' | '*' | '_' | '[' | ']' | '`' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> Vec<String> {
        sentences(Path::new(name), text)
    }

    #[test]
    fn literals_are_listed_and_comments_attributes_and_tests_are_not() {
        let source = r##"
            //! "Not said in a comment."
            #[must_use = "not said in an attribute"]
            fn a<'a>(b: &'a str) -> char { '"' }
            const A: &str = "Said with \"quotes\" and \
                             over two lines.";
            const B: &str = r#"Said "raw" and whole."#;
            const C: &str = "one-word";
            const D: &str = "SELECT id FROM reports";
            format!("{n} files were \u{201c}saved\u{201d}")
#[cfg(test)]
mod tests { const T: &str = "Not said in a test."; }"##;
        assert_eq!(
            of("a.rs", source),
            ["Said with \"quotes\" and over two lines.", "Said \"raw\" and whole.", "{n} files were “saved”"]
        );
    }

    #[test]
    fn a_page_says_its_texts_and_what_its_attributes_say() {
        let page = "<p title=\"Said beside it\">Enter <b>your domain</b></p><!-- not said here --><script>\"not said there\"</script>";
        assert_eq!(of("a.html", page), ["Said beside it", "your domain"]);
    }

    #[test]
    fn values_of_a_table_are_listed_and_its_comments_are_not() {
        assert_eq!(of("a.toml", "# not said here\n[x]\ntitle = \"Said by a value\"\n"), ["Said by a value"]);
    }
}
