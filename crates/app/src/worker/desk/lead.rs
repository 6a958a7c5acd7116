//! The call that writes a prefix into the provider's cache, while the others wait for it.

use std::sync::Arc;

use futures::channel::oneshot::Receiver;
use futures::future::Either;
use gloss_core_model::OwnerId;
use gloss_store::CachedPrefix;
use tokio::sync::Notify;

use super::super::call::Done;
use crate::App;

/// What a lead is to tell, and whom.
pub(super) struct Lead {
    pub(super) app: App,
    pub(super) owner: OwnerId,
    pub(super) prefix: CachedPrefix,
    pub(super) warmed: Arc<Notify>,
}

impl Lead {
    /// Waits for the answer, and tells the others when it begins.
    pub(super) async fn answer(
        self,
        asked: impl Future<Output = Done>,
        begun: Receiver<()>,
    ) -> Done {
        let since = self.app.now();
        let asked = std::pin::pin!(asked);
        let (done, begun) = match futures::future::select(asked, begun).await {
            Either::Left((done, mut begun)) => (done, begun.try_recv().ok().flatten().is_some()),
            Either::Right((Ok(()), asked)) => {
                let (done, ()) = futures::join!(asked, self.tell(since));
                return done;
            }
            Either::Right((Err(_), asked)) => (asked.await, false),
        };
        // A provider of the embedding program's own may not say when it begins.
        if begun || done.result.is_ok() {
            self.tell(since).await;
        }
        done
    }

    /// Not told, the others wait a while and then one of them leads.
    async fn tell(&self, since: gloss_core_model::Timestamp) {
        let prefix = self.prefix.clone();
        if let Err(error) =
            self.app.store.prefix_warmed(self.owner, prefix, since, self.app.now()).await
        {
            tracing::warn!(%error, "a cached prefix was not written down");
        }
        self.warmed.notify_one();
    }
}
