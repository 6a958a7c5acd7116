//! The open set: what a model provider is to the rest of Gloss, and how a call can fail.

use std::fmt;

use futures::channel::oneshot;
use futures::future::BoxFuture;

use gloss_core_model::hash::sha256_hex;

use crate::request::{Reply, Request};

/// Sends one request and reads one reply. Retrying is the caller's business.
pub trait Provider: fmt::Debug + Send + Sync {
    fn name(&self) -> &'static str;

    /// Whose cache and whose limits the calls share: the same for the same endpoint and key. Tells
    /// nothing of the key.
    fn account(&self) -> String;

    /// Tells keys apart in the ledger, and nothing else of them; empty where there is none.
    fn key_id(&self) -> String {
        String::new()
    }

    /// `begun` is told as soon as the answer begins to arrive.
    fn ask(&self, request: Request, begun: Begun) -> BoxFuture<'_, Result<Reply, CallError>>;
}

/// Told when a provider begins to answer: from then on other calls can read what this one caches.
#[derive(Debug)]
pub struct Begun(Option<oneshot::Sender<()>>);

impl Begun {
    /// Answers once it has been told; with an error if that never happens.
    pub fn channel() -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Some(sender)), receiver)
    }

    /// For calls that nobody waits for.
    pub const fn unheard() -> Self {
        Self(None)
    }

    pub fn tell(&mut self) {
        if let Some(sender) = self.0.take() {
            // Whoever asked may have gone home.
            let _ = sender.send(());
        }
    }
}

/// A secret that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// Local servers ask for none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key itself, for the header of a request and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The same for the same key, and nothing of it can be read back.
    pub(crate) fn fingerprint(&self) -> String {
        sha256_hex(&[b"gloss key", self.0.as_bytes()])[..16].to_owned()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// A call that brought no reply. Every way a provider can say no is exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// 401, 403.
    #[error("the provider refused the API key: {message}")]
    InvalidKey { message: String },
    /// 402, or a 400 that speaks of credit.
    #[error("the provider account has no credit: {message}")]
    NoCredit { message: String },
    /// 429.
    #[error("the provider limits the rate: {message}")]
    RateLimited { message: String, retry_after_ms: Option<u64> },
    /// 408, 409, 5xx, 529.
    #[error("the provider failed with status {status}: {message}")]
    Unavailable { status: u16, message: String, retry_after_ms: Option<u64> },
    #[error("no answer within {seconds} s")]
    Timeout { seconds: u64 },
    /// Connection refused or reset, name not found, TLS failure.
    #[error("cannot reach the provider: {message}")]
    Connection { message: String },
    /// A 200 that is not a message.
    #[error("the provider's answer is not readable: {message}")]
    Unreadable { message: String },
    /// A 400 or 413 about the prompt's length: fewer blocks may fit.
    #[error("the prompt is too long: {message}")]
    PromptTooLong { message: String },
    /// Any other 4xx: the same request will fail again, an unknown model for example.
    #[error("the provider rejected the request with status {status}: {message}")]
    Rejected { status: u16, message: String },
}

impl CallError {
    /// How long the provider asks everybody to wait.
    pub const fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after_ms, .. } | Self::Unavailable { retry_after_ms, .. } => {
                *retry_after_ms
            }
            _ => None,
        }
    }

    /// The provider does not take the schema that it was to enforce. Each has limits that it tells
    /// of only then.
    pub fn refuses_schema(&self) -> bool {
        let Self::Rejected { status: 400 | 422, message } = self else { return false };
        let lower = message.to_lowercase();
        ["schema", "response_format", "output_config", "strict"].iter().any(|w| lower.contains(w))
    }

    /// A stable word for logs and the call ledger.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidKey { .. } => "invalid_key",
            Self::NoCredit { .. } => "no_credit",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::Timeout { .. } => "timeout",
            Self::Connection { .. } => "connection",
            Self::Unreadable { .. } => "unreadable",
            Self::PromptTooLong { .. } => "prompt_too_long",
            Self::Rejected { .. } => "rejected",
        }
    }
}
