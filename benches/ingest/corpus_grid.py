"""The parts of the corpus that are slides and sheets: pptx, xlsx and csv."""

from pathlib import Path
from random import Random

import soffice
from documents import rows, sheets
from plan import Plan, seed_of
from truth import Block, Sheet, Truth
from writers import pptx, sheets as books

OPENERS = {"openpyxl": books.write_openpyxl, "xlsxwriter": books.write_xlsxwriter,
           "libreoffice": books.write_openpyxl}


def write(plan: Plan, formats: set[str]) -> None:
    if "pptx" in formats:
        slides(plan, "python-pptx")
        slides(plan, "libreoffice")
    if "xlsx" in formats:
        for writer in OPENERS:
            workbooks(plan, writer)
    if "csv" in formats:
        csv_python(plan)
        csv_libreoffice(plan)


def again(plan: Plan, writer: str, file: Path) -> Path:
    """Where to write first: LibreOffice reads from there and writes the file itself."""
    return plan.scratch / file.name if writer == "libreoffice" else file


def slides(plan: Plan, writer: str) -> None:
    written = []
    for at in range(plan.count):
        seed = seed_of("pptx", writer, at)
        rng = Random(seed)
        deck = pptx.deck(rng, rng.randint(3, 14))
        file = plan.folder("pptx") / f"{writer}-{at:02}.pptx"
        pptx.write(again(plan, writer, file), deck)
        written.append(again(plan, writer, file))
        blocks = [block for page in deck for block in page]
        Truth("pptx", writer, seed, blocks, pages=len(deck)).write(file)
    if writer == "libreoffice":
        soffice.convert(written, "pptx", plan.out / "pptx")


def workbooks(plan: Plan, writer: str) -> None:
    written = []
    for at in range(plan.count):
        seed = seed_of("xlsx", writer, at)
        rng = Random(seed)
        book: list[Sheet] = sheets(rng, rng.randint(1, 4), (2, 25))
        file = plan.folder("xlsx") / f"{writer}-{at:02}.xlsx"
        OPENERS[writer](again(plan, writer, file), book)
        written.append(again(plan, writer, file))
        # Some tools say the sheet's name before its tables.
        names = [sheet.name for sheet in book]
        Truth("xlsx", writer, seed, books.as_blocks(book), optional=names).write(file)
    if writer == "libreoffice":
        soffice.convert(written, "xlsx", plan.out / "xlsx")


def csv_python(plan: Plan) -> None:
    for at in range(plan.count):
        seed = seed_of("csv", "python", at)
        grid = rows(Random(seed), (2, 60), 6, cjk=True)
        file = plan.folder("csv") / f"python-{at:02}.csv"
        books.write_csv(file, grid, seed, at)
        Truth("csv", "python", seed, [Block("table", rows=grid)]).write(file)


def csv_libreoffice(plan: Plan) -> None:
    sources, facts = [], []
    for at in range(plan.count):
        seed = seed_of("csv", "libreoffice", at)
        grid: list[list[object]] = [list(row) for row in rows(Random(seed), (2, 60), 6)]
        source = plan.scratch / f"libreoffice-{at:02}.xlsx"
        books.write_openpyxl(source, [Sheet("Sheet1", [(0, 0, grid)])])
        sources.append(source)
        facts.append((seed, [Block("table", rows=[[str(cell) for cell in row] for row in grid])]))
    # Comma, double quote, UTF-8, from the first line.
    made = soffice.convert(sources, "csv:Text - txt - csv (StarCalc):44,34,76,1", plan.out / "csv")
    for file, (seed, blocks) in zip(made, facts):
        Truth("csv", "libreoffice", seed, blocks).write(file)
