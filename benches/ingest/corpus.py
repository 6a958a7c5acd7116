"""Writes the corpus: `python corpus.py FOLDER [--count 12] [--format F]… [--no-big] [--huge]`."""

import argparse
import tempfile
from pathlib import Path

import corpus_big
import corpus_grid
import corpus_paper
import corpus_text
from plan import Plan

FORMATS = ["docx", "pdf", "pptx", "xlsx", "html", "csv", "md"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=12, help="documents per format and writer")
    parser.add_argument("--format", action="append", choices=FORMATS, dest="formats")
    parser.add_argument("--no-big", action="store_true", help="leave out the files for speed")
    parser.add_argument("--huge", action="store_true", help="also a PDF of a thousand pages")
    given = parser.parse_args()
    formats = set(given.formats or FORMATS)
    with tempfile.TemporaryDirectory() as scratch:
        plan = Plan(given.folder.resolve(), Path(scratch), given.count)
        if "pdf" in formats:
            corpus_paper.write(plan)
        corpus_text.write(plan, formats)
        corpus_grid.write(plan, formats)
        if not given.no_big:
            corpus_big.write(plan, formats)
        if given.huge:
            corpus_big.huge_pdf(plan)
    found = sorted(plan.out.rglob("*.truth.json"))
    print(f"{len(found)} documents in {plan.out}")


if __name__ == "__main__":
    main()
