//! Settling: every machine write of some finished calls, in one guarded transaction.

use std::collections::HashSet;

use gloss_core_model::{Attention, OverlayStatus};
use serde_json::{Value, json};
use sqlx::Transaction;

use super::super::{Db, Driver};
use super::row::{Columns, clean, int};
use super::runs;
use crate::{CallEnd, Settle, SettleBatch, SettleTo, Settled, Spent, StoreError};

statements! {
    /// The guard: still claimed, under this very lease, in this generation, of a running run.
    ///
    /// The rows are materialized: SQLite would otherwise read the JSON anew for every overlay.
    SETTLE = concat!(
        "WITH r AS MATERIALIZED (SELECT * FROM ",
        rows!("$3"; at_index BIGINT, fence BIGINT, gen BIGINT, to_status TEXT, answer TEXT,
              attempt BIGINT, deferral BIGINT, due_at BIGINT, revised BIGINT, keep_error BIGINT,
              problem TEXT, detail TEXT, call_hex TEXT),
        ") UPDATE overlay SET status = r.to_status, lease_id = NULL, \
         staging = CASE WHEN r.to_status = 'ai_complete' THEN r.answer ELSE staging END, \
         attempts = attempts + r.attempt, deferrals = deferrals + r.deferral, \
         not_before = CASE WHEN r.deferral = 1 THEN r.due_at ELSE not_before END, revision = revision + r.revised, \
         error_kind = CASE WHEN r.keep_error = 1 THEN error_kind ELSE r.problem END, \
         error_message = CASE WHEN r.keep_error = 1 THEN error_message ELSE r.detail END, \
         call_id = COALESCE(", uuid_of!("r.call_hex"), ", call_id) FROM r \
         WHERE owner_id = $1 AND run_id = $2 AND block_index = r.at_index \
         AND status = 'claimed' AND lease_id = r.fence AND generation = r.gen \
         AND EXISTS (SELECT 1 FROM run WHERE run.owner_id = $1 AND run.run_id = $2 \
         AND run.status = 'running') RETURNING status"
    );
    CALLS_END = concat!(
        "WITH r AS MATERIALIZED (SELECT * FROM ",
        rows!("$2"; call_hex TEXT, latency BIGINT, ended TEXT, problem TEXT, n_strays BIGINT,
              input BIGINT, output BIGINT, written BIGINT, cached BIGINT, cost BIGINT,
              request TEXT),
        ") UPDATE llm_call SET latency_ms = r.latency, outcome = r.ended, issue = r.problem, \
         strays = r.n_strays, input_tokens = r.input, output_tokens = r.output, \
         cache_write_tokens = r.written, cache_read_tokens = r.cached, \
         cost_micro_usd = r.cost, provider_request_id = r.request FROM r \
         WHERE owner_id = $1 AND call_id = ", uuid_of!("r.call_hex"), " AND outcome = \'started\' RETURNING call_id"
    );
    RUN_ADD = "UPDATE run SET completed = completed + $3, failed = failed + $4, \
               calls = calls + $5, input_tokens = input_tokens + $6, \
               output_tokens = output_tokens + $7, \
               cache_write_tokens = cache_write_tokens + $8, \
               cache_read_tokens = cache_read_tokens + $9, \
               cost_micro_usd = cost_micro_usd + $10, \
               attention = CASE WHEN CAST($11 AS BIGINT) = 1 THEN $12 ELSE attention END \
               WHERE owner_id = $1 AND run_id = $2";
    LEASES_DONE = concat!(
        "DELETE FROM lease WHERE lease_id IN ", numbers!("$1"), " AND NOT EXISTS \
         (SELECT 1 FROM overlay o WHERE o.lease_id = lease.lease_id AND o.status = 'claimed')"
    );
}

impl Db {
    /// A finished run takes no more writes, but what its late calls cost is still written down.
    pub(crate) async fn settle(&self, batch: SettleBatch) -> Result<Settled, StoreError> {
        let mut tx = self.begin().await?;
        let Some((status, rollup)) = runs::lock(&mut tx, batch.owner, batch.run_id).await? else {
            return Ok(Settled { stale: count(batch.blocks.len()), ..Settled::default() });
        };
        let mut settled = write_blocks(&mut tx, &batch).await?;
        let ended = calls_end(&mut tx, &batch).await?;
        run_add(&mut tx, &batch, settled, &ended).await?;
        if !batch.leases_done.is_empty() {
            sqlx::query(LEASES_DONE)
                .bind(json!(batch.leases_done).to_string())
                .execute(&mut *tx)
                .await?;
        }
        let mut after = status;
        let remaining = rollup.remaining().saturating_sub(settled.staged + settled.failed);
        if remaining == 0
            && let Ok(finished) = status.on(gloss_core_model::RunEvent::Finish)
        {
            after = finished;
            let ended = Some(batch.now.0);
            runs::set_status(&mut tx, batch.owner, batch.run_id, after, ended).await?;
        }
        settled.run_status = Some(after);
        tx.commit().await?;
        Ok(settled)
    }
}

