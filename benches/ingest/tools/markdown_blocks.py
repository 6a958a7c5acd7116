"""Markdown that a tool gives, as blocks, by markdown-it: the same for every such tool."""

from collections.abc import Iterator
from html import unescape
import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
TYPES = ["heading", "paragraph", "list_item", "table", "code_block"]


def blocks(markdown: str) -> list[dict]:
    return list(Walk(PARSER.parse(markdown)).blocks())


class Walk:
    """Goes through the tokens once, with the list items it is in the middle of."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def blocks(self) -> Iterator[dict]:
        items: list[dict] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == "list_item_open":
                items.append({"type": "list_item", "text": ""})
                yield items[-1]
            elif token.type == "list_item_close":
                items.pop()
            elif token.type == "table_open":
                yield {"type": "table", "rows": self.rows()}
            elif token.type in ("fence", "code_block"):
                yield {"type": "code_block", "text": token.content}
            elif token.type == "html_block":
                text = unescape(re.sub(r"<!--.*?-->|<[^>]*>", " ", token.content, flags=re.S))
                if text.strip():
                    yield {"type": "paragraph", "text": text}
            elif token.type == "inline":
                opened = self.tokens[self.at - 2].type
                if opened == "heading_open":
                    yield {"type": "heading", "text": text_of(token)}
                elif items:
                    items[-1]["text"] = f"{items[-1]['text']} {text_of(token)}".strip()
                else:
                    yield {"type": "paragraph", "text": text_of(token)}

    def rows(self) -> list[list[str]]:
        found: list[list[str]] = []
        while self.tokens[self.at].type != "table_close":
            token = self.tokens[self.at]
            if token.type == "tr_open":
                found.append([])
            elif token.type == "inline":
                found[-1].append(text_of(token))
            self.at += 1
        return found


def text_of(token: Token) -> str:
    return "".join(map(plain, token.children or []))


def plain(token: Token) -> str:
    """Tags are not text, but one that breaks the line divides words."""
    if token.type == "html_inline":
        return " " if token.content.startswith("<br") else ""
    return " " if token.type in ("softbreak", "hardbreak") else token.content
