//! Who may change what an owner keeps: many add side by side, and whoever deletes is alone.
//!
//! What somebody finds there, to point at it, stays there until his transaction ends.

use gloss_core_model::OwnerId;

use super::super::Tx;
use crate::StoreError;

statements! {
    SHARED = library_shared!();
    ALONE = library_alone!();
}

pub(super) async fn share(tx: &mut Tx, owner: OwnerId) -> Result<(), StoreError> {
    tx.query(SHARED).bind(owner.0).execute(&mut **tx).await?;
    Ok(())
}

/// Taken before the locks of runs, and by nobody who has one.
pub(super) async fn alone(tx: &mut Tx, owner: OwnerId) -> Result<(), StoreError> {
    tx.query(ALONE).bind(owner.0).execute(&mut **tx).await?;
    Ok(())
}
