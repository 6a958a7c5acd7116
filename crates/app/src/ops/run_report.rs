//! How a run went beside its counts: the cache, what was asked again, what was taken over, how good
//! the estimates were.

use gloss_llm::{ModelFacts, Usage};
use gloss_policy::Snapshot;
use gloss_store::RunReport;

use crate::brief::Brief;
use crate::error::{Error, Result};
use crate::views::{FailureView, FieldAgreementView, RunReportView, UsageView, usd};
use crate::{App, Ctx};

impl App {
    pub async fn run_report(&self, ctx: &Ctx, run_id: &str) -> Result<RunReportView> {
        let run = self.find_run(ctx, run_id).await?;
        let report = self.store.run_report(ctx.owner, run.run_id).await?;
        let snapshot = Snapshot::read(&run.snapshot).map_err(Error::internal)?;
        let (_, schema) = self.schema_of(ctx, &run).await?;
        let brief = Brief::new(ctx.owner, run.run_id, &snapshot, &schema);
        let spent = Usage {
            input_tokens: run.spent.input_tokens,
            output_tokens: run.spent.output_tokens,
            cache_write_tokens: run.spent.cache_write_tokens,
            cache_read_tokens: run.spent.cache_read_tokens,
        };
        let brief = brief.map_err(Error::internal)?;
        Ok(view(report, spent, run.spent.into(), &brief.model, brief.untold))
    }
}

fn view(
    report: RunReport,
    spent: Usage,
    usage: UsageView,
    model: &ModelFacts,
    not_enforced: Vec<String>,
) -> RunReportView {
    let field = |check: gloss_store::FieldCheck| FieldAgreementView {
        field: check.field,
        asked: check.asked,
        agreed: check.agreed,
    };
    RunReportView {
        calls: report.calls,
        splits: report.splits,
        cache_writes: report.cache_writes,
        cache_reads: report.cache_reads,
        cache_saved_usd: cache_saved_usd(spent, model),
        reused_blocks: report.reused_blocks,
        strays: report.strays,
        usage,
        estimated_input_tokens: report.estimated_input_tokens,
        estimated_output_tokens: report.estimated_output_tokens,
        outcomes: report.outcomes.into_iter().collect(),
        checks: report.checks,
        agreement: report.fields.into_iter().map(field).collect(),
        failures: report
            .failures
            .into_iter()
            .map(|(message, blocks)| FailureView { message, blocks })
            .collect(),
        not_enforced,
    }
}

/// Against the same calls with nothing cached; none where prices are not known.
fn cache_saved_usd(spent: Usage, model: &ModelFacts) -> Option<f64> {
    let prices = model.prices?;
    let ttl = gloss_llm::CacheTtl::FiveMinutes;
    let input_tokens = spent.input_tokens + spent.cache_write_tokens + spent.cache_read_tokens;
    let plain = Usage { input_tokens, output_tokens: spent.output_tokens, ..Usage::default() };
    // Call by call no prompt was beyond a cliff that is not beyond it here.
    let flat = gloss_llm::Prices { cliff_prompt_tokens: None, ..prices };
    let (cached, plain) = (flat.cost_micro_usd(spent, ttl), flat.cost_micro_usd(plain, ttl));
    let saved = usd(plain.abs_diff(cached));
    Some(if plain >= cached { saved } else { -saved })
}
