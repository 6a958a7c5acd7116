//! The nouns of Gloss and their pure state machines: no I/O, no async, no clock, no randomness.
//!
//! Read in this order: [`id`] and [`hash`] say what things are called, [`document`] and [`block`]
//! what is read, [`schema`] what is asked, [`run`] and [`overlay`] what is answered.

pub mod block;
pub mod document;
pub mod hash;
pub mod id;
pub mod names;
pub mod note;
pub mod overlay;
pub mod project;
pub mod run;
pub mod schema;
pub mod time;

pub use block::{Block, BlockType, Locator};
pub use document::{
    ConversionFacts, DocumentStatus, FailureCode, Representation, SourceType, Tool,
};
pub use hash::{BlockUid, ConvHasher, ConvUid, SchemaUid, SourceUid};
pub use id::{CallId, DocumentId, OwnerId, ProjectId, RunId, SchemaId};
pub use note::{Note, NoteCode};
pub use overlay::{OverlayEvent, OverlayStatus};
pub use project::ProjectName;
pub use run::{Attention, Rollup, RunEvent, RunStatus};
pub use schema::{PromptConfig, Schema, SchemaRef};
pub use time::Timestamp;
