//! Drives the workers of one side for a while, and counts.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// One worker of a side: claims some blocks, settles them with answers.
pub(super) trait Worker: Send + 'static {
    type Held: Send;
    /// None when the run has nothing left.
    fn claim(&mut self, batch: u32) -> impl Future<Output = Option<Self::Held>> + Send;
    /// Answers how many were settled.
    fn settle(&mut self, held: Self::Held) -> impl Future<Output = u64> + Send;
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) batch: u32,
    pub(super) window: Duration,
    /// No more than these, and exactly these if the window is long enough.
    pub(super) jobs_max: u64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    pub(super) jobs: u64,
    pub(super) seconds: f64,
    pub(super) claim_ms: Vec<f64>,
}

impl Sample {
    pub(super) fn per_second(&self) -> f64 {
        self.jobs as f64 / self.seconds.max(1e-9)
    }
}

pub(super) async fn drive<W: Worker>(workers: Vec<W>, load: Load) -> Sample {
    let budget = Arc::new(AtomicI64::new(load.jobs_max.try_into().unwrap_or(i64::MAX)));
    let started = Instant::now();
    let tasks: Vec<_> = workers
        .into_iter()
        .map(|worker| tokio::spawn(work(worker, load, started, Arc::clone(&budget))))
        .collect();
    let mut all = Sample::default();
    for task in tasks {
        let one = task.await.expect("a worker ends by itself");
        all.jobs += one.jobs;
        all.claim_ms.extend(one.claim_ms);
    }
    all.seconds = started.elapsed().as_secs_f64();
    all
}

async fn work<W: Worker>(
    mut worker: W,
    load: Load,
    started: Instant,
    budget: Arc<AtomicI64>,
) -> Sample {
    let mut sample = Sample::default();
    let batch = i64::from(load.batch);
    while started.elapsed() < load.window {
        let mine = budget.fetch_sub(batch, Relaxed).clamp(0, batch);
        if mine == 0 {
            break;
        }
        let asked = Instant::now();
        let held = worker.claim(u32::try_from(mine).expect("a batch")).await;
        sample.claim_ms.push(asked.elapsed().as_secs_f64() * 1000.0);
        let Some(held) = held else { break };
        sample.jobs += worker.settle(held).await;
    }
    sample
}
