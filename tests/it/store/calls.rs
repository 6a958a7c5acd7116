//! Calls: written down before they are made, paid for whatever becomes of their answers.

use gloss_core_model::{CallId, RunId, Timestamp};
use gloss_store::{
    Admission, AttentionChange, CallEnd, CallLimits, CallStart, CallsStart, OwnerBudgets,
    RunChange, SettleBatch, Spent,
};
use uuid::Uuid;

use super::{House, OWNER, house, staged, story};

const LIMITS: CallLimits = CallLimits { per_run: 2, per_owner: 3 };

impl House {
    /// Asks leave for calls: number, lease, and what each may cost.
    async fn start(&self, run_id: RunId, calls: &[(u128, i64, u64)], now: i64) -> String {
        self.start_within((LIMITS, OwnerBudgets::default()), run_id, calls, now).await
    }

    pub(super) async fn start_within(
        &self,
        (limits, owner_budgets): (CallLimits, OwnerBudgets),
        run_id: RunId,
        calls: &[(u128, i64, u64)],
        now: i64,
    ) -> String {
        let calls = calls.iter().map(|(number, lease_id, reserve_micro_usd)| CallStart {
            call_id: CallId(Uuid::from_u128(*number)),
            lease_id: *lease_id,
            reserve_micro_usd: *reserve_micro_usd,
            provider: "p".to_owned(),
            model: "m".to_owned(),
            key_id: String::new(),
            check: false,
            estimated_input_tokens: 0,
            estimated_output_tokens: 0,
            blocks: 1,
            depth: 0,
            started_at: Timestamp(now),
        });
        let (calls, now) = (calls.collect(), Timestamp(now));
        let start =
            CallsStart { owner: OWNER, run_id, prefix: None, limits, owner_budgets, calls, now };
        let admissions: Vec<Admission> = self.store.calls_start(start).await.expect("starts");
        format!("{admissions:?}\n")
    }

    /// Ends a call at a cost.
    pub(super) async fn end(&self, run_id: RunId, number: u128, cost_micro_usd: u64) {
        let spent = Spent { calls: 1, input_tokens: 10, cost_micro_usd, ..Spent::default() };
        let call = CallEnd {
            call_id: CallId(Uuid::from_u128(number)),
            latency_ms: 5,
            outcome: "ok".to_owned(),
            issue: None,
            strays: 0,
            spent,
            provider_request_id: None,
        };
        let batch = SettleBatch {
            owner: OWNER,
            run_id,
            calls: vec![call],
            blocks: vec![],
            leases_done: vec![],
            remember: Vec::new(),
            checked: Vec::new(),
            attention: AttentionChange::Keep,
            now: Timestamp(6),
        };
        self.store.settle(batch).await.expect("settles");
    }

    async fn waits_for(&self, run_id: RunId) -> String {
        let run = self.store.run_get(OWNER, run_id).await.expect("reads").expect("the run");
        format!("{:?}\n", run.attention)
    }

    async fn money(&self, run_id: RunId) -> String {
        let run = self.store.run_get(OWNER, run_id).await.expect("reads").expect("the run");
        let (spent, held) = (run.spent, run.reserved_micro_usd);
        let (calls, cost) = (spent.calls, spent.cost_micro_usd);
        format!("{calls} calls, {} in, {cost} spent, {held} held\n", spent.input_tokens)
    }
}

story!(
    a_late_call_of_a_cancelled_run_is_still_paid_for_once,
    1,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 1, 0).await.expect("a claim");
        let mut told = house.start(run, &[(1, claim.lease_id, 100)], 0).await;
        told += &house.money(run).await;
        house.change(run, RunChange::Cancel).await;
        house.end(run, 1, 75).await;
        // Its first commit was never heard of, so it is said again.
        house.end(run, 1, 75).await;
        told += &house.money(run).await;
        told += &house.start(run, &[(2, claim.lease_id, 100)], 0).await;
        told + &house.show(run).await
    },
    "[Granted]
0 calls, 0 in, 0 spent, 100 held
1 calls, 10 in, 75 spent, 0 held
[RunOver]
. cancelled 0+0+0"
);

story!(
    a_call_that_died_with_its_worker_counts_at_its_worst_until_somebody_knows_better,
    2,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 1, 0).await.expect("a claim");
        let mut told = house.start(run, &[(1, claim.lease_id, 100)], 0).await;
        let swept = house.store.sweep(Timestamp(10_000)).await.expect("sweeps");
        told += &format!("{swept} swept: {}", house.money(run).await);
        told += &house.start(run, &[(2, claim.lease_id, 1)], 10_000).await;
        // The worker was only asleep.
        told += &format!("{} stale\n", house.settle(run, staged(&claim), 10_000).await.stale);
        house.end(run, 1, 30).await;
        told += &house.money(run).await;
        told + &house.show(run).await
    },
    "[Granted]
1 swept: 1 calls, 0 in, 100 spent, 0 held
[LeaseLost]
1 stale
1 calls, 10 in, 30 spent, 0 held
.. running 0+0+0"
);

