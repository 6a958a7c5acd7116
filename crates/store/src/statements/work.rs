//! Which runs have work, and when the next of it is due.

use gloss_core_model::{OwnerId, RunId, Timestamp};

use super::super::Db;
use super::row::Columns;
use crate::{RunWork, StoreError};

/// Runs that workers go round over at a time: the oldest of each owner.
const RUNS_PER_OWNER_MAX: u32 = 200;
const RUNS_MAX: u32 = 2000;

statements! {
    /// The oldest runs of every owner that have a block due, and how busy they are already. Those
    /// that wait for a person come last, so that they hide no other from a list that is cut.
    WITH_WORK = "WITH open_call AS MATERIALIZED (SELECT c.owner_id, c.run_id FROM llm_call c \
                 JOIN lease l ON l.lease_id = c.lease_id \
                 WHERE c.outcome = 'started' AND l.expires_at >= $3) \
                 SELECT w.owner_id, w.run_id, w.attention, \
                 (SELECT count(*) FROM open_call c WHERE c.owner_id = w.owner_id \
                 AND c.run_id = w.run_id) AS run_calls, \
                 (SELECT count(*) FROM open_call c WHERE c.owner_id = w.owner_id) AS owner_calls \
                 FROM (SELECT r.owner_id, r.run_id, r.attention, \
                 row_number() OVER (PARTITION BY r.owner_id \
                 ORDER BY CASE WHEN r.attention IS NULL THEN 0 ELSE 1 END, r.run_id) AS place \
                 FROM run r WHERE r.status = 'running' \
                 AND (CAST($1 AS TEXT) IS NULL OR r.run_id = $2) \
                 AND (SELECT o.block_index FROM overlay o WHERE o.run_id = r.run_id \
                 AND o.owner_id = r.owner_id AND o.status = 'pending' AND o.not_before <= $3 \
                 ORDER BY o.block_index + 0 LIMIT 1) IS NOT NULL) w \
                 WHERE w.place <= $4 ORDER BY w.place, w.owner_id LIMIT $5";
    /// One row of the index decides where something is due already.
    NEXT_DUE = "SELECT min(due) AS due FROM (\
                SELECT CASE WHEN (SELECT p.block_index FROM overlay p \
                WHERE p.owner_id = r.owner_id AND p.run_id = r.run_id AND p.status = 'pending' \
                AND p.not_before <= $3 ORDER BY p.block_index + 0 LIMIT 1) IS NOT NULL \
                THEN CAST($3 AS BIGINT) \
                ELSE (SELECT min(o.not_before) FROM overlay o WHERE o.owner_id = r.owner_id \
                AND o.run_id = r.run_id AND o.status = 'pending') END AS due \
                FROM run r WHERE r.status = 'running' \
                AND (CAST($1 AS TEXT) IS NULL OR r.run_id = $2) \
                UNION ALL SELECT min(expires_at) FROM lease \
                WHERE CAST($1 AS TEXT) IS NULL OR run_id = $2) AS moments";
}

impl Db {
    pub(crate) async fn runs_with_work(
        &self,
        only: Option<RunId>,
        now: Timestamp,
    ) -> Result<Vec<RunWork>, StoreError> {
        let rows = self
            .query(WITH_WORK)
            .bind(only.map(|id| id.to_string()))
            .bind(only.map_or(OwnerId::LOCAL.0, |id| id.0))
            .bind(now.0)
            .bind(i64::from(RUNS_PER_OWNER_MAX))
            .bind(i64::from(RUNS_MAX))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        let work = rows.iter().map(|row| {
            let columns = Columns { table: "run", row };
            Ok(RunWork {
                owner: OwnerId(columns.uuid("owner_id")?),
                run_id: RunId(columns.uuid("run_id")?),
                attention: columns.opt_parse("attention")?,
                run_calls: columns.u32("run_calls")?,
                owner_calls: columns.u32("owner_calls")?,
            })
        });
        work.collect()
    }

    pub(crate) async fn next_due(
        &self,
        only: Option<RunId>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = self
            .query(NEXT_DUE)
            .bind(only.map(|id| id.to_string()))
            .bind(only.map_or(OwnerId::LOCAL.0, |id| id.0))
            .bind(now.0)
            .fetch_one(&mut *self.reading().await?)
            .await?;
        Columns { table: "overlay", row: &row }.opt_time("due")
    }
}
