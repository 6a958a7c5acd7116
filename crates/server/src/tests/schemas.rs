//! Schemas, wrapped and bare.

use insta::assert_snapshot;

use super::{Gloss, SCHEMA};

#[tokio::test]
async fn the_same_schema_twice_and_another_under_its_name() {
    let gloss = Gloss::new().await;
    let save = format!("POST /v1/schemas\n\n{SCHEMA}");
    assert_snapshot!(gloss.show(&save).await, @r#"
    201 Created
    content-type: application/json
    {
      "created": true,
      "schema_id": "<1>",
      "schema_ref": "notes",
      "schema_uid": "59dd620e69f63bfb4c4479e3ce1ed183b945111dba1dcbf966462e7cfc384df2",
      "artifact": {
        "title": "Notes",
        "type": "object",
        "properties": {
          "topic": {
            "type": "string"
          },
          "urgent": {
            "type": "boolean"
          }
        },
        "required": [
          "topic",
          "urgent"
        ]
      },
      "columns": [
        {
          "name": "topic",
          "type": "string",
          "nullable": false,
          "description": null
        },
        {
          "name": "urgent",
          "type": "boolean",
          "nullable": false,
          "description": null
        }
      ],
      "problems": [],
      "created_at": "2027-01-15T08:00:00.000Z"
    }
    "#);
    assert_snapshot!(gloss.line(&save, &["created", "schema_id"]).await, @"200 false | <1>");
    let other = SCHEMA.replace("urgent", "late");
    let wrapped = format!(r#"{{"schema_ref": "notes", "schema_json": {other}}}"#);
    assert_snapshot!(gloss.show(&format!("POST /v1/schemas\n\n{wrapped}")).await, @r#"
    409 Conflict
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "schema `notes` exists with other content (existing 59dd620e69f63bfb4c4479e3ce1ed183b945111dba1dcbf966462e7cfc384df2, incoming 42fea3e937e6c481bf55cc28269344e52a3255dd49246745118b8a025e1afb15)",
      "code": "schema_ref_taken",
      "hint": "schemas never change: save it as `notes_v2`, for example"
    }
    "#);
    let wrapped = wrapped.replace("notes", "late-notes");
    let fields = ["created", "schema_ref"];
    assert_snapshot!(gloss.line(&format!("POST /v1/schemas\n\n{wrapped}"), &fields).await, @"201 true | late-notes");
    let fields = ["items/0/schema_ref", "items/1/schema_ref", "next"];
    assert_snapshot!(gloss.line("GET /v1/schemas", &fields).await, @"200 late-notes | notes | null");
}

#[tokio::test]
async fn keys_keep_their_order() {
    let gloss = Gloss::new().await;
    let wrapped = r#"{"schema_json": {"type": "object", "properties": {"z": {}, "a": {}}}}"#;
    let saved = gloss.send(&format!("POST /v1/schemas\n\n{wrapped}")).await;
    assert_snapshot!(saved.json()["artifact"], @r#"{"type":"object","properties":{"z":{},"a":{}}}"#);
}

#[tokio::test]
async fn a_schema_may_be_called_check() {
    let gloss = Gloss::new().await;
    let wrapped = format!(r#"{{"schema_ref": "check", "schema_json": {SCHEMA}}}"#);
    gloss.send(&format!("POST /v1/schemas\n\n{wrapped}")).await;
    assert_snapshot!(gloss.line("GET /v1/schemas/check", &["schema_ref"]).await, @"200 check");
}

#[tokio::test]
async fn checking_saves_nothing() {
    let gloss = Gloss::new().await;
    assert_snapshot!(gloss.show(&format!("POST /v1/schemas/check\n\n{SCHEMA}")).await, @r#"
    200 OK
    content-type: application/json
    {
      "compatible": true,
      "schema_ref": "notes",
      "schema_uid": "59dd620e69f63bfb4c4479e3ce1ed183b945111dba1dcbf966462e7cfc384df2",
      "columns": [
        {
          "name": "topic",
          "type": "string",
          "nullable": false,
          "description": null
        },
        {
          "name": "urgent",
          "type": "boolean",
          "nullable": false,
          "description": null
        }
      ],
      "problems": []
    }
    "#);
    let fields = ["compatible", "problems"];
    assert_snapshot!(gloss.line("POST /v1/schemas/check\n\n{}", &fields).await, @r#"200 false | ["`type` is not \"object\"","`properties` is not an object with at least one field"]"#);
    assert_snapshot!(gloss.line("GET /v1/schemas", &["items"]).await, @"200 []");
}

#[tokio::test]
async fn what_is_refused() {
    let gloss = Gloss::new().await;
    let mut lines = Vec::new();
    for request in [
        "POST /v1/schemas\n\n{\n  \"type\": object\n}",
        "POST /v1/schemas\n\n",
        "POST /v1/schemas\n\n[]",
        "POST /v1/schemas\n\n{\"schema_json\": {}, \"schema_rfe\": \"a\"}",
        "POST /v1/schemas\n\n{\"schema_json\": {}, \"schema_ref\": \"A b\"}",
        "POST /v1/schemas\n\n{\"schema_json\": 3}",
        "GET /v1/schemas/nothing",
        "GET /v1/schemas/No%20Name",
    ] {
        lines.push(gloss.problem(request).await);
    }
    assert_snapshot!(lines.join("\n"), @r"
    400 invalid_json | the body cannot be read: expected value at line 2 column 11
    400 invalid_json | the body cannot be read: EOF while parsing a value at line 1 column 0
    400 invalid_schema | the artifact is a list, not a JSON object
    400 invalid_body | the body cannot be read: unknown field `schema_rfe`, expected `schema_ref` or `schema_json` at line 1 column 32
    400 invalid_schema_ref | `A b` is not a schema name: use 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit
    400 invalid_schema | the artifact is a number, not a JSON object
    404 schema_not_found | there is no schema `nothing`
    400 invalid_schema_ref | `No Name` is not a schema name: use 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit
    ");
}
