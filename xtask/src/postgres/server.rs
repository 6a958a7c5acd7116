//! A PostgreSQL that cannot outlive us: its keeper is a shell script that waits on a pipe from us.
//!
//! The pipe closes when we drop the server, and also when we are interrupted or killed, so there
//! is one way to clean up and it needs no signal handler. The keeper has its own process group:
//! Ctrl-C ends the tests and us, not the keeper.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

use super::user;
use crate::run;

const KEEPER: &str = include_str!("keeper.sh");

pub(crate) struct Server {
    keeper: Child,
    port: u16,
    version: String,
}

impl Server {
    /// Returns when the server takes connections.
    pub(crate) fn start(bin: &Path) -> Result<Server, String> {
        Server::start_as(bin, "fast")
    }

    /// One that waits for the disk, as it comes: for measurements.
    pub(crate) fn start_durable(bin: &Path) -> Result<Server, String> {
        Server::start_as(bin, "durable")
    }

    fn start_as(bin: &Path, mode: &str) -> Result<Server, String> {
        let port = free_port()?;
        let version = run::output(bin.join("postgres"), &["--version"]).unwrap_or_default();
        let mut command = user::shell()?;
        command.args(["-c", KEEPER, "keeper"]).arg(bin).arg(port.to_string()).arg(mode);
        // The server's user may not be allowed to stand where we stand.
        command.current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let keeper = command.spawn().map_err(|e| format!("could not run sh: {e}"))?;
        let mut server = Server { keeper, port, version };
        server.await_ready()?;
        Ok(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn describe(&self) -> String {
        format!("{} on 127.0.0.1:{}, removed afterwards", self.version, self.port)
    }

    /// The keeper says `ready`, or ends after telling standard error why not. It has the deadline.
    fn await_ready(&mut self) -> Result<(), String> {
        let mut line = String::new();
        if let Some(stdout) = self.keeper.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(|e| e.to_string())?;
        }
        match line.trim() {
            "ready" => Ok(()),
            _ => Err("PostgreSQL did not start; its own words are above".to_owned()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // If it could not clean up, it has said so; there is nothing we could do better.
        let _ = self.keeper.wait();
    }
}

/// A port nobody listens on. Another process could take it before the server does; then the
/// server says so and the start fails.
fn free_port() -> Result<u16, String> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    port.map(|address| address.port()).map_err(|e| format!("no free port on 127.0.0.1: {e}"))
}
