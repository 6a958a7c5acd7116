//! `cargo xtask chaos`: real processes, killed and frozen, on a database that forgets nothing.

use crate::verbs::{Outcome, Verb};
use crate::{postgres, run};

pub(crate) const VERB: Verb = Verb {
    name: "chaos",
    help: "[--cycles N] [--stops N] [--seed S] [--database sqlite|postgres]: kills, drains and\n\
           freezes real workers and a real server, and holds the database against a journal",
    run: chaos,
};

fn chaos(args: &[String]) -> Outcome {
    run::in_release("gloss-testkit", "gloss-chaos", |mut program| {
        program.args(args);
        if args.iter().any(|arg| arg == "sqlite") {
            return run::status(&mut program).map(run::exit_code);
        }
        postgres::run_with(&mut program, args.iter().any(|arg| arg == "postgres"))
    })
}
