//! Everything about models. The first modules are pure; only [`provider`]'s implementations
//! touch the network. [`http`] is the one HTTP client of Gloss, whoever is asked.
//!
//! The way of a call: [`prompt`] renders a request's prefix and text, [`pack`] decides which
//! blocks share it, a [`provider::Provider`] sends it, [`unpack`] maps the reply back to blocks by
//! number, [`cost`] says what it cost.

pub mod cost;
pub mod dialect;
pub mod estimate;
pub mod models;
pub mod pace;
pub mod pack;
pub mod prompt;
pub mod request;
pub mod unpack;
pub mod validate;

pub mod anthropic;
pub mod endpoint;
mod events;
pub mod google;
pub mod http;
pub mod limits;
pub mod openai;
pub mod provider;
mod wire;

pub use cost::{Prices, Usage};
pub use endpoint::Endpoint;
pub use limits::RateLimits;
pub use models::{Caching, Catalog, ModelFacts, ProviderName};
pub use pace::{Need, Pace};
pub use pack::{Experience, Pack, PackItem, PackLimits, Packing};
pub use prompt::Prompt;
pub use provider::{ApiKey, Begun, CallError, Provider};
pub use request::{CacheTtl, Prefix, Reply, Request, StopReason};
pub use unpack::{BlockOutcome, Unpacked, unpack};
pub use validate::AnswerValidator;
