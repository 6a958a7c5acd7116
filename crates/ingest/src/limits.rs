//! How much one source may hold, and ask of whoever reads it.

use serde::{Deserialize, Serialize};

use crate::IngestError;

/// Sizes are in bytes. What a container says of itself is not believed: contents are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub bytes_max: usize,
    pub blocks_max: usize,
    /// Parts of an Office file.
    pub entries_max: usize,
    /// All parts of an Office file together, unpacked.
    pub unpacked_bytes_max: u64,
    /// Unpacked over packed, for a part above 1 MiB unpacked. Office files reach some 20 to 60.
    pub ratio_max: u64,
    /// Rows times columns of the used range of one sheet of a workbook.
    pub cells_max: u64,
    pub pages_max: usize,
    /// Elements inside each other, in a part of an Office file.
    pub depth_max: usize,
    /// What a conversion may write down.
    pub representation_bytes_max: usize,
    /// Address space of the process that converts.
    pub memory_bytes_max: u64,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        // Some fifty long novels, or a scanned book.
        bytes_max: 64 * MIB,
        // What exports and reviews are made to hold.
        blocks_max: 1_000_000,
        entries_max: 10_000,
        unpacked_bytes_max: 512 * MIB as u64,
        ratio_max: 200,
        cells_max: 5_000_000,
        pages_max: 10_000,
        depth_max: 512,
        representation_bytes_max: 512 * MIB,
        memory_bytes_max: 1024 * MIB as u64,
    };

    /// Processor time for a file of so many bytes. A small file has no business taking long.
    pub const fn cpu_seconds(bytes: usize) -> u64 {
        4 + 4 * (bytes / MIB) as u64
    }

    /// # Errors
    /// [`IngestError::TooLarge`].
    pub const fn check_bytes(&self, bytes: usize) -> Result<(), IngestError> {
        if bytes > self.bytes_max {
            return Err(IngestError::TooLarge { bytes, bytes_max: self.bytes_max });
        }
        Ok(())
    }
}

const MIB: usize = 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
