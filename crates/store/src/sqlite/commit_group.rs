//! Group commit: the writers of this process stand in one line and share the sync of a COMMIT.
//!
//! A unit that is done while others wait leaves the transaction open and hands it to the next one;
//! the last in line commits for all, and nobody is told before that. There is no background task:
//! whoever holds the turn owes the group its end, and pays by dropping it.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use group::{Gate, Group};

mod group;
#[cfg(test)]
mod tests;

/// SQLite's own loop for a locked database soon looks only every 100 ms. A process that writes in
/// groups is seldom between two just then, so the loop begins anew after this.
const BEGIN_TRY: Duration = Duration::from_millis(20);

/// The line of writers. Whoever waits in it has to be polled: the others wait for the front.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    pool: SqlitePool,
    begin_tries: u32,
    gate: Arc<Gate>,
    line: Arc<Mutex<Line>>,
}

#[derive(Debug, Default)]
struct Line {
    /// Somebody has the turn; it is given to who waits, or given back here.
    taken: bool,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

impl Writer {
    /// A pool of one connection, lent to one group at a time: the readers of an in-memory database
    /// take it from there between two groups. `patience` is for the locks of other processes.
    pub(crate) async fn connect(
        options: SqliteConnectOptions,
        patience: Duration,
    ) -> Result<Self, sqlx::Error> {
        let begin_tries = patience.as_millis().div_ceil(BEGIN_TRY.as_millis());
        let begin_tries = u32::try_from(begin_tries).unwrap_or(u32::MAX);
        let gate = Arc::new(Gate::default());
        let watch = Arc::clone(&gate);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            // An in-memory database lives as long as its connection.
            .idle_timeout(None)
            .max_lifetime(None)
            // Tested when it is given back.
            .test_before_acquire(false)
            .after_connect(move |connection, _| Box::pin(Arc::clone(&watch).watch(connection)))
            .connect_with(options.busy_timeout(BEGIN_TRY))
            .await?;
        Ok(Self { pool, begin_tries, gate, line: Arc::default() })
    }

    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    pub(crate) async fn begin(&self) -> Result<Tx, sqlx::Error> {
        loop {
            let mut turn = self.turn().await?;
            // A group that was lost under an earlier unit ends without this one, which asks again.
            if turn.enter().await? {
                return Ok(Tx { turn });
            }
        }
    }

    async fn turn(&self) -> Result<Turn, sqlx::Error> {
        let given = {
            let mut line = self.line();
            if !line.taken {
                line.taken = true;
                return Ok(Turn { writer: self.clone(), group: None });
            }
            let (give, given) = oneshot::channel();
            line.waiting.push_back(give);
            given
        };
        let limit = self.pool.options().get_acquire_timeout();
        let given = tokio::time::timeout(limit, given).await;
        given.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::WorkerCrashed)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the turn to the next in line, with the group if it may grow; ends the group otherwise.
    fn pass_on(&self, group: Option<Group>) {
        let stays_open = group.as_ref().is_none_or(|group| group.may_grow(&self.gate));
        let next = if stays_open { self.next(group.is_none()) } else { None };
        match (next, group) {
            (Some(next), group) => {
                // Who left the line just now gives the turn back, and so passes it on again.
                drop(next.send(Turn { writer: self.clone(), group }));
            }
            (None, Some(group)) => self.end(group),
            (None, None) => {}
        }
    }

    /// Frees the turn when nobody waits and `or_free`, under the same lock.
    fn next(&self, or_free: bool) -> Option<oneshot::Sender<Turn>> {
        let mut line = self.line();
        while let Some(next) = line.waiting.pop_front() {
            if !next.is_closed() {
                return Some(next);
            }
        }
        line.taken = !or_free;
        None
    }

    /// By a task of its own, so that no caller's cancellation can stop it half-way. The turn comes
    /// free when the group has ended.
    fn end(&self, group: Group) {
        let turn = Turn { writer: self.clone(), group: None };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                group.end(&turn.writer.gate).await;
                drop(turn);
            })),
            // Closed with its transaction open, which undoes it; the members hear an error.
            Err(_) => group.abandon(),
        }
    }
}

/// The right to use the connection. Never lost: dropped, it goes to the next in line.
#[derive(Debug)]
struct Turn {
    writer: Writer,
    group: Option<Group>,
}

impl Turn {
    async fn enter(&mut self) -> Result<bool, sqlx::Error> {
        if let Some(group) = &mut self.group {
            return Ok(group.enter(&self.writer.gate).await);
        }
        let connection = self.writer.pool.acquire().await?;
        // Held by the turn before the BEGIN is sent: given up in between, it is rolled back.
        let group = self.group.insert(Group::new(connection));
        group.begin(&self.writer.gate, self.writer.begin_tries).await?;
        Ok(true)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.writer.pass_on(self.group.take());
    }
}

/// One unit of work in the shared transaction. Dropped without `commit`, it undoes its own work.
#[derive(Debug)]
pub(crate) struct Tx {
    turn: Turn,
}

impl Tx {
    pub(crate) fn query(&self, sql: &'static str) -> super::Query<'static> {
        sqlx::query(sql)
    }

    /// Returns when the group's COMMIT has: Ok means durable.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        self.leave(Group::keep).await
    }

    /// Undoes this unit's work, and waits for the work of others that it may have read: what was
    /// decided here holds only if that becomes durable.
    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.leave(Group::forgo).await
    }

    async fn leave(mut self, how: fn(&mut Group) -> Option<group::Told>) -> group::Outcome {
        let told = self.turn.group.as_mut().and_then(how);
        drop(self);
        match told {
            Some(told) => told.await.unwrap_or(Err(sqlx::Error::WorkerCrashed)),
            None => Ok(()),
        }
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &Self::Target {
        &self.turn.group.as_ref().expect("a unit is in a group").connection
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.turn.group.as_mut().expect("a unit is in a group").connection
    }
}
