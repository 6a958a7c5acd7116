"""The PDF part of the corpus: printed by LibreOffice, or drawn by reportlab."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2

import pandoc
import soffice
from documents import Profile, document
from plan import Plan, seed_of
from truth import Block, Truth
from words import phrase
from writers import docx, html, reportlab_pdf

# No CJK: the machine may not have a font for it, and then the PDF does not hold the text.
PAPER = Profile(cjk=False, captions=True, table_rows=(2, 40), sections=(4, 12))
# Two columns leave a table half the room.
NARROW = replace(PAPER, table_width=3)
PLAIN = Profile(cjk=False)


def write(plan: Plan) -> None:
    printed(plan)
    drawn(plan)
    from_web(plan)


def furniture(rng: Random) -> tuple[str, str]:
    return f"Velorum {phrase(rng, 3, 5)}", f"Quandary {phrase(rng, 2, 3)} page"


def pages(file: Path) -> int:
    return len(pypdfium2.PdfDocument(file))


def settle(file: Path, writer: str, seed: int, blocks: list[Block],
           around: tuple[str, str]) -> None:
    """Writes the truth once the number of pages is known, each of which has its footer."""
    count = pages(file)
    strings = [around[0], *(f"{around[1]} {at + 1}" for at in range(count))]
    strings = strings if around[0] else []
    Truth("pdf", writer, seed, blocks, strings, pages=count).write(file)


def printed(plan: Plan) -> None:
    """Word files with headers, footers, many kinds of bullets and, at times, two columns."""
    sources, facts = [], []
    for at in range(plan.count):
        seed = seed_of("pdf", "libreoffice", at)
        rng = Random(seed)
        columns = 2 if at % 6 == 5 else 1
        blocks, around = document(rng, NARROW if columns == 2 else PAPER), furniture(rng)
        source = plan.scratch / f"libreoffice-{at:02}.docx"
        docx.write(source, blocks, docx.Print(*around, columns, seed))
        sources.append(source)
        facts.append((seed, blocks, around))
    made = soffice.convert(sources, "pdf", plan.out / "pdf")
    for file, (seed, blocks, around) in zip(made, facts):
        settle(file, "libreoffice", seed, blocks, around)


def drawn(plan: Plan) -> None:
    for at in range(plan.count):
        seed = seed_of("pdf", "reportlab", at)
        rng = Random(seed)
        columns = 2 if at % 6 == 5 else 1
        blocks, around = document(rng, NARROW if columns == 2 else PAPER), furniture(rng)
        file = plan.folder("pdf") / f"reportlab-{at:02}.pdf"
        reportlab_pdf.write(file, blocks, *around, seed, columns)
        settle(file, "reportlab", seed, blocks, around)


def from_web(plan: Plan) -> None:
    """HTML by way of pandoc, printed by LibreOffice: no header, no footer, the styles of a page."""
    sources, facts = [], []
    for at in range(plan.count):
        seed = seed_of("pdf", "pandoc", at)
        blocks = document(Random(seed), PLAIN)
        plain, source = plan.scratch / f"plain-{at:02}.html", plan.scratch / f"pandoc-{at:02}.html"
        html.write_clean(plain, blocks)
        pandoc.convert(plain, source, "--standalone")
        sources.append(source)
        facts.append((seed, blocks))
    made = soffice.convert(sources, "pdf:writer_web_pdf_Export", plan.out / "pdf")
    for file, (seed, blocks) in zip(made, facts):
        settle(file, "pandoc", seed, blocks, ("", ""))
