//! What the fuzz targets share.

mod wrapped;

use std::backtrace::Backtrace;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::sync::{Mutex, Once, OnceLock};

use gloss_core_model::SourceType;
use gloss_ingest::Limits;
use libfuzzer_sys::Corpus;

/// Smaller than in earnest: a fuzzer looks for wrong turns, not for large files.
pub const LIMITS: Limits = Limits {
    bytes_max: 1 << 20,
    unpacked_bytes_max: 8 << 20,
    cells_max: 100_000,
    pages_max: 100,
    ..Limits::DEFAULT
};

/// Converts a file. A panic of a library underneath ends one child process and is told as a failed
/// conversion, so it is printed once and let pass here, unless `LIBRARIES_TOO` is set; a panic in
/// our own code is not, nor an endless loop, nor memory without end.
pub fn convert(source_type: SourceType, bytes: &[u8]) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| set_hook(Box::new(abort_on_our_own)));
    let read = || gloss_convert::convert(source_type, bytes, &LIMITS);
    let _ = catch_unwind(AssertUnwindSafe(read));
}

/// Converts an Office file of which one part is given: its name, a line end, its content. Inputs
/// that name no part are not worth keeping.
pub fn convert_part(source_type: SourceType, input: &[u8]) -> Corpus {
    static PACKAGE: OnceLock<wrapped::Package> = OnceLock::new();
    let package = PACKAGE.get_or_init(|| wrapped::Package::of(source_type.as_str()));
    let Some(bytes) = package.with(input) else { return Corpus::Reject };
    convert(source_type, &bytes);
    Corpus::Keep
}

/// Converts a PDF whose pages are drawn by `operators`.
pub fn convert_pages(operators: &[u8]) {
    convert(SourceType::Pdf, &wrapped::pdf_pages(operators));
}

fn abort_on_our_own(panic: &PanicHookInfo<'_>) {
    static PRINTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    if std::env::var_os("LIBRARIES_TOO").is_some() || is_ours(&place) {
        eprintln!("{panic}");
        std::process::abort();
    }
    let mut printed = PRINTED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if printed.insert(place) {
        eprintln!("a library's {panic}");
    }
}

/// Whether our code panicked, or asked of the standard library what it must not.
fn is_ours(place: &str) -> bool {
    let ours = |file: &str| file.contains("/crates/convert/") || file.contains("/crates/ingest/");
    let theirs = |file: &str| file.contains("/registry/src/");
    if ours(place) || theirs(place) {
        return ours(place);
    }
    let trace = Backtrace::force_capture().to_string();
    trace.lines().find(|line| ours(line) || theirs(line)).is_some_and(ours)
}
