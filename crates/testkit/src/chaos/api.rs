//! The client: asks until it is answered, and counts how often it was not.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::http::{Request, send};

const PAUSE: Duration = Duration::from_millis(15);
/// The server is killed and started again all the time, but never for this long.
const GIVE_UP: Duration = Duration::from_secs(60);

pub(super) struct Api {
    address: watch::Receiver<Option<SocketAddr>>,
    token_file: PathBuf,
    /// Requests whose answer was never heard, by cause.
    unheard: Mutex<BTreeMap<String, u64>>,
}

/// An answer, and how many attempts before it may have had their effect unheard.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) unheard: u32,
}

impl Api {
    pub(super) fn new(address: watch::Receiver<Option<SocketAddr>>, data_dir: &Path) -> Self {
        Self { address, token_file: data_dir.join("token"), unheard: Mutex::default() }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Heard, String> {
        let path = path.to_owned();
        self.ask(&Request { method: "GET", path, header: None, body: Vec::new() }).await
    }

    pub(super) async fn post(
        &self,
        path: &str,
        header: Option<(&'static str, String)>,
        body: &Value,
    ) -> Result<Heard, String> {
        let (path, body) = (path.to_owned(), body.to_string().into_bytes());
        self.ask(&Request { method: "POST", path, header, body }).await
    }

    pub(super) async fn upload(&self, file_name: &str, text: String) -> Result<Heard, String> {
        let path = format!("/v1/documents?file_name={file_name}");
        self.ask(&Request { method: "POST", path, header: None, body: text.into_bytes() }).await
    }

    /// The overlay of one block as it is now.
    pub(super) async fn overlay(&self, run_id: &str, block: u32) -> Result<Value, String> {
        let path = format!("/v1/runs/{run_id}/overlays?after={block}&limit=1");
        let heard = self.get(&path).await?;
        Ok(heard.body.pointer("/items/0").cloned().unwrap_or_else(|| json!(null)))
    }

    pub(super) fn unheard(&self) -> BTreeMap<String, u64> {
        self.causes().clone()
    }

    fn note(&self, cause: String) {
        *self.causes().entry(cause).or_default() += 1;
    }

    fn causes(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.unheard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same request again and again until it is answered. A server error is no answer: nobody
    /// can tell from it what was done.
    async fn ask(&self, request: &Request) -> Result<Heard, String> {
        let until = Instant::now() + GIVE_UP;
        let mut unheard = 0;
        let mut last = String::from("no server");
        while Instant::now() < until {
            let address = *self.address.borrow();
            let token = std::fs::read_to_string(&self.token_file);
            let (Some(address), Ok(token)) = (address, token) else {
                sleep(PAUSE).await;
                continue;
            };
            match send(address, token.trim(), request).await {
                Ok(response) if response.status < 500 => {
                    return Ok(Heard { status: response.status, body: response.body, unheard });
                }
                Ok(response) => {
                    self.note(format!("with status {}", response.status));
                    last = format!("{} {}", response.status, response.body);
                }
                Err(error) => {
                    self.note(error.kind().to_string());
                    last = error.to_string();
                }
            }
            unheard += 1;
            sleep(PAUSE).await;
        }
        Err(format!("{} {}: no answer in {GIVE_UP:?}; last: {last}", request.method, request.path))
    }
}
