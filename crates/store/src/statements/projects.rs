//! Projects: every document is in one, and one takes what is put nowhere else.

use gloss_core_model::{DocumentId, OwnerId, ProjectId, ProjectName, Timestamp};

use super::super::{Db, DbRow, Tx};
use super::row::Columns;
use super::{documents, library};
use crate::{
    DocumentRow, NewDocument, NewProject, PAGE_ROWS_MAX, ProjectChange, ProjectKey, ProjectPut,
    ProjectRow, StoreError,
};

macro_rules! select_project {
    ($rest:literal) => {
        concat!(
            "SELECT p.*, (SELECT count(*) FROM document d WHERE d.project_id = p.project_id \
             AND d.owner_id = p.owner_id) AS documents FROM project p WHERE p.owner_id = $1 ",
            $rest
        )
    };
}

statements! {
    BY_ID = select_project!("AND p.project_id = $2");
    BY_NAME = select_project!("AND p.name = $2");
    LIST = select_project!("AND p.name > $2 ORDER BY p.name LIMIT $3");
    EXISTS = "SELECT 1 FROM project WHERE owner_id = $1 AND project_id = $2";
    /// Before any other project, so that its first name cannot be another's.
    INSERT_DEFAULT = "INSERT INTO project (owner_id, project_id, name, created_at, updated_at) \
                      VALUES ($1, $1, $2, $3, $3) ON CONFLICT DO NOTHING";
    INSERT = "INSERT INTO project (owner_id, project_id, name, description, created_at, \
              updated_at) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (owner_id, name) DO NOTHING";
    UPDATE = "UPDATE project SET name = $3, description = $4, updated_at = $5 \
              WHERE owner_id = $1 AND project_id = $2";
    MOVE = "UPDATE document SET project_id = $3, updated_at = $4 \
            WHERE owner_id = $1 AND document_id = $2 AND project_id <> $3";
}

impl Db {
    pub(crate) async fn project_create(&self, new: NewProject) -> Result<ProjectPut, StoreError> {
        let mut tx = self.begin().await?;
        library::share(&mut tx, new.owner).await?;
        ensure_default(&mut tx, new.owner, new.now).await?;
        let inserted = tx
            .query(INSERT)
            .bind(new.owner.0)
            .bind(new.project_id.0)
            .bind(new.name.as_str())
            .bind(new.description)
            .bind(new.now.0)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        let row = by_name(&mut tx, new.owner, &new.name).await?;
        tx.commit().await?;
        Ok(match row {
            Some(row) if inserted == 1 => ProjectPut::Done(row),
            Some(row) => ProjectPut::NameTaken(row),
            None => ProjectPut::NotFound,
        })
    }

    pub(crate) async fn project_find(
        &self,
        owner: OwnerId,
        key: ProjectKey,
        now: Timestamp,
    ) -> Result<Option<ProjectRow>, StoreError> {
        self.meet_default(owner, now).await?;
        let query = match &key {
            ProjectKey::Id(id) => self.query(BY_ID).bind(owner.0).bind(id.0),
            ProjectKey::Name(name) => self.query(BY_NAME).bind(owner.0).bind(name.as_str()),
        };
        let row = query.fetch_optional(&mut *self.reading().await?).await?;
        row.as_ref().map(project).transpose()
    }

