//! Runs: creation, listing, and what people change about them.

use gloss_core_model::{DocumentId, OwnerId, RunEvent, RunId, RunStatus, SchemaId, Timestamp};

use super::super::{Db, DbRow, Tx, words};
use super::library;
use super::row::{Columns, int};
use super::tally::{self, Delta, slot_sums};
use crate::{
    AttentionChange, BudgetChanged, NewRun, PAGE_ROWS_MAX, RunChange, RunChanged, RunPut, RunRow,
    StoreError,
};

macro_rules! select_run {
    ($slots:literal, $rest:literal) => {
        concat!(
            "SELECT r.*, s.schema_ref, t.* FROM run r JOIN schema s \
             ON s.owner_id = r.owner_id AND s.schema_id = r.schema_id JOIN ",
            slot_sums!($slots),
            " ON t.owner_id = r.owner_id AND t.run_id = r.run_id ",
            $rest
        )
    };
}

statements! {
    BY_ID = select_run!(
        "WHERE owner_id = $1 AND run_id = $2", "WHERE r.owner_id = $1 AND r.run_id = $2"
    );
    LIST = select_run!(
        "WHERE owner_id = $1",
        "WHERE r.owner_id = $1 AND (CAST($2 AS TEXT) IS NULL OR r.status = $2) \
         AND (CAST($3 AS TEXT) IS NULL OR r.run_id < $4) ORDER BY r.run_id DESC LIMIT $5"
    );
    BY_KEY = "SELECT run_id, request_hash FROM run WHERE owner_id = $1 AND idempotency_key = $2";
    INSERT = concat!(
        "INSERT INTO run (owner_id, run_id, document_id, conv_uid, schema_id, status, \
         batching_mode, snapshot, snapshot_hash, idempotency_key, request_hash, total, \
         skipped, budget_micro_usd, created_at, completed_at) \
         SELECT d.owner_id, $3, d.document_id, c.conv_uid, s.schema_id, \
         CASE WHEN count(*) = count(b.skip) THEN 'complete' ELSE 'running' END, \
         $6, $7, $8, $9, $10, count(*), count(b.skip), CAST($13 AS BIGINT), $11, \
         CASE WHEN count(*) = count(b.skip) THEN CAST($11 AS BIGINT) END \
         FROM document d \
         JOIN conversion c ON c.owner_id = d.owner_id AND c.conv_uid = d.conv_uid \
         JOIN schema s ON s.owner_id = d.owner_id AND s.schema_id = $5 \
         JOIN (SELECT owner_id, conv_uid, CASE WHEN ", among!("block_type", "$12", TEXT), " THEN 1 END \
         AS skip FROM block) b ON b.owner_id = c.owner_id AND b.conv_uid = c.conv_uid \
         WHERE d.owner_id = $1 AND d.document_id = $2 AND d.conv_uid = $4 \
         GROUP BY d.owner_id, d.document_id, c.conv_uid, s.schema_id \
         ON CONFLICT (owner_id, idempotency_key) \
         WHERE idempotency_key IS NOT NULL DO NOTHING"
    );
    OVERLAYS_INSERT = concat!(
        "INSERT INTO overlay (owner_id, run_id, block_index, status, error_kind, error_message) \
         SELECT owner_id, $2, block_index, \
         CASE WHEN ", among!("block_type", "$4", TEXT), " THEN 'skipped' ELSE 'pending' END, \
         CASE WHEN ", among!("block_type", "$4", TEXT), " THEN 'block_type' END, \
         CASE WHEN ", among!("block_type", "$4", TEXT), " THEN 'no model is needed for a ' || block_type \
         END FROM block WHERE owner_id = $1 AND conv_uid = $3 ORDER BY block_index"
    );
    RAISE = "UPDATE run SET attention = $3, attention_at = $4 \
             WHERE owner_id = $1 AND run_id = $2 AND status = 'running'";
    CLEAR = "UPDATE run SET attention = NULL, attention_at = NULL \
             WHERE owner_id = $1 AND run_id = $2 AND status = 'running' AND attention_at < $3";
    LOCK = concat!(
        "SELECT status FROM run WHERE owner_id = $1 AND run_id = $2",
        for_update!()
    );
    SET_BUDGET = "UPDATE run SET budget_micro_usd = $3, \
                  attention_at = CASE WHEN attention = 'budget_exhausted' THEN NULL \
                  ELSE attention_at END, \
                  attention = CASE WHEN attention = 'budget_exhausted' THEN NULL \
                  ELSE attention END WHERE owner_id = $1 AND run_id = $2";
    SET_STATUS = "UPDATE run SET status = $3, attention = NULL, attention_at = NULL, \
                  completed_at = $4 WHERE owner_id = $1 AND run_id = $2";
    UNCLAIM = "UPDATE overlay SET status = 'pending', lease_id = NULL \
               WHERE owner_id = $1 AND run_id = $2 AND status = 'claimed'";
    RETRY_FAILED = "UPDATE overlay SET status = 'pending', generation = generation + 1, \
                    attempts = 0, deferrals = 0, not_before = 0 \
                    WHERE owner_id = $1 AND run_id = $2 AND status = 'failed'";
}

