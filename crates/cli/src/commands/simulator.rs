//! `gloss simulator`

use gloss_app::{Error, ErrorKind, Result};
use gloss_simulator::{Faults, Options};

use crate::args::SimulatorArgs;
use crate::console::Console;

pub(super) async fn run(args: SimulatorArgs, console: &mut Console) -> Result<u8> {
    let faults = faults(args.seed, &args.faults)?;
    let listener = tokio::net::TcpListener::bind(args.listen).await.map_err(|error| {
        let message = format!("cannot listen on {}: {error}", args.listen);
        Error::new(ErrorKind::Unavailable, "address_in_use", message)
            .hint("choose another --listen")
    })?;
    let address = listener.local_addr().map_err(Error::internal)?;
    console.note(&format!("a simulated provider answers at http://{address}; interrupt to stop"));
    console.note(&format!(
        "try: ANTHROPIC_API_KEY=any gloss run FILE --schema SCHEMA --base-url http://{address}"
    ));
    let options = Options { latency_ms: args.latency_ms, faults, log: true };
    let stop = console.stop.clone();
    tokio::select! {
        served = gloss_simulator::serve(listener, options) => served.map_err(Error::internal)?,
        () = stop.stopped() => {}
    }
    Ok(0)
}

pub(super) fn faults(seed: u64, rules: &[String]) -> Result<Faults> {
    Faults::parse(seed, rules.iter().map(String::as_str))
        .map_err(|error| Error::invalid("invalid_fault", error.to_string()))
}
