//! Our side: the store's public operations, as a worker of ours uses them.

use std::sync::OnceLock;
use std::time::Instant;

use gloss_core_model::{RunId, Timestamp};
use gloss_store::{AttentionChange, Claim, ClaimRequest, Settle, SettleBatch, SettleTo, Store};

use super::house::{OWNER, answer};
use super::load::Worker;

/// Long enough that nothing expires here.
pub(super) const LEASE_MS: i64 = 3_600_000;

pub(super) struct Ours {
    store: Store,
    run_id: RunId,
    name: String,
    answer: String,
}

impl Ours {
    pub(super) fn crew(store: &Store, run_id: RunId, n: usize) -> Vec<Self> {
        let worker =
            |i| Self { store: store.clone(), run_id, name: format!("bench-{i}"), answer: answer() };
        (0..n).map(worker).collect()
    }
}

impl Worker for Ours {
    type Held = Claim;

    async fn claim(&mut self, batch: u32) -> Option<Claim> {
        claim(&self.store, self.run_id, &self.name, batch, LEASE_MS).await
    }

    async fn settle(&mut self, held: Claim) -> u64 {
        let to = |_| SettleTo::Staged(self.answer.clone());
        let n = held.blocks.len();
        let settled = settle(&self.store, self.run_id, &[held], to).await;
        assert_eq!(settled.staged as usize, n, "nobody else can hold them");
        u64::from(settled.staged)
    }
}

/// As it passes: what the store remembers for a while has to age here too.
pub(super) fn now() -> Timestamp {
    static START: OnceLock<Instant> = OnceLock::new();
    let ms = START.get_or_init(Instant::now).elapsed().as_millis();
    Timestamp(1 + i64::try_from(ms).unwrap_or(i64::MAX - 1))
}

pub(super) async fn claim(
    store: &Store,
    run_id: RunId,
    worker: &str,
    blocks_max: u32,
    lease_ms: i64,
) -> Option<Claim> {
    let want = ClaimRequest {
        owner: OWNER,
        run_id,
        worker: worker.to_owned(),
        blocks_max,
        lease_ms,
        now: now(),
    };
    store.claim(want).await.expect("claims")
}

/// Settles everything some claims hold, and ends their leases.
pub(super) async fn settle(
    store: &Store,
    run_id: RunId,
    held: &[Claim],
    to: impl Fn(u32) -> SettleTo,
) -> gloss_store::Settled {
    let blocks = held.iter().flat_map(|claim| {
        claim.blocks.iter().map(|block| Settle {
            index: block.index,
            lease_id: claim.lease_id,
            generation: block.generation,
            to: to(block.index),
            call_id: None,
        })
    });
    let batch = SettleBatch {
        owner: OWNER,
        run_id,
        calls: Vec::new(),
        blocks: blocks.collect(),
        leases_done: held.iter().map(|claim| claim.lease_id).collect(),
        remember: Vec::new(),
        checked: Vec::new(),
        attention: AttentionChange::Keep,
        now: now(),
    };
    store.settle(batch).await.expect("settles")
}
