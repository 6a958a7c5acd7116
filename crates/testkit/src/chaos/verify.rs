//! Holds the database against the journal: all that was acknowledged, once, and nothing else.

use std::collections::BTreeMap;

use gloss_core_model::{OverlayStatus, OwnerId, RunId, RunStatus, Schema};
use gloss_simulator::Stats;
use gloss_store::{OverlayRow, PAGE_ROWS_MAX, RunRow, Store};
use serde_json::{Map, Value};

use super::book::{Book, Due};
use super::document::{SCHEMA, paragraphs};
use super::{CALLS_PER_WORKER, Findings, Kind, Scene};

const OWNER: OwnerId = OwnerId::LOCAL;

/// What there was to hold against each other.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Verified {
    pub(super) documents: u64,
    pub(super) runs: u64,
    pub(super) blocks: u64,
    pub(super) reviews: u64,
    pub(super) calls_made: u64,
    pub(super) calls_answered: u64,
    pub(super) calls_recorded: u64,
}

struct Verifier<'a> {
    store: &'a Store,
    findings: &'a Findings,
    seed: u64,
    book: Book,
    properties: Map<String, Value>,
    done: Verified,
}

pub(super) async fn verify(scene: &Scene, stats: &Stats, worker_kills: u32) -> Verified {
    let schema = Schema::new(serde_json::from_str(SCHEMA).expect("JSON")).expect("an object");
    let mut verifier = Verifier {
        store: scene.app.store(),
        findings: &scene.findings,
        seed: scene.plan.seed,
        book: Book::read(scene.journal.read()),
        properties: schema.properties(),
        done: Verified::default(),
    };
    verifier.documents().await;
    verifier.runs().await;
    verifier.calls(stats, worker_kills);
    verifier.done
}

