//! A store with a document and a schema, and as many runs over it as the measurements use up.

use std::collections::BTreeMap;

use gloss_core_model::{
    Block, BlockType, ConvUid, ConversionFacts, DocumentId, Locator, OwnerId, Representation,
    RunId, Schema, SchemaId, SourceType, SourceUid, Timestamp, Tool,
};
use gloss_store::{NewDocument, NewRun, RunPut, RunRow, SchemaRow, Store};
use serde_json::json;
use uuid::Uuid;

use super::place::{Kind, Place};

pub(super) const OWNER: OwnerId = OwnerId::LOCAL;

/// The answer to every block: 500 bytes of JSON.
pub(super) fn answer() -> String {
    let note = "y".repeat(477);
    format!(r#"{{"topic":"x","note":"{note}"}}"#)
}

pub(super) struct House {
    pub(super) kind: Kind,
    pub(super) place: Place,
    pub(super) store: Store,
    document: DocumentId,
    conv_uid: ConvUid,
    schema: SchemaId,
    blocks: u32,
    runs: u128,
}

impl House {
    pub(super) async fn new(kind: Kind, blocks: u32) -> Self {
        let place = Place::new(kind).await;
        let store = Store::open(&place.url()).await.expect("opens");
        store.migrate().await.expect("migrates");
        let new = document(blocks);
        let conv_uid = new.outcome.as_ref().expect("blocks").0.conv_uid.clone();
        let document = store.document_put(new).await.expect("puts").row().document_id;
        let row = schema();
        let schema = row.schema_id;
        store.schema_put(OWNER, row).await.expect("puts");
        Self { kind, place, store, document, conv_uid, schema, blocks, runs: 0 }
    }

    pub(super) fn new_run(&mut self) -> NewRun {
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

    pub(super) async fn run(&mut self) -> RunId {
        let new = self.new_run();
        let run_id = new.run_id;
        assert_eq!(self.store.run_create(new).await.expect("creates"), RunPut::Created);
        run_id
    }

    pub(super) async fn look(&self, run_id: RunId) -> RunRow {
        self.store.run_get(OWNER, run_id).await.expect("reads").expect("the run")
    }

    /// A run, its blocks and nothing taken yet.
    pub(super) async fn supply(&mut self) -> Supply {
        Supply { run_id: self.run().await, left: self.blocks.into(), taken: 0 }
    }

    /// Also looks whether the counts of the run are exactly what was settled.
    pub(super) async fn ensure(&mut self, supply: &mut Supply, wanted: u64) {
        if supply.left < wanted {
            self.verify(supply).await;
            *supply = self.supply().await;
        }
    }

    pub(super) async fn verify(&self, supply: &Supply) {
        let rollup = self.look(supply.run_id).await.rollup;
        assert_eq!(u64::from(rollup.completed), supply.taken, "exact counts");
    }

    pub(super) async fn close(self) {
        self.store.close().await;
        self.place.remove().await;
    }
}

/// What is left of a run.
pub(super) struct Supply {
    pub(super) run_id: RunId,
    pub(super) left: u64,
    taken: u64,
}

impl Supply {
    pub(super) fn take(&mut self, jobs: u64) {
        self.left -= jobs;
        self.taken += jobs;
    }
}

fn document(n_blocks: u32) -> NewDocument {
    let words = "The parties meet once in each month and agree on what is due. ".repeat(4);
    let blocks: Vec<Block> = (0..n_blocks)
        .map(|index| Block {
            index,
            block_type: BlockType::Paragraph,
            locator: Locator::TextOffsetRange { start_offset: index.into(), end_offset: 9 },
            content: format!("{index} {words}"),
        })
        .collect();
    let bytes = format!("a document of {n_blocks}");
    let facts = ConversionFacts {
        conv_uid: ConvUid::of(Tool::Mdast, Representation::MarkdownBytes, bytes.as_bytes()),
        tool: Tool::Mdast,
        representation: Representation::MarkdownBytes,
        converter: "bench".to_owned(),
        total_blocks: n_blocks,
        total_characters: 1,
        block_type_freq: BTreeMap::from([(BlockType::Paragraph, n_blocks)]),
    };
    NewDocument {
        owner: OWNER,
        document_id: DocumentId(Uuid::from_u128(1)),
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

fn schema() -> SchemaRow {
    let artifact = json!({ "type": "object", "properties": { "note": { "type": "string" } } });
    SchemaRow {
        schema_id: SchemaId(Uuid::from_u128(1)),
        schema_ref: "review".parse().expect("a name"),
        schema_uid: Schema::new(artifact.clone()).expect("an object").uid(),
        artifact: artifact.to_string(),
        created_at: Timestamp(0),
    }
}
