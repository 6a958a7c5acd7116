"""Microsoft's MarkItDown, all its built-in converters, none that asks a service."""

from pathlib import Path

import runner
import markdown_blocks

VERSION = runner.version_of("markitdown")

from markitdown import MarkItDown  # noqa: E402: only now is it known to be there

CONVERTER = MarkItDown(enable_plugins=False)


def read(file: Path) -> str:
    text = CONVERTER.convert_local(file).text_content
    return apart(text) if file.suffix == ".pptx" else text


def apart(text: str) -> str:
    """Of a slide each line is a paragraph of its own, which Markdown would join into one."""
    lines = text.split("\n")
    return "\n".join(line if line.startswith("|") else f"\n{line}\n" for line in lines)


if __name__ == "__main__":
    runner.run("markitdown", VERSION, markdown_blocks.TYPES, read, markdown_blocks.blocks)
