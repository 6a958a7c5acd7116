//! PostgreSQL without us: a pool like the store's, and its statements.

use std::str::FromStr;
use std::time::Duration;

use gloss_core_model::RunId;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::{Acquire, Postgres, Row, Transaction};
use uuid::Uuid;

use super::Sql;
use crate::queue::house::{OWNER, answer};
use crate::queue::load::Worker;
use crate::queue::ours::LEASE_MS;

/// As many as the store has.
const CONNECTIONS: u32 = 10;
const SLOTS: i64 = 16;

pub(in crate::queue) async fn pool(url: &str, connections: Option<u32>) -> PgPool {
    let options = PgConnectOptions::from_str(url)
        .expect("a URL")
        .application_name("gloss")
        .options([("statement_timeout", "60s"), ("idle_in_transaction_session_timeout", "5s")]);
    PgPoolOptions::new()
        .max_connections(connections.unwrap_or(CONNECTIONS))
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .expect("connects")
}

pub(in crate::queue) struct Bare {
    pool: PgPool,
    /// Kept by the worker, where the pool itself is not to be measured.
    own: Option<PoolConnection<Postgres>>,
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
        hold: bool,
    ) -> Vec<Self> {
        let mut crew = Vec::new();
        for i in 0..n {
            let own = if hold { Some(pool.acquire().await.expect("connects")) } else { None };
            crew.push(Self {
                pool: pool.clone(),
                own,
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

    async fn begin(&mut self) -> Transaction<'_, Postgres> {
        match &mut self.own {
            Some(connection) => connection.begin().await.expect("begins"),
            None => self.pool.begin().await.expect("begins"),
        }
    }
}

impl Worker for Bare {
    type Held = Held;

    async fn claim(&mut self, batch: u32) -> Option<Held> {
        let (sql, run, name, from) = (self.sql, self.run, self.name.clone(), self.from);
        let mut tx = self.begin().await;
        let query = sqlx::query(sql.run_still).bind(OWNER.0).bind(run);
        let still = query.fetch_one(&mut *tx).await.expect("the run");
        let conv_uid: String = still.get(0);
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
        let query = sqlx::query(sql.content).bind(OWNER.0).bind(conv_uid).bind(&indexes);
        let contents = query.fetch_all(&mut *tx).await.expect("contents");
        assert_eq!(contents.len(), indexes.len());
        tx.commit().await.expect("commits");
        self.from = indexes[0];
        Some(Held { lease_id, indexes })
    }

    async fn settle(&mut self, held: Held) -> u64 {
        let (sql, run, n, from) = (self.sql, self.run, held.indexes.len(), self.from);
        let answers = std::mem::take(&mut self.answers);
        let generations = std::mem::take(&mut self.generations);
        let calls = std::mem::take(&mut self.calls);
        let mut tx = self.begin().await;
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
