//! A run goes with its answers; with those that people have confirmed only if it is said.

use gloss_core_model::RunId;
use gloss_store::Deletion;

use super::lookup::no_run;
use crate::error::{Error, Result};
use crate::views::DeletedView;
use crate::{App, Ctx};

impl App {
    /// What its calls have cost stays spent.
    pub async fn run_delete(&self, ctx: &Ctx, run_id: &str, cascade: bool) -> Result<DeletedView> {
        let id = self.find_run(ctx, run_id).await?.run_id;
        match self.store.run_delete(ctx.owner, id, cascade).await? {
            Deletion::Done(deleted) => Ok(deleted.into()),
            Deletion::NotFound | Deletion::DefaultProject => Err(no_run(id)),
            Deletion::Running { runs, first } => Err(running(runs, first)),
            Deletion::Needed { by } => {
                let message = format!("run {id} has {}", count(by, "confirmed answer"));
                Err(Error::conflict("run_has_confirmed", message).hint(
                    "`--cascade` (`?cascade=true`) deletes them too; `gloss export` saves them \
                     first",
                ))
            }
        }
    }
}

/// A worker may be paying for it at this moment.
pub(super) fn running(runs: u64, first: RunId) -> Error {
    let message = match runs {
        1 => format!("run {first} is running"),
        _ => format!("{runs} runs are running, {first} is one of them"),
    };
    Error::conflict("run_is_running", message)
        .hint(format!("stop it first: `gloss runs cancel {first}`"))
}

pub(super) fn count(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}
