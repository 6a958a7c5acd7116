//! The project's own commands, run as `cargo xtask VERB`; `verbs.rs` has the list.
mod bench;
mod chaos;
mod ci;
mod pg;
mod postgres;
mod regenerate;
mod run;
mod sim;
mod test;
mod tidy;
mod verbs;
fn main() -> std::process::ExitCode {
    verbs::main(&std::env::args().skip(1).collect::<Vec<_>>())
}
