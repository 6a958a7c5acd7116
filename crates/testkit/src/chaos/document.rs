//! What is worked on: documents made from the seed, and the schema that is asked of them.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

pub(super) const SCHEMA_REF: &str = "duties";
pub(super) const SCHEMA: &str = r#"{
  "title": "Duties",
  "type": "object",
  "properties": {
    "duty": { "type": "string", "maxLength": 120, "description": "Who has to do what" },
    "weight": { "type": "integer", "minimum": 0, "maximum": 1000, "description": "How much" },
    "urgent": { "type": "boolean", "description": "Whether it cannot wait" }
  },
  "required": ["duty", "weight", "urgent"],
  "additionalProperties": false
}"#;

const WORDS: &[&str] =
    &["harbour", "pilot", "invoice", "mooring", "notice", "crane", "weather", "duty", "berth"];

/// The paragraphs of a document: its blocks, each unlike any other.
pub(super) fn paragraphs(seed: u64, number: u32) -> Vec<String> {
    let mut rng = SmallRng::seed_from_u64(seed ^ u64::from(number) << 32);
    let n_blocks = rng.random_range(150..300);
    let paragraph = |index| {
        let n_words = rng.random_range(3..12);
        let words: Vec<&str> =
            (0..n_words).map(|_| WORDS[rng.random_range(0..WORDS.len())]).collect();
        format!("Paragraph {index} of document {number}: {}.", words.join(" "))
    };
    (0..n_blocks).map(paragraph).collect()
}

pub(super) fn text(seed: u64, number: u32) -> String {
    paragraphs(seed, number).join("\n\n")
}
