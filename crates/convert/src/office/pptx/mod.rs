//! pptx

use gloss_ingest::IngestError;
use gloss_ingest::docling::{DoclingDocument, DocumentBuilder};

use super::package::Package;

pub(super) fn read(_package: &mut Package<'_>) -> Result<DoclingDocument, IngestError> {
    Ok(DocumentBuilder::new().finish())
}
