//! Who is let in, and what others are told.

use insta::assert_snapshot;

use super::Gloss;

#[tokio::test]
async fn health_needs_no_token() {
    let gloss = Gloss::new().await;
    assert_snapshot!(gloss.show("GET /health\nauthorization:").await, @r#"
    200 OK
    content-type: application/json
    {
      "status": "ok",
      "database": "sqlite"
    }
    "#);
    gloss.app.close().await;
    assert_snapshot!(gloss.show("GET /health\nauthorization:").await, @r#"
    503 Service Unavailable
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Service Unavailable",
      "status": 503,
      "detail": "the database does not answer",
      "code": "database_away",
      "hint": "`gloss db status` says more"
    }
    "#);
}

#[tokio::test]
async fn everything_else_does() {
    let gloss = Gloss::new().await;
    assert_snapshot!(gloss.show("GET /v1/runs\nauthorization:").await, @r#"
    401 Unauthorized
    content-type: application/problem+json
    www-authenticate: Bearer realm="gloss"
    {
      "type": "about:blank",
      "title": "Unauthorized",
      "status": 401,
      "detail": "this route needs a token",
      "code": "token_missing",
      "hint": "send Authorization: Bearer TOKEN, with the token from the data directory"
    }
    "#);
    let mut lines = Vec::new();
    for request in [
        "GET /v1/runs\nauthorization: Bearer gls_guess",
        "GET /v1/runs\nauthorization: Bearer",
        "GET /v1/runs\nauthorization: Basic gls_0123456789012345678901234567890123456789",
        "GET /v1/runs\nauthorization: bearer gls_0123456789012345678901234567890123456789",
        "GET /v1/openapi.json\nauthorization:",
        "DELETE /v1/runs\nauthorization:",
    ] {
        lines.push(gloss.line(request, &["code"]).await);
    }
    assert_snapshot!(lines.join("\n"), @r"
    401 token_refused
    401 token_refused
    401 token_refused
    200 
    401 token_missing
    401 token_missing
    ");
}

#[tokio::test]
async fn only_this_machine_by_its_own_names() {
    let gloss = Gloss::new().await;
    assert_snapshot!(gloss.show("GET /health\nhost: evil.example:7437").await, @r#"
    421 Misdirected Request
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Misdirected Request",
      "status": 421,
      "detail": "this server answers on this machine only, by the names of this machine",
      "code": "host_refused",
      "hint": "ask localhost, 127.0.0.1 or [::1]"
    }
    "#);
    let mut lines = Vec::new();
    for request in [
        "GET /health\nhost:",
        "GET /health\nhost: [::1]:7437",
        "GET http://evil.example/health",
        "GET /health\norigin: http://localhost:3000",
        "GET /health\norigin: https://evil.example",
        "GET /health\norigin: null",
        "GET /nothing\nhost: evil.example",
        "GET /v1/runs\nhost: evil.example",
    ] {
        lines.push(format!("{request:?} {}", gloss.line(request, &["code"]).await));
    }
    assert_snapshot!(lines.join("\n"), @r#"
    "GET /health\nhost:" 400 invalid_host
    "GET /health\nhost: [::1]:7437" 200 
    "GET http://evil.example/health" 421 host_refused
    "GET /health\norigin: http://localhost:3000" 200 
    "GET /health\norigin: https://evil.example" 403 origin_refused
    "GET /health\norigin: null" 403 origin_refused
    "GET /nothing\nhost: evil.example" 421 host_refused
    "GET /v1/runs\nhost: evil.example" 421 host_refused
    "#);
}

#[tokio::test]
async fn unknown_routes_and_methods() {
    let gloss = Gloss::new().await;
    assert_snapshot!(gloss.show("GET /v1/nothing").await, @r#"
    404 Not Found
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "there is nothing at /v1/nothing",
      "code": "route_not_found",
      "hint": "GET /v1/openapi.json lists the routes"
    }
    "#);
    assert_snapshot!(gloss.show("DELETE /v1/runs").await, @r#"
    405 Method Not Allowed
    allow: POST,GET,HEAD
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Method Not Allowed",
      "status": 405,
      "detail": "/v1/runs does not take DELETE",
      "code": "method_not_allowed",
      "hint": "the Allow header says what it takes"
    }
    "#);
    assert_snapshot!(gloss.problem("POST /health").await, @"405 method_not_allowed | /health does not take POST");
}

#[tokio::test]
async fn answers_are_not_kept_or_guessed_at() {
    let gloss = Gloss::new().await;
    let headers = gloss.send("GET /v1/runs").await.headers;
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-content-type-options"], "nosniff");
}
