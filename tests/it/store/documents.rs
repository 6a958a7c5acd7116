//! Documents, schemas and how a run is created.

use std::fmt::Write as _;

use gloss_core_model::{BlockType, Note, NoteCode};
use gloss_store::{DocumentRow, NewRun, Put, SchemaPut};

use super::{OWNER, STRANGER, document, house, schema, story, unread};

story!(
    the_same_bytes_are_one_document_and_failed_ones_may_come_again,
    2,
    |house| {
        let again = house.store.document_put(document(2)).await.expect("puts");
        let mut failed = document(3);
        failed.outcome = Err(unread());
        let first = house.store.document_put(failed).await.expect("puts");
        let note = Note { code: NoteCode::PagesUnreadable, message: "page \"2\" of 3".to_owned() };
        let mended = house.store.document_put_noted(document(3), vec![note]).await.expect("puts");
        let word = |put: &Put<DocumentRow>| match put {
            Put::Created(row) => format!("created {} {:?}", row.status, row.error_code),
            Put::Existing(row) => format!("existing {} {:?}", row.status, row.error_code),
            Put::Replaced(row) => format!("replaced {} {:?}", row.status, row.error_code),
        };
        let blocks =
            house.store.block_page(OWNER, house.conv_uid.clone(), 1, 10).await.expect("reads");
        let puts = [word(&again), word(&first), word(&mended)].join("\n");
        format!("{puts}\n{:?}\n{}", mended.row().notes, blocks[0].content)
    },
    "existing ingested None
created ingest_failed Some(NoBlocks)
replaced ingested None
[Note { code: PagesUnreadable, message: \"page \\\"2\\\" of 3\" }]
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
            "{first:?}\n{replay:?}\n{reused:?}\n{foreign:?}\n{skipping}\n{}\n\
             {runs} runs, a stranger sees one: {seen}",
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
