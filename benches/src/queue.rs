//! Claims and settles through the store, beside the same statements without us and a peer.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use options::{Options, Part};

mod bare;
mod bloat;
mod cells;
mod claims;
mod create;
mod facts;
mod graphile;
mod growth;
mod house;
mod load;
mod options;
mod ours;
mod pgbench;
mod place;

pub(crate) async fn bench(args: &[String]) -> ExitCode {
    let options = match Options::parse(args) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let facts = facts::read(&options).await;
    println!("{}\n", facts::describe(&facts));
    let mut parts = Map::new();
    for part in &options.parts {
        let figures = match part {
            Part::Create => create::measure(&options).await,
            Part::Cells => cells::measure(&options).await,
            Part::Growth => growth::measure(&options).await,
            Part::Bloat => bloat::measure(&options).await,
            Part::Claims => claims::measure(&options).await,
        };
        parts.insert(part.name().to_owned(), figures);
    }
    report(&options, &json!({ "bench": "queue", "facts": facts, "parts": parts }))
}

fn report(options: &Options, figures: &Value) -> ExitCode {
    let Some(path) = &options.json else {
        println!("{figures}");
        return ExitCode::SUCCESS;
    };
    match std::fs::write(path, format!("{figures:#}\n")) {
        Ok(()) => {
            println!("figures: {}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: could not write {}: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}
