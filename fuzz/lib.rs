//! What the fuzz targets share.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::sync::Once;

use gloss_core_model::SourceType;
use gloss_ingest::Limits;

/// Smaller than in earnest: a fuzzer looks for wrong turns, not for large files.
pub const LIMITS: Limits = Limits {
    bytes_max: 1 << 20,
    unpacked_bytes_max: 8 << 20,
    cells_max: 100_000,
    pages_max: 100,
    ..Limits::DEFAULT
};

/// Converts a file. A panic of a library underneath ends one child process and is told as a failed
/// conversion, so it is let pass here; a panic in our own code is not, nor an endless loop, nor
/// memory without end.
pub fn convert(source_type: SourceType, bytes: &[u8]) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| set_hook(Box::new(abort_on_our_own)));
    let read = || gloss_convert::convert(source_type, bytes, &LIMITS);
    let _ = catch_unwind(AssertUnwindSafe(read));
}

fn abort_on_our_own(panic: &PanicHookInfo<'_>) {
    let ours = |file: &str| file.contains("crates/convert/") || file.contains("crates/ingest/");
    if panic.location().is_some_and(|location| ours(location.file())) {
        eprintln!("{panic}");
        std::process::abort();
    }
}
