//! The claim-order probe: whoever claims, and whatever waits, the lowest due block goes first.

use std::sync::{Arc, Mutex};

use gloss_app::{App, Clock, ProviderConfig, Stop, SystemClock, WorkerOptions};
use gloss_core_model::Timestamp;
use gloss_store::ClaimRequest;
use serde_json::Value;
use tokio::sync::Barrier;

use super::watched::{At, Boxed};
use super::{Evidence, OWNER, check, config, options, provider_at};

const MINUTE_MS: i64 = 60_000;

/// Two digits, so that an order by text would show. What is claimed is given back.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_twelve_claims_are_the_first_twelve_blocks() {
    check(
        14,
        &[],
        async |it| {
            let now = it.app.now();
            for claimers in [["ann", "ann"], ["ann", "bob"]] {
                let mut claims = Vec::new();
                for n in 0..12 {
                    claims.push(it.claim(claimers[n % 2], now).await);
                }
                it.note(&format!("{} and {}: {}", claimers[0], claimers[1], claims.join(" ")));
                it.give_back(now).await;
            }
            let mut pairs = Vec::new();
            for _ in 0..6 {
                let (ann, bob) = tokio::join!(it.claim("ann", now), it.claim("bob", now));
                let mut pair = [ann, bob];
                pair.sort_by_key(|index| index.parse().unwrap_or(u32::MAX));
                pairs.push(pair.join(" "));
            }
            it.note(&format!("at the same moment: {}", pairs.join(", ")));
            it.give_back(now).await;
        },
        "> ann and ann: 0 1 2 3 4 5 6 7 8 9 10 11
         > given back: 12
         pending 14 · claimed 0 · staged 0 · failed 0 | running | attempts 0 | calls 0
         > ann and bob: 0 1 2 3 4 5 6 7 8 9 10 11
         > given back: 12
         pending 14 · claimed 0 · staged 0 · failed 0 | running | attempts 0 | calls 0
         > at the same moment: 0 1, 2 3, 4 5, 6 7, 8 9, 10 11
         > given back: 12
         pending 14 · claimed 0 · staged 0 · failed 0 | running | attempts 0 | calls 0",
    )
    .await;
}

/// A deferred block lets the others pass, and goes first again as soon as it is due.
#[tokio::test(flavor = "multi_thread")]
async fn a_deferred_block_goes_first_when_it_is_due() {
    check(
        14,
        &claims_of_one(1),
        async |it| {
            let stop = Stop::default();
            let provider = limited_at_call_4(it, &stop);
            it.work("429 at call 4: wait 30 s", provider, &stop).await;
            it.faults(&[]);
            let now = it.app.now();
            let mut claims = Vec::new();
            for moment in [now, now, now, now.plus_ms(MINUTE_MS), now.plus_ms(MINUTE_MS)] {
                claims.push(it.claim("ann", moment).await);
            }
            let (soon, later) = claims.split_at(3);
            it.note(&format!("at once: {}; a minute later: {}", soon.join(" "), later.join(" ")));
            it.give_back(now.plus_ms(MINUTE_MS)).await;
            let good = provider_at(&it.simulator.base_url(), Some("good"));
            let clock = Arc::new(Later);
            let app = App::open_with(config(&it.database, good), clock).await.expect("opens");
            it.work_as("a worker, a minute later", &app, &Stop::default()).await;
            app.close().await;
        },
        "> 429 at call 4: wait 30 s: calls 4, staged 3, failed 0, late 0
         pending 11 · claimed 0 · staged 3 · failed 0 | running | attempts 0, deferrals 1 | calls 4
         > at once: 4 5 6; a minute later: 3 7
         > given back: 5
         pending 11 · claimed 0 · staged 3 · failed 0 | running | attempts 0, deferrals 1 | calls 4
         > a worker, a minute later: calls 11, staged 11, failed 0, late 0
         pending 0 · claimed 0 · staged 14 · failed 0 | complete | attempts 0, deferrals 1 | calls 15",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_asks_in_the_order_of_the_blocks() {
    check(
        12,
        &claims_of_one(1),
        async |it| {
            let asked = Asked::default();
            let alone = Arc::new(Barrier::new(1));
            let provider = asked.by(it, &alone);
            it.work("one worker", provider, &Stop::default()).await;
            it.note(&format!("asked: {:?}", asked.all()));
        },
        "> one worker: calls 12, staged 12, failed 0, late 0
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 12
         > asked: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]",
    )
    .await;
}

