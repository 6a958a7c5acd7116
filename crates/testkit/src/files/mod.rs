//! Files made for tests, byte by byte and always the same: one good sample of every format, and
//! files that mean harm.

mod malice;
mod office;
mod pdf;
mod samples;

pub use malice::{Malice, malice};
pub use office::{Package, docx, pptx, xlsx};
pub use pdf::{PdfFile, escaped};
pub use samples::{SAMPLES_DIR, samples};
