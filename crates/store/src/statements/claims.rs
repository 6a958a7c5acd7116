//! Claims: who holds which blocks until when.

use gloss_core_model::{BlockType, OwnerId, RunId, Timestamp};
use serde_json::json;
use sqlx::Row;

use super::super::{Db, DbRow};
use super::row::{Columns, clean};
use super::runs;
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
        "WITH due AS MATERIALIZED (SELECT owner_id, run_id, block_index FROM overlay \
         WHERE owner_id = $1 AND run_id = $2 AND status = 'pending' AND not_before <= $4 \
         ORDER BY block_index LIMIT $5", skip_locked!(), ") \
         UPDATE overlay SET status = 'claimed', lease_id = $3 FROM due \
         WHERE overlay.owner_id = due.owner_id AND overlay.run_id = due.run_id \
         AND overlay.block_index = due.block_index AND overlay.status = 'pending'"
    );
    /// The conversion is looked up first: joined, it would let PostgreSQL walk the whole document.
    CLAIMED = "SELECT o.block_index, o.attempts, o.deferrals, o.generation, o.error_kind, \
               o.error_message, b.block_type, b.content FROM overlay o \
               LEFT JOIN block b ON b.owner_id = $1 AND b.conv_uid = \
               (SELECT conv_uid FROM run WHERE owner_id = $1 AND run_id = $2) \
               AND b.block_index = o.block_index \
               WHERE o.owner_id = $1 AND o.run_id = $2 AND o.lease_id = $3 \
               AND o.status = 'claimed' ORDER BY o.block_index";
    RENEW = concat!(
        "UPDATE lease SET expires_at = $2 WHERE lease_id IN ", numbers!("$1"),
        " AND expires_at <= $2 RETURNING lease_id"
    );
    EXPIRED = "SELECT DISTINCT owner_id, run_id FROM lease WHERE expires_at < $1";
    SWEEP = "UPDATE overlay SET status = 'pending', lease_id = NULL \
             WHERE owner_id = $1 AND run_id = $2 AND status = 'claimed' AND lease_id IN \
             (SELECT lease_id FROM lease WHERE owner_id = $1 AND run_id = $2 AND expires_at < $3)";
    SWEEP_LEASES = "DELETE FROM lease WHERE owner_id = $1 AND run_id = $2 AND expires_at < $3 \
                    AND NOT EXISTS (SELECT 1 FROM overlay o WHERE o.lease_id = lease.lease_id \
                    AND o.status = 'claimed')";
    CALLS_START = concat!(
        "INSERT INTO llm_call (owner_id, call_id, run_id, provider, model, blocks, depth, \
         started_at, outcome) SELECT $1, ", uuid_of!("r.call_hex"), ", $2, r.provider, r.model, \
         r.blocks, r.depth, r.started_at, 'started' FROM ",
        rows!("$3"; call_hex TEXT, provider TEXT, model TEXT, blocks BIGINT, depth BIGINT,
              started_at BIGINT),
        " WHERE EXISTS (SELECT 1 FROM run WHERE owner_id = $1 AND run_id = $2 \
         AND status = 'running')"
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
        let rows = sqlx::query(CLAIMED)
            .bind(want.owner.0)
            .bind(want.run_id.0)
            .bind(lease_id)
            .fetch_all(&mut *tx)
            .await?;
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
        let runs = sqlx::query(EXPIRED).bind(now.0).fetch_all(&self.read).await?;
        let mut returned = 0;
        for row in &runs {
            let columns = Columns { table: "lease", row };
            let owner = OwnerId(columns.uuid("owner_id")?);
            returned += self.sweep_run(owner, RunId(columns.uuid("run_id")?), now).await?;
        }
        Ok(u32::try_from(returned).unwrap_or(u32::MAX))
    }

    /// Under the run's lock like every other writer, so that a sweep and a settle cannot wait for
    /// each other's rows.
    async fn sweep_run(
        &self,
        owner: OwnerId,
        run: RunId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        runs::lock(&mut tx, owner, run).await?;
        let mut returned = 0;
        for sql in [SWEEP, SWEEP_LEASES] {
            let done =
                sqlx::query(sql).bind(owner.0).bind(run.0).bind(now.0).execute(&mut *tx).await?;
            if sql == SWEEP {
                returned = done.rows_affected();
            }
        }
        tx.commit().await?;
        Ok(returned)
    }

    pub(crate) async fn calls_start(
        &self,
        owner: OwnerId,
        run: RunId,
        calls: Vec<CallStart>,
    ) -> Result<bool, StoreError> {
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
        let written = sqlx::query(CALLS_START)
            .bind(owner.0)
            .bind(run.0)
            .bind(clean(json!(rows)).to_string())
            .execute(&self.write)
            .await?
            .rows_affected();
        if written == 0 {
            return Ok(false);
        }
        let first = calls.iter().map(|call| call.started_at.0).min();
        sqlx::query(RUN_STARTED).bind(owner.0).bind(run.0).bind(first).execute(&self.write).await?;
        Ok(true)
    }
}

fn claimed_block(row: &DbRow) -> Result<ClaimedBlock, StoreError> {
    let columns = Columns { table: "overlay", row };
    let unusable = columns.opt_text("error_kind")?.as_deref() == Some(UNUSABLE);
    let block = block(&columns)?;
    Ok(ClaimedBlock {
        index: columns.u32("block_index")?,
        block,
        attempts: columns.u32("attempts")?,
        deferrals: columns.u32("deferrals")?,
        generation: columns.u32("generation")?,
        feedback: columns.opt_text("error_message")?.filter(|_| unusable),
    })
}

/// None where the conversion has lost the block: it can never be asked about.
fn block(columns: &Columns<'_>) -> Result<Option<(BlockType, String)>, StoreError> {
    let Some(block_type) = columns.opt_parse("block_type")? else { return Ok(None) };
    Ok(Some((block_type, columns.text("content")?)))
}
