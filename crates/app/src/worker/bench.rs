//! What a worker sets up for a run before its first call: the snapshot read, a provider at hand.

use std::sync::Arc;

use gloss_core_model::Schema;
use gloss_core_model::hash::sha256_hex;
use gloss_llm::{Experience, Provider};
use gloss_policy::Snapshot;
use gloss_store::{CachedPrefix, RunWork};

use super::memo::Memo;
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
    /// Whose limits its calls share.
    pub(super) account: String,
    /// What its packs have taught.
    pub(super) learned: Experience,
    pub(super) memo: Memo,
    /// Blocks that went back because their answer was not usable: the next claim will find them.
    pub(super) going_alone: u32,
}

impl Bench {
    pub(super) fn new(brief: Arc<Brief>, provider: Arc<dyn Provider>, share: u32) -> Self {
        let prefix = cached_prefix(&brief, provider.as_ref());
        let account = format!("{} {}", provider.account(), brief.model.name);
        let memo = Memo::new(brief.run_id, brief.policy.worker.memo);
        let learned = Experience::default();
        Self {
            brief,
            provider,
            prefix,
            share,
            in_flight: 0,
            account,
            learned,
            memo,
            going_alone: 0,
        }
    }
}

fn cached_prefix(brief: &Brief, provider: &dyn Provider) -> Option<CachedPrefix> {
    let ttl = brief.cache()?;
    let (account, model) = (provider.account(), brief.model.name.as_str());
    let parts = [account.as_str(), model, ttl.as_str(), brief.prefix.id.as_str()];
    // Apart by a byte that is in none of them.
    let id = sha256_hex(&[parts.join("\0").as_bytes()]);
    Some(CachedPrefix { id, ttl_ms: brief.model.cache_ms(ttl) })
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
        ProviderConfig::Accounts(accounts) => {
            let endpoint = accounts.open(brief.model.provider, brief.call_timeout())?;
            Some(Arc::new(endpoint))
        }
    }
}
