//! The command line as types. The doc comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod contents;
mod documents;

pub(crate) use contents::{ContentsCommand, DoctorArgs};
pub(crate) use documents::{CascadeArgs, DocumentsCommand, ProjectsCommand};

/// Structured answers about every paragraph of a document, checked by a person.
///
/// Gloss splits a document into blocks, has a language model answer your schema for each block,
/// lets you confirm what the model staged, and exports what you confirmed.
///
/// Try `gloss demo` first: it needs no key, no service and no network.
#[derive(Debug, Parser)]
#[command(name = "gloss", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Database: sqlite:PATH or postgres://… [env: GLOSS_DATABASE_URL] [default: SQLite in the data
    /// directory]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Where the database and the documents' bytes are kept [env: GLOSS_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where the model's provider is reached; each has a variable too, see docs/models.md
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Answer with JSON on stdout, and errors as JSON on stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole way on a sample contract: no key, no network
    Demo(DemoArgs),
    /// Read files into blocks: md, txt, docx, pdf, pptx, xlsx, html, csv
    Ingest(IngestArgs),
    /// Groups of documents
    #[command(subcommand)]
    Projects(ProjectsCommand),
    /// Documents that were read
    #[command(subcommand)]
    Documents(DocumentsCommand),
    /// What is asked of every block
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Tell the calls, tokens and cost of a run before anything is spent
    Plan(PlanArgs),
    /// Ask a schema of every block of a document
    Run(RunArgs),
    /// Work on open runs until told to stop
    Worker(WorkerArgs),
    /// Runs and how they are doing
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Look at answers, and confirm, reject or edit them
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Write the confirmed answers of a run, one record per block
    Export(ExportArgs),
    /// What is known of models
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Serve the same operations as a REST API
    Serve(ServeArgs),
    /// Serve a simulated model provider on loopback
    Simulator(SimulatorArgs),
    /// The database itself
    #[command(subcommand)]
    Db(DbCommand),
    /// Check that everything is as it should be
    Doctor(DoctorArgs),
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DoctorCommand {
    /// Read one small document of every format, and show what comes of it
    Formats,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// A folder of its own for everything the demo makes
    #[arg(long, value_name = "DIR", default_value = "gloss-demo")]
    pub(crate) dir: PathBuf,
    /// How long the simulated model thinks about each call
    #[arg(long, value_name = "MS", default_value_t = 300)]
    pub(crate) latency_ms: u64,
    /// Let the simulated model misbehave, for example missing=0.1 (repeatable; `gloss simulator
    /// --help` names all kinds)
    #[arg(long = "fault", value_name = "FAULT")]
    pub(crate) faults: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct IngestArgs {
    /// Files, folders, or patterns such as 'contracts/**/*.pdf'
    #[arg(required = true, value_name = "PATH")]
    pub(crate) files: Vec<PathBuf>,
    /// Instead of the document's own title; for one file
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Into this project, by id or name [default: the default project]
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// How many at most
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// The cursor that the page before ended with
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Save a schema; schemas never change, an edit is a new name
    Save {
        /// A JSON Schema with `type: object` and `properties`
        file: PathBuf,
        /// Its name [default: from `$id` or `title`]
        #[arg(long = "ref", value_name = "NAME")]
        schema_ref: Option<String>,
    },
    /// Schemas by name
    List(PageArgs),
    /// One schema with its fields
    Show {
        #[arg(value_name = "NAME")]
        schema_ref: String,
    },
    /// Tell whether a schema can be run, without saving it
    Check { file: PathBuf },
    /// Delete a schema that no run needs
    Delete {
        #[arg(value_name = "NAME")]
        schema_ref: String,
    },
}

/// What to ask of what, and how.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// A file, which is ingested first, or a document id
    #[arg(value_name = "FILE|DOCUMENT_ID")]
    pub(crate) document: String,
    /// A schema file, which is saved first, or a schema's name
    #[arg(long, value_name = "FILE|NAME")]
    pub(crate) schema: String,
    /// Override a policy setting for this run, such as worker.batching.pack_size=25 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) settings: Vec<String>,
    /// Short for --set models.platform_default_model=…
    #[arg(long)]
    pub(crate) model: Option<String>,
    /// Short for --set worker.batching.mode=…
    #[arg(long, value_enum)]
    pub(crate) mode: Option<Mode>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    /// One block per call
    #[value(name = "per_request")]
    PerRequest,
    /// Several blocks per call
    #[value(name = "serial_bundle")]
    SerialBundle,
}

