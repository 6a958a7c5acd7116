//! Gloss's own client against the simulator, in every wire format: what it reads and understands.

use std::sync::Arc;
use std::time::Duration;

use gloss_llm::{
    ApiKey, Begun, CacheTtl, CallError, Endpoint, Prefix, Provider, ProviderName, Reply, Request,
};

use super::{TEXT, schema, start};
use crate::{Faults, Simulator};

const PROVIDERS: [(ProviderName, &str); 5] = [
    (ProviderName::Anthropic, "claude-sonnet-5"),
    (ProviderName::OpenAi, "gpt-6-luna"),
    (ProviderName::OpenAiChat, "gpt-6-luna"),
    (ProviderName::Google, "gemini-2.5-flash"),
    (ProviderName::Custom, "qwen3"),
];

fn request(model: &str) -> Request {
    let prefix = Prefix {
        system: "x".repeat(8_000),
        schema: schema(),
        strict: true,
        id: "0123456789abcdef".repeat(4),
    };
    Request {
        model: model.to_owned(),
        prefix: Arc::new(prefix),
        user_text: TEXT.to_owned(),
        max_tokens: 1_000,
        temperature: None,
        marker: Some(CacheTtl::FiveMinutes),
        markable: true,
    }
}

async fn send(
    simulator: &Simulator,
    provider: ProviderName,
    key: &str,
    request: Request,
) -> Result<Reply, CallError> {
    let (base_url, key) = (simulator.base_url(), ApiKey::new(key));
    let endpoint = Endpoint::new(provider, &base_url, key, Duration::from_secs(5));
    endpoint.ask(request, Begun::unheard()).await
}

fn shown(outcome: Result<Reply, CallError>) -> String {
    match outcome {
        Ok(reply) => format!("{} {}", reply.stop.as_str(), reply.text),
        Err(error) => match error.retry_after_ms() {
            Some(ms) => format!("{} {ms} ms", error.code()),
            None => error.code().to_owned(),
        },
    }
}

