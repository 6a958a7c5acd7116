//! The documents whose blocks are known: made by `benches/ingest/corpus.py`, read from its folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::options::Options;
use super::venv;

/// A block as truth files and readers write it: a table has rows, all others have text.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub(super) struct Block {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rows: Vec<Vec<String>>,
    /// Depth of a list item; 0 is the outermost.
    #[serde(default)]
    pub(super) level: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Truth {
    pub(super) format: String,
    pub(super) writer: String,
    pub(super) pages: Option<u32>,
    pub(super) blocks: Vec<Block>,
    /// Text that no content block may hold.
    pub(super) furniture: Vec<String>,
    /// Text that may be a block of its own or not.
    pub(super) optional: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Document {
    pub(super) file: PathBuf,
    pub(super) bytes: u64,
    /// For the table of speeds alone.
    pub(super) big: bool,
    pub(super) truth: Truth,
}

/// The folder that was given, or our own with what is asked for.
pub(super) fn folder(options: &Options, python: &Path) -> Result<PathBuf, String> {
    if let Some(given) = &options.corpus {
        return Ok(given.clone());
    }
    let folder = venv::home().join(format!("corpus-{}", options.count));
    let is_huge_there = folder.join("big/pdf/reportlab-1000.pdf").exists();
    if folder.join("complete").exists() && (is_huge_there || !options.huge) {
        return Ok(folder);
    }
    println!("making the corpus in {}, once …", folder.display());
    let mut maker = Command::new(python);
    maker.env("PYTHONDONTWRITEBYTECODE", "1").arg(venv::scripts().join("corpus.py")).arg(&folder);
    maker.args(["--count", &options.count.to_string()]);
    if !options.big {
        maker.arg("--no-big");
    }
    if options.huge {
        maker.arg("--huge");
    }
    venv::succeed(&mut maker, "could not make the corpus")?;
    std::fs::write(folder.join("complete"), "")
        .map_err(|error| format!("could not write into {}: {error}", folder.display()))?;
    Ok(folder)
}

pub(super) fn load(folder: &Path, options: &Options) -> Result<Vec<Document>, String> {
    let mut found = Vec::new();
    for format in &options.formats {
        found.extend(load_folder(&folder.join(format), false)?);
        if options.big {
            found.extend(load_folder(&folder.join("big").join(format), true)?);
        }
    }
    found.retain(|it| options.huge || !it.file.ends_with("reportlab-1000.pdf"));
    Ok(found)
}

fn load_folder(folder: &Path, big: bool) -> Result<Vec<Document>, String> {
    let broken = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        // A quick corpus has no big files.
        Err(_) if big => return Ok(Vec::new()),
        Err(error) => return Err(broken(&error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| broken(&error))?.path();
        let Some(stem) = path.to_str().and_then(|path| path.strip_suffix(".truth.json")) else {
            continue;
        };
        let text = std::fs::read(&path).map_err(|error| broken(&error))?;
        let truth: Truth = serde_json::from_slice(&text).map_err(|error| broken(&error))?;
        let file = PathBuf::from(format!("{stem}.{}", truth.format));
        let bytes = std::fs::metadata(&file).map_err(|error| broken(&error))?.len();
        found.push(Document { file, bytes, big, truth });
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(found)
}
