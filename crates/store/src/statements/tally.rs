//! A run's counts and costs: added to in slots, read as sums.

use gloss_core_model::{OwnerId, Rollup, RunId};

use super::super::{Tx, tally_slot};
use super::row::{Columns, int};
use crate::{Spent, StoreError};

/// The sums over a run's slots, as columns. `$filter` says whose slots.
macro_rules! slot_sums {
    ($filter:literal) => {
        concat!(
            "(SELECT owner_id, run_id, CAST(sum(completed) AS BIGINT) AS completed, \
             CAST(sum(failed) AS BIGINT) AS failed, CAST(sum(calls) AS BIGINT) AS calls, \
             CAST(sum(input_tokens) AS BIGINT) AS input_tokens, \
             CAST(sum(output_tokens) AS BIGINT) AS output_tokens, \
             CAST(sum(cache_write_tokens) AS BIGINT) AS cache_write_tokens, \
             CAST(sum(cache_read_tokens) AS BIGINT) AS cache_read_tokens, \
             CAST(sum(cost_micro_usd) AS BIGINT) AS cost_micro_usd, \
             CAST(sum(reserved_micro_usd) AS BIGINT) AS reserved_micro_usd \
             FROM run_tally ",
            $filter,
            " GROUP BY owner_id, run_id) AS t"
        )
    };
}
pub(super) use slot_sums;

statements! {
    OPEN_SLOT = "INSERT INTO run_tally (owner_id, run_id, slot) VALUES ($1, $2, 0)";
    ADD = "INSERT INTO run_tally (owner_id, run_id, slot, completed, failed, calls, \
           input_tokens, output_tokens, cache_write_tokens, cache_read_tokens, cost_micro_usd, \
           reserved_micro_usd) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
           ON CONFLICT (owner_id, run_id, slot) DO UPDATE SET \
           completed = run_tally.completed + excluded.completed, \
           failed = run_tally.failed + excluded.failed, \
           calls = run_tally.calls + excluded.calls, \
           input_tokens = run_tally.input_tokens + excluded.input_tokens, \
           output_tokens = run_tally.output_tokens + excluded.output_tokens, \
           cache_write_tokens = run_tally.cache_write_tokens + excluded.cache_write_tokens, \
           cache_read_tokens = run_tally.cache_read_tokens + excluded.cache_read_tokens, \
           cost_micro_usd = run_tally.cost_micro_usd + excluded.cost_micro_usd, \
           reserved_micro_usd = run_tally.reserved_micro_usd + excluded.reserved_micro_usd";
    SUMS = concat!(
        "SELECT r.total, r.skipped, r.budget_micro_usd, t.* FROM run r JOIN ",
        slot_sums!("WHERE owner_id = $1 AND run_id = $2"),
        " ON t.owner_id = r.owner_id AND t.run_id = r.run_id \
         WHERE r.owner_id = $1 AND r.run_id = $2"
    );
}

/// What a transaction adds. Signed: a reject takes a completed block away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Delta {
    pub(super) completed: i64,
    pub(super) failed: i64,
    pub(super) reserved_micro_usd: i64,
    pub(super) cost_micro_usd: i64,
    /// Its cost is counted above, where a lost call's guess may be taken back.
    pub(super) spent: Spent,
}

/// A run's sums, exact for whoever holds its lock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    pub(super) rollup: Rollup,
    pub(super) spent_micro_usd: u64,
    pub(super) reserved_micro_usd: u64,
    pub(super) budget_micro_usd: Option<u64>,
}

/// `spread` picks the slot: writers at the same time should bring different ones.
pub(super) async fn add(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    spread: i64,
    delta: Delta,
) -> Result<(), StoreError> {
    if delta == Delta::default() {
        return Ok(());
    }
    tx.query(ADD)
        .bind(owner.0)
        .bind(run.0)
        .bind(tally_slot(spread))
        .bind(delta.completed)
        .bind(delta.failed)
        .bind(int(delta.spent.calls))
        .bind(int(delta.spent.input_tokens))
        .bind(int(delta.spent.output_tokens))
        .bind(int(delta.spent.cache_write_tokens))
        .bind(int(delta.spent.cache_read_tokens))
        .bind(delta.cost_micro_usd)
        .bind(delta.reserved_micro_usd)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn read(tx: &mut Tx, owner: OwnerId, run: RunId) -> Result<Sums, StoreError> {
    let row = tx.query(SUMS).bind(owner.0).bind(run.0).fetch_one(&mut **tx).await?;
    let columns = Columns { table: "run_tally", row: &row };
    Ok(Sums {
        rollup: rollup(&columns)?,
        spent_micro_usd: columns.u64("cost_micro_usd")?,
        reserved_micro_usd: columns.u64("reserved_micro_usd")?,
        budget_micro_usd: columns.opt_u64("budget_micro_usd")?,
    })
}

pub(super) async fn open(tx: &mut Tx, owner: OwnerId, run: RunId) -> Result<(), StoreError> {
    tx.query(OPEN_SLOT).bind(owner.0).bind(run.0).execute(&mut **tx).await?;
    Ok(())
}

pub(super) fn rollup(columns: &Columns<'_>) -> Result<Rollup, StoreError> {
    Ok(Rollup {
        total: columns.u32("total")?,
        completed: columns.u32("completed")?,
        failed: columns.u32("failed")?,
        skipped: columns.u32("skipped")?,
    })
}

pub(super) fn spent(columns: &Columns<'_>) -> Result<Spent, StoreError> {
    Ok(Spent {
        calls: columns.u64("calls")?,
        input_tokens: columns.u64("input_tokens")?,
        output_tokens: columns.u64("output_tokens")?,
        cache_write_tokens: columns.u64("cache_write_tokens")?,
        cache_read_tokens: columns.u64("cache_read_tokens")?,
        cost_micro_usd: columns.u64("cost_micro_usd")?,
    })
}
