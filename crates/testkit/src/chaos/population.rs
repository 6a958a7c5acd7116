//! The processes that share the database: as many as at the start, whatever happens to them.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard, watch};

use super::launch::Launcher;
use super::process::{Process, Role};
use super::{Kind, Scene};

pub(super) struct Population {
    launcher: Launcher,
    /// The workers, and at last the server. Whoever holds a place decides about its process.
    places: Vec<Mutex<Process>>,
    address: watch::Sender<Option<SocketAddr>>,
}

/// What processes said when they ended in good order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LastWords {
    /// Results that came after their lease had passed on.
    pub(super) stale: u64,
}

impl LastWords {
    pub(super) fn add(&mut self, report: &Value) {
        self.stale += report["stale"].as_u64().unwrap_or(0);
    }
}

impl Population {
    pub(super) fn start(launcher: Launcher, workers: usize) -> Self {
        let address = watch::Sender::new(None);
        let mut places: Vec<_> =
            (0..workers).map(|place| Process::worker(&launcher, &name(place))).collect();
        places.push(Process::server(&launcher, &name(workers), &address));
        Self { launcher, places: places.into_iter().map(Mutex::new).collect(), address }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where the server listens; none while there is no server.
    pub(super) fn address(&self) -> watch::Receiver<Option<SocketAddr>> {
        self.address.subscribe()
    }

    /// The process at a place, or at the next one if somebody has that in hand.
    pub(super) fn take(&self, place: usize) -> (usize, MutexGuard<'_, Process>) {
        let row = (0..self.len()).map(|step| (place + step) % self.len());
        let mut free = row.filter_map(|at| Some((at, self.places[at].try_lock().ok()?)));
        free.next().expect("at most one place is in hand")
    }

    /// Starts the next process in place of one that has ended.
    pub(super) fn restart(&self, place: usize, process: &mut Process) {
        *process = match process.role {
            Role::Worker => Process::worker(&self.launcher, &name(place)),
            Role::Server => {
                self.address.send_replace(None);
                Process::server(&self.launcher, &name(place), &self.address)
            }
        };
    }

    /// Everybody goes home in good order.
    pub(super) async fn end(&self, scene: &Scene) -> LastWords {
        let mut words = LastWords::default();
        for place in &self.places {
            match place.lock().await.drain().await {
                Ok(report) => words.add(&report),
                Err(what) => scene.findings.add(Kind::Broken, what),
            }
        }
        words
    }

    /// The real `gloss doctor`, as an operator runs it.
    pub(super) async fn doctor(&self) -> Result<(), String> {
        let done = self.launcher.command("gloss doctor --json").output().await;
        let done = done.map_err(|error| error.to_string())?;
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stdout);
        let said: Vec<&str> = said.split_whitespace().collect();
        Err(format!("{}: {}", done.status, said.join(" ")))
    }
}

fn name(place: usize) -> String {
    format!("process-{place}")
}
