//! Cancel, resume, retry-failed: what people change about a run as a whole.

use gloss_core_model::RunStatus;
use gloss_store::{RunChange, RunChanged};

use crate::error::{Error, Result};
use crate::views::RunView;
use crate::{App, Ctx};

impl App {
    /// After this returns, no claim and no machine write of the run succeeds.
    pub async fn run_cancel(&self, ctx: &Ctx, run_id: &str) -> Result<RunView> {
        self.run_change(ctx, run_id, RunChange::Cancel, "cancelled").await
    }

    /// Re-opens a cancelled run where it stopped.
    pub async fn run_resume(&self, ctx: &Ctx, run_id: &str) -> Result<RunView> {
        self.run_change(ctx, run_id, RunChange::Resume, "resumed").await
    }

    /// Gives every failed block a new set of attempts.
    pub async fn run_retry_failed(&self, ctx: &Ctx, run_id: &str) -> Result<RunView> {
        self.run_change(ctx, run_id, RunChange::RetryFailed, "retried").await
    }

    async fn run_change(
        &self,
        ctx: &Ctx,
        run_id: &str,
        change: RunChange,
        done: &str,
    ) -> Result<RunView> {
        let run = self.find_run(ctx, run_id).await?;
        match self.store.run_change(ctx.owner, run.run_id, change, self.now()).await? {
            RunChanged::Done { .. } => self.run_get(ctx, run_id).await,
            RunChanged::NotFound => {
                Err(Error::not_found("run_not_found", format!("there is no run {run_id}")))
            }
            RunChanged::Refused { status } => {
                let message = format!("run {run_id} is {status} and cannot be {done}");
                let hint = match status {
                    RunStatus::Running => "it is running: `gloss runs cancel` stops it",
                    RunStatus::Complete => "it is finished: start a new run with `gloss run`",
                    RunStatus::Failed => "it cannot go on: start a new run with `gloss run`",
                    RunStatus::Cancelled => "`gloss runs resume` re-opens it",
                };
                Err(Error::conflict("run_state", message).hint(hint))
            }
        }
    }
}
