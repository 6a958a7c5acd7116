//! The store's rules as queries: what `gloss doctor` asks of any database.

use super::super::{Db, DbRow};
use super::row::Columns;
use super::tally::slot_sums;
use crate::{StoreError, Violation};

/// Rows per broken rule that are worth reading.
macro_rules! first_few {
    () => {
        " ORDER BY 1 LIMIT 20"
    };
}

statements! {
    ROLLUP = concat!(
        "SELECT ", uuid_text!("r.run_id"), " AS detail FROM run r LEFT JOIN ", slot_sums!(""), " \
         ON t.owner_id = r.owner_id AND t.run_id = r.run_id LEFT JOIN (\
         SELECT owner_id, run_id, count(*) AS n, \
         count(CASE WHEN status IN ('ai_complete', 'confirmed') THEN 1 END) AS completed, \
         count(CASE WHEN status = 'failed' THEN 1 END) AS failed, \
         count(CASE WHEN status = 'skipped' THEN 1 END) AS skipped \
         FROM overlay GROUP BY owner_id, run_id) o \
         ON o.owner_id = r.owner_id AND o.run_id = r.run_id \
         WHERE t.run_id IS NULL OR r.total <> COALESCE(o.n, 0) OR t.completed <> o.completed OR t.failed <> o.failed \
         OR r.skipped <> o.skipped", first_few!()
    );
    FINISHED = concat!(
        "SELECT ", uuid_text!("r.run_id"), " AS detail FROM run r JOIN ", slot_sums!(""), " \
         ON t.owner_id = r.owner_id AND t.run_id = r.run_id \
         WHERE (r.status = 'complete') <> (r.total = t.completed + t.failed + r.skipped) \
         AND r.status IN ('running', 'complete')", first_few!()
    );
    LEASED = concat!(
        "SELECT ", uuid_text!("o.run_id"), " || ' block ' || CAST(o.block_index AS TEXT) AS detail \
         FROM overlay o LEFT JOIN lease l ON l.lease_id = o.lease_id \
         JOIN run r ON r.owner_id = o.owner_id AND r.run_id = o.run_id \
         WHERE o.status = 'claimed' AND (l.lease_id IS NULL OR l.run_id <> o.run_id OR l.owner_id <> o.owner_id \
         OR r.status <> 'running')", first_few!()
    );
    ANSWERED = concat!(
        "SELECT ", uuid_text!("run_id"), " || ' block ' || CAST(block_index AS TEXT) AS detail \
         FROM overlay WHERE (status = 'ai_complete' AND staging IS NULL) \
         OR (status = 'confirmed' AND confirmed IS NULL) \
         OR (status = 'pending' AND staging IS NOT NULL)", first_few!()
    );
    SPENT = concat!(
        "SELECT ", uuid_text!("t.run_id"), " AS detail FROM ", slot_sums!(""), " LEFT JOIN (\
         SELECT owner_id, run_id, count(CASE WHEN outcome <> 'started' THEN 1 END) AS calls, \
         CAST(sum(CASE WHEN outcome <> 'started' THEN cost_micro_usd ELSE 0 END) AS BIGINT) \
         AS cost, \
         CAST(sum(CASE WHEN outcome = 'started' THEN reserved_micro_usd ELSE 0 END) AS BIGINT) \
         AS reserved, CAST(sum(input_tokens) AS BIGINT) AS input, \
         CAST(sum(output_tokens) AS BIGINT) AS output FROM llm_call GROUP BY owner_id, run_id) c \
         ON c.owner_id = t.owner_id AND c.run_id = t.run_id \
         WHERE t.calls <> COALESCE(c.calls, 0) OR t.cost_micro_usd <> COALESCE(c.cost, 0) \
         OR t.reserved_micro_usd <> COALESCE(c.reserved, 0) \
         OR t.input_tokens <> COALESCE(c.input, 0) OR t.output_tokens <> COALESCE(c.output, 0)", first_few!()
    );
    BUDGET = concat!(
        "SELECT ", uuid_text!("r.run_id"), " AS detail FROM run r JOIN ", slot_sums!(""), " \
         ON t.owner_id = r.owner_id AND t.run_id = r.run_id \
         WHERE t.cost_micro_usd + t.reserved_micro_usd > r.budget_micro_usd", first_few!()
    );
    /// A started call is answered or, when its lease runs out, given up.
    OPEN_CALLS = concat!(
        "SELECT ", uuid_text!("c.call_id"), " AS detail FROM llm_call c \
         LEFT JOIN lease l ON l.lease_id = c.lease_id \
         WHERE c.outcome = 'started' AND l.lease_id IS NULL", first_few!()
    );
    ENDED = concat!(
        "SELECT ", uuid_text!("run_id"), " AS detail FROM run \
         WHERE (status = 'running') <> (completed_at IS NULL) \
         OR (status <> 'running' AND attention IS NOT NULL)", first_few!()
    );
    ASKED = concat!(
        "SELECT ", uuid_text!("o.run_id"), " || ' block ' || CAST(o.block_index AS TEXT) AS detail \
         FROM overlay o LEFT JOIN llm_call c ON c.owner_id = o.owner_id AND c.run_id = o.run_id \
         AND c.call_id = o.call_id WHERE o.call_id IS NOT NULL AND c.call_id IS NULL", first_few!()
    );
    REMEMBERED = concat!(
        "SELECT ", uuid_text!("h.run_id"), " || ' block ' || CAST(h.block_index AS TEXT) AS detail \
         FROM overlay_history h LEFT JOIN overlay o ON o.owner_id = h.owner_id \
         AND o.run_id = h.run_id AND o.block_index = h.block_index \
         WHERE o.revision IS NULL OR h.revision > o.revision", first_few!()
    );
    BLOCKS = concat!(
        "SELECT c.conv_uid AS detail FROM conversion c LEFT JOIN (\
         SELECT owner_id, conv_uid, count(*) AS n, max(block_index) AS last \
         FROM block GROUP BY owner_id, conv_uid) b \
         ON b.owner_id = c.owner_id AND b.conv_uid = c.conv_uid \
         WHERE b.n IS NULL OR b.n <> c.total_blocks OR b.last + 1 <> c.total_blocks", first_few!()
    );
    SHARED_BLOCKS = concat!(
        "SELECT c.conv_uid AS detail FROM conversion c \
         WHERE NOT EXISTS (SELECT 1 FROM document d WHERE d.owner_id = c.owner_id \
         AND d.conv_uid = c.conv_uid) AND NOT EXISTS (SELECT 1 FROM run r \
         WHERE r.owner_id = c.owner_id AND r.conv_uid = c.conv_uid)", first_few!()
    );
    /// What is not held to its run by a foreign key.
    LEFT_BEHIND = concat!(
        "SELECT 'lease ' || CAST(l.lease_id AS TEXT) AS detail FROM lease l LEFT JOIN run r \
         ON r.owner_id = l.owner_id AND r.run_id = l.run_id WHERE r.run_id IS NULL \
         UNION ALL SELECT 'memo ' || m.memo_key FROM memo m LEFT JOIN overlay o \
         ON o.owner_id = m.owner_id AND o.run_id = m.run_id AND o.block_index = m.block_index \
         WHERE o.run_id IS NULL", first_few!()
    );
}

