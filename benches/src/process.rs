//! Starts the real `gloss`, and measures what it takes.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// `gloss` as built beside this program.
pub(crate) fn gloss() -> PathBuf {
    let me = std::env::current_exe().expect("this program has a path");
    let gloss = me.with_file_name("gloss");
    assert!(gloss.exists(), "{} is not built", gloss.display());
    gloss
}

/// A simulator in a process of its own, so that its memory is not counted as ours.
pub(crate) struct Simulator {
    pub(crate) base_url: String,
    _child: Child,
}

impl Simulator {
    pub(crate) async fn start(latency_ms: u64) -> Self {
        let mut child = Command::new(gloss())
            .args(["simulator", "--listen", "127.0.0.1:0", "--latency-ms", &latency_ms.to_string()])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the simulator starts");
        let stderr = child.stderr.take().expect("piped");
        let mut lines = BufReader::new(stderr).lines();
        let first =
            lines.next_line().await.expect("reads").expect("the simulator says where it is");
        let at = first.find("http://").expect("an address");
        let base_url = first[at..].split(';').next().expect("an address").to_owned();
        Self { base_url, _child: child }
    }
}

/// What one process took.
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// Peak resident memory in KiB, from /proc; 0 where there is no /proc.
    pub(crate) peak_kib: u64,
    /// Processor time in user and kernel mode, in steps of ten milliseconds; 0 without /proc.
    pub(crate) cpu: Duration,
    pub(crate) json: Value,
}

/// Runs `gloss ARGS --json` in a data directory and reads its answer.
pub(crate) async fn measure(dir: &Path, base_url: &str, args: &[&str]) -> Measured {
    let started = Instant::now();
    let mut child = Command::new(gloss())
        .args(args)
        .arg("--json")
        .env("GLOSS_DATA_DIR", dir)
        .env_remove("GLOSS_DATABASE_URL")
        .env("ANTHROPIC_API_KEY", "bench")
        .env("ANTHROPIC_BASE_URL", base_url)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("gloss starts");
    let pid = child.id().expect("it runs");
    let mut out = child.stdout.take().expect("piped");
    let read = tokio::spawn(async move {
        let mut text = String::new();
        out.read_to_string(&mut text).await.expect("UTF-8");
        text
    });
    let (mut peak_kib, mut cpu) = (0, Duration::ZERO);
    let status = loop {
        peak_kib = peak_kib.max(resident_peak_kib(pid));
        cpu = cpu.max(processor_time(pid));
        tokio::select! {
            status = child.wait() => break status.expect("it ends"),
            () = sleep(Duration::from_millis(3)) => {}
        }
    };
    let wall = started.elapsed();
    let text = read.await.expect("read to the end");
    assert!(status.success(), "gloss {args:?} failed: {text}");
    Measured { wall, peak_kib, cpu, json: serde_json::from_str(&text).expect("JSON") }
}

fn resident_peak_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Fields 14 and 15 of /proc/PID/stat, in ticks of a hundredth of a second.
fn processor_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name before them may hold anything, up to its last bracket.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
