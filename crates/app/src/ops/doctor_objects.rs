//! Holds the kept bytes against the rows that name them, both ways, a page at a time.
//!
//! An ingest writes bytes before the row that names them, so bytes without a row are nobody's
//! mistake until they are old. They are deleted only when asked for, and only after their age was
//! looked at once more: whoever ingests the same file again has made them young by then.

use std::collections::{BTreeMap, HashSet};

use futures::{StreamExt, TryStreamExt, stream};
use gloss_core_model::{OwnerId, Timestamp};
use gloss_objects::{Key, Kind, Listed, Object, ObjectsError};
use gloss_store::{PAGE_ROWS_MAX, StoreError};

use super::doctor_check::DoctorCheck;
use crate::App;
use crate::error::Result;
use crate::views::{FindingView, ObjectsView};

/// No ingest takes so long from its bytes to its row.
const YOUNG_MS: i64 = 3_600_000;
/// Objects asked for at once. Each may be read whole.
const AT_ONCE: usize = 4;
const DELETED_AT_ONCE: usize = 16;
/// Listed objects that the database is asked about at once.
const LISTED_MAX: usize = 500;
/// Findings of one rule, and keys of orphans, that are worth reading.
const SHOWN_MAX: u64 = 20;

const THERE: &str = "the bytes that a row names are in the object store";
const WHOLE: &str = "kept bytes are those that their name was made of";
const ANSWERS: &str = "kept bytes can be looked at";

/// The object store's failure is a finding, the database's ends the check.
enum Stopped {
    Objects(ObjectsError),
    Database(StoreError),
}

impl From<ObjectsError> for Stopped {
    fn from(error: ObjectsError) -> Self {
        Self::Objects(error)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}

type Ended = std::result::Result<(), Stopped>;

/// An object that a row names.
struct Named {
    owner: OwnerId,
    object: Object,
    /// Where the row says it.
    bytes: Option<u64>,
}

#[derive(PartialEq, Eq)]
enum State {
    Whole,
    Missing,
    Damaged,
}

impl App {
    pub(super) async fn doctor_objects(
        &self,
        want: DoctorCheck,
        findings: &mut Vec<FindingView>,
    ) -> Result<ObjectsView> {
        let place = self.objects.place();
        let view = ObjectsView { place, contents_read: want.contents, ..ObjectsView::default() };
        let mut check = Check { app: self, want, now: self.now(), view, findings };
        match check.all().await {
            Ok(()) => check.view.complete = true,
            Err(Stopped::Objects(error)) => check.find(ANSWERS, error.to_string()),
            Err(Stopped::Database(error)) => return Err(error.into()),
        }
        Ok(check.view)
    }
}

struct Check<'a> {
    app: &'a App,
    want: DoctorCheck,
    now: Timestamp,
    view: ObjectsView,
    findings: &'a mut Vec<FindingView>,
}

