"""The official `google-genai` package against the simulator."""

import json

from google import genai
from google.genai import errors, types

from checks import ANSWER, GUIDE, SCHEMA, TEXT, fails, faults, same

MODEL = "gemini-2.5-flash"


def run(base):
    def client(key="k"):
        return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=base))

    def request(system="Be brief.", limit=100, model=MODEL):
        config = types.GenerateContentConfig(
            system_instruction=system,
            max_output_tokens=limit,
            response_mime_type="application/json",
            response_json_schema=SCHEMA,
        )
        return {"model": model, "contents": TEXT, "config": config}

    def ask(key="k", **changes):
        # The client has to outlive its call.
        google = client(key)
        return google.models.generate_content(**request(**changes))

    response = ask()
    same("answer", json.loads(response.text), ANSWER)
    same("finish reason", response.candidates[0].finish_reason, types.FinishReason.STOP)
    cut = ask(limit=3).candidates[0].finish_reason
    same("at the limit", cut, types.FinishReason.MAX_TOKENS)

    google = client()
    pieces = list(google.models.generate_content_stream(**request()))
    same("streamed answer", json.loads("".join(piece.text for piece in pieces)), ANSWER)
    last = pieces[-1].usage_metadata
    same("streamed usage", last.total_token_count, response.usage_metadata.total_token_count)

    first, second = ask(system=GUIDE).usage_metadata, ask(system=GUIDE).usage_metadata
    same("first call reads", first.cached_content_token_count, 0)
    same("second call reads", second.cached_content_token_count > 5_000, True)
    same("prompt counts all of it", second.prompt_token_count, first.prompt_token_count)

    error = fails("key `invalid`", errors.ClientError, lambda: ask("invalid"))
    same("its status", (error.code, error.status), (400, "INVALID_ARGUMENT"))
    error = fails("another's model", errors.ClientError, lambda: ask(model="gpt-6-luna"))
    same("its status", (error.code, error.status), (404, "NOT_FOUND"))
    error = fails("no credit", errors.ClientError, lambda: ask("no-credit"))
    same("its status", (error.code, error.status), (429, "RESOURCE_EXHAUSTED"))
    faults(base, {"kind": "429", "retry_after": "2"})
    error = fails("too many calls", errors.ClientError, ask)
    same("retry delay", error.details["error"]["details"][0]["retryDelay"], "2s")
    faults(base, {"kind": "529"})
    error = fails("overloaded", errors.ServerError, ask)
    same("its status", (error.code, error.status), (503, "UNAVAILABLE"))
    faults(base, {"kind": "refusal"})
    refused = ask()
    same("refusal", refused.candidates[0].finish_reason, types.FinishReason.SAFETY)
    same("its text", refused.text, None)
    faults(base)
