//! The simulation's traces on real databases: every answer and every overlay as the pure protocol
//! says.

use std::collections::BTreeMap;

use gloss_core_model::{CallId, RunId, Timestamp};
use gloss_queue::protocol::{Answer, Book, Command, End, Guards, Start, Write, WriteTo};
use gloss_store::{
    AttentionChange, CallEnd, CallLimits, CallStart, CallsStart, ClaimRequest, OwnerBudgets,
    Review, ReviewRequest, RunChange, RunChanged, Settle, SettleBatch, SettleTo, Spent,
};
use gloss_testkit::{Backend, sim};

use uuid::Uuid;

use super::{House, OWNER, house};

const SEEDS: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_trace_gives_the_same_answers() {
    Backend::each(|database| async move {
        let blocks = u32::try_from(sim::BLOCKS).expect("few");
        let mut house = house(&database, blocks).await;
        for seed in 0..SEEDS {
            let trace = sim::simulate(seed, Guards::ALL).expect("no rule breaks");
            let mut new = house.new_run();
            new.budget_micro_usd = Some(sim::BUDGET);
            let run = new.run_id;
            house.store.run_create(new).await.expect("creates");
            let mut player = Player { house: &house, run, leases: BTreeMap::new() };
            let mut book = Book::new(sim::BLOCKS, sim::CALLS_MAX, Some(sim::BUDGET), Guards::ALL);
            for (step, (command, expected)) in trace.iter().enumerate() {
                let what =
                    format!("{} seed {seed} step {step}: {command:?}", database.backend.name());
                assert_eq!(player.play(command).await, *expected, "{what}");
                book.apply(command);
            }
            player.compare(&book).await;
            // Leaves no lease behind for the next seed's sweeps to find.
            player.change(RunChange::Cancel).await;
            house.store.sweep(Timestamp(i64::MAX)).await.expect("sweeps");
        }
        house.store.close().await;
    })
    .await;
}

struct Player<'h> {
    house: &'h House,
    run: RunId,
    /// The protocol's lease numbers, and the database's.
    leases: BTreeMap<u64, i64>,
}

