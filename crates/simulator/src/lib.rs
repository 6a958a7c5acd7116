//! A model provider on loopback that speaks the wire formats of Anthropic, OpenAI (Responses and
//! Chat Completions) and Google, for demos, tests and benchmarks: deterministic answers, honest
//! token and cache counters, faults on request. Any key is taken but `invalid` and `no-credit`,
//! and any model that a provider could have, unless its name contains `nope`.
//!
//! Reading order: a [`dialect`] reads a request into what is [`ask`]ed, the dice make a [`choice`]
//! of faults, both become a [`reply`], and the dialect writes it as one JSON body or as a stream
//! of events. Between reading and writing no module knows who the provider is.

mod admin;
mod answer;
mod ask;
mod cache;
mod calendar;
mod choice;
mod dialect;
mod digest;
mod faults;
mod gate;
mod heed;
mod number;
mod pattern;
mod prompt;
mod reply;
mod server;
mod simulator;
mod state;
mod stream;
mod text;

pub use answer::{answer, expected, expected_of};
pub use faults::{FaultError, FaultKind, FaultRule, Faults, RetryAfter};
pub use prompt::{cacheable_tokens_min, tokens};
pub use simulator::{Options, Simulator, serve};
pub use state::Stats;
