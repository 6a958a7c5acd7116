//! What a run was started with, frozen: workers read this and nothing else.
//!
//! A snapshot outlives the program that wrote it, in both directions. An older program keeps what
//! it does not know, so that the hash still holds; a newer one takes its built-in value for a key
//! that was not there yet, and says so.

use std::collections::BTreeMap;
use std::fmt;

use gloss_core_model::hash::{canonical_json, sha256_hex};
use gloss_core_model::{ConvUid, SchemaUid, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::key::Key;
use crate::layer::Source;
use crate::policy::Policy;
use crate::resolve::Effective;
use crate::setting::Settings;

#[cfg(test)]
mod tests;

/// Everything that decides how a run is worked on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Raised only when an older program could not read the rest.
    pub version: u32,
    pub policy: BTreeMap<String, Frozen>,
    /// Name, prices and windows, as the caller knows them.
    pub model: Value,
    pub prompts: Prompts,
    #[serde(with = "as_text")]
    pub schema_uid: SchemaUid,
    #[serde(with = "as_text")]
    pub conv_uid: ConvUid,
    #[serde(with = "as_millis")]
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The schema's ceiling on packs, already applied to the pack size.
    pub max_batch_size: Option<u32>,
    /// What a newer program wrote.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// One key's value and where it came from. The source is text: a newer program may know more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    pub value: Value,
    pub source: String,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What the model is told; workers send these texts, as they were when the run was started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prompts {
    pub system: String,
    pub per_block: String,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Why a snapshot cannot be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    #[error("the snapshot is not readable: {message}")]
    Unreadable { message: String },
    #[error(
        "the snapshot has version {found}, and this program reads up to {}; upgrade it",
        Snapshot::VERSION
    )]
    Newer { found: u32 },
    #[error("frozen `{key}` is {found}, not of type {expected}; start the run anew")]
    Unfit { key: Key, found: String, expected: String },
}

impl Snapshot {
    /// What this program writes, and the newest it reads.
    pub const VERSION: u32 = 1;

    /// Takes down what was resolved; the prompts are the resolved ones.
    pub fn freeze(
        effective: &Effective,
        model: Value,
        schema_uid: SchemaUid,
        conv_uid: ConvUid,
        created_at: Timestamp,
    ) -> Self {
        let worker = effective.policy().worker;
        let frozen = effective.iter().map(|(key, resolved)| {
            let (value, source) = (resolved.value.to_json(), resolved.source.to_string());
            (key.to_string(), Frozen { value, source, rest: Map::new() })
        });
        Self {
            version: Self::VERSION,
            policy: frozen.collect(),
            model,
            prompts: Prompts {
                system: worker.default_system_prompt,
                per_block: worker.default_block_prompt,
                rest: Map::new(),
            },
            schema_uid,
            conv_uid,
            created_at,
            max_batch_size: effective.max_batch_size,
            rest: Map::new(),
        }
    }

    /// Reads one back. The version goes first: what a newer program wrote may be of another shape.
    pub fn read(text: &str) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let unreadable =
            |e: serde_json::Error| SnapshotError::Unreadable { message: e.to_string() };
        let Head { version } = serde_json::from_str(text).map_err(unreadable)?;
        known(version)?;
        serde_json::from_str(text).map_err(unreadable)
    }

    /// The same for the same content, whatever the order or the spelling of its JSON.
    pub fn hash(&self) -> String {
        let value = serde_json::to_value(self).expect("a snapshot is plain data");
        sha256_hex(&[canonical_json(&value).as_bytes()])
    }

    /// The frozen values, typed again. Neither bounds nor rules are asked: they held when the run
    /// was started, and a run is not stopped because they were narrowed since.
    pub fn policy(&self) -> Result<Policy, SnapshotError> {
        known(self.version)?;
        let mut settings = Settings::built_in();
        for key in Key::ALL {
            let Some(frozen) = self.policy.get(key.as_str()) else { continue };
            let definition = key.definition();
            let setting = definition.read(&frozen.value).ok_or_else(|| SnapshotError::Unfit {
                key: *key,
                found: frozen.value.to_string(),
                expected: definition.value_type().to_string(),
            })?;
            settings.set(*key, setting);
        }
        Ok(Policy::new(&settings, self.max_batch_size))
    }

    /// Keys that are newer than the snapshot, whose built-in values apply.
    pub fn missing(&self) -> Vec<Key> {
        Key::ALL.iter().copied().filter(|key| !self.policy.contains_key(key.as_str())).collect()
    }
}

fn known(version: u32) -> Result<(), SnapshotError> {
    match version {
        found if found > Snapshot::VERSION => Err(SnapshotError::Newer { found }),
        _ => Ok(()),
    }
}

/// One line per key, as [`Effective`] shows it.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in Key::ALL {
            let definition = key.definition();
            let Some(Frozen { value, source, .. }) = self.policy.get(key.as_str()) else {
                let value = definition.built_in();
                writeln!(f, "{key} = {value} (source=built-in, newer than the snapshot)")?;
                continue;
            };
            let value = definition.read(value).map_or(value.to_string(), |known| known.to_string());
            let known: Result<Source, _> = source.parse();
            let label = known.map_or(source.as_str(), |known| known.label());
            writeln!(f, "{key} = {value} (source={label})")?;
        }
        Ok(())
    }
}

/// Ids as the text they are shown by.
mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<T: Display, S: Serializer>(id: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub(super) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Moments as milliseconds.
mod as_millis {
    use gloss_core_model::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.as_millis())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp)
    }
}
