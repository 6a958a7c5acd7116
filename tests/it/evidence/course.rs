//! How runs end: whole, cancelled and resumed, or with a model that does not exist.

use std::sync::Arc;

use gloss_app::ops::{ExportRequest, OverlayReview, ReviewAction};
use gloss_app::{Ctx, ProviderConfig, Stop};
use gloss_core_model::Schema;
use gloss_export::Format;
use gloss_store::ClaimRequest;
use serde_json::Value;
use tokio::sync::Barrier;

use super::watched::{At, Boxed};
use super::{Evidence, OWNER, SCHEMA, check};

#[tokio::test(flavor = "multi_thread")]
async fn a_good_run_is_staged_confirmed_and_exported_whole() {
    check(
        12,
        &[],
        async |it| {
            it.worker("a worker", Some("good")).await;
            it.export().await;
            it.confirm_all().await;
            it.export().await;
        },
        "> a worker: calls 12, staged 12, failed 0, late 0
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 12
         > export: 12 records, 0 with data, 0 with the block's own
         > confirm all: 12 changed
         pending 0 · claimed 0 · staged 0 · confirmed 12 · failed 0 | complete \
         | attempts 0 | calls 12
         > export: 12 records, 12 with data, 12 with the block's own",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_takes_no_claim_no_call_and_no_late_answer() {
    check(
        12,
        &[("worker.concurrency", 3.into())],
        async |it| {
            let provider = cancelled_while_three_are_out(it);
            it.work("cancelled while calls 4 to 6 are out", provider, &Stop::default()).await;
            it.worker("another worker", Some("good")).await;
            let claim = it.claim_by_hand().await;
            it.step(&format!("a claim: {claim}")).await;
            it.app.run_resume(&Ctx::local(), &it.run_id).await.expect("resumes");
            it.step("resumed").await;
            it.worker("a worker", Some("good")).await;
            let written = it.overlays().await.iter().filter(|row| row.revision == 1).count();
            it.note(&format!("{written} blocks written once"));
        },
        "> cancelled while calls 4 to 6 are out: calls 6, staged 3, failed 0, late 3
         pending 9 · claimed 0 · staged 3 · failed 0 | cancelled | attempts 0 | calls 6
         > another worker: calls 0, staged 0, failed 0, late 0
         pending 9 · claimed 0 · staged 3 · failed 0 | cancelled | attempts 0 | calls 6
         > a claim: nothing
         pending 9 · claimed 0 · staged 3 · failed 0 | cancelled | attempts 0 | calls 6
         > resumed
         pending 9 · claimed 0 · staged 3 · failed 0 | running | attempts 0 | calls 6
         > a worker: calls 9, staged 9, failed 0, late 0
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 15
         > 12 blocks written once",
    )
    .await;
}

/// A worker that goes home in the middle of each call leaves one attempt to see at a time.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_exist_fails_the_block_at_the_third_attempt() {
    check(
        1,
        &[("models.platform_default_model", "claude-nope".into())],
        async |it| {
            for what in ["one attempt", "another", "the last"] {
                let stop = Stop::default();
                let told = stop.clone();
                let provider = it.watched(move |_| {
                    told.stop();
                    Box::pin(std::future::ready(()))
                });
                it.work(what, provider, &stop).await;
            }
            let block = &it.overlays().await[0];
            let why = block.error_message.as_deref().unwrap_or("nothing");
            it.note(&format!("why: {why}"));
            let run = it.app.run_get(&Ctx::local(), &it.run_id).await.expect("the run");
            let (completed, failed) = (run.completed_blocks, run.failed_blocks);
            it.note(&format!("{completed} completed, {failed} failed of {}", run.total_blocks));
        },
        "> one attempt: calls 1, staged 0, failed 0, late 0
         pending 1 · claimed 0 · staged 0 · failed 0 | running | attempts 1 | calls 1
         > another: calls 1, staged 0, failed 0, late 0
         pending 1 · claimed 0 · staged 0 · failed 0 | running | attempts 2 | calls 2
         > the last: calls 1, staged 0, failed 1, late 0
         pending 0 · claimed 0 · staged 0 · failed 1 | complete | attempts 3 | calls 3
         > why: the provider rejected the request with status 404: model: claude-nope
         > 0 completed, 1 failed of 1",
    )
    .await;
}

/// Three calls are answered and held; the run is cancelled; then they land.
fn cancelled_while_three_are_out(it: &Evidence) -> ProviderConfig {
    let together = Arc::new(Barrier::new(3));
    let (app, run_id) = (it.app.clone(), it.run_id.clone());
    it.watched(move |turn| -> Boxed<'static, ()> {
        let (together, app, run_id) = (Arc::clone(&together), app.clone(), run_id.clone());
        Box::pin(async move {
            if turn.at == At::After && (4..=6).contains(&turn.nth) {
                if together.wait().await.is_leader() {
                    app.run_cancel(&Ctx::local(), &run_id).await.expect("cancels");
                }
                together.wait().await;
            }
        })
    })
}

impl Evidence {
    async fn claim_by_hand(&self) -> String {
        let want = ClaimRequest {
            owner: OWNER,
            run_id: self.id(),
            worker: "by hand".to_owned(),
            blocks_max: 12,
            lease_ms: 60_000,
            now: self.app.now(),
        };
        let claim = self.app.store().claim(want).await.expect("answers");
        claim.map_or_else(|| "nothing".to_owned(), |claim| format!("{} blocks", claim.blocks.len()))
    }

    async fn confirm_all(&mut self) {
        let confirm = OverlayReview {
            run_id: self.run_id.clone(),
            blocks: None,
            revision: None,
            action: ReviewAction::Confirm,
        };
        let done = self.app.overlay_review(&Ctx::local(), confirm).await.expect("confirms");
        self.step(&format!("confirm all: {} changed", done.changed.len())).await;
    }

    async fn export(&mut self) {
        let request = ExportRequest {
            run_id: self.run_id.clone(),
            format: Format::Jsonl,
            include_staged: false,
            with_provenance: false,
        };
        let done = self.app.export_write(&Ctx::local(), &request, Vec::new()).await;
        let text = String::from_utf8(done.expect("exports").0).expect("UTF-8");
        let records: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
        let with_data = records.iter().filter(|record| !data(record).is_null()).count();
        let own = records.iter().filter(|record| *data(record) == expected(record)).count();
        let n = records.len();
        self.note(&format!(
            "export: {n} records, {with_data} with data, {own} with the block's own"
        ));
    }
}

fn data(record: &Value) -> &Value {
    &record["user_defined"]["data"]
}

/// What the simulated model answers to the record's block.
fn expected(record: &Value) -> Value {
    let schema = Schema::new(serde_json::from_str(SCHEMA).expect("JSON")).expect("an object");
    let block = &record["immutable"]["block"];
    let text = |key: &str| block[key].as_str().expect("text");
    gloss_simulator::expected(&schema.properties(), text("block_type"), text("block_content"))
}
