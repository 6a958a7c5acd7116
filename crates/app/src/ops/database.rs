//! What whoever has the machine does with the database itself.

use std::path::Path;

use crate::App;
use crate::error::{Error, Result};
use crate::views::DatabaseView;

impl App {
    pub async fn database_status(&self) -> Result<DatabaseView> {
        let status = self.store.status().await?;
        Ok(DatabaseView {
            kind: status.kind.to_owned(),
            version: status.version,
            migrations_applied: status.migrations_applied,
            migrations_known: status.migrations_known,
        })
    }

    /// Copies a live SQLite database into a new file; an existing file is never written over.
    pub async fn database_backup(&self, path: &Path) -> Result<()> {
        let shown = path.display().to_string();
        if path.exists() {
            return Err(Error::conflict("file_exists", format!("{shown} exists"))
                .hint("choose another name, or remove it first"));
        }
        Ok(self.store.backup(shown).await?)
    }
}
