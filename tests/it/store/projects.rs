//! Projects: every document is in one.

use std::fmt::Write as _;
use std::sync::Arc;

use gloss_core_model::{OwnerId, ProjectId, Timestamp};
use gloss_store::{
    NewDocument, NewProject, ProjectChange, ProjectKey, ProjectPut, Put, StoreError,
};
use gloss_testkit::Backend;
use uuid::Uuid;

use super::{House, OWNER, STRANGER, document, house, story, unread};

pub(super) const LEASES: ProjectId = ProjectId(Uuid::from_u128(0x1ea5e));
const NOW: Timestamp = Timestamp(7);

impl House {
    pub(super) async fn project(&self, id: ProjectId, name: &str) -> String {
        let new = NewProject {
            owner: OWNER,
            project_id: id,
            name: name.parse().expect("a name"),
            description: None,
            now: NOW,
        };
        told(&self.store.project_create(new).await.expect("creates"))
    }

    async fn update(&self, id: ProjectId, change: ProjectChange) -> String {
        told(&self.store.project_update(OWNER, id, change, NOW).await.expect("updates"))
    }

    /// Whether it was new, and where it is.
    async fn put(&self, new: NewDocument) -> String {
        match self.store.document_put(new).await {
            Ok(put) => {
                let word = match put {
                    Put::Created(_) => "created",
                    Put::Existing(_) => "existing",
                    Put::Replaced(_) => "replaced",
                };
                format!("{word} in {}", put.row().project_name)
            }
            Err(error) => error.to_string(),
        }
    }

    /// Projects with the number of their documents.
    async fn projects(&self, owner: OwnerId) -> String {
        let rows = self.store.project_list(owner, None, 10, NOW).await.expect("lists");
        let rows = rows.iter().map(|row| format!("{} ({})", row.name, row.documents));
        rows.collect::<Vec<_>>().join(", ")
    }
}

fn told(put: &ProjectPut) -> String {
    match put {
        ProjectPut::Done(row) => format!("{} {:?}", row.name, row.description),
        ProjectPut::NameTaken(row) => format!("name taken by {}", row.project_id),
        ProjectPut::NotFound => "not found".to_owned(),
    }
}

fn inside(mut new: NewDocument, project: ProjectId) -> NewDocument {
    new.project_id = Some(project);
    new
}

fn failed(mut new: NewDocument) -> NewDocument {
    new.outcome = Err(unread());
    new
}

story!(
    a_document_stays_in_its_project,
    2,
    |house| {
        let mut told = String::new();
        let _ = writeln!(told, "{}", house.projects(OWNER).await);
        let _ = writeln!(told, "{}", house.project(LEASES, "Leases").await);
        for (what, new) in [
            ("again, into Leases", inside(document(2), LEASES)),
            ("another, into Leases", inside(document(3), LEASES)),
            ("again, into none", document(3)),
            ("failed, into Leases", failed(inside(document(4), LEASES))),
            ("mended, into none", document(4)),
            ("failed, into none", failed(document(5))),
            ("mended, into Leases", inside(document(5), LEASES)),
            ("into one that is not", inside(document(6), ProjectId(Uuid::from_u128(9)))),
            ("into a stranger's", inside(document(6), ProjectId::default_of(STRANGER))),
        ] {
            let _ = writeln!(told, "{what}: {}", house.put(new).await);
        }
        let all = house.store.document_list(OWNER, None, None, 10).await.expect("lists");
        let mut cursor = None;
        let mut pages = Vec::new();
        loop {
            let page = house.store.document_list(OWNER, Some(LEASES), cursor, 2).await;
            let page = page.expect("lists");
            let Some(last) = page.last() else { break };
            cursor = Some(last.document_id);
            pages.push(page.len());
        }
        let _ = writeln!(told, "{} documents, of Leases in pages of {pages:?}", all.len());
        let leases = house.store.document_list(STRANGER, Some(LEASES), None, 10).await;
        let _ = writeln!(told, "a stranger sees {} of them", leases.expect("lists").len());
        told + &house.projects(OWNER).await
    },
    "Default Project (1)
Leases None
again, into Leases: existing in Default Project
another, into Leases: created in Leases
again, into none: existing in Leases
failed, into Leases: created in Leases
mended, into none: replaced in Leases
failed, into none: created in Default Project
mended, into Leases: replaced in Leases
into one that is not: there is no such project; nothing was stored
into a stranger's: there is no such project; nothing was stored
4 documents, of Leases in pages of [2, 1]
a stranger sees 0 of them
Default Project (1), Leases (3)"
);

