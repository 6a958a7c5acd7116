//! The simulated provider with somebody who watches every call, and may hold it up.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use gloss_app::{ApiKey, ProviderConfig};
use gloss_llm::{Begun, CallError, Endpoint, Provider, ProviderName, Reply, Request};

use super::Evidence;

const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Where a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// Not sent yet.
    Before,
    /// Answered, and the worker does not know yet.
    After,
}

/// What the watcher sees of a call.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    /// The first call is 1.
    pub(super) nth: u32,
    pub(super) at: At,
    pub(super) text: String,
}

pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Real HTTP to the simulator; the call waits for what the watcher answers.
struct Watched<W> {
    wire: Endpoint,
    calls: AtomicU32,
    watch: W,
}

impl<W> fmt::Debug for Watched<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

impl<W: Fn(Turn) -> Boxed<'static, ()> + Send + Sync> Provider for Watched<W> {
    fn name(&self) -> &'static str {
        self.wire.name()
    }

    fn account(&self) -> String {
        self.wire.account()
    }

    fn ask(&self, request: Request, begun: Begun) -> Boxed<'_, Result<Reply, CallError>> {
        let nth = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let text = request.user_text.clone();
        Box::pin(async move {
            (self.watch)(Turn { nth, at: At::Before, text: text.clone() }).await;
            let answer = self.wire.ask(request, begun).await;
            (self.watch)(Turn { nth, at: At::After, text }).await;
            answer
        })
    }
}

impl Evidence {
    /// The simulator with a good key, watched.
    pub(super) fn watched(
        &self,
        watch: impl Fn(Turn) -> Boxed<'static, ()> + Send + Sync + 'static,
    ) -> ProviderConfig {
        let wire = Endpoint::new(
            ProviderName::Anthropic,
            &self.simulator.base_url(),
            ApiKey::new("good"),
            CALL_TIMEOUT,
        );
        ProviderConfig::Given(Arc::new(Watched { wire, calls: AtomicU32::new(0), watch }))
    }
}
