//! What a request asks for: which blocks, answered by which fields.

use gloss_llm::anthropic::wire::{MessagesRequest, Tool, ToolChoice};
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

/// How the answer has to look.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// One result per block, through a tool with a `results` array.
    Results { tool: String, properties: Map<String, Value> },
    /// A tool without `results`: the whole text is one block and fills its input.
    Input { tool: String, properties: Map<String, Value> },
    /// No tool: a sentence.
    Prose,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ask {
    pub(crate) shape: Shape,
    pub(crate) blocks: Vec<AskedBlock>,
}

impl Ask {
    pub(crate) fn read(request: &MessagesRequest) -> Self {
        let text = request.messages.iter().rfind(|message| message.role == "user");
        let text = text.map_or("", |message| message.content.as_str());
        let whole = |text: &str| {
            vec![AskedBlock { id: 0, block_type: "text".to_owned(), content: text.to_owned() }]
        };
        let Some(tool) = chosen_tool(request) else {
            return Self { shape: Shape::Prose, blocks: whole(text) };
        };
        let results = tool.input_schema.pointer("/properties/results/items/properties");
        let properties = results.or_else(|| tool.input_schema.get("properties"));
        let properties = properties.and_then(Value::as_object).cloned().unwrap_or_default();
        let tool = tool.name.clone();
        if results.is_some() {
            let blocks = packed_blocks(text).unwrap_or_else(|| whole(text));
            Self { shape: Shape::Results { tool, properties }, blocks }
        } else {
            Self { shape: Shape::Input { tool, properties }, blocks: whole(text) }
        }
    }
}

fn chosen_tool(request: &MessagesRequest) -> Option<&Tool> {
    let named = request.tools.iter().find(
        |tool| matches!(&request.tool_choice, ToolChoice::Tool { name } if *name == tool.name),
    );
    named.or_else(|| request.tools.first())
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
