//! Confirm, reject, edit, reopen: what people decide about overlays.

use gloss_llm::AnswerValidator;
use gloss_store::{Review, ReviewRequest};
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::views::{OverlayView, ReviewView, overlay_view};
use crate::{App, Ctx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewAction {
    Confirm,
    Reject { reason: Option<String> },
    Reopen,
}

/// A decision about some blocks of a run, or all of them.
#[derive(Debug, Clone)]
pub struct OverlayReview {
    pub run_id: String,
    /// None is every block that is in the state the action starts from.
    pub blocks: Option<Vec<u32>>,
    /// Only if the block still has this revision; for one block.
    pub revision: Option<u32>,
    pub action: ReviewAction,
}

impl App {
    /// Staged blocks become confirmed; others are reported in `unchanged`, not errors.
    pub async fn overlay_review(&self, ctx: &Ctx, command: OverlayReview) -> Result<ReviewView> {
        let run = self.find_run(ctx, &command.run_id).await?;
        let single = command.blocks.as_ref().is_some_and(|blocks| blocks.len() == 1);
        if command.revision.is_some() && !single {
            return Err(Error::invalid("invalid_revision", "a revision goes with one block"));
        }
        if let Some(beyond) =
            command.blocks.iter().flatten().find(|index| **index >= run.rollup.total)
        {
            let message = format!(
                "run {} has blocks 0 to {}, not {beyond}",
                run.run_id,
                run.rollup.total.saturating_sub(1)
            );
            return Err(Error::not_found("block_not_found", message));
        }
        let reviewed = self
            .store
            .review(ReviewRequest {
                owner: ctx.owner,
                run_id: run.run_id,
                indexes: command.blocks.clone(),
                revision: command.revision,
                review: match command.action {
                    ReviewAction::Confirm => Review::Confirm,
                    ReviewAction::Reject { reason } => Review::Reject { reason },
                    ReviewAction::Reopen => Review::Reopen,
                },
                actor: ctx.actor.clone(),
                now: self.now(),
            })
            .await?;
        if let (Some(seen), Some([block]), true) =
            (command.revision, command.blocks.as_deref(), reviewed.changed.is_empty())
        {
            let now = self.store.overlay_get(ctx.owner, run.run_id, *block).await?;
            // The same revision in another state is told in `unchanged`, like any other block.
            if now.is_some_and(|row| row.revision != seen) {
                return Err(stale());
            }
        }
        Ok(ReviewView {
            changed: reviewed.changed,
            unchanged: reviewed.unchanged,
            run_status: reviewed.run_status.unwrap_or(run.status).to_string(),
        })
    }

    /// Replaces the staged value of one block, checked against the schema.
    pub async fn overlay_edit(
        &self,
        ctx: &Ctx,
        run_id: &str,
        block_index: u32,
        revision: Option<u32>,
        value: Value,
    ) -> Result<OverlayView> {
        let run = self.find_run(ctx, run_id).await?;
        let (_, schema) = self.schema_of(ctx, &run).await?;
        let validator = AnswerValidator::new(&schema).map_err(Error::internal)?;
        validator.check(&value).map_err(|mismatch| {
            Error::invalid("answer_not_valid", format!("the value does not fit: {mismatch}"))
                .hint(format!("`gloss schema show {}` shows the fields", run.schema_ref))
        })?;
        let reviewed = self
            .store
            .review(ReviewRequest {
                owner: ctx.owner,
                run_id: run.run_id,
                indexes: Some(vec![block_index]),
                revision,
                review: Review::Edit { value: value.to_string() },
                actor: ctx.actor.clone(),
                now: self.now(),
            })
            .await?;
        let row = self.store.overlay_get(ctx.owner, run.run_id, block_index).await?;
        let row = row.ok_or_else(|| {
            Error::not_found("block_not_found", format!("run {run_id} has no block {block_index}"))
        })?;
        if reviewed.changed.is_empty() {
            if revision.is_some_and(|seen| seen != row.revision) {
                return Err(stale());
            }
            return Err(Error::conflict(
                "block_state",
                format!(
                    "block {block_index} is {}; only staged blocks are edited",
                    row.status.label()
                ),
            )
            .hint("`gloss review reopen` brings a confirmed block back to staged"));
        }
        Ok(overlay_view(&row, &run.conv_uid))
    }
}

fn stale() -> Error {
    Error::new(
        ErrorKind::Stale,
        "stale_revision",
        "someone changed this block since you read it; nothing was written",
    )
    .hint("read the block again and decide anew")
}
