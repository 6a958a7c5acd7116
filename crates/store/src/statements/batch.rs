//! A batch of rows as columns, bound in one go: PostgreSQL reads arrays, SQLite one JSON text.

use uuid::Uuid;

/// One column of a batch. All columns of a batch are equally long.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    Number(Vec<i64>),
    Text(Vec<String>),
    OptText(Vec<Option<String>>),
    Id(Vec<Uuid>),
    OptId(Vec<Option<Uuid>>),
}

/// A column by its name in the statement's `rows!`.
pub(crate) type Named = (&'static str, Column);

pub(super) fn numbers<T>(rows: &[T], of: impl Fn(&T) -> i64) -> Column {
    Column::Number(rows.iter().map(of).collect())
}

pub(super) fn texts<T>(rows: &[T], of: impl Fn(&T) -> &str) -> Column {
    Column::Text(rows.iter().map(|row| clean(of(row))).collect())
}

pub(super) fn owned_texts<T>(rows: &[T], of: impl Fn(&T) -> String) -> Column {
    Column::Text(rows.iter().map(of).collect())
}

pub(super) fn opt_texts<T>(rows: &[T], of: impl Fn(&T) -> Option<&str>) -> Column {
    Column::OptText(rows.iter().map(|row| of(row).map(clean)).collect())
}

pub(super) fn ids<T>(rows: &[T], of: impl Fn(&T) -> Uuid) -> Column {
    Column::Id(rows.iter().map(of).collect())
}

pub(super) fn opt_ids<T>(rows: &[T], of: impl Fn(&T) -> Option<Uuid>) -> Column {
    Column::OptId(rows.iter().map(of).collect())
}

/// PostgreSQL stores no NUL; where one slips into a text it becomes the replacement character.
pub(super) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
