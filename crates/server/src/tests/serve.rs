//! Connections: deadlines, limits, and the way a server stops.

use insta::assert_snapshot;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Gloss, TOKEN};
use crate::serve::{ServeOptions, Server};
use crate::token::Token;

struct Running {
    gloss: Gloss,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

async fn start(change: impl FnOnce(&mut ServeOptions)) -> Running {
    let gloss = Gloss::new().await;
    let mut options = ServeOptions::new("127.0.0.1:0".parse().unwrap(), Token::new(TOKEN));
    options.workers = false;
    change(&mut options);
    let server = Server::bind(gloss.app.clone(), options).await.unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    Running { gloss, address, stop, served }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// After an answer to a later connection, the server knows what came before it.
    async fn caught_up(&self) {
        let mut later = self.connect().await;
        later.write_all(HEALTH).await.unwrap();
        assert_eq!(status(&mut later).await, "HTTP/1.1 200 OK");
    }
}

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// The status line of the next answer, or how there is none. Answers here fit into one read.
async fn status(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 16 << 10];
    let n = stream.read(&mut bytes).await.unwrap_or(0);
    let text = String::from_utf8_lossy(&bytes[..n]);
    text.lines().next().unwrap_or("closed").to_owned()
}

/// Headers of an upload that is longer than what is sent of it here.
fn half_upload(n_bytes: usize) -> Vec<u8> {
    format!(
        "POST /v1/documents?file_name=a.md HTTP/1.1\r\nhost: localhost\r\n\
         authorization: Bearer {TOKEN}\r\ncontent-length: {n_bytes}\r\n\r\n# A"
    )
    .into_bytes()
}

#[tokio::test]
async fn only_this_machine_is_listened_to() {
    let gloss = Gloss::new().await;
    let options = ServeOptions::new("0.0.0.0:0".parse().unwrap(), Token::new(TOKEN));
    let error = Server::bind(gloss.app.clone(), options).await.unwrap_err();
    assert_snapshot!(format!("{error}\n{}", error.hint.as_deref().unwrap()), @r"
    0.0.0.0:0 can be reached from other machines
    listen on 127.0.0.1 or [::1]; a proxy with accounts can stand before it
    ");
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let running = start(|_| {}).await;
    let options = ServeOptions::new(running.address, Token::new(TOKEN));
    let error = Server::bind(running.gloss.app.clone(), options).await.unwrap_err();
    assert_eq!(error.code, "cannot_listen");
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let running = start(|_| {}).await;
    let mut silent = running.connect().await;
    let mut slow = running.connect().await;
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: local").await.unwrap();
    // From here on, time passes as fast as nothing happens.
    tokio::time::pause();
    assert_eq!(status(&mut silent).await, "closed");
    assert_eq!(status(&mut slow).await, "closed");
}

#[tokio::test]
async fn further_connections_wait_for_a_place() {
    let running = start(|options| options.connections_max = 1).await;
    let mut first = running.connect().await;
    first.write_all(HEALTH).await.unwrap();
    assert_eq!(status(&mut first).await, "HTTP/1.1 200 OK");
    let mut second = running.connect().await;
    second.write_all(HEALTH).await.unwrap();
    first.write_all(HEALTH).await.unwrap();
    assert_eq!(status(&mut first).await, "HTTP/1.1 200 OK");
    assert_eq!(second.try_read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    assert_eq!(status(&mut second).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn stopping_lets_a_request_finish() {
    let running = start(|_| {}).await;
    let mut idle = running.connect().await;
    idle.write_all(HEALTH).await.unwrap();
    assert_eq!(status(&mut idle).await, "HTTP/1.1 200 OK");
    let mut upload = running.connect().await;
    upload.write_all(&half_upload(5)).await.unwrap();
    running.caught_up().await;
    running.stop.send(()).unwrap();
    assert_eq!(status(&mut idle).await, "closed");
    upload.write_all(b"\nB").await.unwrap();
    assert_eq!(status(&mut upload).await, "HTTP/1.1 201 Created");
    running.served.await.unwrap();
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let running = start(|_| {}).await;
    let mut upload = running.connect().await;
    upload.write_all(&half_upload(500)).await.unwrap();
    running.caught_up().await;
    running.stop.send(()).unwrap();
    tokio::time::pause();
    running.served.await.unwrap();
    assert_eq!(status(&mut upload).await, "closed");
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up() {
    let running = start(|_| {}).await;
    let mut upload = running.connect().await;
    upload.write_all(&half_upload(500)).await.unwrap();
    running.caught_up().await;
    tokio::time::pause();
    assert_eq!(status(&mut upload).await, "HTTP/1.1 408 Request Timeout");
}

#[tokio::test]
async fn the_worker_inside_works_and_stops() {
    let running = start(|options| options.workers = true).await;
    let run = running.gloss.run().await;
    let all_staged = async {
        loop {
            let reply = running.gloss.send(&format!("GET /v1/runs/{run}")).await.json();
            if reply["remaining_blocks"] == 0 {
                return reply["completed_blocks"].clone();
            }
        }
    };
    let limit = std::time::Duration::from_secs(30);
    assert_eq!(tokio::time::timeout(limit, all_staged).await.unwrap(), 3);
    running.stop.send(()).unwrap();
    running.served.await.unwrap();
}
