//! `POST /v1/responses`.

use axum::http::request::Parts;
use gloss_llm::openai::wire::responses::{
    Incomplete, OutputItem, OutputPart, Response, ResponsesRequest, Usage,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{NO_REASONING, Said, check_model, form, input_details, input_tokens, prompt};
use crate::ask::Ask;
use crate::dialect::{Account, Asked, Dialect, Envelope, Frames, OUTPUT_TOKENS_MAX};
use crate::faults::RetryAfter;
use crate::gate::{self, Why, bearer, judge};
use crate::prompt::Whose;
use crate::reply::{Part, Reply, Stop};
use crate::stream::{self, Pieces};

#[derive(Debug)]
pub(crate) struct Responses;

impl Dialect for Responses {
    fn api_key(&self, head: &Parts) -> Result<String, Why> {
        let key = bearer(head).filter(|key| !key.is_empty());
        key.ok_or(Why::NoKey).and_then(judge)
    }

    fn read(&self, _head: &Parts, body: &[u8], api_key: &str) -> Result<Asked, Why> {
        let request: ResponsesRequest = gate::request(body, spell_out)?;
        check_model(&request.model)?;
        let said: Vec<Said<'_>> = request
            .input
            .iter()
            .flat_map(|item| item.content.iter().map(|part| (item.role.as_str(), part)))
            .map(|(role, part)| Said {
                role,
                text: &part.text,
                breakpoint: part.prompt_cache_breakpoint.as_ref(),
            })
            .collect();
        let Some(user) = request.input.iter().rfind(|item| item.role == "user") else {
            return Err(Why::Invalid("input: at least one user message is required".to_owned()));
        };
        let texts: Vec<&str> = user.content.iter().map(|part| part.text.as_str()).collect();
        let user_text = texts.join("\n");
        let whose = Whose {
            api_key,
            model: &request.model,
            cache_key: request.prompt_cache_key.as_deref().unwrap_or_default(),
        };
        let format = request.text.map(|text| text.format.format);
        let prompt = prompt(whose, format.as_ref(), &said, request.prompt_cache_options.as_ref());
        Ok(Asked {
            ask: Ask::read(format.map(form), &user_text),
            prompt,
            max_tokens: request.max_output_tokens.unwrap_or(OUTPUT_TOKENS_MAX),
            stream: request.stream,
            usage_in_stream: true,
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
        stream::json(&complete(response(&envelope, reply)))
    }

    fn frames(&self, envelope: Envelope, reply: Reply) -> Frames {
        Box::new(events(&envelope, reply))
    }

    fn beginning(&self) -> &'static str {
        "event: response.created\ndata: {\"ty"
    }

    fn request_id_header(&self) -> &'static str {
        "x-request-id"
    }

    fn account_headers(&self, account: Account) -> Vec<(String, String)> {
        super::account_headers(account)
    }
}

/// Turns texts into messages and parts where the types of the wire module want these.
fn spell_out(request: &mut Value) {
    let Some(fields) = request.as_object_mut() else { return };
    if fields.get("text").is_some_and(|text| text.pointer("/format/schema").is_none()) {
        fields.remove("text");
    }
    let part = |text: &Value| json!([{ "type": "input_text", "text": text }]);
    if let Some(input) = fields.get_mut("input") {
        if input.is_string() {
            *input = json!([{ "role": "user", "content": part(input) }]);
        }
        for item in input.as_array_mut().into_iter().flatten() {
            if let Some(text) = item.get_mut("content").filter(|content| content.is_string()) {
                *text = part(text);
            }
        }
        let instructions = fields.remove("instructions").filter(Value::is_string);
        let input = fields.get_mut("input").and_then(Value::as_array_mut);
        if let (Some(text), Some(input)) = (instructions, input) {
            input.insert(0, json!({ "role": "developer", "content": part(&text) }));
        }
    }
}

/// A response with what its other readers insist on.
#[derive(Debug, Clone, Serialize)]
struct Complete {
    #[serde(flatten)]
    response: Response,
    parallel_tool_calls: bool,
    tool_choice: &'static str,
    tools: [Value; 0],
}

const fn complete(response: Response) -> Complete {
    Complete { response, parallel_tool_calls: true, tool_choice: "auto", tools: [] }
}

fn begun(envelope: &Envelope) -> Response {
    Response {
        id: envelope.id("resp"),
        object: "response".to_owned(),
        created_at: envelope.created_secs,
        status: "in_progress".to_owned(),
        model: envelope.model.clone(),
        output: Vec::new(),
        incomplete_details: None,
        error: None,
        usage: None,
    }
}

fn response(envelope: &Envelope, reply: Reply) -> Response {
    let status = status(reply.stop);
    let reason = (reply.stop == Stop::Limit).then(|| "max_output_tokens".to_owned());
    let (input_tokens, output_tokens) = (input_tokens(envelope), envelope.usage.output_tokens);
    Response {
        status: status.to_owned(),
        output: vec![message(envelope, status, Some(part(reply.part)))],
        incomplete_details: reason.map(|reason| Incomplete { reason }),
        usage: Some(Usage {
            input_tokens,
            input_tokens_details: input_details(envelope),
            output_tokens,
            output_tokens_details: NO_REASONING,
            total_tokens: input_tokens + output_tokens,
        }),
        ..begun(envelope)
    }
}

const fn status(stop: Stop) -> &'static str {
    match stop {
        Stop::Limit => "incomplete",
        Stop::Done | Stop::Refusal => "completed",
    }
}