/// In step: neither's call goes on until the other's has begun.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_ask_in_the_order_of_the_blocks() {
    check(
        12,
        &claims_of_one(2),
        async |it| {
            let asked = Asked::default();
            let in_step = Arc::new(Barrier::new(2));
            let ann = App::open(config(&it.database, asked.by(it, &in_step))).await.expect("opens");
            let bob = App::open(config(&it.database, asked.by(it, &in_step))).await.expect("opens");
            let stop = Stop::default();
            let (a, b) = tokio::join!(
                ann.worker_run(WorkerOptions { calls_max: 1, ..options(it.id(), "ann") }, &stop),
                bob.worker_run(WorkerOptions { calls_max: 1, ..options(it.id(), "bob") }, &stop),
            );
            let (a, b) = (a.expect("works"), b.expect("works"));
            it.step(&format!("two workers in step: {} and {} staged", a.staged, b.staged)).await;
            it.note(&format!("asked: {:?}", asked.pairs()));
            ann.close().await;
            bob.close().await;
        },
        "> two workers in step: 6 and 6 staged
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 12
         > asked: [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11]]",
    )
    .await;
}

fn claims_of_one(calls: u32) -> [(&'static str, Value); 3] {
    [
        ("worker.concurrency", calls.into()),
        ("worker.claim_batch_size.default", 1.into()),
        ("worker.claim_batch_size.max", 1.into()),
    ]
}

/// Block 3 is refused for now, and the worker goes home with it.
fn limited_at_call_4(it: &Evidence, stop: &Stop) -> ProviderConfig {
    let (simulator, stop) = (Arc::clone(&it.simulator), stop.clone());
    it.watched(move |turn| {
        if (turn.nth, turn.at) == (4, At::Before) {
            let rule = gloss_simulator::Faults::parse(1, ["429,retry-after=30"]);
            simulator.set_faults(rule.expect("a rule"));
            stop.stop();
        }
        Box::pin(std::future::ready(()))
    })
}

/// The blocks that the provider was asked about, in order.
#[derive(Default, Clone)]
struct Asked(Arc<Mutex<Vec<u32>>>);

impl Asked {
    /// A watched provider; nobody's call goes on until everybody's has begun.
    fn by(&self, it: &Evidence, in_step: &Arc<Barrier>) -> ProviderConfig {
        let (asked, in_step) = (self.clone(), Arc::clone(in_step));
        it.watched(move |turn| -> Boxed<'static, ()> {
            if turn.at == At::After {
                return Box::pin(std::future::ready(()));
            }
            let after = turn.text.split("Berth ").nth(1).expect("a block");
            let index = after.split(' ').next().expect("a number").parse().expect("a number");
            asked.0.lock().expect("no panic").push(index);
            let in_step = Arc::clone(&in_step);
            Box::pin(async move {
                in_step.wait().await;
            })
        })
    }

    fn all(&self) -> Vec<u32> {
        self.0.lock().expect("no panic").clone()
    }

    /// Which of two workers in step is heard first is left open.
    fn pairs(&self) -> Vec<Vec<u32>> {
        let asked = self.all();
        let pair = |pair: &[u32]| {
            let mut pair = pair.to_vec();
            pair.sort_unstable();
            pair
        };
        asked.chunks(2).map(pair).collect()
    }
}

impl Evidence {
    /// One claim of one block; answers with its number.
    async fn claim(&self, worker: &str, now: Timestamp) -> String {
        let want = ClaimRequest {
            owner: OWNER,
            run_id: self.id(),
            worker: worker.to_owned(),
            blocks_max: 1,
            lease_ms: MINUTE_MS,
            now,
        };
        let claim = self.app.store().claim(want).await.expect("claims");
        let indexes = claim.iter().flat_map(|claim| &claim.blocks).map(|b| b.index.to_string());
        indexes.collect::<Vec<_>>().join("+")
    }

    /// Lets every lease run out.
    async fn give_back(&mut self, now: Timestamp) {
        let ended = now.plus_ms(MINUTE_MS + 1);
        let n = self.app.store().sweep(ended).await.expect("sweeps");
        self.step(&format!("given back: {n}")).await;
    }
}

/// A minute ahead, for who does not want to wait.
#[derive(Debug)]
struct Later;

impl Clock for Later {
    fn now(&self) -> Timestamp {
        SystemClock::default().now().plus_ms(MINUTE_MS)
    }

    fn random(&self) -> [u8; 10] {
        SystemClock::default().random()
    }
}
