//! Every provider, every way in which a model or its service can go wrong, packs of two sizes: no
//! answer on the wrong block, every block right or flagged with a reason.

use std::fmt::Write as _;

use gloss_app::ops::{OverlayList, PageRequest};
use gloss_app::views::OverlayView;
use gloss_app::{App, Ctx, Stop, WorkerOptions};
use gloss_core_model::Schema;
use gloss_simulator::{Faults, Options, Simulator};
use gloss_testkit::{Backend, Database, open_app};
use serde_json::{Value, json};

use crate::demo;

/// Blocks of each run in the suite; `GLOSS_MATRIX_BLOCKS=1000` is the whole of it.
const BLOCKS: usize = 100;
const MODELS: [&str; 5] =
    ["claude-sonnet-5", "gpt-6-luna", "openai-chat:gpt-6-luna", "gemini-2.5-flash", "custom:local"];
const PACKS: [u32; 2] = [10, 25];
const POISON: &str = "one poison block";

const FAULTS: &[(&str, &[&str])] = &[
    ("none", &[]),
    ("every 3rd result dropped", &["missing-third"]),
    ("reversed", &["reversed"]),
    ("same duplicates", &["duplicate"]),
    ("differing duplicates", &["differing-duplicate=0.1"]),
    ("unknown ids", &["unknown-id"]),
    (POISON, &["poison"]),
    ("every pack cut", &["truncated,cap-tokens=120"]),
    ("429 each 10th call", &["429,every=10,retry-after=20ms"]),
    ("bursts of 529", &["529=0.4,times=8,retry-after=20ms"]),
    ("a 200 with an error body", &["error-body,every=7,times=6"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_any_provider_puts_an_answer_on_the_wrong_block() {
    let blocks = std::env::var("GLOSS_MATRIX_BLOCKS").ok().and_then(|n| n.parse().ok());
    let blocks = blocks.unwrap_or(BLOCKS);
    let text = document(blocks);
    let mut table = format!("{:<26}{:>6}{:>9}{:>7}\n", "fault", "right", "flagged", "wrong");
    for (fault, rules) in FAULTS {
        let mut sum = Sum::default();
        for model in MODELS {
            for pack in PACKS {
                let outcome = run(&text, model, pack, rules).await;
                let what = format!("{fault}, {model}, packs of {pack}: {outcome:?}");
                assert_eq!(outcome.right + outcome.flagged, blocks, "{what}");
                if *fault == POISON {
                    let calm = run(&text, model, pack, &[]).await.calls;
                    let extra_max = u64::from(pack.ilog2()) + 1;
                    assert!(outcome.calls <= calm + extra_max, "{what}, {calm} calls without it");
                    assert_eq!(outcome.flagged, 1, "its neighbours are not to suffer: {what}");
                }
                sum.add(&outcome);
            }
        }
        let Sum { right, flagged, wrong } = sum;
        let _ = writeln!(table, "{fault:<26}{right:>6}{flagged:>9}{wrong:>7}");
    }
    println!("{blocks} blocks, {} models, packs of 10 and 25\n{table}", MODELS.len());
    if blocks == BLOCKS {
        insta::assert_snapshot!(table, @"
        fault                      right  flagged  wrong
        none                        1000        0      0
        every 3rd result dropped    1000        0      0
        reversed                    1000        0      0
        same duplicates             1000        0      0
        differing duplicates        1000        0      0
        unknown ids                 1000        0      0
        one poison block             990       10      0
        every pack cut              1000        0      0
        429 each 10th call          1000        0      0
        bursts of 529               1000        0      0
        a 200 with an error body    1000        0      0
        ");
    }
}

#[derive(Debug, Default)]
struct Sum {
    right: usize,
    flagged: usize,
    wrong: usize,
}

impl Sum {
    fn add(&mut self, outcome: &Outcome) {
        self.right += outcome.right;
        self.flagged += outcome.flagged;
        self.wrong += outcome.wrong;
    }
}

#[derive(Debug)]
struct Outcome {
    right: usize,
    /// Failed, with a reason.
    flagged: usize,
    wrong: usize,
    calls: u64,
}

fn schema() -> Value {
    json!({
        "title": "matrix",
        "type": "object",
        "required": ["kind", "score"],
        "properties": {
            "kind": { "type": "string", "enum": ["duty", "right", "process"] },
            "score": { "type": "integer", "minimum": 0, "maximum": 100 },
            "note": { "type": "string", "maxLength": 40 },
        },
    })
}

/// Paragraphs that all differ; one of them has the word that the simulator chokes on.
fn document(blocks: usize) -> String {
    let paragraph = |n: usize| {
        let word = if n == blocks / 2 { "POISON" } else { "water" };
        format!("Paragraph {n} of the agreement is about {word} and {} other things.", n * 7)
    };
    (0..blocks).map(paragraph).collect::<Vec<_>>().join("\n\n")
}

async fn run(text: &str, model: &str, pack: u32, rules: &[&str]) -> Outcome {
    let database = Database::fresh(Backend::Sqlite).await.expect("a database");
    let simulator = Simulator::start(Options::default()).expect("a simulator");
    simulator.set_faults(Faults::parse(11, rules.iter().copied()).expect("rules"));
    let app = open_app(&database, &simulator.base_url()).await;
    let settings = [
        ("models.platform_default_model", model.into()),
        ("worker.batching.pack_size", pack.into()),
    ];
    let run_id = demo::create_over(&app, text, &schema().to_string(), &settings).await;
    let options = WorkerOptions { until_idle: true, ..WorkerOptions::named("test") };
    app.worker_run(options, &Stop::default()).await.expect("works");
    let view = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
    assert_eq!(view.status, "complete", "{model} {rules:?}: {view:?}");
    assert_eq!(app.store().check().await.expect("checks"), []);
    let overlays = overlays(&app, &run_id).await;
    app.close().await;
    let properties = Schema::new(schema()).expect("an object").properties();
    let right = |overlay: &OverlayView| {
        let kind = overlay.block_type.as_str();
        let expected = gloss_simulator::expected(&properties, kind, &overlay.block_content);
        overlay.staging.as_ref() == Some(&expected)
    };
    let (answered, others): (Vec<_>, Vec<_>) =
        overlays.iter().partition(|overlay| overlay.staging.is_some());
    let flagged = others.iter().filter(|o| o.status == "failed" && o.last_error.is_some()).count();
    let right = answered.iter().filter(|overlay| right(overlay)).count();
    Outcome { right, flagged, wrong: answered.len() - right, calls: view.calls }
}

async fn overlays(app: &App, run_id: &str) -> Vec<OverlayView> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = PageRequest { after, limit: PageRequest::LIMIT_MAX };
        let query = OverlayList { run_id: run_id.to_owned(), status: None, page };
        let page = app.overlay_list(&Ctx::local(), query).await.expect("lists");
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}