impl Db {
    pub(crate) async fn run_create(&self, new: NewRun) -> Result<RunPut, StoreError> {
        let mut tx = self.begin().await?;
        library::share(&mut tx, new.owner).await?;
        if let Some(put) = replay(&mut tx, &new).await? {
            tx.rollback().await?;
            return Ok(put);
        }
        let types = || words(new.skip_block_types.iter().map(ToString::to_string).collect());
        let inserted = tx
            .query(INSERT)
            .bind(new.owner.0)
            .bind(new.document_id.0)
            .bind(new.run_id.0)
            .bind(new.conv_uid.as_str())
            .bind(new.schema_id.0)
            .bind(&new.batching_mode)
            .bind(&new.snapshot)
            .bind(&new.snapshot_hash)
            .bind(&new.idempotency_key)
            .bind(&new.request_hash)
            .bind(new.now.0)
            .bind(types())
            .bind(new.budget_micro_usd.map(int))
            .execute(&mut *tx)
            .await?
            .rows_affected();
        if inserted == 0 {
            // Somebody else may have used the same key a moment ago.
            let put = replay(&mut tx, &new).await?.unwrap_or(RunPut::NotFound);
            tx.rollback().await?;
            return Ok(put);
        }
        tx.query(OVERLAYS_INSERT)
            .bind(new.owner.0)
            .bind(new.run_id.0)
            .bind(new.conv_uid.as_str())
            .bind(types())
            .execute(&mut *tx)
            .await?;
        tally::open(&mut tx, new.owner, new.run_id).await?;
        tx.commit().await?;
        self.announce(new.now).await;
        Ok(RunPut::Created)
    }

    pub(crate) async fn run_by_key(
        &self,
        owner: OwnerId,
        key: String,
    ) -> Result<Option<(RunId, String)>, StoreError> {
        let row = self
            .query(BY_KEY)
            .bind(owner.0)
            .bind(key)
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns { table: "run", row: &row };
        Ok(Some((RunId(columns.uuid("run_id")?), columns.text("request_hash")?)))
    }

    pub(crate) async fn run_get(
        &self,
        owner: OwnerId,
        id: RunId,
    ) -> Result<Option<RunRow>, StoreError> {
        let row = self
            .query(BY_ID)
            .bind(owner.0)
            .bind(id.0)
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(run).transpose()
    }

    pub(crate) async fn run_list(
        &self,
        owner: OwnerId,
        status: Option<RunStatus>,
        before: Option<RunId>,
        limit: u32,
    ) -> Result<Vec<RunRow>, StoreError> {
        let rows = self
            .query(LIST)
            .bind(owner.0)
            .bind(status.map(RunStatus::as_str))
            .bind(before.map(|id| id.to_string()))
            .bind(before.map_or(owner.0, |id| id.0))
            .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter().map(run).collect()
    }

    pub(crate) async fn run_change(
        &self,
        owner: OwnerId,
        id: RunId,
        change: RunChange,
        now: Timestamp,
    ) -> Result<RunChanged, StoreError> {
        let mut tx = self.begin().await?;
        let Some(status) = lock(&mut tx, owner, id).await? else {
            tx.rollback().await?;
            return Ok(RunChanged::NotFound);
        };
        let event = match change {
            RunChange::Cancel => RunEvent::Cancel,
            RunChange::Resume => RunEvent::Resume,
            RunChange::RetryFailed => RunEvent::Reopen,
            RunChange::Fail => RunEvent::Fail,
        };
        let Ok(mut next) = status.on(event) else {
            tx.rollback().await?;
            return Ok(RunChanged::Refused { status });
        };
        let rollup = tally::read(&mut tx, owner, id).await?.rollup;
        let blocks = match change {
            RunChange::Cancel | RunChange::Fail => unclaim(&mut tx, owner, id).await?,
            RunChange::Resume => rollup.remaining(),
            RunChange::RetryFailed => retry_failed(&mut tx, owner, id).await?,
        };
        // Nothing to do means complete, whatever led there.
        let retried = change == RunChange::RetryFailed && blocks > 0;
        if next == RunStatus::Running && rollup.remaining() == 0 && !retried {
            next = RunStatus::Complete;
        }
        if next != status {
            let ended = (next != RunStatus::Running).then_some(now.0);
            set_status(&mut tx, owner, id, next, ended).await?;
        }
        tx.commit().await?;
        self.low_water.forget(id);
        if next == RunStatus::Running {
            self.announce(now).await;
        }
        Ok(RunChanged::Done { status: next, blocks })
    }