    pub(crate) async fn project_list(
        &self,
        owner: OwnerId,
        after: Option<String>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<ProjectRow>, StoreError> {
        self.meet_default(owner, now).await?;
        let rows = self
            .query(LIST)
            .bind(owner.0)
            .bind(after.unwrap_or_default())
            .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter().map(project).collect()
    }

    pub(crate) async fn project_update(
        &self,
        owner: OwnerId,
        id: ProjectId,
        change: ProjectChange,
        now: Timestamp,
    ) -> Result<ProjectPut, StoreError> {
        let mut tx = self.begin().await?;
        library::alone(&mut tx, owner).await?;
        let Some(mut row) = by_id(&mut tx, owner, id).await? else {
            tx.rollback().await?;
            return Ok(ProjectPut::NotFound);
        };
        if let Some(name) = change.name {
            let found = by_name(&mut tx, owner, &name).await?;
            if let Some(other) = found.filter(|other| other.project_id != id) {
                tx.rollback().await?;
                return Ok(ProjectPut::NameTaken(other));
            }
            row.name = name;
        }
        row.description = change.description.unwrap_or(row.description);
        row.updated_at = now;
        tx.query(UPDATE)
            .bind(owner.0)
            .bind(id.0)
            .bind(row.name.as_str())
            .bind(row.description.as_deref())
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(ProjectPut::Done(row))
    }

    pub(crate) async fn document_move(
        &self,
        owner: OwnerId,
        document: DocumentId,
        to: ProjectId,
        now: Timestamp,
    ) -> Result<Option<DocumentRow>, StoreError> {
        let mut tx = self.begin().await?;
        library::share(&mut tx, owner).await?;
        if !exists(&mut tx, owner, to).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let moved = tx.query(MOVE).bind(owner.0).bind(document.0).bind(to.0).bind(now.0);
        moved.execute(&mut *tx).await?;
        let row = documents::by_id(&mut tx, owner, document).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// People meet the default project where they look for projects, whether or not something was
    /// put into it.
    async fn meet_default(&self, owner: OwnerId, now: Timestamp) -> Result<(), StoreError> {
        let id = ProjectId::default_of(owner);
        let found = self.query(EXISTS).bind(owner.0).bind(id.0);
        let found = found.fetch_optional(&mut *self.reading().await?).await?;
        if found.is_some() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        ensure_default(&mut tx, owner, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Where a new document goes; none where that is not there.
pub(super) async fn of_new(
    tx: &mut Tx,
    new: &NewDocument,
) -> Result<Option<ProjectId>, StoreError> {
    if let Some(id) = new.project_id {
        return Ok(exists(tx, new.owner, id).await?.then_some(id));
    }
    ensure_default(tx, new.owner, new.now).await?;
    Ok(Some(ProjectId::default_of(new.owner)))
}

async fn ensure_default(tx: &mut Tx, owner: OwnerId, now: Timestamp) -> Result<(), StoreError> {
    let name = ProjectName::default_project();
    let insert = tx.query(INSERT_DEFAULT).bind(owner.0).bind(name.as_str()).bind(now.0);
    insert.execute(&mut **tx).await?;
    Ok(())
}

pub(super) async fn exists(tx: &mut Tx, owner: OwnerId, id: ProjectId) -> Result<bool, StoreError> {
    let found = tx.query(EXISTS).bind(owner.0).bind(id.0).fetch_optional(&mut **tx).await?;
    Ok(found.is_some())
}

async fn by_id(
    tx: &mut Tx,
    owner: OwnerId,
    id: ProjectId,
) -> Result<Option<ProjectRow>, StoreError> {
    let row = tx.query(BY_ID).bind(owner.0).bind(id.0).fetch_optional(&mut **tx).await?;
    row.as_ref().map(project).transpose()
}

async fn by_name(
    tx: &mut Tx,
    owner: OwnerId,
    name: &ProjectName,
) -> Result<Option<ProjectRow>, StoreError> {
    let row = tx.query(BY_NAME).bind(owner.0).bind(name.as_str()).fetch_optional(&mut **tx);
    row.await?.as_ref().map(project).transpose()
}

fn project(row: &DbRow) -> Result<ProjectRow, StoreError> {
    let columns = Columns { table: "project", row };
    Ok(ProjectRow {
        project_id: ProjectId(columns.uuid("project_id")?),
        name: columns.parse("name")?,
        description: columns.opt_text("description")?,
        documents: columns.u64("documents")?,
        created_at: columns.time("created_at")?,
        updated_at: columns.time("updated_at")?,
    })
}
