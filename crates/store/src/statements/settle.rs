//! Settling: every machine write of some finished calls, in one guarded transaction.

use gloss_core_model::{OverlayStatus, RunEvent, RunId, RunStatus};

use super::super::{Db, RUNS_ARE_SHARED, Tx, bind_rows, numbers};
use super::row::Columns;
use super::{batch, calls, memo, runs, tally};
use crate::{AttentionChange, Settle, SettleBatch, SettleTo, Settled, StoreError};

/// The block, and the guard: still claimed, under this very lease, in this generation, of a running
/// run. No index answers IS NOT DISTINCT FROM, so that no planner takes the guard for the way in.
macro_rules! guarded {
    () => {
        concat!(
            each_of_batch!(
                "overlay",
                "owner_id = r.of_owner AND run_id = r.of_run AND block_index = r.at_index"
            ),
            " AND (status, lease_id, generation) IS NOT DISTINCT FROM ('claimed', r.fence, r.gen) \
             AND EXISTS (SELECT 1 FROM run WHERE run.owner_id = $1 AND run.run_id = $2 \
             AND run.status = 'running')"
        )
    };
}

statements! {
    /// The rows are materialized: SQLite would otherwise read the JSON anew for every overlay.
    STAGE = concat!(
        "WITH r AS MATERIALIZED (SELECT r.*, ", uuid!("$1"), " AS of_owner, ", uuid!("$2"),
        " AS of_run FROM ",
        rows!("$3" at_index BIGINT, "$4" fence BIGINT, "$5" gen BIGINT, "$6" answer TEXT,
              "$7" call UUID),
        ") UPDATE overlay SET status = 'ai_complete', lease_id = NULL, staging = r.answer, \
         error_kind = NULL, error_message = NULL, revision = revision + 1, \
         call_id = COALESCE(r.call, call_id)", guarded!()
    );
    /// An answer that has been sent back since is not taken over.
    REUSE = concat!(
        "WITH r AS MATERIALIZED (SELECT r.*, ", uuid!("$1"), " AS of_owner, ", uuid!("$2"),
        " AS of_run FROM ",
        rows!("$3" at_index BIGINT, "$4" fence BIGINT, "$5" gen BIGINT, "$6" answer TEXT,
              "$7" of_source UUID, "$8" source_index BIGINT, "$9" source TEXT),
        ") UPDATE overlay SET status = 'ai_complete', lease_id = NULL, staging = r.answer, \
         error_kind = NULL, error_message = NULL, revision = revision + 1, \
         reused_from = r.source", guarded!(), " AND (SELECT s.status FROM overlay s \
         WHERE s.owner_id = $1 AND s.run_id = r.of_source AND s.block_index = r.source_index) \
         IN ('ai_complete', 'confirmed')"
    );
    GIVE_BACK = concat!(
        "WITH r AS MATERIALIZED (SELECT r.*, ", uuid!("$1"), " AS of_owner, ", uuid!("$2"),
        " AS of_run FROM ",
        rows!("$3" at_index BIGINT, "$4" fence BIGINT, "$5" gen BIGINT, "$6" to_status TEXT,
              "$7" attempt BIGINT, "$8" deferral BIGINT, "$9" due_at BIGINT,
              "$10" keep_error BIGINT, "$11" problem TEXT, "$12" detail TEXT, "$13" call UUID),
        ") UPDATE overlay SET status = r.to_status, lease_id = NULL, \
         attempts = attempts + r.attempt, deferrals = deferrals + r.deferral, \
         not_before = CASE WHEN r.deferral = 1 THEN r.due_at ELSE not_before END, \
         error_kind = CASE WHEN r.keep_error = 1 THEN error_kind ELSE r.problem END, \
         error_message = CASE WHEN r.keep_error = 1 THEN error_message ELSE r.detail END, \
         call_id = COALESCE(r.call, call_id)", guarded!(),
        " RETURNING status"
    );
    /// Shared: settles of one run do not wait for each other, but a cancel waits for them.
    RUN_SHARED = concat!(
        "SELECT status, attention_at FROM run WHERE owner_id = $1 AND run_id = $2",
        for_share!()
    );
    /// In the order that only the index of what is pending has: a planner that is free to take any
    /// row may hope to meet one early in the whole table.
    ANY_PENDING = "SELECT 1 FROM overlay WHERE owner_id = $1 AND run_id = $2 \
                   AND status = 'pending' AND block_index + 0 >= $3 ORDER BY block_index + 0 LIMIT 1";
    LEASES_DONE = concat!(
        "DELETE FROM lease WHERE ", among!("lease_id", "$1", BIGINT), " AND (SELECT 1 \
         FROM overlay o WHERE o.lease_id = lease.lease_id AND o.status = 'claimed' LIMIT 1) IS NULL \
         AND (SELECT 1 FROM llm_call c WHERE c.owner_id = lease.owner_id \
         AND c.run_id = lease.run_id AND c.lease_id = lease.lease_id AND c.outcome = 'started' \
         LIMIT 1) IS NULL"
    );
}

