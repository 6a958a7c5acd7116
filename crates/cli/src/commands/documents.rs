//! `gloss ingest`, `gloss documents …`

use gloss_app::ops::{DocumentIngest, DocumentList, PageRequest};
use gloss_app::views::IngestView;
use gloss_app::{Error, Result};

use super::{Desk, read_file};
use crate::args::{DocumentsCommand, IngestArgs, PageArgs};
use crate::console::Console;
use crate::render;

pub(super) async fn ingest(desk: &Desk, args: IngestArgs, console: &mut Console) -> Result<u8> {
    if args.title.is_some() && args.files.len() > 1 {
        return Err(Error::invalid("title_of_many", "--title goes with one file"));
    }
    let mut failed = None;
    let mut code = 0;
    for file in &args.files {
        // One bad file does not stop the others; the last error is the command's.
        match ingest_file(desk, file, args.title.clone(), args.project.clone()).await {
            Ok(view) => {
                code = code.max(u8::from(view.document.conversion.is_none()));
                desk.show(&view, render::ingested, console)?;
            }
            Err(error) if args.files.len() > 1 => {
                crate::failure::show(&error, desk.json, console);
                failed = Some(error.kind.exit_code());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(failed.unwrap_or(code))
}

async fn ingest_file(
    desk: &Desk,
    file: &std::path::Path,
    title: Option<String>,
    project: Option<String>,
) -> Result<IngestView> {
    let command = DocumentIngest { project, ..read(file, title)? };
    desk.app.document_ingest(&desk.ctx, command).await
}

pub(super) fn read(file: &std::path::Path, title: Option<String>) -> Result<DocumentIngest> {
    let bytes = read_file(file)?;
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(DocumentIngest { file_name, bytes, title, project: None })
}

pub(super) async fn run(
    desk: &Desk,
    command: DocumentsCommand,
    console: &mut Console,
) -> Result<u8> {
    match command {
        DocumentsCommand::List { project, page: args } => {
            let query = DocumentList { project, page: page(args) };
            let view = desk.app.document_list(&desk.ctx, query).await?;
            desk.show(&view, render::documents, console)?;
        }
        DocumentsCommand::Show { document_id } => {
            let view = desk.app.document_get(&desk.ctx, &document_id).await?;
            desk.show(&view, render::document, console)?;
        }
        DocumentsCommand::Move { document_id, project } => {
            let view = desk.app.document_move(&desk.ctx, &document_id, &project).await?;
            desk.show(&view, render::document, console)?;
        }
        DocumentsCommand::Delete { document_id, cascade } => {
            let cascade = cascade.cascade;
            let view = desk.app.document_delete(&desk.ctx, &document_id, cascade).await?;
            desk.show(&view, render::deleted, console)?;
        }
    }
    Ok(0)
}

pub(super) fn page(args: PageArgs) -> PageRequest {
    PageRequest { after: args.after, limit: args.limit }
}
