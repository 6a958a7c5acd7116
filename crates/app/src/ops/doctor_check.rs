//! Looks whether everything is as it should be, and changes nothing.

use crate::App;
use crate::error::Result;
use crate::views::{DoctorView, FindingView};

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
            api_key: self.has_key(),
            findings,
        })
    }
}
