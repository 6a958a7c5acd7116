//! What is known of models: windows, prices, capabilities. Data, not code: `models.json`.

use serde::{Deserialize, Serialize};

use crate::cost::Prices;

/// One model, as frozen into a run's snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// A dated name such as `claude-sonnet-4-5-20250929` matches its undated entry.
    pub name: String,
    pub context_window_tokens: u32,
    pub output_tokens_max: u32,
    /// A shorter prefix is not cached, so no marker is sent.
    pub cacheable_tokens_min: u32,
    /// Whether the model takes `temperature`.
    pub sampling: bool,
    /// None where the price is not known: calls are counted, costs are not.
    pub prices: Option<Prices>,
}

/// The facts of a model by name; cautious ones for a model that is not listed.
pub fn facts(name: &str) -> ModelFacts {
    let listed: Vec<ModelFacts> =
        serde_json::from_str(include_str!("models.json")).expect("models.json is tested");
    let undated = name.rsplit_once('-').filter(|(_, date)| is_date(date)).map(|(stem, _)| stem);
    let found = listed.into_iter().find(|m| m.name == name || Some(m.name.as_str()) == undated);
    match found {
        Some(facts) => ModelFacts { name: name.to_owned(), ..facts },
        None => ModelFacts {
            name: name.to_owned(),
            context_window_tokens: 200_000,
            output_tokens_max: 8192,
            cacheable_tokens_min: 4096,
            sampling: false,
            prices: None,
        },
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::facts;

    #[test]
    fn dated_names_share_the_undated_entry() {
        let sonnet = facts("claude-sonnet-4-5-20250929");
        assert_eq!(sonnet.name, "claude-sonnet-4-5-20250929");
        assert_eq!(sonnet.prices.map(|p| p.output), Some(15.0));
        assert_eq!(facts("somebody-elses-model").prices, None);
    }
}
