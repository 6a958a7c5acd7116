//! Deletes: what goes, what is refused, and what stays whatever goes.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::{OwnerId, ProjectId, RunId, SourceType, SourceUid, Timestamp};
use gloss_store::{
    AttentionChange, CallLimits, Deletion, NewDocument, OwnerBudgets, Remembered, Review,
    RunChange, Settle, SettleBatch, SettleTo, StoreError,
};
use gloss_testkit::Backend;
use uuid::Uuid;

use super::projects::LEASES;
use super::{House, OWNER, STRANGER, document, house, staged, story};

const LIMITS: CallLimits = CallLimits { per_run: 9, per_owner: 9 };

impl House {
    /// A run whose blocks are all staged; so many of them are confirmed.
    async fn answered(&mut self, confirmed: u32) -> RunId {
        let run = self.run().await;
        let claim = self.claim(run, 100, 0).await.expect("a claim");
        self.settle(run, staged(&claim), 1).await;
        self.review(run, Some((0..confirmed).collect()), None, Review::Confirm).await;
        run
    }

    async fn delete_run(&self, run: RunId, cascade: bool) -> String {
        self.told(self.store.run_delete(OWNER, run, cascade).await).await
    }

    async fn delete_document(&self, owner: OwnerId, cascade: bool) -> String {
        self.told(self.store.document_delete(owner, self.document, cascade).await).await
    }

    async fn delete_project(&self, id: ProjectId, cascade: bool) -> String {
        self.told(self.store.project_delete(OWNER, id, cascade).await).await
    }

    /// What has gone, by the first letter of its kind. Every rule holds after every delete.
    async fn told(&self, deletion: Result<Deletion, StoreError>) -> String {
        assert_eq!(self.store.check().await.expect("checks"), [], "every rule holds");
        match deletion.expect("deletes") {
            Deletion::Done(gone) => format!(
                "gone: p{} d{} s{} r{} a{} c{}",
                gone.projects,
                gone.documents,
                gone.schemas,
                gone.runs,
                gone.answers,
                gone.confirmed
            ),
            Deletion::Running { runs, .. } => format!("{runs} running"),
            other => format!("{other:?}"),
        }
    }

    async fn blocks(&self) -> usize {
        let conv_uid = self.conv_uid.clone();
        self.store.block_page(OWNER, conv_uid, 0, 100).await.expect("reads").len()
    }
}

/// Other bytes that were read into the same blocks.
fn twin(n_blocks: u32) -> NewDocument {
    let mut twin = document(n_blocks);
    twin.document_id.0 = Uuid::from_u128(0x2);
    twin.source_uid = SourceUid::of(SourceType::Txt, b"a twin");
    twin
}

story!(
    what_is_needed_or_running_stays,
    3,
    |house| {
        let mut told = String::new();
        let run = house.run().await;
        let schema = house.schema;
        for (what, done) in [
            ("a running run", house.delete_run(run, true).await),
            ("its document", house.delete_document(OWNER, false).await),
            ("with all", house.delete_document(OWNER, true).await),
            ("its schema", house.told(house.store.schema_delete(OWNER, schema).await).await),
            ("the default project", house.delete_project(ProjectId::default_of(OWNER), true).await),
            ("a stranger's", house.delete_document(STRANGER, true).await),
            ("a stranger's run", {
                house.told(house.store.run_delete(STRANGER, run, true).await).await
            }),
        ] {
            let _ = writeln!(told, "{what}: {done}");
        }
        let claim = house.claim(run, 3, 0).await.expect("a claim");
        house.settle(run, staged(&claim), 1).await;
        house.review(run, Some(vec![1]), None, Review::Confirm).await;
        let other = house.run().await;
        house.change(other, RunChange::Cancel).await;
        for (what, done) in [
            ("a run with a confirmed answer", house.delete_run(run, false).await),
            ("one without", house.delete_run(other, false).await),
            ("again", house.delete_run(other, false).await),
            ("the document", house.delete_document(OWNER, false).await),
            ("with all", house.delete_document(OWNER, true).await),
            ("again", house.delete_document(OWNER, true).await),
            ("the schema", house.told(house.store.schema_delete(OWNER, schema).await).await),
            ("again", house.told(house.store.schema_delete(OWNER, schema).await).await),
        ] {
            let _ = writeln!(told, "{what}: {done}");
        }
        told + &format!("{} blocks", house.blocks().await)
    },
    "a running run: 1 running
its document: Needed { by: 1 }
with all: 1 running
its schema: Needed { by: 1 }
the default project: DefaultProject
a stranger's: NotFound
a stranger's run: NotFound
a run with a confirmed answer: Needed { by: 1 }
one without: gone: p0 d0 s0 r1 a0 c0
again: NotFound
the document: Needed { by: 1 }
with all: gone: p0 d1 s0 r1 a3 c1
again: NotFound
the schema: gone: p0 d0 s1 r0 a0 c0
again: NotFound
0 blocks"
);

