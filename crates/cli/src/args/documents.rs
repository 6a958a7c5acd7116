//! `gloss projects …`, `gloss documents …`, and what all deletes are told.

use clap::{Args, Subcommand};

use super::{ContentsCommand, PageArgs};

/// Everywhere a project is given by its id or its name.
#[derive(Debug, Subcommand)]
pub(crate) enum ProjectsCommand {
    /// Make a project
    Create {
        name: String,
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Projects by name
    List(PageArgs),
    /// One project
    Show { project: String },
    /// Give a project another name or description
    Rename {
        project: String,
        /// Its new name [default: the one it has]
        name: Option<String>,
        /// Its new description; "" takes it away
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Delete a project
    Delete {
        project: String,
        #[command(flatten)]
        cascade: CascadeArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DocumentsCommand {
    /// Documents, newest first
    List {
        /// Only those of this project, by id or name
        #[arg(long, value_name = "PROJECT")]
        project: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// One document
    Show { document_id: String },
    #[command(flatten)]
    Contents(ContentsCommand),
    /// Put a document into another project
    Move {
        document_id: String,
        /// Its id or name
        #[arg(long, value_name = "PROJECT")]
        project: String,
    },
    /// Delete a document with its blocks; nothing brings it back
    Delete {
        document_id: String,
        #[command(flatten)]
        cascade: CascadeArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CascadeArgs {
    /// With everything under it: documents, runs, answers, confirmed ones too
    #[arg(long)]
    pub(crate) cascade: bool,
}
