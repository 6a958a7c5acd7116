"""The parts of the corpus that are text with structure: docx, html and md."""

from pathlib import Path
from random import Random

import pandoc
import soffice
from documents import Profile, document
from plan import Plan, seed_of
from truth import Block, Truth
from writers import docx, html, md

WORD = Profile(captions=True)
NOTED = Profile(footnotes=True)
WEB = Profile(code=True)
MARKDOWN = Profile(code=True, footnotes=True)


def write(plan: Plan, formats: set[str]) -> None:
    if "docx" in formats:
        docx_python(plan)
        docx_pandoc(plan)
        docx_libreoffice(plan)
    if "html" in formats:
        html_own(plan)
        html_pandoc(plan)
        html_libreoffice(plan)
    if "md" in formats:
        md_own(plan)


def made(plan: Plan, fmt: str, writer: str,
         profile: Profile) -> list[tuple[int, list[Block], Path]]:
    """The documents of one writer: seed, blocks, and the file to write."""
    found = []
    for at in range(plan.count):
        seed = seed_of(fmt, writer, at)
        file = plan.folder(fmt) / f"{writer}-{at:02}.{fmt}"
        found.append((seed, document(Random(seed), profile), file))
    return found


def docx_python(plan: Plan) -> None:
    for seed, blocks, file in made(plan, "docx", "python-docx", WORD):
        docx.write(file, blocks)
        Truth("docx", "python-docx", seed, blocks).write(file)


def docx_pandoc(plan: Plan) -> None:
    """From Markdown, whose footnotes become real ones."""
    for seed, blocks, file in made(plan, "docx", "pandoc", NOTED):
        source = plan.scratch / f"{file.stem}.md"
        md.write(source, blocks, seed=1)
        pandoc.convert(source, file, "--from", "gfm+footnotes-autolink_bare_uris")
        Truth("docx", "pandoc", seed, blocks).write(file)


def docx_libreoffice(plan: Plan) -> None:
    """Written by python-docx, read and written again by LibreOffice."""
    documents = made(plan, "docx", "libreoffice", WORD)
    sources = [plan.scratch / file.name for _, _, file in documents]
    for source, (_, blocks, _) in zip(sources, documents):
        docx.write(source, blocks)
    soffice.convert(sources, "docx", plan.out / "docx")
    for seed, blocks, file in documents:
        Truth("docx", "libreoffice", seed, blocks).write(file)


def html_own(plan: Plan) -> None:
    for seed, blocks, file in made(plan, "html", "clean", WEB):
        html.write_clean(file, blocks)
        Truth("html", "clean", seed, blocks, optional=[blocks[0].text]).write(file)
    for seed, blocks, file in made(plan, "html", "messy", WEB):
        around = html.write_messy(file, blocks, seed)
        Truth("html", "messy", seed, blocks, around, [blocks[0].text]).write(file)


def html_pandoc(plan: Plan) -> None:
    for seed, blocks, file in made(plan, "html", "pandoc", MARKDOWN):
        source = plan.scratch / f"{file.stem}.md"
        md.write(source, blocks, seed=1)
        pandoc.convert(source, file, "--from", "gfm+footnotes-autolink_bare_uris", "--standalone")
        Truth("html", "pandoc", seed, blocks, optional=[file.stem]).write(file)


def html_libreoffice(plan: Plan) -> None:
    documents = made(plan, "html", "libreoffice", WORD)
    sources = [plan.scratch / f"{file.stem}.docx" for _, _, file in documents]
    for source, (_, blocks, _) in zip(sources, documents):
        docx.write(source, blocks)
    soffice.convert(sources, "html", plan.out / "html")
    for seed, blocks, file in documents:
        # LibreOffice writes a title as a paragraph like any other.
        blocks[0].kind = "paragraph"
        Truth("html", "libreoffice", seed, blocks).write(file)


def md_own(plan: Plan) -> None:
    for seed, blocks, file in made(plan, "md", "own", MARKDOWN):
        md.write(file, blocks, seed)
        Truth("md", "own", seed, blocks).write(file)
