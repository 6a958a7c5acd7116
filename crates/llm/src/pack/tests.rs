//! The planner's transcript and its laws.

use proptest::prelude::*;

use super::{PackItem, PackLimits, PackStop, plan};

fn item(index: u32, input_tokens: u32, output_tokens: u32) -> PackItem {
    PackItem { index, input_tokens, output_tokens, alone: false }
}

const LIMITS: PackLimits = PackLimits {
    blocks_max: 3,
    input_tokens_max: 100,
    cliff_tokens_max: 80,
    output_tokens_max: 50,
};

#[track_caller]
fn check(items: &[PackItem], expect: &str) {
    let packing = plan(items, LIMITS);
    let mut lines: Vec<String> = packing
        .packs
        .iter()
        .map(|p| {
            format!("{:?} in {} out {}: {}", p.indexes, p.input_tokens, p.output_tokens, p.stop)
        })
        .collect();
    lines.extend(packing.oversize.iter().map(|o| {
        format!("{} is too large: {} of at most {}", o.index, o.input_tokens, o.input_tokens_max)
    }));
    assert_eq!(lines.join("\n"), expect);
}

#[test]
fn a_pack_says_why_it_stopped() {
    let small: Vec<_> = (0..4).map(|i| item(i, 10, 10)).collect();
    check(&small, "[0, 1, 2] in 30 out 30: block_cap\n[3] in 10 out 10: end");
    check(
        &[item(0, 60, 1), item(1, 30, 1), item(2, 90, 1)],
        "[0] in 60 out 1: price_cliff\n[1] in 30 out 1: input_budget\n[2] in 90 out 1: end",
    );
    check(&[item(0, 60, 1), item(1, 60, 1)], "[0] in 60 out 1: input_budget\n[1] in 60 out 1: end");
    check(
        &[item(0, 1, 30), item(1, 1, 30)],
        "[0] in 1 out 30: output_budget\n[1] in 1 out 30: end",
    );
    check(
        &[item(0, 1, 1), item(7, 101, 1), item(9, 1, 1)],
        "[0, 9] in 2 out 2: end\n7 is too large: 101 of at most 100",
    );
    check(&[item(0, 1, 900)], "[0] in 1 out 900: end");
    let mut alone = small;
    alone[1].alone = true;
    check(&alone, "[0] in 10 out 10: alone\n[1] in 10 out 10: alone\n[2, 3] in 20 out 20: end");
    check(&[], "");
}

prop_compose! {
    fn items()(raw in prop::collection::vec((0u32..200, 0u32..80, prop::bool::weighted(0.1)), 0..60))
        -> Vec<PackItem> {
        raw.into_iter().enumerate().map(|(i, (input_tokens, output_tokens, alone))| PackItem {
            index: u32::try_from(i * 3).expect("small"), input_tokens, output_tokens, alone,
        }).collect()
    }
}

proptest! {
    #[test]
    fn every_block_is_in_exactly_one_place_in_order_within_limits(
        items in items(), blocks_max in 0u32..12, input in 1u32..250, cliff in 1u32..250,
        output in 1u32..120,
    ) {
        let limits = PackLimits {
            blocks_max,
            input_tokens_max: input,
            cliff_tokens_max: cliff,
            output_tokens_max: output,
        };
        let packing = plan(&items, limits);
        let packed: Vec<u32> = packing.packs.iter().flat_map(|p| p.indexes.clone()).collect();
        prop_assert!(packed.is_sorted_by(|a, b| a < b));
        let mut all: Vec<u32> =
            packed.into_iter().chain(packing.oversize.iter().map(|o| o.index)).collect();
        all.sort_unstable();
        prop_assert_eq!(all, items.iter().map(|i| i.index).collect::<Vec<_>>());
        for pack in &packing.packs {
            prop_assert!(!pack.indexes.is_empty());
            prop_assert!(pack.input_tokens <= input);
            prop_assert!(pack.indexes.len() as u32 <= blocks_max.max(1));
            prop_assert!(pack.input_tokens <= cliff || pack.indexes.len() == 1);
            prop_assert!(pack.output_tokens <= output || pack.indexes.len() == 1);
            let alone = items.iter().any(|i| i.alone && pack.indexes.contains(&i.index));
            prop_assert!(!alone || pack.indexes.len() == 1);
        }
        let ends = packing.packs.iter().filter(|p| p.stop == PackStop::End).count();
        prop_assert_eq!(ends, usize::from(!packing.packs.is_empty()));
    }
}
