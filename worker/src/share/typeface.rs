//! The two cuts of Inter that the picture of a link is set in: how wide a text is, and its letters as outlines.
//!
//! The files hold what the picture needs and nothing else (`www/public/fonts/README.md`), so what is read of them is little:
//! which glyph a character has, how far it reaches, its outline. Kerning and ligatures were left out with their tables. They
//! are static files, not part of our own memory: whoever comes for a badge or a page needs none.

use std::cell::RefCell;
use std::rc::Rc;

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use ttf_parser::{GlyphId, OutlineBuilder, RawFace, Tag, cmap, glyf, head, hhea, hmtx, loca, maxp};
use worker::Env;

use crate::assets::asset;
use crate::response::problem::Problem;
use crate::share::canvas::Canvas;

/// The files of both cuts.
pub(crate) struct Files {
    bold: Vec<u8>,
    medium: Vec<u8>,
}

thread_local! {
    /// They are fetched once.
    static FILES: RefCell<Option<Rc<Files>>> = const { RefCell::new(None) };
}

/// The files of both cuts, from the static files.
pub(crate) async fn files(env: &Env) -> Result<Rc<Files>, Problem> {
    if let Some(files) = FILES.with_borrow(Clone::clone) {
        return Ok(files);
    }
    let bold = file(env, "/fonts/Inter-Bold.ttf").await?;
    let files = Rc::new(Files { bold, medium: file(env, "/fonts/Inter-Medium.ttf").await? });
    FILES.set(Some(Rc::clone(&files)));
    Ok(files)
}

async fn file(env: &Env, path: &str) -> Result<Vec<u8>, Problem> {
    let mut file = asset(env, path).await?;
    match file.status_code() {
        200 => Ok(file.bytes().await?),
        _ => Err(Problem::internal(path)),
    }
}

/// The two cuts.
pub(crate) struct Typefaces<'a> {
    /// For what is read first.
    pub(crate) bold: Typeface<'a>,
    /// For everything else.
    pub(crate) medium: Typeface<'a>,
}

impl<'a> Typefaces<'a> {
    /// Reads both.
    pub(crate) fn read(files: &'a Files) -> Result<Self, Problem> {
        let read = |file, weight| {
            Typeface::read(file, weight).ok_or_else(|| Problem::internal("a typeface that cannot be read"))
        };
        Ok(Self { bold: read(&files.bold, 700)?, medium: read(&files.medium, 500)? })
    }
}

/// A cut of a typeface.
pub(crate) struct Typeface<'a> {
    characters: cmap::Subtable4<'a>,
    advances: hmtx::Table<'a>,
    outlines: glyf::Table<'a>,
    units_per_em: f32,
    /// As CSS counts it.
    pub(crate) weight: u16,
}

impl<'a> Typeface<'a> {
    /// `None` for what is no font of outlines.
    fn read(file: &'a [u8], weight: u16) -> Option<Self> {
        let face = RawFace::parse(file, 0).ok()?;
        let table = |name: &[u8; 4]| face.table(Tag::from_bytes(name));
        let head = head::Table::parse(table(b"head")?)?;
        let glyphs = maxp::Table::parse(table(b"maxp")?)?.number_of_glyphs;
        let metrics = hhea::Table::parse(table(b"hhea")?)?.number_of_metrics;
        let places = loca::Table::parse(glyphs, head.index_to_location_format, table(b"loca")?)?;
        let characters = cmap::Table::parse(table(b"cmap")?)?.subtables.into_iter().find_map(|table| {
            match table.format {
                cmap::Format::SegmentMappingToDeltaValues(table) => Some(table),
                _ => None,
            }
        })?;
        Some(Self {
            characters,
            advances: hmtx::Table::parse(metrics, glyphs, table(b"hmtx")?)?,
            outlines: glyf::Table::parse(places, table(b"glyf")?)?,
            units_per_em: f32::from(head.units_per_em),
            weight,
        })
    }

    /// Whether every character of it can be drawn.
    pub(crate) fn has(&self, text: &str) -> bool {
        text.chars().all(|character| self.characters.glyph_index(character.into()).is_some())
    }

    /// How wide it is in pixels, set in `size`.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        let units: u32 = text.chars().map(|character| u32::from(self.advance(self.glyph(character)))).sum();
        units as f32 * size / self.units_per_em
    }

    /// Draws it in `size` from `left` on, standing on `base`.
    pub(crate) fn draw(&self, text: &str, size: f32, left: f32, base: f32, shade: f32, canvas: &mut Canvas) {
        let scale = size / self.units_per_em;
        let mut pen = left;
        for character in text.chars() {
            let glyph = self.glyph(character);
            if let Some(bounds) = self.outlines.bbox(glyph) {
                let (x, y) = (pen + f32::from(bounds.x_min) * scale, base - f32::from(bounds.y_max) * scale);
                let width = (f32::from(bounds.x_max) - f32::from(bounds.x_min)) * scale;
                let height = (f32::from(bounds.y_max) - f32::from(bounds.y_min)) * scale;
                canvas.draw(x, y, width, height, shade, |rasterizer, offset| {
                    let origin = point(pen, base) - offset;
                    let start = origin;
                    self.outlines
                        .outline(glyph, &mut Outline { rasterizer, origin, scale, at: start, start });
                });
            }
            pen += f32::from(self.advance(glyph)) * scale;
        }
    }

    /// What stands for a character: for one that is not there, the box that says so.
    fn glyph(&self, character: char) -> GlyphId {
        self.characters.glyph_index(character.into()).unwrap_or(GlyphId(0))
    }

    fn advance(&self, glyph: GlyphId) -> u16 {
        self.advances.advance(glyph).unwrap_or_default()
    }
}

/// An outline on its way into a rasterizer, from the font's units and its y upwards.
struct Outline<'a> {
    rasterizer: &'a mut Rasterizer,
    origin: Point,
    scale: f32,
    at: Point,
    start: Point,
}

impl Outline<'_> {
    fn place(&self, x: f32, y: f32) -> Point {
        self.origin + point(x * self.scale, -y * self.scale)
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.place(x, y);
        self.start = self.at;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let end = self.place(x, y);
        self.rasterizer.draw_line(self.at, end);
        self.at = end;
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (control, end) = (self.place(x1, y1), self.place(x, y));
        self.rasterizer.draw_quad(self.at, control, end);
        self.at = end;
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
        // TrueType has none.
        self.line_to(x, y);
    }

    fn close(&mut self) {
        self.rasterizer.draw_line(self.at, self.start);
        self.at = self.start;
    }
}
