//! Live progress of a run on stderr, drawn from the run itself, whoever works on it.

use std::time::Duration;

use gloss_app::show_usd;
use gloss_app::views::RunView;
use gloss_app::{App, Ctx};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::{Instant, sleep};

const EVERY: Duration = Duration::from_millis(150);

/// Draws until dropped. Nothing is drawn where no person watches.
pub(crate) async fn follow(app: &App, ctx: &Ctx, run_id: &str, terminal: bool) {
    if !terminal {
        return std::future::pending().await;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} blocks  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let _finish = Finish(bar.clone());
    let started = Instant::now();
    loop {
        if let Ok(run) = app.run_get(ctx, run_id).await {
            bar.set_length(u64::from(run.total_blocks));
            bar.set_position(u64::from(run.total_blocks - run.remaining_blocks));
            bar.set_message(message(&run, started.elapsed()));
        }
        sleep(EVERY).await;
    }
}

/// Takes the bar off the screen, however the work ends.
struct Finish(ProgressBar);

impl Drop for Finish {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

pub(crate) fn message(run: &RunView, elapsed: Duration) -> String {
    let usage = &run.usage;
    let cost = show_usd((run.cost_usd * 1e6) as u64);
    let mut parts = vec![format!("{} staged", run.completed_blocks)];
    if run.failed_blocks > 0 {
        parts.push(format!("{} failed", run.failed_blocks));
    }
    parts.push(format!("{} calls", run.calls));
    parts.push(cost);
    if let Some(attention) = &run.attention {
        parts.push(format!("waiting: {attention}"));
    } else if let Some(eta) = eta(run, elapsed) {
        parts.push(format!("about {} s left", eta.as_secs_f64().ceil()));
    }
    // What a narrow terminal cuts off first.
    parts.push(format!(
        "tokens {} in, {} out, {} cached",
        usage.input_tokens + usage.cache_write_tokens,
        usage.output_tokens,
        usage.cache_read_tokens
    ));
    parts.join(" · ")
}

fn eta(run: &RunView, elapsed: Duration) -> Option<Duration> {
    let done = run.total_blocks - run.remaining_blocks - run.skipped_blocks;
    (done > 0).then(|| elapsed.mul_f64(f64::from(run.remaining_blocks) / f64::from(done)))
}
