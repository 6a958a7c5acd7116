//! Asks a model some tiny questions, to see what it can be relied on for: servers of one's own
//! differ, and say little about it.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use gloss_llm::{
    Begun, CallError, Endpoint, ModelFacts, Prefix, Provider, ProviderName, Reply, Request,
    StopReason,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Result};
use crate::views::ModelProbeView;
use crate::{App, ProviderConfig};

const TIMEOUT: Duration = Duration::from_secs(120);
/// So many at once tell whether calls are answered side by side.
const AT_ONCE: u32 = 4;
const WORDS: [&str; 2] = ["north", "south"];

impl App {
    /// Seven short calls. Changes nothing; what it finds goes into a models file.
    pub async fn model_probe(&self, name: &str) -> Result<ModelProbeView> {
        let facts = self.model_named(name)?;
        let endpoint = self.endpoint(&facts)?;
        let started = Instant::now();
        let plain = ask(&endpoint, &facts, 200).await.map_err(|error| unreachable(&error))?;
        let alone = started.elapsed();
        let cut = ask(&endpoint, &facts, 1).await;
        let started = Instant::now();
        let many = join_all((0..AT_ONCE).map(|_| ask(&endpoint, &facts, 200))).await;
        let together = started.elapsed();
        let answered_at_once = many.iter().filter(|reply| reply.is_ok()).count();
        let schema_honoured = many.iter().flatten().chain([&plain]).all(honours);
        let usage_reported = plain.usage.output_tokens > 0;
        let length_signalled = cut.is_ok_and(|reply| reply.stop == StopReason::Truncated);
        // Four that take as long as one are answered side by side.
        let rounds = together.as_secs_f64() / alone.as_secs_f64().max(0.001);
        let side_by_side = (f64::from(AT_ONCE) / rounds.max(1.0)).round() as u32;
        Ok(ModelProbeView {
            provider: facts.provider.to_string(),
            schema_honoured,
            length_signalled,
            usage_reported,
            answered_at_once: u32::try_from(answered_at_once).unwrap_or(0),
            side_by_side,
            entry: entry(facts, schema_honoured),
        })
    }

    fn endpoint(&self, facts: &ModelFacts) -> Result<Endpoint> {
        let ProviderConfig::Accounts(accounts) = &self.provider else {
            return Err(Error::invalid("no_accounts", "this program brings its own provider"));
        };
        accounts.open(facts.provider, TIMEOUT).ok_or_else(|| {
            let variable = crate::accounts::key_variable(facts.provider);
            Error::new(ErrorKind::Unauthenticated, "no_api_key", "there is no API key")
                .hint(format!("set {variable}"))
        })
    }
}

/// The line for a models file, as far as it can be told.
fn entry(facts: ModelFacts, strict: bool) -> Value {
    let strict = if facts.provider == ProviderName::Custom { strict } else { facts.strict };
    json!(ModelFacts { strict, ..facts })
}

async fn ask(
    endpoint: &Endpoint,
    facts: &ModelFacts,
    max_tokens: u32,
) -> std::result::Result<Reply, CallError> {
    let item = json!({
        "type": "object",
        "required": ["_block", "word"],
        "additionalProperties": false,
        "properties": {
            "_block": { "type": "integer" },
            "word": { "type": "string", "enum": WORDS },
        },
    });
    let schema = json!({
        "type": "object",
        "required": ["results"],
        "additionalProperties": false,
        "properties": { "results": { "type": "array", "items": item } },
    });
    let blocks = json!({ "blocks": [{ "_block": 7, "type": "paragraph", "content": "Up." }] });
    let request = Request {
        model: facts.name.clone(),
        prefix: Arc::new(Prefix {
            system: "Answer with one result for the block, by its `_block` number.".to_owned(),
            schema,
            strict: true,
            id: "probe".repeat(8),
        }),
        user_text: format!("Is it north or south?\n\n{blocks}"),
        max_tokens,
        temperature: None,
        marker: None,
        markable: false,
    };
    endpoint.ask(request, Begun::unheard()).await
}

fn honours(reply: &Reply) -> bool {
    let answer: Value = serde_json::from_str(&reply.text).unwrap_or_default();
    let result = &answer["results"][0];
    let word = result["word"].as_str().is_some_and(|word| WORDS.contains(&word));
    word && result["_block"] == 7
}

fn unreachable(error: &CallError) -> Error {
    Error::new(ErrorKind::Unavailable, "model_not_answering", error.to_string())
        .hint("if it says nothing of its own: check --base-url, the key and the model's name")
}
