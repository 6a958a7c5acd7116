//! Fates as a grid: one line per call, one character per block.

use super::{Choice, Memory, choose};
use crate::ask::{Ask, AskedBlock, Shape};
use crate::faults::{FaultKind, Faults};

fn ask(ids: &[i64]) -> Ask {
    let block = |id: &i64| AskedBlock {
        id: *id,
        block_type: String::new(),
        content: format!("block {id}"),
    };
    Ask { shape: Shape::Prose, blocks: ids.iter().map(block).collect() }
}

fn show(choice: &Choice, ask: &Ask) -> String {
    let blocks: Vec<_> =
        choice.blocks.iter().map(|(at, kind)| format!("{kind} {}", ask.blocks[*at].id)).collect();
    let call: Vec<_> = choice.call.iter().map(|hit| hit.rule.kind.to_string()).collect();
    let all = [call, blocks].concat();
    if all.is_empty() { "-".to_owned() } else { all.join(", ") }
}

fn play(rules: &[&str], calls: &[&[i64]]) -> Vec<String> {
    let faults = Faults::parse(7, rules.iter().copied()).unwrap();
    let mut memory = Memory::default();
    let line = |ids: &&[i64]| {
        let ask = ask(ids);
        format!("{ids:?}: {}", show(&choose(&faults, &mut memory, &ask), &ask))
    };
    calls.iter().map(line).collect()
}

#[test]
fn retries_get_new_dice() {
    let calls: [&[i64]; 8] =
        [&[1, 2, 3, 4], &[1, 2, 3, 4], &[1, 2], &[3, 4], &[1], &[1], &[1], &[1]];
    let lines = play(&["missing=0.4", "429=0.3"], &calls);
    insta::assert_snapshot!(lines.join("\n"), @"
    [1, 2, 3, 4]: -
    [1, 2, 3, 4]: missing 3
    [1, 2]: missing 1
    [3, 4]: -
    [1]: -
    [1]: -
    [1]: 429
    [1]: -
    ");
}

#[test]
fn times_and_precedence() {
    let rules =
        ["529,times=1", "429,times=1", "slow,times=3", "invalid", "missing,times=3", "reversed"];
    let lines = play(&rules, &[&[1, 2], &[1, 2], &[1, 2], &[1, 2], &[3, 4]]);
    insta::assert_snapshot!(lines.join("\n"), @"
    [1, 2]: 529, slow
    [1, 2]: 429, slow
    [1, 2]: slow, reversed, missing 1, missing 2
    [1, 2]: reversed, missing 1, invalid 2
    [3, 4]: reversed, invalid 3, invalid 4
    ");
}

#[test]
fn each_third_call() {
    let calls: [&[i64]; 7] = [&[1], &[2], &[3], &[3], &[4], &[5], &[5]];
    let lines = play(&["429,every=3", "500,every=4,times=1", "missing,every=5"], &calls);
    insta::assert_snapshot!(lines.join("\n"), @"
    [1]: -
    [2]: -
    [3]: 429
    [3]: 500
    [4]: missing 4
    [5]: 429
    [5]: -
    ");
}

#[test]
fn order_of_arrival_changes_nothing() {
    let rules = ["missing=0.3", "invalid=0.3", "529=0.3", "reversed=0.5"];
    let calls: Vec<Vec<i64>> = (0..40).map(|n| vec![n * 3, n * 3 + 1, n * 3 + 2]).collect();
    let forwards: Vec<&[i64]> = calls.iter().map(Vec::as_slice).collect();
    let backwards: Vec<&[i64]> = forwards.iter().rev().copied().collect();
    let mut played_backwards = play(&rules, &backwards);
    played_backwards.reverse();
    assert_eq!(play(&rules, &forwards), played_backwards);
}

#[test]
fn rates_are_met() {
    let faults = Faults::parse(1, ["missing=0.1"]).unwrap();
    let blocks: Vec<i64> = (0..10_000).collect();
    let choice = choose(&faults, &mut Memory::default(), &ask(&blocks));
    let n_missing = choice.kinds().filter(|kind| *kind == FaultKind::Missing).count();
    assert!((900..1_100).contains(&n_missing), "{n_missing} of 10,000");
}
