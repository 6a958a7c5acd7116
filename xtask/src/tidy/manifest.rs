//! The dependencies a `Cargo.toml` names, and where; a line reader is enough for how we write them.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Normal,
    Build,
    Dev,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    /// Of the package: a rename does not hide it.
    pub(super) name: String,
    pub(super) section: Section,
    pub(super) line: usize,
}

pub(super) fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut place = Place::Elsewhere;
    for (line, text) in (1..).zip(manifest.lines()) {
        let text = text.trim();
        if let Some(header) = text.strip_prefix('[').and_then(|t| t.split(']').next()) {
            place = Place::of(header);
            if let Place::Of(section, name) = place {
                found.push(Dependency { name: unquoted(name), section, line });
            }
        } else if let Place::In(section) = place {
            let name = renamed(text).map(str::to_owned).or_else(|| key(text));
            found.extend(name.map(|name| Dependency { name, section, line }));
        } else if let (Place::Of(..), Some(name), Some(last)) =
            (place, renamed(text), found.last_mut())
        {
            last.name = name.to_owned();
        }
    }
    found
}

#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    /// `[dependencies]`, `[target.'cfg(unix)'.dependencies]`: keys are names.
    In(Section),
    /// `[dependencies.name]`: keys are about that one.
    Of(Section, &'a str),
    Elsewhere,
}

impl Place<'_> {
    fn of(header: &str) -> Place<'_> {
        let mut parts = header.rsplitn(3, '.');
        let (last, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        match (section(last), section(before)) {
            // What the root declares for others to inherit is not a use of it.
            _ if header.starts_with("workspace.") => Place::Elsewhere,
            (Some(section), _) => Place::In(section),
            (None, Some(section)) => Place::Of(section, last),
            (None, None) => Place::Elsewhere,
        }
    }
}

fn section(name: &str) -> Option<Section> {
    match name {
        "dependencies" => Some(Section::Normal),
        "build-dependencies" => Some(Section::Build),
        "dev-dependencies" => Some(Section::Dev),
        _ => None,
    }
}

/// The key of `name = …` and `name.workspace = true`; lines that go on with a value have none.
fn key(text: &str) -> Option<String> {
    let (before, _) = text.split_once('=')?;
    let name = unquoted(before.split('.').next()?.trim());
    let is_key = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    (is_key && !name.is_empty()).then_some(name)
}

fn renamed(text: &str) -> Option<&str> {
    let (before, after) = text.split_once("package")?;
    let is_key = before.is_empty() || before.ends_with(['{', ',', ' ']);
    let value = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    is_key.then(|| value.split('"').next())?
}

fn unquoted(name: &str) -> String {
    name.trim_matches(['"', '\'']).to_owned()
}
