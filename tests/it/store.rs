//! The conformance suite: what any database must do, one story each, the same text on both.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gloss_core_model::{
    Block, BlockType, CallId, ConvUid, ConversionFacts, DocumentId, DocumentStatus, Locator,
    OverlayStatus, OwnerId, Representation, RunId, RunStatus, Schema, SchemaId, SourceType,
    SourceUid, Timestamp, Tool,
};
use gloss_store::{
    CallEnd, CallStart, Claim, ClaimRequest, NewDocument, NewRun, Put, Review, ReviewRequest,
    RunChange, RunChanged, RunPut, SchemaPut, SchemaRow, Settle, SettleBatch, SettleTo, Settled,
    Spent, Store,
};
use gloss_testkit::{Backend, Database};
use serde_json::json;
use uuid::Uuid;

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
        source_uid: SourceUid::of(SourceType::Md, bytes.as_bytes()),
        source_type: SourceType::Md,
        source_bytes: 9,
        source_characters: Some(9),
        title: "A document".to_owned(),
        outcome: Ok((facts, blocks)),
        now: Timestamp(0),
    }
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
            attention: None,
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
            Backend::each(|database| async move {
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

#[tokio::test]
async fn every_statement_is_valid() {
    Backend::each(|database| async move {
        let store = Store::open(database.url()).await.expect("opens");
        store.migrate().await.expect("migrates");
        store.migrate().await.expect("and again, which changes nothing");
        let prepared = store.prepare_all().await;
        assert!(prepared.as_ref().is_ok_and(|n| *n > 40), "{prepared:?}");
        store.close().await;
    })
    .await;
}

story!(
    the_same_bytes_are_one_document_and_failed_ones_may_come_again,
    2,
    |house| {
        let again = house.store.document_put(document(2)).await.expect("puts");
        let mut failed = document(3);
        failed.outcome = Err((DocumentStatus::IngestFailed, "no blocks extracted".to_owned()));
        let first = house.store.document_put(failed).await.expect("puts");
        let mended = house.store.document_put(document(3)).await.expect("puts");
        let word = |put: &Put<gloss_store::DocumentRow>| match put {
            Put::Created(row) => format!("created {}", row.status),
            Put::Existing(row) => format!("existing {}", row.status),
        };
        let blocks =
            house.store.block_page(OWNER, house.conv_uid.clone(), 1, 10).await.expect("reads");
        format!("{}\n{}\n{}\n{}", word(&again), word(&first), word(&mended), blocks[0].content)
    },
    "existing ingested
created ingest_failed
created ingested
block 1 \"with\" ü and 'quotes'"
);

story!(
    a_schema_is_unique_by_name_and_by_content,
    1,
    |house| {
        let mut told = String::new();
        for (name, field) in [
            ("review", "risk"),
            ("review", "deadline"),
            ("other", "risk"),
            ("review_v2", "topic"),
            ("review", "more"),
        ] {
            let put = house.store.schema_put(OWNER, schema(name, field)).await.expect("puts");
            let _ = writeln!(
                told,
                "{name} {field}: {}",
                match put {
                    SchemaPut::Created(_) => "created".to_owned(),
                    SchemaPut::Existing(_) => "existing".to_owned(),
                    SchemaPut::RefTaken { suggested, .. } =>
                        format!("name taken, {suggested} is free"),
                    SchemaPut::ContentTaken { existing } =>
                        format!("content is saved as {}", existing.schema_ref),
                }
            );
        }
        told
    },
    "review risk: existing
review deadline: name taken, review_v2 is free
other risk: content is saved as review
review_v2 topic: created
review more: name taken, review_v3 is free"
);

story!(
    a_run_is_created_once_per_key_and_only_by_its_owner,
    3,
    |house| {
        let with_key = |mut new: NewRun, hash: &str| {
            new.idempotency_key = Some("k".to_owned());
            new.request_hash = hash.to_owned();
            new
        };
        let (a, b, c) = (house.new_run(), house.new_run(), house.new_run());
        let first = house.store.run_create(with_key(a, "x")).await.expect("creates");
        let replay = house.store.run_create(with_key(b, "x")).await.expect("creates");
        let reused = house.store.run_create(with_key(c, "y")).await.expect("creates");
        let mut foreign = house.new_run();
        foreign.owner = STRANGER;
        let foreign = house.store.run_create(foreign).await.expect("creates");
        let mut skipping = house.new_run();
        skipping.skip_block_types = vec![BlockType::Heading];
        let id = skipping.run_id;
        house.store.run_create(skipping).await.expect("creates");
        let skipping = house.show(id).await;
        let mut all = house.new_run();
        all.skip_block_types = BlockType::ALL.to_vec();
        let id = all.run_id;
        house.store.run_create(all).await.expect("creates");
        let runs = house.store.run_list(OWNER, None, None, 10).await.expect("lists").len();
        let seen = house.store.run_get(STRANGER, id).await.expect("reads").is_some();
        format!(
            "{first:?}\n{replay:?}\n{reused:?}\n{foreign:?}\n{skipping}\n{}\n{runs} runs, a stranger sees one: {seen}",
            house.show(id).await
        )
    },
    "Created
Replayed(RunId(00000000-0000-0000-0000-000000000001))
KeyReused(RunId(00000000-0000-0000-0000-000000000001))
NotFound
-.. running 0+0+1
--- complete 0+0+3
3 runs, a stranger sees one: false"
);

story!(
    claims_go_by_block_index_and_never_overlap,
    6,
    |house| {
        let run = house.run().await;
        let mut told = String::new();
        for n in [2, 3, 5, 1] {
            let claim = house.claim(run, n, 0).await;
            let indexes =
                claim.map(|claim| claim.blocks.iter().map(|b| b.index).collect::<Vec<_>>());
            let _ = writeln!(told, "{n}: {indexes:?} {}", house.show(run).await);
        }
        told
    },
    "2: Some([0, 1]) cc.... running 0+0+0
3: Some([2, 3, 4]) ccccc. running 0+0+0
5: Some([5]) cccccc running 0+0+0
1: None cccccc running 0+0+0"
);

story!(
    an_expired_lease_passes_on_and_its_late_answer_is_dropped,
    2,
    |house| {
        let run = house.run().await;
        let old = house.claim(run, 2, 0).await.expect("a claim");
        let early = house.store.sweep(Timestamp(LEASE_MS)).await.expect("sweeps");
        let swept = house.store.sweep(Timestamp(LEASE_MS + 1)).await.expect("sweeps");
        let new = house.claim(run, 1, 2000).await.expect("a claim");
        let kept = house.store.lease_renew(vec![old.lease_id, new.lease_id], Timestamp(9000)).await;
        let late = house.settle(run, staged(&old), 2001).await;
        let timely = house.settle(run, staged(&new), 2002).await;
        let twice = house.settle(run, staged(&new), 2003).await;
        format!(
            "swept {early} then {swept}; renewed {}; late stale {}; timely staged {}; twice stale {}\n{}",
            kept.expect("renews").len(),
            late.stale,
            timely.staged,
            twice.stale,
            house.show(run).await
        )
    },
    "swept 0 then 2; renewed 1; late stale 2; timely staged 1; twice stale 1
s. running 1+0+0"
);

story!(
    every_ending_lands_where_it_should,
    4,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 4, 0).await.expect("a claim");
        let settled = house
            .settle(
                run,
                vec![
                    to(&claim, 0, SettleTo::Staged("{}".to_owned())),
                    to(
                        &claim,
                        1,
                        SettleTo::Attempt {
                            failed: false,
                            kind: "unusable".to_owned(),
                            message: "too high".to_owned(),
                        },
                    ),
                    to(
                        &claim,
                        2,
                        SettleTo::Deferred {
                            not_before: Timestamp(500),
                            kind: "rate_limited".to_owned(),
                            message: "slow down".to_owned(),
                        },
                    ),
                    to(
                        &claim,
                        3,
                        SettleTo::Attempt {
                            failed: true,
                            kind: "rejected".to_owned(),
                            message: "no".to_owned(),
                        },
                    ),
                ],
                10,
            )
            .await;
        let mut told = format!(
            "staged {} failed {} returned {}\n{}\n",
            settled.staged,
            settled.failed,
            settled.returned,
            house.show(run).await
        );
        let due = house.store.next_due(Some(run)).await.expect("reads");
        let soon = house.claim(run, 9, 20).await.expect("a claim");
        let _ = writeln!(
            told,
            "next due {due:?}; claimed at 20: {:?} told \"{}\"",
            soon.blocks[0].index,
            soon.blocks[0].feedback.as_deref().unwrap_or("")
        );
        house.settle(run, vec![to(&soon, 1, SettleTo::Released)], 30).await;
        let later = house.claim(run, 9, 500).await.expect("a claim");
        for block in &later.blocks {
            let _ = writeln!(
                told,
                "at 500: {} attempts {} deferrals {}",
                block.index, block.attempts, block.deferrals
            );
        }
        house.settle(run, staged(&later), 510).await;
        told + &house.show(run).await
    },
    "staged 1 failed 1 returned 2
s..x running 1+1+0
next due Some(Timestamp(10)); claimed at 20: 1 told \"too high\"
at 500: 1 attempts 1 deferrals 0
at 500: 2 attempts 0 deferrals 1
sssx complete 3+1+0"
);

