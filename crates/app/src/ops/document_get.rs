//! One document.

use crate::error::Result;
use crate::views::DocumentView;
use crate::{App, Ctx};

impl App {
    pub async fn document_get(&self, ctx: &Ctx, document_id: &str) -> Result<DocumentView> {
        Ok(DocumentView::from(&self.find_document(ctx, document_id).await?))
    }
}
