//! The oracle: every effect that was asked for or acknowledged, in a file outside the database.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub(super) enum Effect {
    DocumentAsked { number: u32 },
    DocumentStored { number: u32, document_id: String },
    RunAsked { key: String, document: u32 },
    RunCreated { key: String, run_id: String },
    Reviewed(Reviewed),
}

/// A person's decision that has taken place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reviewed {
    pub(super) run_id: String,
    pub(super) block: u32,
    pub(super) action: Action,
    /// The block's revision after it.
    pub(super) revision: u32,
    pub(super) heard: HeardBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    Confirm,
    Reject,
}

impl Action {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reject => "reject",
        }
    }
}

/// How the client knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum HeardBy {
    Answer,
    /// Its answer was lost with the server; the block was read again.
    Reading,
}

pub(super) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    pub(super) fn create(path: &Path) -> Self {
        let file = File::create(path).expect("a journal can be written");
        Self { path: path.to_owned(), file: Mutex::new(file) }
    }

    pub(super) fn write(&self, effect: &Effect) {
        let mut line = serde_json::to_string(effect).expect("an effect is JSON");
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes()).expect("a journal can be written");
    }

    /// All of it, from the file.
    pub(super) fn read(&self) -> Vec<Effect> {
        let text = std::fs::read_to_string(&self.path).expect("the journal can be read");
        let effects = text.lines().map(|line| serde_json::from_str(line).expect("an effect"));
        effects.collect()
    }
}
