//! The operations, one per file, and their catalogue.
//!
//! One name at every layer: `ops/run_cancel.rs`, [`crate::App::run_cancel`], `gloss runs cancel`,
//! `POST /v1/runs/{run_id}/cancel`. The parity test prints this table and fails on a missing cell.

mod database;
mod doctor_check;
mod doctor_formats;
mod doctor_objects;
mod document_blocks;
mod document_delete;
mod document_get;
mod document_ingest;
mod document_ingest_batch;
mod document_list;
mod document_move;
mod document_representation;
mod document_source;
mod export_write;
mod lookup;
mod model_list;
mod model_probe;
mod overlay_list;
mod overlay_review;
mod project_create;
mod project_delete;
mod project_get;
mod project_list;
mod project_update;
mod run_budget;
mod run_change;
mod run_create;
mod run_delete;
mod run_get;
mod run_list;
mod run_plan;
mod run_report;
mod schema_check;
mod schema_delete;
mod schema_get;
mod schema_list;
mod schema_save;

pub use doctor_check::DoctorCheck;
pub use document_ingest::DocumentIngest;
pub use document_ingest_batch::BatchFile;
pub use document_list::{DocumentList, PageRequest};
pub use document_source::DocumentFile;
pub use export_write::{ExportRequest, Exported};
pub use overlay_list::OverlayList;
pub use overlay_review::{OverlayReview, ReviewAction};
pub use project_create::ProjectCreate;
pub use project_update::ProjectUpdate;
pub use run_budget::RunBudget;
pub use run_create::{RunCreate, RunCreated};
pub use run_list::RunList;
pub use run_plan::RunPlan;
pub use schema_save::SchemaSave;

/// One thing Gloss can do, and where it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    pub name: &'static str,
    /// The words after `gloss`.
    pub command: &'static str,
    /// Method and path, or why there is none.
    pub route: Route,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    At(&'static str, &'static str),
    /// Only for whoever has the machine: it opens files, processes or the database itself.
    HostOnly,
}

const fn at(
    name: &'static str,
    command: &'static str,
    method: &'static str,
    path: &'static str,
) -> Operation {
    Operation { name, command, route: Route::At(method, path) }
}

const fn host(name: &'static str, command: &'static str) -> Operation {
    Operation { name, command, route: Route::HostOnly }
}

/// `document_ingest_batch` is `document_ingest` for many files, at the same command and route.
pub const OPERATIONS: &[Operation] = &[
    at("project_create", "projects create", "POST", "/v1/projects"),
    at("project_list", "projects list", "GET", "/v1/projects"),
    at("project_get", "projects show", "GET", "/v1/projects/{project}"),
    at("project_update", "projects rename", "PATCH", "/v1/projects/{project}"),
    at("project_delete", "projects delete", "DELETE", "/v1/projects/{project}"),
    at("document_ingest", "ingest", "POST", "/v1/documents"),
    at("document_list", "documents list", "GET", "/v1/documents"),
    at("document_get", "documents show", "GET", "/v1/documents/{document_id}"),
    at("document_move", "documents move", "PUT", "/v1/documents/{document_id}/project"),
    at("document_delete", "documents delete", "DELETE", "/v1/documents/{document_id}"),
    at("document_blocks", "documents blocks", "GET", "/v1/documents/{document_id}/blocks"),
    at("document_source", "documents source", "GET", "/v1/documents/{document_id}/source"),
    at(
        "document_representation",
        "documents representation",
        "GET",
        "/v1/documents/{document_id}/representation",
    ),
    at("schema_save", "schema save", "POST", "/v1/schemas"),
    at("schema_list", "schema list", "GET", "/v1/schemas"),
    at("schema_get", "schema show", "GET", "/v1/schemas/{schema_ref}"),
    at("schema_check", "schema check", "POST", "/v1/schemas/check"),
    at("schema_delete", "schema delete", "DELETE", "/v1/schemas/{schema_ref}"),
    at("run_plan", "plan", "POST", "/v1/runs/plan"),
    at("run_create", "run", "POST", "/v1/runs"),
    at("run_list", "runs list", "GET", "/v1/runs"),
    at("run_get", "runs show", "GET", "/v1/runs/{run_id}"),
    at("run_report", "runs report", "GET", "/v1/runs/{run_id}/report"),
    at("run_cancel", "runs cancel", "POST", "/v1/runs/{run_id}/cancel"),
    at("run_resume", "runs resume", "POST", "/v1/runs/{run_id}/resume"),
    at("run_budget", "runs budget", "PUT", "/v1/runs/{run_id}/budget"),
    at("run_retry_failed", "runs retry-failed", "POST", "/v1/runs/{run_id}/retry-failed"),
    at("run_delete", "runs delete", "DELETE", "/v1/runs/{run_id}"),
    at("overlay_list", "review show", "GET", "/v1/runs/{run_id}/overlays"),
    at("overlay_confirm", "review confirm", "POST", "/v1/runs/{run_id}/overlays/confirm"),
    at("overlay_reject", "review reject", "POST", "/v1/runs/{run_id}/overlays/reject"),
    at("overlay_edit", "review edit", "PUT", "/v1/runs/{run_id}/overlays/{block_index}/staging"),
    at("overlay_reopen", "review reopen", "POST", "/v1/runs/{run_id}/overlays/reopen"),
    at("export_write", "export", "GET", "/v1/runs/{run_id}/export"),
    at("model_list", "models list", "GET", "/v1/models"),
    at("database_status", "db status", "GET", "/health"),
    host("model_probe", "models probe"),
    host("worker_run", "worker"),
    host("demo_run", "demo"),
    host("server_run", "serve"),
    host("simulator_run", "simulator"),
    host("database_migrate", "db migrate"),
    host("database_backup", "db backup"),
    host("doctor_check", "doctor"),
    host("doctor_formats", "doctor formats"),
    host("completions_print", "completions"),
];
