//! The first interrupt asks the work to end in good order; the second one ends it at once.

use gloss_app::Stop;
use tokio::runtime::Runtime;

pub(crate) fn stop_on_signals(runtime: &Runtime, stop: Stop) {
    runtime.spawn(async move {
        interrupt().await;
        stop.stop();
        interrupt().await;
        #[expect(clippy::disallowed_methods, reason = "the person has asked twice")]
        std::process::exit(130);
    });
}

#[cfg(unix)]
async fn interrupt() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    let Ok(mut terminate) = terminate else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn interrupt() {
    let _ = tokio::signal::ctrl_c().await;
}
