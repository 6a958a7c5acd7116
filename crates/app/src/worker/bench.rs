//! What a worker sets up for a run before its first call: the snapshot read, a provider at hand.

use std::sync::Arc;

use gloss_core_model::hash::{canonical_json, sha256_hex};
use gloss_core_model::{Schema, Timestamp};
use gloss_llm::Provider;
use gloss_llm::anthropic::Anthropic;
use gloss_policy::Snapshot;
use gloss_store::{CachedPrefix, RunWork};

use crate::error::{Error, Result};
use crate::{App, Brief, BriefError, ProviderConfig};

/// What a worker keeps of a run while it works on it.
pub(super) struct Bench {
    pub(super) brief: Arc<Brief>,
    pub(super) provider: Arc<dyn Provider>,
    /// What the provider is told to keep of every call; none where nothing is cached.
    pub(super) prefix: Option<CachedPrefix>,
    /// Calls of this run that may be in flight.
    pub(super) share: u32,
    pub(super) in_flight: u32,
    /// The provider has asked for quiet.
    pub(super) quiet_until: Timestamp,
}

impl Bench {
    pub(super) fn new(brief: Arc<Brief>, provider: Arc<dyn Provider>, share: u32) -> Self {
        let prefix = cached_prefix(&brief, provider.as_ref());
        Self { brief, provider, prefix, share, in_flight: 0, quiet_until: Timestamp(0) }
    }

    pub(super) fn may_start(&self, now: Timestamp) -> bool {
        self.in_flight < self.share && self.quiet_until <= now
    }
}

fn cached_prefix(brief: &Brief, provider: &dyn Provider) -> Option<CachedPrefix> {
    let ttl = brief.cache()?;
    let (model, system) = (brief.model.name.as_str(), brief.prefix.system.as_str());
    let tools = canonical_json(&brief.prefix.tool_schema);
    let account = provider.account();
    let parts = [account.as_str(), model, ttl.as_str(), system, tools.as_str()];
    // Apart by a byte that is in none of them.
    let id = sha256_hex(&[parts.join("\0").as_bytes()]);
    Some(CachedPrefix { id, ttl_ms: ttl.ms() })
}

/// The run's frozen snapshot and schema, read back.
pub(super) async fn read_brief(
    app: &App,
    run: RunWork,
) -> Result<std::result::Result<Brief, BriefError>> {
    let missing = || Error::not_found("run_not_found", format!("there is no run {}", run.run_id));
    let row = app.store.run_get(run.owner, run.run_id).await?.ok_or_else(missing)?;
    let schema = app.store.schema_get(run.owner, row.schema_id).await?;
    let schema = schema.ok_or_else(missing)?;
    let read = || -> std::result::Result<Brief, BriefError> {
        let snapshot = Snapshot::read(&row.snapshot)?;
        let schema = Schema::new(serde_json::from_str(&schema.artifact)?)?;
        Brief::new(run.owner, run.run_id, &snapshot, &schema)
    };
    Ok(read())
}

/// Whoever answers for this run; none without a key.
pub(super) fn provider(app: &App, brief: &Brief) -> Option<Arc<dyn Provider>> {
    match &app.provider {
        ProviderConfig::Given(provider) => Some(Arc::clone(provider)),
        ProviderConfig::Anthropic { base_url, key } => {
            let key = key.clone()?;
            Some(Arc::new(Anthropic::new(base_url, key, brief.call_timeout())))
        }
    }
}
