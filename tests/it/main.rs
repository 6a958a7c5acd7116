//! Tests that need the whole house, in one binary.

mod embed;
mod fairness;
mod fidelity;
mod generated;
mod kills;
mod parity;
mod simulation;
mod spending;
mod store;
mod tables;

/// The demo's document and schema, which most tests work on.
mod demo {
    pub(crate) const DOCUMENT: &str =
        include_str!("../../crates/cli/demo/harbour-services-agreement.md");
    pub(crate) const SCHEMA: &str = include_str!("../../crates/cli/demo/contract-review.json");
}
