//! Files in, documents out.

use insta::assert_snapshot;

use super::{Gloss, HARBOUR};
use crate::documents::FILE_BYTES_MAX;
use crate::extract::JSON_BYTES_MAX;

#[tokio::test]
async fn the_same_bytes_twice() {
    let gloss = Gloss::new().await;
    let ingest = format!("POST /v1/documents?file_name=harbour.md\n\n{HARBOUR}");
    assert_snapshot!(gloss.show(&ingest).await, @r#"
    201 Created
    content-type: application/json
    {
      "created": true,
      "outcome": "ingested",
      "notice": null,
      "document_id": "<1>",
      "project_id": "<2>",
      "project_name": "Default Project",
      "title": "Harbour",
      "status": "ingested",
      "error": null,
      "error_code": null,
      "source_uid": "83019a23881d08a162fcff8bcb19ea807e4d4b56a8989d9b467228063759198a",
      "source_type": "md",
      "source_filesize": 51,
      "source_total_characters": 51,
      "conversion": {
        "conv_uid": "7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3",
        "parsing_tool": "mdast",
        "representation_type": "markdown_bytes",
        "converter": "pulldown-cmark 0.13",
        "total_blocks": 3,
        "total_characters": 46,
        "block_type_freq": {
          "heading": 1,
          "paragraph": 2
        },
        "notes": []
      },
      "created_at": "2027-01-15T08:00:00.000Z"
    }
    "#);
    assert_snapshot!(gloss.line(&ingest, &["created", "document_id", "title"]).await, @"200 false | <1> | Harbour");
    let id = gloss.document().await;
    assert_snapshot!(
        gloss.line(&format!("GET /v1/documents/{id}"), &["document_id", "status"]).await, @"200 <1> | ingested");
}

/// The document is the one that was there, whatever becomes of it this time.
#[tokio::test]
async fn what_failed_and_comes_again_is_not_new() {
    let gloss = Gloss::new().await;
    let fields = ["created", "outcome", "error_code", "document_id", "title"];
    let mut lines = Vec::new();
    for query in ["file_name=blank.md", "file_name=other.md", "file_name=blank.md&title=Given"] {
        lines.push(gloss.line(&format!("POST /v1/documents?{query}\n\n \n"), &fields).await);
    }
    assert_snapshot!(lines.join("\n"), @"
    201 true | failed | no_blocks | <1> | blank
    200 false | failed | no_blocks | <1> | blank
    200 false | failed | no_blocks | <1> | Given
    ");
}

#[tokio::test]
async fn titles_come_from_the_query_the_heading_or_the_name() {
    let gloss = Gloss::new().await;
    let mut lines = Vec::new();
    for request in [
        "POST /v1/documents?file_name=a.md&title=Given%20%C3%A9\n\n# A",
        "POST /v1/documents?file_name=b.md\n\n# B",
        "POST /v1/documents?file_name=c.md\n\nno heading",
    ] {
        lines.push(gloss.line(request, &["title"]).await);
    }
    assert_snapshot!(lines.join("\n"), @r"
    201 Given é
    201 B
    201 c
    ");
}

#[tokio::test]
async fn pages() {
    let gloss = Gloss::new().await;
    for letter in ["a", "b", "c"] {
        gloss.send(&format!("POST /v1/documents?file_name={letter}.md\n\n{letter}")).await;
    }
    let first = gloss.send("GET /v1/documents?limit=2").await;
    let fields = ["items/0/title", "items/1/title", "next"];
    assert_snapshot!(gloss.line("GET /v1/documents?limit=2", &fields).await, @"200 c | b | <1>");
    let second = format!("GET /v1/documents?limit=2&after={}", first.text_of("next"));
    assert_snapshot!(gloss.line(&second, &fields).await, @"200 a | null");
    assert_snapshot!(gloss.line("GET /v1/documents", &["items/2/title", "next"]).await, @"200 a | null");
}

#[tokio::test]
async fn what_is_refused() {
    let gloss = Gloss::new().await;
    let mut lines = Vec::new();
    for request in [
        "POST /v1/documents\n\n# A",
        "POST /v1/documents?file_name=a.md&titel=B\n\n# A",
        "POST /v1/documents?file_name=a.exe\n\n# A",
        "GET /v1/documents?limit=many",
        "GET /v1/documents?limit=0",
        "GET /v1/documents?after=yesterday",
        "GET /v1/documents/7",
        "GET /v1/documents/0199d0c6-6a5e-7cc0-9a52-0d5f6f1f7a11",
        "GET /v1/documents/%FF",
    ] {
        lines.push(gloss.problem(request).await);
    }
    assert_snapshot!(lines.join("\n"), @"
    400 invalid_query | `file_name` is missing: it tells the format
    400 invalid_query | the query cannot be read: titel: unknown field `titel`, expected one of `file_name`, `title`, `project`
    400 unsupported_extension | .exe files are not supported: convert the file to .md, .markdown, .txt, .docx, .pdf, .pptx, .xlsx, .html, .htm or .csv
    400 invalid_query | the query cannot be read: limit: invalid digit found in string
    400 invalid_limit | `limit` is 0; give 1 to 1000
    400 invalid_cursor | `after` is `yesterday`, not a cursor
    400 invalid_document_id | `7` is not a document id (a UUID such as <1>)
    404 document_not_found | there is no document <1>
    400 invalid_path | the path cannot be read: Invalid UTF-8 in `document_id`
    ");
    assert_snapshot!(gloss.show("GET /v1/documents/7").await, @r#"
    400 Bad Request
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "`7` is not a document id (a UUID such as <1>)",
      "code": "invalid_document_id",
      "hint": "`gloss documents list` shows the ids"
    }
    "#);
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let gloss = Gloss::new().await;
    let ingest =
        |n_bytes: usize| format!("POST /v1/documents?file_name=a.txt\n\n{}", "a".repeat(n_bytes));
    assert_snapshot!(gloss.problem(&ingest(FILE_BYTES_MAX + 1)).await, @"413 body_too_large | the body is larger than this route takes");
    let json = format!("POST /v1/runs\n\n{}", " ".repeat(JSON_BYTES_MAX + 1));
    assert_snapshot!(gloss.problem(&json).await, @"413 body_too_large | the body is larger than this route takes");
    // More than JSON may have, less than a file may.
    assert_snapshot!(gloss.line(&ingest(JSON_BYTES_MAX + 1), &["source_filesize", "code"]).await, @"201 2097153");
}

/// A form as browsers send it: name of the part, file name if any, content.
fn form(query: &str, parts: &[(&str, Option<&str>, &str)]) -> String {
    let mut text =
        format!("POST /v1/documents{query}\ncontent-type: multipart/form-data; boundary=edge\n\n");
    for (name, file_name, content) in parts {
        let file_name = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        text += "--edge\r\ncontent-disposition: form-data; ";
        text += &format!("name=\"{name}\"{file_name}\r\n\r\n{content}\r\n");
    }
    text + "--edge--\r\n"
}

#[tokio::test]
async fn a_form_brings_many_files() {
    let gloss = Gloss::new().await;
    let good = ("file", Some("a.md"), "# A\n\nb");
    let fields = [
        "ingested",
        "existing",
        "failed",
        "refused",
        "files/0/outcome",
        "files/1/error",
        "files/1/code",
        "files/2/code",
    ];
    let mut lines = Vec::new();
    for parts in
        [vec![good, ("file", Some("b.exe"), "MZ"), ("file", Some("c.md"), " ")], vec![good]]
    {
        lines.push(gloss.line(&form("", &parts), &fields).await);
    }
    let many: Vec<(&str, Option<&str>, &str)> = (0..26).map(|_| good).collect();
    for (query, parts) in [
        ("", vec![]),
        ("", vec![("file", None, "text")]),
        ("", vec![good, ("colour", None, "red")]),
        ("?title=One", vec![good, good]),
        ("", many),
    ] {
        lines.push(gloss.problem(&form(query, &parts)).await);
    }
    let broken = "POST /v1/documents\ncontent-type: multipart/form-data; boundary=edge\n\n--ed";
    lines.push(gloss.problem(broken).await);
    let none = "POST /v1/documents\ncontent-type: multipart/form-data\n\n";
    lines.push(gloss.problem(none).await);
    assert_snapshot!(lines.join("\n"), @"
    207 1 | 0 | 1 | 1 | ingested | .exe files are not supported: convert the file to .md, .markdown, .txt, .docx, .pdf, .pptx, .xlsx, .html, .htm or .csv | unsupported_extension | no_blocks
    207 0 | 1 | 0 | 0 | existing
    400 no_files | the form has no part named `file`
    400 no_file_name | a part named `file` has no file name
    400 unknown_part | the form has a part named `colour`
    400 title_of_many | `title` goes with one file
    400 too_many_files | 26 files are more than 25 in one batch
    400 unreadable_body | incomplete multipart stream
    400 unreadable_body | Invalid `boundary` for `multipart/form-data` request
    ");
}
