//! Office files, web pages, sheets and PDF to DoclingDocument JSON.
//!
//! Invariant: what is here reads bytes that nobody has checked, so it runs in a child process only.

pub mod pdf;
