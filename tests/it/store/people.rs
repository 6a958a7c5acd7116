//! What people change about runs and overlays.

use std::fmt::Write as _;

use gloss_store::{Review, RunChange, Settle, SettleTo, Settled};

use super::{OWNER, house, staged, story, to};

story!(
    after_a_cancel_nothing_is_claimed_or_written,
    3,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 2, 0).await.expect("a claim");
        let cancelled = house.change(run, RunChange::Cancel).await;
        let late = house.settle(run, staged(&claim), 1).await;
        let claimed = house.claim(run, 9, 2).await.is_some();
        let twice = house.change(run, RunChange::Cancel).await;
        let told = format!(
            "{cancelled:?}\nstale {} claimed {claimed}\n{twice:?}\n{}\n",
            late.stale,
            house.show(run).await
        );
        let resumed = house.change(run, RunChange::Resume).await;
        let claim = house.claim(run, 9, 3).await.expect("a claim");
        house.settle(run, staged(&claim), 4).await;
        let done = house.change(run, RunChange::Cancel).await;
        format!("{told}{resumed:?}\n{}\n{done:?}", house.show(run).await)
    },
    "Done { status: Cancelled, blocks: 2 }
stale 2 claimed false
Refused { status: Cancelled }
... cancelled 0+0+0
Done { status: Running, blocks: 3 }
sss complete 3+0+0
Refused { status: Complete }"
);

story!(
    failed_blocks_get_new_attempts_in_a_new_generation,
    2,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 2, 0).await.expect("a claim");
        let fail = |index| {
            to(
                &claim,
                index,
                SettleTo::Attempt {
                    failed: true,
                    kind: "unusable".to_owned(),
                    message: "m".to_owned(),
                },
            )
        };
        house.settle(run, vec![fail(0), fail(1)], 1).await;
        let before = house.show(run).await;
        let retried = house.change(run, RunChange::RetryFailed).await;
        let again = house.claim(run, 2, 2).await.expect("a claim");
        let generations: Vec<u32> = again.blocks.iter().map(|block| block.generation).collect();
        let old_generation = house.settle(run, staged(&again), 3).await;
        format!(
            "{before}\n{retried:?}\ngenerations {generations:?}; \
             an answer of the old one is stale: {}\n{}",
            old_generation.stale,
            house.show(run).await
        )
    },
    "xx complete 0+2+0
Done { status: Running, blocks: 2 }
generations [1, 1]; an answer of the old one is stale: 2
cc running 0+0+0"
);

story!(
    an_answer_that_was_sent_back_is_not_taken_over,
    3,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 3, 0).await.expect("a claim");
        house.settle(run, vec![staged(&claim).remove(0)], 1).await;
        let twin = |index: u32| Settle {
            index,
            lease_id: claim.lease_id,
            generation: 0,
            to: SettleTo::Reused { answer: r#"{"risk":"low"}"#.to_owned(), from: (run, 0) },
            call_id: None,
        };
        let taken = house.settle(run, vec![twin(1)], 2).await;
        let mut told = format!("staged {} returned {}\n", taken.staged, taken.returned);
        let one = house.store.overlay_get(OWNER, run, 1).await.expect("reads").expect("a row");
        let from = one.reused_from.expect("a source");
        let _ = writeln!(told, "from block {}", from.rsplit('/').next().unwrap_or_default());
        house.review(run, Some(vec![0]), None, Review::Reject { reason: None }).await;
        let refused = house.settle(run, vec![twin(2)], 3).await;
        let Settled { staged, returned, sent_back, stale, .. } = refused;
        let _ = writeln!(told, "staged {staged} returned {returned} ({sent_back}) stale {stale}");
        told + &house.show(run).await
    },
    "staged 1 returned 0
from block 0
staged 0 returned 1 (1) stale 0
.s. running 1+0+0"
);

story!(
    people_decide_by_revision,
    3,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 3, 0).await.expect("a claim");
        house.settle(run, staged(&claim), 1).await;
        let edit = || Review::Edit { value: r#"{"risk":"high"}"#.to_owned() };
        let mut told = String::new();
        for (what, done) in [
            ("edit 1 at 1", house.review(run, Some(vec![1]), Some(1), edit()).await),
            ("edit 1 at 1", house.review(run, Some(vec![1]), Some(1), edit()).await),
            ("confirm 0, 1", house.review(run, Some(vec![0, 1]), None, Review::Confirm).await),
            ("confirm all", house.review(run, None, None, Review::Confirm).await),
            ("edit 1", house.review(run, Some(vec![1]), None, edit()).await),
            ("reopen 1", house.review(run, Some(vec![1]), None, Review::Reopen).await),
            (
                "reject 1",
                house
                    .review(
                        run,
                        Some(vec![1]),
                        None,
                        Review::Reject { reason: Some("wrong".to_owned()) },
                    )
                    .await,
            ),
        ] {
            let _ = writeln!(told, "{what}: {done}");
        }
        let one = house.store.overlay_get(OWNER, run, 0).await.expect("reads").expect("a row");
        let _ = writeln!(
            told,
            "0: revision {} by {:?} at {:?} {:?}",
            one.revision, one.confirmed_by, one.confirmed_at, one.confirmed
        );
        told + &house.show(run).await
    },
    "edit 1 at 1: changed [1] unchanged []
edit 1 at 1: changed [] unchanged [1]
confirm 0, 1: changed [0, 1] unchanged []
confirm all: changed [2] unchanged []
edit 1: changed [] unchanged [1]
reopen 1: changed [1] unchanged []
reject 1: changed [1] unchanged []
0: revision 2 by Some(\"ann\") at Some(Timestamp(5)) Some(\"{\\\"risk\\\":\\\"low\\\"}\")
C.C running 2+0+0"
);
