//! The limit: the store's own statements in the same order, through sqlx and nothing else.

use gloss_store::Store;

pub(super) mod postgres;
pub(super) mod sqlite;

/// The statements of a claim and a settle, as the store has them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sql {
    pub(super) lease_insert: &'static str,
    pub(super) claim: &'static str,
    pub(super) run_shared: &'static str,
    pub(super) any_pending: &'static str,
    pub(super) lock: &'static str,
    pub(super) stage: &'static str,
    pub(super) add: &'static str,
    pub(super) leases_done: &'static str,
    pub(super) sums: &'static str,
}

impl Sql {
    /// Whether a claim is told from which block to look; settles may be as well.
    pub(super) fn claims_from(&self) -> bool {
        self.claim.contains("$6")
    }

    pub(super) fn asks_from(&self) -> bool {
        self.any_pending.contains("$3")
    }

    pub(super) fn of(store: &Store) -> Self {
        let all = store.statements();
        let text = |name: &str| {
            let mut found = all.iter().filter(|(known, _)| *known == name);
            let (_, sql) = found.next().unwrap_or_else(|| panic!("{name} is a statement"));
            assert!(found.next().is_none(), "there is one {name}");
            *sql
        };
        Self {
            lease_insert: text("LEASE_INSERT"),
            claim: text("CLAIM"),
            run_shared: text("RUN_SHARED"),
            any_pending: text("ANY_PENDING"),
            lock: text("LOCK"),
            stage: text("STAGE"),
            add: text("ADD"),
            leases_done: text("LEASES_DONE"),
            sums: text("SUMS"),
        }
    }
}
