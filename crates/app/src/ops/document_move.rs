//! A document goes into another project; everything about it stays as it is.

use super::project_create::no_project;
use crate::error::Result;
use crate::views::DocumentView;
use crate::{App, Ctx};

impl App {
    pub async fn document_move(
        &self,
        ctx: &Ctx,
        document_id: &str,
        project: &str,
    ) -> Result<DocumentView> {
        let document = self.find_document(ctx, document_id).await?.document_id;
        let to = self.find_project(ctx, project).await?.project_id;
        match self.store.document_move(ctx.owner, document, to, self.now()).await? {
            Some(row) => Ok(DocumentView::from(&row)),
            // One of the two was deleted a moment ago.
            None => {
                self.find_document(ctx, document_id).await?;
                Err(no_project(project))
            }
        }
    }
}
