//! The bytes of a document as they came in.

use gloss_core_model::{SourceType, SourceUid};
use gloss_objects::{Bytes, Object};

use crate::error::Result;
use crate::{App, Ctx};

/// A file as it is kept.
#[derive(Debug, Clone)]
pub struct DocumentFile {
    /// Made of the document's id: a title may hold anything.
    pub file_name: String,
    pub bytes: Bytes,
}

impl App {
    /// Checked against the document's content id.
    pub async fn document_source(&self, ctx: &Ctx, document_id: &str) -> Result<DocumentFile> {
        let row = self.find_document(ctx, document_id).await?;
        let object = Object::Source { uid: row.source_uid, source_type: row.source_type };
        let bytes = self.objects.get(ctx.owner, &object).await?;
        Ok(DocumentFile { file_name: format!("{}.{}", row.document_id, row.source_type), bytes })
    }

    /// Whoever offers the bytes again mends a source that was lost. The document is fine without.
    pub(super) async fn source_restore(
        &self,
        ctx: &Ctx,
        source_type: SourceType,
        uid: &SourceUid,
        bytes: Vec<u8>,
    ) {
        let object = Object::Source { uid: uid.clone(), source_type };
        match self.objects.restore(ctx.owner, &object, bytes).await {
            Ok(false) => {}
            Ok(true) => tracing::info!(source_uid = %uid, "a lost source is back"),
            Err(error) => tracing::warn!(code = error.code(), "no look at a source: {error}"),
        }
    }
}
