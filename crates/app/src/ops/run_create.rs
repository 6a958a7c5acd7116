//! A run: its frozen snapshot and one overlay per block, in one transaction.

use std::collections::BTreeMap;

use gloss_core_model::hash::{canonical_json, sha256_hex};
use gloss_core_model::{BlockType, ConvUid, DocumentId, RunId, Schema};
use gloss_policy::{BatchingMode, Layer, Policy, Snapshot, Source};
use gloss_store::{NewRun, RunPut, SchemaRow};
use serde_json::{Value, json};

use super::lookup::{ingested, runnable};
use super::run_budget::{micro_usd, payable};
use crate::boot::invalid_settings;
use crate::brief::Brief;
use crate::error::{Error, Result};
use crate::views::RunView;
use crate::{App, Ctx};

#[derive(Debug, Clone, Default)]
pub struct RunCreate {
    pub document_id: String,
    pub schema_ref: String,
    /// Policy overrides of this request, by key.
    pub settings: Vec<(String, Value)>,
    /// The same key and request again answer with the same run.
    pub idempotency_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RunCreated {
    /// False when the idempotency key had made it before.
    pub created: bool,
    pub run: RunView,
}

/// A run about to be: everything decided, nothing stored.
pub(crate) struct Draft {
    pub(crate) document_id: DocumentId,
    pub(crate) conv_uid: ConvUid,
    pub(crate) schema_row: SchemaRow,
    pub(crate) schema: Schema,
    pub(crate) snapshot: Snapshot,
    pub(crate) brief: Brief,
    pub(crate) skip_block_types: Vec<BlockType>,
    pub(crate) budget_micro_usd: Option<u64>,
}

impl App {
    pub async fn run_create(&self, ctx: &Ctx, command: RunCreate) -> Result<RunCreated> {
        let request_hash = request_hash(&command);
        if let Some(key) = &command.idempotency_key {
            // Answered before anything is looked up: a replay tells of the run, not of today.
            if let Some((run_id, hash)) = self.store.run_by_key(ctx.owner, key.clone()).await? {
                if hash != request_hash {
                    return Err(key_reused(run_id));
                }
                let run = self.run_get(ctx, &run_id.to_string()).await?;
                return Ok(RunCreated { created: false, run });
            }
        }
        let run_id = RunId(self.new_id());
        let draft = self.run_draft(ctx, run_id, &command).await?;
        let put = self
            .store
            .run_create(NewRun {
                owner: ctx.owner,
                run_id,
                document_id: draft.document_id,
                conv_uid: draft.conv_uid,
                schema_id: draft.schema_row.schema_id,
                batching_mode: draft.brief.mode.to_string(),
                snapshot: serde_json::to_string(&draft.snapshot).map_err(Error::internal)?,
                snapshot_hash: draft.snapshot.hash(),
                idempotency_key: command.idempotency_key,
                request_hash,
                skip_block_types: draft.skip_block_types,
                budget_micro_usd: draft.budget_micro_usd,
                now: self.now(),
            })
            .await?;
        let (created, run_id) = match put {
            RunPut::Created => (true, run_id),
            RunPut::Replayed(run_id) => (false, run_id),
            RunPut::KeyReused(run_id) => return Err(key_reused(run_id)),
            RunPut::NotFound => {
                return Err(Error::conflict(
                    "document_changed",
                    "the document or the schema changed a moment ago; nothing was stored",
                )
                .hint("try again"));
            }
        };
        Ok(RunCreated { created, run: self.run_get(ctx, &run_id.to_string()).await? })
    }

    pub(crate) async fn run_draft(
        &self,
        ctx: &Ctx,
        run_id: RunId,
        command: &RunCreate,
    ) -> Result<Draft> {
        let document = self.find_document(ctx, &command.document_id).await?;
        let conv_uid = ingested(&document)?.conv_uid.clone();
        let (schema_row, schema) = self.find_schema(ctx, &command.schema_ref).await?;
        runnable(&schema_row, &schema)?;
        let config = schema.prompt_config().map_err(Error::internal)?;
        not_of_a_run(&command.settings)?;
        let mut layers = vec![
            Layer::new(Source::Request, command.settings.clone()),
            gloss_policy::prompt_config_layer(&config),
        ];
        layers.extend(self.environment.clone());
        let effective =
            gloss_policy::resolve(&layers).map_err(|errors| invalid_settings(&errors))?;
        let policy = effective.policy();
        not_yet(&policy)?;
        let model = self.model_named(&policy.models.platform_default_model)?;
        let budget_micro_usd = policy.run.default_budget_usd.map(micro_usd).transpose()?;
        let owner = policy.owner;
        let budgets = [owner.budget_usd, owner.day_budget_usd];
        if budget_micro_usd.is_some() || budgets.iter().any(Option::is_some) {
            payable(&model)?;
        }
        let model = serde_json::to_value(model).map_err(Error::internal)?;
        let uid = schema_row.schema_uid.clone();
        let snapshot = Snapshot::freeze(&effective, model, uid, conv_uid.clone(), self.now());
        let brief = Brief::new(ctx.owner, run_id, &snapshot, &schema)
            .map_err(|error| Error::invalid("schema_not_compatible", error.to_string()))?;
        let mut skip_block_types = policy.worker.skip_block_types;
        if let Some(only) = config.only_block_types {
            let others = BlockType::ALL.iter().filter(|kind| !only.contains(kind));
            skip_block_types.extend(others);
        }
        Ok(Draft {
            document_id: document.document_id,
            conv_uid,
            schema_row,
            schema,
            snapshot,
            brief,
            skip_block_types,
            budget_micro_usd,
        })
    }
}

/// What all runs of an owner may spend is not for one of them to say.
fn not_of_a_run(settings: &[(String, Value)]) -> Result<()> {
    match settings.iter().find(|(key, _)| key.starts_with("owner.")) {
        Some((key, _)) => {
            let message = format!("`{key}` is not for a run to set; nothing was stored");
            Err(Error::invalid("invalid_setting", message)
                .hint("GLOSS_OWNER_BUDGET_USD and GLOSS_OWNER_DAY_BUDGET_USD set it for workers"))
        }
        None => Ok(()),
    }
}

/// Settings that are known and checked, and that this version cannot honour: said, not ignored.
fn not_yet(policy: &Policy) -> Result<()> {
    if policy.worker.batching.mode == BatchingMode::ProviderBatchApi {
        let message = "`worker.batching.mode` cannot be provider_batch_api yet; nothing was stored";
        return Err(
            Error::invalid("not_supported", message).hint("use serial_bundle or per_request")
        );
    }
    Ok(())
}

/// The same request in other words has the same hash: settings count by key, not by place.
fn request_hash(command: &RunCreate) -> String {
    let settings: BTreeMap<&str, &Value> =
        command.settings.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let request = json!([command.document_id, command.schema_ref, settings]);
    sha256_hex(&[canonical_json(&request).as_bytes()])
}

fn key_reused(run_id: RunId) -> Error {
    let message = format!("this idempotency key made run {run_id} from another request");
    Error::conflict("idempotency_key_reused", message).hint("use a new key for a new request")
}
