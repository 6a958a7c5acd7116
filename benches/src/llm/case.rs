//! The cases: what is asked of which blocks, and what it would cost at the very least.

use gloss_llm::Prices;
use serde_json::{Value, json};

/// A document, a schema, and where the figures to be met come from.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// What the published run saved against one block per call, caching off.
    pub(super) published: &'static str,
    pub(super) blocks: Vec<String>,
    pub(super) schema: Value,
}

pub(super) fn all() -> Vec<Case> {
    vec![
        Case {
            name: "extraction",
            published: "40.8 % (packs of 10), 46.7 % (25)",
            blocks: paragraphs(29, 450),
            schema: schema("extraction", &instructions(1500), &extraction()),
        },
        Case {
            name: "revision",
            published: "50.2 % (caching alone), 17.2 % (packs, both cached)",
            blocks: paragraphs(29, 450),
            schema: schema("revision", &instructions(4865), &revision()),
        },
        Case {
            name: "reference",
            published: "94 % (caching and packs)",
            blocks: paragraphs(200, 1300),
            schema: schema("reference", &instructions(100_000), &analysis()),
        },
    ]
}

impl Case {
    pub(super) fn document(&self) -> String {
        self.blocks.join("\n\n")
    }

    /// Every token of instructions, blocks and answers sent once, in micro-USD.
    pub(super) fn floor_micro_usd(&self, prices: &Prices, answers: &[Value]) -> f64 {
        let instructions = &self.schema["prompt_config"]["system_instructions"];
        let input = tokens(instructions.as_str().expect("a text"))
            + self.blocks.iter().map(|block| tokens(block)).sum::<f64>();
        let output: f64 = answers.iter().map(|answer| tokens(&answer.to_string())).sum();
        prices.input * input + prices.output * output
    }
}

/// As the simulator counts them.
fn tokens(text: &str) -> f64 {
    text.chars().count().div_ceil(4) as f64
}

fn schema(title: &str, instructions: &str, properties: &Value) -> Value {
    let required: Vec<&String> = properties.as_object().expect("an object").keys().collect();
    json!({
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "prompt_config": { "system_instructions": instructions },
    })
}

fn extraction() -> Value {
    json!({
        "code": { "type": "string", "maxLength": 40 },
        "category": { "type": "string", "enum": ["duty", "right", "process"] },
        "score": { "type": "integer", "minimum": 0, "maximum": 100 },
        "urgent": { "type": "boolean" },
    })
}

/// The block is written anew, about as long as it was.
fn revision() -> Value {
    json!({
        "action": { "type": "string", "enum": ["keep", "revise", "remove"] },
        "revised": { "type": "string", "minLength": 380, "maxLength": 480 },
    })
}

/// 200 tokens of answer.
fn analysis() -> Value {
    json!({
        "topic": { "type": "string", "maxLength": 40 },
        "findings": { "type": "string", "minLength": 700, "maxLength": 760 },
    })
}

fn instructions(chars: usize) -> String {
    let rules = (1..).map(|n| {
        format!(
            "Rule {n}: name the party, the duty and the date as the text has them; guess none. "
        )
    });
    let mut text = String::with_capacity(chars + 100);
    for rule in rules {
        if text.len() >= chars {
            break;
        }
        text.push_str(&rule);
    }
    text.truncate(chars);
    text.trim_end().to_owned()
}

fn paragraphs(n: usize, chars: usize) -> Vec<String> {
    let paragraph = |i: usize| {
        let mut text = format!("Paragraph {i} is about delivery {i} and what follows from it.");
        while text.len() < chars {
            text.push_str(
                " The parties meet once in each calendar month and agree in writing on what is due.",
            );
        }
        text
    };
    (0..n).map(paragraph).collect()
}
