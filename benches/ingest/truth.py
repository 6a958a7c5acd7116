"""What a document of the corpus holds, independent of any format, and the truth file beside it."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None


@dataclass
class Block:
    """One block. `kind` is one of our words; a table has rows and no runs."""

    kind: str
    runs: list[Run] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    level: int = 0
    ordered: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    def as_truth(self) -> dict:
        if self.kind == "table":
            return {"type": "table", "rows": self.rows}
        truth: dict = {"type": self.kind, "text": self.text}
        if self.kind in ("heading", "list_item"):
            truth["level"] = self.level
        if self.kind == "list_item":
            truth["ordered"] = self.ordered
        return truth


@dataclass
class Sheet:
    """One sheet of a workbook: its tables, each with the (row, column) where it starts."""

    name: str
    tables: list[tuple[int, int, list[list[object]]]]


@dataclass
class Truth:
    """What a file holds.

    `furniture` is text that repeats on pages or surrounds the content, which no content block may
    hold. `optional` is text that a tool may give as a block or not: neither counts for or against.
    """

    fmt: str
    writer: str
    seed: int
    blocks: list[Block]
    furniture: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    pages: int | None = None

    def write(self, file: Path) -> None:
        facts: dict = {"format": self.fmt, "writer": self.writer, "seed": self.seed}
        if self.pages is not None:
            facts["pages"] = self.pages
        facts["blocks"] = [block.as_truth() for block in self.blocks]
        facts["furniture"] = self.furniture
        facts["optional"] = self.optional
        text = json.dumps(facts, ensure_ascii=False, indent=1)
        file.with_name(file.stem + ".truth.json").write_text(text + "\n", encoding="utf-8")
