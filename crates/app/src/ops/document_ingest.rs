//! Bytes in, a document with its blocks out. The same bytes again change nothing.

use std::sync::Arc;

use gloss_core_model::{DocumentId, ProjectId, SourceType, SourceUid};
use gloss_ingest::reply::Failure;
use gloss_ingest::{Converted, IngestError};
use gloss_objects::Object;
use gloss_store::{DocumentRow, NewDocument, Put, Unread};

use crate::converters::Reading;
use crate::error::{Error, ErrorKind, Result};
use crate::views::IngestView;
use crate::{App, Ctx};

#[derive(Debug, Clone)]
pub struct DocumentIngest {
    /// Tells the format and, without a heading, the title. It never becomes a path.
    pub file_name: String,
    pub bytes: Vec<u8>,
    /// Overrides the document's own title.
    pub title: Option<String>,
    /// Id or name; none is the default project.
    pub project: Option<String>,
}

impl App {
    /// # Errors
    /// Bytes that are not what their name says are `Invalid` and store nothing. A file that cannot
    /// be converted, or has no blocks, is stored with the reason, so that it is seen and can be
    /// offered again.
    pub async fn document_ingest(&self, ctx: &Ctx, command: DocumentIngest) -> Result<IngestView> {
        let DocumentIngest { file_name, bytes, title, project } = command;
        let project = match &project {
            Some(given) => Some(self.find_project(ctx, given).await?),
            None => None,
        };
        let source_type = self.admitted(&file_name, &bytes)?;
        self.check_allowed(&file_name)?;
        let command = DocumentIngest { file_name, bytes, title, project: None };
        let project_id = project.as_ref().map(|project| project.project_id);
        let view = self.document_read(ctx, source_type, project_id, command).await?;
        Ok(match &project {
            Some(project) => view.meant_for(project),
            None => view,
        })
    }

    /// Reads and keeps a file whose type is known and allowed.
    pub(super) async fn document_read(
        &self,
        ctx: &Ctx,
        source_type: SourceType,
        project_id: Option<ProjectId>,
        command: DocumentIngest,
    ) -> Result<IngestView> {
        let DocumentIngest { file_name, bytes, title, .. } = command;
        let source_uid = SourceUid::of(source_type, &bytes);
        let known = self.store.document_by_source(ctx.owner, source_uid.clone()).await?;
        // What failed before is read once more, and keeps its title.
        let had_failed = match known {
            Some(row) if !row.status.is_failed() => {
                self.source_restore(ctx, source_type, &source_uid, bytes).await;
                return Ok(IngestView::from(Put::Existing(row)));
            }
            had_failed => had_failed,
        };
        let bytes: Arc<[u8]> = bytes.into();
        let Reading { outcome, place } = self.converters.convert(source_type, &bytes).await?;
        let converted = match outcome {
            Ok(converted) => Ok(converted),
            Err(Failure { status: Some(status), code, reason }) => {
                Err(Unread { status, code, reason })
            }
            Err(Failure { status: None, code, reason }) => {
                return Err(Error::invalid(code.as_str(), reason));
            }
        };
        let title = title
            .filter(|title| !title.trim().is_empty())
            .or_else(|| had_failed.map(|row| row.title))
            .or_else(|| converted.as_ref().ok().and_then(|converted| converted.title.clone()))
            .unwrap_or_else(|| stem(&file_name));
        let source = Source { source_type, source_uid, bytes, title, project_id };
        let put = self.document_keep(ctx, source, converted).await?;
        drop(place);
        Ok(IngestView::from(put))
    }

    /// The type of a file that may come in.
    fn admitted(&self, file_name: &str, bytes: &[u8]) -> Result<SourceType> {
        let refused = |error: IngestError| {
            let kind = match error {
                IngestError::TooLarge { .. } => ErrorKind::TooLarge,
                _ => ErrorKind::Invalid,
            };
            Error::new(kind, error.code().as_str(), error.to_string())
        };
        self.converters.limits.check_bytes(bytes.len()).map_err(refused)?;
        gloss_ingest::detect(file_name, bytes).map_err(refused)
    }

    /// Policy may allow fewer formats than can be read.
    fn check_allowed(&self, file_name: &str) -> Result<()> {
        let allowed = &self.upload.allowed_extensions;
        let extension = gloss_ingest::extension(file_name).unwrap_or_default();
        if allowed.iter().any(|known| known.eq_ignore_ascii_case(&extension)) {
            return Ok(());
        }
        let message =
            format!(".{extension} files are not allowed here, only {}", allowed.join(", "));
        Err(Error::invalid("extension_not_allowed", message)
            .hint("the policy setting upload.allowed_extensions says which are"))
    }

    /// Bytes first, then the row that says they are there.
    async fn document_keep(
        &self,
        ctx: &Ctx,
        source: Source,
        converted: std::result::Result<Converted, Unread>,
    ) -> Result<Put<DocumentRow>> {
        let Source { source_type, source_uid, bytes, title, project_id } = source;
        let source_bytes = bytes.len() as u64;
        let source_characters =
            std::str::from_utf8(&bytes).ok().map(|text| text.chars().count() as u64);
        let source = Object::Source { uid: source_uid.clone(), source_type };
        self.objects.put(ctx.owner, &source, bytes).await?;
        let (outcome, notes) = match converted {
            Ok(Converted { facts, representation, blocks, notes, .. }) => {
                self.objects.put(ctx.owner, &Object::from(&facts), representation).await?;
                (Ok((facts, blocks)), notes)
            }
            Err(failed) => (Err(failed), Vec::new()),
        };
        let new = NewDocument {
            owner: ctx.owner,
            document_id: DocumentId(self.new_id()),
            project_id,
            source_uid,
            source_type,
            source_bytes,
            source_characters,
            title,
            outcome,
            now: self.now(),
        };
        Ok(self.store.document_put_noted(new, notes).await?)
    }
}

struct Source {
    source_type: SourceType,
    source_uid: SourceUid,
    bytes: Arc<[u8]>,
    title: String,
    project_id: Option<ProjectId>,
}

/// The file's own name, without folders and extension.
fn stem(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
