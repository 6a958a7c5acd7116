//! Patterns as schemas write them, and one string drawn from each.

use super::sample;
use crate::digest::Dice;

#[test]
fn one_string_per_pattern() {
    let patterns = [
        "^[A-Z]{2}-[0-9]{4}$",
        r"^\d{4}-\d{2}$",
        "^(high|medium|low)$",
        r"^§\s?\d+(\.\d+)*$",
        "^[^a-z0-9 ]+$",
        r"^[\w.-]+@[\w-]+\.[a-z]{2,}$",
        r"^(?:Art|Sec)\. (?<n>\d+)$",
        "^(?=x)y$",
        "(a",
        r"(\w)\1",
    ];
    let lines = patterns.map(|pattern| format!("{pattern:30} {:?}", sample(pattern, &mut Dice(7))));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    ^[A-Z]{2}-[0-9]{4}$            Some("VT-6401")
    ^\d{4}-\d{2}$                  Some("3525-01")
    ^(high|medium|low)$            Some("high")
    ^§\s?\d+(\.\d+)*$              Some("§2564010.9.1873827")
    ^[^a-z0-9 ]+$                  Some("WKEH")
    ^[\w.-]+@[\w-]+\.[a-z]{2,}$    Some("...5@w1-9.vb")
    ^(?:Art|Sec)\. (?<n>\d+)$      Some("Art. 306")
    ^(?=x)y$                       None
    (a                             None
    (\w)\1                         None
    "#);
}

/// What is drawn must match, by the judgement of the validator the product uses.
#[test]
fn drawn_strings_match() {
    for pattern in [r"^§\s?\d+(\.\d+)*$", "^[^a-z0-9 ]+$", r"^[\w.-]+@[\w-]+\.[a-z]{2,}$", "b|c+d?"]
    {
        let schema = serde_json::json!({ "type": "string", "pattern": pattern });
        let validator = jsonschema::validator_for(&schema).unwrap();
        for seed in 0..200 {
            let drawn = sample(pattern, &mut Dice(seed)).unwrap();
            assert!(validator.is_valid(&drawn.clone().into()), "{pattern} does not match {drawn}");
        }
    }
}
