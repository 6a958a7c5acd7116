//! Claims: who holds which blocks until when.

use gloss_core_model::Timestamp;
use sqlx::Row;

use super::super::{Db, DbRow, Tx, numbers};
use super::row::Columns;
use crate::{Claim, ClaimRequest, ClaimedBlock, StoreError, UNUSABLE};

/// Looked up with the block itself: no round trip of its own, and no plan of its own.
macro_rules! of_block {
    ($column:literal) => {
        concat!(
            "(SELECT b.",
            $column,
            " FROM block b WHERE b.owner_id = overlay.owner_id AND b.conv_uid = \
             (SELECT conv_uid FROM run WHERE owner_id = $1 AND run_id = $2) \
             AND b.block_index = overlay.block_index) AS ",
            $column
        )
    };
}

statements! {
    /// Holds the run's status still until the claim commits: a cancel waits, or has won.
    LEASE_INSERT = concat!(
        "INSERT INTO lease (owner_id, run_id, worker, expires_at) \
         SELECT owner_id, run_id, $3, $4 FROM run \
         WHERE owner_id = $1 AND run_id = $2 AND status = 'running'",
        for_share!(), " RETURNING lease_id"
    );
    CLAIM = concat!(
        "UPDATE overlay SET status = 'claimed', lease_id = $3 WHERE lease_id IS NULL AND ",
        chosen_rows!(
            "WHERE owner_id = $1 AND run_id = $2 AND status = 'pending' AND not_before <= $4 \
             AND block_index + 0 >= $6 ORDER BY block_index + 0 LIMIT $5"
        ),
        " RETURNING block_index, attempts, deferrals, generation, error_kind, error_message, ",
        of_block!("block_type"), ", ", of_block!("content")
    );
    RENEW = concat!(
        "UPDATE lease SET expires_at = $2 WHERE ", among!("lease_id", "$1", BIGINT),
        " AND expires_at <= $2 RETURNING lease_id"
    );
}

impl Db {
    pub(crate) async fn claim(&self, want: ClaimRequest) -> Result<Option<Claim>, StoreError> {
        let mut tx = self.begin().await?;
        let lease = tx
            .query(LEASE_INSERT)
            .bind(want.owner.0)
            .bind(want.run_id.0)
            .bind(&want.worker)
            .bind(want.now.plus_ms(want.lease_ms).0)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(lease) = lease else {
            tx.rollback().await?;
            return Ok(None);
        };
        let lease_id: i64 = lease.try_get("lease_id")?;
        let mut low = self.low_water.claim_from(want.run_id, want.now);
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
fn claimed_block(row: &DbRow) -> Result<ClaimedBlock, StoreError> {
    let columns = Columns { table: "overlay", row };
    let unusable = columns.opt_text("error_kind")?.as_deref() == Some(UNUSABLE);
    let block = match columns.opt_text("content")? {
        Some(content) => Some((columns.parse("block_type")?, content)),
        None => None,
    };
    Ok(ClaimedBlock {
        index: columns.u32("block_index")?,
        block,
        attempts: columns.u32("attempts")?,
        deferrals: columns.u32("deferrals")?,
        generation: columns.u32("generation")?,
        feedback: columns.opt_text("error_message")?.filter(|_| unusable),
    })
}
