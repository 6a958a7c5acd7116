//! `gloss documents …`

use gloss_app::Result;
use gloss_app::ops::PageRequest;

use super::Desk;
use crate::args::{DocumentsCommand, PageArgs};
use crate::console::Console;
use crate::render;

pub(super) async fn run(
    desk: &Desk,
    command: DocumentsCommand,
    console: &mut Console,
) -> Result<u8> {
    match command {
        DocumentsCommand::List(args) => {
            let view = desk.app.document_list(&desk.ctx, page(args)).await?;
            desk.show(&view, render::documents, console)?;
        }
        DocumentsCommand::Show { document_id } => {
            let view = desk.app.document_get(&desk.ctx, &document_id).await?;
            desk.show(&view, render::document, console)?;
        }
    }
    Ok(0)
}

pub(super) fn page(args: PageArgs) -> PageRequest {
    PageRequest { after: args.after, limit: args.limit }
}
