//! Whether a claim at the end of a large run costs more than in a small one.

use std::time::Duration;

use gloss_core_model::RunStatus;
use serde_json::{Value, json};

use super::house::House;
use super::load::{Load, Sample, drive};
use super::options::Options;
use super::ours::Ours;
use super::place::{self, Kind};
use crate::figures::{median, percentile, ratio, table};

const BATCH: u32 = 100;
const WORKERS: usize = 8;
/// What is measured is the end of each run: so many jobs, or all. A stall of the disk slows eight
/// claims at once, so that a hundredth of fewer would say nothing.
const LAST: u64 = 100_000;
const COLUMNS: &[&str] =
    &["database", "overlays", "analyze", "whole/s", "last/s", "p50 ms", "p99 ms"];

pub(super) async fn measure(options: &Options) -> Value {
    let (mut rows, mut ratios) = (Vec::new(), Vec::new());
    for kind in &options.databases {
        // The same number of jobs is measured at each size.
        let sizes = options
            .pick(vec![(10_000, 2), (40_000, 1)], vec![(10_000, 20), (100_000, 2), (1_000_000, 2)]);
        let mut of_kind = Vec::new();
        for (overlays, rounds) in sizes {
            of_kind.push(size(*kind, overlays, rounds, false).await);
        }
        let (first, last) = (&of_kind[0], &of_kind[of_kind.len() - 1]);
        let number = |row: &Value, key: &str| row[key].as_f64().unwrap_or(f64::NAN);
        ratios.push(json!({
            "database": kind.name(),
            "smallest/largest jobs/s": ratio(number(first, "last/s"), number(last, "last/s")),
            "largest/smallest p99": ratio(number(last, "p99 ms"), number(first, "p99 ms")),
        }));
        rows.extend(of_kind);
        if *kind == Kind::Postgres {
            rows.push(size(*kind, options.pick(40_000, 100_000), options.pick(1, 4), true).await);
        }
    }
    let title = format!("growth: batch {BATCH}, {WORKERS} workers, the last jobs of each run");
    let rows = table(&title, COLUMNS, rows);
    let columns = ["database", "smallest/largest jobs/s", "largest/smallest p99"];
    let ratios = table("growth: ratios (claim: at most 1.3)", &columns, ratios);
    json!({ "sizes": rows, "ratios": ratios })
}

async fn size(kind: Kind, overlays: u32, rounds: usize, analyze: bool) -> Value {
    let mut house = House::new(kind, overlays).await;
    let (mut whole, mut last) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let run_id = house.run().await;
        if analyze {
            place::run(&house.place.url(), "ANALYZE overlay").await;
        }
        let all = u64::from(overlays);
        let mut done = Sample::default();
        let end = LAST.min(all);
        for jobs_max in [all - end, end] {
            let load = Load { batch: BATCH, window: Duration::from_secs(3600), jobs_max };
            let part = drive(Ours::crew(&house.store, run_id, WORKERS), load).await;
            done.jobs += part.jobs;
            done.seconds += part.seconds;
            if jobs_max == end {
                last.push(part);
            }
        }
        whole.push(done);
        let run = house.look(run_id).await;
        assert_eq!((run.rollup.completed, run.status), (overlays, RunStatus::Complete));
    }
    house.close().await;
    let rate = |samples: &[Sample]| {
        median(&samples.iter().map(Sample::per_second).collect::<Vec<_>>()).round()
    };
    let claims: Vec<f64> = last.iter().flat_map(|sample| sample.claim_ms.clone()).collect();
    let row = json!({
        "database": kind.name(),
        "overlays": overlays,
        "analyze": if analyze { "yes" } else { "no" },
        "whole/s": rate(&whole),
        "last/s": rate(&last),
        "p50 ms": percentile(&claims, 50.0),
        "p99 ms": percentile(&claims, 99.0),
        "rounds": last.iter().map(Sample::per_second).collect::<Vec<_>>(),
    });
    eprintln!("{row}");
    row
}
