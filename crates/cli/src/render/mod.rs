//! What people read. Programs read `--json`, which is the views themselves.

use gloss_app::show_usd;
use gloss_app::views::{
    DoctorView, DocumentView, OverlayView, Page, PlanView, ReviewView, RunSummaryView, RunView,
    SchemaCheckView, SchemaSaveView, SchemaView,
};
use serde_json::Value;

mod contents;
mod files;
mod models;
mod projects;
mod report;
mod table;

pub(crate) use contents::blocks;
pub(crate) use files::{formats, hints, ingested, ingested_files, reasons};
pub(crate) use models::{models, probe};
pub(crate) use projects::{deleted, project, projects};
pub(crate) use report::report;
use table::table;

/// Longer texts are cut in listings.
const CELL_CHARS_MAX: usize = 60;

/// What a file is called may move the cursor or colour the screen.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '?' } else { c }).collect()
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CELL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

pub(crate) fn usd(amount: f64) -> String {
    show_usd((amount * 1e6).round() as u64)
}

/// Nothing is no price.
fn cost(amount: f64, known: bool) -> String {
    if known { usd(amount) } else { "cost unknown".to_owned() }
}

fn page<T>(text: String, page: &Page<T>, what: &str) -> String {
    match (&page.next, page.items.is_empty()) {
        (_, true) => format!("no {what}"),
        (Some(next), _) => format!("{text}\n\nmore: --after {next}"),
        (None, _) => text,
    }
}

pub(crate) fn documents(view: &Page<DocumentView>, width: Option<u16>) -> String {
    let rows = view.items.iter().map(|document| {
        let blocks = document.conversion.as_ref().map_or(0, |c| c.total_blocks);
        [
            document.document_id.clone(),
            document.status.clone(),
            blocks.to_string(),
            cut(&document.title),
        ]
    });
    page(table(["DOCUMENT", "STATUS", "BLOCKS", "TITLE"], rows, width), view, "documents")
}

pub(crate) fn document(view: &DocumentView) -> String {
    let mut lines = vec![
        format!("document    {}", view.document_id),
        format!("title       {}", view.title),
        format!("project     {}", view.project_name),
        format!("status      {}", view.status),
    ];
    lines.extend(view.error.iter().map(|error| format!("error       {error}")));
    lines.push(format!("source      {}, {} bytes", view.source_type, view.source_filesize));
    lines.push(format!("source_uid  {}", view.source_uid));
    if let Some(conversion) = &view.conversion {
        lines.push(format!("conv_uid    {}", conversion.conv_uid));
        let freq: Vec<String> =
            conversion.block_type_freq.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        lines.push(format!("blocks      {}: {}", conversion.total_blocks, freq.join(", ")));
        lines.extend(conversion.notes.iter().map(|note| format!("note        {}", note.message)));
    }
    lines.join("\n")
}

pub(crate) fn schema_saved(view: &SchemaSaveView) -> String {
    let what = if view.created { "saved" } else { "already saved" };
    let mut text = format!("{}  {what}  {}", view.schema.schema_ref, view.schema.schema_uid);
    for problem in &view.schema.problems {
        text.push_str(&format!("\nwarning: it cannot be run yet: {problem}"));
    }
    text
}

pub(crate) fn schemas(view: &Page<SchemaView>, width: Option<u16>) -> String {
    let rows = view.items.iter().map(|schema| {
        let fields: Vec<&str> = schema.columns.iter().map(|c| c.name.as_str()).collect();
        [schema.schema_ref.clone(), cut(&fields.join(", "))]
    });
    page(table(["SCHEMA", "FIELDS"], rows, width), view, "schemas")
}

fn fields(columns: &[gloss_app::views::ColumnView], width: Option<u16>) -> String {
    let rows = columns.iter().map(|column| {
        let kind = column.type_name.clone().unwrap_or_else(|| "any".to_owned());
        let kind = if column.nullable { format!("{kind} or null") } else { kind };
        [column.name.clone(), kind, cut(column.description.as_deref().unwrap_or(""))]
    });
    table(["FIELD", "TYPE", "DESCRIPTION"], rows, width)
}