story!(
    a_project_goes_with_its_documents_and_their_runs,
    2,
    |house| {
        let mut told = String::new();
        house.project(LEASES, "Leases").await;
        let _ = writeln!(told, "{}", house.delete_project(LEASES, false).await);
        house.project(LEASES, "Leases").await;
        house.answered(1).await;
        let last = house.answered(0).await;
        let moved = house.store.document_move(OWNER, house.document, LEASES, Timestamp(0)).await;
        moved.expect("moves").expect("the document");
        house.store.document_put(document(5)).await.expect("puts");
        let _ = writeln!(told, "{}", house.delete_project(LEASES, false).await);
        house.review(last, None, None, Review::Reject { reason: None }).await;
        let _ = writeln!(told, "{}", house.delete_project(LEASES, true).await);
        house.change(last, RunChange::Cancel).await;
        let _ = writeln!(told, "{}", house.delete_project(LEASES, true).await);
        let _ = writeln!(told, "{}", house.delete_project(LEASES, true).await);
        let left = house.store.document_list(OWNER, None, None, 10).await.expect("lists");
        let runs = house.store.run_list(OWNER, None, None, 10).await.expect("lists");
        told + &format!("left: {} document, {} runs", left.len(), runs.len())
    },
    "gone: p1 d0 s0 r0 a0 c0
Needed { by: 1 }
1 running
gone: p1 d1 s0 r2 a2 c1
NotFound
left: 1 document, 0 runs"
);

story!(
    blocks_go_with_the_last_document_that_has_them,
    4,
    |house| {
        let twin = house.store.document_put(twin(4)).await.expect("puts").row().document_id;
        let first = house.delete_document(OWNER, false).await;
        let between = house.blocks().await;
        let second = house.told(house.store.document_delete(OWNER, twin, false).await).await;
        let after = house.blocks().await;
        // The same bytes may come again.
        house.store.document_put(document(4)).await.expect("puts");
        format!(
            "{first}\n{between} blocks\n{second}\n{after} blocks\n{} blocks",
            house.blocks().await
        )
    },
    "gone: p0 d1 s0 r0 a0 c0
4 blocks
gone: p0 d1 s0 r0 a0 c0
0 blocks
4 blocks"
);

story!(
    answers_that_were_taken_over_stay,
    2,
    |house| {
        let source = house.answered(0).await;
        let keys: Vec<String> = vec!["a".to_owned(), "b".to_owned()];
        let remember = |run_id, index: u32| SettleBatch {
            owner: OWNER,
            run_id,
            calls: Vec::new(),
            blocks: Vec::new(),
            leases_done: Vec::new(),
            remember: vec![Remembered { key: keys[index as usize].clone(), index }],
            checked: Vec::new(),
            attention: AttentionChange::Keep,
            now: Timestamp(1),
        };
        house.store.settle(remember(source, 0)).await.expect("settles");
        let run = house.run().await;
        let claim = house.claim(run, 2, 2).await.expect("a claim");
        let taken = |index: u32| Settle {
            index,
            lease_id: claim.lease_id,
            generation: 0,
            to: SettleTo::Reused { answer: "{}".to_owned(), from: (source, index) },
            call_id: None,
        };
        house.settle(run, vec![taken(0)], 3).await;
        house.store.settle(remember(run, 1)).await.expect("settles");
        let known = || async {
            let known = house.store.memo_find(OWNER, keys.clone()).await.expect("finds");
            known.into_iter().map(|known| known.key).collect::<Vec<_>>()
        };
        let mut told = format!("known {:?}\n", known().await);
        let _ = writeln!(told, "{}", house.delete_run(source, false).await);
        let _ = writeln!(told, "known {:?}", known().await);
        // Whoever still knows the answer finds nothing to take over.
        let late = house.settle(run, vec![taken(1)], 4).await;
        let _ = writeln!(told, "sent back {}", late.sent_back);
        let row = house.store.overlay_get(OWNER, run, 0).await.expect("reads").expect("a row");
        let _ = writeln!(told, "reused {}, {:?}", row.reused_from.is_some(), row.staging);
        told + &house.show(run).await
    },
    "known [\"a\"]
gone: p0 d0 s0 r1 a2 c0
known []
sent back 1
reused true, Some(\"{}\")
s. running 1+0+0"
);

story!(
    a_late_settle_of_a_deleted_run_is_stale,
    2,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 2, 0).await.expect("a claim");
        let budgets = (LIMITS, OwnerBudgets::default());
        let mut told = house.start_within(budgets, run, &[(1, claim.lease_id, 100)], 0).await;
        house.change(run, RunChange::Cancel).await;
        let _ = writeln!(told, "{}", house.delete_run(run, false).await);
        let late = house.settle(run, staged(&claim), 1).await;
        let _ = writeln!(told, "stale {} of run {:?}", late.stale, late.run_status);
        house.end(run, 1, 70).await;
        told += &house.start_within(budgets, run, &[(2, claim.lease_id, 1)], 1).await;
        let held = house.store.lease_renew(vec![claim.lease_id], Timestamp(9000)).await;
        let _ = writeln!(told, "leases {:?}", held.expect("renews"));
        let swept = house.store.sweep(Timestamp(99_000)).await.expect("sweeps");
        let _ = writeln!(told, "swept {swept}, {}", house.claim(run, 1, 2).await.is_some());
        let _ = writeln!(told, "{}", house.review(run, None, None, Review::Confirm).await);
        let _ = writeln!(told, "{:?}", house.change(run, RunChange::Resume).await);
        let row = house.store.run_get(OWNER, run).await.expect("reads");
        assert_eq!(house.store.check().await.expect("checks"), []);
        told + &format!("{row:?}")
    },
    "[Granted]
