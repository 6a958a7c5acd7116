//! Server-sent events, as far as model providers use them: lines of `data:`, one event each.

/// Bytes that have arrived and are not read yet.
#[derive(Debug, Default)]
pub(crate) struct Events {
    buffer: Vec<u8>,
    read: usize,
}

impl Events {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Whatever is not read, for bodies that are no events.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buffer[self.read..]
    }
}

/// The data of each whole event; the sentinel `[DONE]` is not one.
impl Iterator for Events {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        while let Some(end) = self.rest().iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.rest()[..end]).into_owned();
            self.read += end + 1;
            let data = line.trim_end().strip_prefix("data:").map(str::trim_start);
            if let Some(data) = data.filter(|data| !data.is_empty() && *data != "[DONE]") {
                return Some(data.to_owned());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Events;

    #[track_caller]
    fn check(chunks: &[&str], expect: &[&str]) {
        let mut events = Events::default();
        let mut seen = Vec::new();
        for chunk in chunks {
            events.feed(chunk.as_bytes());
            seen.extend(events.by_ref());
        }
        assert_eq!(seen, expect);
    }

    #[test]
    fn events_come_whole_however_their_bytes_arrive() {
        check(&["event: a\nda", "ta: {\"x\":1}\r\n", "\n"], &["{\"x\":1}"]);
        check(&["data:1\ndata: 2\n\ndata: [DONE]\n\n"], &["1", "2"]);
        check(&[": a comment\n\ndata: cut"], &[]);
    }
}
