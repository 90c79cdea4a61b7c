//! The operator's colour, made legible: on our own grounds, in light and in dark, and with words on it.

use std::fmt;

/// A colour of the screen: red, green and blue in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour([u8; 3]);

/// `--paper` and `--sunk` of the style sheet, in light and in dark: where links stand. The one that is harder to read on.
const LIGHT: Colour = Colour([0xef, 0xec, 0xe3]);
const DARK: Colour = Colour([0x18, 0x1b, 0x21]);
const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
const BLACK: Colour = Colour([0, 0, 0]);

/// WCAG 2.2, success criterion 1.4.3: text of usual size.
const LEGIBLE: f64 = 4.5;

impl Colour {
    /// Reads `#2540d9`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// Relative luminance, 0 to 1: WCAG 2.2.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0;
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// The contrast of two colours, 1 to 21: WCAG 2.2.
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > other { one / other } else { other / one }
    }

    /// So many hundredths of the way to another colour.
    fn towards(self, other: Self, hundredths: u32) -> Self {
        let mixed = |at: usize| {
            let of = |colour: Self| u32::from(colour.0.get(at).copied().unwrap_or_default());
            u8::try_from((of(self) * (100 - hundredths) + of(other) * hundredths) / 100).unwrap_or(u8::MAX)
        };
        Self([mixed(0), mixed(1), mixed(2)])
    }

    /// The nearest colour to this one that can be read on `ground`, on the way to `end`.
    fn legible_on(self, ground: Self, end: Self) -> Self {
        let ways = (0..=100).map(|hundredths| self.towards(end, hundredths));
        ways.into_iter().find(|colour| colour.contrast(ground) >= LEGIBLE).unwrap_or(end)
    }

    /// Black or white, whichever reads better on it.
    fn on(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(BLACK) { WHITE } else { BLACK }
    }

    /// The style sheet that puts this colour in place of ours.
    pub(crate) fn sheet(self) -> String {
        let (light, dark) = (self.legible_on(LIGHT, BLACK), self.legible_on(DARK, WHITE));
        let sheet = |colour: Self| format!("--accent:{colour};--on-accent:{}", colour.on());
        let (light, dark) = (sheet(light), sheet(dark));
        format!(
            ":root{{{light}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}:root[data-theme=dark]{{{dark}}}\n"
        )
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_colour_it_can_be_read_where_it_stands() {
        for text in ["#000000", "#ffffff", "#ffee00", "#2540d9", "#7f7f7f", "#00ff00"] {
            let colour = Colour::parse(text).unwrap();
            for (ground, end) in [(LIGHT, BLACK), (DARK, WHITE)] {
                let shown = colour.legible_on(ground, end);
                assert!(shown.contrast(ground) >= LEGIBLE, "{text} as {shown} on {ground}");
                assert!(shown.contrast(shown.on()) >= LEGIBLE, "words on {shown}");
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        assert!(
            Colour::parse("#2540d9")
                .unwrap()
                .sheet()
                .starts_with(":root{--accent:#2540d9;--on-accent:#ffffff}")
        );
    }

    #[test]
    fn what_is_no_colour_is_none() {
        for text in ["", "2540d9", "#2540d", "#2540dg", "#25\u{20ac}0", "red"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }
}
