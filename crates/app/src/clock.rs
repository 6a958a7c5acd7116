//! Time and chance, asked for in this one place.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use gloss_core_model::{Timestamp, id::uuid_v7};

use crate::error::Result;

/// Clocks that are nearer than this are not told apart: the answer itself takes a while.
const SKEW_MIN_MS: i64 = 500;

/// Tests give their own.
pub trait Clock: fmt::Debug + Send + Sync {
    fn now(&self) -> Timestamp;
    /// Ten random bytes for an id.
    fn random(&self) -> [u8; 10];
    /// The time that counts is so much later than what `now` says; earlier, if negative.
    fn follow(&self, _ahead_ms: i64) {}
}

#[derive(Debug, Default)]
pub struct SystemClock {
    ahead_ms: AtomicI64,
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    fn now(&self) -> Timestamp {
        let since =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let own = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Timestamp(own.saturating_add(self.ahead_ms.load(Relaxed)))
    }

    fn follow(&self, ahead_ms: i64) {
        self.ahead_ms.fetch_add(ahead_ms, Relaxed);
    }

    fn random(&self) -> [u8; 10] {
        rand::random()
    }
}

impl crate::App {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Leases end at a time of day, so all machines that share a database go by its clock.
    pub(crate) async fn follow_database(&self) -> Result<()> {
        // Corrections add up: no two at a time.
        let _one = self.following.lock().await;
        let asked = self.now();
        let theirs = self.store.clock().await?;
        let answered = self.now();
        let ahead_ms = theirs.0.saturating_sub(asked.0.midpoint(answered.0));
        // Their time is from any moment in between.
        let unsure_ms = (answered.0 - asked.0).abs() / 2;
        if ahead_ms.abs() >= SKEW_MIN_MS + unsure_ms {
            tracing::warn!(ahead_ms, "the database's clock is not this machine's; going by it");
            self.clock.follow(ahead_ms);
        }
        Ok(())
    }

    /// A new id of whichever kind: `RunId(app.new_id())`.
    pub(crate) fn new_id(&self) -> gloss_core_model::id::Uuid {
        uuid_v7(self.clock.now(), self.clock.random())
    }
}
