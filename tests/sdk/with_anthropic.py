"""The official `anthropic` package against the simulator."""

import anthropic

from checks import ANSWER, GUIDE, SCHEMA, TEXT, complete, fails, faults, same


def run(base):
    def client(key="k"):
        return anthropic.Anthropic(base_url=base, api_key=key, max_retries=0)

    def ask(client=client(), **changes):
        request = {
            "model": "claude-sonnet-5",
            "max_tokens": 100,
            "tools": [{"name": "note", "description": "", "input_schema": SCHEMA}],
            "tool_choice": {"type": "tool", "name": "note"},
            "system": "Be brief.",
            "messages": [{"role": "user", "content": TEXT}],
        }
        return client.messages.create(**(request | changes))

    message = ask()
    complete("message", message)
    same("answer", message.content[0].input, ANSWER)
    same("stop reason", message.stop_reason, "tool_use")
    same("stop reason at the limit", ask(max_tokens=3).stop_reason, "max_tokens")

    events = list(ask(stream=True))
    for event in {event.type: event for event in events}.values():
        complete("event", event)
    with client().messages.stream(
        model="claude-sonnet-5",
        max_tokens=100,
        tools=[{"name": "note", "description": "", "input_schema": SCHEMA}],
        messages=[{"role": "user", "content": TEXT}],
    ) as stream:
        same("streamed answer", stream.get_final_message().content[0].input, ANSWER)

    guide = [{"type": "text", "text": GUIDE, "cache_control": {"type": "ephemeral"}}]
    first, second = ask(system=guide).usage, ask(system=guide).usage
    same("first call reads", first.cache_read_input_tokens, 0)
    same("second call writes", second.cache_creation_input_tokens, 0)
    written = first.cache_creation_input_tokens
    same("second call reads what was written", second.cache_read_input_tokens, written)
    same("that is the guide at least", written > 5_000, True)

    fails("key `invalid`", anthropic.AuthenticationError, lambda: ask(client("invalid")))
    fails("unknown model", anthropic.NotFoundError, lambda: ask(model="gpt-9"))
    error = fails("no credit", anthropic.BadRequestError, lambda: ask(client("no-credit")))
    same("its words", "credit balance is too low" in str(error), True)
    faults(base, {"kind": "429", "retry_after": "2"})
    error = fails("too many calls", anthropic.RateLimitError, ask)
    same("retry-after", error.response.headers["retry-after"], "2")
    faults(base, {"kind": "529"})
    fails("overloaded", anthropic.InternalServerError, ask)
    faults(base, {"kind": "refusal"})
    same("refusal", ask().stop_reason, "refusal")
    faults(base)
