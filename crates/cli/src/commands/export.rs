//! `gloss export`

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use gloss_app::ops::{ExportRequest, Exported};
use gloss_app::{Error, ErrorKind, Result};
use gloss_export::Format;
use serde_json::json;

use super::Desk;
use crate::args::ExportArgs;
use crate::console::Console;

pub(super) async fn run(desk: &Desk, args: ExportArgs, console: &mut Console) -> Result<u8> {
    let request = ExportRequest {
        run_id: args.run_id.clone(),
        format: format(&args)?,
        include_staged: args.include_staged,
        with_provenance: args.with_provenance,
    };
    let Some(path) = &args.output else {
        let out = BufWriter::new(&mut console.out);
        let (mut out, exported) = desk.app.export_write(&desk.ctx, &request, out).await?;
        out.flush().map_err(|error| unwritten(Path::new("stdout"), &error))?;
        drop(out);
        note_unanswered(&request, exported, console);
        return Ok(0);
    };
    let exported = to_file(desk, &request, path).await?;
    let Exported { records, answered } = exported;
    let file = path.display();
    let view = json!({ "file": file.to_string(), "records": records, "answered": answered });
    let text = match answered {
        _ if answered == records => format!("{records} records in {file}"),
        _ => format!("{records} records in {file}, {answered} of them with an answer"),
    };
    desk.show(&view, |_| text, console)?;
    if !desk.json {
        note_unanswered(&request, exported, console);
    }
    Ok(0)
}

/// Records without data look like answers that say nothing.
fn note_unanswered(request: &ExportRequest, exported: Exported, console: &mut Console) {
    if exported.answered > 0 || exported.records == 0 {
        return;
    }
    let id = &request.run_id;
    console.note(&match request.include_staged {
        true => format!("nothing is answered yet: `gloss runs show {id}` tells how far it is"),
        false => format!(
            "nothing is confirmed: `gloss review confirm {id}` first, or give --include-staged"
        ),
    });
}

/// Writes beside the target and renames, so that a broken export never looks like a whole one.
pub(super) async fn to_file(desk: &Desk, request: &ExportRequest, path: &Path) -> Result<Exported> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = std::path::PathBuf::from(partial);
    let file = File::create(&partial).map_err(|error| unwritten(path, &error))?;
    let written = desk.app.export_write(&desk.ctx, request, BufWriter::new(file)).await;
    let finished = written.and_then(|(mut out, exported)| {
        out.flush().map_err(|error| unwritten(path, &error))?;
        std::fs::rename(&partial, path).map_err(|error| unwritten(path, &error))?;
        Ok(exported)
    });
    if finished.is_err() {
        // The error that led here is the one to tell.
        let _ = std::fs::remove_file(&partial);
    }
    finished
}

fn format(args: &ExportArgs) -> Result<Format> {
    let by_extension = args.output.as_ref().and_then(|path| path.extension()?.to_str());
    let name = args.format.as_deref().or(by_extension).unwrap_or("jsonl");
    name.parse()
        .map_err(|error| Error::invalid("invalid_format", format!("{error}")).hint("give --format"))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Error {
    let message = format!("cannot write {}: {error}", path.display());
    Error::new(ErrorKind::Unavailable, "export_not_written", message)
}
