//! A document goes, and only if it is said, its runs.

use gloss_store::Deletion;

use super::lookup::no_document;
use super::run_delete::{count, running};
use crate::error::{Error, Result};
use crate::views::DeletedView;
use crate::{App, Ctx};

impl App {
    /// Runs of a document go with it only with `cascade`. Its bytes stay where they are kept, for
    /// whoever tidies up there.
    pub async fn document_delete(
        &self,
        ctx: &Ctx,
        document_id: &str,
        cascade: bool,
    ) -> Result<DeletedView> {
        let id = self.find_document(ctx, document_id).await?.document_id;
        match self.store.document_delete(ctx.owner, id, cascade).await? {
            Deletion::Done(deleted) => Ok(deleted.into()),
            Deletion::NotFound | Deletion::DefaultProject => Err(no_document(id)),
            Deletion::Running { runs, first } => Err(running(runs, first)),
            Deletion::Needed { by } => {
                let message = format!("document {id} has {}", count(by, "run"));
                Err(Error::conflict("document_has_runs", message).hint(
                    "`--cascade` (`?cascade=true`) deletes them too, with their answers; \
                     `gloss export` saves those first",
                ))
            }
        }
    }
}
