//! A reply on the wire: one message, or the same as server-sent events.

use gloss_llm::anthropic::wire::{
    ContentPart, Delta, MessageEnd, MessagesResponse, StreamEvent, Usage,
};
use serde_json::json;

use crate::reply::{Part, Reply, input_of};

/// A long answer comes in pieces of this many characters, a short one in about four.
const PIECE_CHARS_MAX: usize = 512;
const PIECES: usize = 4;

/// What the wire says about a call besides the reply.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) number: u64,
    pub(crate) model: String,
    pub(crate) usage: Usage,
}

/// The whole message at once.
pub(crate) fn message(envelope: &Envelope, reply: Reply) -> MessagesResponse {
    let part = match reply.part {
        Part::Text(text) => ContentPart::Text { text },
        Part::ToolUse { tool, json } => ContentPart::ToolUse {
            id: tool_use_id(envelope),
            name: tool,
            input: input_of(&json, reply.stop_reason),
        },
    };
    let usage = Usage { output_tokens: reply.output_tokens, ..envelope.usage };
    let mut message = opened(envelope);
    message.content.push(part);
    message.stop_reason = Some(reply.stop_reason.to_owned());
    MessagesResponse { usage, ..message }
}

/// The message as events, made one by one while they are sent.
pub(crate) fn events(
    envelope: &Envelope,
    reply: Reply,
) -> impl Iterator<Item = StreamEvent> + Send + use<> {
    let mut start = opened(envelope);
    // The real one counts a first token before it has said anything.
    start.usage.output_tokens = reply.output_tokens.min(1);
    let (text, content_block, is_text) = match reply.part {
        Part::Text(text) => (text, ContentPart::Text { text: String::new() }, true),
        Part::ToolUse { tool, json } => {
            let id = tool_use_id(envelope);
            (json, ContentPart::ToolUse { id, name: tool, input: json!({}) }, false)
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
            delta: MessageEnd { stop_reason: Some(reply.stop_reason.to_owned()) },
            usage: Usage { output_tokens: reply.output_tokens, ..envelope.usage },
        },
        StreamEvent::MessageStop,
    ];
    head.into_iter().chain(deltas).chain(tail)
}

/// `event: NAME`, `data: JSON` and an empty line.
pub(crate) fn encode(event: &StreamEvent) -> String {
    let data = serde_json::to_string(event).unwrap_or_default();
    format!("event: {}\ndata: {data}\n\n", event.name())
}

fn opened(envelope: &Envelope) -> MessagesResponse {
    MessagesResponse {
        id: format!("msg_{:012}", envelope.number),
        kind: "message".to_owned(),
        role: "assistant".to_owned(),
        model: envelope.model.clone(),
        content: Vec::new(),
        stop_reason: None,
        usage: envelope.usage,
    }
}

fn tool_use_id(envelope: &Envelope) -> String {
    format!("toolu_{:012}", envelope.number)
}

struct Pieces {
    text: String,
    at: usize,
    piece_chars: usize,
}

impl Pieces {
    fn of(text: String) -> Self {
        let piece_chars = text.chars().count().div_ceil(PIECES).clamp(1, PIECE_CHARS_MAX);
        Self { text, at: 0, piece_chars }
    }
}

impl Iterator for Pieces {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let rest = &self.text[self.at..];
        let end = rest.char_indices().nth(self.piece_chars).map_or(rest.len(), |(at, _)| at);
        self.at += end;
        (end > 0).then(|| rest[..end].to_owned())
    }
}
