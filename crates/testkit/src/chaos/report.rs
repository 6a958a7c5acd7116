//! What was done and what was found: a table for people, one line of JSON for programs.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::orphans::Reclaims;
use super::population::LastWords;
use super::trouble::Tally;
use super::verify::Verified;
use super::{Finding, Kind, Scene};
use crate::Database;

/// So many stops without one stale result would mean that stops prove nothing.
const STOPS_TO_BE_LATE: u32 = 10;

#[derive(Debug)]
pub struct Report {
    pub counts: Counts,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Counts {
    pub seed: u64,
    pub database: &'static str,
    pub kills_of_workers: u32,
    pub kills_of_server: u32,
    pub drains: u32,
    pub stops: u32,
    /// Stops after which the worker's blocks were others'.
    pub stops_swept: u32,
    /// Stops inside a transaction, which hold up the others.
    pub stops_jammed: u32,
    pub documents: u64,
    pub runs: u64,
    pub blocks: u64,
    pub reviews: u64,
    /// Requests that were sent again because their answer never came.
    pub requests_unheard: BTreeMap<String, u64>,
    pub calls_made: u64,
    pub calls_answered: u64,
    pub calls_recorded: u64,
    /// By workers that ended in good order; those that were killed took theirs with them.
    pub stale_results: u64,
    pub orphaned: usize,
    pub orphan_reclaim_p50_ms: u128,
    pub orphan_reclaim_max_ms: u128,
    /// While a process was stopped inside a transaction.
    pub orphaned_in_jam: usize,
    pub orphan_reclaim_in_jam_max_ms: u128,
    pub checks: u32,
    pub lost: usize,
    pub doubled: usize,
    pub violations: usize,
    pub seconds: u64,
}

pub(super) fn of(
    scene: &Scene,
    database: &Database,
    tally: Tally,
    ended: LastWords,
    verified: Verified,
    took: Duration,
) -> Report {
    let stale_results = tally.words.stale + ended.stale;
    if tally.stops_swept >= STOPS_TO_BE_LATE && stale_results == 0 {
        let what = format!("{} stops, and no result came too late", tally.stops_swept);
        scene.findings.add(Kind::Broken, what);
    }
    let Reclaims { free, held_up } = scene.orphans.reclaims(&scene.findings);
    let findings = scene.findings.all();
    let count = |kind| findings.iter().filter(|finding| finding.kind == kind).count();
    let ms = |at: Option<&Duration>| at.map_or(0, Duration::as_millis);
    let counts = Counts {
        seed: scene.plan.seed,
        database: database.backend.name(),
        kills_of_workers: tally.kills_of_workers,
        kills_of_server: tally.kills_of_server,
        drains: tally.drains,
        stops: tally.stops,
        stops_swept: tally.stops_swept,
        stops_jammed: tally.stops_jammed,
        documents: verified.documents,
        runs: verified.runs,
        blocks: verified.blocks,
        reviews: verified.reviews,
        requests_unheard: scene.api.unheard(),
        calls_made: verified.calls_made,
        calls_answered: verified.calls_answered,
        calls_recorded: verified.calls_recorded,
        stale_results,
        orphaned: free.len(),
        orphan_reclaim_p50_ms: ms(free.get(free.len() / 2)),
        orphan_reclaim_max_ms: ms(free.last()),
        orphaned_in_jam: held_up.len(),
        orphan_reclaim_in_jam_max_ms: ms(held_up.last()),
        // The last one is after everything.
        checks: tally.checks + 1,
        lost: count(Kind::Lost),
        doubled: count(Kind::Doubled),
        violations: findings.len(),
        seconds: took.as_secs(),
    };
    Report { counts, findings }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = &self.counts;
        let (workers, server) = (c.kills_of_workers, c.kills_of_server);
        let rows = [
            ("database, seed", format!("{}, {}", c.database, c.seed)),
            ("killed", format!("{} ({workers} workers, {server} servers)", workers + server)),
            ("drained", c.drains.to_string()),
            (
                "stopped",
                format!(
                    "{} ({} lost their blocks, {} inside a transaction)",
                    c.stops, c.stops_swept, c.stops_jammed
                ),
            ),
            ("documents, runs", format!("{}, {}", c.documents, c.runs)),
            ("blocks, reviews", format!("{}, {}", c.blocks, c.reviews)),
            ("requests unheard", unheard(&c.requests_unheard)),
            (
                "calls",
                format!(
                    "{} made, {} answered, {} recorded",
                    c.calls_made, c.calls_answered, c.calls_recorded
                ),
            ),
            ("stale results", format!("at least {}", c.stale_results)),
            (
                "orphans reclaimed",
                format!(
                    "{} times, p50 {} ms, max {} ms",
                    c.orphaned, c.orphan_reclaim_p50_ms, c.orphan_reclaim_max_ms
                ),
            ),
            (
                "… in a jam",
                format!("{} times, max {} ms", c.orphaned_in_jam, c.orphan_reclaim_in_jam_max_ms),
            ),
            ("lost", c.lost.to_string()),
            ("doubled", c.doubled.to_string()),
            ("violations", format!("{}, {} checks", c.violations, c.checks)),
            ("took", format!("{} s", c.seconds)),
        ];
        for (name, value) in rows {
            writeln!(f, "{name:19}{value}")?;
        }
        f.write_str(&serde_json::to_string(c).map_err(|_| fmt::Error)?)
    }
}

fn unheard(causes: &BTreeMap<String, u64>) -> String {
    let shown: Vec<String> = causes.iter().map(|(cause, n)| format!("{n} {cause}")).collect();
    if shown.is_empty() { "0".to_owned() } else { shown.join(", ") }
}
