//! `cargo xtask bench NAME`: builds what people run, then measures it.

use std::process::Command;

use crate::postgres::{NOT_FOUND, Server, find};
use crate::run;
use crate::verbs::{Outcome, Verb};

pub(crate) const VERB: Verb = Verb {
    name: "bench",
    help: "NAME [ARGS]: measure a claim beside its limit in the same run, in release mode\n\
           run: a document's way through `gloss run`, beside a client that only sends\n\
           llm: calls, tokens and cost of each mode, with and without caching, beside the floor\n\
           ingest [--format F]… [--tool T]… [--quick] [--huge] [--explain N] [--corpus DIR]\n\
           [--json FILE]: what readers make of documents whose blocks are known, ours beside the\n\
           field's; needs python3, LibreOffice, pandoc, pdftotext and, once, a network\n\
           engine: processor time and memory a block takes when the model takes no time\n\
           queue [--database sqlite|postgres|both] [--part create|cells|growth|bloat|claims]…\n\
           [--batch N]… [--workers N]… [--quick] [--claims N] [--json FILE]: claims and settles,\n\
           beside the same statements without us; GLOSS_BENCH_POSTGRES_URL=… uses that server",
    run: bench,
};

/// Also read by the benchmark.
const URL_VARIABLE: &str = "GLOSS_BENCH_POSTGRES_URL";
const BIN_VARIABLE: &str = "GLOSS_BENCH_POSTGRES_BIN";

fn bench(args: &[String]) -> Outcome {
    let Some(name) = args.first() else {
        return Err("give the name of a bench, for example `cargo xtask bench run`".to_owned());
    };
    run::in_release("gloss-benches", "gloss-benches", |mut program| {
        program.args(args);
        // Held until the program is done: dropping it removes the server.
        let _server = match name.as_str() {
            "queue" => with_postgres(&mut program, args)?,
            _ => None,
        };
        run::status(&mut program).map(run::exit_code)
    })
}

/// The server that was given, or one of our own that waits for the disk as any other does.
fn with_postgres(program: &mut Command, args: &[String]) -> Result<Option<Server>, String> {
    let Some(bin) = find::bin_dir() else {
        println!("{NOT_FOUND}");
        return Ok(None);
    };
    program.env(BIN_VARIABLE, &bin);
    let is_given = std::env::var_os(URL_VARIABLE).is_some_and(|url| !url.is_empty());
    if is_given || args.iter().any(|arg| arg == "sqlite") {
        return Ok(None);
    }
    let server = Server::start_durable(&bin)?;
    println!("{}", server.describe());
    program.env(URL_VARIABLE, server.url());
    Ok(Some(server))
}
