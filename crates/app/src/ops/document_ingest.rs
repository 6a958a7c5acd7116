//! Bytes in, a document with its blocks out. The same bytes again change nothing.

use gloss_core_model::{DocumentId, DocumentStatus, SourceUid};
use gloss_ingest::{IngestError, Limits};
use gloss_store::{NewDocument, Put};

use crate::error::{Error, ErrorKind, Result};
use crate::views::{DocumentView, IngestView};
use crate::{App, Ctx};

#[derive(Debug, Clone)]
pub struct DocumentIngest {
    /// Tells the format and, without a heading, the title. It never becomes a path.
    pub file_name: String,
    pub bytes: Vec<u8>,
    /// Overrides the first heading.
    pub title: Option<String>,
}

impl App {
    /// # Errors
    /// Unreadable bytes are `Invalid` and store nothing; a file without blocks is stored as
    /// `ingest_failed`, so that it is seen and can be offered again.
    pub async fn document_ingest(&self, ctx: &Ctx, command: DocumentIngest) -> Result<IngestView> {
        let DocumentIngest { file_name, bytes, title } = command;
        let source_type =
            gloss_ingest::detect(&file_name, &bytes).map_err(|error| unreadable(&error))?;
        let source_uid = SourceUid::of(source_type, &bytes);
        let source_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let work = tokio::task::spawn_blocking(move || {
            let converted = gloss_ingest::convert(source_type, &bytes, &Limits::default());
            (bytes, converted)
        });
        let (bytes, converted) = work.await.map_err(Error::internal)?;
        let source_characters =
            std::str::from_utf8(&bytes).ok().map(|text| text.chars().count() as u64);
        self.objects.put_source(ctx.owner, &source_uid, bytes).await?;
        let (heading, outcome) = match converted {
            Ok(converted) => {
                let uid = &converted.facts.conv_uid;
                self.objects.put_representation(ctx.owner, uid, converted.representation).await?;
                (converted.title, Ok((converted.facts, converted.blocks)))
            }
            Err(IngestError::NoBlocks) => {
                (None, Err((DocumentStatus::IngestFailed, IngestError::NoBlocks.to_string())))
            }
            Err(error) => return Err(unreadable(&error)),
        };
        let put = self
            .store
            .document_put(NewDocument {
                owner: ctx.owner,
                document_id: DocumentId(self.new_id()),
                source_uid,
                source_type,
                source_bytes,
                source_characters,
                title: title
                    .filter(|title| !title.trim().is_empty())
                    .or(heading)
                    .unwrap_or_else(|| stem(&file_name)),
                outcome,
                now: self.now(),
            })
            .await?;
        let created = matches!(put, Put::Created(_));
        Ok(IngestView { created, document: DocumentView::from(put.row()) })
    }
}

fn unreadable(error: &IngestError) -> Error {
    let kind = match error {
        IngestError::TooLarge { .. } | IngestError::TooManyBlocks { .. } => ErrorKind::TooLarge,
        _ => ErrorKind::Invalid,
    };
    Error::new(kind, "unreadable_document", error.to_string())
}

/// The file's own name, without folders and extension.
fn stem(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
