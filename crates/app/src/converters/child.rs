//! Reads a file in a process of its own: whatever the file does there, this process lives on.

use std::io::{self, BufReader};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::{FailureCode, SourceType};
use gloss_ingest::reply::{self, Failure};
use gloss_ingest::{Converted, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::error::{Error, ErrorKind, Result};

/// A child that waits for a place on the processor is not late: it has so many times its own time.
const WALL_OVER_CPU: u32 = 8;
/// What a dying child says last fits in here.
const LAST_WORDS_BYTES_MAX: usize = 16 * 1024;

pub(super) async fn convert(
    program: &Path,
    source_type: SourceType,
    bytes: &Arc<[u8]>,
    limits: &Limits,
    threads: usize,
) -> Result<std::result::Result<Converted, Failure>> {
    let mut child = spawn(program, source_type, limits, threads)?;
    let seconds = Limits::cpu_seconds(bytes.len());
    let deadline = Duration::from_secs(seconds) * WALL_OVER_CPU;
    let Ok(ended) = tokio::time::timeout(deadline, talk(&mut child, bytes, limits)).await else {
        child.kill().await.map_err(Error::internal)?;
        let reason = format!(
            "reading it took longer than {} s: ingest it when less is going on, or split the file",
            deadline.as_secs()
        );
        return Ok(Err(Failure::conversion(FailureCode::TooMuchTime, reason)));
    };
    let Ended { status, answer, last_words } = ended.map_err(Error::internal)?;
    if status.code() == Some(reply::EXIT_NOT_STARTED.into()) {
        let message = format!("the reader of files did not start: {}", last_words.trim());
        return Err(Error::new(ErrorKind::Unavailable, "converter_failed", message)
            .hint("check the limits of this process, and that it may start itself once more"));
    }
    if !status.success() {
        tracing::warn!(%source_type, bytes = bytes.len(), %status, "a reader died");
        return Ok(Err(cause_of_death(status, &last_words, seconds, limits)));
    }
    let limits = *limits;
    let read = move || reply::read(BufReader::new(answer.as_slice()), &limits);
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)
}

fn spawn(
    program: &Path,
    source_type: SourceType,
    limits: &Limits,
    threads: usize,
) -> Result<Child> {
    let limits = serde_json::to_string(limits).map_err(Error::internal)?;
    let mut command = Command::new(program);
    // An interrupt from the keyboard is for us; what has begun is finished.
    #[cfg(unix)]
    command.process_group(0);
    command
        .args([reply::COMMAND, source_type.as_str(), &limits])
        // No key of anybody's is in there. Two heaps, for what is written while it is read: each
        // heap of glibc counts against the address space.
        .env_clear()
        .envs([("RAYON_NUM_THREADS", threads.to_string().as_str()), ("MALLOC_ARENA_MAX", "2")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            let message = format!("cannot start {}: {error}", program.display());
            Error::new(ErrorKind::Unavailable, "converter_missing", message)
                .hint("files are read by a process of this program's own; is it still there?")
        })
}

struct Ended {
    status: ExitStatus,
    answer: Vec<u8>,
    last_words: String,
}

/// Feeds the child and listens to it at the same time, so that neither waits for the other.
async fn talk(child: &mut Child, bytes: &Arc<[u8]>, limits: &Limits) -> io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A child that died has closed the pipe, and its status says why.
            let _ = stdin.write_all(bytes).await;
        }
    };
    // The blocks repeat what the representation holds.
    let answer_bytes_max = 2 * limits.representation_bytes_max as u64;
    let listen = async {
        let mut answer = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(answer_bytes_max).read_to_end(&mut answer).await?;
        }
        io::Result::Ok(answer)
    };
    let hear = async {
        let (mut words, mut chunk) = (Vec::new(), [0; 4096]);
        if let Some(mut stderr) = stderr {
            loop {
                let n = stderr.read(&mut chunk).await?;
                if n == 0 {
                    break;
                }
                words.extend_from_slice(&chunk[..n]);
                words.drain(..words.len().saturating_sub(LAST_WORDS_BYTES_MAX));
            }
        }
        io::Result::Ok(words)
    };
    let ((), answer, words) = tokio::join!(feed, listen, hear);
    let status = child.wait().await?;
    let last_words = String::from_utf8_lossy(&words?).into_owned();
    Ok(Ended { status, answer: answer?, last_words })
}

/// What to tell a person about a child that did not come home.
fn cause_of_death(
    status: ExitStatus,
    last_words: &str,
    cpu_seconds: u64,
    limits: &Limits,
) -> Failure {
    let mib = limits.memory_bytes_max / (1024 * 1024);
    let of_memory =
        last_words.contains("memory allocation of") || last_words.contains("capacity overflow");
    let (code, reason) = match signal(status) {
        _ if last_words.contains("has overflowed its stack") => {
            let reason = "it is nested too deeply to be read: save it again from its program";
            (FailureCode::NestedTooDeeply, reason.to_owned())
        }
        _ if of_memory => {
            let reason = format!("reading it takes more than {mib} MiB of memory: split the file");
            (FailureCode::TooMuchMemory, reason)
        }
        Some(SIGXCPU) => {
            let reason = format!(
                "reading it takes more than {cpu_seconds} s of processor time, which is a lot for \
                 its size: split the file, or save it again from its program"
            );
            (FailureCode::TooMuchTime, reason)
        }
        Some(SIGKILL) => {
            let reason = "its reader was killed, most likely for want of memory: ingest it when \
                          there is more, or split the file"
                .to_owned();
            (FailureCode::TooMuchMemory, reason)
        }
        Some(number) => {
            let reason =
                format!("its reader died (signal {number}): save the file again from its program");
            (FailureCode::ReaderDied, reason)
        }
        None => {
            let reason = "its reader gave up, because the file breaks a rule that readers depend \
                          on: save it again from its program";
            (FailureCode::ReaderDied, reason.to_owned())
        }
    };
    Failure::conversion(code, reason)
}

const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}
