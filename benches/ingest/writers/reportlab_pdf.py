"""PDF files by reportlab, which draws each line where it belongs and marks nothing as anything."""

from html import escape
from pathlib import Path
from random import Random

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer,
                                Table)

from truth import Block, Run

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
BULLETS = ["•", "–", "▪", "‣"]


def write(file: Path, blocks: list[Block], header: str, footer: str, seed: int,
          columns: int = 1) -> None:
    rng = Random(seed)
    size = rng.choice([A4, LETTER])
    font = body_font(rng)

    def furnish(canvas, template) -> None:
        canvas.setFont(font, 8)
        canvas.drawString(60, size[1] - 35, header)
        canvas.drawCentredString(size[0] / 2, 28, f"{footer} {template.page}")

    width = (size[0] - 120 - 18 * (columns - 1)) / columns
    frames = [Frame(60 + at * (width + 18), 55, width, size[1] - 110, 0, 0, 0, 0)
              for at in range(columns)]
    template = BaseDocTemplate(str(file), pagesize=size, invariant=1)
    template.addPageTemplates(PageTemplate("page", frames, onPage=furnish))
    template.build(flow(blocks, styles(font, rng.choice([9, 10, 11])), rng, width))


def body_font(rng: Random) -> str:
    """A font with all our letters; the fourteen of PDF itself have Western ones only."""
    name = rng.choice(["DejaVuSans", "DejaVuSerif"])
    if name not in pdfmetrics.getRegisteredFontNames():
        bold = f"{name}-Bold"
        pdfmetrics.registerFont(TTFont(name, DEJAVU / f"{name}.ttf"))
        pdfmetrics.registerFont(TTFont(bold, DEJAVU / f"{name}-Bold.ttf"))
        pdfmetrics.registerFontFamily(name, normal=name, bold=bold, italic=name, boldItalic=bold)
    return name


def styles(font: str, size: int) -> dict[str, ParagraphStyle]:
    base = getSampleStyleSheet()["Normal"]
    made = {"body": ParagraphStyle("body", base, fontName=font, fontSize=size,
                                   leading=size * 1.25, spaceAfter=size * 0.6)}
    for level, more in enumerate([9, 6, 4, 2]):
        made[f"h{level}"] = ParagraphStyle(
            f"h{level}", made["body"], fontName=f"{font}-Bold", fontSize=size + more,
            leading=(size + more) * 1.2, spaceBefore=size, keepWithNext=1)
    return made


def flow(blocks: list[Block], style: dict[str, ParagraphStyle], rng: Random,
         width: float) -> list[Flowable]:
    bullet, found = rng.choice(BULLETS), []
    counts: list[int] = []
    for block in blocks:
        counts = numbered(counts, block)
        if block.kind == "heading":
            found.append(Paragraph(markup(block.runs), style[f"h{block.level}"]))
        elif block.kind == "table":
            found += [grid(block.rows, style["body"], width), Spacer(1, 8)]
        elif block.kind == "list_item":
            mark = f"{counts[-1]}." if block.ordered else bullet
            indent = 18 * (block.level + 1)
            item = ParagraphStyle("item", style["body"], leftIndent=indent,
                                  bulletIndent=indent - 14, spaceAfter=2)
            found.append(Paragraph(markup(block.runs), item, bulletText=mark))
        else:
            found.append(Paragraph(markup(block.runs), style["body"]))
    return found


def numbered(counts: list[int], block: Block) -> list[int]:
    """The number of this item on each level of the list it is in."""
    if block.kind != "list_item":
        return []
    kept = counts[:block.level + 1] + [0] * (block.level + 1 - len(counts))
    return [*kept[:-1], kept[-1] + 1]


def markup(runs: list[Run]) -> str:
    def one(run: Run) -> str:
        text = escape(run.text)
        if run.link is not None:
            return f'<a href="{run.link}" color="blue">{text}</a>'
        text = f"<b>{text}</b>" if run.bold else text
        return f"<i>{text}</i>" if run.italic else text
    return "".join(one(run) for run in runs)


def grid(rows: list[list[str]], style: ParagraphStyle, width: float) -> Table:
    small = ParagraphStyle("cell", style, fontSize=8, leading=10, spaceAfter=0, splitLongWords=1)
    cells = [[Paragraph(escape(text), small) for text in row] for row in rows]
    table = Table(cells, colWidths=[width / len(rows[0])] * len(rows[0]), repeatRows=1)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1),
                    "TOP"), ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke)])
    return table
