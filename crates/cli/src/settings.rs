//! From flags and environment to the configuration of the program.

use std::path::PathBuf;

use gloss_app::{Config, Flags, Result, data_dir_default};

use crate::args::Global;
use crate::console::Console;

pub(crate) fn config(global: &Global, console: &Console) -> Result<Config> {
    let flags = Flags {
        database: global.database.clone(),
        data_dir: global.data_dir.clone(),
        base_url: global.base_url.clone(),
    };
    Config::read(flags, |name| console.env(name).map(str::to_owned), data_dir_default())
}

/// Where the server's token lies, beside everything else.
pub(crate) fn data_dir(global: &Global, console: &Console) -> Result<PathBuf> {
    Ok(config(global, console)?.data_dir)
}
