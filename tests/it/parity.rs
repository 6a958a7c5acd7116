//! Both faces offer the same operations, by the same names: the table, and what is missing from it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::CommandFactory;
use gloss_app::OPERATIONS;
use gloss_app::ops::Route;
use serde_json::Value;

#[test]
fn every_operation_has_a_command_and_a_route() {
    let mut table = format!("{:<25}{:<26}{}\n", "operation", "gloss", "route");
    for operation in OPERATIONS {
        let route = match operation.route {
            Route::At(method, path) => format!("{method} {path}"),
            Route::HostOnly => "only on the host".to_owned(),
        };
        let _ = writeln!(table, "{:<25}{:<26}{route}", operation.name, operation.command);
    }
    insta::assert_snapshot!(table, @"
    operation                gloss                     route
    project_create           projects create           POST /v1/projects
    project_list             projects list             GET /v1/projects
    project_get              projects show             GET /v1/projects/{project}
    project_update           projects rename           PATCH /v1/projects/{project}
    project_delete           projects delete           DELETE /v1/projects/{project}
    document_ingest          ingest                    POST /v1/documents
    document_list            documents list            GET /v1/documents
    document_get             documents show            GET /v1/documents/{document_id}
    document_move            documents move            PUT /v1/documents/{document_id}/project
    document_delete          documents delete          DELETE /v1/documents/{document_id}
    document_blocks          documents blocks          GET /v1/documents/{document_id}/blocks
    document_source          documents source          GET /v1/documents/{document_id}/source
    document_representation  documents representation  GET /v1/documents/{document_id}/representation
    schema_save              schema save               POST /v1/schemas
    schema_list              schema list               GET /v1/schemas
    schema_get               schema show               GET /v1/schemas/{schema_ref}
    schema_check             schema check              POST /v1/schemas/check
    schema_delete            schema delete             DELETE /v1/schemas/{schema_ref}
    run_plan                 plan                      POST /v1/runs/plan
    run_create               run                       POST /v1/runs
    run_list                 runs list                 GET /v1/runs
    run_get                  runs show                 GET /v1/runs/{run_id}
    run_report               runs report               GET /v1/runs/{run_id}/report
    run_cancel               runs cancel               POST /v1/runs/{run_id}/cancel
    run_resume               runs resume               POST /v1/runs/{run_id}/resume
    run_budget               runs budget               PUT /v1/runs/{run_id}/budget
    run_retry_failed         runs retry-failed         POST /v1/runs/{run_id}/retry-failed
    run_delete               runs delete               DELETE /v1/runs/{run_id}
    overlay_list             review show               GET /v1/runs/{run_id}/overlays
    overlay_confirm          review confirm            POST /v1/runs/{run_id}/overlays/confirm
    overlay_reject           review reject             POST /v1/runs/{run_id}/overlays/reject
    overlay_edit             review edit               PUT /v1/runs/{run_id}/overlays/{block_index}/staging
    overlay_reopen           review reopen             POST /v1/runs/{run_id}/overlays/reopen
    export_write             export                    GET /v1/runs/{run_id}/export
    model_list               models list               GET /v1/models
    database_status          db status                 GET /health
    model_probe              models probe              only on the host
    worker_run               worker                    only on the host
    demo_run                 demo                      only on the host
    server_run               serve                     only on the host
    simulator_run            simulator                 only on the host
    database_migrate         db migrate                only on the host
    database_backup          db backup                 only on the host
    doctor_check             doctor                    only on the host
    doctor_formats           doctor formats            only on the host
    completions_print        completions               only on the host
    ");

    let commands: BTreeSet<String> = OPERATIONS.iter().map(|o| o.command.to_owned()).collect();
    let mut found = BTreeSet::new();
    leaves(&gloss_cli::Cli::command(), "", &mut found);
    assert_eq!(found, commands, "the command line and the catalogue differ");

    let routes: BTreeSet<(String, String)> = OPERATIONS
        .iter()
        .filter_map(|operation| match operation.route {
            Route::At(method, path) => {
                Some((format!("{method} {path}"), operation.name.to_owned()))
            }
            Route::HostOnly => None,
        })
        .collect();
    let mut found = openapi_routes();
    // The description describes itself to nobody but programs.
    found.retain(|(route, _)| route != "GET /v1/openapi.json");
    assert_eq!(found, routes, "the REST API and the catalogue differ");
}

fn leaves(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
    for child in command.get_subcommands() {
        let path = format!("{path} {}", child.get_name()).trim().to_owned();
        leaves(child, &path, found);
        // Some commands mean something with and without a second word.
        if !child.is_subcommand_required_set() {
            found.insert(path);
        }
    }
}

fn openapi_routes() -> BTreeSet<(String, String)> {
    let openapi = serde_json::to_value(gloss_server::openapi()).expect("the description is JSON");
    let mut routes = BTreeSet::new();
    for (path, item) in openapi["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let id = operation.get("operationId").and_then(Value::as_str).unwrap_or("?");
            routes.insert((format!("{} {path}", method.to_uppercase()), id.to_owned()));
        }
    }
    routes
}
