//! `gloss ingest`: one file, or many with a bar and a table.

use std::path::{Path, PathBuf};

use gloss_app::ops::{BatchFile, DocumentIngest};
use gloss_app::views::{IngestBatchView, IngestedFileView};
use gloss_app::{Error, ErrorKind, FILE_BYTES_MAX, Result, Stop};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::{Desk, read_file};
use crate::args::IngestArgs;
use crate::console::Console;
use crate::files::{Chosen, choose};
use crate::{failure, render};

pub(super) async fn run(desk: &Desk, args: IngestArgs, console: &mut Console) -> Result<u8> {
    let Chosen { files, left_out } = choose(&args.files)?;
    if let ([named], [file]) = (args.files.as_slice(), files.as_slice())
        && !named.is_dir()
        && left_out.is_empty()
    {
        let command = DocumentIngest { project: args.project, ..read(file, args.title)? };
        let view = desk.app.document_ingest(&desk.ctx, command).await?;
        desk.show(&view, render::ingested, console)?;
        if let Some(why) = view.document.error.as_ref().filter(|_| !desk.json) {
            failure::tell(why, console);
        }
        return Ok(u8::from(view.document.conversion.is_none()));
    }
    if args.title.is_some() {
        return Err(Error::invalid("title_of_many", "--title goes with one file"));
    }
    let named = files.len();
    let view = many(desk, files, args.project.as_deref(), console).await?;
    let left_out = left_out.iter().map(|path| path.display().to_string()).collect();
    let view = FilesView { batch: view, left_out };
    desk.show_table(&view, render::ingested_files, console)?;
    if !desk.json {
        render::reasons(&view.batch).for_each(|reason| failure::tell(&reason, console));
        render::hints(&view.batch).into_iter().for_each(|hint| failure::advise(hint, console));
    }
    if console.stop.is_stopped() {
        let read = view.batch.files.len();
        console.note(&format!("interrupted: {read} of {named} read; the same command goes on"));
    }
    Ok(u8::from(!view.batch.all_good() || console.stop.is_stopped()))
}

/// What became of files, and which of their folders' files were not taken.
#[derive(Debug, Serialize)]
pub(crate) struct FilesView {
    #[serde(flatten)]
    pub(crate) batch: IngestBatchView,
    /// Of kinds that Gloss does not read.
    pub(crate) left_out: Vec<String>,
}

/// The code of files that had no turn any more.
const INTERRUPTED: &str = "interrupted";

/// Batch after batch: one holds as many files as policy allows at once.
async fn many(
    desk: &Desk,
    files: Vec<PathBuf>,
    project: Option<&str>,
    console: &Console,
) -> Result<IngestBatchView> {
    if let Some(project) = project {
        // Said once, and not for each file.
        desk.app.project_get(&desk.ctx, project).await?;
    }
    let bar = Bar::new(files.len(), console.terminal);
    let mut outcomes: Vec<IngestedFileView> = Vec::with_capacity(files.len());
    for batch in files.chunks(desk.app.files_per_batch_max().max(1)) {
        let files = batch.iter().map(|file| batch_file(file, project, &console.stop)).collect();
        let tell = |outcome: &IngestedFileView| bar.ended(outcome);
        outcomes.extend(desk.app.document_ingest_batch(&desk.ctx, files, tell).await?.files);
    }
    outcomes.retain(|outcome| outcome.code.as_deref() != Some(INTERRUPTED));
    Ok(IngestBatchView::of(outcomes))
}

fn batch_file(path: &Path, project: Option<&str>, stop: &Stop) -> BatchFile {
    let (path, project, stop) = (path.to_owned(), project.map(str::to_owned), stop.clone());
    let name = path.display().to_string();
    let open = move || {
        if stop.is_stopped() {
            let message = "not read: the command was interrupted";
            return Err(Error::new(ErrorKind::Unavailable, INTERRUPTED, message)
                .hint("give the same command again; what was read is not read twice"));
        }
        Ok(DocumentIngest { project, ..read(&path, None)? })
    };
    BatchFile { name, open: Box::new(open) }
}

pub(super) fn read(file: &Path, title: Option<String>) -> Result<DocumentIngest> {
    // Pipes and devices have no end; a file that is too large is not read to find that out.
    if let Ok(facts) = std::fs::metadata(file) {
        if !facts.is_file() {
            let message =
                format!("{} is no file: it is a folder, a pipe or a device", file.display());
            return Err(Error::invalid("no_file", message));
        }
        if facts.len() > FILE_BYTES_MAX as u64 {
            let (shown, bytes) = (file.display(), facts.len());
            let message = format!("{shown} has {bytes} bytes, and {FILE_BYTES_MAX} are allowed");
            return Err(
                Error::new(ErrorKind::TooLarge, "file_too_large", message).hint("split the file")
            );
        }
    }
    let bytes = read_file(file)?;
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(DocumentIngest { file_name, bytes, title, project: None })
}

/// One bar for all files, where a person watches.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new(files: usize, terminal: bool) -> Self {
        let draw = || {
            let target = ProgressDrawTarget::stderr();
            let bar = ProgressBar::with_draw_target(Some(files as u64), target);
            let style = ProgressStyle::with_template("{bar:24} {pos}/{len} files  {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        };
        Self(terminal.then(draw))
    }

    fn ended(&self, outcome: &IngestedFileView) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
            bar.set_message(format!("{} {}", outcome.outcome.replace('_', " "), outcome.file_name));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
