//! Deletes: what may go, and what has to be said instead.

use gloss_core_model::{DocumentId, OwnerId, ProjectId, RunId, RunStatus, SchemaId};
use uuid::Uuid;

use super::super::{Db, DbRow, Tx};
use super::removal::{self, Removal};
use super::row::{Columns, int};
use super::{library, projects};
use crate::{Deleted, Deletion, StoreError};

statements! {
    /// Whoever holds a run's row waits for nobody who deletes, and is waited for.
    RUN = concat!(
        "SELECT run_id, status, conv_uid FROM run WHERE owner_id = $1 AND run_id = $2",
        for_update!()
    );
    RUNS_OF = concat!(
        "SELECT run_id, status, conv_uid FROM run WHERE document_id = $2 AND owner_id = $1",
        for_update!()
    );
    RUNS_OF_SCHEMA = "SELECT count(*) AS runs FROM run WHERE schema_id = $2 AND owner_id = $1";
    DOCUMENT = "SELECT document_id, conv_uid FROM document \
                WHERE owner_id = $1 AND document_id = $2";
    DOCUMENTS_OF = "SELECT document_id, conv_uid FROM document \
                    WHERE project_id = $2 AND owner_id = $1";
    PROJECT_DELETE = "DELETE FROM project WHERE owner_id = $1 AND project_id = $2";
    SCHEMA_DELETE = "DELETE FROM schema WHERE owner_id = $1 AND schema_id = $2";
}

/// What hangs on something, as far as it was asked for.
#[derive(Debug, Default)]
struct Found {
    documents: Vec<Uuid>,
    runs: Vec<Uuid>,
    running: Vec<RunId>,
    conversions: Vec<String>,
}

impl Db {
    pub(crate) async fn run_delete(
        &self,
        owner: OwnerId,
        id: RunId,
        cascade: bool,
    ) -> Result<Deletion, StoreError> {
        let mut tx = self.begin().await?;
        library::alone(&mut tx, owner).await?;
        let row = tx.query(RUN).bind(owner.0).bind(id.0).fetch_optional(&mut *tx).await?;
        let Some(row) = row else { return refuse(tx, Deletion::NotFound).await };
        let mut found = Found::default();
        found.run(&row)?;
        if !cascade && found.running.is_empty() {
            let (_, confirmed) = removal::answers(&mut tx, owner, &found.runs).await?;
            if confirmed > 0 {
                return refuse(tx, Deletion::Needed { by: confirmed }).await;
            }
        }
        self.remove(tx, owner, found, None).await
    }

    pub(crate) async fn document_delete(
        &self,
        owner: OwnerId,
        id: DocumentId,
        cascade: bool,
    ) -> Result<Deletion, StoreError> {
        let mut tx = self.begin().await?;
        library::alone(&mut tx, owner).await?;
        let row = tx.query(DOCUMENT).bind(owner.0).bind(id.0).fetch_optional(&mut *tx).await?;
        let Some(row) = row else { return refuse(tx, Deletion::NotFound).await };
        let mut found = Found::default();
        found.document(&row)?;
        found.runs_of_documents(&mut tx, owner).await?;
        if !cascade && !found.runs.is_empty() {
            let by = int(found.runs.len()).unsigned_abs();
            return refuse(tx, Deletion::Needed { by }).await;
        }
        self.remove(tx, owner, found, None).await
    }

    pub(crate) async fn project_delete(
        &self,
        owner: OwnerId,
        id: ProjectId,
        cascade: bool,
    ) -> Result<Deletion, StoreError> {
        if id == ProjectId::default_of(owner) {
            return Ok(Deletion::DefaultProject);
        }
        self.project_remove(owner, id, cascade).await
    }

    pub(crate) async fn owner_forget(&self, owner: OwnerId) -> Result<Deletion, StoreError> {
        self.project_remove(owner, ProjectId::default_of(owner), true).await
    }

