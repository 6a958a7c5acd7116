//! From JSON or typed text to a value that fits its key.

use gloss_core_model::BlockType;
use serde_json::{Number, Value, json};

use super::{Definition, INTEGER_MAX, Items, KeyError, Kind};
use crate::setting::Setting;

/// As much of a refused value as an error repeats.
const SHOWN_CHARS_MAX: usize = 60;

impl Definition {
    /// The typed value, whatever the bounds: bounds may be narrowed after a value was frozen.
    pub fn read(&self, value: &Value) -> Option<Setting> {
        match self.kind {
            Kind::Boolean { .. } => value.as_bool().map(Setting::Boolean),
            Kind::Integer { .. } => {
                value.as_u64().and_then(|n| u32::try_from(n).ok()).map(Setting::Integer)
            }
            Kind::Number { .. } => value.as_f64().map(Setting::Number),
            Kind::String { .. } => value.as_str().map(|text| Setting::Text(text.to_owned())),
            Kind::Choice { options, .. } => value
                .as_str()
                .filter(|text| options.contains(text))
                .map(|text| Setting::Text(text.to_owned())),
            Kind::List { items, .. } => {
                let list = value.as_array()?.iter().map(|item| items.read(item));
                list.collect::<Option<Vec<_>>>().map(Setting::List)
            }
        }
    }

    /// The typed value, if it fits.
    pub fn check(&self, value: &Value) -> Result<Setting, KeyError> {
        self.read(value).filter(|setting| self.allows(setting)).ok_or_else(|| KeyError::Unfit {
            key: self.key,
            found: self.fault(value),
            expected: self.expected(value),
        })
    }

    fn allows(&self, setting: &Setting) -> bool {
        match (self.kind, setting) {
            (Kind::Integer { min, max, .. }, Setting::Integer(n)) => (min..=max).contains(n),
            (Kind::Number { min, max, .. }, Setting::Number(n)) => (min..=max).contains(n),
            (Kind::String { .. }, Setting::Text(text)) => !text.trim().is_empty(),
            _ => true,
        }
    }

    /// The part of a value to complain about: of a list, the first item that does not fit.
    fn fault(&self, value: &Value) -> String {
        let Kind::List { items, .. } = self.kind else { return cut(&value.to_string()) };
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        match list.iter().find(|item| items.read(item).is_none()) {
            Some(item) if list.len() > 1 => format!("[…, {}, …]", cut(&item.to_string())),
            _ => cut(&value.to_string()),
        }
    }

    fn expected(&self, value: &Value) -> String {
        let bounds = self.bounds();
        match self.kind {
            Kind::Boolean { .. } => bounds,
            // "1 or more" would not explain why a huge integer is refused.
            Kind::Integer { max: INTEGER_MAX, .. } if value.as_u64() > Some(INTEGER_MAX.into()) => {
                format!("an integer of at most {INTEGER_MAX}")
            }
            Kind::Integer { max: INTEGER_MAX, .. } => format!("an integer of {bounds}"),
            Kind::Integer { .. } => format!("an integer from {bounds}"),
            Kind::Number { .. } => format!("a number from {bounds}"),
            Kind::String { .. } => format!("a text that is {bounds}"),
            Kind::List { items: Items::Extensions, .. } => {
                format!("a list of file extensions with {bounds}")
            }
            Kind::List { items: Items::BlockTypes, .. } => {
                let names: Vec<_> = BlockType::ALL.iter().map(|known| known.as_str()).collect();
                format!("a list of block types, out of {}", names.join(", "))
            }
            Kind::Choice { .. } => format!("one of {bounds}"),
        }
    }

    /// Typed text, as a command line or the environment gives it.
    ///
    /// What cannot be read stays text, so that [`Self::check`] can say what was found.
    pub fn parse(&self, text: &str) -> Value {
        let trimmed = text.trim();
        let read = match self.kind {
            Kind::Boolean { .. } => trimmed.parse().ok().map(Value::Bool),
            Kind::Integer { .. } | Kind::Number { .. } => {
                serde_json::from_str::<Number>(trimmed).ok().map(Value::Number)
            }
            Kind::String { .. } => None,
            Kind::Choice { .. } => Some(json!(trimmed)),
            Kind::List { .. } if trimmed.starts_with('[') => serde_json::from_str(trimmed).ok(),
            Kind::List { .. } if trimmed.is_empty() => Some(json!([])),
            Kind::List { .. } => Some(trimmed.split(',').map(str::trim).collect()),
        };
        read.unwrap_or_else(|| json!(text))
    }
}

impl Items {
    fn read(self, item: &Value) -> Option<String> {
        let text = item.as_str()?.trim();
        match self {
            Self::Extensions if text.is_empty() => None,
            Self::Extensions => Some(text.to_lowercase()),
            Self::BlockTypes => text.parse().ok().map(|known: BlockType| known.to_string()),
        }
    }
}

pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
