//! The text of the workspace, read once for all checks.

use std::path::Path;

/// What is ours and tracked. Listed, not guessed, so that a data folder someone left in the root
/// is not searched.
const FOLDERS: &[&str] =
    &[".cargo", ".ci", ".config", "benches", "crates", "docs", "tests", "xtask"];

#[derive(Debug)]
pub(super) struct File {
    /// From the root of the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder name of the crate this file belongs to.
    pub(super) fn krate(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        match parts.next()? {
            "crates" => parts.next(),
            top @ ("tests" | "xtask") => Some(top),
            _ => None,
        }
    }

    pub(super) fn is_manifest(&self) -> bool {
        self.name() == "Cargo.toml" && self.krate().is_some()
    }

    /// Rust that a person reads: sources and tests, not fixtures.
    pub(super) fn is_source(&self) -> bool {
        let in_src = self.path.starts_with("crates/") && self.path.contains("/src/");
        let ours = in_src || self.path.starts_with("xtask/src/") || self.path.starts_with("tests/");
        ours && self.path.ends_with(".rs") && !self.path.starts_with("tests/fixtures/")
    }

    /// Numbered from 1, as editors do.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

pub(super) fn read(root: &Path) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    for folder in FOLDERS.iter().filter(|folder| root.join(folder).is_dir()) {
        walk(root, folder, &mut files)?;
    }
    for name in names(root)?.into_iter().filter(|name| name != "Cargo.lock") {
        add(root, name, &mut files);
    }
    Ok(files)
}

fn walk(root: &Path, folder: &str, files: &mut Vec<File>) -> Result<(), String> {
    for name in names(&root.join(folder))? {
        let path = format!("{folder}/{name}");
        if root.join(&path).is_dir() {
            walk(root, &path, files)?;
        } else {
            add(root, path, files);
        }
    }
    Ok(())
}

/// Folders and what is not text are passed over.
fn add(root: &Path, path: String, files: &mut Vec<File>) {
    if path.ends_with(".pending-snap") {
        return;
    }
    if let Ok(text) = std::fs::read_to_string(root.join(&path)) {
        files.push(File { path, text });
    }
}

fn names(folder: &Path) -> Result<Vec<String>, String> {
    let cannot = |e| format!("could not read {}: {e}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        names.push(entry.map_err(cannot)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
