"""Runs every official SDK against a simulator: `python run.py http://127.0.0.1:PORT`."""

import sys
from importlib.metadata import version

import with_anthropic
import with_google
import with_openai

SDKS = {"anthropic": with_anthropic, "openai": with_openai, "google-genai": with_google}

for name, sdk in SDKS.items():
    print(f"\n{name} {version(name)}")
    sdk.run(sys.argv[1])
print("\nevery SDK agrees with the simulator")
