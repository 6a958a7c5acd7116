//! Who may ask: whoever holds the token, from this machine, and not through a web page.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;
use crate::token::Token;

/// Lets requests with the bearer token pass.
pub(crate) async fn bearer(State(token): State<Token>, request: Request, next: Next) -> Response {
    let Err(problem) = check_bearer(&token, request.headers()) else {
        return next.run(request).await;
    };
    let mut response = problem.into_response();
    let challenge = HeaderValue::from_static("Bearer realm=\"gloss\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn check_bearer(token: &Token, headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |code, detail: &str| {
        Err(Problem::new(StatusCode::UNAUTHORIZED, code, detail)
            .hint("send Authorization: Bearer TOKEN, with the token from the data directory"))
    };
    let Some(given) = headers.get(header::AUTHORIZATION) else {
        return refuse("token_missing", "this route needs a token");
    };
    let given = given.to_str().ok().and_then(|text| text.split_once(' '));
    match given {
        Some((scheme, secret))
            if scheme.eq_ignore_ascii_case("bearer") && token.is(secret.trim()) =>
        {
            Ok(())
        }
        _ => refuse("token_refused", "the token is not the one of this server"),
    }
}

/// Lets requests to this machine by its own name pass, and adds what every answer says.
///
/// A web page can point a name of its own at 127.0.0.1 (DNS rebinding); its requests then carry
/// that name as host, and any page's requests carry its origin.
pub(crate) async fn loopback(request: Request, next: Next) -> Response {
    let mut response = match check_loopback(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn check_loopback(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next().map(HeaderValue::to_str), hosts.next()) {
        (Some(Ok(host)), None) => host,
        _ => return Err(Problem::invalid("invalid_host", "a request has exactly one host")),
    };
    if !is_loopback(host) || uri.authority().is_some_and(|named| !is_loopback(named.as_str())) {
        let detail = "this server answers on this machine only, by the names of this machine";
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "host_refused", detail)
            .hint("ask localhost, 127.0.0.1 or [::1]"));
    }
    let origins = headers.get_all(header::ORIGIN);
    if !origins.iter().all(|origin| origin.to_str().is_ok_and(is_loopback_origin)) {
        let detail = "pages from elsewhere may not use this server";
        return Err(Problem::new(StatusCode::FORBIDDEN, "origin_refused", detail));
    }
    Ok(())
}

/// Text such as `localhost:7437` or `[::1]`. Only names that cannot be pointed elsewhere count.
fn is_loopback(authority: &str) -> bool {
    let Ok(named) = authority.parse::<Authority>() else { return false };
    let host = named.host().trim_start_matches('[').trim_end_matches(']');
    let local = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !authority.contains('@') && (local || host.eq_ignore_ascii_case("localhost"))
}

fn is_loopback_origin(origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::{is_loopback, is_loopback_origin};

    #[test]
    fn only_names_of_this_machine_are_hosts() {
        let hosts = [
            "localhost",
            "LOCALHOST:7437",
            "127.0.0.1:7437",
            "127.1.2.3",
            "[::1]",
            "[::1]:7437",
            "localhost.",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "0.0.0.0",
            "[::]",
            "10.0.0.1",
            "user@localhost",
            "localhost/path",
            "",
        ];
        let table: Vec<String> =
            hosts.iter().map(|host| format!("{host:<22} {}", is_loopback(host))).collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        localhost              true
        LOCALHOST:7437         true
        127.0.0.1:7437         true
        127.1.2.3              true
        [::1]                  true
        [::1]:7437             true
        localhost.             false
        localhost.example.com  false
        127.0.0.1.example.com  false
        0.0.0.0                false
        [::]                   false
        10.0.0.1               false
        user@localhost         false
        localhost/path         false
                               false
        ");
    }

    #[test]
    fn only_pages_of_this_machine_are_origins() {
        let origins = [
            "http://localhost:3000",
            "https://127.0.0.1",
            "http://[::1]:1",
            "http://evil.example",
            "http://localhost.evil.example",
            "chrome-extension://localhost",
            "localhost",
            "null",
        ];
        let table: Vec<String> = origins
            .iter()
            .map(|origin| format!("{origin:<30} {}", is_loopback_origin(origin)))
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        http://localhost:3000          true
        https://127.0.0.1              true
        http://[::1]:1                 true
        http://evil.example            false
        http://localhost.evil.example  false
        chrome-extension://localhost   false
        localhost                      false
        null                           false
        ");
    }
}
