//! One file per group of commands; each reads its arguments, calls one operation, and shows it.

use std::path::Path;

use gloss_app::{App, Ctx, Error, Result};
use serde::Serialize;

use crate::args::{Cli, Command, Global};
use crate::console::Console;
use crate::settings;

mod contents;
mod db;
mod demo;
mod documents;
mod export;
pub(crate) mod ingest;
mod models;
mod projects;
mod review;
mod run;
mod runs;
mod schema;
mod serve;
mod simulator;
mod worker;

pub(crate) async fn run(cli: Cli, console: &mut Console) -> Result<u8> {
    let Cli { global, command } = cli;
    match command {
        Command::Completions { shell } => Ok(completions(shell, console)),
        Command::Simulator(args) => simulator::run(args, console).await,
        Command::Demo(args) => demo::run(&global, args, console).await,
        command => {
            let config = settings::config(&global, console)?;
            let app = App::open(config).await?;
            let desk = Desk { app, ctx: Ctx::local(), json: global.json, global };
            let code = with_app(&desk, command, console).await;
            desk.app.close().await;
            code
        }
    }
}

async fn with_app(desk: &Desk, command: Command, console: &mut Console) -> Result<u8> {
    match command {
        Command::Ingest(args) => ingest::run(desk, args, console).await,
        Command::Projects(command) => projects::run(desk, command, console).await,
        Command::Documents(command) => documents::run(desk, command, console).await,
        Command::Schema(command) => schema::run(desk, command, console).await,
        Command::Plan(args) => run::plan(desk, args, console).await,
        Command::Run(args) => run::run(desk, args, console).await,
        Command::Worker(args) => worker::run(desk, args, console).await,
        Command::Runs(command) => runs::run(desk, command, console).await,
        Command::Review(command) => review::run(desk, command, console).await,
        Command::Export(args) => export::run(desk, args, console).await,
        Command::Models(command) => models::run(desk, command, console).await,
        Command::Serve(args) => serve::run(desk, args, console).await,
        Command::Db(command) => db::run(desk, command, console).await,
        Command::Doctor(args) => db::doctor(desk, args, console).await,
        Command::Completions { .. } | Command::Simulator(_) | Command::Demo(_) => Ok(0),
    }
}

/// What every command has at hand.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) ctx: Ctx,
    pub(crate) json: bool,
    pub(crate) global: Global,
}

impl Desk {
    /// Shows a view: as JSON, or as text for people.
    pub(crate) fn show<T: Serialize>(
        &self,
        view: &T,
        text: impl FnOnce(&T) -> String,
        console: &mut Console,
    ) -> Result<()> {
        self.show_table(view, |view, _| text(view), console)
    }

    /// The same with a table in it, which minds the width of the terminal.
    pub(crate) fn show_table<T: Serialize>(
        &self,
        view: &T,
        text: impl FnOnce(&T, Option<u16>) -> String,
        console: &mut Console,
    ) -> Result<()> {
        if self.json {
            let json = serde_json::to_string_pretty(view).map_err(Error::internal)?;
            console.say(&json);
        } else {
            console.say(&text(view, console.width));
        }
        Ok(())
    }
}

pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| {
        let shown = path.display();
        match error.kind() {
            std::io::ErrorKind::NotFound => {
                Error::not_found("file_not_found", format!("there is no file {shown}"))
                    .hint("check the path; relative paths start at the current folder")
            }
            _ => Error::invalid("file_not_readable", format!("cannot read {shown}: {error}")),
        }
    })
}

pub(crate) fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read_file(path)?).map_err(|_| {
        Error::invalid("file_not_text", format!("{} is not UTF-8 text", path.display()))
            .hint("save it again as UTF-8")
    })
}

fn completions(shell: clap_complete::Shell, console: &mut Console) -> u8 {
    let mut command = <Cli as clap::CommandFactory>::command();
    clap_complete::generate(shell, &mut command, "gloss", &mut console.out);
    0
}
