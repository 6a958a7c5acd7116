//! A project goes, and only if it is said, what is in it.

use gloss_store::Deletion;

use super::project_create::no_project;
use super::run_delete::{count, running};
use crate::error::{Error, Result};
use crate::views::DeletedView;
use crate::{App, Ctx};

impl App {
    /// Documents of a project, and their runs, go with it only with `cascade`.
    pub async fn project_delete(
        &self,
        ctx: &Ctx,
        project: &str,
        cascade: bool,
    ) -> Result<DeletedView> {
        let row = self.find_project(ctx, project).await?;
        match self.store.project_delete(ctx.owner, row.project_id, cascade).await? {
            Deletion::Done(deleted) => Ok(deleted.into()),
            Deletion::NotFound => Err(no_project(project)),
            Deletion::Running { runs, first } => Err(running(runs, first)),
            Deletion::Needed { by } => {
                let documents = count(by, "document");
                let message = format!("project `{}` has {documents}", row.name);
                Err(Error::conflict("project_has_documents", message).hint(
                    "move them with `gloss documents move`; `--cascade` (`?cascade=true`) deletes \
                     them too, with their runs and answers",
                ))
            }
            Deletion::DefaultProject => {
                let message = format!("`{}` is the default project, which stays", row.name);
                Err(Error::conflict("default_project", message)
                    .hint("it takes what is put nowhere else; `gloss projects rename` renames it"))
            }
        }
    }
}
