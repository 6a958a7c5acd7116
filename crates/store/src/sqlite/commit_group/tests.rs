//! Stories of units that share a transaction, and of everything that can go wrong between them.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context, Waker};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};
use tokio::task::{JoinHandle, yield_now as let_others_run};

use super::{Tx, Writer};

mod failing;
mod random;

const PATIENCE: Duration = Duration::from_millis(50);

/// A database file of its own, and the number each unit writes.
struct House {
    writer: Writer,
    path: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

fn options(path: &PathBuf) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(true)
}

async fn house() -> House {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("gloss-group-{}-{}", std::process::id(), NUMBER.fetch_add(1, SeqCst));
    let path = std::env::temp_dir().join(name);
    let writer = Writer::connect(options(&path), PATIENCE).await.unwrap();
    let tables = "CREATE TABLE unit (n INTEGER PRIMARY KEY, filler BLOB); \
                  CREATE TABLE child (n INTEGER PRIMARY KEY, unit INTEGER \
                  REFERENCES unit (n) DEFERRABLE INITIALLY DEFERRED)";
    sqlx::raw_sql(tables).execute(writer.pool()).await.unwrap();
    House { writer, path }
}

impl House {
    /// What another connection sees.
    async fn seen(&self) -> Vec<i64> {
        let mut reader = SqliteConnection::connect_with(&options(&self.path)).await.unwrap();
        sqlx::query_scalar("SELECT n FROM unit ORDER BY n").fetch_all(&mut reader).await.unwrap()
    }

    /// A unit that stands in line behind who has the turn now.
    async fn wait_in_line(&self) -> JoinHandle<Tx> {
        let n_before = self.writer.line().waiting.len();
        let writer = self.writer.clone();
        let unit = tokio::spawn(async move { writer.begin().await.unwrap() });
        while self.writer.line().waiting.len() == n_before {
            let_others_run().await;
        }
        unit
    }

    async fn unit(&self, n: i64) -> Tx {
        let mut tx = self.writer.begin().await.unwrap();
        write(&mut tx, n).await.unwrap();
        tx
    }
}

async fn write(tx: &mut Tx, n: i64) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO unit (n) VALUES ($1)").bind(n).execute(&mut **tx).await.map(drop)
}

/// Commits in a task, up to where it waits for the others.
async fn committing(tx: Tx) -> JoinHandle<Result<(), sqlx::Error>> {
    let commit = tokio::spawn(tx.commit());
    let_others_run().await;
    commit
}

#[tokio::test]
async fn a_unit_alone_commits_at_once() {
    let house = house().await;
    house.unit(1).await.commit().await.unwrap();
    assert_eq!(house.seen().await, [1]);
    drop(house.unit(2).await);
    house.unit(3).await.rollback().await.unwrap();
    house.unit(4).await.commit().await.unwrap();
    assert_eq!(house.seen().await, [1, 4]);
}

#[tokio::test]
async fn two_units_share_one_commit() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    write(&mut second, 2).await.unwrap();
    assert!(!first.is_finished(), "nobody is told before the COMMIT");
    assert_eq!(house.seen().await, [0; 0], "nobody sees it either");
    second.commit().await.unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(house.seen().await, [1, 2]);
}

#[tokio::test]
async fn a_dropped_unit_in_the_middle_takes_only_its_own_work() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let third = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    write(&mut second, 2).await.unwrap();
    drop(second);
    let mut third = third.await.unwrap();
    write(&mut third, 3).await.unwrap();
    third.commit().await.unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(house.seen().await, [1, 3]);
}

#[tokio::test]
async fn a_dropped_last_unit_leaves_the_others_committed() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    write(&mut second, 2).await.unwrap();
    drop(second);
    first.await.unwrap().unwrap();
    assert_eq!(house.seen().await, [1]);
}

#[tokio::test]
async fn a_dropped_first_unit_lets_the_next_one_begin_anew() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    drop(first);
    let mut second = second.await.unwrap();
    write(&mut second, 2).await.unwrap();
    second.commit().await.unwrap();
    assert_eq!(house.seen().await, [2]);
}

/// What a unit has read and answers with must be durable too, though it wrote nothing itself.
#[tokio::test]
async fn a_rolled_back_unit_waits_for_what_it_may_have_read() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let third = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    write(&mut second, 2).await.unwrap();
    let second = tokio::spawn(second.rollback());
    let third = third.await.unwrap();
    assert!(!second.is_finished());
    third.commit().await.unwrap();
    second.await.unwrap().unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(house.seen().await, [1]);
}

