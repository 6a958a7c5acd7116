//! No key, and keys that the provider refuses: nothing is charged, and the next good key finishes.

use std::sync::Arc;

use gloss_app::Stop;

use super::refused::door;
use super::{Evidence, check, provider_at};

const FOUR_CALLS: u32 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_moves_and_nothing_is_charged() {
    check(
        12,
        &[],
        async |it| {
            it.step("a run").await;
            it.worker("no key", None).await;
            it.worker("no key, again", None).await;
            it.worker("a key", Some("good")).await;
        },
        "> a run
         pending 12 · claimed 0 · staged 0 · failed 0 | running | attempts 0 | calls 0
         > no key: calls 0, staged 0, failed 0, late 0
         pending 12 · claimed 0 · staged 0 · failed 0 | running, no_api_key | attempts 0 | calls 0
         > no key, again: calls 0, staged 0, failed 0, late 0
         pending 12 · claimed 0 · staged 0 · failed 0 | running, no_api_key | attempts 0 | calls 0
         > a key: calls 12, staged 12, failed 0, late 0
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 12",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_one_stops_the_calls() {
    check_refusal("invalid_api_key", async |it, what| it.worker(what, Some("invalid")).await).await;
}

/// The key is a good one, and the account behind it has no credit: told as a 400.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_credit_stops_the_calls() {
    check_refusal("insufficient_credit", async |it, what| {
        it.worker(what, Some("no-credit")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_402_stops_the_calls() {
    check_refusal("insufficient_credit", async |it, what| {
        it.faults(&["402"]);
        it.worker(what, Some("good")).await;
        it.faults(&[]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_stops_the_calls() {
    check_refusal("invalid_api_key", async |it, what| {
        let refusing = door(Arc::clone(&it.elsewhere));
        it.work(what, provider_at(&refusing, Some("good")), &Stop::default()).await;
    })
    .await;
}

/// Every refusal has one shape: what is in flight comes back, nothing more is sent, the next
/// worker asks with one call before the rest follow, and a good key finishes the run.
async fn check_refusal(attention: &str, refused: impl AsyncFn(&mut Evidence, &str)) {
    let waits = "pending 12 · claimed 0 · staged 0 · failed 0 | running";
    let expected = format!(
        "> refused: calls 4, staged 0, failed 0, late 0
         {waits}, {attention} | attempts 0 | calls 4
         > refused, again: calls 1, staged 0, failed 0, late 0
         {waits}, {attention} | attempts 0 | calls 5
         > a good key: calls 12, staged 12, failed 0, late 0
         pending 0 · claimed 0 · staged 12 · failed 0 | complete | attempts 0 | calls 17"
    );
    check(
        12,
        &[("worker.concurrency", FOUR_CALLS.into())],
        async |it| {
            refused(it, "refused").await;
            refused(it, "refused, again").await;
            it.worker("a good key", Some("good")).await;
        },
        &expected,
    )
    .await;
}
