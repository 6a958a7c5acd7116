//! `POST /v1/chat/completions`, as OpenAI has it and as local servers do: these know no key.

use axum::http::request::Parts;
use gloss_llm::openai::wire::chat::{
    Answer, ChatRequest, Choice, Chunk, ChunkChoice, Completion, Content, Message, Usage,
};
use serde_json::{Value, json};

use super::{NO_REASONING, Said, check_model, form, input_details, input_tokens, prompt};
use crate::ask::Ask;
use crate::dialect::{Account, Asked, Dialect, Envelope, Frames, OUTPUT_TOKENS_MAX};
use crate::faults::RetryAfter;
use crate::gate::{self, Why, bearer, judge};
use crate::prompt::Whose;
use crate::reply::{Part, Reply, Stop};
use crate::stream::{self, Pieces};

#[derive(Debug)]
pub(crate) struct Chat;

impl Dialect for Chat {
    fn api_key(&self, head: &Parts) -> Result<String, Why> {
        judge(bearer(head).unwrap_or_default())
    }

    fn read(&self, _head: &Parts, body: &[u8], api_key: &str) -> Result<Asked, Why> {
        let request: ChatRequest = gate::request(body, spell_out)?;
        check_model(&request.model)?;
        let said: Vec<Said<'_>> = request.messages.iter().flat_map(parts).collect();
        let Some(user) = request.messages.iter().rfind(|message| message.role == "user") else {
            return Err(Why::Invalid("messages: at least one user message is required".to_owned()));
        };
        let user_text = parts(user).map(|part| part.text).collect::<Vec<_>>().join("\n");
        let whose = Whose {
            api_key,
            model: &request.model,
            cache_key: request.prompt_cache_key.as_deref().unwrap_or_default(),
        };
        let format = request.response_format.map(|format| format.json_schema);
        let prompt = prompt(whose, format.as_ref(), &said, request.prompt_cache_options.as_ref());
        let max_tokens = request.max_completion_tokens.or(request.max_tokens);
        Ok(Asked {
            ask: Ask::read(format.map(form), &user_text),
            prompt,
            max_tokens: max_tokens.unwrap_or(OUTPUT_TOKENS_MAX),
            stream: request.stream,
            usage_in_stream: request.stream_options.is_some_and(|options| options.include_usage),
            model: request.model,
        })
    }

    fn error(
        &self,
        why: &Why,
        _retry_after: Option<RetryAfter>,
        _request_id: &str,
    ) -> (u16, Value) {
        super::error(why)
    }

    fn whole(&self, envelope: Envelope, reply: Reply) -> String {
        let finish_reason = Some(finish_reason(reply.stop).to_owned());
        let role = Some("assistant".to_owned());
        let message = Answer { role, ..answer(&reply.part, reply.part.text().to_owned()) };
        stream::json(&Completion {
            id: id(&envelope),
            object: "chat.completion".to_owned(),
            created: envelope.created_secs,
            usage: Some(usage(&envelope)),
            choices: vec![Choice { index: 0, message, finish_reason }],
            model: envelope.model,
        })
    }

    fn frames(&self, envelope: Envelope, reply: Reply) -> Frames {
        let usage = envelope.usage_in_stream.then(|| usage(&envelope));
        let empty = Chunk {
            id: id(&envelope),
            object: "chat.completion.chunk".to_owned(),
            created: envelope.created_secs,
            model: envelope.model,
            ..Chunk::default()
        };
        let counted = usage.map(|usage| Chunk { usage: Some(usage), ..empty.clone() });
        let chunk = move |delta: Answer, finish_reason: Option<&str>| {
            let finish_reason = finish_reason.map(str::to_owned);
            let choice = ChunkChoice { index: 0, delta, finish_reason };
            stream::unnamed(&Chunk { choices: vec![choice], ..empty.clone() })
        };
        let role = Some("assistant".to_owned());
        let head = chunk(Answer { role, ..answer(&reply.part, String::new()) }, None);
        let tail = [chunk(Answer::default(), Some(finish_reason(reply.stop)))];
        let tail = tail.into_iter().chain(counted.map(|counted| stream::unnamed(&counted)));
        let pieces = Pieces::of(reply.part.text().to_owned());
        let deltas = pieces.map(move |piece| chunk(answer(&reply.part, piece), None));
        let done = "data: [DONE]\n\n".to_owned();
        Box::new([head].into_iter().chain(deltas).chain(tail).chain([done]))
    }

    fn beginning(&self) -> &'static str {
        "data: {\"id"
    }

    fn request_id_header(&self) -> &'static str {
        "x-request-id"
    }

    fn account_headers(&self, account: Account) -> Vec<(String, String)> {
        super::account_headers(account)
    }
}

fn parts(message: &Message) -> impl Iterator<Item = Said<'_>> {
    let role = message.role.as_str();
    let (text, parts) = match &message.content {
        Content::Text(text) => (Some(Said { role, text, breakpoint: None }), &[][..]),
        Content::Parts(parts) => (None, parts.as_slice()),
    };
    text.into_iter().chain(parts.iter().map(move |part| Said {
        role,
        text: &part.text,
        breakpoint: part.prompt_cache_breakpoint.as_ref(),
    }))
}

/// Takes out formats without a schema.
fn spell_out(request: &mut Value) {
    let Some(fields) = request.as_object_mut() else { return };
    if fields.get("response_format").is_some_and(|format| format.get("json_schema").is_none()) {
        fields.remove("response_format");
    }
    for message in fields.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(content) = message.get_mut("content").filter(|content| content.is_null()) {
            *content = json!("");
        }
    }
}

fn id(envelope: &Envelope) -> String {
    format!("chatcmpl-{:012}", envelope.number)
}

const fn finish_reason(stop: Stop) -> &'static str {
    match stop {
        Stop::Limit => "length",
        Stop::Done | Stop::Refusal => "stop",
    }
}

/// A text, or a piece of it, where the part has its place.
fn answer(part: &Part, text: String) -> Answer {
    match part {
        Part::Refusal(_) => Answer { refusal: Some(text), ..Answer::default() },
        _ => Answer { content: Some(text), ..Answer::default() },
    }
}

const fn usage(envelope: &Envelope) -> Usage {
    let (prompt_tokens, completion_tokens) = (input_tokens(envelope), envelope.usage.output_tokens);
    Usage {
        prompt_tokens,
        prompt_tokens_details: Some(input_details(envelope)),
        completion_tokens,
        completion_tokens_details: Some(NO_REASONING),
        total_tokens: prompt_tokens + completion_tokens,
    }
}
