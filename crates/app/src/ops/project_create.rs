//! A project: a name for some documents.

use gloss_core_model::{ProjectId, ProjectName};
use gloss_store::{NewProject, ProjectPut, ProjectRow};

use crate::error::{Error, Result};
use crate::views::{ProjectView, project_view};
use crate::{App, Ctx};

const DESCRIPTION_CHARACTERS_MAX: usize = 2000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectCreate {
    pub name: String,
    pub description: Option<String>,
}

impl App {
    pub async fn project_create(&self, ctx: &Ctx, command: ProjectCreate) -> Result<ProjectView> {
        let name = project_name(&command.name)?;
        let new = NewProject {
            owner: ctx.owner,
            project_id: ProjectId(self.new_id()),
            description: command.description.as_deref().map(description).transpose()?.flatten(),
            name: name.clone(),
            now: self.now(),
        };
        match self.store.project_create(new).await? {
            ProjectPut::Done(row) => Ok(project_view(&row, ctx.owner)),
            ProjectPut::NameTaken(other) => Err(name_taken(&other)),
            // Deleted by somebody else before it could be read.
            ProjectPut::NotFound => Err(no_project(name.as_str())),
        }
    }
}

pub(super) fn project_name(text: &str) -> Result<ProjectName> {
    text.parse().map_err(|error| Error::invalid("invalid_project_name", format!("{error}")))
}

/// Nothing but white space is none.
pub(super) fn description(text: &str) -> Result<Option<String>> {
    let text = text.replace('\0', "");
    let characters = text.chars().count();
    if characters > DESCRIPTION_CHARACTERS_MAX {
        let message = format!(
            "a description has at most {DESCRIPTION_CHARACTERS_MAX} characters, this one \
             {characters}"
        );
        return Err(Error::invalid("invalid_description", message));
    }
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

pub(super) fn name_taken(other: &ProjectRow) -> Error {
    let message = format!("there is a project `{}` already", other.name);
    Error::conflict("project_name_taken", message)
        .hint(format!("use it, or choose another name; its id is {}", other.project_id))
}

pub(super) fn no_project(given: &str) -> Error {
    Error::not_found("project_not_found", format!("there is no project `{given}`"))
        .hint("`gloss projects list` shows what there is; `gloss projects create NAME` adds one")
}
