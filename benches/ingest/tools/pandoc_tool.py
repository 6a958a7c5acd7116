"""Pandoc's own tree of the document, for the formats that it reads."""

import json
from collections.abc import Iterator
from pathlib import Path

import runner
from program import Program

PANDOC = Program("pandoc", "install pandoc")
READERS = {".docx": "docx", ".html": "html", ".md": "gfm+footnotes", ".csv": "csv"}
TYPES = ["heading", "paragraph", "list_item", "table", "code_block", "footnote"]


def read(file: Path) -> str:
    return PANDOC.output("--from", READERS[file.suffix], "--to", "json", str(file))


def blocks(text: str) -> runner.Blocks:
    tree, notes = json.loads(text), []
    found = []
    title = tree["meta"].get("title")
    if title is not None:
        # A Word title, or that of an HTML page, is not among the blocks.
        found.append({"type": "heading", "text": inline(title["c"], notes)})
    found.extend(walk(tree["blocks"], notes))
    for note in notes:
        found.append({"type": "footnote", "text": flat(note, [])})
    return found


def walk(nodes: list, notes: list) -> Iterator[dict]:
    for node in nodes:
        kind, content = node["t"], node.get("c")
        match kind:
            case "Header":
                yield {"type": "heading", "text": inline(content[2], notes)}
            case "Para" | "Plain":
                yield {"type": "paragraph", "text": inline(content, notes)}
            case "CodeBlock":
                yield {"type": "code_block", "text": content[1]}
            case "BulletList":
                yield from listed(content, notes)
            case "OrderedList":
                yield from listed(content[1], notes)
            case "Table":
                yield from table(content, notes)
            case "BlockQuote":
                yield from walk(content, notes)
            case "Div":
                yield from walk(content[1], notes)
            case "DefinitionList":
                for term, meanings in content:
                    yield {"type": "paragraph", "text": inline(term, notes)}
                    for meaning in meanings:
                        yield from walk(meaning, notes)


def listed(items: list, notes: list) -> Iterator[dict]:
    for item in items:
        own = [node for node in item if node["t"] in ("Para", "Plain")]
        yield {"type": "list_item", "text": flat(own, notes)}
        yield from walk([node for node in item if node["t"] not in ("Para", "Plain")], notes)


def table(content: list, notes: list) -> Iterator[dict]:
    _, caption, _, head, bodies, foot = content
    if caption[1]:
        yield {"type": "caption", "text": flat(caption[1], notes)}
    groups = [head[1], *(part for body in bodies for part in (body[2], body[3])), foot[1]]
    yield {"type": "table", "rows": [[flat(cell[4], notes) for cell in row[1]]
                                     for group in groups for row in group]}


def flat(nodes: list, notes: list) -> str:
    parts = (block.get("text") or " ".join(cell for row in block.get("rows", []) for cell in row)
             for block in walk(nodes, notes))
    return " ".join(parts)


def inline(nodes: list, notes: list) -> str:
    return "".join(one(node, notes) for node in nodes)


def one(node: dict, notes: list) -> str:
    match node["t"], node.get("c"):
        case "Str", text:
            return text
        case ("Space" | "SoftBreak" | "LineBreak"), _:
            return " "
        case "Quoted", (quote, inner):
            marks = "‘’" if quote["t"] == "SingleQuote" else "“”"
            return marks[0] + inline(inner, notes) + marks[1]
        case ("Code" | "Math" | "RawInline"), (_, text):
            return text if node["t"] != "RawInline" else ""
        case "Note", inner:
            notes.append(inner)
            return ""
        case ("Link" | "Image" | "Span"), content:
            return inline(content[1], notes)
        case "Cite", content:
            return inline(content[1], notes)
        case _, list(inner):
            return inline(inner, notes)
    return ""


if __name__ == "__main__":
    runner.run("pandoc", PANDOC.version("--version"), TYPES, read, blocks, lambda: PANDOC.peak)
