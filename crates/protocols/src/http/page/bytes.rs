//! The bytes of a page, as the tokenizer reads them.
//!
//! `html5gum` has a reader of its own, which the compiler is told to copy into each of the tokenizer's eighty states: two
//! thirds of its WebAssembly. The steps of this one are calls.

use std::convert::Infallible;

use html5gum::{Readable, Reader, StringReader};

/// What has not been read yet.
pub(crate) struct Bytes<'b>(StringReader<'b>);

impl<'b> Bytes<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Self {
        Self(bytes.to_reader())
    }
}

impl Reader for Bytes<'_> {
    type Error = Infallible;

    #[inline(never)]
    fn read_byte(&mut self) -> Result<Option<u8>, Infallible> {
        self.0.read_byte()
    }

    #[inline(never)]
    fn try_read_string(&mut self, text: &[u8], case_sensitive: bool) -> Result<bool, Infallible> {
        self.0.try_read_string(text, case_sensitive)
    }

    #[inline(never)]
    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        buffer: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Infallible> {
        self.0.read_until(needle, buffer)
    }
}
