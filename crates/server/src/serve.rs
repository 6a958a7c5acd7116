//! The listener: every connection has a limit and a deadline, and stopping lets work finish.
//!
//! axum's own `serve` has no timer, so that a client which never ends its headers holds a
//! connection for ever; hence this loop.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use gloss_app::{App, Error, ErrorKind, Result, Stop, WorkerOptions};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::router::router;
use crate::token::Token;

/// Request line and headers together. Bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// After a failed accept: usually too many open files, which takes a moment to pass.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// After a worker stopped because of the database.
const WORKER_PAUSE: Duration = Duration::from_secs(5);

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    pub listen: SocketAddr,
    pub token: Token,
    /// Work on runs in this process too.
    pub workers: bool,
    /// Further connections wait until one closes.
    pub connections_max: usize,
    /// From the start of a connection, or its last answer, to the end of the next headers.
    pub header_read: Duration,
    /// Requests in flight get this long once the server is told to stop.
    pub drain: Duration,
}

impl ServeOptions {
    pub fn new(listen: SocketAddr, token: Token) -> Self {
        Self {
            listen,
            token,
            workers: true,
            connections_max: 512,
            header_read: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// Binds and serves until `stop`.
pub async fn serve(app: App, options: ServeOptions, stop: impl Future<Output = ()>) -> Result<()> {
    Server::bind(app, options).await?.run(stop).await;
    Ok(())
}

/// A server that has its address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: App,
    options: ServeOptions,
}

impl Server {
    /// # Errors
    /// An address of other machines is refused: there is one token and no TLS.
    pub async fn bind(app: App, options: ServeOptions) -> Result<Self> {
        let listen = options.listen;
        if !listen.ip().is_loopback() {
            let message = format!("{listen} can be reached from other machines");
            return Err(Error::invalid("listen_not_loopback", message)
                .hint("listen on 127.0.0.1 or [::1]; a proxy with accounts can stand before it"));
        }
        let failed = |error: std::io::Error| {
            let message = format!("cannot listen on {listen}: {error}");
            Error::new(ErrorKind::Unavailable, "cannot_listen", message)
                .hint("stop the other program there, or listen on another port (GLOSS_LISTEN)")
        };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, app, options })
    }

    /// Where it listens, also when the port was left to the system.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop`, then takes no more requests, lets those in flight and the worker's
    /// calls finish, and cuts off what takes longer than it may.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { listener, address, app, options } = self;
        tracing::info!(%address, workers = options.workers, "listening on http://{address}");
        let halt = Stop::default();
        let mut workers = JoinSet::new();
        if options.workers {
            workers.spawn(work(app.clone(), halt.clone()));
        }
        let mut connections = JoinSet::new();
        let router = router(app, options.token.clone());
        let mut stop = pin!(stop);
        loop {
            while connections.try_join_next().is_some() {}
            let full = connections.len() >= options.connections_max;
            tokio::select! {
                () = &mut stop => break,
                _ = connections.join_next(), if full => {}
                accepted = listener.accept(), if !full => match accepted {
                    Ok((stream, _)) => {
                        let router = router.clone();
                        connections.spawn(connection(
                            stream, router, options.header_read, halt.clone(),
                        ));
                    }
                    Err(error) => {
                        tracing::warn!("cannot accept a connection: {error}");
                        sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
        drop(listener);
        halt.stop();
        let finish = async { while connections.join_next().await.is_some() {} };
        if timeout(options.drain, finish).await.is_err() {
            tracing::warn!(n_connections = connections.len(), "cut off requests in flight");
            connections.shutdown().await;
        }
        while workers.join_next().await.is_some() {}
        tracing::info!(%address, "stopped");
    }
}

async fn connection(stream: TcpStream, router: Router, header_read: Duration, halt: Stop) {
    // Answers are small; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(header_read).max_buf_size(HEAD_BYTES_MAX);
    let service = TowerToHyperService::new(router);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = halt.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!("a connection ended early: {error}");
    }
}

/// A worker ends early only when the database is away or something broke; then another one starts.
async fn work(app: App, halt: Stop) {
    while !halt.is_stopped() {
        let name = format!("server-{}-{:08x}", std::process::id(), rand::random::<u32>());
        let (app, told) = (app.clone(), halt.clone());
        let worker =
            tokio::spawn(async move { app.worker_run(WorkerOptions::named(name), &told).await });
        match worker.await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(code = error.code, "the worker stopped: {error}"),
            Err(error) => tracing::error!("the worker broke: {error}"),
        }
        // Whichever comes first.
        let _ = timeout(WORKER_PAUSE, halt.stopped()).await;
    }
}
