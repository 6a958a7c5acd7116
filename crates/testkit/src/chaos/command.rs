//! The command line of `gloss-chaos`: how much bad luck, on which databases.

use std::process::ExitCode;

use super::{Plan, Program, run};
use crate::{Backend, Database};

const USAGE: &str = "usage: cargo xtask chaos [--cycles N] [--stops N] [--seed S] \
                     [--database sqlite|postgres]";
const EXIT_USAGE: u8 = 2;
const WORKERS: usize = 3;
/// For so many kills there is one drain more.
const KILLS_PER_DRAIN: u32 = 8;

#[derive(Debug)]
struct Arguments {
    plan: Plan,
    /// None is each there is.
    database: Option<Backend>,
}

/// Plays the plan on each database; fails if anything was found.
pub async fn main(args: Vec<String>) -> ExitCode {
    let Some(Arguments { plan, database }) = parse(&args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(EXIT_USAGE);
    };
    tokio::select! {
        code = play(plan, database) => code,
        // Leaving ends the children too.
        _ = tokio::signal::ctrl_c() => ExitCode::FAILURE,
    }
}

async fn play(plan: Plan, only: Option<Backend>) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for backend in Backend::ALL.into_iter().filter(|one| only.is_none_or(|only| only == *one)) {
        let (name, seed) = (backend.name(), plan.seed);
        let Some(database) = Database::fresh(backend).await else {
            if only.is_some() {
                code = ExitCode::FAILURE;
            }
            continue;
        };
        eprintln!("{name}, seed {seed}, journal and logs in {}", database.dir().display());
        let report = run(plan.clone(), &database, gloss()).await;
        println!("{report}");
        if !report.findings.is_empty() {
            eprintln!("kept for you: {}", database.keep().display());
            code = ExitCode::FAILURE;
        }
    }
    code
}

/// `gloss` as built beside this program.
fn gloss() -> Program {
    let me = std::env::current_exe().expect("this program has a path");
    let gloss = me.with_file_name("gloss");
    assert!(gloss.exists(), "{} is not built", gloss.display());
    Box::new(move |line| {
        let mut command = std::process::Command::new(&gloss);
        command.args(line.split(' ').skip(1));
        command
    })
}

/// None for anything that is not understood.
fn parse(args: &[String]) -> Option<Arguments> {
    let (mut kills, mut stops, mut seed, mut database) = (200, 50, None, None);
    for pair in args.chunks(2) {
        let [name, value] = pair else { return None };
        match name.as_str() {
            "--cycles" => kills = value.parse().ok()?,
            "--stops" => stops = value.parse().ok()?,
            "--seed" => seed = Some(value.parse().ok()?),
            "--database" => {
                database = Some(Backend::ALL.into_iter().find(|one| one.name() == value)?);
            }
            _ => return None,
        }
    }
    let seed = seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
    let plan = Plan { seed, kills, drains: kills / KILLS_PER_DRAIN, stops, workers: WORKERS };
    Some(Arguments { plan, database })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[track_caller]
    fn check(line: &str, expect: &str) {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let read = parse(&args).map_or("refused".to_owned(), |read| {
            let plan = read.plan;
            let database = read.database.map(crate::Backend::name);
            format!("{} {} {} {} {database:?}", plan.kills, plan.drains, plan.stops, plan.seed)
        });
        assert_eq!(read, expect, "{line}");
    }

    #[test]
    fn arguments_are_read_or_refused() {
        check("--seed 7", "200 25 50 7 None");
        check("--cycles 16 --stops 0 --seed 1 --database sqlite", "16 2 0 1 Some(\"sqlite\")");
        check("--database oracle", "refused");
        check("--cycles", "refused");
        check("--cycles many", "refused");
        check("--speed 3", "refused");
    }
}
