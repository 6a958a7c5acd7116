//! `gloss db …`, `gloss doctor`

use gloss_app::Result;
use gloss_app::ops::DoctorCheck;
use serde_json::json;

use super::Desk;
use crate::args::{DbCommand, DoctorArgs, DoctorCommand};
use crate::console::Console;
use crate::render;

pub(super) async fn run(desk: &Desk, command: DbCommand, console: &mut Console) -> Result<u8> {
    if let DbCommand::Backup { file } = command {
        desk.app.database_backup(&file).await?;
        let view = json!({ "file": file.display().to_string() });
        desk.show(&view, |_| format!("copied to {}", file.display()), console)?;
        return Ok(0);
    }
    // Opening the program has migrated already; both commands tell where things stand.
    let view = desk.app.database_status().await?;
    let text = |view: &gloss_app::views::DatabaseView| {
        format!(
            "{} {}, migrations {} of {}",
            view.kind, view.version, view.migrations_applied, view.migrations_known
        )
    };
    desk.show(&view, text, console)?;
    Ok(0)
}

pub(super) async fn doctor(desk: &Desk, args: DoctorArgs, console: &mut Console) -> Result<u8> {
    if let Some(DoctorCommand::Formats) = args.what {
        let view = desk.app.doctor_formats().await?;
        desk.show_table(&view, render::formats, console)?;
        return Ok(u8::from(!view.healthy));
    }
    let want = DoctorCheck { collect: args.collect, contents: !args.skip_contents };
    let view = desk.app.doctor_check(want).await?;
    desk.show(&view, render::doctor, console)?;
    Ok(u8::from(!view.healthy))
}