const RULES: &[(&str, &str)] = &[
    ("a run's counts equal a recount of its overlays", ROLLUP),
    ("a run is complete exactly when no block is open", FINISHED),
    ("a claimed block has a lease of its own running run", LEASED),
    ("a staged or confirmed block has an answer, a pending one has none", ANSWERED),
    ("a run's cost and reservation equal the sums over its calls", SPENT),
    ("a run never spends and reserves more than its budget", BUDGET),
    ("a call under way belongs to a lease", OPEN_CALLS),
    ("a run has ended, and waits for nobody, exactly when it is not running", ENDED),
    ("an answer came from a call of its run", ASKED),
    ("history leads up to the block's revision", REMEMBERED),
    ("a conversion has all its blocks, numbered without gaps", BLOCKS),
    ("a conversion is that of a document or of a run", SHARED_BLOCKS),
    ("what belongs to a run goes with it", LEFT_BEHIND),
];

impl Db {
    pub(crate) async fn check(&self) -> Result<Vec<Violation>, StoreError> {
        let mut violations = Vec::new();
        for (rule, sql) in RULES {
            let rows: Vec<DbRow> = self.query(sql).fetch_all(&mut *self.reading().await?).await?;
            for row in &rows {
                let detail = Columns { table: "check", row }.text("detail")?;
                violations.push(Violation { rule, detail });
            }
        }
        Ok(violations)
    }
}
