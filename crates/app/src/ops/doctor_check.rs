//! Looks whether everything is as it should be, and changes nothing that is not asked for.

use crate::error::Result;
use crate::views::{ApiKeyView, DoctorView, FindingView};
use crate::{App, ProviderConfig};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoctorCheck {
    /// Delete objects that no row names.
    pub collect: bool,
    /// Read every byte that is kept; names and sizes tell less, and take less.
    pub contents: bool,
}

impl Default for DoctorCheck {
    fn default() -> Self {
        Self { collect: false, contents: true }
    }
}

impl App {
    pub async fn doctor_check(&self, want: DoctorCheck) -> Result<DoctorView> {
        let violations = self.store.check().await?;
        let mut findings: Vec<FindingView> = violations
            .into_iter()
            .map(|found| FindingView { rule: found.rule.to_owned(), detail: found.detail })
            .collect();
        let objects = self.doctor_objects(want, &mut findings).await?;
        Ok(DoctorView {
            healthy: findings.is_empty(),
            database: self.database_status().await?,
            objects,
            api_keys: self.api_keys(),
            findings,
        })
    }

    /// None where the embedding program answers itself.
    fn api_keys(&self) -> Vec<ApiKeyView> {
        let ProviderConfig::Accounts(accounts) = &self.provider else { return Vec::new() };
        let keys = accounts.keys().map(|(provider, variable, set)| ApiKeyView {
            provider: provider.to_string(),
            variable: variable.to_owned(),
            set,
        });
        keys.collect()
    }
}
