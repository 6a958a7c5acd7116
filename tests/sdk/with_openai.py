"""The official `openai` package against the simulator: Responses and Chat Completions."""

import json

import openai

from checks import ANSWER, GUIDE, SCHEMA, TEXT, complete, fails, faults, same

MODEL = "gpt-6-luna"


def run(base):
    def client(key="k"):
        return openai.OpenAI(base_url=f"{base}/v1", api_key=key, max_retries=0)

    responses(base, client)
    chat(base, client)


# Else the newest message is written too, in every call.
ONLY_OURS = {"mode": "explicit"}


def marked(kind):
    return [{"type": kind, "text": GUIDE, "prompt_cache_breakpoint": {"mode": "explicit"}}]


def responses(base, client):
    text = {"format": {"type": "json_schema", "name": "note", "schema": SCHEMA, "strict": True}}

    def ask(client=client(), guide="Be brief.", **changes):
        said = [{"role": "developer", "content": guide}, {"role": "user", "content": TEXT}]
        request = {"model": MODEL, "input": said, "text": text, "max_output_tokens": 100}
        return client.responses.create(**(request | changes))

    response = ask()
    complete("response", response)
    same("answer", json.loads(response.output_text), ANSWER)
    same("status", response.status, "completed")
    cut = ask(max_output_tokens=3)
    same("status at the limit", cut.status, "incomplete")
    same("its reason", cut.incomplete_details.reason, "max_output_tokens")
    same("plain text", ask(input="Hello", text=None).output_text[9:], "was asked without a tool.")

    events = list(ask(stream=True))
    for event in {event.type: event for event in events}.values():
        complete("event", event)
    same("last event", events[-1].type, "response.completed")
    said = [{"role": "user", "content": TEXT}]
    with client().responses.stream(model=MODEL, input=said, text=text) as stream:
        same("streamed answer", json.loads(stream.get_final_response().output_text), ANSWER)

    marks = {"guide": marked("input_text"), "prompt_cache_options": ONLY_OURS}
    first, second = ask(**marks).usage, ask(**marks).usage
    written = first.input_tokens_details.cache_write_tokens
    same("first call reads", first.input_tokens_details.cached_tokens, 0)
    same("second call reads what was written", second.input_tokens_details.cached_tokens, written)
    same("that is the guide at least", written > 5_000, True)
    same("input counts all of it", second.input_tokens, first.input_tokens)

    fails("key `invalid`", openai.AuthenticationError, lambda: ask(client("invalid")))
    fails("another's model", openai.NotFoundError, lambda: ask(model="claude-sonnet-5"))
    error = fails("no credit", openai.RateLimitError, lambda: ask(client("no-credit")))
    same("its code", error.code, "insufficient_quota")
    errors(base, ask)
    faults(base, {"kind": "refusal"})
    same("refusal", ask().output[0].content[0].refusal, "I can't help with that.")
    faults(base)


def chat(base, client):
    schema = {"name": "note", "schema": SCHEMA, "strict": True}
    form = {"type": "json_schema", "json_schema": schema}

    def ask(client=client(), guide="Be brief.", **changes):
        said = [{"role": "developer", "content": guide}, {"role": "user", "content": TEXT}]
        request = {"model": MODEL, "messages": said, "response_format": form}
        return client.chat.completions.create(**(request | changes))

    completion = ask()
    complete("completion", completion)
    same("answer", json.loads(completion.choices[0].message.content), ANSWER)
    same("finish reason", completion.choices[0].finish_reason, "stop")
    same("at the limit", ask(max_completion_tokens=3).choices[0].finish_reason, "length")
    same("older name of the limit", ask(max_tokens=3).choices[0].finish_reason, "length")

    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    for chunk in chunks:
        complete("chunk", chunk)
    pieces = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    same("streamed answer", json.loads("".join(pieces)), ANSWER)
    same("streamed tokens", chunks[-1].usage.total_tokens, completion.usage.total_tokens)

    # A cache of its own: the prefix is the same as in the other format.
    marks = {"guide": marked("text"), "prompt_cache_key": "chat"}
    marks["prompt_cache_options"] = ONLY_OURS
    first, second = ask(**marks).usage, ask(**marks).usage
    written = first.prompt_tokens_details.cache_write_tokens
    same("second call reads what was written", second.prompt_tokens_details.cached_tokens, written)
    same("that is the guide at least", written > 5_000, True)

    fails("key `invalid`", openai.AuthenticationError, lambda: ask(client("invalid")))
    errors(base, ask)
    faults(base, {"kind": "refusal"})
    same("refusal", ask().choices[0].message.refusal, "I can't help with that.")
    faults(base)


def errors(base, ask):
    faults(base, {"kind": "429", "retry_after": "2"})
    error = fails("too many calls", openai.RateLimitError, ask)
    same("its code", error.code, "rate_limit_exceeded")
    same("retry-after", error.response.headers["retry-after"], "2")
    faults(base, {"kind": "529"})
    same("overloaded", fails("overloaded", openai.InternalServerError, ask).status_code, 503)
    faults(base)
