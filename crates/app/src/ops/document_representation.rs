//! What a document's converter has written down, which the blocks' locators point into.

use gloss_core_model::Representation;
use gloss_objects::Object;

use super::document_source::DocumentFile;
use super::lookup::ingested;
use crate::error::Result;
use crate::{App, Ctx};

impl App {
    /// Checked against the conversion's content id.
    pub async fn document_representation(
        &self,
        ctx: &Ctx,
        document_id: &str,
    ) -> Result<DocumentFile> {
        let row = self.find_document(ctx, document_id).await?;
        let facts = ingested(&row)?;
        let bytes = self.objects.get(ctx.owner, &Object::from(facts)).await?;
        let extension = match facts.representation {
            Representation::MarkdownBytes => "md",
            Representation::DoclingDocumentJson => "json",
        };
        Ok(DocumentFile { file_name: format!("{}.{extension}", row.document_id), bytes })
    }
}
