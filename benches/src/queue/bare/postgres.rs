//! PostgreSQL without us: connections like the store's, and its statements.

use std::str::FromStr;
use std::time::Duration;

use gloss_core_model::RunId;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::{Connection, Postgres, Row};
use uuid::Uuid;

use super::Sql;
use crate::queue::house::{OWNER, answer};
use crate::queue::load::Worker;
use crate::queue::ours::LEASE_MS;

/// One for each worker: lending is none of the statements' business.
const CONNECTIONS: u32 = 20;
const SLOTS: i64 = 16;
/// As the store's.
const SESSION: [(&str, &str); 5] = [
    ("statement_timeout", "60s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
];

pub(in crate::queue) async fn pool(url: &str) -> PgPool {
    let options =
        PgConnectOptions::from_str(url).expect("a URL").application_name("gloss").options(SESSION);
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .expect("connects")
}

pub(in crate::queue) struct Bare {
    connection: PoolConnection<Postgres>,
    sql: Sql,
    run: Uuid,
    name: String,
    answers: Vec<String>,
    generations: Vec<i64>,
    calls: Vec<Option<Uuid>>,
    /// Nothing below is pending: all that was went into the last claim, or to others.
    from: i64,
}

/// A lease and what it holds.
pub(in crate::queue) struct Held {
    lease_id: i64,
    indexes: Vec<i64>,
}

impl Bare {
    pub(in crate::queue) async fn crew(
        pool: &PgPool,
        sql: Sql,
        run_id: RunId,
        n: usize,
        batch: u32,
    ) -> Vec<Self> {
        let mut crew = Vec::new();
        for i in 0..n {
            crew.push(Self {
                connection: pool.acquire().await.expect("connects"),
                sql,
                run: run_id.0,
                name: format!("bench-{i}"),
                answers: vec![answer(); batch as usize],
                generations: vec![0; batch as usize],
                calls: vec![None; batch as usize],
                from: 0,
            });
        }
        crew
    }
}

impl Worker for Bare {
    type Held = Held;

    async fn claim(&mut self, batch: u32) -> Option<Held> {
        let (sql, run, name, from) = (self.sql, self.run, self.name.clone(), self.from);
        let mut tx = self.connection.begin().await.expect("begins");
        let query = sqlx::query(sql.lease_insert).bind(OWNER.0).bind(run).bind(name);
        let lease = query.bind(LEASE_MS).fetch_one(&mut *tx).await.expect("a lease");
        let lease_id: i64 = lease.get(0);
        let query = sqlx::query(sql.claim).bind(OWNER.0).bind(run).bind(lease_id);
        let query = query.bind(1i64).bind(i64::from(batch));
        let query = if sql.claims_from() { query.bind(from) } else { query };
        let rows = query.fetch_all(&mut *tx).await.expect("claims");
        if rows.is_empty() {
            tx.rollback().await.expect("rolls back");
            return None;
        }
        let index = |row: &PgRow| row.get::<i64, _>("block_index");
        let mut indexes: Vec<i64> = rows.iter().map(index).collect();
        indexes.sort_unstable();
        tx.commit().await.expect("commits");
        self.from = indexes[0];
        Some(Held { lease_id, indexes })
    }

    async fn settle(&mut self, held: Held) -> u64 {
        let (sql, run, n, from) = (self.sql, self.run, held.indexes.len(), self.from);
        let answers = std::mem::take(&mut self.answers);
        let generations = std::mem::take(&mut self.generations);
        let calls = std::mem::take(&mut self.calls);
        let mut tx = self.connection.begin().await.expect("begins");
        let query = sqlx::query(sql.run_shared).bind(OWNER.0).bind(run);
        query.fetch_one(&mut *tx).await.expect("the run");
        let query = sqlx::query(sql.any_pending).bind(OWNER.0).bind(run);
        let query = if sql.asks_from() { query.bind(from) } else { query };
        query.fetch_optional(&mut *tx).await.expect("asks");
        let query = sqlx::query(sql.stage).bind(OWNER.0).bind(run).bind(&held.indexes);
        let query = query.bind(vec![held.lease_id; n]).bind(&generations[..n]);
        let query = query.bind(&answers[..n]).bind(&calls[..n]);
        let staged = query.execute(&mut *tx).await.expect("stages").rows_affected();
        assert_eq!(staged, n as u64, "nobody else can hold them");
        let query = sqlx::query(sql.add).bind(OWNER.0).bind(run).bind(held.lease_id % SLOTS);
        let zeros = (0..8).fold(query.bind(n as i64), |query, _| query.bind(0i64));
        zeros.execute(&mut *tx).await.expect("counts");
        let query = sqlx::query(sql.leases_done).bind(vec![held.lease_id]);
        query.execute(&mut *tx).await.expect("ends the lease");
        tx.commit().await.expect("commits");
        (self.answers, self.generations, self.calls) = (answers, generations, calls);
        staged
    }
}
