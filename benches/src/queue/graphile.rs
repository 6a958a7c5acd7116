//! The peer: graphile-worker as its authors measure it, on the same server.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use super::place::{Kind, Place};

const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/graphile-worker");
/// How many jobs each worker takes at once: our batch, what its authors publish, and what it is
/// fastest with.
pub(super) const QUEUES: [u32; 3] = [100, 500, 5000];
const JOBS: u32 = 50_000;
const JOBS_QUICK: u32 = 10_000;

/// The peer with what it needs, in a folder of its own.
pub(super) struct Peer {
    dir: TempDir,
    jobs: u32,
}

impl Peer {
    /// None where there is no npm, or no way to what it would fetch.
    pub(super) async fn install(quick: bool) -> Option<Self> {
        let dir = TempDir::with_prefix("gloss-peer-").expect("a temporary folder");
        for name in ["bench.mjs", "package.json"] {
            std::fs::copy(Path::new(PEER).join(name), dir.path().join(name)).ok()?;
        }
        let mut npm = Command::new("npm");
        npm.args(["i", "--no-package-lock", "--silent"]).current_dir(dir.path());
        let done = npm.output().await.ok()?;
        done.status.success().then(|| Self { dir, jobs: if quick { JOBS_QUICK } else { JOBS } })
    }

    /// Jobs per second in its batched mode, taking so many at once.
    pub(super) async fn measure(&self, queue: u32) -> Option<f64> {
        let place = Place::new(Kind::Postgres).await;
        let done = Command::new("node")
            .args(["bench.mjs", "--mode", "batched", "--jobs", &self.jobs.to_string()])
            .args(["--local-queue", &queue.to_string(), "--url", &place.url()])
            .current_dir(self.dir.path())
            .output()
            .await;
        place.remove().await;
        let done = done.ok()?;
        let said: Option<Value> = serde_json::from_slice(&done.stdout).ok();
        if said.is_none() {
            eprintln!("graphile-worker: {}", String::from_utf8_lossy(&done.stderr));
        }
        said?["jobs_per_s"].as_f64()
    }
}
