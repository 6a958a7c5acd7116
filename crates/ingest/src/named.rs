//! A representation, and its name: one thread hashes and keeps what another writes.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use gloss_core_model::{ConvHasher, ConvUid, Tool};

use crate::{IngestError, Limits};

/// A representation and its name, which is a hash of all of it.
pub(crate) struct Named {
    pub(crate) representation: Vec<u8>,
    pub(crate) conv_uid: ConvUid,
}

/// What is handed over at once: enough to make handing over cheap, and to stay in the cache.
const CHUNK_BYTES: usize = 64 * 1024;
/// How far the writer may be ahead.
const CHUNKS_AHEAD: usize = 8;

impl Named {
    pub(crate) fn new(tool: Tool, representation: Vec<u8>) -> Self {
        let conv_uid = ConvUid::of(tool, tool.representation(), &representation);
        Self { representation, conv_uid }
    }

    /// What `write` writes: some `room` bytes, which saves making room again and again.
    ///
    /// # Errors
    /// Those of `write`; a representation that is too long, which is counted and not kept.
    pub(crate) fn written(
        tool: Tool,
        limits: &Limits,
        room: usize,
        write: impl FnOnce(&mut Chunks) -> Result<(), IngestError>,
    ) -> Result<Self, IngestError> {
        let (sender, receiver) = sync_channel(CHUNKS_AHEAD);
        thread::scope(|scope| {
            let collecting = scope.spawn(|| collect(tool, limits, room, receiver));
            let mut chunks = Chunks { sender, chunk: Vec::with_capacity(CHUNK_BYTES) };
            let written = write(&mut chunks);
            chunks.hand_over();
            // Without a sender the other thread comes to its end.
            drop(chunks);
            let named = collecting.join();
            written?;
            named.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

fn collect(
    tool: Tool,
    limits: &Limits,
    room: usize,
    receiver: Receiver<Vec<u8>>,
) -> Result<Named, IngestError> {
    let max = limits.representation_bytes_max;
    let mut hasher = ConvHasher::new(tool, tool.representation());
    let (mut representation, mut bytes) = (Vec::with_capacity(room.min(max)), 0);
    for chunk in receiver {
        bytes += chunk.len();
        if bytes <= max {
            hasher.update(&chunk);
            representation.extend(chunk);
        }
    }
    if bytes > max {
        let what = format!("it takes {bytes} bytes to write its structure down");
        return Err(IngestError::BeyondLimit { what, max: max as u64 });
    }
    Ok(Named { representation, conv_uid: hasher.finish() })
}

/// Takes what is written, and hands it over piece by piece.
pub(crate) struct Chunks {
    sender: SyncSender<Vec<u8>>,
    chunk: Vec<u8>,
}

impl Chunks {
    fn hand_over(&mut self) {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK_BYTES));
        // A receiver that is gone has panicked, which is told where it is joined.
        let _ = self.sender.send(chunk);
    }
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.chunk.len() + bytes.len() > CHUNK_BYTES {
            self.hand_over();
        }
        self.chunk.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use gloss_core_model::{ConvUid, Tool};

    use super::Named;
    use crate::Limits;

    fn written(pieces: &[&[u8]], max: usize) -> Result<Named, String> {
        let limits = Limits { representation_bytes_max: max, ..Limits::DEFAULT };
        let write = |to: &mut super::Chunks| {
            pieces.iter().for_each(|piece| to.write_all(piece).expect("memory"));
            Ok(())
        };
        Named::written(Tool::Docling, &limits, 70_000, write).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_in_pieces_is_one_and_has_its_name() {
        let long = vec![7; super::CHUNK_BYTES * 20 + 1];
        let files: [Vec<&[u8]>; 3] =
            [vec![], vec![b"a", b"", b"b"], vec![b"a", &long, b"b", &long[..70_000]]];
        for pieces in files {
            let whole = pieces.concat();
            let named = written(&pieces, whole.len()).expect("within the limit");
            let conv_uid = ConvUid::of(Tool::Docling, Tool::Docling.representation(), &whole);
            assert!(named.representation == whole && named.conv_uid == conv_uid);
        }
        let told = written(&[b"abc", b"d"], 3).err().expect("beyond the limit");
        assert!(told.starts_with("it takes 4 bytes to write its structure down"), "{told}");
    }
}