fn message(envelope: &Envelope, status: &str, part: Option<OutputPart>) -> OutputItem {
    OutputItem::Message {
        id: envelope.id("msg"),
        role: "assistant".to_owned(),
        status: Some(status.to_owned()),
        content: part.into_iter().collect(),
    }
}

fn part(part: Part) -> OutputPart {
    match part {
        Part::Filled { json: text, .. } | Part::Text(text) => {
            OutputPart::OutputText { text, annotations: Vec::new() }
        }
        Part::Refusal(refusal) => OutputPart::Refusal { refusal },
    }
}

/// Each event has its number; the text comes in pieces, and once more when it is whole.
fn events(envelope: &Envelope, reply: Reply) -> impl Iterator<Item = String> + Send + use<> {
    let text = reply.part.text().to_owned();
    let item_id = envelope.id("msg");
    let place = json!({ "item_id": item_id, "output_index": 0, "content_index": 0 });
    let with = move |more: Value| {
        let mut fields = place.as_object().cloned().unwrap_or_default();
        fields.extend(more.as_object().cloned().unwrap_or_default());
        Value::Object(fields)
    };
    let (delta, done, said, empty) = match &reply.part {
        Part::Refusal(_) => (
            "response.refusal.delta",
            "response.refusal.done",
            json!({ "refusal": text }),
            Part::Refusal(String::new()),
        ),
        _ => (
            "response.output_text.delta",
            "response.output_text.done",
            json!({ "text": text, "logprobs": [] }),
            Part::Text(String::new()),
        ),
    };
    let (status, whole_part) = (status(reply.stop), part(reply.part.clone()));
    let opened = message(envelope, "in_progress", None);
    let closed = message(envelope, status, Some(whole_part.clone()));
    let end = if reply.stop == Stop::Limit { "response.incomplete" } else { "response.completed" };
    let begun = complete(begun(envelope));
    let head = [
        ("response.created", json!({ "response": begun })),
        ("response.in_progress", json!({ "response": begun })),
        ("response.output_item.added", json!({ "output_index": 0, "item": opened })),
        ("response.content_part.added", with(json!({ "part": part(empty) }))),
    ];
    let tail = [
        (done, with(said)),
        ("response.content_part.done", with(json!({ "part": whole_part }))),
        ("response.output_item.done", json!({ "output_index": 0, "item": closed })),
        (end, json!({ "response": complete(response(envelope, reply)) })),
    ];
    let is_text = delta == "response.output_text.delta";
    let deltas = Pieces::of(text).map(move |piece| {
        let mut fields = with(json!({ "delta": piece }));
        if is_text {
            fields["logprobs"] = json!([]);
        }
        (delta, fields)
    });
    head.into_iter().chain(deltas).chain(tail).enumerate().map(frame)
}

fn frame((number, (name, fields)): (usize, (&'static str, Value))) -> String {
    let mut event = Map::new();
    event.insert("type".to_owned(), name.into());
    event.insert("sequence_number".to_owned(), number.into());
    event.extend(fields.as_object().cloned().unwrap_or_default());
    stream::named(name, &event)
}
