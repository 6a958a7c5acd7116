//! What a run's calls and overlays add up to, beside the counts of its row.

use gloss_core_model::{OwnerId, RunId};

use super::super::Db;
use super::row::Columns;
use crate::{FieldCheck, RunReport, StoreError};

statements! {
    CHECKS = "SELECT field, asked, agreed FROM field_check \
              WHERE owner_id = $1 AND run_id = $2 ORDER BY field";
    REUSED = "SELECT count(*) AS reused FROM overlay \
              WHERE owner_id = $1 AND run_id = $2 AND reused_from IS NOT NULL";
    /// Estimates are held against what the provider counted, where there was an answer to count.
    CALLS = "SELECT count(*) AS calls, \
             count(CASE WHEN depth > 0 THEN 1 END) AS splits, \
             count(CASE WHEN purpose = 'check' THEN 1 END) AS checks, \
             count(CASE WHEN cache_write_tokens > 0 THEN 1 END) AS writes, \
             count(CASE WHEN cache_read_tokens > 0 THEN 1 END) AS reads, \
             CAST(COALESCE(sum(strays), 0) AS BIGINT) AS strays, \
             CAST(COALESCE(sum(CASE WHEN output_tokens > 0 THEN estimated_input_tokens END), 0) \
             AS BIGINT) AS estimated_input, \
             CAST(COALESCE(sum(CASE WHEN output_tokens > 0 THEN estimated_output_tokens END), 0) \
             AS BIGINT) AS estimated_output \
             FROM llm_call WHERE owner_id = $1 AND run_id = $2";
    FAILURES = "SELECT COALESCE(error_message, error_kind, '') AS why, count(*) AS blocks \
                FROM overlay WHERE owner_id = $1 AND run_id = $2 AND status = 'failed' \
                GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3";
    OUTCOMES = "SELECT outcome, count(*) AS calls FROM llm_call \
                WHERE owner_id = $1 AND run_id = $2 GROUP BY outcome ORDER BY outcome";
}

impl Db {
    pub(crate) async fn run_report(
        &self,
        owner: OwnerId,
        run: RunId,
    ) -> Result<RunReport, StoreError> {
        let of_run = |sql: &'static str| self.query(sql).bind(owner.0).bind(run.0);
        let mut reading = self.reading().await?;
        let reused = of_run(REUSED).fetch_one(&mut *reading).await?;
        let calls = of_run(CALLS).fetch_one(&mut *reading).await?;
        let calls = Columns { table: "llm_call", row: &calls };
        let outcomes = of_run(OUTCOMES).fetch_all(&mut *reading).await?;
        let outcomes = outcomes.iter().map(|row| {
            let columns = Columns { table: "llm_call", row };
            Ok((columns.text("outcome")?, columns.u64("calls")?))
        });
        let failures = of_run(FAILURES).fetch_all(&mut *reading).await?;
        let failures = failures.iter().map(|row| {
            let columns = Columns { table: "overlay", row };
            Ok((columns.text("why")?, columns.u64("blocks")?))
        });
        let checks = of_run(CHECKS).fetch_all(&mut *reading).await?;
        let checks = checks.iter().map(|row| {
            let columns = Columns { table: "field_check", row };
            Ok(FieldCheck {
                field: columns.text("field")?,
                asked: columns.u32("asked")?,
                agreed: columns.u32("agreed")?,
            })
        });
        Ok(RunReport {
            reused_blocks: Columns { table: "overlay", row: &reused }.u32("reused")?,
            calls: calls.u64("calls")?,
            splits: calls.u64("splits")?,
            checks: calls.u64("checks")?,
            cache_writes: calls.u64("writes")?,
            cache_reads: calls.u64("reads")?,
            strays: calls.u64("strays")?,
            estimated_input_tokens: calls.u64("estimated_input")?,
            estimated_output_tokens: calls.u64("estimated_output")?,
            outcomes: outcomes.collect::<Result<_, StoreError>>()?,
            failures: failures.collect::<Result<_, StoreError>>()?,
            fields: checks.collect::<Result<_, StoreError>>()?,
        })
    }
}