pub(crate) fn schema(view: &SchemaView, width: Option<u16>) -> String {
    let mut text = format!(
        "schema      {}\nschema_uid  {}\n\n{}",
        view.schema_ref,
        view.schema_uid,
        fields(&view.columns, width)
    );
    for problem in &view.problems {
        text.push_str(&format!("\nwarning: it cannot be run: {problem}"));
    }
    text
}

pub(crate) fn schema_checked(view: &SchemaCheckView, width: Option<u16>) -> String {
    if !view.compatible {
        let problems: Vec<String> = view.problems.iter().map(|p| format!("- {p}")).collect();
        return format!("it cannot be run:\n{}", problems.join("\n"));
    }
    let fields = fields(&view.columns, width);
    format!("it can be run; its name would be `{}`\n\n{fields}", view.schema_ref)
}

const NOT_YET: &str = "provider_batch_api";

fn planned(mode: &str) -> String {
    if mode == NOT_YET { format!("{mode} *") } else { mode.to_owned() }
}

pub(crate) fn plan(view: &PlanView, width: Option<u16>) -> String {
    let rows = view.modes.iter().map(|mode| {
        [
            planned(&mode.batching_mode),
            if mode.prompt_caching { "on" } else { "off" }.to_owned(),
            mode.calls.to_string(),
            mode.usage.input_tokens.to_string(),
            mode.usage.cache_write_tokens.to_string(),
            mode.usage.cache_read_tokens.to_string(),
            mode.usage.output_tokens.to_string(),
            mode.cost_usd.map_or_else(|| "unknown".to_owned(), usd),
        ]
    });
    let head = ["MODE", "CACHING", "CALLS", "INPUT", "CACHE WRITE", "CACHE READ", "OUTPUT", "COST"];
    let asked = view.total_blocks - view.skipped_blocks;
    let mut text = format!(
        "{} with `{}` on {}: {} ({} skipped), {} in every call\n\n{}",
        view.document_id,
        view.schema_ref,
        view.model,
        count(u64::from(asked), "block", "blocks"),
        view.skipped_blocks,
        count(u64::from(view.prefix_tokens), "token", "tokens"),
        table(head, rows, width)
    );
    if view.modes.iter().any(|mode| mode.batching_mode == NOT_YET) {
        text.push_str("\n\n* for comparison: runs cannot use it yet");
    }
    if view.repeated_blocks > 0 {
        let repeated = count(view.repeated_blocks.into(), "block", "blocks");
        text.push_str(&format!("\n\n{repeated} with the content of another, asked about once"));
    }
    if view.prefix_tokens < view.cacheable_tokens_min {
        text.push_str(&format!(
            "\n\nnothing is cached: the instructions are about {} tokens, and this model caches \
             from {}",
            view.prefix_tokens, view.cacheable_tokens_min
        ));
    }
    if !view.oversize_blocks.is_empty() {
        text.push_str(&format!("\n\ntoo large for any call: blocks {:?}", view.oversize_blocks));
    }
    text.push_str(&format!(
        "\n\na run would use {}; all figures are estimates, answers planned long",
        view.batching_mode
    ));
    text
}

pub(crate) fn summary(view: &RunSummaryView) -> String {
    let usage = &view.usage;
    let mut text = format!(
        "run {} is {}: {} of {} staged",
        view.run_id, view.status, view.completed_blocks, view.total_blocks
    );
    if view.failed_blocks > 0 {
        text.push_str(&format!(", {} failed", view.failed_blocks));
    }
    if view.skipped_blocks > 0 {
        text.push_str(&format!(", {} skipped", view.skipped_blocks));
    }
    text.push_str(&format!(
        "\n{} in {:.1} s, {}: tokens {} in, {} out, {} written to and {} read from the cache",
        count(view.calls, "call", "calls"),
        std::time::Duration::from_millis(view.elapsed_ms).as_secs_f64(),
        cost(view.cost_usd, view.cost_known),
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_write_tokens,
        usage.cache_read_tokens
    ));
    let report = report(&view.report);
    if !report.is_empty() {
        text.push_str(&format!("\n{report}"));
    }
    text
}

