//! The conformance suite: what any database must do, one story each, the same text on both.

use std::collections::BTreeMap;

use gloss_core_model::{
    Block, BlockType, ConvUid, ConversionFacts, DocumentId, DocumentStatus, FailureCode, Locator,
    OverlayStatus, OwnerId, Representation, RunId, Schema, SchemaId, SourceType, SourceUid,
    Timestamp, Tool,
};
use gloss_store::{
    AttentionChange, Claim, ClaimRequest, NewDocument, NewRun, Review, ReviewRequest, RunChange,
    RunChanged, RunPut, SchemaRow, Settle, SettleBatch, SettleTo, Settled, Store, Unread,
};
use gloss_testkit::Database;
use serde_json::json;
use uuid::Uuid;

mod calls;
mod deletes;
mod documents;
mod objects;
mod people;
mod plans;
mod projects;
mod purses;
mod queue;
mod replay;

const OWNER: OwnerId = OwnerId::LOCAL;
const STRANGER: OwnerId = OwnerId(Uuid::from_u128(0xbad));
const LEASE_MS: i64 = 1000;

/// A store with one document of some blocks and one schema.
struct House {
    store: Store,
    document: DocumentId,
    conv_uid: ConvUid,
    schema: SchemaId,
    runs: u128,
}

async fn house(database: &Database, n_blocks: u32) -> House {
    let store = Store::open(database.url()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let new = document(n_blocks);
    let conv_uid = new.outcome.as_ref().expect("blocks").0.conv_uid.clone();
    let put = store.document_put(new).await.expect("puts");
    let row = schema("review", "risk");
    let schema_id = row.schema_id;
    store.schema_put(OWNER, row).await.expect("puts");
    House { store, document: put.row().document_id, conv_uid, schema: schema_id, runs: 0 }
}

fn document(n_blocks: u32) -> NewDocument {
    let blocks: Vec<Block> = (0..n_blocks)
        .map(|index| Block {
            index,
            block_type: if index == 0 { BlockType::Heading } else { BlockType::Paragraph },
            locator: Locator::TextOffsetRange { start_offset: index.into(), end_offset: 9 },
            content: format!("block {index} \"with\" ü and 'quotes'"),
        })
        .collect();
    let bytes = format!("a document of {n_blocks}");
    let facts = ConversionFacts {
        conv_uid: ConvUid::of(Tool::Mdast, Representation::MarkdownBytes, bytes.as_bytes()),
        tool: Tool::Mdast,
        representation: Representation::MarkdownBytes,
        converter: "test".to_owned(),
        total_blocks: n_blocks,
        total_characters: 1,
        block_type_freq: BTreeMap::from([(BlockType::Paragraph, n_blocks)]),
    };
    NewDocument {
        owner: OWNER,
        document_id: DocumentId(Uuid::from_u128(u128::from(n_blocks) + 1)),
        project_id: None,
        source_uid: SourceUid::of(SourceType::Md, bytes.as_bytes()),
        source_type: SourceType::Md,
        source_bytes: 9,
        source_characters: Some(9),
        title: "A document".to_owned(),
        outcome: Ok((facts, blocks)),
        now: Timestamp(0),
    }
}

fn unread() -> Unread {
    let (status, code) = (DocumentStatus::IngestFailed, FailureCode::NoBlocks);
    Unread { status, code, reason: "no blocks extracted".to_owned() }
}

fn schema(name: &str, field: &str) -> SchemaRow {
    let artifact = json!({ "type": "object", "properties": { field: { "type": "string" } } });
    let uid = Schema::new(artifact.clone()).expect("an object").uid();
    SchemaRow {
        schema_id: SchemaId(Uuid::from_u128(name.len() as u128 * 1000 + field.len() as u128)),
        schema_ref: name.parse().expect("a name"),
        schema_uid: uid,
        artifact: artifact.to_string(),
        created_at: Timestamp(0),
    }
}

impl House {
    fn new_run(&mut self) -> NewRun {
        self.runs += 1;
        NewRun {
            owner: OWNER,
            run_id: RunId(Uuid::from_u128(self.runs)),
            document_id: self.document,
            conv_uid: self.conv_uid.clone(),
            schema_id: self.schema,
            batching_mode: "serial_bundle".to_owned(),
            snapshot: "{}".to_owned(),
            snapshot_hash: "hash".to_owned(),
            idempotency_key: None,
            request_hash: "request".to_owned(),
            skip_block_types: Vec::new(),
            budget_micro_usd: None,
            now: Timestamp(0),
        }
    }

    async fn run(&mut self) -> RunId {
        let new = self.new_run();
        let run_id = new.run_id;
        assert_eq!(self.store.run_create(new).await.expect("creates"), RunPut::Created);
        run_id
    }

    async fn claim(&self, run_id: RunId, n: u32, now: i64) -> Option<Claim> {
        let want = ClaimRequest {
            owner: OWNER,
            run_id,
            worker: "w".to_owned(),
            blocks_max: n,
            lease_ms: LEASE_MS,
            now: Timestamp(now),
        };
        self.store.claim(want).await.expect("claims")
    }

    async fn settle(&self, run_id: RunId, blocks: Vec<Settle>, now: i64) -> Settled {
        let batch = SettleBatch {
            owner: OWNER,
            run_id,
            calls: Vec::new(),
            blocks,
            leases_done: Vec::new(),
            remember: Vec::new(),
            checked: Vec::new(),
            attention: AttentionChange::Keep,
            now: Timestamp(now),
        };
        self.store.settle(batch).await.expect("settles")
    }

    async fn review(
        &self,
        run_id: RunId,
        indexes: Option<Vec<u32>>,
        revision: Option<u32>,
        review: Review,
    ) -> String {
        let request = ReviewRequest {
            owner: OWNER,
            run_id,
            indexes,
            revision,
            review,
            actor: "ann".to_owned(),
            now: Timestamp(5),
        };
        let done = self.store.review(request).await.expect("reviews");
        format!("changed {:?} unchanged {:?}", done.changed, done.unchanged)
    }

    async fn change(&self, run_id: RunId, change: RunChange) -> RunChanged {
        self.store.run_change(OWNER, run_id, change, Timestamp(9)).await.expect("changes")
    }

    /// The run's status and counts, and every overlay in one letter.
    async fn show(&self, run_id: RunId) -> String {
        let run = self.store.run_get(OWNER, run_id).await.expect("reads").expect("the run");
        let rows = self.store.overlay_page(OWNER, run_id, None, 0, 1000).await.expect("reads");
        let letters: String = rows
            .iter()
            .map(|row| match row.status {
                OverlayStatus::Pending => '.',
                OverlayStatus::Claimed => 'c',
                OverlayStatus::AiComplete => 's',
                OverlayStatus::Confirmed => 'C',
                OverlayStatus::Failed => 'x',
                OverlayStatus::Skipped => '-',
            })
            .collect();
        let counts = run.rollup;
        assert_eq!(self.store.check().await.expect("checks"), [], "every rule holds");
        format!(
            "{letters} {} {}+{}+{}",
            run.status, counts.completed, counts.failed, counts.skipped
        )
    }
}

fn staged(claim: &Claim) -> Vec<Settle> {
    claim
        .blocks
        .iter()
        .map(|block| to(claim, block.index, SettleTo::Staged(r#"{"risk":"low"}"#.to_owned())))
        .collect()
}

fn to(claim: &Claim, index: u32, to: SettleTo) -> Settle {
    Settle { index, lease_id: claim.lease_id, generation: 0, to, call_id: None }
}

/// Runs a story on both databases; each must tell the same.
macro_rules! story {
    ($name:ident, $n_blocks:expr, |$house:ident| $body:block, $expect:expr) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            gloss_testkit::Backend::each(|database| async move {
                #[allow(unused_mut, reason = "some stories create no run")]
                let mut $house = house(&database, $n_blocks).await;
                let told: String = async { $body }.await;
                assert_eq!(told.trim(), $expect.trim(), "{}", database.backend.name());
                $house.store.close().await;
            })
            .await;
        }
    };
}

use story;
