//! Projects and deletes over REST.

use insta::assert_snapshot;

use super::{Gloss, SCHEMA};

#[tokio::test]
async fn a_project_is_made_renamed_and_deleted() {
    let gloss = Gloss::new().await;
    let create = "POST /v1/projects\n\n{\"name\": \" Leases/2025 \", \"description\": \"Flats\"}";
    assert_snapshot!(gloss.show(create).await, @r#"
    201 Created
    content-type: application/json
    {
      "project_id": "<1>",
      "name": "Leases/2025",
      "description": "Flats",
      "is_default": false,
      "documents": 0,
      "created_at": "2027-01-15T08:00:00.000Z",
      "updated_at": "2027-01-15T08:00:00.000Z"
    }
    "#);
    let fields = ["name", "description", "is_default", "documents"];
    let mut lines = Vec::new();
    for request in [
        "GET /v1/projects/Leases%2F2025",
        "PATCH /v1/projects/Leases%2F2025\n\n{\"name\": \"Leases\"}",
        "PATCH /v1/projects/Leases\n\n{\"description\": null}",
        "GET /v1/projects/00000000-0000-7000-8000-000000000001",
    ] {
        lines.push(gloss.line(request, &fields).await);
    }
    let fields = ["items/0/name", "items/1/name", "next"];
    lines.push(gloss.line("GET /v1/projects?limit=1", &fields).await);
    lines.push(gloss.line("GET /v1/projects?after=Default%20Project", &fields).await);
    let fields = ["projects", "documents", "runs", "answers", "confirmed_answers"];
    lines.push(gloss.line("DELETE /v1/projects/Leases", &fields).await);
    assert_snapshot!(lines.join("\n"), @r"
    200 Leases/2025 | Flats | false | 0
    200 Leases | Flats | false | 0
    200 Leases | null | false | 0
    200 Default Project | null | true | 0
    200 Default Project | Default Project
    200 Leases | null
    200 1 | 0 | 0 | 0 | 0
    ");
}

#[tokio::test]
async fn documents_go_into_projects() {
    let gloss = Gloss::new().await;
    let fields =
        ["project_name", "items/0/title", "items/1/title", "next", "name", "code", "notice"];
    let mut lines = Vec::new();
    for request in [
        "POST /v1/documents?file_name=a.md&project=Leases\n\n# A",
        "GET /v1/documents",
        "POST /v1/projects\n\n{\"name\": \"Leases\"}",
        "POST /v1/documents?file_name=a.md&project=Leases\n\n# A",
        "POST /v1/documents?file_name=a.md\n\n# A",
        "POST /v1/documents?file_name=b.md\n\n# B",
        "POST /v1/documents?file_name=b.md&project=Leases\n\n# B",
        "GET /v1/documents",
        "GET /v1/documents?project=Leases",
        "GET /v1/documents?project=Lease",
    ] {
        lines.push(gloss.line(request, &fields).await);
    }
    let b = gloss.send("POST /v1/documents?file_name=b.md\n\n# B").await.text_of("document_id");
    let to = |project| format!("PUT /v1/documents/{b}/project\n\n{{\"project\": \"{project}\"}}");
    lines.push(gloss.line(&to("Nowhere"), &fields).await);
    lines.push(gloss.line(&to("Leases"), &fields).await);
    let form = |project| {
        format!(
            "POST /v1/documents?project={project}\ncontent-type: multipart/form-data; boundary=b\n\n\
             --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.md\"\r\n\r\n\
             # C\r\n--b--\r\n"
        )
    };
    let fields = ["code", "files/0/outcome"];
    lines.push(gloss.line(&form("Lease"), &fields).await);
    lines.push(gloss.line(&form("Leases"), &fields).await);
    lines.push(gloss.line("GET /v1/projects/Leases", &["documents"]).await);
    assert_snapshot!(lines.join("\n"), @r"
    404 project_not_found
    200 null
    201 Leases
    201 Leases | null
    200 Leases | null
    201 Default Project | null
    200 Default Project | it stays in project `Default Project`, where it was: `gloss documents move <1> --project Leases` (PUT /v1/documents/<1>/project) moves it
    200 B | A | null
    200 A | null
    404 project_not_found
    404 project_not_found
    200 Leases
    404 project_not_found
    207 ingested
    200 3
    ");
}

#[tokio::test]
async fn what_is_needed_is_not_deleted() {
    let gloss = Gloss::new().await;
    let run = gloss.run().await;
    let document = gloss.document().await;
    let mut lines = Vec::new();
    for request in [
        format!("DELETE /v1/documents/{document}"),
        format!("DELETE /v1/documents/{document}?cascade"),
        format!("DELETE /v1/runs/{run}?cascade=true"),
        "DELETE /v1/schemas/notes".to_owned(),
        "DELETE /v1/projects/Default%20Project?cascade".to_owned(),
        "DELETE /v1/projects/Nowhere".to_owned(),
        "DELETE /v1/schemas/nothing".to_owned(),
        format!("DELETE /v1/runs/{run}?cascade=maybe"),
        format!("DELETE /v1/runs/{run}?force"),
        "DELETE /v1/documents/7".to_owned(),
        "PATCH /v1/projects/Default%20Project\n\n{}".to_owned(),
        "PATCH /v1/projects/Default%20Project\n\n{\"name\": \"\"}".to_owned(),
        "POST /v1/projects\n\n{\"name\": \"Default Project\"}".to_owned(),
        "POST /v1/projects\n\n{\"name\": \"a\\nb\"}".to_owned(),
        "POST /v1/projects\n\n{\"title\": \"a\"}".to_owned(),
    ] {
        lines.push(gloss.problem(&request).await);
    }
    assert_snapshot!(lines.join("\n"), @r"
    409 document_has_runs | document <1> has 1 run
    409 run_is_running | run <2> is running
    409 run_is_running | run <2> is running
    409 schema_has_runs | schema `notes` is used by 1 run
    409 default_project | `Default Project` is the default project, which stays
    404 project_not_found | there is no project `Nowhere`
    404 schema_not_found | there is no schema `nothing`
    400 invalid_query | the query cannot be read: cascade: `maybe` is neither true nor false
    400 invalid_query | the query cannot be read: force: unknown field `force`, expected `cascade`
    400 invalid_document_id | `7` is not a document id (a UUID such as <3>)
    400 nothing_to_change | neither a name nor a description
    400 invalid_project_name | a project's name has 1 to 200 characters, this one 0
    409 project_name_taken | there is a project `Default Project` already
    400 invalid_project_name | a project's name has no line breaks, tabs or other control characters
    400 invalid_body | the body cannot be read: unknown field `title`, expected `name` or `description` at line 1 column 8
    ");
    assert_snapshot!(gloss.show(&format!("DELETE /v1/documents/{document}")).await, @r#"
    409 Conflict
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "document <1> has 1 run",
      "code": "document_has_runs",
      "hint": "`--cascade` (`?cascade=true`) deletes them too, with their answers; `gloss export` saves those first"
    }
    "#);
}

#[tokio::test]
async fn a_cascade_says_what_has_gone() {
    let gloss = Gloss::new().await;
    let run = gloss.staged().await;
    let document = gloss.document().await;
    let confirm = format!("POST /v1/runs/{run}/overlays/confirm\n\n{{\"blocks\": [0]}}");
    gloss.send(&confirm).await;
    let refused = gloss.problem(&format!("DELETE /v1/runs/{run}")).await;
    assert_snapshot!(refused, @"409 run_has_confirmed | run <1> has 1 confirmed answer");
    let delete = format!("DELETE /v1/documents/{document}?cascade=true");
    assert_snapshot!(gloss.show(&delete).await, @r#"
    200 OK
    content-type: application/json
    {
      "projects": 0,
      "documents": 1,
      "schemas": 0,
      "runs": 1,
      "answers": 3,
      "confirmed_answers": 1
    }
    "#);
    let mut lines = Vec::new();
    for request in [
        format!("GET /v1/documents/{document}"),
        format!("GET /v1/runs/{run}"),
        delete,
        // A schema may be called `check`.
        format!("POST /v1/schemas\n\n{{\"schema_ref\": \"check\", \"schema_json\": {SCHEMA}}}"),
        "DELETE /v1/schemas/notes".to_owned(),
        format!("POST /v1/schemas\n\n{{\"schema_ref\": \"check\", \"schema_json\": {SCHEMA}}}"),
        "DELETE /v1/schemas/check".to_owned(),
    ] {
        lines.push(gloss.line(&request, &["code", "schemas", "schema_ref"]).await);
    }
    assert_snapshot!(lines.join("\n"), @r"
    404 document_not_found
    404 run_not_found
    404 document_not_found
    409 schema_content_taken
    200 1
    201 check
    200 1
    ");
}
