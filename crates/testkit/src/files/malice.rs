//! Files that mean harm, or are simply broken: every one is refused or read, and nothing dies.

mod archives;
mod markup;
mod prints;
mod texts;

use super::samples;

/// A file, and why it is dangerous.
#[derive(Debug, Clone)]
pub struct Malice {
    /// The file's name, as somebody would upload it.
    pub file_name: String,
    pub bytes: Vec<u8>,
}

impl Malice {
    fn new(file_name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { file_name: file_name.into(), bytes: bytes.into() }
    }
}

/// The whole corpus, made anew and always the same.
pub fn malice() -> Vec<Malice> {
    let mut all = archives::all();
    all.extend(markup::all());
    all.extend(prints::all());
    all.extend(texts::all());
    all.extend(samples().into_iter().flat_map(|(name, bytes)| broken(name, &bytes)));
    all
}

/// A good file that is empty, cut off, or damaged in the middle.
fn broken(name: &str, bytes: &[u8]) -> Vec<Malice> {
    let extension = name.rsplit('.').next().unwrap_or_default();
    let mut damaged = bytes.to_vec();
    for byte in damaged.iter_mut().skip(bytes.len() / 3).step_by(7).take(40) {
        *byte = !*byte;
    }
    vec![
        Malice::new(format!("empty.{extension}"), []),
        Malice::new(format!("truncated.{extension}"), &bytes[..bytes.len() / 2]),
        Malice::new(format!("damaged.{extension}"), damaged),
    ]
}
