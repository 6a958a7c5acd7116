//! Ten thousand units with random ends, held against a model of what each of them was told.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::Writer;
use super::house;

const TASKS: u64 = 16;
const UNITS_PER_TASK: u64 = 640;

/// What the caller knows about its unit afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Written,
    NotWritten,
    /// It did not wait for the answer.
    Nothing,
}

/// The same seed, the same choices; how tasks interleave is the scheduler's.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }
}

async fn unit(writer: &Writer, n: i64, dice: &mut Dice) -> Known {
    let patience = Duration::from_micros(dice.roll(300));
    let begun = match dice.roll(10) {
        0 => tokio::time::timeout(patience, writer.begin()).await,
        _ => Ok(writer.begin().await),
    };
    let Ok(Ok(mut tx)) = begun else { return Known::NotWritten };
    for half in [2 * n, 2 * n + 1] {
        let insert = sqlx::query("INSERT INTO unit (n) VALUES ($1)").bind(half);
        if dice.roll(20) == 0 {
            // Dropped while it runs: it is undone nevertheless.
            let _ = tokio::time::timeout(Duration::ZERO, insert.execute(&mut *tx)).await;
            return Known::NotWritten;
        }
        if insert.execute(&mut *tx).await.is_err() {
            return Known::NotWritten;
        }
        if dice.roll(200) == 0 {
            let losing = sqlx::query("INSERT OR ROLLBACK INTO unit (n) VALUES ($1)").bind(half);
            assert!(losing.execute(&mut *tx).await.is_err());
        }
    }
    match dice.roll(10) {
        0 => Known::NotWritten,
        1 => tx.rollback().await.map_or(Known::NotWritten, |()| Known::NotWritten),
        2 => {
            let told = tokio::time::timeout(patience, tx.commit()).await;
            told.map_or(Known::Nothing, |told| known(&told))
        }
        _ => known(&tx.commit().await),
    }
}

fn known(told: &Result<(), sqlx::Error>) -> Known {
    if told.is_ok() { Known::Written } else { Known::NotWritten }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_is_there_and_nothing_else() {
    let house = house().await;
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let writer = house.writer.clone();
            tokio::spawn(async move {
                let mut dice = Dice(task);
                let mut model = Vec::new();
                for i in 0..UNITS_PER_TASK {
                    let n = i64::try_from(task * UNITS_PER_TASK + i).unwrap();
                    model.push((n, unit(&writer, n, &mut dice).await));
                }
                model
            })
        })
        .collect();
    let mut model = BTreeMap::new();
    for task in tasks {
        let limit = Duration::from_secs(120);
        model.extend(
            tokio::time::timeout(limit, task).await.expect("nobody waits forever").unwrap(),
        );
    }
    house.writer.pool().close().await;
    let seen: std::collections::BTreeSet<i64> = house.seen().await.into_iter().collect();
    for (n, known) in &model {
        let halves = [seen.contains(&(2 * n)), seen.contains(&(2 * n + 1))];
        let expected = match known {
            Known::Written => [true; 2],
            Known::NotWritten => [false; 2],
            Known::Nothing => [halves[0]; 2],
        };
        assert_eq!(halves, expected, "unit {n}, {known:?}");
    }
    let n_written = model.values().filter(|known| **known == Known::Written).count();
    assert!(n_written > model.len() / 4, "{n_written} of {}", model.len());
}
