//! Project names: what people call a group of documents.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// What the project of documents that are put nowhere else is called at first.
const DEFAULT: &str = "Default Project";
const CHARACTERS_MAX: usize = 200;

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProjectName {
    #[error("a project's name has 1 to {CHARACTERS_MAX} characters, this one {characters}")]
    Length { characters: usize },
    #[error("a project's name has no line breaks, tabs or other control characters")]
    Control,
    /// A project is given by id or by name, so that no text may be both.
    #[error("a project's name does not look like an id")]
    Id,
}

/// 1 to 200 characters without white space around them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectName(String);

impl ProjectName {
    pub fn default_project() -> Self {
        Self(DEFAULT.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ProjectName {
    type Err = InvalidProjectName;

    fn from_str(text: &str) -> Result<Self, InvalidProjectName> {
        let name = text.trim();
        let characters = name.chars().count();
        if !(1..=CHARACTERS_MAX).contains(&characters) {
            return Err(InvalidProjectName::Length { characters });
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidProjectName::Control);
        }
        if Uuid::try_parse(name).is_ok() {
            return Err(InvalidProjectName::Id);
        }
        Ok(Self(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |text: &str, expect: Result<&str, &str>| {
            let found = text.parse::<ProjectName>().map_err(|error| error.to_string());
            let found = found.as_ref().map(ProjectName::as_str).map_err(String::as_str);
            assert_eq!(found, expect, "{text:?}");
        };
        check("  Leases 2025 ", Ok("Leases 2025"));
        check("Verträge/Köln", Ok("Verträge/Köln"));
        check(&"ü".repeat(200), Ok(&"ü".repeat(200)));
        let length = "a project's name has 1 to 200 characters, this one ";
        check(&"ü".repeat(201), Err(&format!("{length}201")));
        check(" \t ", Err(&format!("{length}0")));
        let control = "a project's name has no line breaks, tabs or other control characters";
        check("a\nb", Err(control));
        check("a\0b", Err(control));
        let id = "a project's name does not look like an id";
        check("0199d0c6-6a5e-7cc0-9a52-0d5f6f1f7a11", Err(id));
        check("0199D0C66A5E7CC09A520D5F6F1F7A11", Err(id));
        assert!(ProjectName::default_project().as_str().parse::<ProjectName>().is_ok());
    }
}
