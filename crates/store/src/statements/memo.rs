//! Answers by what was asked, and what comparing packed answers with single ones has shown.

use gloss_core_model::{OwnerId, RunId};

use super::super::{Db, Tx, bind_rows, words};
use super::batch;
use super::row::Columns;
use crate::{FieldCheck, Known, Remembered, StoreError};

statements! {
    /// An answer that a person has rejected, or is to be asked anew, is none.
    KNOWN = concat!(
        "SELECT m.memo_key, m.run_id, m.block_index, COALESCE(o.confirmed, o.staging) AS answer \
         FROM memo m JOIN overlay o ON o.owner_id = m.owner_id AND o.run_id = m.run_id \
         AND o.block_index = m.block_index WHERE m.owner_id = $1 AND ",
        among!("m.memo_key", "$2", TEXT), " AND o.status IN ('ai_complete', 'confirmed')"
    );
    /// The newest answer is the one to take.
    REMEMBER = concat!(
        "INSERT INTO memo (owner_id, memo_key, run_id, block_index) SELECT $1, r.memo, $2, r.place \
         FROM ", rows!("$3" memo TEXT, "$4" place BIGINT), " WHERE true ORDER BY r.memo \
         ON CONFLICT (owner_id, memo_key) DO UPDATE SET run_id = excluded.run_id, \
         block_index = excluded.block_index"
    );
    CHECKED = concat!(
        "INSERT INTO field_check (owner_id, run_id, field, asked, agreed) \
         SELECT $1, $2, r.name, r.n_asked, r.n_agreed FROM ",
        rows!("$3" name TEXT, "$4" n_asked BIGINT, "$5" n_agreed BIGINT),
        " WHERE true ORDER BY r.name ON CONFLICT (owner_id, run_id, field) DO UPDATE SET \
         asked = field_check.asked + excluded.asked, \
         agreed = field_check.agreed + excluded.agreed"
    );
}

impl Db {
    pub(crate) async fn memo_find(
        &self,
        owner: OwnerId,
        keys: Vec<String>,
    ) -> Result<Vec<Known>, StoreError> {
        let query = self.query(KNOWN).bind(owner.0).bind(words(keys));
        let rows = query.fetch_all(&mut *self.reading().await?).await?;
        let known = rows.iter().map(|row| {
            let columns = Columns { table: "memo", row };
            Ok(Known {
                key: columns.text("memo_key")?,
                run_id: RunId(columns.uuid("run_id")?),
                index: columns.u32("block_index")?,
                answer: columns.text("answer")?,
            })
        });
        known.collect()
    }
}

pub(super) async fn remember(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    answers: &[Remembered],
) -> Result<(), StoreError> {
    if answers.is_empty() {
        return Ok(());
    }
    let columns = vec![
        ("memo", batch::texts(answers, |a| &a.key)),
        ("place", batch::numbers(answers, |a| a.index.into())),
    ];
    let insert = tx.query(REMEMBER).bind(owner.0).bind(run.0);
    bind_rows(insert, columns).execute(&mut **tx).await?;
    Ok(())
}

pub(super) async fn checked(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    fields: &[FieldCheck],
) -> Result<(), StoreError> {
    if fields.is_empty() {
        return Ok(());
    }
    let columns = vec![
        ("name", batch::texts(fields, |f| &f.field)),
        ("n_asked", batch::numbers(fields, |f| f.asked.into())),
        ("n_agreed", batch::numbers(fields, |f| f.agreed.into())),
    ];
    let insert = tx.query(CHECKED).bind(owner.0).bind(run.0);
    bind_rows(insert, columns).execute(&mut **tx).await?;
    Ok(())
}
