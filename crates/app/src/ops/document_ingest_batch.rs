//! Many files at once: side by side, and one that is bad never stops the others.

use std::fmt;

use futures::{StreamExt, stream};

use super::DocumentIngest;
use crate::converters::Converters;
use crate::error::{Error, Result};
use crate::views::{IngestBatchView, IngestedFileView};
use crate::{App, Ctx};

/// A file whose bytes are fetched when its turn comes, so that no batch holds all its files.
pub struct BatchFile {
    /// As the person calls it; it is repeated in the answer and never opened.
    pub name: String,
    pub open: Box<dyn FnOnce() -> Result<DocumentIngest> + Send>,
}

impl fmt::Debug for BatchFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchFile").field("name", &self.name).finish_non_exhaustive()
    }
}

impl App {
    /// Ingests each file as [`App::document_ingest`] does, and tells `on_each` as they end, in any
    /// order. The answer has them in the order they came in. Files that were there before are not
    /// converted again, so a batch that was broken off is finished by giving it once more.
    ///
    /// # Errors
    /// More files than `upload.max_files_per_batch`; then nothing is stored. What is wrong with one
    /// file stands at that file.
    pub async fn document_ingest_batch(
        &self,
        ctx: &Ctx,
        files: Vec<BatchFile>,
        mut on_each: impl FnMut(&IngestedFileView) + Send,
    ) -> Result<IngestBatchView> {
        let files_max = self.files_per_batch_max();
        if files.len() > files_max {
            let message = format!("{} files are more than {files_max} in one batch", files.len());
            return Err(Error::invalid("too_many_files", message)
                .hint("give fewer, or raise GLOSS_UPLOAD_MAX_FILES_PER_BATCH"));
        }
        let mut outcomes: Vec<(usize, IngestedFileView)> =
            stream::iter(files.into_iter().enumerate())
                .map(|(n, file)| async move { (n, self.one(ctx, file).await) })
                .buffer_unordered(Converters::parallel())
                .inspect(|(_, outcome)| on_each(outcome))
                .collect()
                .await;
        outcomes.sort_by_key(|(n, _)| *n);
        let files: Vec<IngestedFileView> = outcomes.into_iter().map(|(_, file)| file).collect();
        Ok(IngestBatchView::of(files))
    }

    /// How many files one batch may hold.
    pub const fn files_per_batch_max(&self) -> usize {
        self.upload.max_files_per_batch as usize
    }

    async fn one(&self, ctx: &Ctx, file: BatchFile) -> IngestedFileView {
        let BatchFile { name, open } = file;
        let opened = tokio::task::spawn_blocking(open).await.map_err(Error::internal);
        let ingested = match opened.and_then(|opened| opened) {
            Ok(command) => self.document_ingest(ctx, command).await,
            Err(error) => Err(error),
        };
        IngestedFileView::of(name, ingested)
    }
}
