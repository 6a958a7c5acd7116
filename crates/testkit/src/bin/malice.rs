//! Writes the corpus of harmful files into a folder, under harmless names.

use std::path::PathBuf;

use gloss_testkit::files::{Malice, malice};

fn main() -> std::io::Result<()> {
    let folder: PathBuf = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()).into();
    std::fs::create_dir_all(&folder)?;
    for (n, Malice { file_name, bytes }) in malice().into_iter().enumerate() {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        let name: String = file_name.chars().map(plain).collect();
        // The extension is what counts, and the end of a long name.
        let tail: String = name.chars().skip(name.chars().count().saturating_sub(60)).collect();
        std::fs::write(folder.join(format!("{n:03}-{}", tail.trim_matches('.'))), bytes)?;
    }
    Ok(())
}