    async fn project_remove(
        &self,
        owner: OwnerId,
        id: ProjectId,
        cascade: bool,
    ) -> Result<Deletion, StoreError> {
        let mut tx = self.begin().await?;
        library::alone(&mut tx, owner).await?;
        if !projects::exists(&mut tx, owner, id).await? {
            return refuse(tx, Deletion::NotFound).await;
        }
        let mut found = Found::default();
        for row in tx.query(DOCUMENTS_OF).bind(owner.0).bind(id.0).fetch_all(&mut *tx).await? {
            found.document(&row)?;
        }
        if !cascade && !found.documents.is_empty() {
            let by = int(found.documents.len()).unsigned_abs();
            return refuse(tx, Deletion::Needed { by }).await;
        }
        found.runs_of_documents(&mut tx, owner).await?;
        self.remove(tx, owner, found, Some(id)).await
    }

    pub(crate) async fn schema_delete(
        &self,
        owner: OwnerId,
        id: SchemaId,
    ) -> Result<Deletion, StoreError> {
        let mut tx = self.begin().await?;
        library::alone(&mut tx, owner).await?;
        let row = tx.query(RUNS_OF_SCHEMA).bind(owner.0).bind(id.0).fetch_one(&mut *tx).await?;
        let by = Columns { table: "run", row: &row }.u64("runs")?;
        if by > 0 {
            return refuse(tx, Deletion::Needed { by }).await;
        }
        let gone = tx.query(SCHEMA_DELETE).bind(owner.0).bind(id.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(match gone.rows_affected() {
            0 => Deletion::NotFound,
            schemas => Deletion::Done(Deleted { schemas, ..Deleted::default() }),
        })
    }

    /// A worker that has a run in hand would go on paying for it, so that somebody stops it first.
    async fn remove(
        &self,
        mut tx: Tx,
        owner: OwnerId,
        found: Found,
        project: Option<ProjectId>,
    ) -> Result<Deletion, StoreError> {
        if let Some(first) = found.running.first() {
            let runs = int(found.running.len()).unsigned_abs();
            return refuse(tx, Deletion::Running { runs, first: *first }).await;
        }
        let Found { documents, runs, conversions, .. } = found;
        let going = Removal { runs, documents, conversions };
        let mut deleted = removal::remove(&mut tx, owner, &going).await?;
        if let Some(id) = project {
            let gone = tx.query(PROJECT_DELETE).bind(owner.0).bind(id.0).execute(&mut *tx).await?;
            deleted.projects = gone.rows_affected();
        }
        tx.commit().await?;
        for run in going.runs {
            self.low_water.forget(RunId(run));
        }
        Ok(Deletion::Done(deleted))
    }
}

impl Found {
    fn document(&mut self, row: &DbRow) -> Result<(), StoreError> {
        let columns = Columns { table: "document", row };
        self.documents.push(columns.uuid("document_id")?);
        self.conversions.extend(columns.opt_text("conv_uid")?);
        Ok(())
    }

    fn run(&mut self, row: &DbRow) -> Result<(), StoreError> {
        let columns = Columns { table: "run", row };
        let id = columns.uuid("run_id")?;
        self.runs.push(id);
        self.conversions.push(columns.text("conv_uid")?);
        if columns.parse::<RunStatus>("status")? == RunStatus::Running {
            self.running.push(RunId(id));
        }
        Ok(())
    }

    async fn runs_of_documents(&mut self, tx: &mut Tx, owner: OwnerId) -> Result<(), StoreError> {
        for document in self.documents.clone() {
            let query = tx.query(RUNS_OF).bind(owner.0).bind(document);
            for row in query.fetch_all(&mut **tx).await? {
                self.run(&row)?;
            }
        }
        Ok(())
    }
}

async fn refuse(tx: Tx, why: Deletion) -> Result<Deletion, StoreError> {
    tx.rollback().await?;
    Ok(why)
}