/// The waiter goes away in the line, with the turn in its hands, and inside its SAVEPOINT.
#[tokio::test]
async fn a_dropped_waiter_does_not_keep_the_others_waiting() {
    for polls_after_the_turn in [None, Some(0), Some(1)] {
        let house = house().await;
        let first = house.unit(1).await;
        let mut cx = Context::from_waker(Waker::noop());
        let mut waiter = Box::pin(house.writer.begin());
        assert!(waiter.as_mut().poll(&mut cx).is_pending());
        let first = match polls_after_the_turn {
            None => {
                drop(waiter);
                committing(first).await
            }
            Some(polls) => {
                let first = committing(first).await;
                for _ in 0..polls {
                    drop(waiter.as_mut().poll(&mut cx));
                }
                drop(waiter);
                first
            }
        };
        first.await.unwrap().unwrap();
        house.unit(2).await.commit().await.unwrap();
        assert_eq!(house.seen().await, [1, 2]);
    }
}

/// A BEGIN that nobody waits for any more must not stay open.
#[tokio::test]
async fn a_dropped_begin_is_rolled_back() {
    let house = house().await;
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..20 {
        let mut begin = pin!(house.writer.begin());
        if begin.as_mut().poll(&mut cx).is_pending() {
            let_others_run().await;
            drop(begin.as_mut().poll(&mut cx));
        }
    }
    house.unit(1).await.commit().await.unwrap();
    assert_eq!(house.seen().await, [1]);
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_still_happens() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    committing(first).await.abort();
    second.await.unwrap().commit().await.unwrap();
    assert_eq!(house.seen().await, [1]);
}

#[tokio::test]
async fn a_group_commits_at_64_units_though_others_wait() {
    let house = house().await;
    let first = house.unit(1).await;
    let mut others = Vec::new();
    for _ in 2..=65 {
        others.push(house.wait_in_line().await);
    }
    let last = others.pop().unwrap();
    let others: Vec<_> = others
        .into_iter()
        .map(|unit| tokio::spawn(async move { unit.await.unwrap().commit().await }))
        .collect();
    first.commit().await.unwrap();
    assert_eq!(house.seen().await, [1], "the 65th has not committed, and nobody waited for it");
    for other in others {
        other.await.unwrap().unwrap();
    }
    last.await.unwrap().commit().await.unwrap();
}

/// The one connection of an in-memory database serves readers as well: between two groups.
#[tokio::test]
async fn in_memory_a_reader_never_sees_half_a_group() {
    let writer = Writer::connect("sqlite::memory:".parse().unwrap(), PATIENCE).await.unwrap();
    let table = "CREATE TABLE unit (n INTEGER PRIMARY KEY)";
    sqlx::raw_sql(table).execute(writer.pool()).await.unwrap();
    let mut tx = writer.begin().await.unwrap();
    write(&mut tx, 1).await.unwrap();
    let pool = writer.pool().clone();
    let reader = tokio::spawn(async move {
        sqlx::query_scalar::<_, i64>("SELECT n FROM unit").fetch_all(&pool).await.unwrap()
    });
    let_others_run().await;
    drop(tx);
    assert_eq!(reader.await.unwrap(), [0; 0]);
}

#[tokio::test]
async fn closing_waits_for_the_open_group() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let first = committing(first).await;
    let pool = house.writer.pool().clone();
    let closed = tokio::spawn(async move { pool.close().await });
    let_others_run().await;
    second.await.unwrap().commit().await.unwrap();
    first.await.unwrap().unwrap();
    closed.await.unwrap();
    assert!(matches!(house.writer.begin().await, Err(sqlx::Error::PoolClosed)));
    assert_eq!(house.seen().await, [1]);
}

#[test]
fn without_a_runtime_an_open_unit_is_undone() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let first = runtime();
    let house = first.block_on(house());
    let (tx, waiting) = first.block_on(async {
        let tx = house.unit(1).await;
        (tx, house.wait_in_line().await)
    });
    drop(tx);
    drop(first);
    drop(waiting);
    let seen = runtime().block_on(house.seen());
    assert_eq!(seen, [0; 0]);
}
