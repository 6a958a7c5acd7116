//! Which objects rows name, page by page and by name.

use gloss_core_model::{DocumentId, SourceType, SourceUid};
use uuid::Uuid;

use super::{OWNER, STRANGER, document, house, story, unread};

story!(
    every_object_that_a_row_names_is_on_one_page,
    2,
    |house| {
        // A document that failed has a source and no conversion; owners come in order.
        for (n, owner) in [(1, OWNER), (2, OWNER), (3, STRANGER)] {
            let mut new = document(2);
            new.owner = owner;
            new.document_id = DocumentId(Uuid::from_u128(n));
            new.source_uid = SourceUid::of(SourceType::Md, &[n as u8]);
            if n == 2 {
                new.outcome = Err(unread());
            }
            house.store.document_put(new).await.expect("puts");
        }
        let mut sources = Vec::new();
        let mut after = None;
        loop {
            let page = house.store.source_refs(after, 3).await.expect("reads");
            let Some(last) = page.last() else { break };
            after = Some((last.owner, last.uid.clone()));
            sources.push(page);
        }
        let pages: Vec<usize> = sources.iter().map(Vec::len).collect();
        let sources = sources.concat();
        let keys: Vec<_> = sources.iter().map(|row| (row.owner, row.uid.clone())).collect();
        assert!(keys.is_sorted(), "{keys:?}");

        let first = house.store.representation_refs(None, 1).await.expect("reads");
        let after = Some((first[0].owner, first[0].uid.clone()));
        let second = house.store.representation_refs(after, 9).await.expect("reads");

        let mut asked: Vec<String> = keys.iter().map(|(_, uid)| uid.to_string()).collect();
        asked.push("0".repeat(64));
        let ours = house.store.sources_named(OWNER, asked.clone()).await.expect("reads");
        let theirs = house.store.sources_named(STRANGER, asked).await.expect("reads");
        let uid = first[0].uid.to_string();
        let named =
            house.store.representations_named(OWNER, vec![uid.clone(), "f".repeat(64)]).await;
        assert_eq!(named.expect("reads"), [uid]);
        format!(
            "pages of sources {pages:?}, representations {} and {}\n\
             {} sources are named by one owner, {} by the other\n{} {} bytes, {} {}",
            first.len(),
            second.len(),
            ours.len(),
            theirs.len(),
            sources[0].source_type,
            sources[0].bytes,
            first[0].tool,
            first[0].representation,
        )
    },
    "pages of sources [3, 1], representations 1 and 1
3 sources are named by one owner, 1 by the other
md 9 bytes, mdast markdown_bytes"
);
