"""Where the corpus goes, how much of it is made, and from which seeds."""

import zlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """`count` documents for each format and writer, below `out`."""

    out: Path
    scratch: Path
    count: int

    def folder(self, fmt: str) -> Path:
        folder = self.out / fmt
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def seed_of(fmt: str, writer: str, at: int) -> int:
    """The same on every machine and in every version of Python, which `hash` is not."""
    return zlib.crc32(f"{fmt}/{writer}/{at}".encode())
