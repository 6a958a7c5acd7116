//! `gloss models …`

use gloss_app::Result;

use super::Desk;
use crate::args::ModelsCommand;
use crate::console::Console;
use crate::render;

pub(super) async fn run(desk: &Desk, command: ModelsCommand, console: &mut Console) -> Result<u8> {
    match command {
        ModelsCommand::List => {
            let models = desk.app.model_list();
            desk.show_table(&models, |models, width| render::models(models, width), console)?;
        }
        ModelsCommand::Probe { model } => {
            let view = desk.app.model_probe(&model).await?;
            desk.show(&view, render::probe, console)?;
        }
    }
    Ok(0)
}