impl Player<'_> {
    async fn play(&mut self, command: &Command) -> Answer {
        match command {
            Command::Claim { max, now, lease_ms } => self.claim(*max, *now, *lease_ms).await,
            Command::Start { calls, now } => self.start(calls, *now).await,
            Command::Settle { writes, calls, leases_done } => {
                self.settle(writes, calls, leases_done).await
            }
            Command::Renew { lease, until } => {
                let lease = self.leases[lease];
                let kept = self.house.store.lease_renew(vec![lease], *until).await;
                Answer::Renewed(!kept.expect("renews").is_empty())
            }
            Command::Sweep { now } => {
                Answer::Returned(self.house.store.sweep(*now).await.expect("sweeps"))
            }
            Command::Cancel => self.change(RunChange::Cancel).await,
            Command::Resume => self.change(RunChange::Resume).await,
            Command::RetryFailed => self.change(RunChange::RetryFailed).await,
            Command::Confirm { index } => self.review(*index, Review::Confirm).await,
            Command::Reject { index } => self.review(*index, Review::Reject { reason: None }).await,
            Command::Edit { index, value } => {
                self.review(*index, Review::Edit { value: value.clone() }).await
            }
            Command::Reopen { index } => self.review(*index, Review::Reopen).await,
        }
    }

    async fn claim(&mut self, max: usize, now: Timestamp, lease_ms: i64) -> Answer {
        let want = ClaimRequest {
            owner: OWNER,
            run_id: self.run,
            worker: "w".to_owned(),
            blocks_max: u32::try_from(max).expect("few"),
            lease_ms,
            now,
        };
        let Some(claim) = self.house.store.claim(want).await.expect("claims") else {
            return Answer::Nothing;
        };
        let lease = self.leases.len() as u64 + 1;
        self.leases.insert(lease, claim.lease_id);
        let blocks = claim.blocks.iter().map(|block| block.index as usize).collect();
        Answer::Claimed { lease, blocks }
    }

    async fn start(&self, calls: &[Start], now: Timestamp) -> Answer {
        let starts = calls.iter().map(|start| CallStart {
            call_id: self.call_id(start.call),
            lease_id: self.leases[&start.lease],
            reserve_micro_usd: start.reserve,
            provider: "p".to_owned(),
            model: "m".to_owned(),
            key_id: String::new(),
            check: false,
            estimated_input_tokens: 0,
            estimated_output_tokens: 0,
            blocks: 1,
            depth: 0,
            started_at: now,
        });
        let limits = CallLimits { per_run: sim::CALLS_MAX, per_owner: sim::CALLS_MAX };
        let start = CallsStart {
            owner: OWNER,
            run_id: self.run,
            prefix: None,
            limits,
            owner_budgets: OwnerBudgets::default(),
            calls: starts.collect(),
            now,
        };
        Answer::Started(self.house.store.calls_start(start).await.expect("starts"))
    }

    /// Unique over the runs of all seeds.
    fn call_id(&self, number: u64) -> CallId {
        CallId(Uuid::from_u128(self.run.0.as_u128() << 64 | u128::from(number)))
    }

    async fn settle(&self, writes: &[Write], calls: &[End], leases_done: &[u64]) -> Answer {
        let ends = calls.iter().map(|end| CallEnd {
            call_id: self.call_id(end.call),
            latency_ms: 1,
            outcome: "ok".to_owned(),
            issue: None,
            strays: 0,
            spent: Spent { calls: 1, cost_micro_usd: end.cost, ..Spent::default() },
            provider_request_id: None,
        });
        let blocks = writes.iter().map(|write| Settle {
            index: u32::try_from(write.index).expect("few"),
            lease_id: self.leases[&write.lease],
            generation: write.generation,
            call_id: None,
            to: match &write.to {
                WriteTo::Stage(answer) => SettleTo::Staged(answer.clone()),
                WriteTo::Attempt { failed } => SettleTo::Attempt {
                    failed: *failed,
                    kind: "unusable".to_owned(),
                    message: String::new(),
                },
                WriteTo::Defer { not_before } => SettleTo::Deferred {
                    not_before: *not_before,
                    kind: "timeout".to_owned(),
                    message: String::new(),
                },
                WriteTo::Release => SettleTo::Released,
            },
        });
        let batch = SettleBatch {
            owner: OWNER,
            run_id: self.run,
            calls: ends.collect(),
            blocks: blocks.collect(),
            leases_done: leases_done.iter().map(|lease| self.leases[lease]).collect(),
            remember: Vec::new(),
            checked: Vec::new(),
            attention: AttentionChange::Keep,
            now: Timestamp(0),
        };
        let done = self.house.store.settle(batch).await.expect("settles");
        Answer::Settled {
            staged: done.staged,
            failed: done.failed,
            returned: done.returned,
            stale: done.stale,
        }
    }

    async fn change(&self, change: RunChange) -> Answer {
        let changed = self.house.store.run_change(OWNER, self.run, change, Timestamp(0)).await;
        match changed.expect("changes") {
            RunChanged::Done { blocks, .. } => Answer::Done(blocks),
            RunChanged::Refused { .. } | RunChanged::NotFound => Answer::Refused,
        }
    }

    async fn review(&self, index: usize, review: Review) -> Answer {
        let request = ReviewRequest {
            owner: OWNER,
            run_id: self.run,
            indexes: Some(vec![u32::try_from(index).expect("few")]),
            revision: None,
            review,
            actor: "ann".to_owned(),
            now: Timestamp(0),
        };
        let done = self.house.store.review(request).await.expect("reviews");
        Answer::Done(u32::try_from(done.changed.len()).expect("few"))
    }

    async fn compare(&self, book: &Book) {
        let store = &self.house.store;
        let run = store.run_get(OWNER, self.run).await.expect("reads").expect("the run");
        assert_eq!((run.status, run.rollup), (book.status, book.counts));
        let (spent, reserved) = (run.spent.cost_micro_usd, run.reserved_micro_usd);
        assert_eq!((spent, reserved), (book.calls.spent, book.calls.reserved));
        let rows = store.overlay_page(OWNER, self.run, None, 0, 1000).await.expect("reads");
        for (row, overlay) in rows.iter().zip(&book.overlays) {
            assert_eq!(
                (row.status, row.attempts, row.deferrals, row.revision),
                (overlay.status, overlay.attempts, overlay.deferrals, overlay.revision),
            );
            assert_eq!((&row.staging, &row.confirmed), (&overlay.staging, &overlay.confirmed));
        }
        assert_eq!(store.check().await.expect("checks"), []);
    }
}
