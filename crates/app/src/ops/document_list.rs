//! Documents, newest first.

use gloss_core_model::DocumentId;

use crate::error::{Error, Result};
use crate::views::{DocumentView, Page};
use crate::{App, Ctx};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentList {
    /// Id or name; none is all of them.
    pub project: Option<String>,
    pub page: PageRequest,
}

/// Where a page starts and how long it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The `next` of the page before.
    pub after: Option<String>,
    pub limit: u32,
}

impl PageRequest {
    pub const LIMIT_DEFAULT: u32 = 50;
    pub const LIMIT_MAX: u32 = gloss_store::PAGE_ROWS_MAX;

    pub(crate) fn limit(&self) -> Result<u32> {
        if (1..=Self::LIMIT_MAX).contains(&self.limit) {
            return Ok(self.limit);
        }
        let message = format!("`limit` is {}; give 1 to {}", self.limit, Self::LIMIT_MAX);
        Err(Error::invalid("invalid_limit", message))
    }

    pub(crate) fn after<T: std::str::FromStr>(&self) -> Result<Option<T>> {
        let parse = |text: &String| {
            text.parse().map_err(|_| {
                Error::invalid("invalid_cursor", format!("`after` is `{text}`, not a cursor"))
                    .hint("give the `next` of the page before")
            })
        };
        self.after.as_ref().map(parse).transpose()
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { after: None, limit: Self::LIMIT_DEFAULT }
    }
}

/// A full page has a next one; its cursor is the last item's key.
pub(crate) fn page<T>(items: Vec<T>, limit: u32, key: impl Fn(&T) -> String) -> Page<T> {
    let full = u32::try_from(items.len()).is_ok_and(|n| n == limit);
    Page { next: items.last().filter(|_| full).map(key), items }
}

impl App {
    pub async fn document_list(
        &self,
        ctx: &Ctx,
        query: DocumentList,
    ) -> Result<Page<DocumentView>> {
        let (after, limit) = (query.page.after::<DocumentId>()?, query.page.limit()?);
        let project = match &query.project {
            Some(given) => Some(self.find_project(ctx, given).await?.project_id),
            None => None,
        };
        let rows = self.store.document_list(ctx.owner, project, after, limit).await?;
        let items = rows.iter().map(DocumentView::from).collect();
        Ok(page(items, limit, |item| item.document_id.clone()))
    }
}
