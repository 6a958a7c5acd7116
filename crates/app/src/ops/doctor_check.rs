//! Looks whether everything is as it should be, and changes nothing.

use crate::error::Result;
use crate::views::{ApiKeyView, DoctorView, FindingView};
use crate::{App, ProviderConfig};

impl App {
    pub async fn doctor_check(&self) -> Result<DoctorView> {
        let violations = self.store.check().await?;
        let findings: Vec<FindingView> = violations
            .into_iter()
            .map(|found| FindingView { rule: found.rule.to_owned(), detail: found.detail })
            .collect();
        Ok(DoctorView {
            healthy: findings.is_empty(),
            database: self.database_status().await?,
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