/// One line per provider.
async fn with(rules: &[&str], key: &str, change: impl Fn(&mut Request)) -> String {
    let mut lines = Vec::new();
    for (provider, model) in PROVIDERS {
        let mut request = request(model);
        change(&mut request);
        let outcome = send(&start(rules), provider, key, request).await;
        let line = format!("{:12}{}", provider.as_str(), shown(outcome));
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

#[tokio::test]
async fn answers() {
    insta::assert_snapshot!(with(&[], "k", |_| {}).await, @r#"
    anthropic   complete {"results":[{"_block":7,"note":"c14956af Hi “you”"}]}
    openai      complete {"results":[{"_block":7,"note":"c14956af Hi “you”"}]}
    openai-chat complete {"results":[{"_block":7,"note":"c14956af Hi “you”"}]}
    google      complete {"results":[{"_block":7,"note":"c14956af Hi “you”"}]}
    custom      complete {"results":[{"_block":7,"note":"c14956af Hi “you”"}]}
    "#);
    insta::assert_snapshot!(with(&[], "k", |request| request.max_tokens = 8).await, @r#"
    anthropic   truncated {"results":[{"_block":7,"note":"
    openai      truncated {"results":[{"_block":7,"note":"
    openai-chat truncated {"results":[{"_block":7,"note":"
    google      truncated {"results":[{"_block":7,"note":"
    custom      truncated {"results":[{"_block":7,"note":"
    "#);
    insta::assert_snapshot!(with(&["refusal"], "k", |_| {}).await, @"
    anthropic   refused
    openai      refused
    openai-chat refused
    google      refused
    custom      refused
    ");
}

#[tokio::test]
async fn keys_and_prompts_that_are_refused() {
    let too_long = |request: &mut Request| request.user_text = "x".repeat(4_000_000);
    let no_model = |request: &mut Request| request.model.push_str("-nope");
    let lines = [
        ("no key", with(&[], "", |_| {}).await),
        ("invalid", with(&[], "invalid", |_| {}).await),
        ("no-credit", with(&[], "no-credit", |_| {}).await),
        ("too long", with(&[], "k", too_long).await),
        ("no such model", with(&[], "k", no_model).await),
    ];
    insta::assert_snapshot!(lines.map(|(case, lines)| format!("# {case}\n{lines}")).join("\n"), @r#"
    # no key
    anthropic   invalid_key
    openai      invalid_key
    openai-chat complete {"results":[{"_block":7,"note":"c14956af Hi “you”"}]}
    google      invalid_key
    custom      complete {"results":[{"_block":7,"note":"c14956af Hi “you”"}]}
    # invalid
    anthropic   invalid_key
    openai      invalid_key
    openai-chat invalid_key
    google      invalid_key
    custom      invalid_key
    # no-credit
    anthropic   no_credit
    openai      no_credit
    openai-chat no_credit
    google      no_credit
    custom      no_credit
    # too long
    anthropic   prompt_too_long
    openai      prompt_too_long
    openai-chat prompt_too_long
    google      prompt_too_long
    custom      prompt_too_long
    # no such model
    anthropic   rejected
    openai      rejected
    openai-chat rejected
    google      rejected
    custom      rejected
    "#);
}

#[tokio::test]
async fn faults() {
    let mut lines = Vec::new();
    for rule in ["400", "402", "404", "429,retry-after=2", "429", "500", "529", "error-body"] {
        lines.push(format!("# {rule}\n{}", with(&[rule], "k", |_| {}).await));
    }
    // Whether the connection drops before the answer or within it, it is lost.
    for seed in 0..8 {
        let simulator = start(&[]);
        simulator.set_faults(Faults::parse(seed, ["reset"]).unwrap());
        for (provider, model) in PROVIDERS {
            let outcome = send(&simulator, provider, "k", request(model)).await;
            assert_eq!(shown(outcome), "connection", "{model}");
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    # 400
    anthropic   rejected
    openai      rejected
    openai-chat rejected
    google      rejected
    custom      rejected
    # 402
    anthropic   no_credit
    openai      no_credit
    openai-chat no_credit
    google      no_credit
    custom      no_credit
    # 404
    anthropic   rejected
    openai      rejected
    openai-chat rejected
    google      rejected
    custom      rejected
    # 429,retry-after=2
    anthropic   rate_limited 2000 ms
    openai      rate_limited 2000 ms
    openai-chat rate_limited 2000 ms
    google      rate_limited 2000 ms
    custom      rate_limited 2000 ms
    # 429
    anthropic   rate_limited
    openai      rate_limited
    openai-chat rate_limited
    google      rate_limited
    custom      rate_limited
    # 500
    anthropic   unavailable
    openai      unavailable
    openai-chat unavailable
    google      unavailable
    custom      unavailable
    # 529
    anthropic   unavailable
    openai      unavailable
    openai-chat unavailable
    google      unavailable
    custom      unavailable
    # error-body
    anthropic   unavailable
    openai      unavailable
    openai-chat unavailable
    google      unavailable
    custom      unavailable
    ");
}

/// Both sides count alike, and the second call reads what the first has left.
#[tokio::test]
async fn tokens() {
    let mut lines = Vec::new();
    for (provider, model) in PROVIDERS {
        let simulator = start(&[]);
        let mut total = gloss_llm::Usage::default();
        for _ in 0..2 {
            let usage = send(&simulator, provider, "k", request(model)).await.unwrap().usage;
            total += usage;
            lines.push(format!(
                "{:12}input {:5} write {:5} read {:5} output {:3}",
                provider.as_str(),
                usage.input_tokens,
                usage.cache_write_tokens,
                usage.cache_read_tokens,
                usage.output_tokens,
            ));
        }
        assert_eq!(simulator.stats().usage, total, "{model}");
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    anthropic   input    18 write  2091 read     0 output  14
    anthropic   input    18 write     0 read  2091 output  14
    openai      input    18 write  2052 read     0 output  14
    openai      input    18 write     0 read  2052 output  14
    openai-chat input    18 write  2052 read     0 output  14
    openai-chat input    18 write     0 read  2052 output  14
    google      input  2070 write     0 read     0 output  14
    google      input    18 write     0 read  2052 output  14
    custom      input  2070 write     0 read     0 output  14
    custom      input    18 write     0 read  2052 output  14
    ");
}
