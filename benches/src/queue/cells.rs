//! Claim and settle by batch and workers: ours, the bare statements and the peer in turns.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::PgPool;

use super::bare::{Sql, postgres, sqlite};
use super::graphile::{Peer, QUEUES};
use super::house::{House, Supply};
use super::load::{Load, Sample, drive};
use super::options::Options;
use super::ours::Ours;
use super::pgbench;
use super::place::Kind;
use crate::figures::{median, percentile, rounded, table};

const COLUMNS: &[&str] = &[
    "database",
    "batch",
    "workers",
    "gloss/s",
    "p50 ms",
    "p99 ms",
    "bare/s",
    "bare p50",
    "bare p99",
    "pgbench/s",
    "graphile 100",
    "graphile 500",
    "graphile 5000",
    "ours/bare",
    "ours/pgbench",
    "ours/100",
    "ours/500",
    "ours/5000",
];

/// More than any side has done in a second, by batch.
fn jobs_max(batch: u32, window: Duration) -> u64 {
    let per_second = match batch {
        1 => 15_000.0,
        10 => 60_000.0,
        _ => 150_000.0,
    };
    (per_second * window.as_secs_f64()) as u64
}

pub(super) async fn measure(options: &Options) -> Value {
    let peer = match options.databases.contains(&Kind::Postgres) {
        true => Peer::install(options.quick).await,
        false => None,
    };
    let mut rows = Vec::new();
    for kind in &options.databases {
        for &batch in &options.batches {
            let mut bench = Bench::new(options, *kind, batch).await;
            for &workers in &options.workers {
                let is_peers = *kind == Kind::Postgres && batch == 100 && matches!(workers, 4 | 8);
                let peer = peer.as_ref().filter(|_| is_peers);
                rows.push(bench.cell(workers, peer).await);
            }
            bench.close().await;
        }
    }
    if options.databases.contains(&Kind::Postgres) && peer.is_none() {
        println!("graphile-worker: not available (needs node, npm and a registry)");
    }
    let title =
        "cells: jobs per second (claim and settle), medians of the rounds and of their ratios";
    table(title, COLUMNS, rows)
}

/// One database for all cells of a batch size.
struct Bench<'o> {
    options: &'o Options,
    house: House,
    sql: Sql,
    pool: Option<PgPool>,
    supply: Supply,
    load: Load,
}

/// The rounds of one cell.
#[derive(Default)]
struct Rounds {
    ours: Vec<Sample>,
    bare: Vec<Sample>,
    pgbench: Vec<Sample>,
    peer: [Vec<f64>; QUEUES.len()],
}

impl<'o> Bench<'o> {
    async fn new(options: &'o Options, kind: Kind, batch: u32) -> Self {
        let jobs_max = jobs_max(batch, options.window());
        let blocks = u32::try_from(jobs_max + jobs_max / 2).expect("a document");
        let mut house = House::new(kind, blocks).await;
        let sql = Sql::of(&house.store);
        let supply = house.supply().await;
        let url = house.place.url();
        let pool = match kind {
            Kind::Postgres => Some(postgres::pool(&url).await),
            Kind::Sqlite => None,
        };
        let load = Load { batch, window: options.window(), jobs_max };
        Self { options, house, sql, pool, supply, load }
    }

    async fn cell(&mut self, workers: usize, peer: Option<&Peer>) -> Value {
        let mut rounds = Rounds::default();
        // Connections, plans and caches are warm before anything counts.
        let short = Load { window: Duration::from_millis(150), ..self.load };
        self.ours(workers, short).await;
        self.bare(workers, short).await;
        for round in 0..self.options.rounds() {
            // Whoever goes first may meet what the round before has left to clean up.
            let (ours, bare) = if round % 2 == 0 {
                let ours = self.ours(workers, self.load).await;
                (ours, self.bare(workers, self.load).await)
            } else {
                let bare = self.bare(workers, self.load).await;
                (self.ours(workers, self.load).await, bare)
            };
            rounds.pgbench.extend(self.pgbench(workers, bare.jobs).await);
            rounds.ours.push(ours);
            rounds.bare.push(bare);
            if let Some(peer) = peer {
                for (queue, rates) in QUEUES.into_iter().zip(&mut rounds.peer) {
                    rates.extend(peer.measure(queue).await);
                }
            }
        }
        let row = row(self.house.kind, self.load.batch, workers, &rounds);
        eprintln!("{row}");
        row
    }