pub(crate) fn run(view: &RunView) -> String {
    let usage = &view.usage;
    let mut lines = vec![
        format!("run        {}", view.run_id),
        format!("document   {}", view.document_id),
        format!("schema     {}", view.schema_ref),
        format!("status     {}", view.status),
    ];
    if let (Some(attention), Some(advice)) = (&view.attention, &view.advice) {
        lines.push(format!("attention  {attention}: {advice}"));
    }
    lines.push(format!(
        "blocks     {} total: {} completed, {} failed, {} skipped, {} open",
        view.total_blocks,
        view.completed_blocks,
        view.failed_blocks,
        view.skipped_blocks,
        view.remaining_blocks
    ));
    lines.push(format!("mode       {}", view.batching_mode));
    lines.extend(view.model.iter().map(|model| format!("model      {model}")));
    lines.push(format!("calls      {}", view.calls));
    lines.push(format!(
        "tokens     {} in, {} out, {} cache write, {} cache read",
        usage.input_tokens, usage.output_tokens, usage.cache_write_tokens, usage.cache_read_tokens
    ));
    let budget = view.budget_usd.map_or_else(String::new, |budget| format!(" of {}", usd(budget)));
    let reserved = match view.reserved_usd {
        none if none <= 0.0 => String::new(),
        some => format!(", {} reserved for calls under way", usd(some)),
    };
    lines.push(format!("cost       {}{budget}{reserved}", cost(view.cost_usd, view.cost_known)));
    lines.join("\n")
}

pub(crate) fn runs(view: &Page<RunView>, width: Option<u16>) -> String {
    let rows = view.items.iter().map(|run| {
        let status = match &run.attention {
            Some(attention) => format!("{} ({attention})", run.status),
            None => run.status.clone(),
        };
        [
            run.run_id.clone(),
            status,
            format!("{}/{}", run.completed_blocks, run.total_blocks - run.skipped_blocks),
            run.failed_blocks.to_string(),
            run.schema_ref.clone(),
            cost(run.cost_usd, run.cost_known),
        ]
    });
    let head = ["RUN", "STATUS", "DONE", "FAILED", "SCHEMA", "COST"];
    page(table(head, rows, width), view, "runs")
}

pub(crate) fn overlays(view: &Page<OverlayView>) -> String {
    let blocks = view.items.iter().map(|overlay| {
        let status = if overlay.status == "ai_complete" { "staged" } else { &overlay.status };
        let edited = if overlay.edited_by.is_some() { ", edited" } else { "" };
        let mut text = format!(
            "[{}] {} · {status}{edited} · revision {}\n    {}",
            overlay.block_index,
            overlay.block_type,
            overlay.revision,
            cut(&overlay.block_content)
        );
        let answer = overlay.confirmed.as_ref().or(overlay.staging.as_ref());
        for (name, value) in answer.and_then(Value::as_object).into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.push_str(&format!("\n    {name}: {}", cut(&value)));
        }
        if let Some(error) = &overlay.last_error {
            text.push_str(&format!("\n    {}: {}", error.kind, cut(&error.message)));
        }
        text
    });
    page(blocks.collect::<Vec<_>>().join("\n"), view, "blocks")
}

pub(crate) fn reviewed(view: &ReviewView, verb: &str) -> String {
    let changed = count(view.changed.len() as u64, "block", "blocks");
    let mut text = format!("{changed} {verb}");
    if !view.unchanged.is_empty() {
        let list: Vec<String> = view.unchanged.iter().map(ToString::to_string).collect();
        text.push_str(&format!("; left as they are: {}", list.join(", ")));
    }
    text
}

pub(crate) fn doctor(view: &DoctorView) -> String {
    let database = &view.database;
    let mut text = format!(
        "database  {} {}, migrations {} of {}\n",
        database.kind, database.version, database.migrations_applied, database.migrations_known
    );
    text.push_str(&contents::objects(&view.objects));
    for (at, key) in view.api_keys.iter().enumerate() {
        let head = if at == 0 { "API keys" } else { "" };
        let set = if key.set { "set" } else { "not set" };
        text.push_str(&format!("{head:10}{}: {} {set}\n", key.provider, key.variable));
    }
    if view.healthy {
        text.push_str("health    every rule holds");
    }
    for finding in &view.findings {
        text.push_str(&format!("\nbroken: {}: {}", finding.rule, finding.detail));
    }
    text
}
