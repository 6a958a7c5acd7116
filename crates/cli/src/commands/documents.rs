//! `gloss documents …`

use gloss_app::Result;
use gloss_app::ops::{DocumentList, PageRequest};

use super::{Desk, contents};
use crate::args::{DocumentsCommand, PageArgs};
use crate::console::Console;
use crate::render;

pub(super) async fn run(
    desk: &Desk,
    command: DocumentsCommand,
    console: &mut Console,
) -> Result<u8> {
    match command {
        DocumentsCommand::Contents(command) => return contents::run(desk, command, console).await,
        DocumentsCommand::List { project, page: args } => {
            let query = DocumentList { project, page: page(args) };
            let view = desk.app.document_list(&desk.ctx, query).await?;
            desk.show_table(&view, render::documents, console)?;
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
