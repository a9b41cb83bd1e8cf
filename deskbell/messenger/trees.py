"""An article as the bubble draws it: a tree of names and texts, so that nothing in it can become markup on a
portal's page.

A node is a text, or a list of a tag, its attributes and its nodes: `["p", {}, "Open ", ["em", {}, "it"]]`.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

Node = str | list[Any]
VOID = {"br", "hr", "img"}
ROOMY = {
    "blockquote",
    "div",
    "ol",
    "table",
    "tbody",
    "thead",
    "tr",
    "ul",
}  # spaces in them are nobody's
LOWER = {
    "h2": "h4",
    "h3": "h5",
    "h4": "h6",
}  # the bubble's heading is the h2, the article's title the h3
KEPT = {
    "img": ("alt", "width", "height"),
    "ol": ("start",),
    "div": ("class", "role", "tabindex"),
    "p": ("class",),
}


def tree_of(html: str, origin: str, address: str) -> list[Node]:
    """The nodes of an article's HTML, as `helpcenter.markdown` has made it harmless. Links and pictures lead
    to the desk at `origin`, those within the article to its page at `address`."""
    grower = _Grower(origin, address)
    grower.feed(html)
    grower.close()
    return grower.nodes


class _Grower(HTMLParser):
    """Each tag opens a list inside the one that is open."""

    def __init__(self, origin: str, address: str) -> None:
        super().__init__()
        self._origin, self._address = origin, address
        self.nodes: list[Node] = []
        self._open: list[list[Node]] = [self.nodes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        kept = {name: said[name] for name in KEPT.get(tag, ()) if name in said}
        if tag == "a":
            kept = self._link(said.get("href", ""))
        if tag == "img":
            kept["src"] = urljoin(self._origin, said.get("src", ""))
        node: list[Any] = [LOWER.get(tag, tag), kept]
        self._open[-1].append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        inside = self._open[-1]
        if data.strip() or not (inside is self.nodes or inside[0] in ROOMY):
            inside.append(data)

    def _link(self, href: str) -> dict[str, str]:
        base = self._address if href.startswith("#") else self._origin
        return {"href": urljoin(base, href), "target": "_blank", "rel": "noopener noreferrer"}
