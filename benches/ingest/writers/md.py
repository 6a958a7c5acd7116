"""Markdown files in several hands: every document picks its own way of writing each thing."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from random import Random
import re

from truth import Block, Run

# What means something inside a line; and what means something at its start.
SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
OPENING = re.compile(r"^(\d+)([.)])(\s)|^([-+])(\s)")


@dataclass(frozen=True)
class Hand:
    """One way of writing Markdown."""

    setext: bool
    bullet: str
    number: str
    fenced: bool
    wrapped: bool
    html_tables: bool
    strong: str
    emphasis: str

    @staticmethod
    def of(seed: int) -> "Hand":
        rng = Random(seed)
        return Hand(rng.random() < 0.3, rng.choice("-*+"), rng.choice(".)"), rng.random() < 0.7,
                    rng.random() < 0.3, rng.random() < 0.15, rng.choice(["**", "__"]),
                    rng.choice("*_"))


def plain(text: str) -> str:
    text = SPECIAL.sub(r"\\\1", text).replace("&", "&amp;")
    return OPENING.sub(lambda m: f"{m[1]}\\{m[2]}{m[3]}" if m[1] else f"\\{m[4]}{m[5]}", text)


def inline(runs: list[Run], hand: Hand) -> str:
    def one(run: Run) -> str:
        text = plain(run.text)
        if run.link is not None:
            return f"[{text}]({run.link})"
        text = f"{hand.strong}{text}{hand.strong}" if run.bold else text
        return f"{hand.emphasis}{text}{hand.emphasis}" if run.italic else text
    return "".join(one(run) for run in runs)


def write(file: Path, blocks: list[Block], seed: int) -> None:
    file.write_text(document(blocks, Hand.of(seed)), encoding="utf-8")


def document(blocks: list[Block], hand: Hand) -> str:
    parts: list[str] = []
    notes: list[str] = []
    counts: list[int] = []
    for at, block in enumerate(blocks):
        if block.kind == "list_item":
            text, counts = item(block, counts, hand)
            joined = at > 0 and blocks[at - 1].kind == "list_item"
            parts.append(text if joined else f"\n{text}")
            continue
        counts = []
        if block.kind == "footnote":
            notes.append(f"[^{len(notes) + 1}]: {inline(block.runs, hand)}")
            continue
        parts.append("\n" + one(block, hand))
    parts.extend(f"\n{note}" for note in notes)
    return "\n".join(parts).lstrip("\n") + "\n"


def one(block: Block, hand: Hand) -> str:
    match block.kind:
        case "heading":
            return heading(block, hand)
        case "table":
            return html_table(block.rows) if hand.html_tables else pipes(block.rows)
        case "code_block" if hand.fenced:
            return f"```python\n{block.text}\n```"
        case "code_block":
            return "\n".join(f"    {line}" if line else "" for line in block.text.split("\n"))
        case _:
            text = inline(block.runs, hand)
            if hand.wrapped:
                text = fold(text)
            # A paragraph's level is the number of the footnote it carries.
            return f"{text}[^{block.level}]" if block.level else text


def heading(block: Block, hand: Hand) -> str:
    level, text = max(1, block.level + 1), inline(block.runs, hand)
    if hand.setext and level <= 2:
        return f"{text}\n{'=-'[level - 1] * max(3, len(text))}"
    return f"{'#' * level} {text}"


def fold(text: str) -> str:
    """Lines of about eighty characters, none of which starts as something else would."""
    lines = [""]
    for part in text.split(" "):
        opens = re.match(r"[-+*=#>|]|\d+[.)]", part) is not None
        if len(lines[-1]) + len(part) > 80 and not opens:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part}" if lines[-1] else part
    return "\n".join(lines)


def item(block: Block, counts: list[int], hand: Hand) -> tuple[str, list[int]]:
    counts = counts[:block.level + 1] + [0] * (block.level + 1 - len(counts))
    counts = [*counts[:-1], counts[-1] + 1]
    mark = f"{counts[-1]}{hand.number}" if block.ordered else hand.bullet
    # Four columns for each level are enough behind any mark we write.
    return f"{'    ' * block.level}{mark:<3} {inline(block.runs, hand)}", counts


def pipes(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(plain(text) for text in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def html_table(rows: list[list[str]]) -> str:
    def row(texts: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts) + "</tr>"
    return "\n".join(["<table>", row(rows[0], "th"), *(row(r, "td") for r in rows[1:]), "</table>"])
