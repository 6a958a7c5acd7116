"""Word files by python-docx: plain ones, and ones to print, with all that a page adds."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph

from truth import Block, Run

# Fonts and characters as Word writes bullets: two of them from the private use area.
BULLETS = [("Symbol", "\uf0b7"), ("Wingdings", "\uf0a7"), ("Wingdings", "\uf0d8"),
           ("Courier New", "o"), ("Arial", "–"), ("Arial", "•")]
FONTS = ["Liberation Serif", "Liberation Sans", "DejaVu Sans", "DejaVu Serif"]


@dataclass(frozen=True)
class Print:
    """What a printed page has beside its text."""

    header: str
    footer: str
    columns: int
    seed: int


def write(file: Path, blocks: list[Block], on_paper: Print | None = None) -> None:
    document = docx.Document()
    if on_paper is not None:
        lay_out(document, on_paper)
    columns = 1 if on_paper is None else on_paper.columns
    for block in blocks:
        add(document, block, columns)
    document.save(str(file))


def add(document: Document, block: Block, columns: int) -> None:
    match block.kind:
        case "table":
            add_table(document, block.rows, columns)
            return
        case "heading":
            paragraph = document.add_heading(level=block.level)
        case "list_item":
            name = "List Number" if block.ordered else "List Bullet"
            depth = min(block.level, 2)
            style = name if depth == 0 else f"{name} {depth + 1}"
            paragraph = document.add_paragraph(style=style)
        case "caption":
            paragraph = document.add_paragraph(style="Caption")
        case _:
            paragraph = document.add_paragraph()
    for run in block.runs:
        add_run(paragraph, run)


def add_run(paragraph: Paragraph, run: Run) -> None:
    added = paragraph.add_run(run.text)
    added.bold = run.bold or None
    added.italic = run.italic or None
    if run.link is not None:
        link = OxmlElement("w:hyperlink")
        target = paragraph.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), target)
        paragraph._p.remove(added._r)
        link.append(added._r)
        paragraph._p.append(link)


def add_table(document: Document, rows: list[list[str]], columns: int) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for column in table.columns:
        column.width = Emu(column.width // columns)
    # Cell by cell through the table is quadratic; its rows are not.
    for texts, row in zip(rows, table._tbl.tr_lst):
        for text, cell in zip(texts, row.tc_lst):
            if text:
                cell.p_lst[0].add_r().text = text
    repeat = OxmlElement("w:tblHeader")
    table._tbl.tr_lst[0].get_or_add_trPr().append(repeat)


def lay_out(document: Document, on_paper: Print) -> None:
    rng = Random(on_paper.seed)
    normal = document.styles["Normal"]
    normal.font.name = rng.choice(FONTS)
    normal.font.size = Pt(rng.choice([9, 10, 11, 12]))
    if rng.random() < 0.4:
        normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    set_bullets(document, *rng.choice(BULLETS))
    section = document.sections[0]
    section.header.paragraphs[0].text = on_paper.header
    footer = section.footer.paragraphs[0]
    footer.text = on_paper.footer + " "
    add_field(footer, "PAGE")
    if on_paper.columns > 1:
        columns = OxmlElement("w:cols")
        columns.set(qn("w:num"), str(on_paper.columns))
        columns.set(qn("w:space"), "500")
        for old in section._sectPr.findall(qn("w:cols")):
            section._sectPr.remove(old)
        section._sectPr.append(columns)


def set_bullets(document: Document, font: str, glyph: str) -> None:
    numbering = document.part.numbering_part.element
    for level in numbering.iter(qn("w:lvl")):
        kind = level.find(qn("w:numFmt"))
        if kind is None or kind.get(qn("w:val")) != "bullet":
            continue
        level.find(qn("w:lvlText")).set(qn("w:val"), glyph)
        for fonts in level.iter(qn("w:rFonts")):
            for name in ("w:ascii", "w:hAnsi"):
                fonts.set(qn(name), font)


def add_field(paragraph: Paragraph, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)
