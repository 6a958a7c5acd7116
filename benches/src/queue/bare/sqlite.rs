//! SQLite without us: one connection in a tight loop, every commit synced, and the statements.

use std::fmt::Write;
use std::str::FromStr;

use gloss_core_model::RunId;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Row};
use uuid::Uuid;

use super::Sql;
use crate::queue::house::{OWNER, answer};
use crate::queue::load::Worker;
use crate::queue::ours::LEASE_MS;

pub(in crate::queue) struct Bare {
    connection: SqliteConnection,
    sql: Sql,
    run: Uuid,
    /// The end of a row in the statement's JSON: the answer does not change.
    tail: String,
    /// Nothing below is pending: it went into the last claim.
    from: i64,
}

/// A lease and what it holds.
pub(in crate::queue) struct Held {
    lease_id: i64,
    indexes: Vec<i64>,
}

impl Bare {
    pub(in crate::queue) async fn new(url: &str, sql: Sql, run_id: RunId) -> Self {
        let options = SqliteConnectOptions::from_str(url)
            .expect("a URL")
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-16384")
            .pragma("wal_autocheckpoint", "4000")
            .foreign_keys(true);
        let connection = options.connect().await.expect("opens");
        let answer = serde_json::Value::from(answer());
        let tail = format!(r#""gen":0,"answer":{answer},"call":null}}"#);
        Self { connection, sql, run: run_id.0, tail, from: 0 }
    }

    async fn plain(&mut self, sql: &'static str) {
        sqlx::query(sql).execute(&mut self.connection).await.expect("a plain statement");
    }

    fn rows(&self, held: &Held) -> String {
        let mut rows = String::with_capacity(held.indexes.len() * (self.tail.len() + 40));
        for index in &held.indexes {
            let comma = if rows.is_empty() { '[' } else { ',' };
            let Held { lease_id, .. } = held;
            write!(rows, r#"{comma}{{"at_index":{index},"fence":{lease_id},{}"#, self.tail)
                .expect("a text grows");
        }
        rows.push(']');
        rows
    }
}

impl Worker for Bare {
    type Held = Held;

    async fn claim(&mut self, batch: u32) -> Option<Held> {
        let (sql, run) = (self.sql, self.run);
        self.plain("BEGIN IMMEDIATE").await;
        let query = sqlx::query(sql.lease_insert).bind(OWNER.0).bind(run).bind("bench");
        let lease = query.bind(LEASE_MS).fetch_one(&mut self.connection).await.expect("a lease");
        let lease_id: i64 = lease.get(0);
        let query = sqlx::query(sql.claim).bind(OWNER.0).bind(run).bind(lease_id);
        let query = query.bind(1i64).bind(i64::from(batch));
        let query = if sql.claims_from() { query.bind(self.from) } else { query };
        let rows = query.fetch_all(&mut self.connection).await.expect("claims");
        if rows.is_empty() {
            self.plain("ROLLBACK").await;
            return None;
        }
        let index = |row: &SqliteRow| row.get::<i64, _>("block_index");
        let mut indexes: Vec<i64> = rows.iter().map(index).collect();
        indexes.sort_unstable();
        self.plain("COMMIT").await;
        self.from = indexes[0];
        Some(Held { lease_id, indexes })
    }

    async fn settle(&mut self, held: Held) -> u64 {
        let (sql, run, n) = (self.sql, self.run, held.indexes.len());
        self.plain("BEGIN IMMEDIATE").await;
        let query = sqlx::query(sql.lock).bind(OWNER.0).bind(run);
        query.fetch_one(&mut self.connection).await.expect("the run");
        let rows = self.rows(&held);
        let query = sqlx::query(sql.stage).bind(OWNER.0).bind(run).bind(rows);
        let staged = query.execute(&mut self.connection).await.expect("stages").rows_affected();
        assert_eq!(staged, n as u64, "nobody else can hold them");
        let query = sqlx::query(sql.add).bind(OWNER.0).bind(run).bind(0i64).bind(n as i64);
        let zeros = (0..8).fold(query, |query, _| query.bind(0i64));
        zeros.execute(&mut self.connection).await.expect("counts");
        let query = sqlx::query(sql.leases_done).bind(format!("[{}]", held.lease_id));
        query.execute(&mut self.connection).await.expect("ends the lease");
        let query = sqlx::query(sql.sums).bind(OWNER.0).bind(run);
        query.fetch_one(&mut self.connection).await.expect("sums");
        self.plain("COMMIT").await;
        staged
    }
}
