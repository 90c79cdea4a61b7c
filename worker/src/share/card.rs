//! The picture that goes with a link: 1200 by 630, and still read at a quarter of that. As SVG, for pages that show it
//! themselves; and as PNG, because networks and messengers show no SVG.
//!
//! Both are drawn from one layout, which is measured with the typeface of the PNG. Where a reader of the SVG has another one,
//! it is fitted into the same widths.

use ab_glyph_rasterizer::point;
use launch_ready_core::domain::Domain;
use launch_ready_core::report::score::Decision;
use maud::{Markup, html};

use crate::message::ReportSummary;
use crate::response::problem::Problem;
use crate::share::canvas::Canvas;
use crate::share::markup::plain;
use crate::share::typeface::{Typeface, Typefaces};
use crate::share::words;

/// What the networks take for a large picture (Open Graph, "summary_large_image").
pub(crate) const WIDTH: u16 = 1200;
/// See [`WIDTH`].
pub(crate) const HEIGHT: u16 = 630;

const LEFT: f32 = 72.0;
/// How long a line may be; the lower ones leave the sign its place.
const LINE: f32 = 1056.0;
const BESIDE_SIGN: f32 = 930.0;

/// A thumbnail is a quarter as large: nothing below this is read there.
const SMALLEST: f32 = 32.0;

/// The picture's words, each in its place.
pub(crate) struct Card<'a> {
    ground: [u8; 3],
    label: String,
    lines: Vec<Line<'a>>,
}

/// Some words in one size.
struct Line<'a> {
    words: String,
    face: &'a Typeface<'a>,
    size: f32,
    base: f32,
    /// 1 is white.
    shade: f32,
}

impl<'a> Card<'a> {
    /// What is said about a domain; nothing is known where there are no summary.
    pub(crate) fn of(domain: &Domain, summary: Option<&ReportSummary>, faces: &'a Typefaces<'a>) -> Self {
        let Typefaces { bold, medium } = faces;
        let (ground, words, said) = match summary {
            None => (GREY, "Not checked yet", "See in seconds whether it can go live.".to_owned()),
            Some(summary) => {
                let ground = match summary.decision {
                    Decision::Go => GREEN,
                    Decision::NoGo => RED,
                    Decision::NoVerdict => GREY,
                };
                let said = match (summary.risks.first(), summary.decision) {
                    (Some(risk), _) => format!("First: {}", risk.title),
                    (None, Decision::Go | Decision::NoGo) => "Nothing to fix in what was measured".to_owned(),
                    (None, Decision::NoVerdict) => "Too little could be measured for a verdict".to_owned(),
                };
                (ground, words::verdict(summary.decision), said)
            }
        };
        let name = name(domain, bold);
        let label = format!("{name}: {words}. {said}");
        let mut lines = vec![
            Line::fitted(name, bold, 96.0, 48.0, LINE, 132.0, Cut::Start),
            Line::fitted(words.to_owned(), bold, 190.0, 48.0, LINE, 336.0, Cut::End),
        ];
        let wrapped = wrapped(&said, medium, 48.0, LINE);
        // One line stands in the middle of where two would.
        let first = if wrapped.len() == 1 { 458.0 } else { 436.0 };
        for (number, words) in wrapped.into_iter().enumerate() {
            let base = first + 56.0 * number as f32;
            let width = if number == 0 { LINE } else { BESIDE_SIGN };
            lines.push(Line::fitted(words, medium, 48.0, 40.0, width, base, Cut::End));
        }
        if let Some(summary) = summary {
            let measure = format!("{} · {}", words::measure(summary), words::day(summary));
            let mut line = Line::fitted(measure, medium, 36.0, SMALLEST, BESIDE_SIGN, 572.0, Cut::End);
            line.shade = 0.87;
            lines.push(line);
        }
        Self { ground, label, lines }
    }

    /// The picture as SVG.
    pub(crate) fn svg(&self) -> String {
        let label = plain(&self.label);
        let [red, green, blue] = self.ground;
        let ground = format!("#{red:02x}{green:02x}{blue:02x}");
        html! {
            svg xmlns="http://www.w3.org/2000/svg" width=(WIDTH) height=(HEIGHT) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) {
                title { (label) }
                rect width=(WIDTH) height=(HEIGHT) fill=(ground) {}
                g fill="#fff" font-family="Inter,Segoe UI,Helvetica,Arial,DejaVu Sans,sans-serif" {
                    @for line in &self.lines { (line.svg()) }
                    path d=(sign()) {}
                }
            }
        }
        .into_string()
    }

    /// The picture as PNG.
    pub(crate) fn png(&self) -> Result<Vec<u8>, Problem> {
        let mut canvas = Canvas::new(WIDTH.into(), HEIGHT.into());
        for Line { words, face, size, base, shade } in &self.lines {
            face.draw(words, *size, LEFT, *base, *shade, &mut canvas);
        }
        let (left, top, width, height) = SIGN_BOX;
        for shape in SIGN {
            canvas.draw(left, top, width, height, 1.0, |rasterizer, offset| {
                let corners = shape.iter().map(|&(x, y)| point(x, y) - offset);
                for (from, to) in corners.clone().zip(corners.cycle().skip(1)) {
                    rasterizer.draw_line(from, to);
                }
            });
        }
        canvas.png(self.ground).map_err(|error| Problem::internal(&error.to_string()))
    }
}

