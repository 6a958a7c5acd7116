//! Another name for a project, or another description.

use gloss_store::{ProjectChange, ProjectPut};

use super::project_create::{description, name_taken, no_project, project_name};
use crate::error::{Error, Result};
use crate::views::{ProjectView, project_view};
use crate::{App, Ctx};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectUpdate {
    /// Id or name.
    pub project: String,
    /// None keeps the one it has.
    pub name: Option<String>,
    /// None keeps the one it has; nothing but white space takes it away.
    pub description: Option<String>,
}

impl App {
    pub async fn project_update(&self, ctx: &Ctx, command: ProjectUpdate) -> Result<ProjectView> {
        let change = ProjectChange {
            name: command.name.as_deref().map(project_name).transpose()?,
            description: command.description.as_deref().map(description).transpose()?,
        };
        if change == ProjectChange::default() {
            return Err(Error::invalid("nothing_to_change", "neither a name nor a description")
                .hint("give what is to be different"));
        }
        let id = self.find_project(ctx, &command.project).await?.project_id;
        match self.store.project_update(ctx.owner, id, change, self.now()).await? {
            ProjectPut::Done(row) => Ok(project_view(&row, ctx.owner)),
            ProjectPut::NameTaken(other) => Err(name_taken(&other)),
            ProjectPut::NotFound => Err(no_project(&command.project)),
        }
    }
}
