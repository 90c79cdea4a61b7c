//! Lines out of a stream that arrives in chunks of any size.

/// Bytes whose line has not ended yet.
#[derive(Debug, Default)]
pub struct Lines {
    open: Vec<u8>,
}

impl Lines {
    /// Takes what has come and gives every line that it completes, without its end and without empty ones. A chunk
    /// may end in the middle of a character; a line never does.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Vec<u8>> {
        let mut complete = Vec::new();
        let mut rest = chunk;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let mut line = std::mem::take(&mut self.open);
            line.extend_from_slice(&rest[..end]);
            complete.extend(trimmed(line));
            rest = &rest[end + 1..];
        }
        self.open.extend_from_slice(rest);
        complete
    }

    /// The last line, where the stream ended without ending it.
    #[must_use]
    pub fn finish(self) -> Option<Vec<u8>> {
        trimmed(self.open)
    }
}

fn trimmed(mut line: Vec<u8>) -> Option<Vec<u8>> {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_same_whatever_the_chunks() {
        let text = "{\"a\":\"é\"}\n\n{\"b\":1}\r\nlast".as_bytes();
        for size in 1..=text.len() {
            let mut lines = Lines::default();
            let mut all: Vec<Vec<u8>> = text.chunks(size).flat_map(|chunk| lines.push(chunk)).collect();
            all.extend(lines.finish());
            let all: Vec<&str> = all.iter().map(|line| std::str::from_utf8(line).unwrap()).collect();
            assert_eq!(all, ["{\"a\":\"é\"}", "{\"b\":1}", "last"], "chunks of {size}");
        }
    }

    #[test]
    fn a_stream_that_ends_with_its_line_leaves_nothing() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"a\n"), [b"a"]);
        assert_eq!(lines.finish(), None);
    }
}
