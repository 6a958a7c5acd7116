//! Collects a reply from its bytes: a stream of server-sent events, or one JSON message.

use super::error;
use super::wire::{ContentPart, Delta, MessagesResponse, StreamEvent, Usage as WireUsage};
use crate::cost::Usage;
use crate::estimate;
use crate::http;
use crate::provider::CallError;
use crate::request::{Reply, StopReason};

#[derive(Debug)]
pub(super) struct Answer {
    streamed: bool,
    /// Bytes not yet read as events.
    buffer: Vec<u8>,
    tool_text: String,
    stop_reason: Option<String>,
    usage: WireUsage,
    begun: bool,
}

impl Answer {
    pub(super) fn new(streamed: bool) -> Self {
        Self {
            streamed,
            buffer: Vec::new(),
            tool_text: String::new(),
            stop_reason: None,
            usage: WireUsage::default(),
            begun: false,
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), CallError> {
        self.buffer.extend_from_slice(bytes);
        if !self.streamed {
            return Ok(());
        }
        let mut read = 0;
        while let Some(end) = self.buffer[read..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.buffer[read..read + end]).into_owned();
            read += end + 1;
            if let Some(data) = line.trim_end().strip_prefix("data:") {
                self.event(data.trim_start())?;
            }
        }
        self.buffer.drain(..read);
        Ok(())
    }

    /// Whether the message itself, and no error, has begun to arrive.
    pub(super) const fn has_begun(&self) -> bool {
        self.begun
    }

    /// A stream that ends without a stop reason was cut: that is a lost connection, not an answer.
    pub(super) fn finish(mut self, request_id: Option<String>) -> Result<Reply, CallError> {
        if !self.streamed {
            let message = serde_json::from_slice::<MessagesResponse>(&self.buffer)
                .map_err(|error| unreadable(&error))?;
            self.message(message);
        }
        if !self.begun {
            return Err(CallError::Unreadable { message: "the answer is empty".to_owned() });
        }
        let Some(stop_reason) = self.stop_reason else {
            return Err(CallError::Connection { message: "the answer broke off".to_owned() });
        };
        Ok(Reply {
            text: self.tool_text,
            stop: stop(&stop_reason),
            usage: Usage {
                input_tokens: self.usage.input_tokens,
                output_tokens: self.usage.output_tokens,
                cache_write_tokens: self.usage.cache_creation_input_tokens,
                cache_read_tokens: self.usage.cache_read_input_tokens,
            },
            provider_request_id: request_id,
        })
    }

    fn event(&mut self, data: &str) -> Result<(), CallError> {
        match serde_json::from_str(data).map_err(|error| unreadable(&error))? {
            StreamEvent::MessageStart { message } => self.message(message),
            StreamEvent::ContentBlockDelta {
                delta: Delta::InputJsonDelta { partial_json },
                ..
            } => self.tool_text.push_str(&partial_json),
            StreamEvent::MessageDelta { delta, usage } => {
                self.stop_reason = delta.stop_reason.or(self.stop_reason.take());
                self.count(usage);
            }
            StreamEvent::Error { error } => return Err(error::in_stream(&error)),
            _ => {}
        }
        Ok(())
    }

    /// Counters are cumulative, and a gateway may send some at the start and some at the end.
    fn count(&mut self, usage: WireUsage) {
        let counted = &mut self.usage;
        counted.input_tokens = counted.input_tokens.max(usage.input_tokens);
        counted.output_tokens = counted.output_tokens.max(usage.output_tokens);
        counted.cache_creation_input_tokens =
            counted.cache_creation_input_tokens.max(usage.cache_creation_input_tokens);
        counted.cache_read_input_tokens =
            counted.cache_read_input_tokens.max(usage.cache_read_input_tokens);
    }

    /// The stream broke. Whole results that had arrived are worth keeping: they are paid for.
    pub(super) fn broken(
        mut self,
        error: CallError,
        request_id: Option<String>,
    ) -> Result<Reply, CallError> {
        if !self.streamed || !self.tool_text.contains('}') {
            return Err(error);
        }
        self.stop_reason = Some("max_tokens".to_owned());
        let written = u64::from(estimate::tokens(&self.tool_text));
        self.usage.output_tokens = self.usage.output_tokens.max(written);
        self.finish(request_id)
    }

    fn message(&mut self, message: MessagesResponse) {
        self.begun = true;
        self.count(message.usage);
        self.stop_reason = message.stop_reason;
        for part in message.content {
            if let ContentPart::ToolUse { input, .. } = part {
                self.tool_text.push_str(&input.to_string());
            }
        }
    }
}

fn unreadable(error: &serde_json::Error) -> CallError {
    CallError::Unreadable { message: http::cut(&error.to_string()) }
}

fn stop(reason: &str) -> StopReason {
    match reason {
        "end_turn" | "tool_use" | "stop_sequence" => StopReason::Complete,
        "max_tokens" | "model_context_window_exceeded" => StopReason::Truncated,
        "refusal" => StopReason::Refused,
        _ => StopReason::Other,
    }
}
