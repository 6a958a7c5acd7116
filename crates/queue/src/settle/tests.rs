//! Every ending × what came before, printed whole.

use std::fmt::Write as _;

use gloss_core_model::Timestamp;
use proptest::prelude::*;

use super::{ClaimState, Ending, ReleaseCause, RetryLimits, Settlement, settle};
use crate::backoff::{Backoff, Dice};

const LIMITS: RetryLimits = RetryLimits {
    attempts_max: 3,
    deferrals_max: 4,
    backoff: Backoff { first_ms: 1000, max_ms: 60_000 },
};

#[test]
fn every_ending_after_every_history() {
    let endings = [
        Ending::Answered,
        Ending::Unusable,
        Ending::Impossible,
        Ending::Deferred { retry_after_ms: None },
        Ending::Deferred { retry_after_ms: Some(7000) },
        Ending::Released(ReleaseCause::InvalidApiKey),
        Ending::Released(ReleaseCause::Shutdown),
    ];
    let mut table = String::new();
    for ending in endings {
        let _ = writeln!(table, "{ending:?}");
        for (attempts, deferrals) in [(0, 0), (1, 1), (2, 3)] {
            let before = ClaimState { attempts, deferrals };
            let after = settle(before, ending, LIMITS, Timestamp(0), Dice(0.5));
            let _ = writeln!(table, "  attempts {attempts} deferrals {deferrals} → {after:?}");
        }
    }
    insta::assert_snapshot!(table, @"
    Answered
      attempts 0 deferrals 0 → Stage
      attempts 1 deferrals 1 → Stage
      attempts 2 deferrals 3 → Stage
    Unusable
      attempts 0 deferrals 0 → Retry
      attempts 1 deferrals 1 → Retry
      attempts 2 deferrals 3 → Fail
    Impossible
      attempts 0 deferrals 0 → Fail
      attempts 1 deferrals 1 → Fail
      attempts 2 deferrals 3 → Fail
    Deferred { retry_after_ms: None }
      attempts 0 deferrals 0 → Defer { not_before: Timestamp(500), exhausted: false }
      attempts 1 deferrals 1 → Defer { not_before: Timestamp(1000), exhausted: false }
      attempts 2 deferrals 3 → Defer { not_before: Timestamp(4000), exhausted: true }
    Deferred { retry_after_ms: Some(7000) }
      attempts 0 deferrals 0 → Defer { not_before: Timestamp(7500), exhausted: false }
      attempts 1 deferrals 1 → Defer { not_before: Timestamp(7500), exhausted: false }
      attempts 2 deferrals 3 → Defer { not_before: Timestamp(7500), exhausted: true }
    Released(InvalidApiKey)
      attempts 0 deferrals 0 → Release(InvalidApiKey)
      attempts 1 deferrals 1 → Release(InvalidApiKey)
      attempts 2 deferrals 3 → Release(InvalidApiKey)
    Released(Shutdown)
      attempts 0 deferrals 0 → Release(Shutdown)
      attempts 1 deferrals 1 → Release(Shutdown)
      attempts 2 deferrals 3 → Release(Shutdown)
    ");
}

proptest! {
    #[test]
    fn a_wait_is_never_shorter_than_asked_nor_longer_than_the_ceiling(
        earlier in 0u32..200, asked in prop::option::of(0u64..900_000), dice in 0.0f64..1.0,
    ) {
        let wait = LIMITS.backoff.wait_ms(earlier, asked, Dice(dice));
        match asked {
            Some(asked) => prop_assert!((asked..=asked + 1000).contains(&wait)),
            None => prop_assert!(wait <= 60_000),
        }
    }

    #[test]
    fn only_unusable_answers_spend_attempts(attempts in 0u32..10, deferrals in 0u32..100) {
        let before = ClaimState { attempts, deferrals };
        let end = |ending| settle(before, ending, LIMITS, Timestamp(0), Dice(0.1));
        let deferred = end(Ending::Deferred { retry_after_ms: None });
        let is_deferral = matches!(deferred, Settlement::Defer { .. });
        prop_assert!(is_deferral);
        let failed = end(Ending::Unusable) == Settlement::Fail;
        prop_assert_eq!(failed, attempts + 1 >= 3);
    }
}
