//! Just enough of an HTTP client: one request, one connection, one JSON answer.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A server that says nothing for so long is given up, although it may still act.
const ANSWER_MAX: Duration = Duration::from_millis(1500);

#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) header: Option<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) body: Value,
}

/// # Errors
/// No whole answer. The server may have done what was asked, or may yet do it.
pub(super) async fn send(
    address: SocketAddr,
    token: &str,
    request: &Request,
) -> io::Result<Response> {
    timeout(ANSWER_MAX, exchange(address, token, request)).await?
}

async fn exchange(address: SocketAddr, token: &str, request: &Request) -> io::Result<Response> {
    let mut stream = TcpStream::connect(address).await?;
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\ncontent-length: {}\r\n",
        request.method,
        request.path,
        request.body.len()
    );
    if let Some((name, value)) = &request.header {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&request.body).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    parse(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// None for an answer that was cut off.
fn parse(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let body = &bytes[end + 4..];
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    })?;
    let body = serde_json::from_slice(body.get(..length)?).ok()?;
    Some(Response { status, body })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn an_answer_is_whole_or_none() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"a\": 1}";
        let read = parse(whole).expect("whole");
        assert_eq!((read.status, read.body), (201, json!({ "a": 1 })));
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).is_none(), "cut off at {end}");
        }
    }
}