story!(
    after_a_cancel_nothing_is_claimed_or_written,
    3,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 2, 0).await.expect("a claim");
        let cancelled = house.change(run, RunChange::Cancel).await;
        let late = house.settle(run, staged(&claim), 1).await;
        let claimed = house.claim(run, 9, 2).await.is_some();
        let twice = house.change(run, RunChange::Cancel).await;
        let told = format!(
            "{cancelled:?}\nstale {} claimed {claimed}\n{twice:?}\n{}\n",
            late.stale,
            house.show(run).await
        );
        let resumed = house.change(run, RunChange::Resume).await;
        let claim = house.claim(run, 9, 3).await.expect("a claim");
        house.settle(run, staged(&claim), 4).await;
        let done = house.change(run, RunChange::Cancel).await;
        format!("{told}{resumed:?}\n{}\n{done:?}", house.show(run).await)
    },
    "Done { status: Cancelled, blocks: 2 }
stale 2 claimed false
Refused { status: Cancelled }
... cancelled 0+0+0
Done { status: Running, blocks: 3 }
sss complete 3+0+0
Refused { status: Complete }"
);

story!(
    failed_blocks_get_new_attempts_in_a_new_generation,
    2,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 2, 0).await.expect("a claim");
        let fail = |index| {
            to(
                &claim,
                index,
                SettleTo::Attempt {
                    failed: true,
                    kind: "unusable".to_owned(),
                    message: "m".to_owned(),
                },
            )
        };
        house.settle(run, vec![fail(0), fail(1)], 1).await;
        let before = house.show(run).await;
        let retried = house.change(run, RunChange::RetryFailed).await;
        let again = house.claim(run, 2, 2).await.expect("a claim");
        let generations: Vec<u32> = again.blocks.iter().map(|block| block.generation).collect();
        let old_generation = house.settle(run, staged(&again), 3).await;
        format!(
            "{before}\n{retried:?}\ngenerations {generations:?}; an answer of the old one is stale: {}\n{}",
            old_generation.stale,
            house.show(run).await
        )
    },
    "xx complete 0+2+0
