//! What was found wrong, by whoever found it.

use std::sync::{Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Acknowledged, and not there.
    Lost,
    /// There more often than it was asked for.
    Doubled,
    /// Any other rule.
    Broken,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    pub what: String,
}

#[derive(Debug, Default)]
pub(super) struct Findings(Mutex<Vec<Finding>>);

impl Findings {
    pub(super) fn add(&self, kind: Kind, what: impl Into<String>) {
        let what = what.into();
        // At once too: whoever watches a long run wants to know while its processes live.
        eprintln!("violation: {kind:?}: {what}");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Finding { kind, what });
    }

    pub(super) fn all(&self) -> Vec<Finding> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
