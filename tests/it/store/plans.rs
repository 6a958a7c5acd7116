//! The plans of the statements that run all the time, on a run that is nearly over, and of deletes.

use std::fmt::Write;

use gloss_testkit::{Backend, Database};

use super::{House, house, staged};

/// Enough that walking over what is settled would be the wrong plan for anybody.
const BLOCKS: u32 = 30_000;
const SETTLED: u32 = 29_000;
const BATCH: u32 = 1000;

/// As the store's sessions are set.
const SESSION: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off";
const HOT: [&str; 17] = [
    "WITH_WORK",
    "NEXT_DUE",
    "LEASE_INSERT",
    "CLAIM",
    "RENEW",
    "LEASES_HELD",
    "LOAD",
    "START",
    "RUN_SHARED",
    "ANY_PENDING",
    "STAGE",
    "GIVE_BACK",
    "END",
    "ADD",
    "LEASES_DONE",
    "TAKE_LEASES",
    "SWEEP",
];

/// Leases are few.
const PLANS: &str = "\
WITH_WORK    lease_pkey/1 llm_call_open overlay_pending/2 run_running\n\
NEXT_DUE     overlay_pending/2 run_running seq scan on lease\n\
LEASE_INSERT run_running/1\n\
CLAIM        block_pkey/3 overlay_pending/3 run_pkey/2\n\
RENEW        lease_pkey/1\n\
LEASES_HELD  lease_pkey/1 overlay_claimed/1\n\
LOAD         lease_pkey/1 llm_call_open/1\n\
START\n\
RUN_SHARED   run_pkey/2\n\
ANY_PENDING  overlay_pending/3\n\
STAGE        overlay_pkey/3 run_running/1\n\
GIVE_BACK    overlay_pkey/3 run_running/1\n\
END          llm_call_pkey/3\n\
ADD\n\
LEASES_DONE  lease_pkey/1 llm_call_open/2 overlay_claimed/1\n\
TAKE_LEASES  seq scan on lease\n\
SWEEP        overlay_claimed/1\n";

/// Leases and an owner's prefixes are few.
const PLANS_OF_DELETES: &str = "\
RUNS_OF             run_document/2\n\
RUNS_OF_SCHEMA      run_schema/2\n\
DOCUMENTS_OF        document_project/2\n\
LIST_OF_PROJECT     conversion_pkey/1 document_project/3 project_pkey/2\n\
RUN_ANSWERS         overlay_pkey/2\n\
KEEP_SPENT          llm_call_pkey/2\n\
MEMO_LOCK           memo_run/2\n\
CONVERSIONS_UNUSED  conversion_pkey/2 document_conversion/2 run_conversion/2\n\
DELETE_MEMO         memo_run/2\n\
LEASE_LOCK          lease_pkey\n\
DELETE_LEASES       seq scan on lease\n\
DELETE_PREFIX       cached_prefix_pkey/1\n\
DELETE_HISTORY      overlay_history_pkey/2\n\
DELETE_OVERLAYS     overlay_pkey/2\n\
DELETE_CALLS        llm_call_pkey/2\n\
DELETE_CHECKS       field_check_pkey/2\n\
DELETE_TALLY        run_tally_pkey/2\n\
DELETE_RUNS         run_pkey/2\n\
DELETE_DOCUMENTS    document_pkey/2\n\
DELETE_BLOCKS       block_pkey/2\n\
DELETE_CONVERSIONS  conversion_pkey/2\n";

const ASKED_BY_DELETES: [&str; 8] = [
    "RUNS_OF",
    "RUNS_OF_SCHEMA",
    "DOCUMENTS_OF",
    "LIST_OF_PROJECT",
    "RUN_ANSWERS",
    "KEEP_SPENT",
    "MEMO_LOCK",
    "CONVERSIONS_UNUSED",
];

/// The statement with the values it is asked with.
fn filled(sql: &str, values: &[(&str, String)]) -> String {
    let mut sql = sql.to_owned();
    for (parameter, value) in values.iter().rev() {
        sql = sql.replace(parameter, value);
    }
    sql
}

/// Claims, and looks for work, walk over what is pending alone. An index that holds every block in
/// the same order is a trap: it leads past all that is settled.
#[tokio::test(flavor = "multi_thread")]
async fn claims_do_not_walk_over_what_is_settled() {
    Backend::each(|database| async move {
        let mut house: House = house(&database, BLOCKS).await;
        let run = house.run().await;
        let mut settled = 0;
        while settled < SETTLED {
            let claim = house.claim(run, BATCH, 0).await.expect("a claim");
            settled += house.settle(run, staged(&claim), 1).await.staged;
        }
        database.analyze().await;
        let statements = house.store.statements();
        let text = |name: &str| {
            let found = statements.iter().find(|(known, _)| *known == name);
            found.expect("a statement of that name").1
        };
        let (owner, run_id) = (database.id_literal(super::OWNER.0), database.id_literal(run.0));
        let mut told = String::new();
        for name in ["CLAIM", "ANY_PENDING", "NEXT_DUE"] {
            let values = match name {
                "NEXT_DUE" => vec![("$1", "NULL"), ("$2", run_id.as_str()), ("$3", "5")],
                _ => vec![
                    ("$1", owner.as_str()),
                    ("$2", run_id.as_str()),
                    ("$3", "1"),
                    ("$4", "5"),
                    ("$5", "25"),
                    ("$6", "0"),
                ],
            };
            let values: Vec<(&str, String)> =
                values.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
            let indexes = database.indexes_used(&filled(text(name), &values)).await;
            let pending = indexes.iter().any(|index| index == "overlay_pending");
            let _ = writeln!(told, "{name} walks over what is pending: {pending}");
        }
        let expect = "CLAIM walks over what is pending: true\n\
                      ANY_PENDING walks over what is pending: true\n\
                      NEXT_DUE walks over what is pending: true\n";
        assert_eq!(told, expect, "{}", database.backend.name());
        house.store.close().await;
    })
    .await;
}

/// The hot statements before there are any statistics: the plan that is made then is the one that
/// everybody lives with until the tables have been analyzed.
#[tokio::test(flavor = "multi_thread")]
async fn no_plan_needs_statistics() {
    let Some(database) = Database::fresh(Backend::Postgres).await else { return };
    let house = house(&database, 1).await;
    let statements = house.store.statements();
    let mut told = String::new();
    for name in HOT {
        let (_, sql) = statements.iter().find(|(known, _)| *known == name).expect("a statement");
        let used = database.generic_plan(SESSION, sql).await;
        let line = format!("{name:13}{}", used.join(" "));
        let _ = writeln!(told, "{}", line.trim_end());
    }
    house.store.close().await;
    assert_eq!(told, PLANS);
}

/// Every statement of a delete before there are any statistics.
#[tokio::test(flavor = "multi_thread")]
async fn a_delete_walks_over_nothing_that_stays() {
    let Some(database) = Database::fresh(Backend::Postgres).await else { return };
    let house = house(&database, 1).await;
    let statements = house.store.statements();
    let mut told = String::new();
    let deletes = |name: &str| name.starts_with("DELETE_") || name == "LEASE_LOCK";
    let deletes = statements.iter().map(|(name, _)| *name).filter(|name| deletes(name));
    for name in ASKED_BY_DELETES.into_iter().chain(deletes) {
        let (_, sql) = statements.iter().find(|(known, _)| *known == name).expect("a statement");
        let used = database.generic_plan(SESSION, sql).await;
        let _ = writeln!(told, "{name:20}{}", used.join(" "));
    }
    house.store.close().await;
    assert_eq!(told, PLANS_OF_DELETES);
}
