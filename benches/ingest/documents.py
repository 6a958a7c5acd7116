"""Documents at random: ordered blocks with known text, before any format."""

from dataclasses import dataclass
from random import Random

from truth import Block, Run, Sheet
from words import ODD, phrase, sentences, styled, word


@dataclass(frozen=True)
class Profile:
    """What a format can hold and a document shall."""

    sections: tuple[int, int] = (3, 8)
    code: bool = False
    captions: bool = False
    footnotes: bool = False
    cjk: bool = True
    links: bool = True
    table_rows: tuple[int, int] = (2, 9)
    table_width: int = 6
    lists: float = 0.22
    tables: float = 0.14


def document(rng: Random, profile: Profile) -> list[Block]:
    blocks = [Block("heading", [Run(phrase(rng, 3, 7, profile.cjk))], level=0)]
    notes: list[Block] = []
    level = 1
    for _ in range(rng.randint(*profile.sections)):
        blocks.append(heading(rng, level, profile))
        level = min(3, max(1, level + rng.choice([-1, 0, 0, 1])))
        last = ""
        for _ in range(rng.randint(1, 5)):
            at = rng.random()
            if at < profile.lists and last != "list":
                blocks.extend(items(rng, profile))
                last = "list"
            elif at < profile.lists + profile.tables and last != "table":
                blocks.extend(tabular(rng, profile))
                last = "table"
            # Code behind a list would be part of its last item in some of the ways to write it.
            elif profile.code and at > 0.92 and last != "list":
                blocks.append(Block("code_block", [Run(code(rng))]))
                last = "code"
            else:
                blocks.append(paragraph(rng, profile))
                last = "paragraph"
                if profile.footnotes and rng.random() < 0.15:
                    blocks[-1].level = len(notes) + 1
                    notes.append(Block("footnote", [Run(sentences(rng, 1))]))
        if last != "paragraph":
            blocks.append(paragraph(rng, profile))
    return blocks + notes


def heading(rng: Random, level: int, profile: Profile) -> Block:
    return Block("heading", [Run(phrase(rng, 2, 7, profile.cjk))], level=level)


def paragraph(rng: Random, profile: Profile) -> Block:
    length = rng.choice([1, 1, 2, 3, 4, 6, 9])
    return Block("paragraph", styled(rng, sentences(rng, length, profile.cjk), profile.links))


def items(rng: Random, profile: Profile) -> list[Block]:
    """A list: two to eight items, half of the time with a second level, seldom with a third."""
    ordered, depth, found = rng.random() < 0.4, 0, []
    deepest = rng.choice([0, 0, 1, 1, 2])
    for at in range(rng.randint(2, 8)):
        if at > 0:
            depth = max(0, min(deepest, depth + rng.choice([-1, 0, 0, 1])))
        text = phrase(rng, 2, 9, profile.cjk)
        if rng.random() < 0.25:
            text = sentences(rng, rng.randint(1, 3), profile.cjk)
        runs = styled(rng, text, profile.links)
        found.append(Block("list_item", runs, level=depth, ordered=ordered))
    return found


def tabular(rng: Random, profile: Profile) -> list[Block]:
    grid = rows(rng, profile.table_rows, profile.table_width, profile.cjk)
    table = Block("table", rows=grid)
    if profile.captions and rng.random() < 0.4:
        text = f"Table {rng.randint(1, 40)}: {phrase(rng, 3, 8)}"
        return [Block("caption", [Run(text)]), table]
    return [table]


def rows(rng: Random, count: tuple[int, int], widest: int, cjk: bool = False) -> list[list[str]]:
    """A full header, then rows with empty cells and, now and then, an early end."""
    width = rng.randint(2, widest)
    table = [[phrase(rng, 1, 2) for _ in range(width)]]
    for _ in range(rng.randint(*count)):
        row = [cell(rng, cjk) for _ in range(width)]
        row[0] = row[0] or word(rng)
        if rng.random() < 0.08:
            cut = rng.randint(1, width)
            row = row[:cut] + [""] * (width - cut)
        table.append(row)
    return table


def cell(rng: Random, cjk: bool = False) -> str:
    at = rng.random()
    if at < 0.08:
        return ""
    if at < 0.45:
        return f"{rng.randint(1, 9_999_999) / 100:,.2f}"
    if at < 0.50:
        return rng.choice(ODD)
    return phrase(rng, 1, 4, cjk)


def code(rng: Random) -> str:
    names = [word(rng).strip(".,").replace(" ", "_") for _ in range(3)]
    lines = [f"def {rng.choice(['load', 'store', 'walk'])}_{rng.randint(1, 999)}(path):"]
    for at in range(rng.randint(2, 6)):
        lines.append("    " * (1 + at % 2) + f"value_{at} = \"{rng.choice(names)}\"  # <{at}>")
        if at % 2 == 0:
            lines.append(f"    if value_{at} > {rng.randint(1, 99)}:")
            lines.append("        pass")
    return "\n".join(lines)


def sheets(rng: Random, count: int, size: tuple[int, int]) -> list[Sheet]:
    """Tables below or beside each other, with at least one empty row or column between them."""
    found = []
    for at in range(count):
        tables: list[tuple[int, int, list[list[object]]]] = []
        top, left = rng.choice([0, 0, 2]), rng.choice([0, 0, 1])
        for _ in range(rng.choice([1, 1, 2, 3])):
            grid = numbers(rng, rows(rng, size, 6))
            tables.append((top, left, grid))
            if rng.random() < 0.3:
                left += len(grid[0]) + rng.randint(1, 2)
            else:
                top = max(row + len(other) for row, _, other in tables) + rng.randint(1, 3)
                left = 0
        found.append(Sheet(f"Sheet {at + 1} {rng.choice(['Q1', 'Übersicht', 'data'])}", tables))
    return found


def numbers(rng: Random, table: list[list[str]]) -> list[list[object]]:
    """Cells that look like amounts become whole numbers or fractions, as in a real sheet."""
    def typed(text: str) -> object:
        try:
            amount = float(text.replace(",", ""))
        except ValueError:
            return text
        return int(amount) if rng.random() < 0.5 else amount
    return [table[0], *([typed(text) for text in row] for row in table[1:])]
