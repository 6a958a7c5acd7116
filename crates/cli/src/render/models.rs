//! Models, as people read them.

use gloss_app::views::{ModelProbeView, ModelView};

use super::table;

pub(crate) fn models(view: &[ModelView], width: Option<u16>) -> String {
    let rows = view.iter().map(|model| {
        let price = |of: fn(&gloss_app::views::ModelPricesView) -> f64| {
            model.prices.as_ref().map_or("-".to_owned(), |prices| of(prices).to_string())
        };
        [
            model.name.clone(),
            model.provider.clone(),
            model.context_window_tokens.to_string(),
            model.output_tokens_max.to_string(),
            price(|prices| prices.input),
            price(|prices| prices.output),
            price(|prices| prices.cache_read),
            if model.callable { "yes" } else { "no" }.to_owned(),
        ]
    });
    let head = ["NAME", "PROVIDER", "WINDOW", "ANSWER", "INPUT", "OUTPUT", "CACHED", "CALLABLE"];
    let table = table(head, rows, width);
    format!(
        "{table}\n\nWINDOW and ANSWER are tokens; INPUT, OUTPUT and CACHED are US \
         dollars per million of them"
    )
}

pub(crate) fn probe(view: &ModelProbeView) -> String {
    let says = |yes: bool| if yes { "yes" } else { "no" };
    let entry = &view.entry;
    format!(
        "schema kept to      {}\ncut answers say so  {}\ntokens counted      {}\n\
         at once             {} of 4 answered, about {} side by side\n\n\
         for a models file:\n[{entry}]",
        says(view.schema_honoured),
        says(view.length_signalled),
        says(view.usage_reported),
        view.answered_at_once,
        view.side_by_side
    )
}
