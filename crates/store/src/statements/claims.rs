//! Claims: who holds which blocks until when.

use gloss_core_model::Timestamp;
use sqlx::Row;

use super::super::{Db, DbRow, Tx, numbers};
use super::row::Columns;
use crate::{Claim, ClaimRequest, ClaimedBlock, StoreError, UNUSABLE};

statements! {
    /// Holds the run's status still until the claim commits: a cancel waits, or has won.
    RUN_STILL = concat!(
        "SELECT conv_uid FROM run WHERE owner_id = $1 AND run_id = $2 AND status = 'running'",
        for_share!()
    );
    LEASE_INSERT = "INSERT INTO lease (owner_id, run_id, worker, expires_at) \
                    VALUES ($1, $2, $3, $4) RETURNING lease_id";
    CLAIM = concat!(
        "UPDATE overlay SET status = 'claimed', lease_id = $3 WHERE lease_id IS NULL AND ",
        chosen_rows!(
            "WHERE owner_id = $1 AND run_id = $2 AND status = 'pending' AND not_before <= $4 \
             AND block_index + 0 >= $6 ORDER BY block_index + 0 LIMIT $5"
        ),
        " \
         RETURNING block_index, attempts, deferrals, generation, error_kind, error_message"
    );
    CONTENT = content!();
    RENEW = concat!(
        "UPDATE lease SET expires_at = $2 WHERE ", among!("lease_id", "$1", BIGINT),
        " AND expires_at <= $2 RETURNING lease_id"
    );
}

impl Db {
    pub(crate) async fn claim(&self, want: ClaimRequest) -> Result<Option<Claim>, StoreError> {
        let mut tx = self.begin().await?;
        let run = tx
            .query(RUN_STILL)
            .bind(want.owner.0)
            .bind(want.run_id.0)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(run) = run else {
            tx.rollback().await?;
            return Ok(None);
        };
        let conv_uid = Columns { table: "run", row: &run }.text("conv_uid")?;
        let lease_id: i64 = tx
            .query(LEASE_INSERT)
            .bind(want.owner.0)
            .bind(want.run_id.0)
            .bind(&want.worker)
            .bind(want.now.plus_ms(want.lease_ms).0)
            .fetch_one(&mut *tx)
            .await?
            .try_get("lease_id")?;
        let mut low = self.low_water.of(want.run_id, want.now);
        let mut blocks = take(&mut tx, &want, lease_id, low).await?;
        // Nothing from there on; or what was chosen had moved while its lock was waited for.
        if blocks.is_empty() {
            low = 0;
            blocks = take(&mut tx, &want, lease_id, low).await?;
        }
        let Some(first) = blocks.iter().map(|block| block.index).min() else {
            self.low_water.forget(want.run_id);
            // The lease goes with it.
            tx.rollback().await?;
            return Ok(None);
        };
        // A database returns what it has updated in whatever order it came by it.
        blocks.sort_unstable_by_key(|block| block.index);
        read_contents(&mut tx, &want, conv_uid, &mut blocks).await?;
        tx.commit().await?;
        self.low_water.rise(want.run_id, low, first.into(), want.now);
        Ok(Some(Claim { lease_id, blocks }))
    }

    pub(crate) async fn lease_renew(
        &self,
        leases: Vec<i64>,
        expires_at: Timestamp,
    ) -> Result<Vec<i64>, StoreError> {
        let query = self.query(RENEW).bind(numbers(leases)).bind(expires_at.0);
        let rows = self.execute_returning(query).await?;
        rows.iter().map(|row| Columns { table: "lease", row }.int("lease_id")).collect()
    }
}

/// Takes what is due from `low` on.
async fn take(
    tx: &mut Tx,
    want: &ClaimRequest,
    lease_id: i64,
    low: i64,
) -> Result<Vec<ClaimedBlock>, StoreError> {
    let rows = tx
        .query(CLAIM)
        .bind(want.owner.0)
        .bind(want.run_id.0)
        .bind(lease_id)
        .bind(want.now.0)
        .bind(i64::from(want.blocks_max))
        .bind(low)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(claimed_block).collect()
}

/// A block that the conversion has lost stays without content: it can never be asked about.
async fn read_contents(
    tx: &mut Tx,
    want: &ClaimRequest,
    conv_uid: String,
    blocks: &mut [ClaimedBlock],
) -> Result<(), StoreError> {
    let indexes = blocks.iter().map(|block| i64::from(block.index)).collect();
    let rows = tx
        .query(CONTENT)
        .bind(want.owner.0)
        .bind(conv_uid)
        .bind(numbers(indexes))
        .fetch_all(&mut **tx)
        .await?;
    for row in &rows {
        let columns = Columns { table: "block", row };
        let index = columns.u32("block_index")?;
        if let Ok(at) = blocks.binary_search_by_key(&index, |block| block.index) {
            blocks[at].block = Some((columns.parse("block_type")?, columns.text("content")?));
        }
    }
    Ok(())
}

fn claimed_block(row: &DbRow) -> Result<ClaimedBlock, StoreError> {
    let columns = Columns { table: "overlay", row };
    let unusable = columns.opt_text("error_kind")?.as_deref() == Some(UNUSABLE);
    Ok(ClaimedBlock {
        index: columns.u32("block_index")?,
        block: None,
        attempts: columns.u32("attempts")?,
        deferrals: columns.u32("deferrals")?,
        generation: columns.u32("generation")?,
        feedback: columns.opt_text("error_message")?.filter(|_| unusable),
    })
}
