//! What a document holds, and the check of everything that is kept.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{DoctorCommand, PageArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum ContentsCommand {
    /// A document's blocks in order: what a run would ask about
    Blocks {
        document_id: String,
        #[command(flatten)]
        page: PageArgs,
    },
    /// A document's bytes as they came in
    Source(FileArgs),
    /// What was written down when the document was converted: Markdown, or DoclingDocument JSON
    Representation(FileArgs),
}

#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    pub(crate) document_id: String,
    /// Write to a file instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DoctorArgs {
    #[command(subcommand)]
    pub(crate) what: Option<DoctorCommand>,
    /// Delete kept bytes that no document names, if they are older than an hour
    #[arg(long)]
    pub(crate) collect: bool,
    /// Look at names and sizes of kept bytes alone, and do not read them
    #[arg(long)]
    pub(crate) skip_contents: bool,
}
