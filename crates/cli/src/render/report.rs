//! How a run went, in as many lines as there is something to say.

use gloss_app::views::RunReportView;

use super::{count, usd};

/// Only what there is something to say about.
pub(crate) fn report(view: &RunReportView) -> String {
    let mut lines = Vec::new();
    if view.cache_writes + view.cache_reads > 0 {
        let saved = match view.cache_saved_usd {
            Some(saved) if saved < 0.0 => format!("; it cost {} more than it saved", usd(-saved)),
            Some(saved) => format!("; {} saved", usd(saved)),
            None => String::new(),
        };
        let wrote = view.cache_writes;
        lines.push(format!(
            "cache      {} of {} read it, {wrote} wrote it{saved}",
            view.cache_reads,
            count(view.calls, "call", "calls")
        ));
    }
    if view.reused_blocks > 0 {
        let blocks = count(view.reused_blocks.into(), "block", "blocks");
        lines.push(format!("reused     {blocks} took over the answer to the same content"));
    }
    if view.splits > 0 {
        let splits = count(view.splits, "call", "calls");
        lines.push(format!("again      {splits} asked anew what others had left open"));
    }
    if view.strays > 0 {
        let strays = count(view.strays, "result", "results");
        lines.push(format!("dropped    {strays} for blocks that were not asked about"));
    }
    if !view.agreement.is_empty() {
        let fields = view.agreement.iter().map(|f| format!("{} {}/{}", f.field, f.agreed, f.asked));
        let fields = fields.collect::<Vec<_>>().join(", ");
        lines.push(format!("agreement  of packs with single calls: {fields}"));
    }
    let usage = &view.usage;
    let prompt = usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens;
    if prompt > 0 && usage.output_tokens > 0 {
        let times = |estimate: u64, counted: u64| estimate as f64 / counted as f64;
        lines.push(format!(
            "estimated  {:.2}x the input and {:.2}x the output that the provider counted",
            times(view.estimated_input_tokens, prompt),
            times(view.estimated_output_tokens, usage.output_tokens)
        ));
    }
    let failed = view.outcomes.iter().filter(|(outcome, _)| *outcome != "ok");
    let failed: Vec<String> = failed.map(|(outcome, calls)| format!("{outcome} {calls}")).collect();
    if !failed.is_empty() {
        lines.push(format!("trouble    {}", failed.join(", ")));
    }
    for failure in &view.failures {
        let blocks = count(failure.blocks, "block", "blocks");
        lines.push(format!("failed     {blocks}: {}", failure.message));
    }
    if !view.not_enforced.is_empty() {
        lines.push(format!(
            "checked    here and not by the provider: {}",
            view.not_enforced.join(", ")
        ));
    }
    lines.join("\n")
}
