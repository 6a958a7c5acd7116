//! One process for one file, timed from its start to its end, with its peak memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// As for every other reader: what takes longer does not belong in an automatic pipeline.
const DEADLINE: Duration = Duration::from_secs(300);
/// Small files take a few milliseconds, so memory is looked at more often than that.
const LOOK_EVERY: Duration = Duration::from_micros(500);

#[derive(Debug)]
pub(super) struct Done {
    pub(super) stdout: Vec<u8>,
    pub(super) wall: Duration,
    /// From /proc, so seen up to half a millisecond before the end; `None` where there is none.
    pub(super) peak_mb: Option<f64>,
}

/// Fails with what the process said last when it does not succeed.
pub(super) fn measure(command: &mut Command) -> Result<Done, String> {
    fed(command, Stdio::null())
}

/// The same with something on its standard input.
pub(super) fn fed(command: &mut Command, stdin: impl Into<Stdio>) -> Result<Done, String> {
    let begun = Instant::now();
    let child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("did not start: {error}"))?;
    let stdout = child.stdout.take().map(drain);
    let stderr = child.stderr.take().map(drain);
    let mut peak_mb = None;
    let status = loop {
        peak_mb = peak(child.id()).or(peak_mb);
        match child.try_wait().map_err(|error| format!("cannot be waited for: {error}"))? {
            Some(status) => break status,
            None if begun.elapsed() > DEADLINE => {
                // It may have ended just now, which is as good.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("no answer within {} s", DEADLINE.as_secs()));
            }
            None => std::thread::sleep(LOOK_EVERY),
        }
    };
    let wall = begun.elapsed();
    let read = |pipe: Option<std::thread::JoinHandle<Vec<u8>>>| {
        pipe.and_then(|thread| thread.join().ok()).unwrap_or_default()
    };
    let (stdout, stderr) = (read(stdout), read(stderr));
    if !status.success() {
        let said = String::from_utf8_lossy(&stderr);
        return Err(said.lines().next_back().map_or(status.to_string(), str::to_owned));
    }
    Ok(Done { stdout, wall, peak_mb })
}

fn drain(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is what there is.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn peak(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024.0)
}
