//! The sweeper: what dead workers held goes back. It knows leases, not what they were for.

use gloss_core_model::{OwnerId, RunId, Timestamp};

use super::super::{Db, numbers};
use super::row::Columns;
use super::{calls, runs, tally};
use crate::StoreError;

statements! {
    EXPIRED = "SELECT DISTINCT owner_id, run_id FROM lease WHERE expires_at < $1";
    /// Somebody who is stopped in the middle of a write must not stop the sweeper.
    WAIT_BRIEFLY = wait_briefly!();
    /// First and once: a worker that renews a moment later finds its lease gone, and one that
    /// renewed a moment ago keeps it.
    TAKE_LEASES = "DELETE FROM lease WHERE owner_id = $1 AND run_id = $2 AND expires_at < $3 \
                   RETURNING lease_id";
    SWEEP = concat!(
        "UPDATE overlay SET status = 'pending', lease_id = NULL \
         WHERE (owner_id, run_id) IS NOT DISTINCT FROM ($1, $2) AND status = 'claimed' AND ",
        among!("lease_id", "$3", BIGINT)
    );
}

impl Db {
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<u32, StoreError> {
        let expired =
            self.query(EXPIRED).bind(now.0).fetch_all(&mut *self.reading().await?).await?;
        let mut returned = 0;
        for row in &expired {
            let columns = Columns { table: "lease", row };
            let owner = OwnerId(columns.uuid("owner_id")?);
            let run = RunId(columns.uuid("run_id")?);
            match self.sweep_run(owner, run, now).await {
                Ok(blocks) => returned += blocks,
                // Whoever has it is busy, or was stopped: the next look comes soon, and until then
                // there is other work.
                Err(StoreError::Locked) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(u32::try_from(returned).unwrap_or(u32::MAX))
    }

    async fn sweep_run(
        &self,
        owner: OwnerId,
        run: RunId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        tx.query(WAIT_BRIEFLY).execute(&mut *tx).await?;
        let locked = runs::lock(&mut tx, owner, run).await;
        if !matches!(locked, Ok(Some(_))) {
            tx.rollback().await?;
            return locked.map(|_| 0);
        }
        let rows = tx.query(TAKE_LEASES).bind(owner.0).bind(run.0).bind(now.0);
        let rows = rows.fetch_all(&mut *tx).await?;
        let leases = rows.iter().map(|row| Columns { table: "lease", row }.int("lease_id"));
        let leases = leases.collect::<Result<Vec<_>, _>>()?;
        let sweep = tx.query(SWEEP).bind(owner.0).bind(run.0).bind(numbers(leases.clone()));
        let returned = sweep.execute(&mut *tx).await?.rows_affected();
        let lost = calls::lose(&mut tx, owner, run, leases).await?;
        tally::add(&mut tx, owner, run, 0, lost).await?;
        tx.commit().await?;
        self.low_water.forget(run);
        Ok(returned)
    }
}