story!(
    names_are_unique_and_the_default_project_is_there_first,
    1,
    |house| {
        let mut told = String::new();
        let default = ProjectId::default_of(OWNER);
        let other = ProjectId(Uuid::from_u128(2));
        let named = |name: &str| ProjectChange {
            name: Some(name.parse().expect("a name")),
            description: None,
        };
        let described = |text: Option<&str>| ProjectChange {
            name: None,
            description: Some(text.map(str::to_owned)),
        };
        for done in [
            house.project(LEASES, "Leases").await,
            house.project(other, "Leases").await,
            house.project(other, "Default Project").await,
            house.project(other, "leases").await,
            house.update(LEASES, named("leases")).await,
            house.update(LEASES, named("Leases")).await,
            house.update(default, named("Leases")).await,
            house.update(default, named("Inbox")).await,
            house.update(LEASES, described(Some("of flats"))).await,
            house.update(LEASES, named("Default Project")).await,
            house.update(LEASES, described(None)).await,
            house.update(ProjectId(Uuid::from_u128(9)), named("Nine")).await,
        ] {
            let _ = writeln!(told, "{done}");
        }
        let find = |key| house.store.project_find(OWNER, key, NOW);
        let by_name = find(ProjectKey::Name("Inbox".parse().expect("a name"))).await;
        let by_id = find(ProjectKey::Id(default)).await.expect("finds");
        assert_eq!(by_name.expect("finds"), by_id);
        let stranger = house.store.project_find(STRANGER, ProjectKey::Id(LEASES), NOW).await;
        let _ = writeln!(told, "a stranger finds {:?}", stranger.expect("finds"));
        let _ = writeln!(told, "a stranger has {}", house.projects(STRANGER).await);
        told + &house.projects(OWNER).await
    },
    "Leases None
name taken by 00000000-0000-0000-0000-00000001ea5e
name taken by 00000000-0000-7000-8000-000000000001
leases None
name taken by 00000000-0000-0000-0000-000000000002
Leases None
name taken by 00000000-0000-0000-0000-00000001ea5e
Inbox None
Leases Some(\"of flats\")
Default Project Some(\"of flats\")
Default Project None
not found
a stranger finds None
a stranger has Default Project (0)
Default Project (0), Inbox (1), leases (0)"
);

story!(
    a_document_is_moved_by_its_owner_into_a_project_that_is_there,
    2,
    |house| {
        house.project(LEASES, "Leases").await;
        let to = |owner, project| {
            let moved = house.store.document_move(owner, house.document, project, NOW);
            async move { moved.await.expect("moves").map(|row| row.project_name.to_string()) }
        };
        let nowhere = to(OWNER, ProjectId(Uuid::from_u128(9))).await;
        let stranger = to(STRANGER, ProjectId::default_of(STRANGER)).await;
        let there = to(OWNER, LEASES).await;
        let twice = to(OWNER, LEASES).await;
        format!("{nowhere:?} {stranger:?} {there:?} {twice:?}\n{}", house.projects(OWNER).await)
    },
    "None None Some(\"Leases\") Some(\"Leases\")
Default Project (0), Leases (1)"
);

#[tokio::test(flavor = "multi_thread")]
async fn many_who_need_the_default_project_make_one() {
    Backend::each(|database| async move {
        let house = Arc::new(house(&database, 1).await);
        let puts = (2..18).map(|n_blocks| {
            let house = Arc::clone(&house);
            tokio::spawn(async move {
                let mut new = document(n_blocks);
                new.owner = STRANGER;
                let put = if n_blocks % 2 == 0 {
                    house.store.document_put(new).await.map(|put| put.row().project_id)
                } else {
                    let rows = house.store.project_list(STRANGER, None, 10, NOW).await;
                    rows.map(|rows| rows[0].project_id)
                };
                put.expect("nobody fails")
            })
        });
        for put in puts.collect::<Vec<_>>() {
            assert_eq!(put.await.expect("nobody stops"), ProjectId::default_of(STRANGER));
        }
        assert_eq!(house.projects(STRANGER).await, "Default Project (8)");
        assert_eq!(house.store.check().await.expect("checks"), []);
        house.store.close().await;
    })
    .await;
}

/// A project that goes while documents are put into it takes them along or is not there for them.
#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_deleted_while_documents_are_put_into_it() {
    Backend::each(|database| async move {
        let house = Arc::new(house(&database, 1).await);
        house.project(LEASES, "Leases").await;
        let puts = (2..40).map(|n_blocks| {
            let house = Arc::clone(&house);
            let new = inside(document(n_blocks), LEASES);
            tokio::spawn(async move {
                match house.store.document_put(new).await {
                    Ok(_) | Err(StoreError::ProjectNotFound) => {}
                    Err(error) => panic!("{error}"),
                }
            })
        });
        let puts: Vec<_> = puts.collect();
        house.store.project_delete(OWNER, LEASES, true).await.expect("deletes");
        for put in puts {
            put.await.expect("nobody fails");
        }
        assert_eq!(house.projects(OWNER).await, "Default Project (1)");
        assert_eq!(house.store.check().await.expect("checks"), []);
        house.store.close().await;
    })
    .await;
}
