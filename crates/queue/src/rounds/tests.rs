//! Turns as they are taken, and that nobody is served twice.

use std::collections::HashMap;

use proptest::prelude::*;

use super::Rounds;

type Work = [(char, u32)];

fn turns(rounds: &mut Rounds<char, u32>, n: usize) -> String {
    let turns: Vec<String> =
        (0..n).map_while(|_| rounds.turn()).map(|(owner, run)| format!("{owner}{run}")).collect();
    turns.join(" ")
}

fn check(work: &Work, n: usize, expect: &str) {
    let mut rounds = Rounds::default();
    rounds.refresh(work);
    assert_eq!(turns(&mut rounds, n), expect);
}

#[test]
fn owners_take_turns_and_within_an_owner_runs_do() {
    check(&[], 4, "");
    check(&[('a', 1)], 3, "a1 a1 a1");
    check(&[('a', 1), ('a', 2), ('a', 3), ('b', 4)], 8, "a1 b4 a2 b4 a3 b4 a1 b4");
}

#[test]
fn a_refresh_keeps_the_places_and_a_newcomer_comes_last() {
    let mut rounds = Rounds::default();
    rounds.refresh(&[('a', 1), ('b', 2), ('c', 3)]);
    assert_eq!(turns(&mut rounds, 1), "a1");
    // b's run is over, d is new, a has one more.
    rounds.refresh(&[('a', 1), ('a', 5), ('c', 3), ('d', 4)]);
    assert_eq!(turns(&mut rounds, 6), "c3 a1 d4 c3 a5 d4");
    rounds.skip(4);
    assert_eq!(turns(&mut rounds, 3), "c3 a1 c3");
}

proptest! {
    /// In any stretch of turns, two owners who are there all the time differ by at most one.
    #[test]
    fn nobody_is_served_twice_before_everybody_was_served_once(
        runs in proptest::collection::vec((0_u8..5, 0_u32..20), 1..30),
        n in 1_usize..100,
    ) {
        let mut rounds = Rounds::default();
        rounds.refresh(&runs);
        let mut by_owner: HashMap<u8, u32> = HashMap::new();
        let mut by_run: HashMap<(u8, u32), u32> = HashMap::new();
        for (owner, run) in &runs {
            by_owner.insert(*owner, 0);
            by_run.insert((*owner, *run), 0);
        }
        for _ in 0..n {
            let (owner, run) = rounds.turn().expect("there is work");
            *by_owner.get_mut(&owner).expect("a known owner") += 1;
            *by_run.get_mut(&(owner, run)).expect("a known run") += 1;
        }
        let spread = |counts: Vec<u32>| {
            counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0)
        };
        prop_assert!(spread(by_owner.values().copied().collect()) <= 1);
        for owner in by_owner.keys() {
            let mine = by_run.iter().filter(|((o, _), _)| o == owner).map(|(_, n)| *n);
            prop_assert!(spread(mine.collect()) <= 1);
        }
    }
}
