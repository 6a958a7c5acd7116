//! The limits of admission, one by one and all at once.

use proptest::prelude::*;

use super::{Ask, CallLimits, Load, Purse, Warmth, admit};

const WIDE: CallLimits = CallLimits { per_run: 100, per_owner: 100 };

fn ask(reserve_micro_usd: u64) -> Ask {
    Ask { lease_held: true, reserve_micro_usd }
}

fn check(load: Load, limits: CallLimits, asks: &[Ask], expect: &str) {
    let words: Vec<String> =
        admit(load, limits, asks).iter().map(|verdict| format!("{verdict:?}")).collect();
    assert_eq!(words.join(" "), expect);
}

#[test]
fn places_are_counted_over_the_run_and_over_the_owner() {
    let load = Load { run_calls: 1, owner_calls: 5, ..Load::default() };
    check(load, CallLimits { per_run: 3, per_owner: 100 }, &[ask(0); 3], "Granted Granted Busy");
    check(load, CallLimits { per_run: 100, per_owner: 6 }, &[ask(0); 3], "Granted Busy Busy");
}

#[test]
fn what_is_reserved_is_as_good_as_spent_until_it_comes_back() {
    let purse = Purse { spent_micro_usd: 40, reserved_micro_usd: 20, budget_micro_usd: Some(100) };
    let paid_from = |purses: &[Purse]| {
        let mut load = Load::default();
        load.purses[..purses.len()].copy_from_slice(purses);
        load
    };
    let asks = [ask(30), ask(30), ask(10), ask(61)];
    check(paid_from(&[purse]), WIDE, &asks, "Granted Busy Granted OverBudget");
    check(paid_from(&[]), WIDE, &[ask(u64::MAX)], "Granted");
    let overdrawn = Purse { spent_micro_usd: 120, ..purse };
    check(paid_from(&[overdrawn]), WIDE, &[ask(1), ask(0)], "OverBudget OverBudget");
    // The tightest decides.
    let (wide, full) = (Purse { budget_micro_usd: Some(1000), ..purse }, Purse::default());
    check(paid_from(&[wide, full, purse]), WIDE, &asks, "Granted Busy Granted OverBudget");
}

#[test]
fn a_call_without_its_lease_never_starts() {
    let lost = Ask { lease_held: false, reserve_micro_usd: 0 };
    check(Load::default(), WIDE, &[lost, ask(0)], "LeaseLost Granted");
}

#[test]
fn one_call_leads_where_the_prefix_is_cold() {
    let load = |prefix| Load { prefix, ..Load::default() };
    let lost = Ask { lease_held: false, reserve_micro_usd: 0 };
    check(load(Warmth::Cold), WIDE, &[lost, ask(0), ask(0), ask(0)], "LeaseLost Lead Busy Busy");
    check(load(Warmth::Led), WIDE, &[ask(0), lost, ask(0)], "Busy LeaseLost Busy");
    check(load(Warmth::Open), WIDE, &[ask(0); 3], "Granted Granted Granted");
    let full = CallLimits { per_run: 0, per_owner: 9 };
    check(load(Warmth::Cold), full, &[ask(0)], "Busy");
}

proptest! {
    #[test]
    fn no_limit_is_ever_passed(
        run_calls in 0_u32..8,
        others in 0_u32..8,
        purses in proptest::array::uniform3(
            (0_u64..1000, 0_u64..1000, proptest::option::of(0_u64..1000))
        ),
        per_run in 0_u32..10,
        per_owner in 0_u32..10,
        asks in proptest::collection::vec((any::<bool>(), 0_u64..500), 0..12),
        cold in any::<bool>(),
    ) {
        let load = Load {
            run_calls,
            owner_calls: run_calls + others,
            purses: purses.map(|(spent_micro_usd, reserved_micro_usd, budget_micro_usd)| Purse {
                spent_micro_usd,
                reserved_micro_usd,
                budget_micro_usd,
            }),
            prefix: if cold { Warmth::Cold } else { Warmth::Open },
        };
        let asks: Vec<Ask> = asks
            .into_iter()
            .map(|(lease_held, reserve_micro_usd)| Ask { lease_held, reserve_micro_usd })
            .collect();
        let verdicts = admit(load, CallLimits { per_run, per_owner }, &asks);
        let granted: Vec<&Ask> = asks
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| verdict.may_start())
            .map(|(ask, _)| ask)
            .collect();
        prop_assert_eq!(verdicts.len(), asks.len());
        if granted.is_empty() {
            return Ok(());
        }
        let started = u32::try_from(granted.len()).expect("few");
        let reserved: u64 = granted.iter().map(|ask| ask.reserve_micro_usd).sum();
        prop_assert!(run_calls + started <= per_run);
        prop_assert!(run_calls + others + started <= per_owner);
        for (spent, held, budget) in purses {
            prop_assert!(budget.is_none_or(|budget| spent + held + reserved <= budget));
        }
        prop_assert!(granted.iter().all(|ask| ask.lease_held));
        prop_assert!(!cold || started == 1);
    }
}
