"""HTML that strangers send: made harmless to show, and made into text that reads well."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

TAGS = set(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt "
    "em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike "
    "strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "blockquote": {"cite"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start", "type"},
    "td": {"align", "colspan", "rowspan", "valign"},
    "th": {"align", "colspan", "rowspan", "valign"},
}
SCHEMES = {"cid", "http", "https", "mailto", "tel"}
BLOCKS = frozenset(
    "center dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tr "
    "ul blockquote".split()
)
PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre".split())
TAG = re.compile(
    r"<(/?)(div|span|blockquote|table|font|b|i|u|em|strong|center|section|article|ul|ol|dl)\b", re.I
)
DEEPEST = 1000  # elements inside each other; the time to sanitise grows with the square of it
MOST_BLANK_LINES = re.compile(r"\n{3,}")


def sanitised(html: str) -> str:
    """The HTML without anything that could act, track or leave its frame.

    Of images only those that came with the mail are left (`cid:`): a remote one would tell the
    sender who reads what, and when.
    """
    return nh3.clean(
        html if _is_nested_sanely(html) else _without_tags(html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags={"script", "style", "title"},
        attribute_filter=_only_images_that_came_along,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )


def text_of(sanitised_html: str) -> str:
    """What a person reads in it, as plain text; a quotation has `> ` before each line.

    Give it what `sanitised` returned: that is well-formed, so reading it takes linear time.
    """
    reader = _Reader()
    reader.feed(sanitised_html)
    reader.close()
    return reader.text()


def paragraphs(text: str) -> list[list[str]]:
    """Plain text as paragraphs of lines, for a template that escapes each."""
    blocks = re.split(r"\n(?:[ \t]*\n)+", text.replace("\r\n", "\n").strip("\n"))
    return [block.split("\n") for block in blocks if block.strip()]


def _is_nested_sanely(html: str) -> bool:
    depth = 0
    for tag in TAG.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > DEEPEST:
            return False
    return True


def _without_tags(html: str) -> str:
    return re.sub(r"<[^<>]*>?", " ", html)


def _only_images_that_came_along(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not value.lower().startswith("cid:"):
        return None
    return value


class _Reader(HTMLParser):
    """Collects lines; each knows how deep in quotations it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._preformatted = 0
        self._row_has_cells = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._end_line(always=True)
        elif tag in {"td", "th"}:
            if self._row_has_cells and self._line:
                self._line.append("\t" if self._preformatted else " ")
            self._row_has_cells = True
        elif tag in BLOCKS:
            self._begin_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in BLOCKS:
            return
        self._end_line()
        if tag == "blockquote":
            self._depth = max(0, self._depth - 1)
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        if tag in PARAGRAPHS:
            self._blank()

    def handle_data(self, data: str) -> None:
        if self._preformatted:
            first, *others = data.split("\n")
            self._line.append(first)
            for other in others:
                self._end_line(always=True)
                self._line.append(other)
        else:
            words = re.sub(r"[ \t\r\n\f]+", " ", data)
            self._line.append(words.lstrip(" ") if self._at_a_space() else words)

    def text(self) -> str:
        self._end_line()
        return MOST_BLANK_LINES.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def _begin_block(self, tag: str) -> None:
        self._end_line()
        if tag in PARAGRAPHS:
            self._blank()
        if tag == "blockquote":
            self._depth += 1
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "li":
            self._line.append("- ")
        elif tag == "tr":
            self._row_has_cells = False

    def _at_a_space(self) -> bool:
        return not self._line or self._line[-1].endswith(" ")

    def _end_line(self, *, always: bool = False) -> None:
        line = "".join(self._line).replace("\xa0", " ").rstrip()
        self._line = []
        if line or always:
            quote = ">" * min(self._depth, 20)
            self._lines.append(f"{quote} {line}".rstrip() if quote else line)

    def _blank(self) -> None:
        quote = ">" * min(self._depth, 20)
        if self._lines and self._lines[-1] not in {"", quote}:
            self._lines.append(quote)
