//! The form of a setting: type, default and bounds, and how people see and change it.

use gloss_core_model::named_enum;

use crate::key::Key;
use crate::rules;
use crate::setting::Setting;

mod check;
mod definitions;
#[cfg(test)]
mod tests;

pub use definitions::REGISTRY;

/// The largest integer any setting holds; a published bound of "at least n" ends here.
pub const INTEGER_MAX: u32 = u32::MAX;

named_enum! {
    /// The type of a key, as the published table names it.
    ValueType, "value type" {
        Boolean = "boolean",
        Integer = "integer",
        Number = "number",
        String = "string",
        List = "list",
        Choice = "choice",
    }
}

named_enum! {
    /// What a form shows for the key.
    Control, "control" {
        Toggle = "toggle",
        Slider = "slider",
        Number = "number",
        Dropdown = "dropdown",
        Text = "text",
        List = "list",
    }
}

named_enum! {
    /// What a change reaches. Nothing reaches a run that exists.
    Scope, "scope" {
        NewRuns = "new runs",
        Uploads = "uploads",
    }
}

named_enum! {
    /// Whether the key is one of the platform's nineteen, or ours.
    Origin, "origin" {
        Published = "published",
        Added = "added",
    }
}

named_enum! {
    /// How a pack's blocks become model calls.
    BatchingMode, "batching mode" {
        PerRequest = "per_request",
        SerialBundle = "serial_bundle",
        ProviderBatchApi = "provider_batch_api",
    }
}

named_enum! {
    /// How long a provider keeps a cached prefix.
    CacheTtl, "cache lifetime" {
        FiveMinutes = "5m",
        OneHour = "1h",
    }
}

named_enum! {
    /// Where an answer for the same content may be taken from.
    Memo, "memo" {
        Off = "off",
        Run = "run",
        Owner = "owner",
    }
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// Not empty, kept in lower case.
    Extensions,
    BlockTypes,
}

/// Type, default and bounds in one, so that they cannot disagree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Boolean {
        default: bool,
    },
    Integer {
        default: u32,
        min: u32,
        max: u32,
    },
    Number {
        default: f64,
        min: f64,
        max: f64,
    },
    /// Never empty.
    String {
        default: &'static str,
    },
    List {
        default: &'static [&'static str],
        items: Items,
    },
    Choice {
        default: &'static str,
        options: &'static [&'static str],
    },
}

/// Everything there is to know about one key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Definition {
    pub key: Key,
    pub kind: Kind,
    pub control: Control,
    pub scope: Scope,
    pub origin: Origin,
    pub description: &'static str,
    pub unit: Option<&'static str>,
    /// The environment variable that sets it.
    pub env: Option<&'static str>,
    /// The field of a schema's `prompt_config` that sets it.
    pub prompt_config: Option<&'static str>,
}

/// Why one key cannot have one value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("`{key}` is not a policy key; {}", hint(*closest))]
    Unknown { key: String, closest: Option<Key> },
    #[error("`{key}` is {found}; give {expected}")]
    Unfit { key: Key, found: String, expected: String },
}

fn hint(closest: Option<Key>) -> String {
    closest.map_or_else(
        || "look it up in the list of policy keys".to_owned(),
        |key| format!("did you mean `{key}`?"),
    )
}

impl Definition {
    /// The definition of a key that somebody typed.
    pub fn find(key: &str) -> Result<&'static Self, KeyError> {
        let unknown = |_| KeyError::Unknown { key: check::cut(key), closest: Key::closest(key) };
        key.parse().map(Key::definition).map_err(unknown)
    }

    /// The type, by name.
    pub const fn value_type(&self) -> ValueType {
        match self.kind {
            Kind::Boolean { .. } => ValueType::Boolean,
            Kind::Integer { .. } => ValueType::Integer,
            Kind::Number { .. } => ValueType::Number,
            Kind::String { .. } => ValueType::String,
            Kind::List { .. } => ValueType::List,
            Kind::Choice { .. } => ValueType::Choice,
        }
    }

    /// The default, which every other source outranks.
    pub fn built_in(&self) -> Setting {
        match self.kind {
            Kind::Boolean { default } => Setting::Boolean(default),
            Kind::Integer { default, .. } => Setting::Integer(default),
            Kind::Number { default, .. } => Setting::Number(default),
            Kind::String { default } | Kind::Choice { default, .. } => {
                Setting::Text(default.to_owned())
            }
            Kind::List { default, .. } => {
                Setting::List(default.iter().map(|item| (*item).to_owned()).collect())
            }
        }
    }

    /// The key's own bounds; [`Self::rules`] adds what other keys ask of it.
    pub fn bounds(&self) -> String {
        match self.kind {
            Kind::Boolean { .. } => "true or false".to_owned(),
            Kind::Integer { min, max: INTEGER_MAX, .. } => format!("{min} or more"),
            Kind::Integer { min, max, .. } => format!("{min} to {max}"),
            Kind::Number { min, max, .. } => format!("{min} to {max}"),
            Kind::String { .. } => "not empty".to_owned(),
            Kind::List { items: Items::Extensions, .. } => "no empty item".to_owned(),
            Kind::List { items: Items::BlockTypes, .. } => "block types".to_owned(),
            Kind::Choice { options, .. } => options.join(", "),
        }
    }

    /// What other keys ask of this one, such as `at most worker.batching.pack_size_max`.
    pub fn rules(&self) -> Vec<String> {
        rules::of(self.key)
    }
}
