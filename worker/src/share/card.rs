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

/// Whose picture it is.
const PRODUCT: &str = "Launch Ready";

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
        let label = format!("{PRODUCT}: {name}: {words}. {said}");
        let mut lines = vec![
            Line::fitted(PRODUCT.to_owned(), medium, 36.0, SMALLEST, LINE, 84.0, Cut::End),
            Line::fitted(name, bold, 84.0, 48.0, LINE, 178.0, Cut::Start),
            Line::fitted(words.to_owned(), bold, 176.0, 48.0, LINE, 350.0, Cut::End),
        ];
        let wrapped = wrapped(&said, medium, 48.0, LINE);
        // One line stands in the middle of where two would.
        let first = if wrapped.len() == 1 { 466.0 } else { 444.0 };
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

/// The product's sign, as in www/parts/header.html: a ring that is open where the tick leaves it.
const SIGN: [&[(f32, f32)]; 2] = [
    &[
        (1131.9, 520.8),
        (1131.7, 529.5),
        (1129.8, 538.1),
        (1126.3, 546.2),
        (1121.4, 553.4),
        (1115.2, 559.6),
        (1107.9, 564.5),
        (1099.8, 567.9),
        (1091.3, 569.7),
        (1082.5, 569.9),
        (1073.9, 568.4),
        (1065.7, 565.3),
        (1058.2, 560.7),
        (1051.8, 554.7),
        (1046.6, 547.7),
        (1042.8, 539.8),
        (1040.6, 531.3),
        (1040.0, 522.6),
        (1041.1, 513.9),
        (1043.9, 505.6),
        (1048.1, 497.9),
        (1053.8, 491.2),
        (1060.6, 485.7),
        (1068.3, 481.5),
        (1076.7, 479.0),
        (1085.4, 478.0),
        (1094.1, 478.7),
        (1102.5, 481.1),
        (1110.4, 485.0),
        (1104.0, 495.2),
        (1098.2, 492.3),
        (1092.0, 490.5),
        (1085.5, 490.0),
        (1079.1, 490.7),
        (1072.9, 492.6),
        (1067.2, 495.7),
        (1062.2, 499.7),
        (1058.0, 504.7),
        (1054.9, 510.4),
        (1052.8, 516.5),
        (1052.0, 522.9),
        (1052.4, 529.4),
        (1054.1, 535.7),
        (1056.9, 541.5),
        (1060.7, 546.7),
        (1065.5, 551.1),
        (1071.0, 554.5),
        (1077.0, 556.8),
        (1083.4, 557.9),
        (1089.9, 557.8),
        (1096.2, 556.4),
        (1102.2, 553.9),
        (1107.6, 550.3),
        (1112.2, 545.7),
        (1115.8, 540.4),
        (1118.4, 534.4),
        (1119.8, 528.1),
        (1119.9, 521.6),
    ],
    &[(1059.8, 524.2), (1083.2, 547.7), (1134.5, 491.0), (1125.5, 483.0), (1082.8, 530.3), (1068.2, 515.8)],
];
/// Left, top, width, height.
const SIGN_BOX: (f32, f32, f32, f32) = (1036.0, 476.0, 104.0, 100.0);