impl Db {
    /// A finished run takes no more writes, but what its late calls cost is still written down.
    ///
    /// Many may settle one run side by side. None of them sees what the others have not committed,
    /// so none could tell that together they have finished the run. Whoever finds nothing pending
    /// therefore settles alone: after the last claim of a run everybody finds that, and the last
    /// of them sees all.
    pub(crate) async fn settle(&self, batch: SettleBatch) -> Result<Settled, StoreError> {
        let shared = if RUNS_ARE_SHARED { self.settle_shared(&batch).await? } else { None };
        let settled = match shared {
            Some(settled) => settled,
            None => self.settle_alone(&batch).await?,
        };
        if settled.returned > 0 {
            self.low_water.forget(batch.run_id);
        }
        Ok(settled)
    }

    /// None, and nothing written, if this must be done alone.
    async fn settle_shared(&self, batch: &SettleBatch) -> Result<Option<Settled>, StoreError> {
        let (owner, run) = (batch.owner, batch.run_id);
        let mut tx = self.begin().await?;
        let row = tx.query(RUN_SHARED).bind(owner.0).bind(run.0).fetch_optional(&mut *tx);
        let Some(row) = row.await? else {
            tx.rollback().await?;
            return Ok(Some(all_stale(batch)));
        };
        let columns = Columns { table: "run", row: &row };
        // Asked after the lock was taken: earlier, it could be over before we begin.
        // It is enough to look where claims are: if nothing is pending there, settle alone.
        let low = self.low_water.of(run);
        let any = tx.query(ANY_PENDING).bind(owner.0).bind(run.0).bind(low);
        let pending = any.fetch_optional(&mut *tx);
        if pending.await?.is_none() || changes_attention(batch, &columns)? {
            tx.rollback().await?;
            return Ok(None);
        }
        let mut settled = write(&mut tx, batch).await?;
        settled.run_status = Some(columns.parse("status")?);
        tx.commit().await?;
        Ok(Some(settled))
    }

    async fn settle_alone(&self, batch: &SettleBatch) -> Result<Settled, StoreError> {
        let (owner, run) = (batch.owner, batch.run_id);
        let mut tx = self.begin().await?;
        let Some(status) = runs::lock(&mut tx, owner, run).await? else {
            tx.rollback().await?;
            return Ok(all_stale(batch));
        };
        let mut settled = write(&mut tx, batch).await?;
        let mut after = status;
        if status == RunStatus::Running {
            runs::change_attention(&mut tx, owner, run, batch.attention, batch.now).await?;
            let remaining = tally::read(&mut tx, owner, run).await?.rollup.remaining();
            if remaining == 0
                && let Ok(finished) = status.on(RunEvent::Finish)
            {
                after = finished;
                let ended = Some(batch.now.0);
                runs::set_status(&mut tx, owner, run, after, ended).await?;
            }
        }
        settled.run_status = Some(after);
        tx.commit().await?;
        Ok(settled)
    }
}

/// Who shares a run may not write its row.
fn changes_attention(batch: &SettleBatch, run: &Columns<'_>) -> Result<bool, StoreError> {
    Ok(match batch.attention {
        AttentionChange::Keep => false,
        AttentionChange::Raise(_) => true,
        AttentionChange::Clear { before } => {
            run.opt_time("attention_at")?.is_some_and(|raised| raised < before)
        }
    })
}

fn all_stale(batch: &SettleBatch) -> Settled {
    Settled { stale: count(batch.blocks.len()), ..Settled::default() }
}

async fn write(tx: &mut Tx, batch: &SettleBatch) -> Result<Settled, StoreError> {
    let settled = write_blocks(tx, batch).await?;
    memo::remember(tx, batch.owner, batch.run_id, &batch.remember).await?;
    memo::checked(tx, batch.owner, batch.run_id, &batch.checked).await?;
    let mut delta = calls::end(tx, batch.owner, batch.run_id, &batch.calls).await?;
    delta.completed = settled.staged.into();
    delta.failed = settled.failed.into();
    let spread = batch.blocks.first().map_or(0, |block| block.lease_id);
    tally::add(tx, batch.owner, batch.run_id, spread, delta).await?;
    if !batch.leases_done.is_empty() {
        let done = numbers(batch.leases_done.clone());
        tx.query(LEASES_DONE).bind(done).execute(&mut **tx).await?;
    }
    Ok(settled)
}

async fn write_blocks(tx: &mut Tx, batch: &SettleBatch) -> Result<Settled, StoreError> {
    let (answered, others): (Vec<&Settle>, Vec<&Settle>) =
        batch.blocks.iter().partition(|block| matches!(block.to, SettleTo::Staged(_)));
    let (reused, others): (Vec<&Settle>, Vec<&Settle>) =
        others.into_iter().partition(|block| matches!(block.to, SettleTo::Reused { .. }));
    let mut settled = Settled::default();
    if !answered.is_empty() {
        settled.staged = stage(tx, batch, &answered).await?;
    }
    if !reused.is_empty() {
        let staged = reuse(tx, batch, &reused).await?;
        settled.staged += staged;
        if staged < count(reused.len()) {
            // What found no answer any more goes back at once, to be asked itself.
            settled.sent_back = count(give_back(tx, batch, &reused).await?.len());
            settled.returned += settled.sent_back;
        }
    }
    if !others.is_empty() {
        for status in give_back(tx, batch, &others).await? {
            match status {
                OverlayStatus::Failed => settled.failed += 1,
                _ => settled.returned += 1,
            }
        }
    }
    let written = settled.staged + settled.failed + settled.returned;
    settled.stale = count(batch.blocks.len()).saturating_sub(written);
    Ok(settled)
}

