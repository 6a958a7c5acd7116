//! Projects, and what deletes took away.

use gloss_app::views::{DeletedView, Page, ProjectView};

use super::{count, cut, page, table};

pub(crate) fn projects(view: &Page<ProjectView>, width: Option<u16>) -> String {
    let rows = view.items.iter().map(|project| {
        [project.project_id.clone(), project.documents.to_string(), cut(&project.name)]
    });
    page(table(["PROJECT", "DOCUMENTS", "NAME"], rows, width), view, "projects")
}

pub(crate) fn project(view: &ProjectView) -> String {
    let kind = if view.is_default { " (the default project)" } else { "" };
    let mut lines = vec![
        format!("project      {}", view.project_id),
        format!("name         {}{kind}", view.name),
    ];
    lines.extend(view.description.iter().map(|text| format!("description  {text}")));
    lines.push(format!("documents    {}", view.documents));
    lines.join("\n")
}

pub(crate) fn deleted(view: &DeletedView) -> String {
    let kinds = [
        (view.projects, "project", "projects"),
        (view.documents, "document", "documents"),
        (view.schemas, "schema", "schemas"),
        (view.runs, "run", "runs"),
        (view.answers, "answer", "answers"),
    ];
    let kinds = kinds.into_iter().filter(|(n, ..)| *n > 0);
    let mut gone: Vec<String> = kinds.map(|(n, one, many)| count(n, one, many)).collect();
    if view.confirmed_answers > 0
        && let Some(answers) = gone.last_mut()
    {
        answers.push_str(&format!(" ({} confirmed)", view.confirmed_answers));
    }
    format!("deleted: {}", gone.join(", "))
}
