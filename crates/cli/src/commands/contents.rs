//! `gloss documents blocks`, `source` and `representation`

use std::io::Write;
use std::path::{Path, PathBuf};

use gloss_app::ops::DocumentFile;
use gloss_app::{Error, ErrorKind, Result};
use serde_json::json;

use super::Desk;
use super::documents::page;
use crate::args::ContentsCommand;
use crate::console::Console;
use crate::render;

pub(super) async fn run(
    desk: &Desk,
    command: ContentsCommand,
    console: &mut Console,
) -> Result<u8> {
    let (app, ctx) = (&desk.app, &desk.ctx);
    match command {
        ContentsCommand::Blocks { document_id, page: args } => {
            let view = app.document_blocks(ctx, &document_id, page(args)).await?;
            desk.show(&view, render::blocks, console)?;
        }
        ContentsCommand::Source(args) => {
            let file = app.document_source(ctx, &args.document_id).await?;
            write(desk, &file, args.output, console)?;
        }
        ContentsCommand::Representation(args) => {
            let file = app.document_representation(ctx, &args.document_id).await?;
            write(desk, &file, args.output, console)?;
        }
    }
    Ok(0)
}

fn write(
    desk: &Desk,
    file: &DocumentFile,
    output: Option<PathBuf>,
    console: &mut Console,
) -> Result<()> {
    let Some(path) = output else {
        let written = console.out.write_all(&file.bytes).and_then(|()| console.out.flush());
        return written.map_err(|error| unwritten(Path::new("stdout"), &error));
    };
    whole(&path, &file.bytes).map_err(|error| unwritten(&path, &error))?;
    let view = json!({ "file": path.display().to_string(), "bytes": file.bytes.len() });
    desk.show(&view, |_| format!("{} bytes in {}", file.bytes.len(), path.display()), console)
}

/// Written beside its place and renamed, so that half a file never looks like a whole one.
fn whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let written = std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(&partial, path));
    if written.is_err() {
        // The error that led here is the one to tell.
        let _ = std::fs::remove_file(&partial);
    }
    written
}

fn unwritten(path: &Path, error: &std::io::Error) -> Error {
    let message = format!("cannot write {}: {error}", path.display());
    Error::new(ErrorKind::Unavailable, "file_not_written", message)
}