async fn stage(tx: &mut Tx, batch: &SettleBatch, blocks: &[&Settle]) -> Result<u32, StoreError> {
    let columns = vec![
        ("at_index", batch::numbers(blocks, |b| b.index.into())),
        ("fence", batch::numbers(blocks, |b| b.lease_id)),
        ("gen", batch::numbers(blocks, |b| b.generation.into())),
        ("answer", batch::texts(blocks, |b| answer(b))),
        ("call", batch::opt_ids(blocks, |b| b.call_id.map(|id| id.0))),
    ];
    let update = tx.query(STAGE).bind(batch.owner.0).bind(batch.run_id.0);
    let written = bind_rows(update, columns).execute(&mut **tx).await?.rows_affected();
    Ok(u32::try_from(written).unwrap_or(u32::MAX))
}

async fn reuse(tx: &mut Tx, batch: &SettleBatch, blocks: &[&Settle]) -> Result<u32, StoreError> {
    let columns = vec![
        ("at_index", batch::numbers(blocks, |b| b.index.into())),
        ("fence", batch::numbers(blocks, |b| b.lease_id)),
        ("gen", batch::numbers(blocks, |b| b.generation.into())),
        ("answer", batch::texts(blocks, |b| answer(b))),
        ("of_source", batch::ids(blocks, |b| source(b).0.0)),
        ("source_index", batch::numbers(blocks, |b| source(b).1.into())),
        ("source", batch::owned_texts(blocks, |b| format!("{}/{}", source(b).0, source(b).1))),
    ];
    let update = tx.query(REUSE).bind(batch.owner.0).bind(batch.run_id.0);
    let written = bind_rows(update, columns).execute(&mut **tx).await?.rows_affected();
    Ok(u32::try_from(written).unwrap_or(u32::MAX))
}

fn answer(block: &Settle) -> &str {
    match &block.to {
        SettleTo::Staged(answer) | SettleTo::Reused { answer, .. } => answer,
        _ => "",
    }
}

fn source(block: &Settle) -> (RunId, u32) {
    match block.to {
        SettleTo::Reused { from, .. } => from,
        _ => (RunId(uuid::Uuid::nil()), 0),
    }
}

async fn give_back(
    tx: &mut Tx,
    batch: &SettleBatch,
    blocks: &[&Settle],
) -> Result<Vec<OverlayStatus>, StoreError> {
    let attempt = |block: &&Settle| matches!(block.to, SettleTo::Attempt { .. }).into();
    let deferral = |block: &&Settle| matches!(block.to, SettleTo::Deferred { .. }).into();
    let columns = vec![
        ("at_index", batch::numbers(blocks, |b| b.index.into())),
        ("fence", batch::numbers(blocks, |b| b.lease_id)),
        ("gen", batch::numbers(blocks, |b| b.generation.into())),
        ("to_status", batch::texts(blocks, |b| status(b).as_str())),
        ("attempt", batch::numbers(blocks, attempt)),
        ("deferral", batch::numbers(blocks, deferral)),
        ("due_at", batch::numbers(blocks, due_at)),
        ("keep_error", batch::numbers(blocks, |b| error(b).is_none().into())),
        ("problem", batch::opt_texts(blocks, |b| Some(error(b)?.0))),
        ("detail", batch::opt_texts(blocks, |b| Some(error(b)?.1))),
        ("call", batch::opt_ids(blocks, |b| b.call_id.map(|id| id.0))),
    ];
    let update = tx.query(GIVE_BACK).bind(batch.owner.0).bind(batch.run_id.0);
    let rows = bind_rows(update, columns).fetch_all(&mut **tx).await?;
    rows.iter().map(|row| Columns { table: "overlay", row }.parse("status")).collect()
}

fn status(block: &Settle) -> OverlayStatus {
    match block.to {
        SettleTo::Attempt { failed: true, .. } => OverlayStatus::Failed,
        _ => OverlayStatus::Pending,
    }
}

fn due_at(block: &&Settle) -> i64 {
    match block.to {
        SettleTo::Deferred { not_before, .. } => not_before.0,
        _ => 0,
    }
}

fn error<'b>(block: &&'b Settle) -> Option<(&'b str, &'b str)> {
    match &block.to {
        SettleTo::Attempt { kind, message, .. } | SettleTo::Deferred { kind, message, .. } => {
            Some((kind, message))
        }
        SettleTo::Staged(_) | SettleTo::Reused { .. } | SettleTo::Released => None,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
