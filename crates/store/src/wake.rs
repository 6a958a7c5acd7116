//! Being told of new work, instead of finding it at the next look.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gloss_core_model::Timestamp;
use tokio::sync::watch;

/// Announcements are made so often at most: committing notifiers wait for each other, and those
/// who poll find the rest.
const PAUSE_MS: i64 = 100;

/// Where announcements are made and heard within this process.
#[derive(Debug, Clone)]
pub(crate) struct Bell {
    rung: watch::Sender<()>,
    announced_at: Arc<AtomicI64>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { rung: watch::Sender::new(()), announced_at: Arc::new(AtomicI64::new(i64::MIN)) }
    }
}

impl Bell {
    pub(crate) fn ring(&self) {
        self.rung.send_replace(());
    }

    /// Whether it is time for another announcement.
    pub(crate) fn may_announce(&self, now: Timestamp) -> bool {
        let due = |last: i64| (now.0 >= last.saturating_add(PAUSE_MS)).then_some(now.0);
        self.announced_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_ok()
    }

    pub(crate) fn listen(&self) -> Wakes {
        Wakes(self.rung.subscribe())
    }
}

/// Somebody who waits for new work. It may always be woken for nothing, and sometimes not be woken
/// at all: whoever waits looks from time to time as well.
#[derive(Debug)]
pub struct Wakes(watch::Receiver<()>);

impl Wakes {
    /// Returns when work was announced since the last time.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
