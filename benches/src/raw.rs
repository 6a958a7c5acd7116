//! The limit: the same calls, sent at once by a client that does nothing else.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use gloss_app::Brief;
use gloss_core_model::{
    BlockType, ConvUid, OwnerId, Representation, RunId, Schema, Timestamp, Tool,
};
use gloss_llm::prompt::PromptBlock;
use gloss_llm::{ApiKey, Begun, Catalog, Endpoint, Provider, ProviderName};
use gloss_policy::{Layer, Snapshot, Source};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Sends every pack as one call, all of them at once; answers with the wall time.
pub(crate) async fn send_at_once(
    base_url: &str,
    artifact: &Value,
    blocks: &[String],
    pack_size: usize,
) -> Duration {
    let brief = brief(artifact);
    let timeout = Duration::from_secs(60);
    let provider =
        Arc::new(Endpoint::new(ProviderName::Anthropic, base_url, ApiKey::new("bench"), timeout));
    let numbered: Vec<(u32, &String)> = (0..).zip(blocks).collect();
    let requests: Vec<_> = numbered
        .chunks(pack_size)
        .map(|pack| {
            let blocks: Vec<PromptBlock<'_>> = pack
                .iter()
                .map(|(index, content)| PromptBlock {
                    index: *index,
                    block_type: BlockType::Paragraph,
                    content,
                    feedback: None,
                })
                .collect();
            brief.request(&blocks, 1.0)
        })
        .collect();
    let started = Instant::now();
    let mut calls: FuturesUnordered<_> =
        requests.into_iter().map(|request| provider.ask(request, Begun::unheard())).collect();
    while let Some(reply) = calls.next().await {
        assert!(!reply.expect("the simulator answers").text.is_empty());
    }
    started.elapsed()
}

fn brief(artifact: &Value) -> Brief {
    let schema = Schema::new(artifact.clone()).expect("an object");
    let none: [(String, Value); 0] = [];
    let effective = gloss_policy::resolve(&[Layer::new(Source::Request, none)]).expect("resolves");
    let model = Catalog::default().facts(&effective.policy().models.platform_default_model);
    let conv_uid = ConvUid::of(Tool::Mdast, Representation::MarkdownBytes, b"");
    let snapshot = Snapshot::freeze(&effective, json!(model), schema.uid(), conv_uid, Timestamp(0));
    let run_id: RunId = "00000000-0000-7000-8000-000000000001".parse().expect("an id");
    Brief::new(OwnerId::LOCAL, run_id, &snapshot, &schema).expect("a brief")
}
