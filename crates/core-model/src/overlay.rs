//! An overlay: what a run says about one block, and who said so.

use crate::named_enum;

named_enum! {
    OverlayStatus, "overlay status" {
        Pending = "pending",
        Claimed = "claimed",
        /// The model answered; people see it as "staged".
        AiComplete = "ai_complete",
        Confirmed = "confirmed",
        Failed = "failed",
        Skipped = "skipped",
    }
}

named_enum! {
    /// What can happen to an overlay. The first six are the machine's, the rest a person's.
    OverlayEvent, "overlay event" {
        Claim = "claim",
        Skip = "skip",
        Stage = "stage",
        /// Release, deferral, or a failed attempt with attempts left.
        Return = "return",
        /// Attempts exhausted, or the block is missing.
        Fail = "fail",
        RetryFailed = "retry_failed",
        Confirm = "confirm",
        Reject = "reject",
        Edit = "edit",
        Reopen = "reopen",
    }
}

/// An event that a status does not allow. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a block that is {from} does not take `{event}`")]
pub struct RefusedOverlayEvent {
    pub from: OverlayStatus,
    pub event: OverlayEvent,
}

impl OverlayStatus {
    /// The whole overlay state machine.
    pub const fn on(self, event: OverlayEvent) -> Result<Self, RefusedOverlayEvent> {
        use {OverlayEvent as E, OverlayStatus as S};
        match (self, event) {
            (S::Pending, E::Claim) => Ok(S::Claimed),
            (S::Pending, E::Skip) => Ok(S::Skipped),
            (S::Claimed, E::Stage) | (S::Confirmed, E::Reopen) | (S::AiComplete, E::Edit) => {
                Ok(S::AiComplete)
            }
            (S::Claimed, E::Return) | (S::AiComplete, E::Reject) | (S::Failed, E::RetryFailed) => {
                Ok(S::Pending)
            }
            (S::Claimed, E::Fail) => Ok(S::Failed),
            (S::AiComplete, E::Confirm) => Ok(S::Confirmed),
            (from, event) => Err(RefusedOverlayEvent { from, event }),
        }
    }

    /// The word people see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AiComplete => "staged",
            other => other.as_str(),
        }
    }
}
