//! Precedence, provenance and refusals as transcripts, and two properties of all layers.

use gloss_core_model::PromptConfig;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Effective, PolicyError, resolve};
use crate::registry::{INTEGER_MAX, Kind};
use crate::{Key, Layer, REGISTRY, Source, environment_layer, prompt_config_layer};

fn layer<const N: usize>(source: Source, values: [(&str, Value); N]) -> Layer {
    Layer::new(source, values)
}

fn schema(max_batch_size: u32) -> Layer {
    prompt_config_layer(&PromptConfig {
        max_batch_size: Some(max_batch_size),
        ..Default::default()
    })
}

/// The lines that do not come from the program itself, then the reports.
fn show(effective: &Effective) -> String {
    let text = effective.to_string();
    let set = text.lines().filter(|line| !line.ends_with("(source=built-in)")).map(str::to_owned);
    set.chain(effective.reports.iter().map(|report| format!("ignored: {report}")))
        .collect::<Vec<_>>()
        .join("\n")
}

fn outcome(layers: &[Layer]) -> String {
    match resolve(layers) {
        Ok(effective) => show(&effective),
        Err(errors) => errors.iter().map(|e| format!("error: {e}")).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn the_highest_layer_that_sets_a_key_wins() {
    let config = PromptConfig {
        temperature: Some(0.1),
        system_instructions: Some("You read contracts.\nBe brief.".to_owned()),
        ..Default::default()
    };
    let layers = [
        layer(
            Source::Admin,
            [
                ("models.platform_default_temperature", json!(0.5)),
                ("models.platform_default_model", json!("admin-model")),
                ("worker.max_retries", json!(4)),
                ("worker.concurrency", json!(2)),
            ],
        ),
        environment_layer([
            ("GLOSS_WORKER_MAX_RETRIES", "7"),
            ("GLOSS_WORKER_BATCH_PACK_SIZE", "12"),
        ]),
        layer(Source::Request, [("worker.batching.enabled", json!(false))]),
        prompt_config_layer(&config),
        layer(
            Source::Run,
            [
                ("models.platform_default_temperature", json!(0.9)),
                ("run.default_budget_usd", json!(5)),
            ],
        ),
        layer(
            Source::User,
            [
                ("models.platform_default_model", json!("user-model")),
                ("worker.concurrency", Value::Null),
            ],
        ),
    ];
    assert_snapshot!(outcome(&layers), @r#"
    models.platform_default_model = user-model (source=user default)
    models.platform_default_temperature = 0.1 (source=schema prompt_config)
    worker.default_system_prompt = "You read contracts.\nBe brief." (source=schema prompt_config)
    worker.batching.enabled = false (source=request override)
    worker.batching.pack_size = 12 (source=environment)
    worker.max_retries = 4 (source=admin policy)
    worker.concurrency = 2 (source=admin policy)
    run.default_budget_usd = 5 (source=run override)
    "#);
}

#[test]
fn a_schema_caps_the_pack_size_of_everybody() {
    let request = || layer(Source::Request, [("worker.batching.pack_size", json!(20))]);
    assert_snapshot!(outcome(&[schema(8)]), @"worker.batching.pack_size = 8 (source=schema prompt_config, caps 10 from built-in)");
    assert_snapshot!(outcome(&[schema(3), request()]), @"worker.batching.pack_size = 3 (source=schema prompt_config, caps 20 from request override)");
    assert_snapshot!(outcome(&[schema(30), request()]), @"worker.batching.pack_size = 20 (source=request override)");
    assert_snapshot!(outcome(&[schema(500)]), @"");
    assert_snapshot!(outcome(&[schema(0)]), @"error: schema prompt_config.max_batch_size: `worker.batching.pack_size` is 0; give an integer of 1 or more");
    let policy = resolve(&[schema(500)]).unwrap().policy();
    assert_eq!(
        (policy.worker.batching.pack_size, policy.worker.batching.max_batch_size),
        (10, Some(500))
    );
}

#[test]
fn every_layer_is_checked_even_if_it_loses() {
    let config = PromptConfig {
        temperature: Some(1.5),
        max_tokens_per_block: Some(100_000),
        ..Default::default()
    };
    let layers = [
        layer(Source::Request, [("worker.max_retries", json!(5)), ("worker.max_retry", json!(5))]),
        prompt_config_layer(&config),
        layer(Source::Run, [("claim_ordering", json!("fifo"))]),
        layer(Source::User, [("models.platform_default_model", json!(""))]),
        environment_layer([("GLOSS_WORKER_MAX_RETRIES", "often")]),
        layer(Source::Environment, [("worker.colour", json!("blue"))]),
    ];
    assert_snapshot!(outcome(&layers), @r#"
    error: request override: `worker.max_retry` is not a policy key; did you mean `worker.max_retries`?
    error: schema prompt_config.temperature: `models.platform_default_temperature` is 1.5; give a number from 0 to 1
    error: schema prompt_config.max_tokens_per_block: `models.platform_default_max_tokens` is 100000; give an integer from 1 to 65536
    error: run override: `claim_ordering` is not a policy key; look it up in the list of policy keys
    error: user default: `models.platform_default_model` is ""; give a text that is not empty
    error: environment GLOSS_WORKER_MAX_RETRIES: `worker.max_retries` is "often"; give an integer from 1 to 10
    "#);
}

#[test]
fn a_bad_stored_row_is_reported_and_the_next_layer_applies() {
    let rows = layer(
        Source::Admin,
        [
            ("worker.max_retries", json!("many")),
            ("worker.lease_seconds", json!(1)),
            ("worker.claim_ordering", json!("fifo")),
            ("worker.concurrency", json!(4)),
        ],
    );
    let environment = environment_layer([("GLOSS_WORKER_MAX_RETRIES", "5")]);
    assert_snapshot!(outcome(&[rows, environment]), @r#"
    worker.max_retries = 5 (source=environment)
    worker.concurrency = 4 (source=admin policy)
    ignored: admin policy: `worker.max_retries` is "many"; give an integer from 1 to 10
    ignored: admin policy: `worker.lease_seconds` is 1; give an integer from 2 to 3600
    ignored: admin policy: `worker.claim_ordering` is not a policy key; look it up in the list of policy keys
    "#);
}

#[test]
fn stored_rows_that_cannot_stand_together_do_not_apply() {
    let rows = layer(
        Source::Admin,
        [
            ("worker.batching.pack_size", json!(60)),
            ("worker.batching.pack_size_max", json!(50)),
            ("worker.batching.text_heavy_max_pack_size", json!(45)),
            ("worker.batching.output_reserve_tokens", json!(300_000)),
            ("worker.max_retries", json!(9)),
        ],
    );
    assert_snapshot!(outcome(&[rows]), @"
    worker.max_retries = 9 (source=admin policy)
    ignored: `worker.batching.pack_size` = 60 (admin policy) is above `worker.batching.pack_size_max` = 50 (admin policy); lower the first or raise the second
    ignored: `worker.batching.text_heavy_max_pack_size` = 45 (admin policy) is above `worker.batching.pack_size_max` = 40 (built-in); lower the first or raise the second
    ignored: `worker.batching.context_window_tokens` = 200000 (built-in) leaves no input after `worker.batching.output_reserve_tokens` = 300000 (admin policy) and `worker.batching.tool_overhead_tokens` = 2000 (built-in); raise the first or lower the others
    ");
}

#[test]
fn rules_between_keys_are_checked_on_the_whole_candidate() {
    let admin = layer(Source::Admin, [("worker.batching.pack_size_max", json!(50))]);
    let run = |key: &str, value: u32| layer(Source::Run, [(key, json!(value))]);
    let broken = [
        vec![run("worker.batching.pack_size", 60), admin.clone(), schema(5)],
        vec![run("worker.batching.pack_size_max", 8)],
        vec![run("worker.batching.text_heavy_max_pack_size", 41)],
        vec![run("worker.batching.per_block_output_tokens", 8193)],
        vec![run("worker.claim_batch_size.default", 101)],
        vec![run("worker.claim_batch_size.min", 101)],
        vec![run("worker.batching.context_window_tokens", 22_000)],
        vec![environment_layer([("GLOSS_WORKER_BATCH_PACK_SIZE_MAX", "5")])],
    ];
    assert_snapshot!(broken.map(|layers| outcome(&layers)).join("\n\n"), @"
    error: `worker.batching.pack_size` = 60 (run override) is above `worker.batching.pack_size_max` = 50 (admin policy); lower the first or raise the second

    error: `worker.batching.pack_size` = 10 (built-in) is above `worker.batching.pack_size_max` = 8 (run override); lower the first or raise the second

    error: `worker.batching.text_heavy_max_pack_size` = 41 (run override) is above `worker.batching.pack_size_max` = 40 (built-in); lower the first or raise the second

    error: `worker.batching.per_block_output_tokens` = 8193 (run override) is above `worker.batching.max_output_tokens` = 8192 (built-in); lower the first or raise the second

    error: `worker.claim_batch_size.default` = 101 (run override) is above `worker.claim_batch_size.max` = 100 (built-in); lower the first or raise the second

    error: `worker.claim_batch_size.min` = 101 (run override) is above `worker.claim_batch_size.default` = 25 (built-in); lower the first or raise the second
    error: `worker.claim_batch_size.min` = 101 (run override) is above `worker.claim_batch_size.max` = 100 (built-in); lower the first or raise the second

    error: `worker.batching.context_window_tokens` = 22000 (run override) leaves no input after `worker.batching.output_reserve_tokens` = 20000 (built-in) and `worker.batching.tool_overhead_tokens` = 2000 (built-in); raise the first or lower the others

    error: `worker.batching.pack_size` = 10 (built-in) is above `worker.batching.pack_size_max` = 5 (environment); lower the first or raise the second
    error: `worker.batching.text_heavy_max_pack_size` = 6 (built-in) is above `worker.batching.pack_size_max` = 5 (environment); lower the first or raise the second
    ");
    let together = [admin, run("worker.batching.pack_size", 50)];
    assert_snapshot!(outcome(&together), @"
    worker.batching.pack_size = 50 (source=run override)
    worker.batching.pack_size_max = 50 (source=admin policy)
    ");
    assert_snapshot!(outcome(&[run("worker.batching.context_window_tokens", 22_001)]), @"worker.batching.context_window_tokens = 22001 (source=run override)");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_u32..200).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,90}".prop_map(Value::from),
    ];
    prop_oneof![leaf.clone(), prop::collection::vec(leaf, 0..4).prop_map(Value::from)]
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(Key::ALL).prop_map(|key| key.to_string()),
        1 => ".{0,90}",
    ]
}

fn any_layer() -> impl Strategy<Value = Layer> {
    let values = prop::collection::vec((any_key(), any_json()), 0..12);
    let cap = prop::option::of(any::<u32>());
    (prop::sample::select(Source::ALL), values, cap).prop_map(|(source, values, cap)| Layer {
        max_batch_size: cap.filter(|_| source == Source::Schema),
        ..Layer::new(source, values)
    })
}

/// Fits the key, and no choice of values for all keys breaks a rule.
fn fitting(key: Key) -> BoxedStrategy<Value> {
    let integer = |min: u32, max: u32| (min..=max).prop_map(Value::from).boxed();
    match (key, key.definition().kind) {
        (Key::WorkerBatchingPackSizeMax, _) => integer(40, 90),
        (Key::WorkerBatchingContextWindowTokens, _) => integer(100_000, INTEGER_MAX),
        (Key::WorkerBatchingOutputReserveTokens, _) => integer(256, 50_000),
        (Key::WorkerBatchingToolOverheadTokens, _) => integer(0, 49_999),
        (Key::WorkerClaimBatchSizeMax, _) => integer(41, 90),
        (Key::WorkerClaimBatchSizeDefault, _) => integer(20, 40),
        (Key::WorkerClaimBatchSizeMin, _) => integer(1, 20),
        (_, Kind::Boolean { .. }) => any::<bool>().prop_map(Value::from).boxed(),
        (_, Kind::Integer { min, max: INTEGER_MAX, .. }) => integer(min, 40),
        (_, Kind::Integer { min, max, .. }) => integer(min, max),
        (_, Kind::Number { min, max, .. }) => (min..=max).prop_map(Value::from).boxed(),
        (_, Kind::String { .. }) => "[a-z]{1,9}".prop_map(Value::from).boxed(),
        (_, Kind::Choice { options, .. }) => {
            prop::sample::select(options).prop_map(Value::from).boxed()
        }
        (_, Kind::List { default, .. }) => Just(json!(default)).boxed(),
    }
}

fn fitting_layer() -> impl Strategy<Value = Layer> {
    let all: Vec<_> = REGISTRY.iter().map(|known| prop::option::of(fitting(known.key))).collect();
    (prop::sample::select(&Source::ALL[..6]), all).prop_map(|(source, values)| {
        let set =
            Key::ALL.iter().zip(values).filter_map(|(key, value)| Some((key.as_str(), value?)));
        Layer::new(source, set.collect::<Vec<_>>())
    })
}

proptest! {
    #[test]
    fn resolving_never_panics(layers in prop::collection::vec(any_layer(), 0..8)) {
        match resolve(&layers) {
            Ok(effective) => {
                effective.policy();
                prop_assert!(!effective.to_string().is_empty());
            }
            Err(errors) => prop_assert!(errors.iter().all(|error| !error.to_string().is_empty())),
        }
    }

    #[test]
    fn stored_rows_alone_never_fail(values in prop::collection::vec((any_key(), any_json()), 0..40)) {
        prop_assert!(resolve(&[Layer::new(Source::Admin, values)]).is_ok());
    }

    #[test]
    fn the_winner_is_the_highest_layer_that_set_the_key(
        layers in prop::collection::vec(fitting_layer(), 0..8)
    ) {
        let effective = resolve(&layers).unwrap();
        prop_assert_eq!(&effective.reports, &Vec::<PolicyError>::new());
        for (key, resolved) in effective.iter() {
            let set = |layer: &&Layer| layer.values.iter().any(|(name, _)| name == key.as_str());
            // Of layers with one source, the last one counts.
            let winner = layers.iter().filter(set).rev().min_by_key(|layer| layer.source);
            let source = winner.map_or(Source::BuiltIn, |layer| layer.source);
            let value = winner.map_or_else(
                || key.definition().built_in().to_json(),
                |layer| layer.values.iter().find(|(name, _)| name == key.as_str()).unwrap().1.clone(),
            );
            prop_assert_eq!((resolved.source, resolved.value.to_json()), (source, value));
        }
    }
}
