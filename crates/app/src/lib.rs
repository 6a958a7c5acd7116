//! The program without a face. Every operation is one file in [`ops`] and one method of [`App`];
//! the command line and the server read arguments, call it, and show what comes back.

mod accounts;
mod boot;
mod brief;
mod clock;
mod config;
mod converters;
mod error;
mod objects;
pub mod ops;
pub mod views;
pub mod worker;

pub use accounts::Accounts;
pub use boot::App;
pub use brief::{Asked, Brief, BriefError};
pub use clock::{Clock, SystemClock};
pub use config::{Config, Flags, ProviderConfig, data_dir_default};
pub use converters::{ConverterConfig, Converters, DoclingServe, Reading};
pub use error::{Error, ErrorKind, Result};
pub use ops::{OPERATIONS, Operation};
pub use worker::{Stop, WorkerOptions, WorkerReport};

/// What the faces need of the crates below, so that they depend on this one alone.
pub use gloss_ingest::EXTENSIONS;
/// The largest file that is read.
pub const FILE_BYTES_MAX: usize = gloss_ingest::Limits::DEFAULT.bytes_max;
pub use gloss_llm::{ApiKey, cost::show_usd};
pub use gloss_policy::parse_setting;

use gloss_core_model::OwnerId;

/// Who is asking. Every operation takes it first, and sees only this owner's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ctx {
    pub owner: OwnerId,
    /// Whose name goes into the history of reviews.
    pub actor: String,
}

impl Ctx {
    /// The one owner of an installation without accounts.
    pub fn local() -> Self {
        Self { owner: OwnerId::LOCAL, actor: "local".to_owned() }
    }
}
