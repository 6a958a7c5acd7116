//! Every operation has its route, its description and its handler.

use gloss_app::OPERATIONS;
use gloss_app::ops::Route;

use super::Gloss;
use crate::openapi;

#[tokio::test]
async fn every_operation_is_described_and_routed() {
    let gloss = Gloss::new().await;
    let api = serde_json::to_value(openapi()).unwrap();
    let mut n_routes = 0;
    for operation in OPERATIONS {
        let Route::At(method, path) = operation.route else { continue };
        n_routes += 1;
        let described = &api["paths"][path][method.to_lowercase()];
        assert_eq!(described["operationId"], operation.name, "{method} {path}");
        assert!(described["responses"]["default"].is_object(), "{method} {path}");
        let reply = gloss.send(&format!("{method} {}", path.replace(['{', '}'], "0"))).await;
        let missed = ["route_not_found", "method_not_allowed"];
        let code = reply.json()["code"].clone();
        assert!(!missed.iter().any(|missed| code == *missed), "{method} {path}: {reply:?}");
    }
    let items = api["paths"].as_object().unwrap().values();
    let described: usize = items.map(|item| item.as_object().unwrap().len()).sum();
    assert_eq!(described, n_routes, "a route without an operation");
}

#[tokio::test]
async fn the_description_is_served_and_complete() {
    let gloss = Gloss::new().await;
    let reply = gloss.send("GET /v1/openapi.json").await;
    let api = reply.json();
    assert_eq!(api, serde_json::to_value(openapi()).unwrap());
    let mut missing = Vec::new();
    references(&api, &mut |reference: &str| {
        if api.pointer(reference.trim_start_matches('#')).is_none() {
            missing.push(reference.to_owned());
        }
    });
    assert_eq!(missing, Vec::<String>::new());
    let names: Vec<&String> = api["components"]["schemas"].as_object().unwrap().keys().collect();
    insta::assert_debug_snapshot!(names, @r#"
    [
        "BlockView",
        "BudgetBody",
        "ColumnView",
        "ConversionView",
        "DeletedView",
        "DocumentView",
        "FailureView",
        "FieldAgreementView",
        "File",
        "Form",
        "HealthView",
        "IngestBatchView",
        "IngestView",
        "IngestedFileView",
        "LastErrorView",
        "ModelPricesView",
        "ModelView",
        "MoveBody",
        "NoteView",
        "OverlayView",
        "Page_BlockView",
        "Page_DocumentView",
        "Page_OverlayView",
        "Page_ProjectView",
        "Page_RunView",
        "Page_SchemaView",
        "PlanModeView",
        "PlanView",
        "Problem",
        "ProjectBody",
        "ProjectChangeBody",
        "ProjectView",
        "RejectBody",
        "ReviewBody",
        "ReviewView",
        "RunBody",
        "RunReportView",
        "RunView",
        "SchemaBody",
        "SchemaCheckView",
        "SchemaSaveView",
        "SchemaView",
        "UsageView",
    ]
    "#);
    insta::assert_snapshot!(format!("{:#}", api["paths"]["/v1/runs"]["post"]), @r##"
    {
      "tags": [
        "runs"
      ],
      "summary": "Starts a run. With an `Idempotency-Key`, the same request again answers with the same run.",
      "operationId": "run_create",
      "parameters": [
        {
          "name": "Idempotency-Key",
          "in": "header",
          "description": "1 to 255 characters.",
          "required": false,
          "schema": {
            "type": [
              "string",
              "null"
            ]
          }
        }
      ],
      "requestBody": {
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/RunBody"
            }
          }
        },
        "required": true
      },
      "responses": {
        "200": {
          "description": "The key had made it before.",
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/RunView"
              }
            }
          }
        },
        "201": {
          "description": "A new run.",
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/RunView"
              }
            }
          }
        },
        "default": {
          "description": "What went wrong, and what to do.",
          "content": {
            "application/problem+json": {
              "schema": {
                "$ref": "#/components/schemas/Problem"
              }
            }
          }
        }
      }
    }
    "##);
    insta::assert_snapshot!(format!("{:#}", api["paths"]["/v1/documents"]["post"]), @r##"
    {
      "tags": [
        "documents"
      ],
      "summary": "Takes a file, splits it into blocks, and keeps both; or a form with many files. The same bytes\nagain change nothing.",
      "operationId": "document_ingest",
      "parameters": [
        {
          "name": "file_name",
          "in": "query",
          "description": "Tells the format and, where the document has none, the title: `report.docx`. Needed unless\nthe body is a form, whose files have names of their own.",
          "required": false,
          "schema": {
            "type": "string"
          }
        },
        {
          "name": "title",
          "in": "query",
          "description": "Instead of the document's own title.",
          "required": false,
          "schema": {
            "type": "string"
          }
        },
        {
          "name": "project",
          "in": "query",
          "description": "Id or name of the project it goes into. Default: the default project.",
          "required": false,
          "schema": {
            "type": "string"
          }
        }
      ],
      "requestBody": {
        "description": "The file, as it is; or a form with the files in its parts named `file`.",
        "content": {
          "application/octet-stream": {
            "schema": {
              "$ref": "#/components/schemas/File"
            }
          },
          "multipart/form-data": {
            "schema": {
              "$ref": "#/components/schemas/Form"
            }
          }
        },
        "required": true
      },
      "responses": {
        "200": {
          "description": "It was there already; what had failed was read again.",
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/IngestView"
              }
            }
          }
        },
        "201": {
          "description": "A new document.",
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/IngestView"
              }
            }
          }
        },
        "207": {
          "description": "A form: what became of each file.",
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/IngestBatchView"
              }
            }
          }
        },
        "default": {
          "description": "What went wrong, and what to do.",
          "content": {
            "application/problem+json": {
              "schema": {
                "$ref": "#/components/schemas/Problem"
              }
            }
          }
        }
      }
    }
    "##);
    insta::assert_snapshot!(format!("{:#}", api["paths"]["/health"]["get"]["security"]), @r"
    [
      {}
    ]
    ");
    insta::assert_snapshot!(api["security"], @r#"[{"bearer":[]}]"#);
}

fn references(value: &serde_json::Value, found: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(reference) = map.get("$ref").and_then(|reference| reference.as_str()) {
                found(reference);
            }
            map.values().for_each(|value| references(value, found));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
