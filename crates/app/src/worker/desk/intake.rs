//! What comes in: blocks are claimed, those whose answer is known leave again, the rest is packed.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_llm::Experience;
use gloss_policy::ClaimBatchSize;
use gloss_queue::{Dice, Ending};
use gloss_store::{Claim, ClaimRequest, RunWork, SettleBatch};

use super::super::call::{Held, Job};
use super::super::recover::Why;
use super::super::settlement;
use super::{Desk, Lease};
use crate::Brief;
use crate::error::Result;

/// As many blocks as fill whole packs: what is left over from a claim goes in a pack of its own.
/// Blocks that go alone, and come first, are no part of any.
fn whole_packs(slots: u32, blocks_max: u32, alone: u32, size: ClaimBatchSize) -> u32 {
    let pack = blocks_max.max(1);
    let packs = slots.max(size.default.div_ceil(pack));
    let most = size.max.saturating_sub(alone);
    let fitting = packs.min((most / pack).max(1));
    fitting.saturating_mul(pack).saturating_add(alone).clamp(size.min, size.max)
}

impl Desk {
    /// Claims enough for `slots` calls and packs it; false if there was nothing to claim.
    pub(in super::super) async fn claim(
        &mut self,
        run: RunWork,
        brief: &Arc<Brief>,
        slots: u32,
    ) -> Result<bool> {
        let size = brief.policy.worker.claim_batch_size;
        let allowed = brief.pack_limits().blocks_max;
        let bench = self.benches.get_mut(&run.run_id);
        let (blocks_max, alone) = bench.map_or((allowed, 0), |bench| {
            (bench.learned.blocks_max(allowed), std::mem::take(&mut bench.going_alone))
        });
        let now = self.app.now();
        let claim = self
            .app
            .store
            .claim(ClaimRequest {
                owner: run.owner,
                run_id: run.run_id,
                worker: self.name.clone(),
                blocks_max: whole_packs(slots, blocks_max, alone, size),
                lease_ms: brief.lease_term().ms,
                now,
            })
            .await?;
        let Some(claim) = claim else { return Ok(false) };
        let lease = Lease {
            open: claim.blocks.len(),
            renew_at: now.0 + brief.lease_term().renew_every_ms(),
            brief: Arc::clone(brief),
        };
        self.leases.insert(claim.lease_id, lease);
        self.pack(brief, claim).await?;
        Ok(true)
    }

    async fn pack(&mut self, brief: &Arc<Brief>, claim: Claim) -> Result<()> {
        let lease_id = claim.lease_id;
        let mut batch = settlement::batch(brief, self.app.now());
        let mut held = self.ask_once(brief, claim, &mut batch).await;
        let nothing = Experience::default();
        let bench = self.benches.get(&brief.run_id);
        let packing = brief.pack(
            held.values().filter_map(Held::asked),
            bench.map_or(&nothing, |bench| &bench.learned),
        );
        for pack in &packing.packs {
            self.waiting.push_back(Job::first(brief, lease_id, &mut held, pack));
        }
        let mut impossible = Vec::new();
        for over in &packing.oversize {
            let job = Job::of(brief, lease_id, &mut held, &[over.index]);
            impossible.push((job, Why::oversize(over)));
        }
        let lost: Vec<u32> = held.keys().copied().collect();
        for index in lost {
            impossible.push((Job::of(brief, lease_id, &mut held, &[index]), Why::lost()));
        }
        for (job, why) in impossible {
            let ending = Ending::Impossible;
            settlement::end(&job, &job.blocks[0], ending, why, None, &mut batch, Dice(0.0));
        }
        if !batch.blocks.is_empty() {
            self.write(batch).await?;
        }
        Ok(())
    }

    /// The blocks that have to be asked about: the same content is asked about once.
    async fn ask_once(
        &mut self,
        brief: &Brief,
        claim: Claim,
        batch: &mut SettleBatch,
    ) -> BTreeMap<u32, Held> {
        let held = claim.blocks.into_iter().map(|block| (block.index, Held::new(block)));
        let held: BTreeMap<u32, Held> = held.collect();
        let Some(bench) = self.benches.get_mut(&brief.run_id).filter(|b| !b.memo.is_off()) else {
            return held;
        };
        let (mut asked, mut keys) = (BTreeMap::new(), Vec::new());
        for (index, held) in held {
            let content = held.block.block.as_ref();
            let key = content.map(|(kind, content)| brief.memo_key(*kind, content));
            match key {
                Some(key) if held.is_fresh() => keys.push((key, held)),
                key => {
                    key.iter().for_each(|key| bench.memo.forget(key));
                    asked.insert(index, held);
                }
            }
        }
        let all: Vec<String> = keys.iter().map(|(key, _)| key.clone()).collect();
        let unknown = bench.memo.unknown(&all);
        if !unknown.is_empty() {
            match self.app.store.memo_find(brief.owner, unknown).await {
                Ok(known) => bench.memo.learn(known, &brief.validator),
                Err(error) => tracing::warn!(%error, "earlier answers could not be looked up"),
            }
        }
        for (key, held) in keys {
            let index = held.block.index;
            if let Some(held) = bench.memo.take(key, claim.lease_id, held, batch) {
                asked.insert(index, held);
            }
        }
        asked
    }

    pub(super) fn abandon(&mut self, job: &Job) {
        if let Some(bench) = self.benches.get_mut(&job.brief.run_id) {
            bench.memo.abandon(job.indexes().into_iter());
        }
    }

    /// Blocks that waited for an answer which does not come go back.
    pub(super) async fn return_orphans(&mut self) {
        let briefs = self.benches.values().filter(|bench| bench.memo.has_orphans());
        let briefs: Vec<Arc<Brief>> = briefs.map(|bench| Arc::clone(&bench.brief)).collect();
        for brief in briefs {
            let batch = settlement::batch(&brief, self.app.now());
            if let Err(error) = self.write(batch).await {
                tracing::warn!(%error, "blocks could not be returned");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use gloss_policy::ClaimBatchSize;

    use super::whole_packs;

    const SIZE: ClaimBatchSize = ClaimBatchSize { default: 25, min: 1, max: 100 };

    #[track_caller]
    fn check(slots: u32, blocks_max: u32, alone: u32, expect: u32) {
        assert_eq!(whole_packs(slots, blocks_max, alone, SIZE), expect);
    }

    #[test]
    fn a_claim_fills_whole_packs() {
        check(1, 10, 0, 30);
        check(4, 10, 0, 40);
        check(8, 25, 0, 100);
        check(8, 40, 0, 80);
        check(8, 10, 3, 83);
        check(1, 1, 2, 27);
        check(2, 400, 0, 100);
    }
}
