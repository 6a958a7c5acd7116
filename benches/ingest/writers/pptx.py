"""Slides by python-pptx: titles, bullets in placeholders, tables, and text boxes."""

from pathlib import Path
from random import Random

from pptx import Presentation
from pptx.slide import Slide
from pptx.text.text import _Paragraph
from pptx.util import Inches

from documents import Profile, rows
from truth import Block, Run
from words import phrase, sentences, styled

PROFILE = Profile()


def deck(rng: Random, slides: int) -> list[list[Block]]:
    """Slides as lists of blocks; the first has a title and a subtitle."""
    title, subtitle = phrase(rng, 2, 6), phrase(rng, 3, 8)
    first = [Block("heading", [Run(title)]), Block("paragraph", [Run(subtitle)])]
    return [first, *(slide(rng) for _ in range(slides - 1))]


def slide(rng: Random) -> list[Block]:
    blocks = [Block("heading", [Run(phrase(rng, 2, 6, True))])]
    kind = rng.random()
    if kind < 0.55:
        level = 0
        for _ in range(rng.randint(2, 6)):
            runs = styled(rng, phrase(rng, 2, 10, True))
            blocks.append(Block("list_item", runs, level=level))
            level = max(0, min(2, level + rng.choice([-1, 0, 0, 1])))
    elif kind < 0.80:
        blocks.append(Block("table", rows=rows(rng, (2, 6), 5, True)))
    else:
        for _ in range(rng.randint(1, 3)):
            text = sentences(rng, rng.randint(1, 2), True)
            blocks.append(Block("paragraph", styled(rng, text)))
    return blocks


def write(file: Path, slides: list[list[Block]]) -> None:
    show = Presentation()
    for at, blocks in enumerate(slides):
        kinds = {block.kind for block in blocks}
        # Of the default template: 0 title slide, 1 title and content, 5 title only.
        layout = 0 if at == 0 else 1 if "list_item" in kinds else 5
        fill(show.slides.add_slide(show.slide_layouts[layout]), blocks, layout)
    show.save(str(file))


def fill(page: Slide, blocks: list[Block], layout: int) -> None:
    head, *rest = blocks
    page.shapes.title.text = head.text
    if layout < 5:
        frame = page.placeholders[1].text_frame
        for at, block in enumerate(rest):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.level = block.level
            add_runs(paragraph, block.runs)
        return
    top = 1.8
    for block in rest:
        if block.kind == "table":
            add_table(page, block.rows, top)
        else:
            box = page.shapes.add_textbox(Inches(0.8), Inches(top), Inches(8), Inches(1.2))
            box.text_frame.word_wrap = True
            add_runs(box.text_frame.paragraphs[0], block.runs)
            top += 1.6


def add_runs(paragraph: _Paragraph, runs: list[Run]) -> None:
    for run in runs:
        added = paragraph.add_run()
        added.text = run.text
        added.font.bold = run.bold or None
        added.font.italic = run.italic or None
        if run.link is not None:
            added.hyperlink.address = run.link


def add_table(page: Slide, grid: list[list[str]], top: float) -> None:
    shape = page.shapes.add_table(len(grid), len(grid[0]), Inches(0.8), Inches(top), Inches(8.4),
                                  Inches(0.4 * len(grid)))
    for texts, row in zip(grid, shape.table.rows):
        for text, cell in zip(texts, row.cells):
            cell.text = text
