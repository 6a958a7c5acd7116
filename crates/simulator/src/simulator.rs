//! Starting and stopping: on a listener of the caller's, or on a port of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::faults::Faults;
use crate::server::router;
use crate::state::{State, Stats};

/// How the simulator starts out. Any API key is accepted, but for `invalid` and `no-credit`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// From a request's arrival to the first byte of its answer.
    pub latency_ms: u64,
    pub faults: Faults,
    /// One `tracing` line per call: tokens and outcome, no texts and no keys.
    pub log: bool,
}

/// Serves until the task is dropped.
pub async fn serve(listener: TcpListener, options: Options) -> io::Result<()> {
    run(listener, state(options), std::future::pending()).await
}

async fn run(
    listener: TcpListener,
    state: Arc<State>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // Events are small; waiting to fill a packet would show up as latency nobody asked for.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router(state)).with_graceful_shutdown(stop).await
}

fn state(options: Options) -> Arc<State> {
    let Options { latency_ms, faults, log } = options;
    Arc::new(State::new(latency_ms, faults, log))
}

/// A simulator on a free port of this machine, for as long as the value lives.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    state: Arc<State>,
    /// Dropping the sender stops the server: no new connections, idle ones close.
    _stop: oneshot::Sender<()>,
}

impl Simulator {
    /// Binds a free port and serves in the background. Has to be called within a tokio runtime.
    pub fn start(options: Options) -> io::Result<Self> {
        let state = state(options);
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        tokio::spawn(run(listener, Arc::clone(&state), stopped));
        Ok(Self { address, state, _stop: stop })
    }

    /// `http://127.0.0.1:PORT`, to which clients add the path of their wire format.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has done so far.
    pub fn stats(&self) -> Stats {
        self.state.stats()
    }

    /// Replaces all rules; the dice start anew.
    pub fn set_faults(&self, faults: Faults) {
        self.state.set_faults(faults);
    }

    /// Forgets counters, dice and cache, as `POST /admin/reset` does.
    pub fn reset(&self) {
        self.state.reset();
    }
}
