//! Reads columns by name and says which one was not readable.

use std::fmt::Display;
use std::str::FromStr;

use gloss_core_model::Timestamp;
use serde_json::Value;
use sqlx::Row;
use uuid::Uuid;

use super::super::DbRow;
use crate::StoreError;

/// A row, and the table it is from for the sake of messages.
pub(super) struct Columns<'r> {
    pub(super) table: &'static str,
    pub(super) row: &'r DbRow,
}

impl Columns<'_> {
    pub(super) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        Ok(self.row.try_get(column)?)
    }

    pub(super) fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        Ok(self.row.try_get(column)?)
    }

    pub(super) fn u32(&self, column: &'static str) -> Result<u32, StoreError> {
        self.int(column)?.try_into().map_err(|error| self.bad(column, &error))
    }

    pub(super) fn u64(&self, column: &'static str) -> Result<u64, StoreError> {
        self.int(column)?.try_into().map_err(|error| self.bad(column, &error))
    }

    pub(super) fn opt_u64(&self, column: &'static str) -> Result<Option<u64>, StoreError> {
        let number = self.opt_int(column)?;
        number.map(|n| n.try_into().map_err(|error| self.bad(column, &error))).transpose()
    }

    pub(super) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp)
    }

    pub(super) fn opt_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp))
    }

    pub(super) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        Ok(self.row.try_get(column)?)
    }

    pub(super) fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        Ok(self.row.try_get(column)?)
    }

    pub(super) fn uuid(&self, column: &'static str) -> Result<Uuid, StoreError> {
        Ok(self.row.try_get(column)?)
    }

    pub(super) fn opt_uuid(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        Ok(self.row.try_get(column)?)
    }

    /// A word or hash with a type of its own.
    pub(super) fn parse<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.text(column)?.parse().map_err(|error| self.bad(column, &error))
    }

    pub(super) fn opt_parse<T>(&self, column: &'static str) -> Result<Option<T>, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.opt_text(column)?;
        text.map(|text| text.parse().map_err(|error| self.bad(column, &error))).transpose()
    }

    pub(super) fn json(&self, column: &'static str) -> Result<Value, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|error| self.bad(column, &error))
    }

    pub(super) fn bad(&self, column: &'static str, error: &impl Display) -> StoreError {
        StoreError::Inconsistent { table: self.table, column, message: error.to_string() }
    }
}

/// Lengths and sizes as the database stores them.
pub(super) fn int(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
