//! Where this machine keeps PostgreSQL's programs.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use crate::run;

/// Folders that hold one folder per version (Debian, Red Hat, the macOS app), newest preferred.
const VERSIONED: &[(&str, &str)] = &[
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
];

const FIXED: &[&str] = &["/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin"];

/// The folder with `initdb`, `pg_ctl` and `postgres`, which must be of one version.
pub(crate) fn bin_dir() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for (parent, child) in VERSIONED {
        candidates
            .extend(newest_first(&names(parent)).map(|n| Path::new(parent).join(n).join(child)));
    }
    candidates.extend(run::output("pg_config", &["--bindir"]).map(PathBuf::from));
    candidates.extend(FIXED.iter().map(PathBuf::from));
    candidates.into_iter().find(|dir| is_complete(dir))
}

fn is_complete(dir: &Path) -> bool {
    dir.is_absolute() && ["initdb", "pg_ctl", "postgres"].iter().all(|p| dir.join(p).is_file())
}

fn names(dir: &str) -> Vec<String> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Of `15`, `9.6`, `pgsql-17` and `postgresql@18`: the newest first; other names are dropped.
fn newest_first(names: &[String]) -> impl Iterator<Item = &String> {
    let mut versions: Vec<_> = names.iter().filter_map(|n| Some((version(n)?, n))).collect();
    versions.sort_by_key(|(version, name)| (Reverse(*version), *name));
    versions.into_iter().map(|(_, name)| name)
}

fn version(name: &str) -> Option<(u32, u32)> {
    let number = name.strip_prefix("postgresql@").or(name.strip_prefix("pgsql-")).unwrap_or(name);
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_not_text() {
        let names = ["9.6", "15", "share", "pgsql-17", "postgresql@9.5", "100"].map(str::to_owned);
        let sorted: Vec<_> = newest_first(&names).map(String::as_str).collect();
        assert_eq!(sorted, ["100", "pgsql-17", "15", "9.6", "postgresql@9.5"]);
    }
}
