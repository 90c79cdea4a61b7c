//! What a picture is drawn on: one colour on a ground of another, in sixteen shades, as a PNG.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use png::{BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter};

/// The shades from the ground to white. Sixteen is what four bits hold, and enough for smooth edges.
const SHADES: u8 = 16;

/// A picture while it is drawn.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    /// Two pixels in a byte, the left one in its upper half: as a PNG of sixteen colours has them.
    rows: Vec<u8>,
}

impl Canvas {
    /// An empty one. `width` is even.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, rows: vec![0; width / 2 * height] }
    }

    /// Draws a shape that lies within a box. `fill` is given the rasterizer and where its corner is on the canvas.
    pub(crate) fn draw(
        &mut self,
        left: f32,
        top: f32,
        width: f32,
        height: f32,
        shade: f32,
        fill: impl FnOnce(&mut Rasterizer, Point),
    ) {
        // A pixel more on each side, for what rounding moves.
        let (x, y) = (left.floor() - 1.0, top.floor() - 1.0);
        let mut rasterizer = Rasterizer::new(width.ceil() as usize + 4, height.ceil() as usize + 4);
        fill(&mut rasterizer, point(x, y));
        rasterizer.for_each_pixel_2d(|column, row, coverage| {
            let level = (coverage.min(1.0) * shade * f32::from(SHADES - 1)).round() as u8;
            if level > 0 {
                self.raise(x + column as f32, y + row as f32, level);
            }
        });
    }

    /// Makes a pixel at least so bright; nothing outside of the picture.
    fn raise(&mut self, x: f32, y: f32, level: u8) {
        if x < 0.0 || y < 0.0 || x as usize >= self.width || y as usize >= self.height {
            return;
        }
        let (x, y) = (x as usize, y as usize);
        let shift = if x.is_multiple_of(2) { 4 } else { 0 };
        let Some(pair) = self.rows.get_mut(y * (self.width / 2) + x / 2) else { return };
        let other = *pair & !(0x0f << shift);
        let before = (*pair >> shift) & 0x0f;
        *pair = other | (before.max(level.min(SHADES - 1)) << shift);
    }

    /// The picture, in shades from `ground` to white.
    pub(crate) fn png(&self, ground: [u8; 3]) -> Result<Vec<u8>, EncodingError> {
        let palette: Vec<u8> = (0..SHADES)
            .flat_map(|shade| {
                ground.map(|dark| {
                    let way = u16::from(u8::MAX - dark) * u16::from(shade) / u16::from(SHADES - 1);
                    dark.saturating_add(u8::try_from(way).unwrap_or(u8::MAX))
                })
            })
            .collect();
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, self.width as u32, self.height as u32);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Four);
        encoder.set_palette(palette);
        encoder.set_filter(Filter::NoFilter);
        encoder.set_deflate_compression(DeflateCompression::Level(COMPRESSION));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rows)?;
        writer.finish()?;
        Ok(out)
    }
}

/// Of 1 to 9.
const COMPRESSION: u8 = 1;
