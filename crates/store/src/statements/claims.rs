//! Claims: who holds which blocks until when.

use gloss_core_model::{OwnerId, RunId, Timestamp};
use serde_json::json;
use sqlx::Row;

use super::super::{Db, DbRow};
use super::row::Columns;
use crate::{CallStart, Claim, ClaimRequest, ClaimedBlock, StoreError, UNUSABLE};

statements! {
    /// Holds the run's status still until the claim commits: a cancel waits, or has won.
    RUN_STILL = concat!(
        "SELECT 1 AS running FROM run WHERE owner_id = $1 AND run_id = $2 AND status = 'running'",
        for_share!()
    );
    /// By itself, not in the claim's transaction: two claimers that share the run's lock and then
    /// both want to write it would wait for each other.
    RUN_STARTED = "UPDATE run SET started_at = $3 \
                   WHERE owner_id = $1 AND run_id = $2 AND started_at IS NULL";
    LEASE_INSERT = "INSERT INTO lease (owner_id, run_id, worker, expires_at) \
                    VALUES ($1, $2, $3, $4) RETURNING lease_id";
    /// The choice is materialized: run again, it could lock more rows than were asked for.
    CLAIM = concat!(
        "WITH due AS MATERIALIZED (SELECT block_index FROM overlay \
         WHERE owner_id = $1 AND run_id = $2 AND status = 'pending' AND not_before <= $4 \
         ORDER BY block_index LIMIT $5", skip_locked!(), ") \
         UPDATE overlay SET status = 'claimed', lease_id = $3 \
         WHERE owner_id = $1 AND run_id = $2 AND status = 'pending' \
         AND block_index IN (SELECT block_index FROM due)"
    );
    CLAIMED = "SELECT o.block_index, o.attempts, o.deferrals, o.generation, o.error_kind, \
               o.error_message, b.block_type, b.content FROM overlay o \
               JOIN run r ON r.owner_id = o.owner_id AND r.run_id = o.run_id \
               JOIN block b ON b.owner_id = r.owner_id AND b.conv_uid = r.conv_uid \
               AND b.block_index = o.block_index \
               WHERE o.lease_id = $1 AND o.status = 'claimed' ORDER BY o.block_index";
    RENEW = concat!(
        "UPDATE lease SET expires_at = $2 WHERE lease_id IN ", numbers!("$1"),
        " AND expires_at <= $2 RETURNING lease_id"
    );
    SWEEP = "UPDATE overlay SET status = 'pending', lease_id = NULL WHERE status = 'claimed' \
             AND lease_id IN (SELECT lease_id FROM lease WHERE expires_at < $1)";
    SWEEP_LEASES = "DELETE FROM lease WHERE expires_at < $1 AND NOT EXISTS \
                    (SELECT 1 FROM overlay o WHERE o.lease_id = lease.lease_id \
                    AND o.status = 'claimed')";
    CALLS_START = concat!(
        "INSERT INTO llm_call (owner_id, call_id, run_id, provider, model, blocks, depth, \
         started_at, outcome) SELECT $1, ", uuid_of!("r.call_hex"), ", $2, r.provider, r.model, \
         r.blocks, r.depth, r.started_at, 'started' FROM ",
        rows!("$3"; call_hex TEXT, provider TEXT, model TEXT, blocks BIGINT, depth BIGINT,
              started_at BIGINT)
    );
}

impl Db {
    pub(crate) async fn claim(&self, want: ClaimRequest) -> Result<Option<Claim>, StoreError> {
        let mut tx = self.begin().await?;
        let run = sqlx::query(RUN_STILL)
            .bind(want.owner.0)
            .bind(want.run_id.0)
            .fetch_optional(&mut *tx)
            .await?;
        if run.is_none() {
            return Ok(None);
        }
        let lease_id: i64 = sqlx::query(LEASE_INSERT)
            .bind(want.owner.0)
            .bind(want.run_id.0)
            .bind(&want.worker)
            .bind(want.now.plus_ms(want.lease_ms).0)
            .fetch_one(&mut *tx)
            .await?
            .try_get("lease_id")?;
        let claimed = sqlx::query(CLAIM)
            .bind(want.owner.0)
            .bind(want.run_id.0)
            .bind(lease_id)
            .bind(want.now.0)
            .bind(i64::from(want.blocks_max))
            .execute(&mut *tx)
            .await?
            .rows_affected();
        if claimed == 0 {
            // Dropping the transaction takes the lease with it.
            return Ok(None);
        }
        let rows = sqlx::query(CLAIMED).bind(lease_id).fetch_all(&mut *tx).await?;
        let blocks = rows.iter().map(claimed_block).collect::<Result<Vec<_>, _>>()?;
        tx.commit().await?;
        Ok(Some(Claim { lease_id, blocks }))
    }

    pub(crate) async fn lease_renew(
        &self,
        leases: Vec<i64>,
        expires_at: Timestamp,
    ) -> Result<Vec<i64>, StoreError> {
        let rows = sqlx::query(RENEW)
            .bind(json!(leases).to_string())
            .bind(expires_at.0)
            .fetch_all(&self.write)
            .await?;
        rows.iter().map(|row| Columns { table: "lease", row }.int("lease_id")).collect()
    }

    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<u32, StoreError> {
        let mut tx = self.begin().await?;
        let returned = sqlx::query(SWEEP).bind(now.0).execute(&mut *tx).await?.rows_affected();
        sqlx::query(SWEEP_LEASES).bind(now.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(u32::try_from(returned).unwrap_or(u32::MAX))
    }

    pub(crate) async fn calls_start(
        &self,
        owner: OwnerId,
        run: RunId,
        calls: Vec<CallStart>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = calls
            .iter()
            .map(|call| {
                json!({
                    "call_hex": call.call_id.0.simple().to_string(),
                    "provider": call.provider,
                    "model": call.model,
                    "blocks": call.blocks,
                    "depth": call.depth,
                    "started_at": call.started_at.0,
                })
            })
            .collect();
        sqlx::query(CALLS_START)
            .bind(owner.0)
            .bind(run.0)
            .bind(json!(rows).to_string())
            .execute(&self.write)
            .await?;
        let first = calls.iter().map(|call| call.started_at.0).min();
        sqlx::query(RUN_STARTED).bind(owner.0).bind(run.0).bind(first).execute(&self.write).await?;
        Ok(())
    }
}

fn claimed_block(row: &DbRow) -> Result<ClaimedBlock, StoreError> {
    let columns = Columns { table: "overlay", row };
    let unusable = columns.opt_text("error_kind")?.as_deref() == Some(UNUSABLE);
    Ok(ClaimedBlock {
        index: columns.u32("block_index")?,
        block_type: columns.parse("block_type")?,
        content: columns.text("content")?,
        attempts: columns.u32("attempts")?,
        deferrals: columns.u32("deferrals")?,
        generation: columns.u32("generation")?,
        feedback: columns.opt_text("error_message")?.filter(|_| unusable),
    })
}
