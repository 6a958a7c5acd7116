//! Where the pending blocks of a run begin, as far as this process knows.
//!
//! A block that was claimed leaves a dead entry in the index of what is pending, until a vacuum
//! takes it away. Near the end of a large run every look would walk over all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gloss_core_model::{RunId, Timestamp};

/// A mark is good for so long: blocks that other processes gave back lie below it.
const GOOD_FOR_MS: i64 = 1000;

/// Never trusted to say that nothing is below: whoever finds nothing looks from the beginning.
#[derive(Debug, Clone, Default)]
pub(crate) struct LowWater(Arc<Mutex<HashMap<RunId, Mark>>>);

#[derive(Debug, Clone, Copy)]
struct Mark {
    index: i64,
    /// When somebody last looked from the beginning.
    looked_at: Timestamp,
}

impl LowWater {
    /// The block to claim from. When the mark has become old, one claim looks from the beginning
    /// while the others go on from the mark: the walk is not made eight times at once.
    pub(crate) fn claim_from(&self, run: RunId, now: Timestamp) -> i64 {
        let mut marks = self.marks();
        let Some(mark) = marks.get_mut(&run) else { return 0 };
        let age = now.0.saturating_sub(mark.looked_at.0);
        if (0..GOOD_FOR_MS).contains(&age) {
            return mark.index;
        }
        mark.looked_at = now;
        0
    }

    /// Where claims are, or were.
    pub(crate) fn of(&self, run: RunId) -> i64 {
        self.marks().get(&run).map_or(0, |mark| mark.index)
    }

    /// A claim that looked from `from` has found `first` pending, and nothing before it.
    pub(crate) fn rise(&self, run: RunId, from: i64, first: i64, now: Timestamp) {
        let mut marks = self.marks();
        if from == 0 {
            marks.insert(run, Mark { index: first, looked_at: now });
        } else if let Some(mark) = marks.get_mut(&run) {
            mark.index = mark.index.max(first);
        }
    }

    /// Blocks have come back, or there are none.
    pub(crate) fn forget(&self, run: RunId) {
        self.marks().remove(&run);
    }

    fn marks(&self) -> MutexGuard<'_, HashMap<RunId, Mark>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
