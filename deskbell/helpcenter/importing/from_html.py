"""The HTML of other help centers as Markdown: what Markdown can't say is left out, words never."""

from __future__ import annotations

import re
from html.parser import HTMLParser

HEADINGS = {f"h{rank}": "#" * max(2, rank) + " " for rank in range(1, 7)}
BLOCKS = {
    *HEADINGS,
    "p",
    "div",
    "section",
    "article",
    "figure",
    "blockquote",
    "pre",
    "table",
    "ul",
    "ol",
}
MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}
SILENT = {"script", "style", "head", "title", "iframe"}
SPECIAL = re.compile(r"([\\`*_\[\]])")


def markdown_of(html: str) -> str:
    """The text in Markdown, with headings, lists, tables, links and pictures."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects blocks; a list knows how deep it stands, a table its cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._lists: list[
            list[int | None]
        ] = []  # each with the number of its last item, None for bullets
        self._quotes = self._silent = self._pre = 0
        self._links: list[str] = []
        self._rows: list[list[str]] | None = None
        self._lead = ""

    def text(self) -> str:
        self._end_block()
        return "\n\n".join(each for each in self._blocks if each.strip()).strip() + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag in SILENT:
            self._silent += 1
        elif tag == "br":
            self._line.append("  \n" if self._rows is None else " ")
        elif tag == "img":
            alt = known.get("alt", "").replace("]", ")").replace("[", "(")
            self._line.append(f"![{alt}]({known.get('src', '').replace(' ', '%20')})")
        elif tag == "a":
            self._links.append(known.get("href", ""))
            self._line.append("[")
        elif tag in MARKS and not self._pre:
            self._line.append(MARKS[tag])
        elif tag == "li":
            self._begin_item()
        elif tag in {"td", "th"} and self._rows is not None:
            self._line = []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in BLOCKS:
            self._begin_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            self._line.append(f"]({self._links.pop().replace(' ', '%20')})")
        elif tag in MARKS and not self._pre:
            self._line.append(MARKS[tag])
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].append(self._taken().replace("|", "\\|").replace("\n", " "))
        elif tag == "table" and self._rows is not None:
            rows, self._rows = self._rows, None
            self._blocks.append(_table(rows))
        elif tag in BLOCKS or tag == "li":
            self._end_block()
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            elif tag == "blockquote":
                self._quotes = max(0, self._quotes - 1)
            elif tag == "pre":
                self._pre = max(0, self._pre - 1)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._pre:
            self._line.append(data)
        else:
            self._line.append(SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", data)))

    def _begin_block(self, tag: str) -> None:
        if self._rows is not None:
            return
        self._end_block()
        if tag in HEADINGS:
            self._lead = HEADINGS[tag]
        elif tag in {"ul", "ol"}:
            self._lists.append([0 if tag == "ol" else None])
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1
        elif tag == "table":
            self._rows = []

    def _begin_item(self) -> None:
        self._end_block()
        if not self._lists:
            self._lists.append([None])
        last = self._lists[-1]
        if last[0] is not None:
            last[0] += 1
        self._lead = "- " if last[0] is None else f"{last[0]}. "

    def _taken(self) -> str:
        text = "".join(self._line)
        self._line = []
        return text if self._pre else re.sub(r" *\n *", "\n", text).strip()

    def _end_block(self) -> None:
        if self._rows is not None:
            return
        text, lead, self._lead = self._taken(), self._lead, ""
        if not text.strip():
            self._lead = lead if lead.strip() in {"-"} or lead[:1].isdigit() else ""
            return
        if self._pre:
            text = f"```\n{text.strip()}\n```"
        indent = "   " * max(0, len(self._lists) - 1)
        is_item = lead[:1] == "-" or lead[:1].isdigit()
        if self._lists and not is_item:
            indent += "   "
        lines = [
            f"{indent}{lead if number == 0 else ''}{line}"
            for number, line in enumerate(text.split("\n"))
        ]
        block = "\n".join("> " * self._quotes + line for line in lines)
        if is_item and self._blocks and re.match(r"[> ]*(?:- |\d+\. )", self._blocks[-1]):
            self._blocks[-1] += "\n" + block
        else:
            self._blocks.append(block)


def _table(rows: list[list[str]]) -> str:
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])
