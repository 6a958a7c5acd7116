//! Answers by what was asked, and what comparing packed answers with single ones has shown.

use gloss_core_model::{OwnerId, RunId};

use super::super::{Db, Tx, bind_rows, words};
use super::batch;
use super::row::Columns;
use crate::{FieldCheck, Known, Remembered, RunReport, StoreError};

statements! {
    /// An answer that a person has rejected, or is to be asked anew, is none.
    KNOWN = concat!(
        "SELECT m.memo_key, m.run_id, m.block_index, COALESCE(o.confirmed, o.staging) AS answer \
         FROM memo m JOIN overlay o ON o.owner_id = m.owner_id AND o.run_id = m.run_id \
         AND o.block_index = m.block_index WHERE m.owner_id = $1 AND ",
        among!("m.memo_key", "$2", TEXT), " AND o.status IN ('ai_complete', 'confirmed')"
    );
    /// The newest answer is the one to take.
    REMEMBER = concat!(
        "INSERT INTO memo (owner_id, memo_key, run_id, block_index) SELECT $1, r.memo, $2, r.place \
         FROM ", rows!("$3" memo TEXT, "$4" place BIGINT), " WHERE true ORDER BY r.memo \
         ON CONFLICT (owner_id, memo_key) DO UPDATE SET run_id = excluded.run_id, \
         block_index = excluded.block_index"
    );
    CHECKED = concat!(
        "INSERT INTO field_check (owner_id, run_id, field, asked, agreed) \
         SELECT $1, $2, r.name, r.n_asked, r.n_agreed FROM ",
        rows!("$3" name TEXT, "$4" n_asked BIGINT, "$5" n_agreed BIGINT),
        " WHERE true ORDER BY r.name ON CONFLICT (owner_id, run_id, field) DO UPDATE SET \
         asked = field_check.asked + excluded.asked, \
         agreed = field_check.agreed + excluded.agreed"
    );
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
    pub(crate) async fn memo_find(
        &self,
        owner: OwnerId,
        keys: Vec<String>,
    ) -> Result<Vec<Known>, StoreError> {
        let query = self.query(KNOWN).bind(owner.0).bind(words(keys));
        let rows = query.fetch_all(&mut *self.reading().await?).await?;
        let known = rows.iter().map(|row| {
            let columns = Columns { table: "memo", row };
            Ok(Known {
                key: columns.text("memo_key")?,
                run_id: RunId(columns.uuid("run_id")?),
                index: columns.u32("block_index")?,
                answer: columns.text("answer")?,
            })
        });
        known.collect()
    }

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

pub(super) async fn remember(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    answers: &[Remembered],
) -> Result<(), StoreError> {
    if answers.is_empty() {
        return Ok(());
    }
    let columns = vec![
        ("memo", batch::texts(answers, |a| &a.key)),
        ("place", batch::numbers(answers, |a| a.index.into())),
    ];
    let insert = tx.query(REMEMBER).bind(owner.0).bind(run.0);
    bind_rows(insert, columns).execute(&mut **tx).await?;
    Ok(())
}

pub(super) async fn checked(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    fields: &[FieldCheck],
) -> Result<(), StoreError> {
    if fields.is_empty() {
        return Ok(());
    }
    let columns = vec![
        ("name", batch::texts(fields, |f| &f.field)),
        ("n_asked", batch::numbers(fields, |f| f.asked.into())),
        ("n_agreed", batch::numbers(fields, |f| f.agreed.into())),
    ];
    let insert = tx.query(CHECKED).bind(owner.0).bind(run.0);
    bind_rows(insert, columns).execute(&mut **tx).await?;
    Ok(())
}