gone: p0 d0 s0 r1 a0 c0
stale 2 of run None
[RunOver]
leases []
swept 0, false
changed [] unchanged []
NotFound
None"
);

story!(
    deleting_a_run_does_not_refill_the_purse,
    4,
    |house| {
        let day = 86_400_000;
        let budgets = OwnerBudgets { total_micro_usd: Some(200), day_micro_usd: Some(100) };
        let budgets = (LIMITS, budgets);
        let (one, two) = (house.run().await, house.run().await);
        let first = house.claim(one, 4, 0).await.expect("a claim").lease_id;
        let second = house.claim(two, 4, 0).await.expect("a claim").lease_id;
        let far = Timestamp(day * 9);
        house.store.lease_renew(vec![first, second], far).await.expect("renews");
        // Yesterday 50; today 30, and a call that is still out and may cost 20.
        let mut told = house.start_within(budgets, one, &[(1, first, 60)], day).await;
        house.end(one, 1, 50).await;
        told += &house.start_within(budgets, one, &[(2, first, 30)], day * 2).await;
        house.end(one, 2, 30).await;
        told += &house.start_within(budgets, one, &[(3, first, 20)], day * 2).await;
        house.change(one, RunChange::Cancel).await;
        let _ = writeln!(told, "{}", house.delete_run(one, false).await);
        house.end(one, 3, 1).await;
        // 50 are left of today, 100 in all.
        let ask = |n: u128, cost| (n, second, cost);
        let today = [ask(4, 51), ask(5, 50), ask(6, 1)];
        told += &house.start_within(budgets, two, &today, day * 2).await;
        house.end(two, 5, 50).await;
        let tomorrow = [ask(7, 51), ask(8, 50)];
        told += &house.start_within(budgets, two, &tomorrow, day * 3).await;
        house.end(two, 8, 50).await;
        house.change(two, RunChange::Cancel).await;
        // A second run adds to what the first has left behind.
        let _ = writeln!(told, "{}", house.delete_document(OWNER, true).await);
        house.store.document_put(document(4)).await.expect("puts");
        let three = house.run().await;
        let third = house.claim(three, 4, day * 4).await.expect("a claim").lease_id;
        told + &house.start_within(budgets, three, &[(9, third, 1)], day * 4).await
    },
    "[Granted]
[Granted]
[Granted]
gone: p0 d0 s0 r1 a0 c0
[OverBudget, Granted, Busy]
[OverBudget, Granted]
gone: p0 d1 s0 r1 a0 c0
[OverBudget]"
);

/// Runs are cancelled and deleted under their workers, who share remembered answers with the
/// workers of runs that stay.
#[tokio::test(flavor = "multi_thread")]
async fn runs_are_deleted_under_their_workers() {
    Backend::each(|database| async move {
        let mut house = house(&database, 300).await;
        let mut runs = Vec::new();
        for _ in 0..6 {
            runs.push(house.run().await);
        }
        let house = Arc::new(house);
        let workers = runs.iter().flat_map(|run| [*run; 3]).map(|run| {
            let house = Arc::clone(&house);
            tokio::spawn(async move { work(&house, run).await })
        });
        let workers: Vec<_> = workers.collect();
        let (going, staying) = runs.split_at(4);
        for run in going {
            tokio::time::sleep(Duration::from_millis(5)).await;
            house.change(*run, RunChange::Cancel).await;
            let gone = house.store.run_delete(OWNER, *run, true).await.expect("deletes");
            assert!(matches!(gone, Deletion::Done(_)), "{gone:?}");
        }
        for worker in workers {
            worker.await.expect("no worker fails");
        }
        for run in going {
            assert_eq!(house.store.run_get(OWNER, *run).await.expect("reads"), None);
        }
        for run in staying {
            assert!(house.show(*run).await.ends_with("complete 300+0+0"));
        }
        house.store.close().await;
    })
    .await;
}

async fn work(house: &House, run_id: RunId) {
    while let Some(claim) = house.claim(run_id, 7, 0).await {
        let remember = claim
            .blocks
            .iter()
            .rev()
            .map(|block| Remembered { key: format!("key {}", block.index), index: block.index });
        let batch = SettleBatch {
            owner: OWNER,
            run_id,
            calls: Vec::new(),
            blocks: staged(&claim),
            leases_done: vec![claim.lease_id],
            remember: remember.collect(),
            checked: Vec::new(),
            attention: AttentionChange::Keep,
            now: Timestamp(1),
        };
        let settled = house.store.settle(batch).await.expect("settles");
        assert_eq!(settled.staged + settled.stale, 7.min(claim.blocks.len() as u32));
    }
}
