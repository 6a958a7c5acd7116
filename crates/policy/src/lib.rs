//! What may be set, who set it, and what a run froze: the policy registry, precedence with
//! provenance, and the run snapshot. Pure: no I/O, no clock.
//!
//! Read in this order: [`Key`] and [`registry`] say what may be set, [`layer`] where values come
//! from, [`resolve()`] which value wins and why, [`Policy`] what consumers read, and [`Snapshot`]
//! what a run keeps.

mod key;
pub mod layer;
mod policy;
pub mod registry;
mod resolve;
mod rules;
mod setting;
mod snapshot;

pub use key::Key;
pub use layer::{Layer, Source, environment_layer, parse_setting, prompt_config_layer};
pub use policy::{
    Batching, ClaimBatchSize, Models, Owner, Policy, PromptCaching, Run, Upload, Worker,
};
pub use registry::{BatchingMode, CacheTtl, Definition, KeyError, Memo, REGISTRY};
pub use resolve::{Effective, PolicyError, Resolved, resolve};
pub use rules::{BrokenRule, Term};
pub use setting::{Setting, Settings};
pub use snapshot::{Frozen, Prompts, Snapshot, SnapshotError};
