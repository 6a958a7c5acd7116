//! The database's own limit: the same statements as a script of pgbench, no driver of ours.

use std::path::PathBuf;

use gloss_core_model::RunId;
use tempfile::TempDir;
use tokio::process::Command;

use super::bare::Sql;
use super::house::{OWNER, answer};
use super::load::Sample;
use super::ours::LEASE_MS;

const BIN_VARIABLE: &str = "GLOSS_BENCH_POSTGRES_BIN";

/// Beside the server's programs, or wherever the path leads.
fn program() -> PathBuf {
    let dir = std::env::var_os(BIN_VARIABLE).map(PathBuf::from).unwrap_or_default();
    let beside = dir.join("pgbench");
    if beside.is_file() { beside } else { PathBuf::from("pgbench") }
}

/// So many batches by each client; none where there is no pgbench.
pub(super) async fn measure(
    url: &str,
    sql: &Sql,
    run_id: RunId,
    batch: u32,
    clients: usize,
    batches: u64,
) -> Option<Sample> {
    let dir = TempDir::with_prefix("gloss-pgbench-").expect("a temporary folder");
    let file = dir.path().join("step.sql");
    std::fs::write(&file, script(sql, run_id, batch)).expect("writes");
    let done = Command::new(program())
        .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients.to_string()])
        .args(["-D", "floor=0", "-D", &format!("answers={}", answers(batch))])
        .args(["-t", &batches.to_string(), "-f"])
        .arg(&file)
        .arg(url)
        .output()
        .await
        .ok()?;
    let text = String::from_utf8_lossy(&done.stdout);
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "pgbench: {text}{words}");
    let line = text.lines().find_map(|line| line.strip_prefix("tps = ")).expect("a rate");
    let per_second: f64 = line.split(' ').next()?.parse().expect("a number");
    let n_batches = batches * clients as u64;
    let jobs = n_batches * u64::from(batch);
    Some(Sample { jobs, seconds: n_batches as f64 / per_second, claim_ms: Vec::new() })
}

fn script(sql: &Sql, run_id: RunId, batch: u32) -> String {
    let owner = format!("CAST('{}' AS UUID)", OWNER.0);
    let run = format!("CAST('{}' AS UUID)", run_id.0);
    let lease = "CAST(:lease_id AS BIGINT)";
    let whose = [owner.as_str(), run.as_str()];
    let with = |more: &[&str], sql: &str| fill(sql, &[&whose[..], more].concat());
    let each = |value: &str| format!("array_fill({value}, ARRAY[{batch}])");
    let limit = batch.to_string();
    let expires = LEASE_MS.to_string();
    let floor = "CAST(:floor AS BIGINT)";
    let claim = with(&[lease, "CAST(1 AS BIGINT)", &limit, floor], sql.claim);
    let stage = [":indexes", &each(lease), &each("CAST(0 AS BIGINT)"), ":answers", "NULL"];
    let slot = format!("{lease} % 16");
    let add = [slot.as_str(), &limit, "0", "0", "0", "0", "0", "0", "0", "0"];
    let lines = [
        "BEGIN;".to_owned(),
        format!("{} \\gset", with(&["'bench'", &expires], sql.lease_insert)),
        format!(
            "WITH claimed AS ({claim}) \
             SELECT CAST(array_agg(block_index) AS TEXT) AS indexes, \
             min(block_index) AS floor, string_agg(content, '') AS contents \
             FROM claimed \\gset"
        ),
        "COMMIT;".to_owned(),
        "BEGIN;".to_owned(),
        format!("{};", with(&[], sql.run_shared)),
        format!("{};", with(&[floor], sql.any_pending)),
        format!("{};", with(&stage, sql.stage)),
        format!("{};", with(&add, sql.add)),
        format!("{};", fill(sql.leases_done, &[&format!("ARRAY[{lease}]")])),
        "COMMIT;".to_owned(),
    ];
    lines.join("\n")
}

/// As any client sends them: one array, as text.
fn answers(batch: u32) -> String {
    let one = format!("\"{}\"", answer().replace('"', "\\\""));
    format!("{{{}}}", vec![one; batch as usize].join(","))
}

/// Values for `$1`, `$2`, …
fn fill(sql: &str, values: &[&str]) -> String {
    let numbered = values.iter().enumerate().rev();
    numbered.fold(sql.to_owned(), |sql, (i, value)| sql.replace(&format!("${}", i + 1), value))
}
