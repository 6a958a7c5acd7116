//! The sweeper: what dead workers held goes back. It knows leases, not what they were for.

use gloss_core_model::{OwnerId, RunId, Timestamp};

use super::super::Db;
use super::row::Columns;
use super::{calls, tally};
use crate::StoreError;

statements! {
    EXPIRED = "SELECT DISTINCT owner_id, run_id FROM lease WHERE expires_at < $1";
    /// Not waited for: somebody who is stopped in the middle must not stop the sweeper, too.
    LOCK_FREE = concat!(
        "SELECT 1 FROM run WHERE owner_id = $1 AND run_id = $2", for_update!(), skip_locked!()
    );
    SWEEP = "UPDATE overlay SET status = 'pending', lease_id = NULL \
             WHERE owner_id = $1 AND run_id = $2 AND status = 'claimed' AND lease_id IN \
             (SELECT lease_id FROM lease WHERE owner_id = $1 AND run_id = $2 AND expires_at < $3)";
    SWEEP_LEASES = "DELETE FROM lease WHERE owner_id = $1 AND run_id = $2 AND expires_at < $3";
}

impl Db {
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<u32, StoreError> {
        let runs = self.query(EXPIRED).bind(now.0).fetch_all(&mut *self.reading().await?).await?;
        let mut returned = 0;
        for row in &runs {
            let columns = Columns { table: "lease", row };
            let owner = OwnerId(columns.uuid("owner_id")?);
            returned += self.sweep_run(owner, RunId(columns.uuid("run_id")?), now).await?;
        }
        Ok(u32::try_from(returned).unwrap_or(u32::MAX))
    }

    /// Under the run's lock: what is expired then is expired for everybody.
    async fn sweep_run(
        &self,
        owner: OwnerId,
        run: RunId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let locked = tx.query(LOCK_FREE).bind(owner.0).bind(run.0).fetch_optional(&mut *tx);
        if locked.await?.is_none() {
            tx.rollback().await?;
            return Ok(0);
        }
        let returned = tx
            .query(SWEEP)
            .bind(owner.0)
            .bind(run.0)
            .bind(now.0)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        let lost = calls::lose(&mut tx, owner, run, now).await?;
        tally::add(&mut tx, owner, run, 0, lost).await?;
        tx.query(SWEEP_LEASES).bind(owner.0).bind(run.0).bind(now.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(returned)
    }
}
