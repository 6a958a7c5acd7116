//! What OpenAI's two wire formats share: keys, models, caching, errors.

use std::time::Duration;

use gloss_llm::openai::wire::{Breakpoint, CacheOptions, ErrorBody, ErrorEnvelope, Format};
use gloss_llm::openai::wire::{InputDetails, OutputDetails};
use serde_json::{Value, json};

use super::{Account, Envelope, REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE};
use crate::ask::Form;
use crate::gate::{PROMPT_TOKENS_MAX, Why};
use crate::prompt::{Keeping, Prompt, Whose};
use crate::stream;

mod chat;
mod responses;

pub(crate) use chat::Chat;
pub(crate) use responses::Responses;

const THIRTY_MINUTES: Duration = Duration::from_secs(30 * 60);
const TWELVE_HOURS: Duration = Duration::from_secs(12 * 60 * 60);
/// From this version on a model caches where a breakpoint stands, and bills what it writes.
const BREAKPOINTS_SINCE: (u32, u32) = (5, 6);

/// A piece of the conversation, whichever format it came in.
struct Said<'a> {
    role: &'a str,
    text: &'a str,
    breakpoint: Option<&'a Breakpoint>,
}

impl Said<'_> {
    /// Says what to do, not what to do it with.
    fn instructs(&self) -> bool {
        matches!(self.role, "developer" | "system")
    }
}

/// The models of other providers are not here.
fn check_model(model: &str) -> Result<(), Why> {
    let foreign = model.starts_with("claude") || model.starts_with("gemini");
    if foreign || model.contains("nope") { Err(Why::NoModel(model.to_owned())) } else { Ok(()) }
}

/// The answer's schema comes first in a prompt, then what is said. Unless it is told that its
/// caller's breakpoints are all, the provider sets one behind the newest message too.
fn prompt(
    whose: Whose<'_>,
    format: Option<&Format>,
    said: &[Said<'_>],
    options: Option<&CacheOptions>,
) -> Prompt {
    let marked = said.iter().rposition(|part| part.breakpoint.is_some());
    let instructions = said.iter().take_while(|part| part.instructs()).count();
    let (n_prefix_parts, keeping) = match (caches_at_breakpoints(whose.model), marked) {
        (true, Some(at)) => (at + 1, kept_for(said[at].breakpoint)),
        // The breakpoint that nobody set stands behind the newest message.
        (true, None) => (said.len(), kept_for(None)),
        (false, _) => (instructions, Keeping::AUTOMATIC),
    };
    let (before, after) = said.split_at(n_prefix_parts);
    let mut prefix = format.map(|format| stream::json(&format.schema)).unwrap_or_default();
    before.iter().for_each(|part| prefix.push_str(part.text));
    let (texts, marking) = (after.iter().map(|part| part.text), caches_at_breakpoints(whose.model));
    let alone = options.is_some_and(|options| options.mode == "explicit");
    let keeping = (!marking || marked.is_some() || !alone).then_some(keeping);
    let prompt = Prompt::new(whose, &prefix, texts, keeping);
    Prompt { writes_rest: marking && prompt.marker.is_some() && !alone, ..prompt }
}

fn kept_for(breakpoint: Option<&Breakpoint>) -> Keeping {
    let long = breakpoint.is_some_and(|mark| mark.ttl.as_deref() == Some("12h"));
    Keeping { ttl: if long { TWELVE_HOURS } else { THIRTY_MINUTES }, bills_writes: true }
}

/// `gpt-5.6`, `gpt-6-luna` and later ones; `gpt-5-mini`, `gpt-4o`, `o3` and others do not.
fn caches_at_breakpoints(model: &str) -> bool {
    let Some(version) = model.strip_prefix("gpt-").and_then(|name| name.split('-').next()) else {
        return false;
    };
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let digits = |text: &str| text.trim_end_matches(char::is_alphabetic).parse().unwrap_or(0);
    (digits(major), digits(minor)) >= BREAKPOINTS_SINCE
}

fn form(format: Format) -> Form {
    Form { name: format.name, schema: format.schema }
}

/// All of the prompt; what was cached is a part of it.
const fn input_tokens(envelope: &Envelope) -> u64 {
    let usage = envelope.usage;
    usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens
}

const fn input_details(envelope: &Envelope) -> InputDetails {
    InputDetails {
        cached_tokens: envelope.usage.cache_read_tokens,
        cache_write_tokens: envelope.usage.cache_write_tokens,
    }
}

const NO_REASONING: OutputDetails = OutputDetails { reasoning_tokens: 0 };

fn error(why: &Why) -> (u16, Value) {
    let (status, kind, code, message) = words(why);
    let error = ErrorBody {
        message,
        kind: Some(kind.to_owned()),
        param: None,
        code: code.map(Value::from),
    };
    (status, json!(ErrorEnvelope { error }))
}

fn words(why: &Why) -> (u16, &'static str, Option<&'static str>, String) {
    const REQUEST: &str = "invalid_request_error";
    let (status, kind, code, message) = match why {
        Why::NoKey => (
            401,
            REQUEST,
            None,
            "You didn't provide an API key. You need to provide your API key in an Authorization \
             header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        ),
        Why::BadKey => (
            401,
            REQUEST,
            Some("invalid_api_key"),
            "Incorrect API key provided: invalid. You can find your API key at \
             https://platform.openai.com/account/api-keys.",
        ),
        Why::NoCredit | Why::Billing => (
            429,
            "insufficient_quota",
            Some("insufficient_quota"),
            "You exceeded your current quota, please check your plan and billing details.",
        ),
        Why::Invalid(message) => (400, REQUEST, None, message.as_str()),
        Why::NoModel(model) => {
            let message =
                format!("The model `{model}` does not exist or you do not have access to it.");
            return (404, REQUEST, Some("model_not_found"), message);
        }
        Why::NoPath(path) => return (404, REQUEST, None, format!("Invalid URL (POST {path})")),
        Why::TooLong(tokens) => {
            let message = format!(
                "This model's maximum context length is {PROMPT_TOKENS_MAX} tokens. However, \
                 your messages resulted in {tokens} tokens. Please reduce their length."
            );
            return (400, REQUEST, Some("context_length_exceeded"), message);
        }
        Why::TooLarge => (413, REQUEST, None, "Request exceeds the maximum size"),
        Why::RateLimited => (
            429,
            "requests",
            Some("rate_limit_exceeded"),
            "Rate limit reached for requests per minute. Please try again later.",
        ),
        Why::Failed => (
            500,
            "server_error",
            None,
            "The server had an error while processing your request. Sorry about that!",
        ),
        Why::Overloaded => (503, "service_unavailable_error", None, "The server is overloaded"),
    };
    (status, kind, code, message.to_owned())
}

fn account_headers(account: Account) -> Vec<(String, String)> {
    let limits = [
        ("requests", REQUESTS_PER_MINUTE, account.requests_left()),
        ("tokens", TOKENS_PER_MINUTE, account.tokens_left()),
    ];
    let each = limits.into_iter().flat_map(|(what, limit, left)| {
        let name = |begin| format!("x-ratelimit-{begin}-{what}");
        [
            (name("limit"), limit.to_string()),
            (name("remaining"), left.to_string()),
            (name("reset"), "1s".to_owned()),
        ]
    });
    each.collect()
}