impl Mode {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::PerRequest => "per_request",
            Self::SerialBundle => "serial_bundle",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Leave the work to workers and return at once
    #[arg(long)]
    pub(crate) detach: bool,
    /// The same key and request again answer with the same run
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct WorkerArgs {
    /// Only this run
    #[arg(long, value_name = "RUN_ID")]
    pub(crate) run: Option<String>,
    /// Return when nothing is left to do
    #[arg(long)]
    pub(crate) until_idle: bool,
    /// Model calls in flight over all runs
    #[arg(long, value_name = "N", default_value_t = 256)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) concurrency: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// Runs, newest first
    List {
        /// running, complete, failed or cancelled
        #[arg(long)]
        status: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// One run with its counts and cost
    Show { run_id: String },
    /// How a run went: cache, answers taken over, splits, estimates
    Report { run_id: String },
    /// Stop a run; nothing is written after this
    Cancel { run_id: String },
    /// Re-open a cancelled run
    Resume { run_id: String },
    /// Change what a run may spend; one that had run out goes on
    Budget {
        run_id: String,
        /// In US dollars, with what is spent already; 0 lifts the limit
        usd: f64,
    },
    /// Give failed blocks new attempts
    RetryFailed { run_id: String },
    /// Delete a run with its answers; nothing brings it back
    Delete {
        run_id: String,
        #[command(flatten)]
        cascade: CascadeArgs,
    },
}

/// Blocks by number: `3`, `3,7`, `10-19`; all of them when left out.
#[derive(Debug, Args)]
pub(crate) struct BlocksArgs {
    pub(crate) run_id: String,
    /// Which blocks: 3 or 3,7 or 10-19 [default: all]
    #[arg(long, value_name = "BLOCKS")]
    pub(crate) blocks: Option<String>,
    /// Only if the block still has this revision; for one block
    #[arg(long)]
    pub(crate) revision: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// Models with their windows and prices; GLOSS_MODELS_FILE adds to them
    List,
    /// Ask a model seven tiny questions: does it keep to a schema, say when it is cut, count?
    Probe {
        /// For example custom:qwen3
        model: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// The answers of a run, block by block
    Show {
        run_id: String,
        /// pending, claimed, staged, confirmed, failed or skipped
        #[arg(long)]
        status: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Confirm staged answers
    Confirm(BlocksArgs),
    /// Send staged answers back to the model
    Reject {
        #[command(flatten)]
        blocks: BlocksArgs,
        /// Kept in the history
        #[arg(long)]
        reason: Option<String>,
    },
    /// Replace the staged answer of one block
    Edit {
        run_id: String,
        block: u32,
        /// The whole answer as JSON
        #[arg(long, value_name = "JSON")]
        value: String,
        /// Only if the block still has this revision
        #[arg(long)]
        revision: Option<u32>,
    },
    /// Bring confirmed answers back to staged
    Reopen(BlocksArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    pub(crate) run_id: String,
    /// jsonl or csv [default: by --output's extension, else jsonl]
    #[arg(long, value_parser = ["jsonl", "csv"])]
    pub(crate) format: Option<String>,
    /// Write to a file instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Staged answers too, marked "draft": true
    #[arg(long)]
    pub(crate) include_staged: bool,
    /// Say which run, model, call and reviewer each answer is from
    #[arg(long)]
    pub(crate) with_provenance: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on; loopback only
    #[arg(long, default_value = "127.0.0.1:7437", value_name = "ADDR")]
    pub(crate) listen: std::net::SocketAddr,
    /// Only answer requests; leave runs to `gloss worker`
    #[arg(long)]
    pub(crate) no_workers: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SimulatorArgs {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:7438", value_name = "ADDR")]
    pub(crate) listen: std::net::SocketAddr,
    /// Wait before the first byte of each answer
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) latency_ms: u64,
    /// The same seed and requests give the same faults
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// KIND[=RATE][,times=N][,every=N][,retry-after=WHEN], such as missing=0.1 or
    /// 429=0.05,retry-after=2; kinds: missing, duplicate, differing-duplicate, invalid, unknown-id,
    /// reversed, truncated, malformed, refusal, error-body, 400, 401, 402, 404, 429, 500, 529,
    /// slow, reset, hang
    #[arg(long = "fault", value_name = "FAULT")]
    pub(crate) faults: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Bring the tables up to date
    Migrate,
    /// Which database this is, and whether its tables are up to date
    Status,
    /// Copy a live SQLite database into a new file
    Backup { file: PathBuf },
}
