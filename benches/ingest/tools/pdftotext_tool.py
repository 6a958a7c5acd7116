"""Poppler's pdftotext: text in reading order; what blank lines divide is a paragraph."""

from pathlib import Path

import runner
from program import Program

POPPLER = Program("pdftotext", "install poppler-utils")


def read(file: Path) -> str:
    return POPPLER.output("-enc", "UTF-8", str(file), "-")


def blocks(text: str) -> runner.Blocks:
    parts = text.replace("\f", "\n\n").split("\n\n")
    return [{"type": "paragraph", "text": " ".join(part.split())} for part in parts if part.strip()]


if __name__ == "__main__":
    runner.run("pdftotext", POPPLER.version("-v"), ["paragraph"], read, blocks, lambda: POPPLER.peak)
