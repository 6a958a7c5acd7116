"""PyMuPDF4LLM: Markdown from PDF by rules, without a model."""

from pathlib import Path

import runner
import markdown_blocks

VERSION = runner.version_of("pymupdf4llm")

import pymupdf4llm  # noqa: E402: only now is it known to be there


def read(file: Path) -> str:
    return pymupdf4llm.to_markdown(str(file), header=False, footer=False, show_progress=False)


if __name__ == "__main__":
    runner.run("pymupdf4llm", VERSION, markdown_blocks.TYPES, read, markdown_blocks.blocks)
