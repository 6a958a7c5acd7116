//! Refusals that need a setting: a 403, which the simulator does not know, and one in mid-run.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gloss_app::{App, Ctx, ProviderConfig, Stop};
use gloss_simulator::Faults;
use tokio::sync::Semaphore;

use super::watched::{At, Boxed};
use super::{Evidence, check};

/// Credit that runs out keeps what was staged; the rest waits and costs no attempt.
#[tokio::test(flavor = "multi_thread")]
async fn credit_that_runs_out_in_mid_run_keeps_what_is_staged() {
    check(
        12,
        &[("worker.concurrency", 1.into())],
        async |it| {
            let simulator = Arc::clone(&it.simulator);
            let provider = it.watched(move |turn| {
                if (turn.nth, turn.at) == (4, At::Before) {
                    simulator.set_faults(no_credit());
                }
                Box::pin(std::future::ready(()))
            });
            it.work("no credit from call 4 on", provider, &Stop::default()).await;
            it.faults(&[]);
            it.worker("credit", Some("good")).await;
        },
        "> no credit from call 4 on: calls 4, staged 3, failed 0, late 0
         pending 9 · claimed 0 · staged 3 · failed 0 | running, insufficient_credit \
         | attempts 0 | calls 4
         > credit: calls 9, staged 9, failed 0, late 0
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 13",
    )
    .await;
}

/// An answer that was under way when credit ran out is kept; the run says why it waits all the
/// same, for nothing of it moves any more.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_under_way_does_not_hide_why_the_run_waits() {
    check(
        12,
        &[("worker.concurrency", 2.into())],
        async |it| {
            let provider = refused_before_an_answer_lands(it);
            it.work("call 3 refused, then 4 lands", provider, &Stop::default()).await;
            it.faults(&[]);
            it.worker("credit", Some("good")).await;
        },
        "> call 3 refused, then 4 lands: calls 4, staged 3, failed 0, late 0
         pending 9 · claimed 0 · staged 3 · failed 0 | running, insufficient_credit \
         | attempts 0 | calls 4
         > credit: calls 9, staged 9, failed 0, late 0
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 13",
    )
    .await;
}

/// Calls 3 and 4 are out together: 4 is answered, 3 is refused, and 4 lands after that.
fn refused_before_an_answer_lands(it: &Evidence) -> ProviderConfig {
    let answered = Arc::new(Semaphore::new(0));
    let (simulator, app, run_id) = (Arc::clone(&it.simulator), it.app.clone(), it.run_id.clone());
    it.watched(move |turn| -> Boxed<'static, ()> {
        let (answered, simulator) = (Arc::clone(&answered), Arc::clone(&simulator));
        let (app, run_id) = (app.clone(), run_id.clone());
        Box::pin(async move {
            match (turn.nth, turn.at) {
                (3, At::Before) => {
                    answered.acquire().await.expect("open").forget();
                    simulator.set_faults(no_credit());
                }
                (4, At::After) => {
                    answered.add_permits(1);
                    until_it_waits(&app, &run_id).await;
                }
                _ => {}
            }
        })
    })
}

fn no_credit() -> Faults {
    Faults::parse(1, ["402"]).expect("a rule")
}

/// Bounded by the story's patience.
async fn until_it_waits(app: &App, run_id: &str) {
    while app.run_get(&Ctx::local(), run_id).await.expect("the run").attention.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A provider that knows the key and refuses it: 403 to everyone. Answers with its address and
/// counts its calls; lives as long as the test process.
pub(super) fn door(calls: Arc<AtomicU64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            calls.fetch_add(1, Ordering::SeqCst);
            refuse(&stream.expect("a connection")).expect("the client reads");
        }
    });
    format!("http://{address}")
}

fn refuse(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().expect("a length");
        }
        line.clear();
    }
    // Unread, the body would reset the connection before its answer is read.
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    let body = r#"{"type":"error","error":{"type":"permission_error",
        "message":"Your API key does not have permission to use the specified resource."}}"#;
    write!(
        stream,
        "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    )
}
