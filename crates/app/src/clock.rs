//! Time and chance, asked for in this one place.

use std::fmt;

use gloss_core_model::{Timestamp, id::uuid_v7};

/// Tests give their own.
pub trait Clock: fmt::Debug + Send + Sync {
    fn now(&self) -> Timestamp;
    /// Ten random bytes for an id.
    fn random(&self) -> [u8; 10];
}

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    fn now(&self) -> Timestamp {
        let since =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn random(&self) -> [u8; 10] {
        rand::random()
    }
}

impl crate::App {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id of whichever kind: `RunId(app.new_id())`.
    pub(crate) fn new_id(&self) -> gloss_core_model::id::Uuid {
        uuid_v7(self.clock.now(), self.clock.random())
    }
}
