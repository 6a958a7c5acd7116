//! Which facts a model's name leads to.

use super::Catalog;

#[track_caller]
fn check(catalog: &Catalog, name: &str, expect: &str) {
    let facts = catalog.facts(name);
    let price = facts.prices.map_or("unpriced".to_owned(), |prices| prices.output.to_string());
    let window = facts.context_window_tokens;
    assert_eq!(format!("{} {} {window} {price}", facts.provider, facts.name), expect);
}

#[test]
fn a_model_is_found_by_name() {
    let built_in = Catalog::default();
    check(&built_in, "claude-sonnet-4-5", "anthropic claude-sonnet-4-5 200000 15");
    check(
        &built_in,
        "claude-sonnet-4-5-20250929",
        "anthropic claude-sonnet-4-5-20250929 200000 15",
    );
    check(&built_in, "gpt-6-luna-2026-09-01", "openai gpt-6-luna-2026-09-01 400000 0.5");
    check(&built_in, "openai-chat:gpt-6-luna", "openai-chat gpt-6-luna 400000 0.5");
    check(&built_in, "custom:qwen3:8b", "custom qwen3:8b 32768 unpriced");
    check(&built_in, "google:claude-sonnet-5", "google claude-sonnet-5 128000 unpriced");
    check(&built_in, "gpt-99", "openai gpt-99 128000 unpriced");
    check(&built_in, "somebody-elses-model", "anthropic somebody-elses-model 128000 unpriced");
}

#[test]
fn a_file_adds_models_and_replaces_ours() {
    let file = r#"[
        {"name": "claude-sonnet-5", "context_window_tokens": 9000, "output_tokens_max": 4000,
         "cacheable_tokens_min": 1024},
        {"name": "qwen3:8b", "provider": "custom", "context_window_tokens": 40960,
         "output_tokens_max": 8192, "cacheable_tokens_min": 0, "caching": "automatic",
         "prices": {"input": 0, "output": 0}}
    ]"#;
    let catalog = Catalog::with_file(file).expect("a models file");
    check(&catalog, "claude-sonnet-5", "anthropic claude-sonnet-5 9000 unpriced");
    check(&catalog, "claude-sonnet-4-5", "anthropic claude-sonnet-4-5 200000 15");
    check(&catalog, "qwen3:8b", "custom qwen3:8b 40960 0");
}

#[track_caller]
fn refused(file: &str, expect: &str) {
    assert_eq!(Catalog::with_file(file).expect_err("a bad file").to_string(), expect);
}

#[test]
fn a_bad_file_says_what_is_wrong() {
    refused("{}", "invalid type: map, expected a sequence at line 1 column 0");
    refused(
        r#"[{"name": "m", "context_window_tokens": 9000, "output_tokens_max": 40,
             "cacheable_tokens_min": 0}]"#,
        "model `m`: context_window_tokens is at least 1024 and output_tokens_max at least 256",
    );
    refused(
        r#"[{"name": "m", "provider": "acme"}]"#,
        "`acme` is no provider; there is anthropic, openai, openai-chat, google, custom at line 1 \
         column 34",
    );
}