Done { status: Running, blocks: 2 }
generations [1, 1]; an answer of the old one is stale: 2
cc running 0+0+0"
);

story!(
    people_decide_by_revision,
    3,
    |house| {
        let run = house.run().await;
        let claim = house.claim(run, 3, 0).await.expect("a claim");
        house.settle(run, staged(&claim), 1).await;
        let edit = || Review::Edit { value: r#"{"risk":"high"}"#.to_owned() };
        let mut told = String::new();
        for (what, done) in [
            ("edit 1 at 1", house.review(run, Some(vec![1]), Some(1), edit()).await),
            ("edit 1 at 1", house.review(run, Some(vec![1]), Some(1), edit()).await),
            ("confirm 0, 1", house.review(run, Some(vec![0, 1]), None, Review::Confirm).await),
            ("confirm all", house.review(run, None, None, Review::Confirm).await),
            ("edit 1", house.review(run, Some(vec![1]), None, edit()).await),
            ("reopen 1", house.review(run, Some(vec![1]), None, Review::Reopen).await),
            (
                "reject 1",
                house
                    .review(
                        run,
                        Some(vec![1]),
                        None,
                        Review::Reject { reason: Some("wrong".to_owned()) },
                    )
                    .await,
            ),
        ] {
            let _ = writeln!(told, "{what}: {done}");
        }
        let one = house.store.overlay_get(OWNER, run, 0).await.expect("reads").expect("a row");
        let _ = writeln!(
            told,
            "0: revision {} by {:?} at {:?} {:?}",
            one.revision, one.confirmed_by, one.confirmed_at, one.confirmed
        );
        told + &house.show(run).await
    },
    "edit 1 at 1: changed [1] unchanged []
edit 1 at 1: changed [] unchanged [1]
confirm 0, 1: changed [0, 1] unchanged []
confirm all: changed [2] unchanged []
edit 1: changed [] unchanged [1]
reopen 1: changed [1] unchanged []
reject 1: changed [1] unchanged []
0: revision 2 by Some(\"ann\") at Some(Timestamp(5)) Some(\"{\\\"risk\\\":\\\"low\\\"}\")
C.C running 2+0+0"
);

story!(
    calls_are_written_before_and_after_and_late_ones_are_still_paid_for,
    1,
    |house| {
        let run = house.run().await;
        let call_id = CallId(Uuid::from_u128(77));
        let start = CallStart {
            call_id,
            provider: "p".to_owned(),
            model: "m".to_owned(),
            blocks: 1,
            depth: 0,
            started_at: Timestamp(0),
        };
        house.store.calls_start(OWNER, run, vec![start]).await.expect("starts");
        house.change(run, RunChange::Cancel).await;
        let end = CallEnd {
            call_id,
            latency_ms: 5,
            outcome: "ok".to_owned(),
            issue: None,
            strays: 0,
            spent: Spent {
                calls: 1,
                input_tokens: 10,
                output_tokens: 3,
                cost_micro_usd: 75,
                ..Spent::default()
            },
            provider_request_id: None,
        };
        let batch = SettleBatch {
            owner: OWNER,
            run_id: run,
            calls: vec![end],
            blocks: vec![],
            leases_done: vec![],
            attention: None,
            now: Timestamp(6),
        };
        house.store.settle(batch).await.expect("settles");
        let spent = house.store.run_get(OWNER, run).await.expect("reads").expect("the run").spent;
        format!(
            "{} call, {} in, {} out, {} micro-USD\n{}",
            spent.calls,
            spent.input_tokens,
            spent.output_tokens,
            spent.cost_micro_usd,
            house.show(run).await
        )
    },
    "1 call, 10 in, 3 out, 75 micro-USD
. cancelled 0+0+0"
);

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_claimers_never_get_the_same_block() {
    Backend::each(|database| async move {
        let mut house = house(&database, 400).await;
        let run = house.run().await;
        let house = std::sync::Arc::new(house);
        let claimers = (0..16).map(|_| {
            let house = std::sync::Arc::clone(&house);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(claim) = house.claim(run, 7, 0).await {
                    mine.extend(claim.blocks.iter().map(|block| block.index));
                    assert_eq!(house.settle(run, staged(&claim), 1).await.stale, 0);
                }
                mine
            })
        });
        let mut all: Vec<u32> = Vec::new();
        for claimer in claimers.collect::<Vec<_>>() {
            all.extend(claimer.await.expect("no claimer fails"));
        }
        all.sort_unstable();
        assert_eq!(all, (0..400).collect::<Vec<u32>>(), "{}", database.backend.name());
        let row = house.store.run_get(OWNER, run).await.expect("reads").expect("the run");
        assert_eq!((row.status, row.rollup.completed), (RunStatus::Complete, 400));
        house.store.close().await;
    })
    .await;
}
