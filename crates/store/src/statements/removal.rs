//! What goes with runs and documents, row by row: each statement names its rows by their whole
//! keys, so that none walks over what stays.

use gloss_core_model::OwnerId;
use uuid::Uuid;

use super::super::{Tx, ids, words};
use super::row::Columns;
use crate::{Deleted, StoreError};

/// Ids in one statement: bounds its size.
const IDS_PER_STATEMENT: usize = 100;

macro_rules! delete_of_runs {
    ($table:literal) => {
        concat!("DELETE FROM ", $table, " WHERE ", of_each!($table, "run_id", UUID))
    };
}

statements! {
    RUN_ANSWERS = concat!(
        "SELECT count(*) AS answers, count(CASE WHEN status = 'confirmed' THEN 1 END) AS confirmed \
         FROM overlay WHERE ", of_each!("overlay", "run_id", UUID),
        " AND status IN ('ai_complete', 'confirmed')"
    );
    /// A call that is still out counts at what it may cost: its answer will find no row.
    KEEP_SPENT = concat!(
        "INSERT INTO spent_on_deleted (owner_id, day, cost_micro_usd) \
         SELECT owner_id, started_at / 86400000, CAST(sum(CASE WHEN outcome = 'started' \
         THEN reserved_micro_usd ELSE cost_micro_usd END) AS BIGINT) FROM llm_call WHERE ",
        of_each!("llm_call", "run_id", UUID),
        " GROUP BY owner_id, started_at / 86400000 ON CONFLICT (owner_id, day) DO UPDATE SET \
         cost_micro_usd = spent_on_deleted.cost_micro_usd + excluded.cost_micro_usd"
    );
    /// In the order in which settles write them: each then waits for the other's commit, once.
    MEMO_LOCK = concat!(
        "SELECT count(*) AS n FROM (SELECT memo_key FROM memo WHERE ",
        of_each!("memo", "run_id", UUID), " ORDER BY memo_key", for_update!(), ") AS locked"
    );
    DELETE_MEMO = delete_of_runs!("memo");
    /// In the order in which they are renewed, for the same reason.
    LEASE_LOCK = concat!(
        "SELECT count(*) AS n FROM (SELECT lease_id FROM lease WHERE owner_id = $1 AND ",
        among_ids!("run_id"), " ORDER BY lease_id", for_update!(), ") AS locked"
    );
    /// Leases and prefixes are few, and others write them.
    DELETE_LEASES = concat!(
        "DELETE FROM lease WHERE owner_id = $1 AND ", among_ids!("run_id")
    );
    DELETE_PREFIX = concat!(
        "DELETE FROM cached_prefix WHERE owner_id = $1 AND ", among_ids!("lead_run")
    );
    DELETE_HISTORY = delete_of_runs!("overlay_history");
    DELETE_OVERLAYS = delete_of_runs!("overlay");
    DELETE_CALLS = delete_of_runs!("llm_call");
    DELETE_CHECKS = delete_of_runs!("field_check");
    DELETE_TALLY = delete_of_runs!("run_tally");
    DELETE_RUNS = delete_of_runs!("run");
    DELETE_DOCUMENTS = concat!(
        "DELETE FROM document WHERE ", of_each!("document", "document_id", UUID)
    );
    /// Conversions are shared by documents with the same content, and runs keep theirs.
    CONVERSIONS_UNUSED = concat!(
        "SELECT conv_uid FROM conversion WHERE ", of_each!("conversion", "conv_uid", TEXT),
        " AND (SELECT 1 FROM document d WHERE d.owner_id = $1 \
         AND d.conv_uid = conversion.conv_uid LIMIT 1) IS NULL \
         AND (SELECT 1 FROM run r WHERE r.owner_id = $1 \
         AND r.conv_uid = conversion.conv_uid LIMIT 1) IS NULL"
    );
    DELETE_BLOCKS = concat!("DELETE FROM block WHERE ", of_each!("block", "conv_uid", TEXT));
    DELETE_CONVERSIONS = concat!(
        "DELETE FROM conversion WHERE ", of_each!("conversion", "conv_uid", TEXT)
    );
}

/// Children before parents, as the foreign keys want it.
const WITH_RUNS: [&str; 11] = [
    KEEP_SPENT,
    MEMO_LOCK,
    DELETE_MEMO,
    LEASE_LOCK,
    DELETE_LEASES,
    DELETE_PREFIX,
    DELETE_HISTORY,
    DELETE_OVERLAYS,
    DELETE_CALLS,
    DELETE_CHECKS,
    DELETE_TALLY,
];

/// What is to go: runs that nobody works on and that the caller has locked, documents without any
/// other, and the conversions that may lose their last user by that.
#[derive(Debug)]
pub(super) struct Removal {
    pub(super) runs: Vec<Uuid>,
    pub(super) documents: Vec<Uuid>,
    pub(super) conversions: Vec<String>,
}

pub(super) async fn remove(
    tx: &mut Tx,
    owner: OwnerId,
    going: &Removal,
) -> Result<Deleted, StoreError> {
    let mut deleted = Deleted::default();
    for runs in going.runs.chunks(IDS_PER_STATEMENT) {
        let (answers, confirmed) = answers(tx, owner, runs).await?;
        deleted.answers += answers;
        deleted.confirmed += confirmed;
        for sql in WITH_RUNS {
            tx.query(sql).bind(owner.0).bind(ids(runs.to_vec())).execute(&mut **tx).await?;
        }
        let gone =
            tx.query(DELETE_RUNS).bind(owner.0).bind(ids(runs.to_vec())).execute(&mut **tx).await?;
        deleted.runs += gone.rows_affected();
    }
    for documents in going.documents.chunks(IDS_PER_STATEMENT) {
        let gone = tx.query(DELETE_DOCUMENTS).bind(owner.0).bind(ids(documents.to_vec()));
        deleted.documents += gone.execute(&mut **tx).await?.rows_affected();
    }
    for conversions in going.conversions.chunks(IDS_PER_STATEMENT) {
        remove_unused(tx, owner, conversions).await?;
    }
    Ok(deleted)
}

/// How many answers runs have, and how many of them people have confirmed.
pub(super) async fn answers(
    tx: &mut Tx,
    owner: OwnerId,
    runs: &[Uuid],
) -> Result<(u64, u64), StoreError> {
    let query = tx.query(RUN_ANSWERS).bind(owner.0).bind(ids(runs.to_vec()));
    let row = query.fetch_one(&mut **tx).await?;
    let columns = Columns { table: "overlay", row: &row };
    Ok((columns.u64("answers")?, columns.u64("confirmed")?))
}

async fn remove_unused(
    tx: &mut Tx,
    owner: OwnerId,
    conversions: &[String],
) -> Result<(), StoreError> {
    let query = tx.query(CONVERSIONS_UNUSED).bind(owner.0).bind(words(conversions.to_vec()));
    let rows = query.fetch_all(&mut **tx).await?;
    let unused = rows.iter().map(|row| Columns { table: "conversion", row }.text("conv_uid"));
    let unused = unused.collect::<Result<Vec<_>, _>>()?;
    if unused.is_empty() {
        return Ok(());
    }
    for sql in [DELETE_BLOCKS, DELETE_CONVERSIONS] {
        tx.query(sql).bind(owner.0).bind(words(unused.clone())).execute(&mut **tx).await?;
    }
    Ok(())
}
