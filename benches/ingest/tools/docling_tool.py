"""Docling for the formats that it reads by rules; its PDF reader needs models, so not here."""

from collections.abc import Iterator
from pathlib import Path

import runner
import no_torch

VERSION = runner.version_of("docling-slim")
no_torch.install()

from docling.document_converter import DocumentConverter  # noqa: E402
from docling_core.types.doc.document import (ContentLayer, DoclingDocument,  # noqa: E402
                                             GroupItem, InlineGroup, NodeItem, TableItem, TextItem)

CONVERTER = DocumentConverter()
WORDS = {"title": "heading", "section_header": "heading", "text": "paragraph",
         "paragraph": "paragraph", "code": "code_block", "list_item": "list_item",
         "caption": "caption", "footnote": "footnote", "page_header": "page_header",
         "page_footer": "page_footer"}


def read(file: Path) -> DoclingDocument:
    """With the JSON that is kept of a document: as much work as ours does."""
    document = CONVERTER.convert(file).document
    document.model_dump_json(by_alias=True, exclude_none=True)
    return document


def blocks(document: DoclingDocument) -> runner.Blocks:
    return list(walk(document, document.body))


def walk(document: DoclingDocument, parent: NodeItem) -> Iterator[dict]:
    """In the order of the body, furniture left out; the runs of a paragraph are one block."""
    for child in (ref.resolve(document) for ref in parent.children):
        if isinstance(child, InlineGroup):
            yield {"type": "paragraph", "text": joined(document, child)}
        elif isinstance(child, GroupItem):
            yield from walk(document, child)
        elif child.content_layer != ContentLayer.BODY:
            continue
        elif isinstance(child, TableItem):
            yield {"type": "table", "rows": rows(child)}
        elif isinstance(child, TextItem):
            yield from text(document, child)
        else:
            yield from walk(document, child)


def text(document: DoclingDocument, item: TextItem) -> Iterator[dict]:
    kind = WORDS.get(str(item.label.value), "other")
    first = item.children[0].resolve(document) if item.children else None
    if item.text or not isinstance(first, InlineGroup):
        if item.text.strip():
            yield {"type": kind, "text": item.text}
        yield from walk(document, item)
        return
    # What has several styles is an empty item with a group of runs below it.
    yield {"type": kind, "text": joined(document, first)}
    rest = GroupItem(self_ref=item.self_ref, children=item.children[1:])
    yield from walk(document, rest)


def joined(document: DoclingDocument, group: NodeItem) -> str:
    parts = (ref.resolve(document) for ref in group.children)
    return " ".join(part.text for part in parts if isinstance(part, TextItem))


def rows(table: TableItem) -> list[list[str]]:
    """A cell that spans others stands where it starts, once."""
    cells = table.data.table_cells
    # A table in a table is read with more rows than it says it has.
    height = max([table.data.num_rows, *(cell.start_row_offset_idx + 1 for cell in cells)])
    width = max([table.data.num_cols, *(cell.start_col_offset_idx + 1 for cell in cells)])
    grid = [[""] * width for _ in range(height)]
    for cell in cells:
        grid[cell.start_row_offset_idx][cell.start_col_offset_idx] = cell.text
    return grid


if __name__ == "__main__":
    runner.run("docling", VERSION, [*set(WORDS.values()), "table"], read, blocks)
