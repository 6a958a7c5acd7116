//! Tests that need the whole house, in one binary.

mod budget;
mod caching;
mod chaos;
mod clocks;
mod demo;
mod dialects;
mod docling_serve;
mod embed;
mod evidence;
mod fairness;
mod fidelity;
mod formats;
mod fuzzed;
mod generated;
mod kills;
mod malice;
mod matrix;
mod memo;
mod objects;
mod outages;
mod parity;
mod simulation;
mod spending;
mod store;
mod tables;
