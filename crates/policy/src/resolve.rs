//! Which value wins for every key, and who set it.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;

use crate::key::Key;
use crate::layer::{Layer, Source};
use crate::policy::Policy;
use crate::registry::{Definition, KeyError};
use crate::rules::{self, BrokenRule};
use crate::setting::{Setting, Settings};

#[cfg(test)]
mod tests;

/// Why the layers make no policy, or why a stored row was passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("{}: {problem}", place(*layer, problem))]
    InLayer { layer: Source, problem: KeyError },
    #[error(transparent)]
    Broken(#[from] BrokenRule),
    #[error(transparent)]
    Setting(#[from] KeyError),
    #[error("`{text}` is not a setting; write it as key=value, such as worker.max_retries=5")]
    NotASetting { text: String },
}

/// The layer, in the words of the person who filled it.
fn place(layer: Source, problem: &KeyError) -> String {
    let definition = match problem {
        KeyError::Unfit { key, .. } => Some(key.definition()),
        KeyError::Unknown { .. } => None,
    };
    let env = definition.and_then(|known| known.env);
    let field = definition.and_then(|known| known.prompt_config);
    match (layer, env, field) {
        (Source::Environment, Some(name), _) => format!("{} {name}", layer.label()),
        (Source::Schema, _, Some(field)) => format!("{}.{field}", layer.label()),
        _ => layer.label().to_owned(),
    }
}

/// One key's value, and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    pub value: Setting,
    pub source: Source,
    /// What would have applied without the schema's `max_batch_size`.
    pub capped: Option<(Setting, Source)>,
}

/// The value and the source of every key.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    entries: Vec<Resolved>,
    /// Stored rows that do not apply, and why.
    pub reports: Vec<PolicyError>,
    /// The schema's ceiling on packs, already applied to the pack size.
    pub max_batch_size: Option<u32>,
}

impl Effective {
    /// One key's value and source.
    pub fn get(&self, key: Key) -> &Resolved {
        &self.entries[key as usize]
    }

    /// All keys, in the order of the registry.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &Resolved)> {
        Key::ALL.iter().copied().zip(&self.entries)
    }

    /// The values without their sources.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::built_in();
        for (key, resolved) in self.iter() {
            settings.set(key, resolved.value.clone());
        }
        settings
    }

    /// The values as Rust types.
    pub fn policy(&self) -> Policy {
        Policy::new(&self.settings(), self.max_batch_size)
    }
}

/// One line per key: `worker.max_retries = 5 (source=admin policy)`.
impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, Resolved { value, source, capped }) in self.iter() {
            write!(f, "{key} = {value} (source={}", source.label())?;
            if let Some((value, source)) = capped {
                write!(f, ", caps {value} from {}", source.label())?;
            }
            writeln!(f, ")")?;
        }
        Ok(())
    }
}

/// Resolves every key; the layers may come in any order.
///
/// All values of all layers are checked, also those that lose: a mistake that waits for its layer
/// to win is found too late. Only stored rows are forgiven, because nobody is there to correct
/// them when a run starts; they are reported and the next layer applies.
pub fn resolve(layers: &[Layer]) -> Result<Effective, Vec<PolicyError>> {
    let mut reports = Vec::new();
    let mut errors = Vec::new();
    let mut candidate = Candidate::built_in();
    for layer in layers {
        for problem in candidate.add(layer) {
            let stored = layer.source == Source::Admin;
            let list = if stored { &mut reports } else { &mut errors };
            list.push(PolicyError::InLayer { layer: layer.source, problem });
        }
    }
    reports.extend(candidate.drop_impossible_rows().into_iter().map(PolicyError::Broken));
    // The rules hear of a value only once it fits its key, or one slip would be told twice.
    if errors.is_empty() {
        errors.extend(candidate.broken_from(Source::Request).into_iter().map(PolicyError::Broken));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let max_batch_size = layers.iter().filter_map(|layer| layer.max_batch_size).min();
    let mut entries = candidate.into_winners();
    if let Some(cap) = max_batch_size {
        cap_pack_size(&mut entries[Key::WorkerBatchingPackSize as usize], cap);
    }
    Ok(Effective { entries, reports, max_batch_size })
}

/// Lowers the pack size to the schema's ceiling, after the rules: a ceiling breaks none of them,
/// since the pack size has a lower bound of 1 only, and must not hide a pack size that does.
fn cap_pack_size(pack_size: &mut Resolved, cap: u32) {
    if matches!(pack_size.value, Setting::Integer(size) if size > cap) {
        let value = std::mem::replace(&mut pack_size.value, Setting::Integer(cap));
        let source = std::mem::replace(&mut pack_size.source, Source::Schema);
        pack_size.capped = Some((value, source));
    }
}

/// All fitting values of every key, by source.
// Invariant: every key has at least its built-in value.
struct Candidate(Vec<BTreeMap<Source, Setting>>);

impl Candidate {
    fn built_in() -> Self {
        let built_in = |key: &Key| (Source::BuiltIn, key.definition().built_in());
        Self(Key::ALL.iter().map(|key| BTreeMap::from([built_in(key)])).collect())
    }

    /// Takes what fits, and returns what does not.
    fn add(&mut self, layer: &Layer) -> Vec<KeyError> {
        let mut problems = Vec::new();
        for (key, value) in &layer.values {
            let definition = match Definition::find(key) {
                Ok(definition) => definition,
                Err(_) if layer.source == Source::Environment => continue,
                Err(unknown) => {
                    problems.push(unknown);
                    continue;
                }
            };
            if value.is_null() {
                continue;
            }
            match definition.check(value) {
                Ok(setting) => {
                    self.0[definition.key as usize].insert(layer.source, setting);
                }
                Err(unfit) => problems.push(unfit),
            }
        }
        let pack_size = Key::WorkerBatchingPackSize.definition();
        let cap = layer.max_batch_size.map(|cap| pack_size.check(&json!(cap)));
        problems.extend(cap.and_then(Result::err));
        problems
    }

    /// Stored rows that cannot stand beside each other, the environment and the built-in values.
    ///
    /// Judged without the layers above, so that a row is good or bad whoever starts a run.
    fn drop_impossible_rows(&mut self) -> Vec<BrokenRule> {
        let mut dropped = Vec::new();
        let stored = |rule: &BrokenRule| rule.terms().iter().any(|t| t.source == Source::Admin);
        // Ends: every turn removes at least one row.
        while let Some(rule) = self.broken_from(Source::Admin).into_iter().find(stored) {
            for term in rule.terms() {
                self.0[term.key as usize].remove(&Source::Admin);
            }
            dropped.push(rule);
        }
        dropped
    }

    /// The rules that the values of this source and those below it break.
    fn broken_from(&self, highest: Source) -> Vec<BrokenRule> {
        rules::broken(|key| match self.0[key as usize].range(highest..).next() {
            Some((source, Setting::Integer(n))) => (*n, *source),
            other => unreachable!("`{key}` is an integer with a built-in value, not {other:?}"),
        })
    }

    fn into_winners(self) -> Vec<Resolved> {
        let first = |mut values: BTreeMap<Source, Setting>| values.pop_first();
        let winners = self.0.into_iter().filter_map(first);
        winners.map(|(source, value)| Resolved { value, source, capped: None }).collect()
    }
}
