//! Prompt prefixes: who writes one into the provider's cache, and until when it can be read there.

use gloss_core_model::{CallId, OwnerId, RunId, Timestamp};
use gloss_queue::admission::Warmth;

use super::super::{Db, Tx};
use super::row::Columns;
use crate::{CachedPrefix, StoreError};

/// A lead that has said nothing for so long is not waited for any more.
const LEAD_MS: i64 = 30_000;
/// A read keeps a prefix warm, and is written down when so large a part of its time is over.
const REFRESH_AFTER: i64 = 4;

statements! {
    /// A lead is under way while its call is, and while its worker is alive.
    PREFIX = "SELECT w.warm_until, (SELECT c.started_at FROM llm_call c JOIN lease l \
              ON l.lease_id = c.lease_id WHERE c.owner_id = w.owner_id AND c.run_id = w.lead_run \
              AND c.call_id = w.lead_call AND c.outcome = 'started' AND c.started_at >= $4 \
              AND l.expires_at >= $3) AS led \
              FROM cached_prefix w WHERE w.owner_id = $1 AND w.prefix = $2";
    LEAD = "INSERT INTO cached_prefix (owner_id, prefix, lead_run, lead_call) \
            VALUES ($1, $2, $3, $4) ON CONFLICT (owner_id, prefix) DO UPDATE \
            SET lead_run = excluded.lead_run, lead_call = excluded.lead_call";
    WARM = "UPDATE cached_prefix SET warm_until = $3 \
            WHERE owner_id = $1 AND prefix = $2 AND warm_until < $3";
}

impl Db {
    pub(crate) async fn prefix_warmed(
        &self,
        owner: OwnerId,
        prefix: CachedPrefix,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let until = since.plus_ms(prefix.ttl_ms).0;
        self.execute(self.query(WARM).bind(owner.0).bind(prefix.id).bind(until)).await?;
        // Workers elsewhere wait for this.
        self.announce(now).await;
        Ok(())
    }
}

pub(super) async fn warmth(
    tx: &mut Tx,
    owner: OwnerId,
    prefix: &CachedPrefix,
    now: Timestamp,
) -> Result<Warmth, StoreError> {
    let row = tx
        .query(PREFIX)
        .bind(owner.0)
        .bind(&prefix.id)
        .bind(now.0)
        .bind(now.plus_ms(-LEAD_MS).0)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(Warmth::Cold) };
    let columns = Columns { table: "cached_prefix", row: &row };
    let left_ms = columns.int("warm_until")? - now.0;
    if left_ms <= 0 {
        return Ok(if columns.opt_int("led")?.is_some() { Warmth::Led } else { Warmth::Cold });
    }
    if left_ms < prefix.ttl_ms - prefix.ttl_ms / REFRESH_AFTER {
        let until = now.plus_ms(prefix.ttl_ms).0;
        tx.query(WARM).bind(owner.0).bind(&prefix.id).bind(until).execute(&mut **tx).await?;
    }
    Ok(Warmth::Open)
}

pub(super) async fn lead(
    tx: &mut Tx,
    owner: OwnerId,
    prefix: &CachedPrefix,
    run: RunId,
    call: CallId,
) -> Result<(), StoreError> {
    let lead = tx.query(LEAD).bind(owner.0).bind(&prefix.id).bind(run.0).bind(call.0);
    lead.execute(&mut **tx).await?;
    Ok(())
}
