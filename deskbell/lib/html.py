"""HTML that strangers send: made harmless to show, and made into text that reads well."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import nh3

TAGS = set(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt "
    "em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike "
    "strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
ATTRIBUTES = {
    "*": {"class", "data-mark", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start", "type"},
    "td": {"align", "colspan", "rowspan", "valign"},
    "th": {"align", "colspan", "rowspan", "valign"},
}
MARKS = {
    **dict.fromkeys(
        "gmail_quote yahoo_quoted protonmail_quote moz-cite-prefix tutanota_quote zmail_extra "
        "OutlookMessageHeader deskbell-quote".split(),
        "deskbell-quote",
    ),
    **dict.fromkeys(
        "gmail_signature moz-signature moz-txt-sig protonmail_signature_block yahoo_signature signature "
        "deskbell-signature".split(),
        "deskbell-signature",
    ),
    "deskbell-quote-from-here": "deskbell-quote-from-here",
}
PREFIXES = re.compile(r"^(?:x_|m_-?\d+|ydp[0-9a-f]{0,12})+")
QUOTE_BY_ID = re.compile(
    r"(?<=[\w\"'])\s+id\s*=\s*[\"']?(?:x_|m_-?\d+)*(?:divRplyFwdMsg|appendonsend|zwchr|stopSpelling|replySplit|"
    r"mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|reply-intro)[\"']?(?=[\s>/])",
    re.IGNORECASE,
)
SIGNATURE_BY_ID = re.compile(
    r"(?<=[\w\"'])\s+id\s*=\s*[\"']?(?:x_|m_-?\d+)*(?:Signature|ms-outlook-mobile-signature|AppleMailSignature|"
    r"lineBreakAtBeginningOfSignature|ymail_android_signature|composer_signature)[\"']?(?=[\s>/])",
    re.IGNORECASE,
)
QUOTE_BY_BORDER = re.compile(  # Word draws one line above From:, Sent:, To:, Subject:
    r"(?<=div)\s+style\s*=\s*([\"'])border:none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)\s[^\"'<>]{0,100}\1",
    re.IGNORECASE,
)
MOST_REFERENCES = 20_000
NO_REFERENCE = re.compile(r"&(?![#A-Za-z])")
NAMED_REFERENCE = re.compile(r"&[A-Za-z][A-Za-z0-9]{0,31};?")
WITHOUT_SCHEME = re.compile(r"(\ssrc\s*=\s*[\"']?)//(?=[\w\[])", re.IGNORECASE)
REMOTE_IMAGE = re.compile(r"""(<img\b(?:[^>"]|"[^"]*")*?) src="(https?:[^"]*)\"""", re.IGNORECASE)
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
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


def sanitised(html: str) -> str:
    """The HTML without anything that could act, track or leave its frame.

    Of images only those that came with the mail are loaded (`cid:`): a remote one would tell the sender who
    reads what, and when. Its address is kept in `data-remote-src`, from where a person may ask for it.
    What mail programs mark as quoted or as a signature has a `class` or `data-mark` of `MARKS`, and no other.
    """
    clean = nh3.clean(
        _with_marks(html if _is_nested_sanely(html) else _without_tags(html)),
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags={"script", "style", "title"},
        attribute_filter=_harmless,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
    return REMOTE_IMAGE.sub(r'\1 data-remote-src="\2"', clean)


def text_of(sanitised_html: str) -> str:
    """What a person reads in it, as plain text; a quotation has `> ` before each line."""
    return "\n".join(text for text, _ in lines_of(sanitised_html))


def lines_of(sanitised_html: str) -> list[tuple[str, str]]:
    """The lines of the text, each with the mark of what it stands in: "quote", "signature" or "".

    Give it what `sanitised` returned: that is well-formed, so reading it takes linear time.
    """
    reader = _Reader()
    reader.feed(sanitised_html)
    reader.close()
    return reader.lines()


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


def _with_marks(html: str) -> str:
    """Mail programs mark by `id` and by a border, too, which don't stay."""
    if html.count("&") > MOST_REFERENCES:
        html = NAMED_REFERENCE.sub(_numbered, NO_REFERENCE.sub("&#38;", html))
    html = QUOTE_BY_ID.sub(" data-mark=deskbell-quote-from-here ", html)
    html = SIGNATURE_BY_ID.sub(" data-mark=deskbell-signature ", html)
    html = QUOTE_BY_BORDER.sub(" data-mark=deskbell-quote-from-here ", html)
    return WITHOUT_SCHEME.sub(r"\1https://", html)


def _numbered(reference: re.Match[str]) -> str:
    """The same by number: the sanitiser looks up a name in microseconds, which adds up to seconds."""
    return "".join(f"&#{ord(letter)};" for letter in unescape(reference[0]))


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    if attribute in {"class", "data-mark"}:
        return next(
            (MARKS[mark] for mark in map(_unprefixed, value.split()) if mark in MARKS), None
        )
    if tag == "img" and attribute == "src":
        return value if value.lower().startswith(("cid:", "http:", "https:")) else None
    if attribute in {"width", "height"}:
        return value if value.isascii() and value.rstrip("%px").isdigit() else None
    if tag == "a" and attribute == "href":
        return None if value.lower().startswith("cid:") else value
    return value


def _unprefixed(name: str) -> str:
    """Outlook writes `x_` before the names of a mail that it quotes, Yahoo `ydp` and a number."""
    return PREFIXES.sub("", name)


class _Reader(HTMLParser):
    """Collects lines; each knows how deep in quotations it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[str, str]] = []
        self._line: list[str] = []
        self._depth = 0
        self._preformatted = 0
        self._row_has_cells = False
        self._open: list[tuple[str, str]] = []  # elements, each with its mark
        self._marks: Counter[str] = Counter()  # of the elements that are open
        self._quoted_from_here = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        mark = next((value or "" for name, value in attrs if name in {"class", "data-mark"}), "")
        if mark:
            self._end_line()
            self._quoted_from_here = self._quoted_from_here or mark == "deskbell-quote-from-here"
        if tag not in VOID:
            self._open.append((tag, mark))
            self._marks[mark] += 1
        if tag == "br":
            self._end_line(always=True)
        elif tag in {"td", "th"}:
            if self._row_has_cells and self._line:
                self._line.append("\t" if self._preformatted else " ")
            self._row_has_cells = True
        elif tag in BLOCKS:
            self._begin_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][1]:
            self._end_line()
        if self._open and self._open[-1][0] == tag:
            self._marks[self._open.pop()[1]] -= 1
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

    def lines(self) -> list[tuple[str, str]]:
        """Without blank lines at the ends, and with no more than one between others."""
        self._end_line()
        kept: list[tuple[str, str]] = []
        for line in self._lines:
            if line[0] or (kept and kept[-1][0]):
                kept.append(line)
        while kept and not kept[-1][0]:
            kept.pop()
        return kept

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
            self._lines.append((f"{quote} {line}".rstrip() if quote else line, self._mark()))

    def _blank(self) -> None:
        quote = ">" * min(self._depth, 20)
        if self._lines and self._lines[-1][0] not in {"", quote}:
            self._lines.append((quote, self._mark()))

    def _mark(self) -> str:
        """A signature in a quotation is quoted."""
        if self._quoted_from_here or self._marks["deskbell-quote"]:
            return "quote"
        return "signature" if self._marks["deskbell-signature"] else ""
