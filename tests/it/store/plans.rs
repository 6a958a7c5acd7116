//! The plans of the statements that run all the time, on a run that is nearly over.

use std::fmt::Write;

use gloss_testkit::Backend;

use super::{House, house, staged};

/// Enough that walking over what is settled would be the wrong plan for anybody.
const BLOCKS: u32 = 30_000;
const SETTLED: u32 = 29_000;
const BATCH: u32 = 1000;

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
