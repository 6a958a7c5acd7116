//! How fast a run comes to be, with one overlay per block.

use std::time::Instant;

use gloss_store::RunPut;
use serde_json::{Value, json};

use super::house::House;
use super::options::Options;
use crate::figures::{median, table};

pub(super) async fn measure(options: &Options) -> Value {
    let mut rows = Vec::new();
    for kind in &options.databases {
        for blocks in options.pick([10_000, 20_000], [10_000, 100_000]) {
            let mut house = House::new(*kind, blocks).await;
            let mut rates = Vec::new();
            for _ in 0..options.rounds() {
                let new = house.new_run();
                let started = Instant::now();
                let put = house.store.run_create(new).await.expect("creates");
                rates.push(f64::from(blocks) / started.elapsed().as_secs_f64());
                assert_eq!(put, RunPut::Created);
            }
            house.close().await;
            let rate = median(&rates).round();
            rows.push(json!({ "database": kind.name(), "blocks": blocks, "rows/s": rate }));
        }
    }
    table("create: run_create", &["database", "blocks", "rows/s"], rows)
}