async fn write_blocks(
    tx: &mut Transaction<'static, Driver>,
    batch: &SettleBatch,
) -> Result<Settled, StoreError> {
    let mut settled = Settled::default();
    if batch.blocks.is_empty() {
        return Ok(settled);
    }
    let rows: Vec<Value> = batch.blocks.iter().map(settle_row).collect();
    let written = sqlx::query(SETTLE)
        .bind(batch.owner.0)
        .bind(batch.run_id.0)
        .bind(clean(Value::Array(rows)).to_string())
        .fetch_all(&mut **tx)
        .await?;
    for row in &written {
        match (Columns { table: "overlay", row }).parse("status")? {
            OverlayStatus::AiComplete => settled.staged += 1,
            OverlayStatus::Failed => settled.failed += 1,
            _ => settled.returned += 1,
        }
    }
    settled.stale = count(batch.blocks.len()).saturating_sub(count(written.len()));
    Ok(settled)
}

fn settle_row(block: &Settle) -> Value {
    let mut row = json!({
        "at_index": block.index,
        "fence": block.lease_id,
        "gen": block.generation,
        "to_status": OverlayStatus::Pending.as_str(),
        "answer": null,
        "attempt": 0,
        "deferral": 0,
        "due_at": null,
        "revised": 0,
        "keep_error": 0,
        "problem": null,
        "detail": null,
        "call_hex": block.call_id.map(|id| id.0.simple().to_string()),
    });
    match &block.to {
        SettleTo::Staged(answer) => {
            row["to_status"] = json!(OverlayStatus::AiComplete.as_str());
            row["answer"] = json!(answer);
            row["revised"] = json!(1);
        }
        SettleTo::Attempt { failed, kind, message } => {
            if *failed {
                row["to_status"] = json!(OverlayStatus::Failed.as_str());
            }
            row["attempt"] = json!(1);
            row["problem"] = json!(kind);
            row["detail"] = json!(message);
        }
        SettleTo::Deferred { not_before, kind, message } => {
            row["deferral"] = json!(1);
            row["due_at"] = json!(not_before.0);
            row["problem"] = json!(kind);
            row["detail"] = json!(message);
        }
        SettleTo::Released => row["keep_error"] = json!(1),
    }
    row
}

/// Ends the calls that had not ended yet, and answers with those: a batch that is written again,
/// because its first commit was never heard of, costs nothing twice.
async fn calls_end<'b>(
    tx: &mut Transaction<'static, Driver>,
    batch: &'b SettleBatch,
) -> Result<Vec<&'b CallEnd>, StoreError> {
    if batch.calls.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Value> = batch.calls.iter().map(call_row).collect();
    let rows = sqlx::query(CALLS_END)
        .bind(batch.owner.0)
        .bind(clean(Value::Array(rows)).to_string())
        .fetch_all(&mut **tx)
        .await?;
    let ended = rows.iter().map(|row| Columns { table: "llm_call", row }.uuid("call_id"));
    let ended = ended.collect::<Result<HashSet<_>, _>>()?;
    Ok(batch.calls.iter().filter(|call| ended.contains(&call.call_id.0)).collect())
}

fn call_row(call: &CallEnd) -> Value {
    json!({
        "call_hex": call.call_id.0.simple().to_string(),
        "latency": call.latency_ms,
        "ended": call.outcome,
        "problem": call.issue,
        "n_strays": call.strays,
        "input": call.spent.input_tokens,
        "output": call.spent.output_tokens,
        "written": call.spent.cache_write_tokens,
        "cached": call.spent.cache_read_tokens,
        "cost": call.spent.cost_micro_usd,
        "request": call.provider_request_id,
    })
}

async fn run_add(
    tx: &mut Transaction<'static, Driver>,
    batch: &SettleBatch,
    settled: Settled,
    ended: &[&CallEnd],
) -> Result<(), StoreError> {
    let sum = |of: fn(&Spent) -> u64| int(ended.iter().map(|call| of(&call.spent)).sum::<u64>());
    let attention = batch.attention;
    sqlx::query(RUN_ADD)
        .bind(batch.owner.0)
        .bind(batch.run_id.0)
        .bind(i64::from(settled.staged))
        .bind(i64::from(settled.failed))
        .bind(int(ended.len()))
        .bind(sum(|s| s.input_tokens))
        .bind(sum(|s| s.output_tokens))
        .bind(sum(|s| s.cache_write_tokens))
        .bind(sum(|s| s.cache_read_tokens))
        .bind(sum(|s| s.cost_micro_usd))
        .bind(i64::from(attention.is_some()))
        .bind(attention.flatten().map(Attention::as_str))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
