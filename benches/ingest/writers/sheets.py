"""Workbooks by openpyxl and XlsxWriter, and CSV files in the dialects that programs write."""

import csv
from pathlib import Path
from random import Random

import openpyxl
import xlsxwriter

from truth import Block, Sheet


def as_blocks(sheets: list[Sheet]) -> list[Block]:
    """Each table is a block, in the order of a reader: by row, then by column."""
    ordered = [table for sheet in sheets for table in sorted(sheet.tables, key=lambda t: t[:2])]
    return [Block("table", rows=[[str(cell) for cell in row] for row in grid])
            for _, _, grid in ordered]


def write_openpyxl(file: Path, sheets: list[Sheet]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for row, column, text in cells(sheet):
            page.cell(row + 1, column + 1, text)
    book.save(str(file))


def write_xlsxwriter(file: Path, sheets: list[Sheet]) -> None:
    # Without these, `=`-like and link-like texts would become formulas and links.
    plain = {"strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(file), plain)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for row, column, text in cells(sheet):
            page.write(row, column, text)
    book.close()


def cells(sheet: Sheet) -> list[tuple[int, int, object]]:
    return [(top + y, left + x, cell) for top, left, grid in sheet.tables
            for y, row in enumerate(grid) for x, cell in enumerate(row) if cell != ""]


# Name, delimiter, quoting, line end, byte order mark.
DIALECTS = [(",", csv.QUOTE_MINIMAL, "\n", False), (";", csv.QUOTE_MINIMAL, "\r\n", False),
            ("\t", csv.QUOTE_MINIMAL, "\n", False), (",", csv.QUOTE_ALL, "\r\n", True),
            ("|", csv.QUOTE_MINIMAL, "\n", False), (";", csv.QUOTE_NONNUMERIC, "\r\n", True)]


def write_csv(file: Path, grid: list[list[str]], seed: int, at: int) -> None:
    """Some cells hold line breaks and quotes; those go into the grid as well."""
    rng = Random(seed)
    delimiter, quoting, end, mark = DIALECTS[at % len(DIALECTS)]
    for row in grid[1:]:
        if rng.random() < 0.15:
            at_column = rng.randrange(len(row))
            row[at_column] = f'{row[at_column]}\nsecond line, "quoted"'.strip()
    encoding = "utf-8-sig" if mark else "utf-8"
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(grid)
