//! One run, with its counts and what it has cost so far.

use crate::error::Result;
use crate::views::RunView;
use crate::{App, Ctx};

impl App {
    pub async fn run_get(&self, ctx: &Ctx, run_id: &str) -> Result<RunView> {
        Ok(RunView::from(&self.find_run(ctx, run_id).await?))
    }
}
