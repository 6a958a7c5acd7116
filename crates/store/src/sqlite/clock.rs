//! The time by this machine: whoever opens the file is here.

/// Milliseconds since 1970.
pub(super) const CLOCK: &str =
    "SELECT CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) AS now";
