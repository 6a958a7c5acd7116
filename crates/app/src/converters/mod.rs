//! Who reads a file: this process, one that may die, or a docling-serve.

mod child;
mod docling_serve;

use std::path::PathBuf;
use std::sync::Arc;

use gloss_core_model::SourceType;
use gloss_ingest::reply::Failure;
use gloss_ingest::{Converted, IngestError, Limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

pub use docling_serve::DoclingServe;

/// Text up to this size is read right here: what it can cost in memory is some twenty times that.
const TEXT_IN_PROCESS_BYTES_MAX: usize = 1024 * 1024;
/// The same for a table, whose structure is longer than its text.
const CELLS_IN_PROCESS_MAX: u64 = 200_000;

/// How files become blocks.
#[derive(Debug, Clone, Default)]
pub struct ConverterConfig {
    /// A program that answers to `convert-child`: `gloss` itself, `gloss-server`, or your own that
    /// calls `gloss_convert::child::run_if_asked` first. Without one only text and CSV are read,
    /// right here.
    pub program: Option<PathBuf>,
    /// Reads PDF instead of the built-in reader.
    pub docling_serve: Option<DoclingServe>,
}

impl ConverterConfig {
    /// The program that is running, which has to answer to `convert-child`.
    pub fn this_program() -> Self {
        Self { program: std::env::current_exe().ok(), docling_serve: None }
    }
}

/// What a reader made of a file.
#[derive(Debug)]
pub struct Reading {
    /// What is wrong with the file is the inner result.
    pub outcome: std::result::Result<Converted, Failure>,
    /// Held until the outcome is stored: what waits for the database takes memory as well.
    pub(crate) place: OwnedSemaphorePermit,
}

/// Reads files, so many at once.
#[derive(Debug, Clone)]
pub struct Converters {
    config: ConverterConfig,
    pub(crate) limits: Limits,
    /// Conversions at once over everything this process does: they are bound by the processor, and
    /// their results by memory.
    places: Arc<Semaphore>,
}

impl Converters {
    pub fn new(config: ConverterConfig) -> Self {
        let places = Arc::new(Semaphore::new(Self::parallel()));
        Self { config, limits: Limits::DEFAULT, places }
    }

    /// How many conversions may run at once.
    pub(crate) fn parallel() -> usize {
        std::thread::available_parallelism().map_or(2, usize::from)
    }

    /// # Errors
    /// Our own; what is wrong with the file is the outcome.
    pub async fn convert(&self, source_type: SourceType, bytes: &Arc<[u8]>) -> Result<Reading> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(Error::internal)?;
        Ok(Reading { outcome: self.read(source_type, bytes).await?, place })
    }

    async fn read(
        &self,
        source_type: SourceType,
        bytes: &Arc<[u8]>,
    ) -> Result<std::result::Result<Converted, Failure>> {
        if bytes.is_empty() {
            // No process and no server is asked about nothing.
            return Ok(Err(Failure::from(&IngestError::Empty)));
        }
        if let (SourceType::Pdf, Some(server)) = (source_type, &self.config.docling_serve) {
            return Ok(server.convert(source_type, bytes, &self.limits).await);
        }
        let program = self.config.program.as_ref();
        let alone = program.is_none();
        if let Some(read) = in_process(source_type, bytes.len(), alone) {
            let (bytes, limits) = (Arc::clone(bytes), self.limits);
            let read = move || read(&bytes, &limits);
            let converted = tokio::task::spawn_blocking(read).await.map_err(Error::internal)?;
            // What is too much for this process may be little for one of its own.
            if alone || !matches!(converted, Err(IngestError::BeyondLimit { .. })) {
                return Ok(converted.map_err(|error| Failure::from(&error)));
            }
        }
        let program = program.ok_or_else(no_program)?;
        // Files are read side by side; one that is alone may use all of the processor.
        let threads = 1 + self.places.available_permits();
        child::convert(program, source_type, bytes, &self.limits, threads).await
    }
}

type Read = fn(&[u8], &Limits) -> std::result::Result<Converted, IngestError>;

/// The reader of a source that needs no process of its own.
fn in_process(source_type: SourceType, bytes: usize, alone: bool) -> Option<Read> {
    let read: Read = match source_type {
        SourceType::Md | SourceType::Txt => gloss_ingest::convert_text,
        SourceType::Csv if alone => gloss_ingest::convert_csv,
        SourceType::Csv => |bytes, limits| {
            let cells_max = limits.cells_max.min(CELLS_IN_PROCESS_MAX);
            gloss_ingest::convert_csv(bytes, &Limits { cells_max, ..*limits })
        },
        _ => return None,
    };
    (alone || bytes <= TEXT_IN_PROCESS_BYTES_MAX).then_some(read)
}

fn no_program() -> Error {
    Error::invalid("no_converter", "this program has no converter for such files")
        .hint("set the configuration's converter program to `gloss`")
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    /// A batch whose database is slow reads no further: finished conversions would pile up.
    #[tokio::test]
    async fn a_place_is_taken_until_its_result_is_stored() {
        let converters = Converters::new(ConverterConfig::default());
        let bytes: Arc<[u8]> = b"# A".as_slice().into();
        let mut readings = Vec::new();
        for _ in 0..Converters::parallel() {
            let reading = converters.convert(SourceType::Md, &bytes).await.expect("it is read");
            assert!(reading.outcome.is_ok());
            readings.push(reading);
        }
        assert_eq!(converters.places.available_permits(), 0);
        assert!(converters.convert(SourceType::Md, &bytes).now_or_never().is_none());
        readings.clear();
        assert_eq!(converters.places.available_permits(), Converters::parallel());
    }
}
