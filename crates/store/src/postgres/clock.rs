//! The time by the server.

/// Milliseconds since 1970.
pub(super) const CLOCK: &str =
    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now";
