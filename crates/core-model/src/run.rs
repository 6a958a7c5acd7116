//! A run: one conversion × one schema, executed once.

use crate::named_enum;

named_enum! {
    RunStatus, "run status" {
        Running = "running",
        Complete = "complete",
        /// The run cannot proceed at all: its snapshot is unreadable, its conversion is gone.
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

named_enum! {
    /// Why a running run is not moving. Never a status: the run goes on when the cause is gone.
    Attention, "attention" {
        NoApiKey = "no_api_key",
        InvalidApiKey = "invalid_api_key",
        InsufficientCredit = "insufficient_credit",
        BudgetExhausted = "budget_exhausted",
        ProviderUnavailable = "provider_unavailable",
    }
}

impl Attention {
    /// What a person can do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NoApiKey => {
                "set the API key of the model's provider (`gloss doctor` lists them), \
                 then start `gloss worker`"
            }
            Self::InvalidApiKey => {
                "the provider refused the API key: set a valid one, then start `gloss worker`"
            }
            Self::InsufficientCredit => {
                "add credit to the provider account, then start `gloss worker`"
            }
            Self::BudgetExhausted => {
                "what is left does not pay for what the next call may cost at most: raise the \
                 run's budget (`gloss runs budget`), or the owner's, where that is what has run \
                 out (GLOSS_OWNER_BUDGET_USD, GLOSS_OWNER_DAY_BUDGET_USD); then start `gloss worker`"
            }
            Self::ProviderUnavailable => {
                "nothing is lost: blocks are retried; check the provider's status and --base-url"
            }
        }
    }

    /// Blocks wait for a person, not for time to pass.
    pub const fn stops_dispatch(self) -> bool {
        !matches!(self, Self::ProviderUnavailable)
    }
}

named_enum! {
    /// What can happen to a run.
    RunEvent, "run event" {
        /// No block is pending or claimed any more.
        Finish = "finish",
        /// The run cannot proceed at all.
        Fail = "fail",
        Cancel = "cancel",
        Resume = "resume",
        /// A reject or retry-failed brought a block back to pending.
        Reopen = "reopen",
    }
}

/// An event that a status does not allow. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a run that is {from} does not take `{event}`")]
pub struct RefusedRunEvent {
    pub from: RunStatus,
    pub event: RunEvent,
}

impl RunStatus {
    /// The whole run state machine.
    pub const fn on(self, event: RunEvent) -> Result<Self, RefusedRunEvent> {
        use {RunEvent as E, RunStatus as S};
        match (self, event) {
            (S::Running, E::Finish) => Ok(S::Complete),
            (S::Running, E::Fail) => Ok(S::Failed),
            (S::Running, E::Cancel) => Ok(S::Cancelled),
            (S::Running | S::Complete, E::Reopen) => Ok(S::Running),
            (S::Cancelled, E::Resume) => Ok(S::Running),
            (from, event) => Err(RefusedRunEvent { from, event }),
        }
    }
}

/// How many of a run's blocks are where. Always equal to a recount of its overlays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rollup {
    pub total: u32,
    /// Staged and confirmed together.
    pub completed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl Rollup {
    /// Pending and claimed together.
    pub const fn remaining(self) -> u32 {
        self.total.saturating_sub(self.completed + self.failed + self.skipped)
    }
}