    async fn ours(&mut self, workers: usize, load: Load) -> Sample {
        self.house.ensure(&mut self.supply, load.jobs_max).await;
        let crew = Ours::crew(&self.house.store, self.supply.run_id, workers);
        let sample = drive(crew, load).await;
        self.supply.take(sample.jobs);
        sample
    }

    async fn bare(&mut self, workers: usize, load: Load) -> Sample {
        self.house.ensure(&mut self.supply, load.jobs_max).await;
        let (run_id, batch) = (self.supply.run_id, load.batch);
        let sample = match &self.pool {
            Some(pool) => {
                let crew = postgres::Bare::crew(pool, self.sql, run_id, workers, batch).await;
                drive(crew, load).await
            }
            None => {
                let url = self.house.place.url();
                drive(vec![sqlite::Bare::new(&url, self.sql, run_id).await], load).await
            }
        };
        self.supply.take(sample.jobs);
        sample
    }

    /// As many jobs as the side before it: pgbench counts seconds too coarsely.
    async fn pgbench(&mut self, workers: usize, jobs: u64) -> Option<Sample> {
        if self.house.kind == Kind::Sqlite {
            return None;
        }
        let batch = self.load.batch;
        let batches = (jobs / u64::from(batch) / workers as u64).max(1);
        self.house.ensure(&mut self.supply, batches * u64::from(batch) * workers as u64).await;
        let (url, run_id) = (self.house.place.url(), self.supply.run_id);
        let sample = pgbench::measure(&url, &self.sql, run_id, batch, workers, batches).await?;
        self.supply.take(sample.jobs);
        Some(sample)
    }

    async fn close(self) {
        self.house.verify(&self.supply).await;
        if let Some(pool) = &self.pool {
            pool.close().await;
        }
        self.house.close().await;
    }
}

fn row(kind: Kind, batch: u32, workers: usize, rounds: &Rounds) -> Value {
    let rates = |samples: &[Sample]| samples.iter().map(Sample::per_second).collect::<Vec<_>>();
    let (ours, bare, limit) = (rates(&rounds.ours), rates(&rounds.bare), rates(&rounds.pgbench));
    // A machine has better and worse seconds: each round is compared with itself.
    let against = |other: &[f64]| {
        median(&ours.iter().zip(other).map(|(ours, theirs)| ours / theirs).collect::<Vec<_>>())
    };
    let latency = |samples: &[Sample], percent: f64| {
        let each: Vec<f64> = samples.iter().map(|s| percentile(&s.claim_ms, percent)).collect();
        (median(&each) * 1000.0).round() / 1000.0
    };
    let [by_100, by_500, by_5000] = &rounds.peer;
    json!({
        "database": kind.name(),
        "batch": batch,
        "workers": workers,
        "gloss/s": median(&ours).round(),
        "p50 ms": latency(&rounds.ours, 50.0),
        "p99 ms": latency(&rounds.ours, 99.0),
        "bare/s": median(&bare).round(),
        "bare p50": latency(&rounds.bare, 50.0),
        "bare p99": latency(&rounds.bare, 99.0),
        "pgbench/s": median(&limit).round(),
        "graphile 100": median(by_100),
        "graphile 500": median(by_500),
        "graphile 5000": median(by_5000),
        "ours/bare": rounded(against(&bare)),
        "ours/pgbench": rounded(against(&limit)),
        "ours/100": rounded(against(by_100)),
        "ours/500": rounded(against(by_500)),
        "ours/5000": rounded(against(by_5000)),
        "rounds": {
            "gloss": ours,
            "bare": bare,
            "pgbench": limit,
            "graphile": rounds.peer,
        },
    })
}
