//! The way from the environment to a server that runs until a signal.

use std::io;
use std::process::ExitCode;

use gloss_app::{App, Error, Result};
use tracing_subscriber::EnvFilter;

use crate::environment::Environment;
use crate::serve::{ServeOptions, serve};
use crate::token::Token;

/// All of the binary `gloss-server`.
pub fn main() -> ExitCode {
    // As the reader of one file that nobody has checked.
    if let Some(code) = gloss_convert::child::run_if_asked(std::env::args().skip(1)) {
        return code;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a process can start its threads").block_on(start())
}

/// What goes wrong is told with what to do about it.
async fn start() -> ExitCode {
    let filter = EnvFilter::try_from_env("GLOSS_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    if let Some(hint) = &error.hint {
        eprintln!("hint: {hint}");
    }
    ExitCode::from(error.kind.exit_code())
}

async fn run() -> Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let Environment { listen, config } = Environment::read(lookup)?;
    let stop = stop_signal()?;
    let token_file = config.data_dir.join(Token::FILE_NAME);
    let app = App::open(config).await?;
    let token = Token::load_or_create(&token_file)?;
    let served = serve(app.clone(), ServeOptions::new(listen, token), stop).await;
    app.close().await;
    served
}

/// Completes when the process is asked to end, by Ctrl-C or a service manager.
pub fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(Error::internal);
        let (mut interrupt, mut terminate) =
            (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
