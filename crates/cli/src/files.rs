//! From what a person names on the command line to files: files, folders, patterns.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};
use gloss_app::{EXTENSIONS, Error, Result};
use walkdir::{DirEntry, WalkDir};

/// Folders inside each other; more is a loop or a mistake.
const DEPTH_MAX: usize = 64;

/// The files to read, each once, and those of a folder that are of other kinds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) left_out: Vec<PathBuf>,
}

/// Looks every path up. A folder stands for the files in it and below that can be read, but not for
/// hidden ones; a pattern with `*`, `?` or `[` for the files that match. What is named itself is
/// taken as it is, so that a missing file is told of in its turn.
///
/// # Errors
/// A pattern that is none, or matches nothing; a folder that cannot be read, or that has nothing.
pub(crate) fn choose(paths: &[PathBuf]) -> Result<Chosen> {
    let mut chosen = Chosen::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        let found = if path.is_dir() {
            walk(path, &mut chosen.left_out)?
        } else if is_pattern(path) {
            matches(path, &mut chosen.left_out)?
        } else {
            vec![path.clone()]
        };
        chosen.files.extend(found.into_iter().filter(|file| seen.insert(file.clone())));
    }
    Ok(chosen)
}

fn walk(folder: &Path, left_out: &mut Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = WalkDir::new(folder).max_depth(DEPTH_MAX).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        let entry = entry.map_err(|error| unreadable(folder, &error.to_string()))?;
        if !entry.path().is_file() {
            continue;
        }
        if can_be_read(entry.path()) {
            files.push(entry.into_path());
        } else {
            left_out.push(entry.into_path());
        }
    }
    if files.is_empty() {
        return Err(unreadable(folder, "it has no files that can be read"));
    }
    Ok(files)
}

fn matches(pattern: &Path, left_out: &mut Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let text = pattern.to_string_lossy();
    let bad = |why: &str| Error::invalid("bad_pattern", format!("the pattern `{text}` {why}"));
    let compiled = Pattern::new(&text).map_err(|error| bad(&format!("cannot be read: {error}")))?;
    let options = MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..MatchOptions::default()
    };
    // From the last folder without a sign on; names that are no text match nothing.
    let plain = |part: &Component<'_>| !is_pattern(Path::new(part.as_os_str()));
    let start: PathBuf = pattern.components().take_while(plain).collect();
    let depth = match text.contains("**") {
        true => DEPTH_MAX,
        false => pattern.components().count() - start.components().count(),
    };
    let root = if start.as_os_str().is_empty() { Path::new(".") } else { &start };
    let entries = WalkDir::new(root).max_depth(depth).sort_by_file_name().into_iter().flatten();
    let files = entries.map(DirEntry::into_path).map(|path| match path.strip_prefix("./") {
        Ok(short) if start.as_os_str().is_empty() => short.to_owned(),
        _ => path,
    });
    let files = files.filter(|path| compiled.matches_path_with(path, options) && path.is_file());
    let (readable, other): (Vec<_>, Vec<_>) = files.partition(|path| can_be_read(path));
    if readable.is_empty() {
        let what = if other.is_empty() { "file" } else { "file that can be read" };
        return Err(bad(&format!("matches no {what}")));
    }
    left_out.extend(other);
    Ok(readable)
}

/// A file of that very name comes first: brackets are allowed in names.
fn is_pattern(path: &Path) -> bool {
    !path.exists() && path.to_string_lossy().contains(['*', '?', '['])
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

fn can_be_read(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|e| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(e)))
}

fn unreadable(folder: &Path, why: &str) -> Error {
    let known: Vec<String> = EXTENSIONS.iter().map(|e| format!(".{e}")).collect();
    Error::invalid("nothing_to_read", format!("the folder {}: {why}", folder.display()))
        .hint(format!("Gloss reads {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::choose;

    #[test]
    fn folders_patterns_and_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        for name in
            ["b.md", "a.DOCX", "notes.bin", ".hidden.md", "in/c.csv", "in/.git/d.md", "[x].md"]
        {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "x").expect("a file");
        }
        // As an old archive leaves them: no text.
        #[cfg(unix)]
        {
            let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"f\xfcr.md");
            std::fs::write(root.join("in").join(name), "x").expect("a file");
        }
        let check = |names: &[&str]| {
            let paths: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
            let text = match choose(&paths) {
                Ok(chosen) => {
                    let shown = |paths: &[PathBuf]| {
                        let paths = paths.iter().map(|path| path.display().to_string());
                        paths.collect::<Vec<_>>().join(" ")
                    };
                    format!("{} (left out: {})", shown(&chosen.files), shown(&chosen.left_out))
                }
                Err(error) => error.to_string(),
            };
            format!("{names:?}\n  {}", text.replace(&root.display().to_string(), "~"))
        };
        let answers = [
            check(&[""]),
            check(&["in", "in/c.csv", "missing.md"]),
            check(&["*.md", "**/*.csv"]),
            check(&["*"]),
            check(&["in/*"]),
            check(&["[x].md", "[ab].*"]),
            check(&["*.pdf"]),
            check(&["in/.git/d.md"]),
        ];
        insta::assert_snapshot!(answers.join("\n"), @r#"
        [""]
          ~/[x].md ~/a.DOCX ~/b.md ~/in/c.csv ~/in/f�r.md (left out: ~/notes.bin)
        ["in", "in/c.csv", "missing.md"]
          ~/in/c.csv ~/in/f�r.md ~/missing.md (left out: )
        ["*.md", "**/*.csv"]
          ~/[x].md ~/b.md ~/in/c.csv (left out: )
        ["*"]
          ~/[x].md ~/a.DOCX ~/b.md (left out: ~/notes.bin)
        ["in/*"]
          ~/in/c.csv (left out: )
        ["[x].md", "[ab].*"]
          ~/[x].md ~/a.DOCX ~/b.md (left out: )
        ["*.pdf"]
          the pattern `~/*.pdf` matches no file
        ["in/.git/d.md"]
          ~/in/.git/d.md (left out: )
        "#);
    }
}
