//! Blocks that a dead worker holds, and how long it takes until somebody frees them.

use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gloss_app::Stop;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, PgConnection, SqliteConnection};
use tokio::time::{Instant, sleep};

use super::{Findings, Kind, RECLAIM_MAX};
use crate::{Backend, Database};

const LOOK_AGAIN: Duration = Duration::from_millis(25);
const HOLDERS: &str = "SELECT DISTINCT l.worker FROM overlay o \
                       JOIN lease l ON l.lease_id = o.lease_id WHERE o.status = 'claimed'";

/// A connection of its own, which only reads.
enum Reader {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A worker that is dead, and when it was last seen to hold a block.
struct Dead {
    pid: u32,
    died: Instant,
    held: Option<Instant>,
}

/// How long the blocks of dead workers were held. Sorted.
#[derive(Debug, Default)]
pub(super) struct Reclaims {
    pub(super) free: Vec<Duration>,
    /// A process that was stopped inside a transaction held up those who would have freed them.
    pub(super) held_up: Vec<Duration>,
}

pub(super) struct Orphans {
    reader: tokio::sync::Mutex<Reader>,
    dead: Mutex<Vec<Dead>>,
    jams: Mutex<Vec<(Instant, Instant)>>,
}

impl Orphans {
    pub(super) async fn open(database: &Database) -> Self {
        let reader = match database.backend {
            Backend::Sqlite => {
                let options = SqliteConnectOptions::from_str(database.url()).expect("a URL");
                let options = options.read_only(true);
                let connection = SqliteConnection::connect_with(&options).await;
                Reader::Sqlite(connection.expect("the database opens"))
            }
            Backend::Postgres => {
                let connection = PgConnection::connect(database.url()).await;
                Reader::Postgres(connection.expect("the database opens"))
            }
        };
        Self {
            reader: tokio::sync::Mutex::new(reader),
            dead: Mutex::default(),
            jams: Mutex::default(),
        }
    }

    /// Whether the worker of this process holds a block now.
    pub(super) async fn holds(&self, pid: u32) -> bool {
        is_among(pid, &self.holders().await)
    }

    pub(super) fn died(&self, pid: u32, died: Instant) {
        self.dead().push(Dead { pid, died, held: None });
    }

    /// From then until now nobody could have written.
    pub(super) fn jammed(&self, since: Instant) {
        let mut jams = self.jams.lock().unwrap_or_else(PoisonError::into_inner);
        jams.push((since, Instant::now()));
    }

    /// Looks again and again until told to stop.
    pub(super) async fn watch(&self, stop: &Stop) {
        while !stop.is_stopped() {
            let holders = self.holders().await;
            let now = Instant::now();
            for dead in self.dead().iter_mut().filter(|dead| is_among(dead.pid, &holders)) {
                dead.held = Some(now);
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Judged when all is over: only then is it known what held whom up.
    pub(super) fn reclaims(&self, findings: &Findings) -> Reclaims {
        let jams = self.jams.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reclaims = Reclaims::default();
        for (pid, died, held) in self.dead().iter().filter_map(|d| Some((d.pid, d.died, d.held?))) {
            let took = held - died;
            let jammed: Duration = jams
                .iter()
                .map(|(from, to)| held.min(*to).saturating_duration_since(died.max(*from)))
                .sum();
            if took > RECLAIM_MAX + jammed {
                let what = format!("worker {pid} was dead for {took:?} and still held blocks");
                findings.add(Kind::Broken, what);
            }
            let list = if jammed.is_zero() { &mut reclaims.free } else { &mut reclaims.held_up };
            list.push(took);
        }
        reclaims.free.sort_unstable();
        reclaims.held_up.sort_unstable();
        reclaims
    }

    /// Dropped, a connection closes some time later, when its folder may be on its way out.
    pub(super) async fn close(self) {
        let closed = match self.reader.into_inner() {
            Reader::Sqlite(connection) => connection.close().await,
            Reader::Postgres(connection) => connection.close().await,
        };
        closed.expect("a connection closes");
    }

    fn dead(&self) -> MutexGuard<'_, Vec<Dead>> {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn holders(&self) -> Vec<String> {
        let mut reader = self.reader.lock().await;
        let read = match &mut *reader {
            Reader::Sqlite(connection) => sqlx::query_scalar(HOLDERS).fetch_all(connection).await,
            Reader::Postgres(connection) => sqlx::query_scalar(HOLDERS).fetch_all(connection).await,
        };
        read.expect("the leases can be read")
    }
}

/// A worker is called `worker-PID-RANDOM`.
fn is_among(pid: u32, holders: &[String]) -> bool {
    let prefix = format!("worker-{pid}-");
    holders.iter().any(|holder| holder.starts_with(&prefix))
}
