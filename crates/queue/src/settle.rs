//! How a claimed block's turn ends. Pure, total, and the only place that charges an attempt.

use gloss_core_model::named_enum;
use gloss_core_model::{Attention, Timestamp};

use crate::backoff::{Backoff, Dice};

/// What the overlay had been through before this claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClaimState {
    pub attempts: u32,
    pub deferrals: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryLimits {
    /// Unusable answers until a block is failed.
    pub attempts_max: u32,
    /// Waits until the run says that its provider is unavailable. Blocks keep waiting.
    pub deferrals_max: u32,
    pub backoff: Backoff,
}

named_enum! {
    /// Why blocks go back untouched.
    ReleaseCause, "release cause" {
        NoApiKey = "no_api_key",
        InvalidApiKey = "invalid_api_key",
        InsufficientCredit = "insufficient_credit",
        BudgetExhausted = "budget_exhausted",
        Shutdown = "shutdown",
    }
}

impl ReleaseCause {
    /// What the run says about itself afterwards.
    pub const fn attention(self) -> Option<Attention> {
        match self {
            Self::NoApiKey => Some(Attention::NoApiKey),
            Self::InvalidApiKey => Some(Attention::InvalidApiKey),
            Self::InsufficientCredit => Some(Attention::InsufficientCredit),
            // Raised where it was found, with the call that was refused.
            Self::BudgetExhausted | Self::Shutdown => None,
        }
    }
}

/// How a claimed block's turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Answered,
    /// This block's own failure: no usable answer even alone, or a request no retry can mend.
    Unusable,
    /// No call can hold this block, or its content is gone: trying again is useless.
    Impossible,
    /// The weather: rate limits, server errors, time-outs, lost connections.
    Deferred {
        retry_after_ms: Option<u64>,
    },
    Released(ReleaseCause),
}

/// What becomes of the overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// → ai_complete
    Stage,
    /// → pending, one attempt charged
    Retry,
    /// → pending after `not_before`, one deferral counted, no attempt charged
    Defer { not_before: Timestamp, exhausted: bool },
    /// → pending, nothing charged
    Release(ReleaseCause),
    /// → failed, one attempt charged
    Fail,
}

pub fn settle(
    before: ClaimState,
    ending: Ending,
    limits: RetryLimits,
    now: Timestamp,
    dice: Dice,
) -> Settlement {
    match ending {
        Ending::Answered => Settlement::Stage,
        Ending::Unusable if before.attempts + 1 < limits.attempts_max => Settlement::Retry,
        Ending::Unusable | Ending::Impossible => Settlement::Fail,
        Ending::Deferred { retry_after_ms } => {
            let wait = limits.backoff.wait_ms(before.deferrals, retry_after_ms, dice);
            Settlement::Defer {
                not_before: now.plus_ms(i64::try_from(wait).unwrap_or(i64::MAX)),
                exhausted: before.deferrals + 1 >= limits.deferrals_max,
            }
        }
        Ending::Released(cause) => Settlement::Release(cause),
    }
}

#[cfg(test)]
mod tests;
