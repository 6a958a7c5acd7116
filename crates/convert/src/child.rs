//! The process that reads a file: bytes in, one reply out, then it ends.
//!
//! It gets the bytes on its standard input and has no environment. Before it looks at them it
//! gives up what it does not need: more memory and time than the file deserves, and every further
//! open file or socket.

use std::io::{self, BufWriter, Read};
use std::process::ExitCode;

use gloss_core_model::SourceType;
use gloss_ingest::{Limits, reply};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Standard input, output and error: a limit of three leaves room for no fourth.
const FILES_MAX: u64 = 3;

/// Runs the conversion if the arguments ask for one. Call it first thing in `main`.
///
/// The arguments are the program's own, without its name.
pub fn run_if_asked(mut args: impl Iterator<Item = String>) -> Option<ExitCode> {
    if args.next()? != reply::COMMAND {
        return None;
    }
    Some(match run(&mut args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(reply::EXIT_NOT_STARTED)
        }
    })
}

fn run(args: &mut impl Iterator<Item = String>) -> Result<(), Box<dyn std::error::Error>> {
    let usage = || format!("usage: {} TYPE [LIMITS] < FILE", reply::COMMAND);
    let source_type: SourceType = args.next().ok_or_else(usage)?.parse()?;
    let limits = args.next().map(|limits| serde_json::from_str(&limits)).transpose()?;
    let limits: Limits = limits.unwrap_or_default();
    let mut bytes = Vec::new();
    io::stdin().lock().take(limits.bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    lock_down(bytes.len(), &limits)?;
    let outcome =
        limits.check_bytes(bytes.len()).and_then(|()| crate::convert(source_type, &bytes, &limits));
    reply::write(BufWriter::new(io::stdout().lock()), &outcome)?;
    // The process ends here, and its memory at once: freeing it piece by piece takes a tenth of
    // the time.
    std::mem::forget(outcome);
    Ok(())
}

fn lock_down(bytes: usize, limits: &Limits) -> io::Result<()> {
    let bounds = [
        (Resource::Nofile, FILES_MAX),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Cpu, Limits::cpu_seconds(bytes)),
        (Resource::As, limits.memory_bytes_max),
    ];
    for (resource, bound) in bounds {
        // At the first of two equal bounds of time the kernel kills without saying why.
        let maximum = if resource == Resource::Cpu { bound + 1 } else { bound };
        // Whoever started us may allow less already, and nobody may raise that.
        let allowed = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let (current, maximum) = (Some(bound.min(allowed)), Some(maximum.min(allowed)));
        setrlimit(resource, Rlimit { current, maximum })?;
    }
    Ok(())
}
