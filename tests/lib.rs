//! The tests of this package are in `scenarios.rs` and `it/`.
