"""Poppler's pdftotext: timed as people call it; its blocks come from a second, untimed call."""

import re
from html import unescape
from pathlib import Path

import runner
from program import Program

POPPLER = Program("pdftotext", "install poppler-utils")


def read(file: Path) -> Path:
    POPPLER.output("-enc", "UTF-8", str(file), "-")
    return file


def blocks(file: Path) -> runner.Blocks:
    """Its plain text has no marks between blocks, though it knows them."""
    pages = POPPLER.output("-bbox-layout", "-enc", "UTF-8", str(file), "-")
    found = []
    for block in re.findall(r"<block .*?</block>", pages, flags=re.S):
        words = re.findall(r"<word [^>]*>(.*?)</word>", block, flags=re.S)
        found.append({"type": "paragraph", "text": unescape(" ".join(words))})
    return found


if __name__ == "__main__":
    runner.run("pdftotext", POPPLER.version("-v"), ["paragraph"], read, blocks,
               lambda: POPPLER.peak)
