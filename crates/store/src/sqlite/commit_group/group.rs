//! The transaction that a group of units shares, from its BEGIN to its COMMIT or ROLLBACK.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use sqlx::Sqlite;
use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::oneshot;

use crate::error::is_lock;

/// A member waits for those behind it, so a group must end even if the line never does. At this
/// size the sync is a small part of what each unit costs.
const UNITS_MAX: u32 = 64;

pub(super) type Outcome = Result<(), sqlx::Error>;
pub(super) type Told = oneshot::Receiver<Outcome>;

/// What SQLite's hooks see. Some errors (disk full, I/O, no memory) roll the whole transaction
/// back, and the statements after them would commit by themselves.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// A group is open and not committing: nothing commits.
    shut: AtomicBool,
    /// The transaction was rolled back.
    lost: AtomicBool,
}

impl Gate {
    pub(super) async fn watch(self: Arc<Self>, connection: &mut SqliteConnection) -> Outcome {
        let mut handle = connection.lock_handle().await?;
        let gate = Arc::clone(&self);
        handle.set_commit_hook(move || !gate.shut.load(SeqCst));
        handle.set_rollback_hook(move || self.lost.store(true, SeqCst));
        Ok(())
    }

    fn is_lost(&self) -> bool {
        self.lost.load(SeqCst)
    }
}

/// What must run before the next unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Savepoint,
    /// Released, because nested savepoints copy the same pages again.
    Release,
    /// The last unit did not keep its work. Its savepoint then serves the next one.
    Undo,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) connection: PoolConnection<Sqlite>,
    members: Vec<oneshot::Sender<Outcome>>,
    before: Before,
    n_units: u32,
    /// A statement of the group itself has failed.
    failed: bool,
}

impl Group {
    pub(super) fn new(connection: PoolConnection<Sqlite>) -> Self {
        let members = Vec::new();
        Self { connection, members, before: Before::Undo, n_units: 1, failed: false }
    }

    /// The first unit needs no savepoint: undoing it undoes everything.
    pub(super) async fn begin(&mut self, gate: &Gate, tries: u32) -> Outcome {
        gate.lost.store(false, SeqCst);
        gate.shut.store(true, SeqCst);
        // At once, because a read that turns into a write fails with "database is locked" whatever
        // the busy timeout, when another connection has written in between.
        let mut begun = self.run("BEGIN IMMEDIATE").await;
        for _ in 1..tries {
            if !begun.as_ref().is_err_and(is_locked) {
                break;
            }
            begun = self.run("BEGIN IMMEDIATE").await;
        }
        begun
    }

    /// Begins another unit; false when the group is lost. Safe to cancel at any point: each state
    /// left behind is right whether or not the statement has run.
    pub(super) async fn enter(&mut self, gate: &Gate) -> bool {
        let sql = match self.before {
            Before::Savepoint => "SAVEPOINT unit",
            Before::Release => "RELEASE unit; SAVEPOINT unit",
            Before::Undo => "ROLLBACK TO unit",
        };
        if self.before == Before::Release {
            self.before = Before::Savepoint;
        }
        self.failed = self.run(sql).await.is_err() || gate.is_lost();
        if !self.failed {
            self.before = Before::Undo;
            self.n_units += 1;
        }
        !self.failed
    }

    /// The unit stays, and hears how the group ends.
    pub(super) fn keep(&mut self) -> Option<Told> {
        self.before = if self.is_first() { Before::Savepoint } else { Before::Release };
        Some(self.join())
    }

    /// The unit goes, and hears how the others end, if there are any.
    pub(super) fn forgo(&mut self) -> Option<Told> {
        (!self.members.is_empty()).then(|| self.join())
    }

    fn join(&mut self) -> Told {
        let (tell, told) = oneshot::channel();
        self.members.push(tell);
        told
    }

    fn is_first(&self) -> bool {
        self.n_units == 1
    }

    pub(super) fn may_grow(&self, gate: &Gate) -> bool {
        let holds_work = !self.members.is_empty();
        holds_work && self.n_units < UNITS_MAX && !self.failed && !gate.is_lost()
    }

    /// Commits, or rolls back when nobody kept anything, and tells all members how it went.
    pub(super) async fn end(mut self, gate: &Gate) {
        let commits = !self.members.is_empty();
        let outcome = if commits { self.commit(gate).await } else { Ok(()) };
        let is_closed = (commits && outcome.is_ok()) || self.roll_back().await;
        gate.shut.store(false, SeqCst);
        let Self { connection, members, .. } = self;
        if is_closed {
            drop(connection);
        } else {
            // Closing undoes what may still be open, and the pool opens another one.
            drop(connection.close().await);
        }
        let failure = outcome.err().map(|error| NotCommitted(error.to_string().into()));
        for member in members {
            let told = failure.clone().map_or(Ok(()), |failure| Err(failure.into()));
            // A member may have gone away; its work stays.
            drop(member.send(told));
        }
    }

    async fn commit(&mut self, gate: &Gate) -> Outcome {
        if self.failed || gate.is_lost() {
            return Err(NotCommitted("the failure of one unit has undone the group".into()).into());
        }
        if self.before == Before::Undo {
            self.run("ROLLBACK TO unit").await?;
        }
        gate.shut.store(false, SeqCst);
        self.run("COMMIT").await
    }

    /// Whether there is no transaction any more. SQLite may have ended it, or not have begun it.
    async fn roll_back(&mut self) -> bool {
        let undone = self.run("ROLLBACK").await;
        undone.map_or_else(|e| e.to_string().contains("no transaction is active"), |()| true)
    }

    pub(super) fn abandon(self) {
        drop(self.connection.detach());
    }

    async fn run(&mut self, sql: &'static str) -> Outcome {
        sqlx::query(sql).execute(&mut *self.connection).await.map(drop)
    }
}

fn is_locked(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(is_lock)
}

/// Why the group's COMMIT failed, for each member: an error of sqlx cannot be copied.
#[derive(Debug, Clone)]
struct NotCommitted(Arc<str>);

impl fmt::Display for NotCommitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not committed: {}", self.0)
    }
}

impl std::error::Error for NotCommitted {}

impl DatabaseError for NotCommitted {
    fn message(&self) -> &str {
        &self.0
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
