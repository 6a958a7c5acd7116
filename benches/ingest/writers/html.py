"""HTML files from our own hand: clean ones, and ones as the web has them."""

from html import escape
from pathlib import Path
from random import Random

from truth import Block, Run
from words import phrase


def inline(runs: list[Run]) -> str:
    def one(run: Run) -> str:
        text = escape(run.text, quote=False)
        if run.link is not None:
            return f'<a href="{run.link}">{text}</a>'
        text = f"<strong>{text}</strong>" if run.bold else text
        return f"<em>{text}</em>" if run.italic else text
    return "".join(one(run) for run in runs)


def body(blocks: list[Block]) -> str:
    parts: list[str] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if block.kind == "list_item":
            end = at
            while end < len(blocks) and blocks[end].kind == "list_item":
                end += 1
            parts.append(listed(blocks[at:end], 0))
            at = end
            continue
        parts.append(one(block))
        at += 1
    return "\n".join(parts)


def one(block: Block) -> str:
    match block.kind:
        case "heading":
            level = block.level + 1
            return f"<h{level}>{inline(block.runs)}</h{level}>"
        case "table":
            return table(block.rows)
        case "code_block":
            return f"<pre><code>{escape(block.text, quote=False)}</code></pre>"
        case _:
            return f"<p>{inline(block.runs)}</p>"


def listed(items: list[Block], level: int) -> str:
    tag, parts, at = "ol" if items[0].ordered else "ul", [], 0
    while at < len(items):
        end = at + 1
        while end < len(items) and items[end].level > level:
            end += 1
        inner = "\n" + listed(items[at + 1:end], level + 1) if end > at + 1 else ""
        parts.append(f"<li>{inline(items[at].runs)}{inner}</li>")
        at = end
    return f"<{tag}>\n" + "\n".join(parts) + f"\n</{tag}>"


def table(rows: list[list[str]]) -> str:
    def row(texts: list[str], tag: str) -> str:
        cells = "".join(f"<{tag}>{escape(text, quote=False)}</{tag}>" for text in texts)
        return f"<tr>{cells}</tr>"
    head, *rest = rows
    lines = "\n".join(row(texts, "td") for texts in rest)
    return f"<table>\n<thead>{row(head, 'th')}</thead>\n<tbody>\n{lines}\n</tbody>\n</table>"


def write_clean(file: Path, blocks: list[Block]) -> None:
    title = escape(blocks[0].text)
    page = f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>'
    file.write_text(f"{page}</head>\n<body>\n{body(blocks)}\n</body>\n</html>\n", encoding="utf-8")


def write_messy(file: Path, blocks: list[Block], seed: int) -> list[str]:
    """Unclosed tags, divs in divs, scripts, comments, navigation; answers with what surrounds."""
    rng = Random(seed)
    menu = [f"Menu {phrase(rng, 2, 4)}" for _ in range(5)]
    foot = f"Imprint {phrase(rng, 4, 6)} ©"
    text = body(blocks)
    # HTML lets all of these be left out; half of the documents do so in tables too.
    tables = ("</td>", "</th>", "</tr>", "</tbody>", "</thead>") if rng.random() < 0.5 else ()
    for tag in ("</p>", "</li>", *tables):
        if rng.random() < 0.6:
            text = text.replace(tag, "")
    lines = []
    for line in text.split("\n"):
        if line.startswith(("<p>", "<h")) and "<pre>" not in line and rng.random() < 0.3:
            line = f"<div class=row><div><div style='margin:0'>{line}</div></div></div>"
        if line.startswith("<p>") and rng.random() < 0.2:
            line = f"<script>var a = '<p>{seed}</p>';</script><!-- <p>gone</p> -->\n{line}"
        lines.append(line)
    links = "".join(f"<li><a href=#{at}>{escape(name)}</a>" for at, name in enumerate(menu))
    page = "\n".join(lines)
    file.write_text(
        f"<html><head><title>{escape(blocks[0].text)}</title><style>p{{color:red}}</style>"
        f"<body onload='go()'><nav><ul>{links}</ul></nav>\n<main><div id=content>\n{page}\n"
        f"</div></main><footer><p>{escape(foot)}</footer><script>go = 1</script>\n",
        encoding="utf-8")
    return [*menu, foot]
