//! How processes of `gloss` are started: which program, and in which environment.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;

use tokio::process::Command;

use crate::Database;

/// A command line such as `gloss worker --json` in, a command that runs it out. The binary is
/// `gloss` itself; tests start themselves.
pub type Program = Box<dyn Fn(&str) -> std::process::Command + Send + Sync>;

pub(super) struct Launcher {
    program: Program,
    database_url: String,
    data_dir: PathBuf,
    base_url: String,
}

impl Launcher {
    pub(super) fn new(program: Program, database: &Database, base_url: String) -> Self {
        let (database_url, data_dir) = (database.url().to_owned(), database.dir().to_owned());
        Self { program, database_url, data_dir, base_url }
    }

    /// Ends with us: no child outlives a test that failed.
    pub(super) fn command(&self, line: &str) -> Command {
        let mut command = Command::from((self.program)(line));
        command
            .env("GLOSS_DATABASE_URL", &self.database_url)
            .env("GLOSS_DATA_DIR", &self.data_dir)
            .env("GLOSS_LOG", "warn")
            .env("ANTHROPIC_API_KEY", "chaos")
            .env("ANTHROPIC_BASE_URL", &self.base_url)
            .stdin(std::process::Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// What the processes of one place say, one after the other.
    pub(super) fn log(&self, place: &str) -> File {
        let path = self.data_dir.join(format!("{place}.log"));
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.expect("a log file can be written")
    }
}