impl Check<'_> {
    async fn all(&mut self) -> Ended {
        if self.want.collect {
            // What is deleted for its age is as old as those say who date it.
            self.now = self.app.objects.clock().await?;
        }
        self.sources().await?;
        self.representations().await?;
        self.unnamed().await?;
        if self.want.collect {
            let (files, bytes) = self.app.objects.clear(self.now.plus_ms(-YOUNG_MS)).await?;
            self.view.collected += files;
            self.view.collected_bytes += bytes;
        }
        Ok(())
    }

    async fn sources(&mut self) -> Ended {
        let mut after = None;
        loop {
            let rows = self.app.store.source_refs(after, PAGE_ROWS_MAX).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some((last.owner, last.uid.clone()));
            let named = rows.into_iter().map(|row| Named {
                owner: row.owner,
                object: Object::Source { uid: row.uid, source_type: row.source_type },
                bytes: Some(row.bytes),
            });
            self.look_at(named.collect()).await?;
        }
    }

    async fn representations(&mut self) -> Ended {
        let mut after = None;
        loop {
            let rows = self.app.store.representation_refs(after, PAGE_ROWS_MAX).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some((last.owner, last.uid.clone()));
            let named = rows.into_iter().map(|row| Named {
                owner: row.owner,
                object: Object::Representation {
                    uid: row.uid,
                    tool: row.tool,
                    representation: row.representation,
                },
                bytes: None,
            });
            self.look_at(named.collect()).await?;
        }
    }

    async fn look_at(&mut self, named: Vec<Named>) -> Ended {
        let (app, contents) = (self.app, self.want.contents);
        let states = stream::iter(named).map(|named| async move {
            let state = state(app, contents, &named).await?;
            Ok::<_, Stopped>((named, state))
        });
        let mut states = std::pin::pin!(states.buffered(AT_ONCE));
        while let Some((named, state)) = states.try_next().await? {
            let key = named.object.key(named.owner);
            // A document may have been deleted since its row was read.
            if state == State::Whole || self.unnamed_of(vec![key.clone()]).await?.contains(&key) {
                continue;
            }
            let (rule, seen) = match state {
                State::Missing => (THERE, &mut self.view.missing),
                _ => (WHOLE, &mut self.view.damaged),
            };
            *seen += 1;
            if *seen <= SHOWN_MAX {
                self.find(rule, key.to_string());
            }
        }
        Ok(())
    }

    async fn unnamed(&mut self) -> Ended {
        let app = self.app;
        let mut chunks = app.objects.list(None).try_chunks(LISTED_MAX);
        while let Some(chunk) = chunks.try_next().await.map_err(|broken| broken.1)? {
            self.view.objects += chunk.len() as u64;
            self.view.bytes += chunk.iter().map(|found| found.bytes).sum::<u64>();
            let unnamed = self.unnamed_of(chunk.iter().map(|found| found.key.clone())).await?;
            let unnamed = chunk.into_iter().filter(|found| unnamed.contains(&found.key));
            let (old, young): (Vec<_>, Vec<_>) = unnamed.partition(|found| is_old(found, self.now));
            self.view.young += young.len() as u64;
            for orphan in &old {
                self.view.orphans += 1;
                self.view.orphan_bytes += orphan.bytes;
                if self.view.orphans <= SHOWN_MAX {
                    self.view.orphan_keys.push(orphan.key.to_string());
                }
            }
            if self.want.collect {
                self.collect(old).await?;
            }
        }
        Ok(())
    }

    async fn collect(&mut self, orphans: Vec<Listed>) -> Ended {
        let (objects, now) = (&self.app.objects, self.now);
        let deletes = stream::iter(orphans).map(|orphan| async move {
            let found = objects.look(&orphan.key).await?;
            let Some(found) = found.filter(|found| is_old(found, now)) else { return Ok(None) };
            objects.delete(&found.key).await?;
            Ok::<_, ObjectsError>(Some(found.bytes))
        });
        let mut deletes = std::pin::pin!(deletes.buffer_unordered(DELETED_AT_ONCE));
        while let Some(deleted) = deletes.try_next().await? {
            self.view.collected += u64::from(deleted.is_some());
            self.view.collected_bytes += deleted.unwrap_or(0);
        }
        Ok(())
    }

    /// Those that no row names.
    async fn unnamed_of(
        &self,
        keys: impl IntoIterator<Item = Key>,
    ) -> std::result::Result<HashSet<Key>, StoreError> {
        let mut groups: BTreeMap<(OwnerId, Kind), Vec<Key>> = BTreeMap::new();
        for key in keys {
            groups.entry((key.owner, key.kind)).or_default().push(key);
        }
        let (store, mut unnamed) = (&self.app.store, HashSet::new());
        for ((owner, kind), keys) in groups {
            let uids = keys.iter().map(|key| key.hash().to_owned()).collect();
            let named = match kind {
                Kind::Source => store.sources_named(owner, uids).await?,
                Kind::Representation => store.representations_named(owner, uids).await?,
            };
            let named: HashSet<String> = named.into_iter().collect();
            unnamed.extend(keys.into_iter().filter(|key| !named.contains(key.hash())));
        }
        Ok(unnamed)
    }

    fn find(&mut self, rule: &str, detail: String) {
        self.findings.push(FindingView { rule: rule.to_owned(), detail });
    }
}

fn is_old(found: &Listed, now: Timestamp) -> bool {
    found.modified.plus_ms(YOUNG_MS) < now
}

async fn state(
    app: &App,
    contents: bool,
    named: &Named,
) -> std::result::Result<State, ObjectsError> {
    let Named { owner, object, bytes } = named;
    if contents {
        return match app.objects.get(*owner, object).await {
            Ok(_) => Ok(State::Whole),
            Err(ObjectsError::Missing { .. }) => Ok(State::Missing),
            Err(ObjectsError::Damaged { .. } | ObjectsError::TooLarge { .. }) => Ok(State::Damaged),
            Err(error) => Err(error),
        };
    }
    Ok(match app.objects.look(&object.key(*owner)).await? {
        None => State::Missing,
        Some(found) if bytes.is_some_and(|bytes| bytes != found.bytes) => State::Damaged,
        Some(_) => State::Whole,
    })
}
