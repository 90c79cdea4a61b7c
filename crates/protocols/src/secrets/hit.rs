//! Where a key stands in a text.

use std::borrow::Cow;

use super::shape::Joint;

/// Where a key stands.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) secret_start: usize,
    pub(super) secret_end: usize,
    /// Where one string ends and the next one begins: `"+"`.
    pub(super) joints: Vec<Joint>,
}

impl Hit {
    /// One that is written in one piece.
    pub(super) const fn whole(start: usize, end: usize, secret_start: usize, secret_end: usize) -> Self {
        Self { start, end, secret_start, secret_end, joints: Vec::new() }
    }

    /// Where the secret stands, without what joins its pieces: that stays, so that a masked text reads as the text did.
    pub(super) fn secret_spans(&self) -> impl Iterator<Item = (usize, usize)> {
        let inside =
            self.joints.iter().filter(|joint| joint.from >= self.secret_start && joint.to <= self.secret_end);
        let ends = inside.clone().map(|joint| joint.from).chain([self.secret_end]);
        [self.secret_start].into_iter().chain(inside.map(|joint| joint.to)).zip(ends)
    }

    /// The secret, without what joins its pieces.
    pub(super) fn secret<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let part = |(start, end): (usize, usize)| text.get(start..end).unwrap_or_default();
        if self.joints.is_empty() {
            return Cow::Borrowed(part((self.secret_start, self.secret_end)));
        }
        Cow::Owned(self.secret_spans().flat_map(|span| part(span).iter().copied()).collect())
    }
}
