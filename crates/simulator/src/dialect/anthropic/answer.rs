//! A reply as one message, or the same as events.

use gloss_llm::Usage;
use gloss_llm::anthropic::wire;
use gloss_llm::anthropic::wire::{ContentPart, Delta, MessageEnd, MessagesResponse, StreamEvent};
use serde_json::{Value, json};

use crate::dialect::Envelope;
use crate::reply::{Part, Reply, Stop};
use crate::stream::Pieces;

/// The whole message at once.
pub(super) fn message(envelope: &Envelope, reply: Reply) -> MessagesResponse {
    let stop_reason = Some(stop_reason(&reply).to_owned());
    let part = match reply.part {
        Part::Text(text) | Part::Refusal(text) => ContentPart::Text { text },
        Part::Filled { name, json } => ContentPart::ToolUse {
            id: envelope.id("toolu"),
            name,
            input: input_of(&json, reply.stop),
        },
    };
    MessagesResponse { content: vec![part], stop_reason, ..opened(envelope) }
}

/// The message as events, made one by one while they are sent.
pub(super) fn events(
    envelope: &Envelope,
    reply: Reply,
) -> impl Iterator<Item = StreamEvent> + Send + use<> {
    let stop_reason = Some(stop_reason(&reply).to_owned());
    let mut start = opened(envelope);
    // The real one counts a first token before it has said anything.
    start.usage.output_tokens = start.usage.output_tokens.min(1);
    let (text, content_block, is_text) = match reply.part {
        Part::Text(text) | Part::Refusal(text) => {
            (text, ContentPart::Text { text: String::new() }, true)
        }
        Part::Filled { name, json } => {
            let id = envelope.id("toolu");
            (json, ContentPart::ToolUse { id, name, input: json!({}) }, false)
        }
    };
    let head = [
        StreamEvent::MessageStart { message: start },
        StreamEvent::ContentBlockStart { index: 0, content_block },
        StreamEvent::Ping,
    ];
    let deltas = Pieces::of(text).map(move |piece| StreamEvent::ContentBlockDelta {
        index: 0,
        delta: if is_text {
            Delta::TextDelta { text: piece }
        } else {
            Delta::InputJsonDelta { partial_json: piece }
        },
    });
    let tail = [
        StreamEvent::ContentBlockStop { index: 0 },
        StreamEvent::MessageDelta {
            delta: MessageEnd { stop_reason },
            usage: counted(envelope.usage),
        },
        StreamEvent::MessageStop,
    ];
    head.into_iter().chain(deltas).chain(tail)
}

fn opened(envelope: &Envelope) -> MessagesResponse {
    MessagesResponse {
        id: envelope.id("msg"),
        kind: "message".to_owned(),
        role: "assistant".to_owned(),
        model: envelope.model.clone(),
        content: Vec::new(),
        stop_reason: None,
        usage: counted(envelope.usage),
    }
}

const fn counted(usage: Usage) -> wire::Usage {
    wire::Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_creation_input_tokens: usage.cache_write_tokens,
        cache_read_input_tokens: usage.cache_read_tokens,
    }
}

const fn stop_reason(reply: &Reply) -> &'static str {
    match (reply.stop, &reply.part) {
        (Stop::Limit, _) => "max_tokens",
        (Stop::Refusal, _) => "refusal",
        (Stop::Done, Part::Filled { .. }) => "tool_use",
        (Stop::Done, _) => "end_turn",
    }
}

/// The tool's input of an answer that is not streamed, where it has to be JSON whatever happened:
/// all of it, else the results that are whole, else the broken text in their place, as models do.
fn input_of(json: &str, stop: Stop) -> Value {
    if let Ok(input) = serde_json::from_str(json) {
        return input;
    }
    if stop != Stop::Limit {
        return json!({ "results": json });
    }
    let Some(items) = json.strip_prefix(r#"{"results":["#) else { return json!({}) };
    let mut whole = Vec::new();
    let mut rest = items;
    loop {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(item)) = values.next() else { break };
        whole.push(item);
        rest = &rest[values.byte_offset()..];
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => break,
        }
    }
    json!({ "results": whole })
}

#[cfg(test)]
mod tests;
