//! The simulator alone, on a free port: prints its address and serves until it is stopped.

use gloss_simulator::{Options, serve};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    serve(listener, Options::default()).await
}
