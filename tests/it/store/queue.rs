//! Claims, leases, settling.

use std::fmt::Write as _;

use gloss_core_model::{RunStatus, Timestamp};
use gloss_store::{SettleTo, Store};
use gloss_testkit::Backend;

use super::{LEASE_MS, OWNER, house, staged, story, to};

#[tokio::test]
async fn every_statement_is_valid() {
    Backend::each(|database| async move {
        let store = Store::open(database.url()).await.expect("opens");
        store.migrate().await.expect("migrates");
        store.migrate().await.expect("and again, which changes nothing");
        let prepared = store.prepare_all().await;
        assert!(prepared.as_ref().is_ok_and(|n| *n > 40), "{prepared:?}");
        store.close().await;
    })
    .await;
}

story!(
    claims_go_by_block_index_and_never_overlap,
    6,
    |house| {
        let run = house.run().await;
        let mut told = String::new();
        for n in [2, 3, 5, 1] {
            let claim = house.claim(run, n, 0).await;
            let indexes =
                claim.map(|claim| claim.blocks.iter().map(|b| b.index).collect::<Vec<_>>());
            let _ = writeln!(told, "{n}: {indexes:?} {}", house.show(run).await);
        }
        told
    },
    "2: Some([0, 1]) cc.... running 0+0+0
3: Some([2, 3, 4]) ccccc. running 0+0+0
5: Some([5]) cccccc running 0+0+0
1: None cccccc running 0+0+0"
);

story!(
    an_expired_lease_passes_on_and_its_late_answer_is_dropped,
    2,
    |house| {
        let run = house.run().await;
        let old = house.claim(run, 2, 0).await.expect("a claim");
        let early = house.store.sweep(Timestamp(LEASE_MS)).await.expect("sweeps");
        let swept = house.store.sweep(Timestamp(LEASE_MS + 1)).await.expect("sweeps");
        let new = house.claim(run, 1, 2000).await.expect("a claim");
        let kept = house.store.lease_renew(vec![old.lease_id, new.lease_id], Timestamp(9000)).await;
        let late = house.settle(run, staged(&old), 2001).await;
        let timely = house.settle(run, staged(&new), 2002).await;
        let twice = house.settle(run, staged(&new), 2003).await;
        format!(
            "swept {early} then {swept}; renewed {}; \
             late stale {}; timely staged {}; twice stale {}\n{}",
            kept.expect("renews").len(),
            late.stale,
            timely.staged,
            twice.stale,
            house.show(run).await
        )
    },
    "swept 0 then 2; renewed 1; late stale 2; timely staged 1; twice stale 1
s. running 1+0+0"
);

story!(
    every_ending_lands_where_it_should,
    4,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 4, 0).await.expect("a claim");
        let settled = house
            .settle(
                run,
                vec![
                    to(&claim, 0, SettleTo::Staged("{}".to_owned())),
                    to(
                        &claim,
                        1,
                        SettleTo::Attempt {
                            failed: false,
                            kind: "unusable".to_owned(),
                            message: "too high".to_owned(),
                        },
                    ),
                    to(
                        &claim,
                        2,
                        SettleTo::Deferred {
                            not_before: Timestamp(500),
                            kind: "rate_limited".to_owned(),
                            message: "slow down".to_owned(),
                        },
                    ),
                    to(
                        &claim,
                        3,
                        SettleTo::Attempt {
                            failed: true,
                            kind: "rejected".to_owned(),
                            message: "no".to_owned(),
                        },
                    ),
                ],
                10,
            )
            .await;
        let mut told = format!(
            "staged {} failed {} returned {}\n{}\n",
            settled.staged,
            settled.failed,
            settled.returned,
            house.show(run).await
        );
        let due = house.store.next_due(Some(run), Timestamp(5)).await.expect("reads");
        let soon = house.claim(run, 9, 20).await.expect("a claim");
        let _ = writeln!(
            told,
            "next due {due:?}; claimed at 20: {:?} told \"{}\"",
            soon.blocks[0].index,
            soon.blocks[0].feedback.as_deref().unwrap_or("")
        );
        house.settle(run, vec![to(&soon, 1, SettleTo::Released)], 30).await;
        let later = house.claim(run, 9, 500).await.expect("a claim");
        for block in &later.blocks {
            let _ = writeln!(
                told,
                "at 500: {} attempts {} deferrals {}",
                block.index, block.attempts, block.deferrals
            );
        }
        house.settle(run, staged(&later), 510).await;
        told + &house.show(run).await
    },
    "staged 1 failed 1 returned 2
s..x running 1+1+0
next due Some(Timestamp(5)); claimed at 20: 1 told \"too high\"
at 500: 1 attempts 1 deferrals 0
at 500: 2 attempts 0 deferrals 1
sssx complete 3+1+0"
);

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_claimers_never_get_the_same_block() {
    Backend::each(|database| async move {
        let mut house = house(&database, 400).await;
        let run = house.run().await;
        let house = std::sync::Arc::new(house);
        let claimers = (0..16).map(|_| {
            let house = std::sync::Arc::clone(&house);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(claim) = house.claim(run, 7, 0).await {
                    mine.extend(claim.blocks.iter().map(|block| block.index));
                    assert_eq!(house.settle(run, staged(&claim), 1).await.stale, 0);
                }
                mine
            })
        });
        let mut all: Vec<u32> = Vec::new();
        for claimer in claimers.collect::<Vec<_>>() {
            all.extend(claimer.await.expect("no claimer fails"));
        }
        all.sort_unstable();
        assert_eq!(all, (0..400).collect::<Vec<u32>>(), "{}", database.backend.name());
        let row = house.store.run_get(OWNER, run).await.expect("reads").expect("the run");
        assert_eq!((row.status, row.rollup.completed), (RunStatus::Complete, 400));
        house.store.close().await;
    })
    .await;
}

/// None of the claimers that settle side by side sees the others' last blocks; one must see all.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_settles_last_finishes_the_run() {
    Backend::each(|database| async move {
        let mut house = house(&database, 12).await;
        let mut runs = Vec::new();
        for _ in 0..60 {
            runs.push(house.run().await);
        }
        let house = std::sync::Arc::new(house);
        for run in runs {
            let claimers = (0..6).map(|_| {
                let house = std::sync::Arc::clone(&house);
                tokio::spawn(async move {
                    while let Some(claim) = house.claim(run, 2, 0).await {
                        house.settle(run, staged(&claim), 1).await;
                    }
                })
            });
            for claimer in claimers.collect::<Vec<_>>() {
                claimer.await.expect("no claimer fails");
            }
            let row = house.store.run_get(OWNER, run).await.expect("reads").expect("the run");
            let what = database.backend.name();
            assert_eq!((row.status, row.rollup.completed), (RunStatus::Complete, 12), "{what}");
        }
        assert_eq!(house.store.check().await.expect("checks"), []);
        house.store.close().await;
    })
    .await;
}
