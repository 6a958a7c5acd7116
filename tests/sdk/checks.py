"""What the checks of all three SDKs share: one line each, and an end at the first mismatch."""

import json
import sys
import urllib.request

TEXT = 'Take notes.\n{"blocks":[{"_block":7,"type":"list","content":"Hi"}]}'
ANSWER = {"results": [{"_block": 7, "note": "18f780eb Hi"}]}
SCHEMA = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"_block": {"type": "integer"}, "note": {"type": "string"}},
                "required": ["_block", "note"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["results"],
    "additionalProperties": False,
}
# Long enough for every provider's cache: 5,000 tokens.
GUIDE = "x" * 20_000


def same(what, found, expected):
    if found != expected:
        sys.exit(f"MISMATCH {what}: found {found!r}, expected {expected!r}")
    print(f"ok  {what}: {found!r}")


def fails(what, kind, call):
    try:
        call()
    except kind as error:
        print(f"ok  {what}: {type(error).__name__}")
        return error
    sys.exit(f"MISMATCH {what}: {kind.__name__} was not raised")


def complete(what, model):
    """An SDK builds its objects of whatever comes; this insists on what its types require."""
    try:
        type(model).model_validate(model.to_dict())
    except ValueError as error:
        sys.exit(f"MISMATCH {what}: {error}")
    print(f"ok  {what}: a complete {type(model).__name__}")


def faults(base, *rules):
    body = json.dumps({"rules": list(rules)}).encode()
    request = urllib.request.Request(f"{base}/admin/faults", data=body, method="PUT")
    urllib.request.urlopen(request).read()
