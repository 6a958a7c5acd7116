//! What a request asks for: which blocks, answered by which fields.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::digest::hash;

/// One block of a pack, as the user text names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct AskedBlock {
    #[serde(rename = "_block")]
    pub(crate) id: i64,
    #[serde(rename = "type", default)]
    pub(crate) block_type: String,
    #[serde(default)]
    pub(crate) content: String,
}

impl AskedBlock {
    /// Identity of the block for the dice.
    pub(crate) fn hash(&self) -> u64 {
        hash(&[&self.id.to_be_bytes(), self.content.as_bytes()])
    }
}

/// A schema that the answer has to follow, under the name the request gives it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) schema: Value,
}

impl Form {
    /// The fields of one result, where there are results, else of the whole answer.
    pub(crate) fn properties(&self) -> Option<&Map<String, Value>> {
        self.of_results().or_else(|| self.schema.get("properties")?.as_object())
    }

    fn of_results(&self) -> Option<&Map<String, Value>> {
        self.schema.pointer("/properties/results/items/properties")?.as_object()
    }
}

/// How the answer has to look.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// One result per block, in a `results` array.
    Results(Form),
    /// No `results`: the whole text is one block and fills the fields.
    Fields(Form),
    /// No schema: a sentence.
    Prose,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ask {
    pub(crate) shape: Shape,
    pub(crate) blocks: Vec<AskedBlock>,
}

impl Ask {
    /// `text` is what the user says last.
    pub(crate) fn read(form: Option<Form>, text: &str) -> Self {
        let whole =
            || vec![AskedBlock { id: 0, block_type: "text".to_owned(), content: text.to_owned() }];
        match form {
            None => Self { shape: Shape::Prose, blocks: whole() },
            Some(form) if form.of_results().is_some() => {
                let blocks = packed_blocks(text).unwrap_or_else(whole);
                Self { shape: Shape::Results(form), blocks }
            }
            Some(form) => Self { shape: Shape::Fields(form), blocks: whole() },
        }
    }
}

/// The blocks of the last line that starts with `{"blocks":`. No content can imitate it: inside
/// JSON a line break is written `\n`.
fn packed_blocks(text: &str) -> Option<Vec<AskedBlock>> {
    #[derive(Deserialize)]
    struct Packed {
        blocks: Vec<AskedBlock>,
    }
    let line = text.lines().rfind(|line| line.starts_with(r#"{"blocks":"#))?;
    serde_json::from_str::<Packed>(line).ok().map(|packed| packed.blocks)
}

#[cfg(test)]
mod tests;
