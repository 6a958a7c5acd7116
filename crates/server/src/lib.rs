//! The REST face of Gloss: a handler reads arguments, calls one operation, and wraps the answer.
//!
//! It decides nothing. What a request may do is said by [`gloss_app`], who may ask by `auth`, and
//! how much a client may send, hold open or wait by the named limits in `extract` and `serve`.

mod auth;
mod contents;
mod documents;
mod environment;
mod export;
mod extract;
mod face;
mod health;
mod log;
mod models;
mod openapi;
mod overlays;
mod precondition;
mod problem;
mod projects;
mod router;
mod runs;
mod schemas;
mod serve;
mod start;
#[cfg(test)]
mod tests;
mod token;
mod upload;

pub use environment::Environment;
pub use openapi::openapi;
pub use problem::Problem;
pub use router::router;
pub use serve::{ServeOptions, Server, serve};
pub use start::{main, stop_signal};
pub use token::Token;
