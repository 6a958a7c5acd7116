"""Loads every representation below a folder with docling-core, as other programs would."""

import pathlib
import sys

from docling_core.types.doc import DoclingDocument


def check(path: pathlib.Path) -> str:
    text = path.read_text(encoding="utf-8")
    document = DoclingDocument.model_validate_json(text)
    items = [item for item, _ in document.iterate_items()]
    if not items:
        raise ValueError("it has no items")
    again = DoclingDocument.model_validate_json(document.model_dump_json())
    if again.export_to_markdown() != document.export_to_markdown():
        raise ValueError("it reads differently the second time")
    pages = len(document.pages)
    return f"{document.schema_name} {document.version}, {len(items)} items, {pages} pages"


def main(folder: str) -> int:
    found = [path for path in pathlib.Path(folder).rglob("*") if "representation" in path.parts]
    files = sorted(path for path in found if path.is_file())
    documents = [path for path in files if path.read_bytes().startswith(b"{")]
    failed = 0
    for path in documents:
        try:
            print(f"ok    {path.name[:12]}  {check(path)}")
        except Exception as error:  # noqa: BLE001 - whatever docling-core raises is the finding
            failed += 1
            print(f"FAIL  {path.name[:12]}  {error}")
    print(f"{len(documents) - failed} of {len(documents)} documents load")
    return 1 if failed or not documents else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
