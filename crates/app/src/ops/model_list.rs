//! Every model that is described, ours and those of the models file.

use gloss_llm::ModelFacts;

use crate::error::{Error, Result};
use crate::views::{ModelPricesView, ModelView};
use crate::{App, ProviderConfig};

impl App {
    pub fn model_list(&self) -> Vec<ModelView> {
        self.models.listed().map(|facts| self.model_view(facts)).collect()
    }

    /// The facts of a model that somebody has named.
    pub(crate) fn model_named(&self, name: &str) -> Result<ModelFacts> {
        self.models.named(name).map_err(|error| {
            Error::invalid("unknown_provider", format!("model `{name}`: {error}"))
                .hint("`gloss models list` shows the models; a models file can add to them")
        })
    }

    fn model_view(&self, facts: &ModelFacts) -> ModelView {
        let callable = match &self.provider {
            ProviderConfig::Accounts(accounts) => accounts.has_key(facts.provider),
            ProviderConfig::Given(_) => true,
        };
        ModelView {
            name: facts.name.clone(),
            provider: facts.provider.to_string(),
            context_window_tokens: facts.context_window_tokens,
            output_tokens_max: facts.output_tokens_max,
            caching: facts.caching.to_string(),
            cacheable_tokens_min: facts.cacheable_tokens_min,
            strict: facts.strict,
            prices: facts.prices.map(|prices| ModelPricesView {
                input: prices.input,
                output: prices.output,
                cache_read: prices.cache_read,
                cache_write: prices.cache_write,
                cliff_prompt_tokens: prices.cliff_prompt_tokens,
            }),
            callable,
        }
    }
}
