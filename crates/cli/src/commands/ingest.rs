//! `gloss ingest`: one file, or many with a bar and a table.

use std::path::{Path, PathBuf};

use gloss_app::ops::{BatchFile, DocumentIngest};
use gloss_app::views::{IngestBatchView, IngestedFileView};
use gloss_app::{Error, ErrorKind, Result, Stop};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Desk, read_file};
use crate::args::IngestArgs;
use crate::console::Console;
use crate::files::{Chosen, choose};
use crate::render;

pub(super) async fn run(desk: &Desk, args: IngestArgs, console: &mut Console) -> Result<u8> {
    let Chosen { files, left_out } = choose(&args.files)?;
    if let ([named], [file]) = (args.files.as_slice(), files.as_slice())
        && !named.is_dir()
    {
        let command = DocumentIngest { project: args.project, ..read(file, args.title)? };
        let view = desk.app.document_ingest(&desk.ctx, command).await?;
        desk.show(&view, render::ingested, console)?;
        return Ok(u8::from(view.document.conversion.is_none()));
    }
    if args.title.is_some() {
        return Err(Error::invalid("title_of_many", "--title goes with one file"));
    }
    let view = many(desk, files, args.project.as_deref(), console).await?;
    desk.show(&view, |view| render::ingested_batch(view, left_out), console)?;
    Ok(u8::from(!view.all_good()))
}

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
    Ok(IngestBatchView::of(outcomes))
}

fn batch_file(path: &Path, project: Option<&str>, stop: &Stop) -> BatchFile {
    let (path, project, stop) = (path.to_owned(), project.map(str::to_owned), stop.clone());
    let name = path.display().to_string();
    let open = move || {
        if stop.is_stopped() {
            let message = "not read: the command was interrupted";
            return Err(Error::new(ErrorKind::Unavailable, "interrupted", message)
                .hint("give the same command again; what was read is not read twice"));
        }
        Ok(DocumentIngest { project, ..read(&path, None)? })
    };
    BatchFile { name, open: Box::new(open) }
}

pub(super) fn read(file: &Path, title: Option<String>) -> Result<DocumentIngest> {
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
            bar.set_message(format!("{} {}", outcome.outcome, outcome.file_name));
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
