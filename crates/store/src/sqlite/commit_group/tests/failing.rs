//! Failures: who hears of them, and that nothing is acknowledged that is not there.

use sqlx::{Connection, SqliteConnection};

use super::{committing, house, let_others_run, options, write};

#[tokio::test]
async fn a_panic_undoes_its_own_unit_only() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let panicking = tokio::spawn(async move {
        let mut second = second.await.unwrap();
        write(&mut second, 2).await.unwrap();
        std::panic::resume_unwind(Box::new("in the middle of a unit"));
    });
    committing(first).await.await.unwrap().unwrap();
    assert!(panicking.await.unwrap_err().is_panic());
    house.unit(3).await.commit().await.unwrap();
    assert_eq!(house.seen().await, [1, 3]);
}

#[tokio::test]
async fn a_failed_statement_leaves_the_others_alone() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    write(&mut second, 2).await.unwrap();
    let twice = write(&mut second, 1).await.unwrap_err();
    assert!(twice.as_database_error().unwrap().is_unique_violation());
    drop(second);
    first.await.unwrap().unwrap();
    assert_eq!(house.seen().await, [1]);
}

/// A deferred foreign key is checked by COMMIT.
#[tokio::test]
async fn a_failed_commit_is_told_to_all() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    sqlx::query("INSERT INTO child VALUES (1, 77)").execute(&mut *second).await.unwrap();
    for outcome in [second.commit().await, first.await.unwrap()] {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("FOREIGN KEY constraint failed"), "{error}");
    }
    assert_eq!(house.seen().await, [0; 0]);
    house.unit(3).await.commit().await.unwrap();
    assert_eq!(house.seen().await, [3]);
}

/// SQLite rolls the whole transaction back by itself, and so also what was done before.
#[tokio::test]
async fn a_full_disk_in_one_unit_is_told_to_all() {
    let house = house().await;
    let mut first = house.unit(1).await;
    sqlx::query("PRAGMA max_page_count = 20").execute(&mut *first).await.unwrap();
    let second = house.wait_in_line().await;
    let third = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    let filled = sqlx::query("INSERT INTO unit VALUES (2, zeroblob(1000000))");
    let full = filled.execute(&mut *second).await.unwrap_err().to_string();
    assert!(full.contains("database or disk is full"), "{full}");
    drop(second);
    let lost = first.await.unwrap().unwrap_err().to_string();
    assert!(lost.contains("the failure of one unit has undone the group"), "{lost}");
    let mut third = third.await.unwrap();
    write(&mut third, 3).await.unwrap();
    third.commit().await.unwrap();
    assert_eq!(house.seen().await, [3]);
}

/// After such an error each further statement would commit by itself.
#[tokio::test]
async fn a_unit_that_goes_on_after_a_lost_transaction_writes_nothing() {
    let house = house().await;
    let first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    let losing = "INSERT OR ROLLBACK INTO unit (n) VALUES (1)";
    assert!(sqlx::query(losing).execute(&mut *second).await.is_err());
    assert!(write(&mut second, 2).await.is_err());
    assert!(second.commit().await.is_err());
    assert!(first.await.unwrap().is_err());
    house.unit(4).await.commit().await.unwrap();
    assert_eq!(house.seen().await, [4]);
}

/// Not noticed by the unit, because it had stopped listening.
#[tokio::test]
async fn a_transaction_lost_behind_a_units_back_is_told_to_it() {
    let house = house().await;
    let mut first = house.unit(1).await;
    let second = house.wait_in_line().await;
    let losing = "INSERT OR ROLLBACK INTO unit (n) VALUES (1)";
    let _ = sqlx::query(losing).execute(&mut *first).await;
    let first = committing(first).await;
    let mut second = second.await.unwrap();
    assert!(first.await.unwrap().is_err());
    write(&mut second, 2).await.unwrap();
    second.commit().await.unwrap();
    assert_eq!(house.seen().await, [2]);
}

#[tokio::test]
async fn a_unit_cannot_end_the_transaction_by_itself() {
    for sql in ["COMMIT", "ROLLBACK", "RELEASE unit; RELEASE unit"] {
        let house = house().await;
        let first = house.unit(1).await;
        let second = house.wait_in_line().await;
        let first = committing(first).await;
        let mut second = second.await.unwrap();
        let _ = sqlx::raw_sql(sql).execute(&mut *second).await;
        let outcomes = [second.commit().await.is_ok(), first.await.unwrap().is_ok()];
        let seen = house.seen().await;
        assert_eq!(outcomes, [!seen.is_empty(); 2], "{sql} and {seen:?}");
        house.unit(3).await.commit().await.unwrap();
    }
}

/// Another process holds the write lock: only who tries to begin hears of it, each for itself.
#[tokio::test]
async fn a_locked_database_fails_the_unit_that_begins() {
    let house = house().await;
    let mut other = SqliteConnection::connect_with(&options(&house.path)).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let writer = house.writer.clone();
    let first = tokio::spawn(async move { writer.begin().await.map(drop) });
    let_others_run().await;
    let second = house.wait_in_line().await;
    let locked = first.await.unwrap().unwrap_err().to_string();
    assert!(locked.contains("database is locked"), "{locked}");
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    let mut second = second.await.unwrap();
    write(&mut second, 2).await.unwrap();
    second.commit().await.unwrap();
    assert_eq!(house.seen().await, [2]);
}
