//! A model provider on loopback that speaks the Anthropic Messages wire format, for demos, tests
//! and benchmarks: deterministic answers, honest token and cache counters, faults on request.
//!
//! Reading order: a request becomes an [`ask`], the dice make a [`choice`] of faults, both become
//! a [`reply`], and the server sends it as one JSON body or as a stream of events.

mod admin;
mod answer;
mod ask;
mod cache;
mod calendar;
mod choice;
mod digest;
mod faults;
mod gate;
mod number;
mod pattern;
mod prompt;
mod reply;
mod server;
mod simulator;
mod state;
mod stream;
mod text;

pub use answer::{answer, expected};
pub use faults::{FaultError, FaultKind, FaultRule, Faults, RetryAfter};
pub use prompt::{cacheable_tokens_min, tokens};
pub use simulator::{Options, Simulator, serve};
pub use state::Stats;
