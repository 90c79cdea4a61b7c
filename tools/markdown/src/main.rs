//! Turns a folder of Markdown into HTML fragments of the same names, for pages of the site: `launch-ready-markdown FROM TO`.
//!
//! Links between files become links between pages, tables scroll by themselves, and markup in the text is text.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [from, to] = arguments.as_slice() else {
        eprintln!("usage: launch-ready-markdown FROM TO");
        return ExitCode::from(2);
    };
    match folder(from, to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", from.display());
            ExitCode::FAILURE
        }
    }
}

/// Every Markdown file below `from`, to the same place below `to`.
fn folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            folder(&path, &to.join(name))?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            fs::write(to.join(name).with_extension("html"), fragment(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

fn fragment(markdown: &str) -> String {
    let mut events = Vec::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            // The remark that a file is generated.
            Event::Html(text) if text.trim_start().starts_with("<!--") => {}
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            Event::Start(Tag::Table(alignment)) => {
                events.push(Event::Html(
                    "<div class=\"table\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">".into(),
                ));
                events.push(Event::Start(Tag::Table(alignment)));
            }
            Event::End(TagEnd::Table) => {
                events.push(event);
                events.push(Event::Html("</div>\n".into()));
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = page(&dest_url).into();
                events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            event => events.push(event),
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

/// Where a file is on the site: `spf-record.md` is `/docs/checks/spf-record` beside it, `README.md` the folder itself.
fn page(link: &str) -> String {
    let (path, anchor) =
        link.split_once('#').map_or((link, String::new()), |(path, anchor)| (path, format!("#{anchor}")));
    let Some(name) = path.strip_suffix(".md").filter(|_| !path.contains("://")) else {
        return link.to_owned();
    };
    // A page lies where its file does, so what is beside it is; only a folder's own page goes by the folder's name.
    match name.strip_suffix("README") {
        Some("") => format!(".{anchor}"),
        Some(folder) => format!("{folder}{anchor}"),
        None => format!("{name}{anchor}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_files_are_links_between_pages() {
        for (link, there) in [
            ("spf-record.md", "spf-record"),
            ("../page-kinds.md#parked", "../page-kinds#parked"),
            ("https://a.example/x.md", "https://a.example/x.md"),
            ("#here", "#here"),
        ] {
            assert_eq!(page(link), there);
        }
    }

    #[test]
    fn markup_in_the_text_is_text_and_tables_scroll() {
        let html =
            fragment("<!-- Generated -->\n# A `b`\n\nSay <script>x</script>.\n\n| a |\n| --- |\n| b |\n");
        assert!(html.starts_with("<h1>A <code>b</code></h1>"), "{html}");
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
        assert!(html.contains("tabindex=\"0\"><table>"), "{html}");
    }
}