impl<'a> Line<'a> {
    fn svg(&self) -> Markup {
        let Self { words, face, size, base, shade } = self;
        let width = face.width(words, *size);
        html! {
            text x=(LEFT) y=(base) font-size=(format!("{size:.1}")) font-weight=(face.weight) opacity=(shade)
                textLength=(format!("{width:.1}")) lengthAdjust="spacingAndGlyphs" { (plain(words)) }
        }
    }

    /// Words in the largest size that fits, between two; what is too long for the smaller one is cut.
    fn fitted(
        words: String,
        face: &'a Typeface<'a>,
        largest: f32,
        smallest: f32,
        width: f32,
        base: f32,
        cut: Cut,
    ) -> Self {
        let size = (width / face.width(&words, 1.0)).clamp(smallest, largest);
        let words = shortened(words, face, size, width, cut);
        Self { words, face, size, base, shade: 1.0 }
    }
}

/// The sign as the outline of a path.
fn sign() -> String {
    let corner = |(x, y): &(f32, f32)| format!("{x} {y}");
    let outline =
        |shape: &&[(f32, f32)]| format!("M{}z", shape.iter().map(corner).collect::<Vec<_>>().join(" "));
    SIGN.iter().map(outline).collect()
}

/// Where something is left out.
#[derive(Clone, Copy)]
enum Cut {
    /// Names: their end says whose they are.
    Start,
    /// Sentences.
    End,
}

/// A name as people write it, if it can be drawn as that, and as it stands in DNS otherwise. So letters of other scripts
/// that look like Latin ones never do.
fn name(domain: &Domain, face: &Typeface) -> String {
    let written = domain.to_unicode();
    if face.has(&written) { written } else { domain.as_str().to_owned() }
}

/// As much of it as fits, with a sign that something is left out.
fn shortened(words: String, face: &Typeface, size: f32, width: f32, cut: Cut) -> String {
    // What fits exactly, fits.
    if face.width(&words, size) <= width + 0.5 {
        return words;
    }
    let characters: Vec<char> = words.chars().collect();
    for out in 1..characters.len() {
        let (start, end) = match cut {
            Cut::Start => ("…", ""),
            Cut::End => ("", "…"),
        };
        let kept = match cut {
            Cut::Start => characters.get(out..),
            Cut::End => characters.get(..characters.len() - out),
        };
        let kept: String = kept.unwrap_or_default().iter().collect();
        let shorter = [start, kept.trim(), end].concat();
        if face.width(&shorter, size) <= width {
            return shorter;
        }
    }
    "…".to_owned()
}

/// In one line or in two that are about as long, broken between words; the second one may be too long.
fn wrapped(words: &str, face: &Typeface, size: f32, width: f32) -> Vec<String> {
    if face.width(words, size) <= width {
        return vec![words.to_owned()];
    }
    let widest = |&(first, second): &(&str, &str)| face.width(first, size).max(face.width(second, size));
    let breaks = words.match_indices(' ').map(|(at, _)| words.split_at(at));
    let fitting = breaks.filter(|(first, _)| face.width(first, size) <= width);
    match fitting.min_by(|one, other| widest(one).total_cmp(&widest(other))) {
        Some((first, second)) => vec![first.to_owned(), second.trim_start().to_owned()],
        None => vec![words.to_owned()],
    }
}

const GREEN: [u8; 3] = [0x1b, 0x6e, 0x44];
const RED: [u8; 3] = [0xa3, 0x27, 0x1f];
const GREY: [u8; 3] = [0x2c, 0x31, 0x3b];

/// The product's sign, an arrow that leaves the ground: ground, shaft, head.
const SIGN: [&[(f32, f32)]; 3] = [
    &[(1040.0, 560.0), (1132.0, 560.0), (1132.0, 572.0), (1040.0, 572.0)],
    &[(1080.0, 488.0), (1092.0, 488.0), (1092.0, 548.0), (1080.0, 548.0)],
    &[(1055.8, 506.8), (1086.0, 476.5), (1116.2, 506.8), (1107.8, 515.2), (1086.0, 493.5), (1064.2, 515.2)],
];
/// Left, top, width, height.
const SIGN_BOX: (f32, f32, f32, f32) = (1040.0, 476.0, 92.0, 96.0);
