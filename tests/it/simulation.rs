//! A bounded part of `cargo xtask sim`: no rule breaks, the same seed gives the same trace, and a
//! missing guard would be noticed.

use gloss_queue::protocol::Guards;
use gloss_testkit::sim::simulate;

const SEEDS: u64 = 3000;

#[test]
fn no_rule_breaks_whatever_the_schedule() {
    for seed in 0..SEEDS {
        if let Err(violation) = simulate(seed, Guards::ALL) {
            panic!("seed {seed}: {violation:?}");
        }
    }
    assert_eq!(simulate(7, Guards::ALL), simulate(7, Guards::ALL));
}

#[test]
fn a_missing_guard_is_noticed() {
    let all = Guards::ALL;
    for guards in [
        Guards { token: false, ..all },
        Guards { status: false, ..all },
        Guards { run: false, ..all },
        Guards { budget: false, ..all },
    ] {
        let noticed = (0..2000).any(|seed| simulate(seed, guards).is_err());
        assert!(noticed, "{guards:?} went unnoticed");
    }
}
