"""Larger files, one for each format, for the table of speeds; below `big/`."""

from random import Random

import soffice
from corpus_paper import PAPER, settle
from documents import Profile, document, rows, sheets
from plan import Plan, seed_of
from truth import Block, Truth
from writers import docx, html, md, pptx, reportlab_pdf, sheets as books

# About four blocks a section.
BIG = Profile(sections=(1_200, 1_200), code=False)


def write(plan: Plan, formats: set[str]) -> None:
    below = Plan(plan.out / "big", plan.scratch, 1)
    for fmt in sorted(formats):
        WRITERS[fmt](below)


def big_docx(plan: Plan) -> None:
    seed, file = seed_of("docx", "big", 0), plan.folder("docx") / "python-docx-7900.docx"
    blocks = document(Random(seed), BIG)
    docx.write(file, blocks)
    Truth("docx", "python-docx", seed, blocks).write(file)


def big_html(plan: Plan) -> None:
    seed = seed_of("html", "big", 0)
    blocks = document(Random(seed), Profile(sections=(1_500, 1_500), code=True))
    title = [blocks[0].text]
    clean = plan.folder("html") / "clean-2mb.html"
    html.write_clean(clean, blocks)
    Truth("html", "clean", seed, blocks, optional=title).write(clean)
    messy = plan.folder("html") / "messy-2mb.html"
    around = html.write_messy(messy, blocks, seed)
    Truth("html", "messy", seed, blocks, around, title).write(messy)


def big_md(plan: Plan) -> None:
    seed, file = seed_of("md", "big", 0), plan.folder("md") / "own-1mb.md"
    blocks = document(Random(seed), Profile(sections=(800, 800), code=True))
    md.write(file, blocks, seed)
    Truth("md", "own", seed, blocks).write(file)


def big_csv(plan: Plan) -> None:
    seed, file = seed_of("csv", "big", 0), plan.folder("csv") / "python-1mb.csv"
    grid = rows(Random(seed), (32_000, 32_000), 6)
    books.write_csv(file, grid, seed, 0)
    Truth("csv", "python", seed, [Block("table", rows=grid)]).write(file)


def big_xlsx(plan: Plan) -> None:
    seed, file = seed_of("xlsx", "big", 0), plan.folder("xlsx") / "openpyxl-2000.xlsx"
    book = sheets(Random(seed), 2, (900, 1_100))
    books.write_openpyxl(file, book)
    names = [sheet.name for sheet in book]
    Truth("xlsx", "openpyxl", seed, books.as_blocks(book), optional=names).write(file)


def big_pptx(plan: Plan) -> None:
    seed, file = seed_of("pptx", "big", 0), plan.folder("pptx") / "python-pptx-200.pptx"
    deck = pptx.deck(Random(seed), 200)
    pptx.write(file, deck)
    blocks = [block for page in deck for block in page]
    Truth("pptx", "python-pptx", seed, blocks, pages=len(deck)).write(file)


def big_pdf(plan: Plan) -> None:
    """About a hundred pages each: one printed, one drawn."""
    around = ("Velorum large edition", "Quandary large page")
    seed = seed_of("pdf", "big", 0)
    blocks = document(Random(seed), Profile(**{**vars(PAPER), "sections": (130, 130)}))
    source = plan.scratch / "libreoffice-100.docx"
    docx.write(source, blocks, docx.Print(*around, 1, seed))
    [file] = soffice.convert([source], "pdf", plan.folder("pdf"))
    settle(file, "libreoffice", seed, blocks, around)
    drawn(plan, "reportlab-100", 130)


def drawn(plan: Plan, name: str, sections: int) -> None:
    around, seed = ("Velorum large edition", "Quandary large page"), seed_of("pdf", name, 0)
    blocks = document(Random(seed), Profile(**{**vars(PAPER), "sections": (sections, sections)}))
    file = plan.folder("pdf") / f"{name}.pdf"
    reportlab_pdf.write(file, blocks, *around, seed)
    settle(file, "reportlab", seed, blocks, around)


def huge_pdf(plan: Plan) -> None:
    """A thousand pages, only when asked for."""
    drawn(Plan(plan.out / "big", plan.scratch, 1), "reportlab-1000", 1_400)


WRITERS = {"docx": big_docx, "html": big_html, "md": big_md, "csv": big_csv, "xlsx": big_xlsx,
           "pptx": big_pptx, "pdf": big_pdf}
