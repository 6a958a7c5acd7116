//! What a document holds, over REST.

use insta::assert_snapshot;

use super::{Gloss, HARBOUR};

#[tokio::test]
async fn blocks_come_in_pages() {
    let gloss = Gloss::new().await;
    let id = gloss.document().await;
    assert_snapshot!(gloss.show(&format!("GET /v1/documents/{id}/blocks?limit=2")).await, @r##"
    200 OK
    content-type: application/json
    {
      "items": [
        {
          "block_uid": "7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3:0",
          "block_index": 0,
          "block_type": "heading",
          "block_locator": {
            "type": "text_offset_range",
            "start_offset": 0,
            "end_offset": 9
          },
          "block_content": "# Harbour"
        },
        {
          "block_uid": "7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3:1",
          "block_index": 1,
          "block_type": "paragraph",
          "block_locator": {
            "type": "text_offset_range",
            "start_offset": 11,
            "end_offset": 30
          },
          "block_content": "The pier is closed."
        }
      ],
      "next": "2"
    }
    "##);
    let next = format!("GET /v1/documents/{id}/blocks?limit=2&after=2");
    assert_snapshot!(gloss.line(&next, &["items/0/block_index", "items/0/block_content", "next"]).await, @"
    200 2 | The crane is open. | null
    ");
}

/// Whatever the document is, a browser does not show it.
#[tokio::test]
async fn the_bytes_come_back_as_a_file() {
    let gloss = Gloss::new().await;
    let id = gloss.document().await;
    for (part, name) in [("source", "md"), ("representation", "md")] {
        let reply = gloss.send(&format!("GET /v1/documents/{id}/{part}")).await;
        let header = |name: &str| reply.headers[name].to_str().unwrap();
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, HARBOUR));
        assert_eq!(header("content-type"), "application/octet-stream");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-disposition"), format!("attachment; filename=\"{id}.{name}\""));
    }
    let none = "00000000-0000-7000-8000-000000000009";
    let mut told = Vec::new();
    for part in ["source", "representation", "blocks"] {
        told.push(gloss.line(&format!("GET /v1/documents/{none}/{part}"), &["code"]).await);
    }
    assert_snapshot!(told.join("\n"), @"
    404 document_not_found
    404 document_not_found
    404 document_not_found
    ");
}
