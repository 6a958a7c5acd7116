//! `gloss serve`

use gloss_app::Result;

use super::Desk;
use crate::args::ServeArgs;
use crate::console::Console;

pub(super) async fn run(_desk: &Desk, _args: ServeArgs, _console: &mut Console) -> Result<u8> {
    Ok(0)
}
