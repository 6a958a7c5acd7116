//! A million claims by sixteen claimers, each held against a table of who holds what.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gloss_core_model::RunId;
use gloss_store::{Claim, SettleTo, Store};
use serde_json::{Value, json};

use super::house::House;
use super::options::Options;
use super::ours::{LEASE_MS, claim, now, settle};
use super::place::Kind;
use crate::figures::table;

const CLAIMERS: usize = 16;
const BLOCKS: u32 = 2000;
/// Claims of one block that a claimer holds before it gives them all back.
const HANDFUL: usize = 20;
/// One claim in so many is forgotten by its claimer: the sweeper gives it back.
const FORGETS: i64 = 500;
const FORGOTTEN_LEASE_MS: i64 = 50;

/// The lease that holds each block, as far as its claimer has not begun to give it back; 0 is none.
struct Ledger {
    holders: Mutex<Vec<i64>>,
    left: AtomicI64,
    double: AtomicU64,
    forgotten: AtomicU64,
    /// Claims that found nothing, though there is always more than all can hold.
    empty: AtomicU64,
}

impl Ledger {
    fn enter(&self, claim: &Claim) {
        let mut holders = self.holders.lock().expect("nobody panics");
        for block in &claim.blocks {
            let holder = &mut holders[block.index as usize];
            if *holder != 0 {
                self.double.fetch_add(1, Relaxed);
                eprintln!("block {} is held by {holder} and {}", block.index, claim.lease_id);
            }
            *holder = claim.lease_id;
        }
    }

    fn leave(&self, claim: &Claim) {
        let mut holders = self.holders.lock().expect("nobody panics");
        for block in &claim.blocks {
            holders[block.index as usize] = 0;
        }
    }
}

pub(super) async fn measure(options: &Options) -> Value {
    let mut rows = Vec::new();
    for kind in &options.databases {
        rows.push(on(*kind, options.claims).await);
    }
    let title = format!("claims: {CLAIMERS} claimers, single blocks, released and claimed again");
    let columns =
        ["database", "claims", "double", "forgotten", "swept", "empty", "seconds", "claims/s"];
    table(&title, &columns, rows)
}

async fn on(kind: Kind, claims: i64) -> Value {
    let mut house = House::new(kind, BLOCKS).await;
    let run_id = house.run().await;
    let ledger = Arc::new(Ledger {
        holders: Mutex::new(vec![0; BLOCKS as usize]),
        left: AtomicI64::new(claims),
        double: AtomicU64::new(0),
        forgotten: AtomicU64::new(0),
        empty: AtomicU64::new(0),
    });
    let started = Instant::now();
    let crew: Vec<_> = (0..CLAIMERS)
        .map(|i| tokio::spawn(claimer(i, house.store.clone(), run_id, Arc::clone(&ledger))))
        .collect();
    let sweeper = tokio::spawn(sweeper(house.store.clone(), Arc::clone(&ledger)));
    for one in crew {
        one.await.expect("a claimer ends by itself");
    }
    let swept = sweeper.await.expect("the sweeper ends by itself");
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(house.store.check().await.expect("checks"), [], "every rule holds");
    house.close().await;
    let (double, forgotten) = (ledger.double.load(Relaxed), ledger.forgotten.load(Relaxed));
    json!({
        "database": kind.name(),
        "claims": claims,
        "double": double,
        "forgotten": forgotten,
        "swept": swept,
        "empty": ledger.empty.load(Relaxed),
        "seconds": seconds.round(),
        "claims/s": (claims as f64 / seconds).round(),
    })
}

async fn claimer(i: usize, store: Store, run_id: RunId, ledger: Arc<Ledger>) {
    let name = format!("bench-{i}");
    let mut held: Vec<Claim> = Vec::new();
    loop {
        let turn = ledger.left.fetch_sub(1, Relaxed);
        let is_over = turn <= 0;
        if !is_over {
            let forgets = turn % FORGETS == 0;
            let lease_ms = if forgets { FORGOTTEN_LEASE_MS } else { LEASE_MS };
            let found = loop {
                match claim(&store, run_id, &name, 1, lease_ms).await {
                    Some(found) => break found,
                    None => ledger.empty.fetch_add(1, Relaxed),
                };
            };
            assert_eq!(found.blocks.len(), 1, "one was asked for");
            if forgets {
                // It may be swept before it could be entered, so its end is not ours to tell.
                ledger.forgotten.fetch_add(1, Relaxed);
            } else {
                ledger.enter(&found);
                held.push(found);
            }
        }
        if held.len() == HANDFUL || (is_over && !held.is_empty()) {
            held.iter().for_each(|claim| ledger.leave(claim));
            let settled = settle(&store, run_id, &held, |_| SettleTo::Released).await;
            assert_eq!(settled.returned as usize, held.len(), "nobody took them from us");
            held.clear();
        }
        if is_over {
            return;
        }
    }
}

/// Only what is forgotten expires.
async fn sweeper(store: Store, ledger: Arc<Ledger>) -> u64 {
    let mut swept = 0;
    loop {
        let is_over = ledger.left.load(Relaxed) <= -(CLAIMERS as i64);
        swept += u64::from(store.sweep(now()).await.expect("sweeps"));
        if is_over {
            return swept;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
