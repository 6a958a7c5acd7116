//! `gloss schema …`

use gloss_app::Result;
use gloss_app::ops::SchemaSave;

use super::documents::page;
use super::{Desk, read_text};
use crate::args::SchemaCommand;
use crate::console::Console;
use crate::render;

pub(super) async fn run(desk: &Desk, command: SchemaCommand, console: &mut Console) -> Result<u8> {
    match command {
        SchemaCommand::Save { file, schema_ref } => {
            let save = SchemaSave { schema_ref, text: read_text(&file)? };
            let view = desk.app.schema_save(&desk.ctx, save).await?;
            desk.show(&view, render::schema_saved, console)?;
        }
        SchemaCommand::List(args) => {
            let view = desk.app.schema_list(&desk.ctx, page(args)).await?;
            desk.show_table(&view, render::schemas, console)?;
        }
        SchemaCommand::Show { schema_ref } => {
            let view = desk.app.schema_get(&desk.ctx, &schema_ref).await?;
            desk.show_table(&view, render::schema, console)?;
        }
        SchemaCommand::Delete { schema_ref } => {
            let view = desk.app.schema_delete(&desk.ctx, &schema_ref).await?;
            desk.show(&view, render::deleted, console)?;
        }
        SchemaCommand::Check { file } => {
            let view = desk.app.schema_check(&read_text(&file)?)?;
            desk.show_table(&view, render::schema_checked, console)?;
            return Ok(u8::from(!view.compatible));
        }
    }
    Ok(0)
}
