//! What a run may spend: set when it starts, changed while it lasts.

use gloss_llm::ModelFacts;
use gloss_llm::cost::show_usd;
use gloss_policy::Snapshot;
use gloss_store::BudgetChanged;

use crate::error::{Error, Result};
use crate::views::RunView;
use crate::{App, Ctx};

/// As much as policy lets a run start with.
const BUDGET_USD_MAX: f64 = 1_000_000.0;

#[derive(Debug, Clone, PartialEq)]
pub struct RunBudget {
    pub run_id: String,
    /// In US dollars; none lifts the limit.
    pub budget_usd: Option<f64>,
}

impl App {
    /// A run that had stopped for want of money goes on. What is spent and reserved already is the
    /// least that a budget can be.
    pub async fn run_budget(&self, ctx: &Ctx, command: RunBudget) -> Result<RunView> {
        let run = self.find_run(ctx, &command.run_id).await?;
        let budget = command.budget_usd.map(micro_usd).transpose()?;
        if budget.is_some() {
            let snapshot = Snapshot::read(&run.snapshot).map_err(Error::internal)?;
            payable(&serde_json::from_value(snapshot.model).map_err(Error::internal)?)?;
        }
        match self.store.run_budget(ctx.owner, run.run_id, budget, self.now()).await? {
            BudgetChanged::Done => self.run_get(ctx, &command.run_id).await,
            BudgetChanged::NotFound => {
                let message = format!("there is no run {}", command.run_id);
                Err(Error::not_found("run_not_found", message))
            }
            BudgetChanged::TooSmall { committed_micro_usd } => {
                let committed = show_usd(committed_micro_usd);
                let message = format!("{committed} is spent or reserved already");
                Err(Error::conflict("budget_too_small", message)
                    .hint("give at least that much, or stop the run with `gloss runs cancel`"))
            }
        }
    }
}

/// A sum of money as a budget.
pub(super) fn micro_usd(usd: f64) -> Result<u64> {
    if usd > 0.0 && usd <= BUDGET_USD_MAX {
        // At most 10^12.
        return Ok((usd * 1e6).round() as u64);
    }
    let message = format!("a budget of {usd} USD is not between 0 and {BUDGET_USD_MAX}");
    Err(Error::invalid("invalid_budget", message)
        .hint("give an amount in US dollars; null, or 0 on the command line, lifts the limit"))
}

/// A budget can only be kept where the prices are known.
pub(super) fn payable(model: &ModelFacts) -> Result<()> {
    if model.prices.is_some() {
        return Ok(());
    }
    let message = format!("the prices of {} are not known, so no budget can be kept", model.name);
    Err(Error::invalid("budget_without_prices", message)
        .hint("set run.default_budget_usd=0, which is no budget"))
}