    pub(crate) async fn run_budget(
        &self,
        owner: OwnerId,
        id: RunId,
        budget_micro_usd: Option<u64>,
        now: Timestamp,
    ) -> Result<BudgetChanged, StoreError> {
        let mut tx = self.begin().await?;
        if lock(&mut tx, owner, id).await?.is_none() {
            tx.rollback().await?;
            return Ok(BudgetChanged::NotFound);
        }
        let sums = tally::read(&mut tx, owner, id).await?;
        let committed_micro_usd = sums.spent_micro_usd + sums.reserved_micro_usd;
        if budget_micro_usd.is_some_and(|budget| budget < committed_micro_usd) {
            tx.rollback().await?;
            return Ok(BudgetChanged::TooSmall { committed_micro_usd });
        }
        let budget = budget_micro_usd.map(int);
        tx.query(SET_BUDGET).bind(owner.0).bind(id.0).bind(budget).execute(&mut *tx).await?;
        tx.commit().await?;
        self.announce(now).await;
        Ok(BudgetChanged::Done)
    }

    pub(crate) async fn run_attention(
        &self,
        owner: OwnerId,
        id: RunId,
        change: AttentionChange,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change_attention(&mut tx, owner, id, change, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn replay(tx: &mut Tx, new: &NewRun) -> Result<Option<RunPut>, StoreError> {
    let Some(key) = &new.idempotency_key else { return Ok(None) };
    let row = tx.query(BY_KEY).bind(new.owner.0).bind(key).fetch_optional(&mut **tx).await?;
    let Some(row) = row else { return Ok(None) };
    let columns = Columns { table: "run", row: &row };
    let run_id = RunId(columns.uuid("run_id")?);
    Ok(Some(if columns.text("request_hash")? == new.request_hash {
        RunPut::Replayed(run_id)
    } else {
        RunPut::KeyReused(run_id)
    }))
}

/// Whoever decides something about a whole run begins here: it waits for the writers that share
/// the run, and holds the next ones up.
pub(super) async fn lock(
    tx: &mut Tx,
    owner: OwnerId,
    id: RunId,
) -> Result<Option<RunStatus>, StoreError> {
    let row = tx.query(LOCK).bind(owner.0).bind(id.0).fetch_optional(&mut **tx).await?;
    row.map(|row| Columns { table: "run", row: &row }.parse("status")).transpose()
}

pub(super) async fn change_attention(
    tx: &mut Tx,
    owner: OwnerId,
    id: RunId,
    change: AttentionChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    let run = |sql: &'static str| tx.query(sql).bind(owner.0).bind(id.0);
    let query = match change {
        AttentionChange::Keep => return Ok(()),
        AttentionChange::Raise(attention) => run(RAISE).bind(attention.as_str()).bind(now.0),
        AttentionChange::Clear { before } => run(CLEAR).bind(before.0),
    };
    query.execute(&mut **tx).await?;
    Ok(())
}

pub(super) async fn set_status(
    tx: &mut Tx,
    owner: OwnerId,
    id: RunId,
    status: RunStatus,
    completed_at: Option<i64>,
) -> Result<(), StoreError> {
    tx.query(SET_STATUS)
        .bind(owner.0)
        .bind(id.0)
        .bind(status.as_str())
        .bind(completed_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn unclaim(tx: &mut Tx, owner: OwnerId, id: RunId) -> Result<u32, StoreError> {
    let blocks = tx.query(UNCLAIM).bind(owner.0).bind(id.0).execute(&mut **tx).await?;
    Ok(u32::try_from(blocks.rows_affected()).unwrap_or(u32::MAX))
}

async fn retry_failed(tx: &mut Tx, owner: OwnerId, id: RunId) -> Result<u32, StoreError> {
    let retried =
        tx.query(RETRY_FAILED).bind(owner.0).bind(id.0).execute(&mut **tx).await?.rows_affected();
    let blocks = u32::try_from(retried).unwrap_or(u32::MAX);
    let delta = Delta { failed: -i64::from(blocks), ..Delta::default() };
    tally::add(tx, owner, id, 0, delta).await?;
    Ok(blocks)
}

fn run(row: &DbRow) -> Result<RunRow, StoreError> {
    let columns = Columns { table: "run", row };
    Ok(RunRow {
        run_id: RunId(columns.uuid("run_id")?),
        document_id: DocumentId(columns.uuid("document_id")?),
        conv_uid: columns.parse("conv_uid")?,
        schema_id: SchemaId(columns.uuid("schema_id")?),
        schema_ref: columns.parse("schema_ref")?,
        status: columns.parse("status")?,
        attention: columns.opt_parse("attention")?,
        batching_mode: columns.text("batching_mode")?,
        snapshot: columns.text("snapshot")?,
        snapshot_hash: columns.text("snapshot_hash")?,
        rollup: tally::rollup(&columns)?,
        spent: tally::spent(&columns)?,
        reserved_micro_usd: columns.u64("reserved_micro_usd")?,
        budget_micro_usd: columns.opt_u64("budget_micro_usd")?,
        created_at: columns.time("created_at")?,
        started_at: columns.opt_time("started_at")?,
        completed_at: columns.opt_time("completed_at")?,
    })
}