impl Verifier<'_> {
    fn found(&self, kind: Kind, what: impl Into<String>) {
        self.findings.add(kind, what);
    }

    async fn documents(&mut self) {
        let stored = self.store.document_list(OWNER, None, None, PAGE_ROWS_MAX).await;
        let stored = stored.expect("documents can be read");
        if stored.len() > self.book.documents.len() {
            let (n, asked) = (stored.len(), self.book.documents.len());
            self.found(Kind::Doubled, format!("{n} documents, {asked} were asked for"));
        }
        for (number, document_id) in &self.book.documents {
            let Some(id) = document_id else { continue };
            let row = stored.iter().find(|row| row.document_id.to_string() == *id);
            let Some(row) = row else {
                self.found(Kind::Lost, format!("document {id}"));
                continue;
            };
            let blocks = row.conversion.as_ref().map_or(0, |facts| facts.total_blocks as usize);
            let due = paragraphs(self.seed, *number).len();
            if blocks != due {
                self.found(Kind::Lost, format!("document {id} has {blocks} of {due} blocks"));
            }
        }
        self.done.documents = stored.len() as u64;
    }

    async fn runs(&mut self) {
        let runs = all_runs(self.store).await;
        let mut asked_for = BTreeMap::new();
        for (key, asked) in &self.book.runs {
            let made = self.store.run_by_key(OWNER, key.clone()).await.expect("runs can be read");
            let made = made.map(|(run_id, _)| run_id.to_string());
            match (&asked.run_id, &made) {
                (Some(told), Some(made)) if told != made => {
                    self.found(Kind::Doubled, format!("key {key} made {told} and {made}"));
                }
                (Some(told), None) => self.found(Kind::Lost, format!("run {told} of key {key}")),
                _ => {}
            }
            asked_for.extend(made.map(|run_id| (run_id, asked.document)));
        }
        for run in &runs {
            let run_id = run.run_id.to_string();
            let Some(document) = asked_for.get(&run_id) else {
                self.found(Kind::Doubled, format!("nobody asked for run {run_id}"));
                continue;
            };
            self.run(run, *document).await;
            self.done.calls_recorded += run.spent.calls;
        }
        self.done.runs = runs.len() as u64;
        self.done.reviews = self.book.reviews.values().map(|all| all.len() as u64).sum();
    }

    async fn run(&mut self, run: &RunRow, document: u32) {
        let run_id = run.run_id;
        let due = paragraphs(self.seed, document);
        let rollup = run.rollup;
        if run.status != RunStatus::Complete || rollup.completed != rollup.total {
            self.found(Kind::Lost, format!("run {run_id} is {}: {rollup:?}", run.status));
        }
        let rows = self.store.overlay_page(OWNER, run_id, None, 0, PAGE_ROWS_MAX).await;
        let rows = rows.expect("overlays can be read");
        if rows.len() != due.len() {
            let what = format!("run {run_id} has {} of {} blocks", rows.len(), due.len());
            self.found(Kind::Lost, what);
        }
        for (row, paragraph) in rows.iter().zip(&due) {
            self.block(run_id, row, paragraph);
            self.done.blocks += 1;
        }
    }

    fn block(&self, run_id: RunId, row: &OverlayRow, paragraph: &str) {
        let at = format!("block {} of run {run_id}", row.index);
        let status = match row.status {
            OverlayStatus::AiComplete => false,
            OverlayStatus::Confirmed => true,
            other => return self.found(Kind::Lost, format!("{at} is {other}")),
        };
        let is = Due { confirmed: status, revision: row.revision };
        match self.book.due(&run_id.to_string(), row.index) {
            Err(what) => self.found(Kind::Doubled, format!("{at}: {what}")),
            Ok(due) if is.revision > due.revision => {
                self.found(Kind::Doubled, format!("{at} is {is:?}, has to be {due:?}"));
            }
            Ok(due) if is != due => {
                self.found(Kind::Lost, format!("{at} is {is:?}, has to be {due:?}"));
            }
            Ok(_) => {}
        }
        if (row.attempts, row.deferrals) != (0, 0) {
            let (attempts, deferrals) = (row.attempts, row.deferrals);
            let what = format!("{at} was charged {attempts} attempts, {deferrals} deferrals");
            self.found(Kind::Broken, what);
        }
        if row.content.trim() != paragraph {
            self.found(Kind::Broken, format!("{at} is `{}`, not `{paragraph}`", row.content));
        }
        let expected =
            gloss_simulator::expected(&self.properties, row.block_type.as_str(), &row.content);
        let answers = [Some(&row.staging), status.then_some(&row.confirmed)];
        for answer in answers.into_iter().flatten() {
            let answer = answer.as_deref().and_then(|text| serde_json::from_str(text).ok());
            if answer.as_ref() != Some(&expected) {
                self.found(Kind::Broken, format!("{at} has the answer {answer:?}"));
            }
        }
    }

    /// Every call is written down before it is made. Only a worker that was killed between the two
    /// leaves one that was never made.
    fn calls(&mut self, stats: &Stats, worker_kills: u32) {
        let (made, answered) = (stats.calls, stats.answered);
        let recorded = self.done.calls_recorded;
        (self.done.calls_made, self.done.calls_answered) = (made, answered);
        if recorded < made {
            let what = format!("{made} calls were made, {recorded} are recorded");
            self.found(Kind::Lost, what);
        }
        let excused = u64::from(worker_kills) * u64::from(CALLS_PER_WORKER);
        if recorded > made + excused {
            let what = format!(
                "{recorded} calls are recorded, {made} made; {worker_kills} kills excuse {excused}"
            );
            self.found(Kind::Doubled, what);
        }
    }
}

pub(super) async fn all_runs(store: &Store) -> Vec<RunRow> {
    let mut all: Vec<RunRow> = Vec::new();
    loop {
        let before = all.last().map(|run| run.run_id);
        let page = store.run_list(OWNER, None, before, PAGE_ROWS_MAX).await;
        let page = page.expect("runs can be read");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}
