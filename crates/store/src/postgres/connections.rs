//! Connections that have just done their work go to whoever asks next, without a question.
//!
//! A pool asks the server whether a connection lives when it lends it, and again when it takes it
//! back: two more round trips beside the six of a settle. Here the transaction's own BEGIN asks.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPool;
use sqlx::{Connection as _, Executor as _, PgConnection, Postgres};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// After so many uses a connection sees its pool, which ends those that have become old.
const USES_MAX: u32 = 10_000;

/// A connection that has been idle may be dead without a word. It is not waited for longer.
const HELLO_MAX: Duration = Duration::from_secs(2);

/// The newest last, each with how often it was used.
#[derive(Debug, Default)]
struct Kept(Vec<(PoolConnection<Postgres>, u32)>);

impl Drop for Kept {
    /// Given back to the pool, they would need a runtime, and there may be none any more.
    fn drop(&mut self) {
        for (connection, _) in self.0.drain(..) {
            drop(connection.detach());
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Connections {
    pub(super) pool: PgPool,
    kept: Arc<Mutex<Kept>>,
    /// One for each connection that there may be. Who holds one finds either a kept connection or
    /// room in the pool.
    places: Arc<Semaphore>,
    patience: Duration,
}

/// Given back in good order; or else, in the middle of a transaction, closed.
#[derive(Debug)]
pub(crate) struct Lent {
    connection: Option<PoolConnection<Postgres>>,
    in_transaction: bool,
    uses: u32,
    home: Connections,
    _place: Arc<OwnedSemaphorePermit>,
}

impl Connections {
    /// Of a pool of so many, which makes callers wait no longer than `patience`.
    pub(super) fn new(pool: PgPool, connections: u32, patience: Duration) -> Self {
        let places = Arc::new(Semaphore::new(connections as usize));
        Self { pool, kept: Arc::default(), places, patience }
    }

    /// A connection that answered just now: to `begin`, if there is one.
    pub(super) async fn take(&self, begin: Option<&'static str>) -> sqlx::Result<Lent> {
        let waiting = timeout(self.patience, Arc::clone(&self.places).acquire_owned());
        let place = waiting.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let place = place.map_err(|_| sqlx::Error::PoolClosed)?;
        let place = Arc::new(place);
        let kept = self.kept().0.pop();
        if let Some((connection, uses)) = kept {
            let mut kept = self.lend(connection, uses + 1, &place);
            if let Ok(Ok(())) = timeout(HELLO_MAX, kept.hello(begin)).await {
                return Ok(kept);
            }
            kept.discard();
        }
        let mut fresh = self.lend(self.pool.acquire().await?, 1, &place);
        if begin.is_some() {
            fresh.hello(begin).await?;
        }
        Ok(fresh)
    }

    fn lend(
        &self,
        connection: PoolConnection<Postgres>,
        uses: u32,
        place: &Arc<OwnedSemaphorePermit>,
    ) -> Lent {
        Lent {
            connection: Some(connection),
            in_transaction: false,
            uses,
            home: self.clone(),
            _place: Arc::clone(place),
        }
    }

    pub(super) async fn close(&self) {
        self.places.close();
        // Closed first, so that nothing is kept from here on.
        let closing = self.pool.close();
        self.kept().0.clear();
        closing.await;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    async fn hello(&mut self, begin: Option<&'static str>) -> sqlx::Result<()> {
        let Some(begin) = begin else { return self.ping().await };
        self.in_transaction = true;
        self.execute(begin).await.map(|_| ())
    }

    /// Closes it without a word to the server, which may not be there.
    fn discard(mut self) {
        self.in_transaction = true;
    }

    /// `COMMIT` or `ROLLBACK`.
    pub(super) async fn end(mut self, how: &'static str) -> sqlx::Result<()> {
        self.execute(how).await?;
        self.in_transaction = false;
        self.give_back();
        Ok(())
    }

    /// Nothing is under way on it.
    pub(super) fn give_back(mut self) {
        let Some(connection) = self.connection.take() else { return };
        let mut kept = self.home.kept();
        if self.uses < USES_MAX && !self.home.pool.is_closed() {
            kept.0.push((connection, self.uses));
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // The server rolls back what nobody can commit any more.
        if self.in_transaction
            && let Some(connection) = self.connection.take()
        {
            drop(connection.detach());
        }
    }
}

impl Deref for Lent {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("it is there until it is given back")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is there until it is given back")
    }
}
