//! One checked value, and one such value for every key.

use std::fmt;

use serde_json::{Value, json};

use crate::key::Key;
use crate::registry::REGISTRY;

/// A value that fits its key's type. A choice is text.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    Boolean(bool),
    Integer(u32),
    Number(f64),
    Text(String),
    List(Vec<String>),
}

impl Setting {
    /// The value as it is stored.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Boolean(flag) => json!(flag),
            Self::Integer(n) => json!(n),
            Self::Number(n) => json!(n),
            Self::Text(text) => json!(text),
            Self::List(items) => json!(items),
        }
    }
}

/// Always one line, so that `key = value` stays a line.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(flag) => flag.fmt(f),
            Self::Integer(n) => n.fmt(f),
            Self::Number(n) => n.fmt(f),
            Self::Text(text) if text.contains(char::is_control) => json!(text).fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(items) if items.is_empty() => f.write_str("(empty)"),
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

/// A value for every key.
// Invariant: each value was read by its own key's definition, so the typed readers cannot miss.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings(Vec<Setting>);

impl Settings {
    /// Every key at its default.
    pub fn built_in() -> Self {
        Self(REGISTRY.iter().map(crate::registry::Definition::built_in).collect())
    }

    /// One key's value.
    pub fn get(&self, key: Key) -> &Setting {
        &self.0[key as usize]
    }

    pub(crate) fn set(&mut self, key: Key, setting: Setting) {
        self.0[key as usize] = setting;
    }

    pub(crate) fn boolean(&self, key: Key) -> bool {
        match self.get(key) {
            Setting::Boolean(flag) => *flag,
            other => mistyped(key, other),
        }
    }

    pub(crate) fn integer(&self, key: Key) -> u32 {
        match self.get(key) {
            Setting::Integer(n) => *n,
            other => mistyped(key, other),
        }
    }

    pub(crate) fn number(&self, key: Key) -> f64 {
        match self.get(key) {
            Setting::Number(n) => *n,
            other => mistyped(key, other),
        }
    }

    pub(crate) fn text(&self, key: Key) -> &str {
        match self.get(key) {
            Setting::Text(text) => text,
            other => mistyped(key, other),
        }
    }

    pub(crate) fn list(&self, key: Key) -> &[String] {
        match self.get(key) {
            Setting::List(items) => items,
            other => mistyped(key, other),
        }
    }
}

fn mistyped(key: Key, found: &Setting) -> ! {
    panic!("`{key}` is declared as another type than that of {found:?}")
}
