//! Sixty-four workers and one cap: what is spent and reserved never passes it, whoever looks.

use std::sync::Arc;

use gloss_store::{CallLimits, NewRun, OwnerBudgets};
use gloss_testkit::Backend;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{House, OWNER, house};
use gloss_core_model::RunId;

const WORKERS: u32 = 64;
const CALLS_MAX: u32 = 4;
const DAY_MS: i64 = 86_400_000;
/// Rounds of the suite; `GLOSS_PURSE_ROUNDS=1000` is the whole of it.
const ROUNDS: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn no_cap_is_ever_passed() {
    let rounds = std::env::var("GLOSS_PURSE_ROUNDS").ok();
    let rounds = rounds.and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    Backend::each(|database| async move {
        let mut house = house(&database, WORKERS).await;
        let runs: Vec<NewRun> = (0..rounds).map(|_| house.new_run()).collect();
        let house = Arc::new(house);
        for (seed, run) in (0..).zip(runs) {
            round(&house, run, seed).await;
        }
        assert_eq!(house.store.check().await.expect("checks"), []);
        house.store.close().await;
    })
    .await;
}

/// A run with a budget, on a day with one: each worker starts some calls and ends them.
async fn round(house: &Arc<House>, mut new: NewRun, seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed);
    let budget = dice.random_range(0..4000);
    let day = dice.random_range(0..4000);
    new.budget_micro_usd = Some(budget);
    let run = new.run_id;
    house.store.run_create(new).await.expect("creates");
    let limits = CallLimits { per_run: WORKERS, per_owner: WORKERS };
    let budgets = OwnerBudgets { day_micro_usd: Some(day), ..OwnerBudgets::default() };
    let now = DAY_MS * i64::try_from(seed).expect("few") + 1;
    let workers = (0..WORKERS).map(|worker| {
        let house = Arc::clone(house);
        let dice = StdRng::seed_from_u64(seed * 1000 + u64::from(worker));
        tokio::spawn(async move { spend(&house, run, (limits, budgets), now, worker, dice).await })
    });
    let cap = budget.min(day);
    for worker in workers.collect::<Vec<_>>() {
        let most = worker.await.expect("no worker fails");
        assert!(most <= cap, "{most} of {cap} with seed {seed}");
    }
    let row = house.store.run_get(OWNER, run).await.expect("reads").expect("the run");
    assert!(row.spent.cost_micro_usd <= cap, "{} of {cap}", row.spent.cost_micro_usd);
    assert_eq!(row.reserved_micro_usd, 0, "with seed {seed}");
}

/// The most that this worker ever saw spent and reserved.
async fn spend(
    house: &House,
    run: RunId,
    limits: (CallLimits, OwnerBudgets),
    now: i64,
    worker: u32,
    mut dice: StdRng,
) -> u64 {
    let lease = house.claim(run, 1, now).await.expect("a claim").lease_id;
    let mut most = 0;
    for call in 0..CALLS_MAX {
        let number = u128::from(run.0.as_u128() as u64) << 32 | u128::from(worker * 100 + call);
        let reserve = dice.random_range(0..300);
        let asked = [(number, lease, reserve)];
        let granted = house.start_within(limits, run, &asked, now).await.trim() == "[Granted]";
        let row = house.store.run_get(OWNER, run).await.expect("reads").expect("the run");
        most = most.max(row.spent.cost_micro_usd + row.reserved_micro_usd);
        if granted {
            house.end(run, number, dice.random_range(0..=reserve)).await;
        }
    }
    most
}