story!(
    calls_under_way_are_limited_over_all_runs_of_an_owner,
    4,
    |house| {
        let (one, two) = (house.run().await, house.run().await);
        let first = house.claim(one, 4, 0).await.expect("a claim").lease_id;
        let second = house.claim(two, 4, 0).await.expect("a claim").lease_id;
        let mut told = house.start(one, &[(1, first, 0), (2, first, 0), (3, first, 0)], 0).await;
        told += &house.start(two, &[(4, second, 0), (5, second, 0)], 0).await;
        let work = house.store.runs_with_work(None, Timestamp(0)).await.expect("reads");
        told += &format!("{} runs have blocks to claim\n", work.len());
        house.end(one, 1, 0).await;
        told += &house.start(two, &[(5, second, 0)], 0).await;
        // Leases that have run out hold no place: two calls of the first run are still out.
        house.end(two, 4, 0).await;
        house.end(two, 5, 0).await;
        told += &house.start(one, &[(3, first, 0)], 0).await;
        house.store.lease_renew(vec![second], Timestamp(20_000)).await.expect("renews");
        told += &house.start(one, &[(8, first, 0)], 10_000).await;
        told += &house.start(two, &[(6, second, 0), (7, second, 0)], 10_000).await;
        told
    },
    "[Granted, Granted, Busy]
[Granted, Busy]
0 runs have blocks to claim
[Granted]
[Granted]
[LeaseLost]
[Granted, Granted]"
);

story!(
    a_refusal_for_money_is_told_with_the_verdict_and_ends_with_a_raise,
    2,
    |house| {
        let mut new = house.new_run();
        new.budget_micro_usd = Some(100);
        let run = new.run_id;
        house.store.run_create(new).await.expect("creates");
        let lease = house.claim(run, 2, 0).await.expect("a claim").lease_id;
        let mut told = house.start(run, &[(1, lease, 90), (2, lease, 101)], 1).await;
        told += &house.waits_for(run).await;
        let raised = house.store.run_budget(OWNER, run, Some(1000), Timestamp(2)).await;
        told += &format!("{:?}\n", raised.expect("raises"));
        told += &house.waits_for(run).await;
        told + &house.start(run, &[(2, lease, 101)], 3).await
    },
    "[Granted, OverBudget]
Some(BudgetExhausted)
Done
None
[Granted]"
);

story!(
    all_runs_of_an_owner_are_paid_from_one_purse,
    4,
    |house| {
        let budgets = OwnerBudgets { total_micro_usd: Some(200), day_micro_usd: Some(100) };
        let budgets = (LIMITS, budgets);
        let (one, two) = (house.run().await, house.run().await);
        let first = house.claim(one, 4, 0).await.expect("a claim").lease_id;
        let second = house.claim(two, 4, 0).await.expect("a claim").lease_id;
        let mut told = house.start_within(budgets, one, &[(1, first, 60)], 0).await;
        told += &house.start_within(budgets, two, &[(2, second, 60)], 0).await;
        house.end(one, 1, 50).await;
        told += &house.start_within(budgets, two, &[(2, second, 60), (3, second, 40)], 0).await;
        house.end(two, 3, 40).await;
        // Another day: what was spent before counts for the owner, and not for the day.
        let day = 86_400_000;
        house.store.lease_renew(vec![first], Timestamp(day * 2)).await.expect("renews");
        told += &house.start_within(budgets, one, &[(4, first, 90)], day).await;
        house.end(one, 4, 90).await;
        told + &house.start_within(budgets, one, &[(5, first, 30), (6, first, 10)], day).await
    },
    "[Granted]
[Busy]
[OverBudget, Granted]
[Granted]
[OverBudget, Granted]"
);

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_never_spend_more_than_the_budget() {
    gloss_testkit::Backend::each(|database| async move {
        let mut house = house(&database, 64).await;
        let mut new = house.new_run();
        new.budget_micro_usd = Some(1000);
        let run = new.run_id;
        house.store.run_create(new).await.expect("creates");
        let house = std::sync::Arc::new(house);
        let spenders = (0..16_u128).map(|spender| {
            let house = std::sync::Arc::clone(&house);
            tokio::spawn(async move {
                let lease = house.claim(run, 4, 0).await.expect("a claim").lease_id;
                // Busy is tried again, until there is no money left.
                for round in 0..500 {
                    let call = 1 + spender * 1000 + round;
                    match house.start(run, &[(call, lease, 90)], 0).await.trim() {
                        "[Granted]" => house.end(run, call, 60).await,
                        "[OverBudget]" => break,
                        _ => tokio::task::yield_now().await,
                    }
                }
            })
        });
        for spender in spenders.collect::<Vec<_>>() {
            spender.await.expect("no spender fails");
        }
        let told = house.money(run).await;
        let row = house.store.run_get(OWNER, run).await.expect("reads").expect("the run");
        // Whoever asked last found less than 90 left, beside at most one other's reservation.
        assert!((821..=1000).contains(&row.spent.cost_micro_usd), "{told}");
        assert_eq!(row.reserved_micro_usd, 0);
        assert_eq!(house.store.check().await.expect("checks"), []);
        house.store.close().await;
    })
    .await;
}
