//! `cargo xtask sim --seeds N`: the protocol under bad luck, and proof that its rules would notice.

use std::process::ExitCode;

use gloss_queue::protocol::Guards;
use gloss_testkit::sim::simulate;

/// Seeds within which a broken guard must be noticed.
const SEEDS_TO_NOTICE: u64 = 2000;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let seeds = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => 20_000,
        ["--seeds", n] if n.parse::<u64>().is_ok() => n.parse().unwrap_or_default(),
        _ => {
            eprintln!("usage: cargo xtask sim [--seeds N]");
            return ExitCode::from(2);
        }
    };
    let mut steps = 0;
    for seed in 0..seeds {
        match simulate(seed, Guards::ALL) {
            Ok(trace) => steps += trace.len(),
            Err(violation) => {
                eprintln!("seed {seed}: {}: {}", violation.rule, violation.what);
                return ExitCode::FAILURE;
            }
        }
        if seed % 1000 == 0 && simulate(seed, Guards::ALL) != simulate(seed, Guards::ALL) {
            eprintln!("seed {seed} is not deterministic");
            return ExitCode::FAILURE;
        }
    }
    println!("{seeds} seeds, {steps} steps, no violation; every 1000th seed ran twice alike");
    let all = Guards::ALL;
    for (name, guards) in [
        ("the token", Guards { token: false, ..all }),
        ("the status", Guards { status: false, ..all }),
        ("the run", Guards { run: false, ..all }),
        ("the budget", Guards { budget: false, ..all }),
        ("token and generation", Guards { token: false, generation: false, ..all }),
        ("the generation", Guards { generation: false, ..all }),
    ] {
        let noticed = (0..SEEDS_TO_NOTICE)
            .find_map(|seed| simulate(seed, guards).err().map(|violation| (seed, violation)));
        match noticed {
            Some((seed, v)) => println!("without {name}: seed {seed}: {}: {}", v.rule, v.what),
            None => println!("without {name}: not noticed; the token implies it"),
        }
    }
    ExitCode::SUCCESS
}
