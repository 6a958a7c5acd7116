//! How layers are made from a schema, the environment and the command line.

use gloss_core_model::{BlockType, PromptConfig};
use insta::assert_snapshot;

use super::{Layer, environment_layer, parse_setting, prompt_config_layer};

fn show(layer: &Layer) -> String {
    let lines = layer.values.iter().map(|(key, value)| format!("{key} = {value}"));
    let cap = layer.max_batch_size.map(|cap| format!("packs of at most {cap}"));
    lines.chain(cap).fold(format!("{}:", layer.source.label()), |text, line| text + "\n" + &line)
}

#[test]
fn a_schema_sets_what_it_names() {
    let config = PromptConfig {
        system_instructions: Some("You read contracts.".to_owned()),
        per_block_prompt: Some("  ".to_owned()),
        model: Some("claude-haiku-4-5".to_owned()),
        temperature: Some(0.0),
        max_tokens_per_block: Some(900),
        max_batch_size: Some(4),
        skip_block_types: Some(vec![BlockType::Divider, BlockType::PageFooter]),
        only_block_types: None,
    };
    assert_snapshot!(show(&prompt_config_layer(&config)), @r#"
    schema prompt_config:
    models.platform_default_model = "claude-haiku-4-5"
    models.platform_default_temperature = 0.0
    models.platform_default_max_tokens = 900
    worker.default_system_prompt = "You read contracts."
    worker.skip_block_types = ["divider","page_footer"]
    packs of at most 4
    "#);
    assert_snapshot!(show(&prompt_config_layer(&PromptConfig::default())), @"schema prompt_config:");
}

#[test]
fn the_environment_sets_only_the_listed_names() {
    let layer = environment_layer([
        ("GLOSS_WORKER_DEFAULT_MODEL", "claude-opus-4-6"),
        ("GLOSS_WORKER_MAX_RETRIES", " 5 "),
        ("GLOSS_WORKER_PROMPT_CACHING_ENABLED", "false"),
        ("GLOSS_WORKER_BATCHING_ENABLED", "off"),
        ("GLOSS_WORKER_BATCH_PACK_SIZE", ""),
        ("WORKER_BATCH_PACK_SIZE_MAX", "80"),
        ("GLOSS_WORKER_LEASE_SECONDS", "10"),
        ("LANG", "en"),
    ]);
    assert_snapshot!(show(&layer), @r#"
    environment:
    models.platform_default_model = "claude-opus-4-6"
    worker.max_retries = 5
    worker.prompt_caching.enabled = false
    worker.batching.enabled = "off"
    "#);
}

#[test]
fn a_command_line_setting_is_typed_by_its_key() {
    let lines = [
        "worker.max_retries=5",
        "worker.batching.enabled=false",
        "models.platform_default_temperature=0",
        "models.platform_default_model=vendor/model=x",
        "worker.prompt_caching.ttl= 1h",
        "worker.skip_block_types=divider, page_footer",
        "worker.skip_block_types=",
        r#"upload.allowed_extensions=["MD","pdf"]"#,
        "worker.max_retries",
        "worker.max_retry=5",
        "worker.max_retries=often",
        "worker.max_retries=",
        "worker.max_retries=1e2",
        "worker.skip_block_types=[divider",
    ];
    let shown = lines.map(|line| match parse_setting(line) {
        Ok((key, value)) => format!("{line}\n  {key} := {value}"),
        Err(error) => format!("{line}\n  error: {error}"),
    });
    assert_snapshot!(shown.join("\n"), @r#"
    worker.max_retries=5
      worker.max_retries := 5
    worker.batching.enabled=false
      worker.batching.enabled := false
    models.platform_default_temperature=0
      models.platform_default_temperature := 0.0
    models.platform_default_model=vendor/model=x
      models.platform_default_model := "vendor/model=x"
    worker.prompt_caching.ttl= 1h
      worker.prompt_caching.ttl := "1h"
    worker.skip_block_types=divider, page_footer
      worker.skip_block_types := ["divider","page_footer"]
    worker.skip_block_types=
      worker.skip_block_types := []
    upload.allowed_extensions=["MD","pdf"]
      upload.allowed_extensions := ["md","pdf"]
    worker.max_retries
      error: `worker.max_retries` is not a setting; write it as key=value, such as worker.max_retries=5
    worker.max_retry=5
      error: `worker.max_retry` is not a policy key; did you mean `worker.max_retries`?
    worker.max_retries=often
      error: `worker.max_retries` is "often"; give an integer from 1 to 10
    worker.max_retries=
      error: `worker.max_retries` is ""; give an integer from 1 to 10
    worker.max_retries=1e2
      error: `worker.max_retries` is 100.0; give an integer from 1 to 10
    worker.skip_block_types=[divider
      error: `worker.skip_block_types` is "[divider"; give a list of block types, out of heading, paragraph, list_item, code_block, table, figure, caption, footnote, divider, html_block, definition, checkbox, form_region, key_value_region, page_header, page_footer, other
    "#);
}
