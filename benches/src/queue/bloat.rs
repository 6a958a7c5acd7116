//! What a worked-off run leaves behind in PostgreSQL, and what autovacuum makes of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::house::House;
use super::load::{Load, drive};
use super::options::Options;
use super::ours::Ours;
use super::place::{Kind, ask};
use crate::figures::table;

const RELATIONS: [&str; 7] = [
    "overlay",
    "overlay_pkey",
    "overlay_pending",
    "overlay_claimed",
    "run_tally",
    "lease",
    "lease_pkey",
];

pub(super) async fn measure(options: &Options) -> Value {
    if !options.databases.contains(&Kind::Postgres) {
        return Value::Null;
    }
    let overlays = options.pick(40_000, 1_000_000);
    let mut house = House::new(Kind::Postgres, overlays).await;
    let run_id = house.run().await;
    let url = house.place.url();
    let before = look(&url).await;
    let load = Load { batch: 100, window: Duration::from_secs(3600), jobs_max: overlays.into() };
    let sample = drive(Ours::crew(&house.store, run_id, 8), load).await;
    assert_eq!(sample.jobs, u64::from(overlays));
    // Sessions report what they have left dead once a second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let after = look(&url).await;
    tokio::time::sleep(options.pick(Duration::from_secs(3), Duration::from_secs(60))).await;
    let later = look(&url).await;
    let vacuums = ask(
        &url,
        "SELECT sum(autovacuum_count) FROM pg_stat_user_tables WHERE relname = 'overlay'",
    )
    .await;
    house.close().await;
    let rows = before.iter().zip(&after).zip(&later).map(|((before, after), later)| {
        json!({
            "relation": before["relation"],
            "MB before": before["mb"], "MB after": after["mb"], "MB later": later["mb"],
            "dead before": before["dead"], "dead after": after["dead"],
            "dead later": later["dead"],
        })
    });
    let title = format!(
        "bloat: {overlays} overlays settled in {:.0} s; later is {} s after; \
         autovacuum went over overlay {vacuums} times",
        sample.seconds,
        options.pick(3, 60)
    );
    let columns = [
        "relation",
        "MB before",
        "MB after",
        "MB later",
        "dead before",
        "dead after",
        "dead later",
    ];
    table(&title, &columns, rows.collect())
}

/// Tables with all that belongs to them, indexes by themselves.
async fn look(url: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for relation in RELATIONS {
        let bytes = ask(url, &format!("SELECT pg_total_relation_size('{relation}')")).await;
        let dead =
            format!("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = '{relation}'");
        let dead: Option<f64> = ask(url, &dead).await.parse().ok();
        let mb = bytes.parse().unwrap_or(0.0_f64) / 1e6;
        let mb = (mb * 100.0).round() / 100.0;
        found.push(json!({ "relation": relation, "mb": mb, "dead": dead }));
    }
    found
}
